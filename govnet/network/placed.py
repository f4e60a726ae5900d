"""Where things are, and what is there: places, the zones of a network, and the segments that carry one to the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where in the inventory folder a person wrote something."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where devices stand, or who is served there.

    Attributes:
        kind: ``building``, ``floor``, ``room``, ``town``; of a table: ``province``, ``prefecture``, ``county``,
            ``township``, ``node`` (the end of a leased line); ``unit`` (an office of a building).
        index: the rule's f, t, n or u.
        within: the building of a floor, room or unit; the place above a county or township; else empty.
        area_m2, altitude_m: None where no source tells it.
        numbers: what rules may use, by letter.
        venue: it takes part in video conferences.
        room_class: of its machine room: ``A``, ``B`` or ``C`` (GB 50174); empty where nobody wrote it.
        below: townships of a county, those that have joined and those that have not.
        planned: when the plan wanted it; ``since`` and ``until`` are when it was there.
    """

    slug: str
    title: str
    kind: str
    index: int
    origin: Origin
    within: str = ""
    area_m2: int | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    code: str = ""
    altitude_m: int | None = None
    venue: bool = False
    planned: date | None = None
    since: date | None = None
    until: date | None = None
    phase: str = ""
    below: int = 0
    room_class: str = ""

    @property
    def site(self) -> str:
        """What device names say of the place: the building of a floor, room or unit, else the place itself."""
        return self.within if self.within and self.kind in {"floor", "room", "unit"} else self.slug


@dataclass(frozen=True, slots=True)
class Zone:
    """A set of endpoints with one trust level; ``index`` is the rule's z.

    ``instance`` and ``vrf`` are name and number of the routing instance that carries it between places, empty and 0
    where it has none; ``routes`` is ``mesh`` (every place reaches every other) or ``hub-spoke`` (the centre alone);
    ``members`` are the departments that have it, all where it is empty.
    """

    slug: str
    index: int
    title: str
    title_en: str
    confidential: bool
    origin: Origin
    instance: str = ""
    vrf: int = 0
    routes: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One VLAN of one zone: the unit that carries a zone to a place.

    ``purpose`` is ``servers``, ``floor``, ``town``, ``oob`` (out-of-band management), ``circuit`` (the management
    /30 of a town's circuit), ``campus`` (a unit's LAN in a building); at a leased node ``lan`` (behind its own router),
    ``border`` (between the firewall and the provider network, one for each routing instance), ``prefecture``,
    ``county``, ``township``, ``department`` (behind that place's router), ``trunk-`` and a kind (the line to the router
    above); ``transit`` (the /30 between that router and the centre), ``venue`` (its video terminal) and ``manage`` (the
    management /30 of its router). ``gateway`` is the first address of the subnet when a gateway serves the segment.
    """

    zone: str
    place: str
    purpose: str
    vlan: int
    subnet: IPv4Network
    name: str
    gateway: IPv4Address | None

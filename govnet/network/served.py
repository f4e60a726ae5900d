"""Who is served, and by what: units of the administration, and the information systems that the network carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govnet.network.model import Origin


@dataclass(frozen=True, slots=True)
class Unit:
    """Who is served: an office of the administration. ``number`` is the rule's u; ``lan`` says that its LAN exists."""

    slug: str
    number: int
    title: str
    kind: str
    place: str
    lan: bool
    since: date | None
    until: date | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Clients:
    """How many places of a kind take part in a system, place by place."""

    kind: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class System:
    """An information system and what the network owes it.

    Attributes:
        servers: devices it runs on.
        clients: zones that may use it.
        traffic_class: ``control emergency video document office bulk default``.
        availability: ``always``, ``office-hours`` or ``events``.
        probe: what shows that it answers (``https``, ``h323``, ...); empty when nothing can be asked.
        service: the code of the policy that carries it.
        state: of the consolidation: ``planned parallel integrated independent frozen handoff``.
        exemption: why it may stay outside the common network; empty when it does not.
        nodes: its registered places.
        source: the text that tells of it.
    """

    slug: str
    title: str
    title_en: str
    zone: str
    servers: tuple[str, ...]
    clients: tuple[str, ...]
    traffic_class: str
    availability: str
    probe: str
    service: str
    owner: str
    members: tuple[str, ...]
    state: str
    exemption: str
    nodes: tuple[Clients, ...]
    source: str
    note: str
    since: date | None
    until: date | None
    phase: str
    origin: Origin

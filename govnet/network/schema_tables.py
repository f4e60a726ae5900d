"""What may stand in the tables of an inventory folder (CSV), and in ``archetypes.yaml``, which expands them.

A table is for what repeats: a row is a place or a unit, a column a fact of it. Spreadsheets read and write them.
"""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from govnet.network.schema_hosts import Entry, HostData, Role

SiteKind = Literal["province", "prefecture", "county", "township", "department", "node"]
State = Literal["planned", "parallel", "integrated", "independent", "frozen", "handoff"]
_Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_Index = Annotated[int, Field(ge=0, le=4095)]


class SiteRow(Entry):
    """A row of ``sites.csv``: a place on the map, with the numbers that the numbering rules use.

    ``k`` numbers prefectures, ``j`` counties of one, ``t`` townships of one, ``u`` departments, ``n`` leased nodes.
    ``townships`` counts what lies below a county. ``planned`` is when the plan wanted it, ``since`` when it came.
    """

    kind: SiteKind
    slug: _Slug
    title: str
    within: str = ""
    k: _Index | None = None
    j: _Index | None = None
    t: _Index | None = None
    n: _Index | None = None
    u: _Index | None = None
    code: str = ""
    altitude_m: Annotated[int, Field(ge=0, le=9000)] | None = None
    townships: Annotated[int, Field(ge=0)] = 0
    venue: bool = False
    planned: date | None = None
    since: date | None = None
    until: date | None = None
    phase: str = ""


class UnitRow(Entry):
    """A row of ``units.csv``: who is served, where, and whether it has a LAN of its own yet."""

    u: Annotated[int, Field(ge=1, le=4095)]
    slug: _Slug
    title: str
    kind: str
    site: str
    lan: bool
    since: date | None = None
    until: date | None = None


class TownshipsEntry(Entry):
    """The townships of all counties, by rule: a ``share`` of those that exist, ``total`` of them together."""

    share: Annotated[float, Field(gt=0, le=1)]
    total: Annotated[int, Field(ge=0)]
    slug: str
    title: str
    planned: date | None = None
    since: date | None = None
    phase: str = ""


class ArchetypeDevice(Entry):
    """Devices of one role at each place of a kind; ``data`` is what differs from the groups."""

    role: Role
    count: Annotated[int, Field(ge=1, le=99)] = 1
    groups: tuple[str, ...]
    data: HostData = HostData()


class ArchetypeEntry(Entry):
    """What a place of a kind is made of.

    ``only`` limits it to some places, ``within`` to those inside some, ``venues`` to those with a venue.
    """

    kind: SiteKind
    only: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    venues: bool = False
    devices: tuple[ArchetypeDevice, ...]


class NodesEntry(Entry):
    """How many clients of a system each place of a kind has; ``exceptions`` where it differs.

    ``within`` limits it to places inside these; ``since`` is the day on which they joined the system, where that is
    later than the system's own.
    """

    kind: SiteKind | Literal["unit"]
    each: Annotated[int, Field(ge=0)]
    exceptions: dict[str, int] = Field(default_factory=dict)
    within: tuple[str, ...] = ()
    since: date | None = None


class SystemEntry(Entry):
    """An information system: where it lives, who uses it, and what the network owes it.

    ``server_hosts`` are devices, or patterns (``qh-*-n-srv01``) of those in the system's zone; ``clients`` are zones;
    ``probe`` is what shows that it answers. ``nodes`` counts the places that take part, by kind. ``source`` is the text
    that tells of it.
    """

    title: str
    title_en: str
    zone: str
    server_hosts: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    traffic_class: Literal["control", "emergency", "video", "document", "office", "bulk", "default"]
    availability: Literal["always", "office-hours", "events"]
    probe: str = ""
    service: str = ""
    owner: str = ""
    members: tuple[str, ...] = ()
    state: State = "integrated"
    states: dict[date, State] = Field(default_factory=dict)  # day -> state from then on
    exemption: str = ""
    nodes: tuple[NodesEntry, ...] = ()
    source: str
    note: str = ""
    since: date | None = None
    until: date | None = None
    phase: str = ""

    @property
    def every_state(self) -> set[str]:
        """The states that it has at some time."""
        return {self.state, *self.states.values()}

"""Who is served, and by what: units, information systems, classes of traffic on leased lines, carriers' contracts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import date

    from govnet.network.placed import Origin


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
class TrafficClass:
    """A class of packets on leased lines. ``dscp`` marks them; ``shares`` is speed in kbit/s -> per cent guaranteed."""

    name: str
    title: str
    dscp: int
    shares: Mapping[int, int]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Credit:
    """What a carrier gives back in a month with availability under ``below`` per cent: ``percent`` of the fee."""

    below: float
    percent: float


@dataclass(frozen=True, slots=True)
class Contract:
    """What a carrier promised of its lines: per cent of a month that they work, loss as a ratio, times in seconds.

    None: the contract says nothing of it. ``credits`` from the mildest to the hardest breach.
    """

    name: str
    title: str
    carrier: str
    availability: float
    loss: float | None
    delay: float | None
    jitter: float | None
    credits: tuple[Credit, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Clients:
    """How many places of a kind take part in a system, place by place; ``since`` is when they joined it.

    None: they are of it as long as it is there.
    """

    kind: str
    counts: Mapping[str, int]
    since: date | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def joined(self, day: date | None, there: Container[str]) -> int:
        """Return how many of them take part on a day, of the places that are there; None: no day is meant."""
        if self.since and day and day < self.since:
            return 0
        return sum(count for place, count in self.counts.items() if place in there)


PLANNED = "planned"
"""The state of a system of which nothing runs yet."""


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
        states: day -> the state from then on, in the order of the days.
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
    states: tuple[tuple[date, str], ...] = ()

    def state_on(self, day: date) -> str:
        """Return the state of the consolidation on a day: the last that had come by then counts."""
        return next((state for since, state in reversed(self.states) if since <= day), self.state)

"""Whole sets of packets on their way through the routers, until nothing new arrives anywhere.

What becomes of a packet does not depend on other packets. So packets of many senders are explored together, those that
wait at one entrance as one set; and after a change only the packets that it touches are explored again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation.packets import NOTHING, PacketSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.isolation.passing import Passing
    from govnet.isolation.surroundings import Entrance
    from govnet.isolation.translation import Original

Entries = dict["Entrance", PacketSet]


class Arrived(NamedTuple):
    """Packets at a site, as they are on the wire there, and what translation made them from."""

    packets: PacketSet
    original: Original | None

    @property
    def meant(self) -> PacketSet:
        """The packets as the policy speaks of them."""
        return self.original.meant(self.packets) if self.original else self.packets


@dataclass(slots=True)
class Flow:
    """What one exploration found.

    Attributes:
        seen: all packets that came to an entrance.
        arrivals: site (index) -> packets that got there.
        lost: packets that went no further than the router they were in, or came to an entrance twice: a loop, or two
            ways that meet. A packet that is not among them got to where it was meant.
        opened: firewall -> packets that it passed and remembers; only where who gets them is kept as well.
    """

    seen: dict[Entrance, PacketSet] = field(default_factory=dict)
    arrivals: dict[int, list[Arrived]] = field(default_factory=dict)
    lost: list[PacketSet] = field(default_factory=list)
    opened: dict[str, list[PacketSet]] = field(default_factory=dict)

    @property
    def visited(self) -> set[str]:
        """Routers that packets came to."""
        return {entrance.device for entrance in self.seen}

    def at(self, site: int) -> PacketSet:
        """Return all that arrived at a site, as the policy speaks of it."""
        found = [arrived.meant for arrived in self.arrivals.get(site, ())]
        return PacketSet.all_of(found) if found else NOTHING


@dataclass(frozen=True, slots=True)
class Asked:
    """What an exploration is about.

    Attributes:
        established: packets of open sessions; otherwise such as open one.
        keep: also keep who gets them; without, only what is lost is told.
        ignored: packets that need not be followed beyond the first router, unless translation made them.
        widen: where many senders' packets meet, also follow packets between their addresses that nobody sends. Then
            `Flow.seen` and `Flow.lost` may hold more than is true, never less, and many sites cost little.
    """

    established: bool = False
    keep: bool = True
    widen: bool = False
    ignored: PacketSet = NOTHING


_MANY = 96
"""More senders than this are followed as one crowd where `Asked.widen` allows it: what a crowd is made to send meets
what others really send, and each such packet has to be looked at again."""

OPENING, ANSWERS = Asked(), Asked(established=True)


def explore(
    passing: Passing,
    entries: Mapping[Entrance, PacketSet],
    asked: Asked = OPENING,
    seen: Mapping[Entrance, PacketSet] | None = None,
) -> Flow:
    """Return where packets get to from ``entries``; ends because only packets new at an entrance go on.

    What becomes of ``seen`` is known already and not told again.
    """
    flow = Flow(dict(seen) if seen else {})
    first, later = (passing.exploring(part, forgetful=not asked.keep) for part in (asked.ignored, NOTHING))
    waiting: dict[Entrance, list[PacketSet]] = {entrance: [packets] for entrance, packets in entries.items()}
    order = deque(waiting)
    while order:
        entrance = order.popleft()
        parts = waiting.pop(entrance)
        packets = parts[0]
        if len(parts) > 1:
            packets = PacketSet.widened(parts) if asked.widen and len(parts) > _MANY else PacketSet.all_of(parts)
        known = flow.seen.get(entrance)
        if known is not None:
            again = packets.intersection(known)
            flow.lost += [entrance.meant(again)] if again else []
            packets = packets.difference(again)
        if packets.blocks:
            flow.seen[entrance] = packets if known is None else known.union(packets)
            here = first if known is None and entrance in entries else later  # routers before dropped what is ignored
            for onward, part in _passed_on(flow, here, entrance, packets, asked):
                if onward not in waiting:
                    waiting[onward] = []
                    order.append(onward)
                waiting[onward].append(part)
    return flow


def _passed_on(
    flow: Flow, passing: Passing, entrance: Entrance, packets: PacketSet, asked: Asked
) -> list[tuple[Entrance, PacketSet]]:
    """Take packets through one router; note what became of them and return those that go to other routers."""
    quick = None if asked.keep else passing.forwarded(entrance, packets, established=asked.established)
    if quick is not None:
        return quick
    passed = passing.through(entrance, packets, established=asked.established)
    flow.lost += passed.lost
    if passed.opened and asked.keep:
        flow.opened.setdefault(entrance.device, []).extend(passed.opened)
    for one in passed.delivered if asked.keep else ():
        flow.arrivals.setdefault(one.site, []).append(Arrived(one.packets, one.original))
    return passed.onward


class Step(NamedTuple):
    """Packets that are new at an entrance, and the step they came from."""

    entrance: Entrance
    packets: PacketSet
    came: Step | None


@dataclass(slots=True)
class Trail:
    """How a few packets went, step by step.

    Attributes:
        ends: site (index) and the last step before it.
        last: the last step that was taken at all.
    """

    ends: list[tuple[int, Step]] = field(default_factory=list)
    last: Step | None = None


def follow(passing: Passing, entries: Mapping[Entrance, PacketSet], *, established: bool = False) -> Trail:
    """Return how packets go from ``entries``, each set by itself: for one packet or few."""
    trail = Trail()
    seen: Entries = {}
    queue = deque(Step(entrance, packets, None) for entrance, packets in entries.items())
    while queue:
        step = queue.popleft()
        fresh = step.packets.difference(seen.get(step.entrance, NOTHING))
        if not fresh:
            continue
        seen[step.entrance] = seen.get(step.entrance, NOTHING).union(fresh)
        trail.last = step._replace(packets=fresh)
        passed = passing.through(step.entrance, fresh, established=established)
        for one in passed.delivered:
            trail.ends.append((one.site, Step(one.door, one.packets, trail.last) if one.door else trail.last))
        queue.extend(Step(onward, part, trail.last) for onward, part in passed.onward)
    return trail


def unwound(step: Step | None) -> list[Step]:
    """Return the steps that led to ``step``, itself last."""
    steps = []
    while step is not None:
        steps.append(step)
        step = step.came
    return steps[::-1]

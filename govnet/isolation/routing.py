"""What one router makes of a set of packets by its rules, routes and translation, whoever is around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation.packets import NOTHING, PacketSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.isolation.routers import Router
    from govnet.isolation.routes import Exit, Instance
    from govnet.isolation.surroundings import Entrance
    from govnet.isolation.translation import Original


class Situation(NamedTuple):
    """How packets are followed.

    Attributes:
        hostile: of packets that their sender may not send; what becomes of those that are lost nobody asks.
        established: packets of open sessions; the others open one.
        forgetful: nobody asks which sessions a firewall let open.
        ignored: packets that are dropped once a router that left them as they were let them through.
    """

    hostile: bool
    established: bool
    forgetful: bool = False
    ignored: PacketSet = NOTHING


class Leaving(NamedTuple):
    """Packets that go out by an interface, to a next hop (as an integer) or to whom they are meant for.

    ``tunnel`` is the routing instance of another device that they go to over the backbone; no interface then.
    """

    packets: PacketSet
    interface: str
    hop: int | None
    tunnel: Instance | None
    original: Original | None


@dataclass(slots=True)
class Routed:
    """What a router made of packets. ``lost`` and ``opened`` are told as the policy speaks of them.

    Attributes:
        leaving: what goes out.
        own: packets for its own addresses, where somebody asks for them, and what translation made them from.
        lost: what its rules or routes kept back.
        opened: packets whose sessions a stateful firewall let through and remembers.
    """

    leaving: list[Leaving] = field(default_factory=list)
    own: list[tuple[PacketSet, Original | None]] = field(default_factory=list)
    lost: list[PacketSet] = field(default_factory=list)
    opened: list[PacketSet] = field(default_factory=list)


class Routing:
    """One router at one set of packets."""

    def __init__(
        self,
        router: Router,
        entrance: Entrance,
        asked: Situation,
        known: PacketSet | None = None,
        *,
        served: bool = False,
    ) -> None:
        """Prepare to route.

        Args:
            router: the router.
            entrance: where packets come in.
            asked: how they are followed.
            known: the answers whose sessions it has seen open; None: it passes them all.
            served: somebody asks for packets to the router's own addresses.
        """
        self._router, self._entrance, self._asked = router, entrance, asked
        self._known, self._served = known, served
        self._found = Routed()

    def through(self, packets: PacketSet) -> Routed:
        """Return what becomes of packets."""
        router, entrance = self._router, self._entrance
        inside = router.incoming(entrance.treatment, packets, established=self._asked.established)
        self._note_lost(packets, inside, entrance.original)
        if router.translator is None or self._asked.established:
            self._route(inside, entrance.original)
            return self._found
        for one in router.translator.entering(entrance.treatment, inside, entrance.original):
            self._route(one.packets, one.original)
        return self._found

    def _route(self, packets: PacketSet, original: Original | None) -> None:
        router, asked, treatment = self._router, self._asked, self._entrance.treatment
        if not packets.blocks:
            return
        vrf = treatment.vrf if treatment else ""
        if treatment is not None and (self._served or not router.config.forwarding):
            own = packets.towards(router.addresses(vrf))
            self._found.own.append((self._followed(own, original), original))
            if not router.config.forwarding:
                self._note_lost(packets, own, original)
                return
        if self._known is not None:
            known = packets.intersection(self._known)
            self._note_lost(packets, known, original)
            packets = known
        if not asked.hostile:
            self._note_lost(packets, packets.towards(router.routed(vrf)), original)
        remembers = router.config.firewall and treatment is not None
        remembers = remembers and not (asked.established or asked.hostile or asked.forgetful)
        for leave, exits, towards, out in router.ways(
            treatment, packets, established=asked.established, closed=not asked.hostile
        ):
            self._note_lost(towards, out, original)
            if remembers:
                self._found.opened.append(original.meant(out) if original else out)
            if router.translator is None or asked.established:
                self._leave(exits, out, original)
                continue
            for one in router.translator.leaving(treatment, leave, out, original):
                self._leave(exits, one.packets, one.original)

    def _followed(self, packets: PacketSet, original: Original | None) -> PacketSet:
        """Return the packets that are not ignored; what translation made is always followed."""
        ignored = self._asked.ignored
        return packets.difference(ignored) if ignored.blocks and original is None else packets

    def _leave(self, exits: Sequence[Exit], packets: PacketSet, original: Original | None) -> None:
        packets = self._followed(packets, original)
        for way in exits if packets.blocks else ():
            part = packets.towards(way.destinations) if len(exits) > 1 else packets
            if part.blocks:
                hop = None if way.next_hop is None else int(way.next_hop)
                self._found.leaving.append(Leaving(part, way.interface, hop, way.tunnel, original))

    def _note_lost(self, before: PacketSet, after: PacketSet, original: Original | None) -> None:
        """Note what was kept back; of hostile packets nobody asks."""
        if self._asked.hostile:
            return
        lost = before.beyond(after)
        if lost:
            self._found.lost.append(original.meant(lost) if original else lost)

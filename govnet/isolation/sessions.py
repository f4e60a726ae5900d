"""Which firewall knows of which session: it passes answers only to what it let open itself, or its partner did.

A stateful firewall that never saw a session's first packet drops the answer to it (netfilter calls it ``invalid``).
Firewalls that share their sessions, a hot-standby pair, are told by the inventory (``session_sync``). A firewall that
is the only way in or out for one of a session's two ends has seen it for certain; only the answers that this does not
settle are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.flow import NOTHING, explore
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from govnet.isolation.flow import Flow
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.passing import Passing
    from govnet.isolation.sites import Site
    from govnet.isolation.world import World

_Group = frozenset[str]


class Sessions:
    """The firewalls of a world, by whom each shares its sessions with."""

    def __init__(self, world: World) -> None:
        self._world, self._plain = world, world.plain
        keepers = [name for name, router in world.plain.routers.items() if router.config.firewall]
        shared: dict[str, set[str]] = {}
        for name in keepers:
            shared.setdefault(_partners(world, name), set()).add(name)
        self._groups = {name: frozenset(group) for group in shared.values() for name in group}

    def remembering(self, flow: Flow) -> Passing:
        """Return the routers, passing answers only to what a flow of session-opening packets opened."""
        opened = {name: [p for one in group for p in flow.opened.get(one, ())] for name, group in self._groups.items()}
        known = {name: PacketSet.all_of(parts).reversed() if parts else NOTHING for name, parts in opened.items()}
        return self._plain.remembering(known)

    def doubtful(self, answers: Flow) -> PacketSet:
        """Return the answers that come to a firewall which need not have seen their session.

        Args:
            answers: where answers get to if every firewall knows all sessions.
        """
        seen = [(self._groups[e.device], packets) for e, packets in answers.seen.items() if e.device in self._groups]
        found = [part for group, packets in seen if (part := self._unsettled(group, packets))]
        return PacketSet.all_of(found) if found else NOTHING

    def _unsettled(self, group: _Group, answers: PacketSet) -> PacketSet:
        """Return answers but those to a host whose only way out a group is, or from one whose only way in it is."""
        left = answers.towards(intervals.difference(intervals.ADDRESSES, self._guarded(group, self._ways_out)))
        return left.sourced(intervals.difference(intervals.ADDRESSES, self._guarded(group, self._ways_in)))

    def _guarded(self, group: _Group, ways: Callable[[], Iterable[tuple[int, set[str]]]]) -> Intervals:
        """Return the addresses of the sites whose ``ways`` are all over one group; an address of two sites is none."""
        kept = self._world.ground.guarded
        key = (group, ways.__name__)
        if key not in kept:
            members = [index for index, devices in ways() if devices and devices <= group]
            kept[key] = intervals.difference(self._world.ground.space(members), self._world.ground.shared)
        return kept[key]

    def _ways_out(self) -> Iterator[tuple[int, set[str]]]:
        """Yield each site of hosts with the routers that its packets enter first."""
        for index, site in enumerate(self._world.sites):
            if not site.device:
                yield index, {entrance.device for entrance in self._world.ground.ways[index]}

    def _ways_in(self) -> Iterator[tuple[int, set[str]]]:
        """Yield each site of hosts with the routers that may hand it packets."""
        found: dict[int, set[str]] = {}
        for device, interface in self._plain.hearing.values():
            for index in self._plain.takers(device, interface):
                found.setdefault(index, set()).add(device)
        yield from ((index, devices) for index, devices in found.items() if not self._world.sites[index].device)


def _partners(world: World, name: str) -> str:
    """Return what names the group of firewalls that a firewall shares its sessions with."""
    device = world.network.devices.get(name)
    shared = str(device.data.get("session_sync") or "") if device else ""
    return f"shared {shared}" if shared else name


def answering(world: World, start: Site, packets: PacketSet) -> tuple[Passing, Flow]:
    """Return the routers as they are once a site has sent session-opening packets, and where those went."""
    flow = explore(world.plain, dict.fromkeys(world.plain.entries(start), packets))
    return Sessions(world).remembering(flow), flow

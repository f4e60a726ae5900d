"""Which firewall knows of which session: it passes answers only to what it let open itself, or its partner did.

A stateful firewall that never saw a session's first packet drops the answer to it (netfilter calls it ``invalid``).
Firewalls that share their sessions, a hot-standby pair, are told by the inventory (``session_sync``). A firewall that
is the only way in or out for one of a session's two ends has seen it for certain; only the answers that this does not
settle are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.flow import explore
from govnet.isolation.guards import behind
from govnet.isolation.packets import NOTHING, PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.isolation.flow import Flow
    from govnet.isolation.passing import Passing
    from govnet.isolation.sites import Site
    from govnet.isolation.world import World
    from govnet.network.built import Device

_Group = frozenset[str]


class Sessions:
    """The firewalls of a world, by whom each shares its sessions with."""

    def __init__(self, world: World) -> None:
        self._world, self._plain = world, world.plain
        devices = world.network.devices
        self._groups: dict[str, _Group | None] = {}
        self._shared: Mapping[str, str] = world.kept.get(("session sync",), (devices,), lambda: _synced(devices))

    def _group(self, name: str) -> _Group | None:
        """Return the firewalls that share sessions with one, itself among them; None for what keeps no sessions."""
        if name not in self._groups:
            mine, routers = self._shared.get(name), self._plain.routers
            partners = [one for one, shared in self._shared.items() if shared == mine] if mine else [name]
            group = frozenset(one for one in partners if one in routers and routers[one].config.firewall)
            self._groups[name] = group if name in group else None
        return self._groups[name]

    def remembering(self, flow: Flow) -> Passing:
        """Return the routers, passing answers only to what a flow of session-opening packets opened."""
        groups = {name: group for name in self._plain.routers if (group := self._group(name))}
        opened = {name: [p for one in group for p in flow.opened.get(one, ())] for name, group in groups.items()}
        known = {name: PacketSet.all_of(parts).reversed() if parts else NOTHING for name, parts in opened.items()}
        return self._plain.remembering(known)

    def met(self, flow: Flow, packets: PacketSet) -> PacketSet:
        """Return those of some packets that came to a firewall."""
        here = (part for entrance, part in flow.seen.items() if self._plain.routers[entrance.device].config.firewall)
        found = [part for one in here if (part := packets.intersection(one))]
        return PacketSet.all_of(found) if found else NOTHING

    def doubtful(self, answers: Flow) -> PacketSet:
        """Return the answers that come to a firewall which need not have seen their session.

        Args:
            answers: where answers get to if every firewall knows all sessions.
        """
        seen: dict[_Group, list[PacketSet]] = {}
        for entrance, packets in answers.seen.items():
            if group := self._group(entrance.device):
                seen.setdefault(group, []).append(packets)
        found = [part for group, parts in seen.items() for part in self._unsettled(group, parts)]
        return PacketSet.all_of(found) if found else NOTHING

    def _unsettled(self, group: _Group, answers: Iterable[PacketSet]) -> Iterator[PacketSet]:
        """Yield answers but those to a host whose only way out a group is, or from one whose only way in it is."""
        ground = self._world.ground
        targets = intervals.difference(intervals.ADDRESSES, behind(ground.entered_first, group))
        sources = intervals.difference(intervals.ADDRESSES, behind(ground.left_last, group))
        for packets in answers:
            left = packets.sourced(sources)
            if left and (left := left.towards(targets)):
                yield left


def _synced(devices: Mapping[str, Device]) -> dict[str, str]:
    """Return each device that shares its sessions with others -> the name of what they share."""
    named = ((name, device.data.get("session_sync")) for name, device in devices.items())
    return {name: str(shared) for name, shared in named if shared}


def answering(world: World, start: Site, packets: PacketSet) -> tuple[Passing, Flow]:
    """Return the routers as they are once a site has sent session-opening packets, and where those went."""
    flow = explore(world.plain, dict.fromkeys(world.plain.entries(start), packets))
    return Sessions(world).remembering(flow), flow

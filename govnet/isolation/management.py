"""The way in: from the runner's own port to each device's management address, and back, in a fabric.

A device that the runner cannot open a session to can be neither changed nor put back. So every state that a plan
passes through is asked this, and a way that is lost is told with the device and port where it ends. The way is exact
for layer 2 (tags, shut ports), routes and filters both ways, and the device's own list of who may log in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.flow import ANSWERS, explore
from govnet.isolation.holes import FORWARDING_ROLES
from govnet.isolation.packets import TCP, PacketSet
from govnet.isolation.segments import Gap
from govnet.isolation.sessions import Sessions
from govnet.isolation.stopped import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.model import DeviceConfig
    from govnet.isolation.fabric import Fabric
    from govnet.isolation.frames import Presence
    from govnet.isolation.sites import Site
    from govnet.network.built import Device
    from govnet.network.cabled import End

_SESSIONS = ((22, 23),)
"""SSH and Telnet: what a runner opens a session by."""


class WayIn(StrEnum):
    """What the model says of the way from the runner to a device."""

    OPEN = "open"
    CUT = "cut"
    UNKNOWN = "unknown"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class ManagementPath:
    """One device's way in. ``why`` is the witness of a cut, names what was not seen, or is empty.

    ``declared`` is a device whose management port is out of band and not cabled in the inventory.
    """

    device: str
    state: WayIn
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Goal:
    """Where a device is managed: where its port or interface is, its address, and the networks it finds by itself."""

    index: int | None
    presence: Presence
    address: IPv4Address
    subnet: IPv4Network | None


def management_paths(fabric: Fabric) -> dict[str, ManagementPath]:
    """Return device -> its way in, for every device that govnet logs in to, in inventory order."""
    finder = _Finder(fabric)
    return {device.name: finder.path(device) for device in fabric.network.commanded()}


class _Finder:
    """Holds what is the same for all devices: where the runner is plugged in."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric, self._flows = fabric, fabric.plain
        self._runner = self._find_runner()

    def _find_runner(self) -> tuple[int, Site] | None:
        """Return the first runner's site and its index in the fabric: its own port and address alone."""
        network = self._fabric.network
        for runner in network.services.runners:
            address = runner.network_address
            names = [device.name for device in network.devices.values() if device.address == address]
            ends = {link.other(name) for name in names for link in network.links_of(name)}
            for index, site in self._fabric.sites.items():
                inside = site.segment and address in site.segment.subnet
                if inside and not ends.isdisjoint(site.ends):
                    own = [end for end in site.ends if end in ends][:1]
                    return index, self._at(site, own[0], address)
        return None

    def _at(self, site: Site, end: End, address: IPv4Address) -> Site:
        view = self._fabric.layer2.views[end.device]
        presence = view.presence(end.port, hostile=False)
        return replace(site, ends=(end,), addresses=intervals.of_addresses([address]), plain=presence)

    def path(self, device: Device) -> ManagementPath:
        """Return the way in to one device."""
        config = self._fabric.configs.get(device.name)
        if config is None:
            return ManagementPath(device.name, WayIn.UNKNOWN, f"{device.name} was not read")
        if self._runner is None:
            return ManagementPath(device.name, WayIn.UNKNOWN, self._no_runner())
        goal = self._closed(device, config) or self._goal(device, config)
        if isinstance(goal, ManagementPath):
            return goal
        if not (why := self._stopped(device, goal)):
            return ManagementPath(device.name, WayIn.OPEN)
        if unseen := self._unseen(goal.presence, device.name):
            return ManagementPath(device.name, WayIn.UNKNOWN, f"{unseen} was not read")
        return ManagementPath(device.name, WayIn.CUT, why)

    def _no_runner(self) -> str:
        network = self._fabric.network
        if not network.services.runners:
            return "the inventory names no runner"
        address = network.services.runners[0].network_address
        return f"the port of the runner {address} is not seen: its switch was not read, or no cable leads to it"

    def _closed(self, device: Device, config: DeviceConfig) -> ManagementPath | None:
        """Return a cut when the device itself does not let the runner in."""
        if not (config.management.ssh or config.management.telnet):
            return ManagementPath(device.name, WayIn.CUT, f"{device.name}: SSH and Telnet are off")
        sources, runner = config.management.sources, self._address
        if not sources or any(runner in source for source in sources):
            return None
        listed = ", ".join(map(str, sorted(sources)))
        return ManagementPath(device.name, WayIn.CUT, f"{device.name}: lets in {listed} only, not the runner {runner}")

    @property
    def _address(self) -> IPv4Address:
        return self._fabric.network.services.runners[0].network_address

    def _goal(self, device: Device, config: DeviceConfig) -> _Goal | ManagementPath:
        """Return where a device is managed, or why there is no such place."""
        address = device.address
        if address is None:
            return ManagementPath(device.name, WayIn.UNKNOWN, f"{device.name} has no address in the inventory")
        for index, site in self._fabric.sites.items():
            if site.device == device.name and site.managed:
                return _Goal(index, site.plain, address, _subnet_of(config, address))
        setup = config.management.address
        if setup and setup.ip == address and config.management.vlan is None:
            return self._out_of_band(device, address)
        return ManagementPath(device.name, WayIn.CUT, f"{device.name}: has no longer the address {address}")

    def _out_of_band(self, device: Device, address: IPv4Address) -> _Goal | ManagementPath:
        """Return the port of another device that a management port is cabled to, where the inventory says so."""
        where = str(device.data.get("management_port") or "")
        if not where:
            return ManagementPath(device.name, WayIn.DECLARED, "its management port is not cabled in the inventory")
        other, _, port = where.partition(":")
        view = self._fabric.layer2.views.get(other)
        if view is None:
            return ManagementPath(device.name, WayIn.UNKNOWN, f"{other}, where it is cabled, was not read")
        if not view.alive(port):
            return ManagementPath(
                device.name, WayIn.CUT, f"{other}:{port} is shut; the management port is cabled there"
            )
        presence = view.presence(port, hostile=False)
        subnet = device.oob.network if device.oob else None
        return _Goal(None, presence, address, subnet)

    def _stopped(self, device: Device, goal: _Goal) -> str:
        """Return why the runner does not get to a goal and back; empty when it does."""
        _, runner = self._runner or (0, None)
        if runner is None:
            return "no runner"
        if goal.subnet and self._address in goal.subnet:
            return self._not_near(runner, goal)
        if goal.index is None:
            return f"{device.name}: its management port has no gateway to the runner"
        return self._not_routed(runner, goal.index)

    def _not_near(self, runner: Site, goal: _Goal) -> str:
        layer2 = self._fabric.layer2
        there = runner.plain.sends and not goal.presence.hears.isdisjoint(layer2.reached(sorted(runner.plain.sends)))
        if there and not runner.plain.hears.isdisjoint(layer2.reached(sorted(goal.presence.sends))):
            return ""
        return str(Stopped(self._fabric).cut(runner, goal.presence.hears)).replace("stops here: ", "")

    def _not_routed(self, runner: Site, end: int) -> str:
        index, _ = self._runner or (0, None)
        own, target = runner.addresses, self._fabric.sites[end]
        need = PacketSet.of(own, target.addresses, ((TCP, TCP),), ports=_SESSIONS).intersection(target.accept)
        entries = dict.fromkeys(self._flows.entries(runner), need)
        there = explore(self._flows, entries)
        lost = need.difference(there.at(end))
        if need and not lost:
            answers = dict.fromkeys(self._flows.entries(target), need.reversed())
            back = explore(Sessions(self._fabric).remembering(there), answers, ANSWERS).at(index)
            if not need.reversed().difference(back):
                return ""
            return str(Stopped(self._fabric).witness(Gap(index, end, need, answers=True)))
        return str(Stopped(self._fabric).witness(Gap(index, end, lost or need, answers=False)))

    def _unseen(self, presence: Presence, device: str) -> str:
        """Return a device that was not read and that may be part of the way; empty when none is beside it."""
        here = {device} | self._before(presence)
        for link in self._fabric.network.links:
            for near, far in ((link.a, link.b), (link.b, link.a)):
                role = self._fabric.network.devices[far.device].role
                if far.device in self._fabric.configs or role not in FORWARDING_ROLES or near.device not in here:
                    continue
                if self._fabric.layer2.views[near.device].alive(near.port):
                    return far.device
        return ""

    def _before(self, presence: Presence) -> set[str]:
        return {spot.device for spot in self._fabric.layer2.reached(sorted(presence.sends))}


def _subnet_of(config: DeviceConfig, address: IPv4Address) -> IPv4Network | None:
    """Return the subnet that the device is in with its address."""
    own = [one for interface in config.interfaces.values() for one in interface.addresses]
    own += [config.management.address] if config.management.address else []
    return next((one.network for one in own if one.ip == address), None)


def lost_ways(before: Mapping[str, ManagementPath], after: Mapping[str, ManagementPath]) -> Iterator[ManagementPath]:
    """Yield the ways that were open, or not known to be cut, and are cut now; and those that were open and are not."""
    good = (WayIn.OPEN, WayIn.DECLARED)
    for name, now in after.items():
        was = before[name].state
        if (now.state is WayIn.CUT and was is not WayIn.CUT) or (was in good and now.state not in good):
            yield now

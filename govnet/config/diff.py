"""`diff`: the changes that make one configuration of another, in an order that is legal on every platform.

The order is part of the truth. What hangs on something goes before it goes, what is hung on something comes after it;
ports are shut before their VLANs move and opened after; a firewall gets its rules before it gets interfaces, and
routing starts last and stops first, so that no step in between lets through what neither end does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from govnet.config import changes as c
from govnet.config.diff_labelled import Labelled
from govnet.config.filtering import Firewall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from govnet.config.model import DeviceConfig

K = TypeVar("K")
V = TypeVar("V")


def diff(running: DeviceConfig, intent: DeviceConfig) -> list[c.Change]:
    """Return the changes from ``running`` to ``intent``; empty when they are equal.

    Both must have the same ports: hardware is not configured.

    Raises:
        ValueError: the two have different ports.
    """
    if running.ports.keys() != intent.ports.keys():
        odd = ", ".join(sorted(running.ports.keys() ^ intent.ports.keys()))
        raise ValueError(f"{intent.hostname}: ports differ ({odd}); these are not two states of one device")
    return [
        *_replaced(c.SetHostname, running.hostname, intent.hostname),
        *_labelled(running, intent).down(),
        *_queueing(running, intent, ends=True),
        *_takedown(running, intent),
        *_layer2(running, intent),
        *_firewall_up(running, intent),
        *_buildup(running, intent),
        *_labelled(running, intent).up(),
        *_queueing(running, intent, ends=False),
        *_services(running, intent),
        *_leftovers(running, intent),
    ]


def _gone(before: Mapping[K, V], after: Mapping[K, V]) -> list[tuple[K, V]]:
    """Return what is in ``before`` but not, or not the same, in ``after``."""
    return [(key, value) for key, value in before.items() if after.get(key) != value]


def _rebuilt(running: DeviceConfig, intent: DeviceConfig) -> set[str]:
    """Return the interfaces to take away and put back: changed ones, and those on a bundle or in a VRF that changes."""
    vrfs = {name for name, _ in _gone(running.vrfs, intent.vrfs)}
    bundles = {aggregation.name for _, aggregation in _gone(running.aggregations, intent.aggregations)}
    changed = {name for name, _ in _gone(running.interfaces, intent.interfaces)}
    moved = {
        name
        for name, interface in running.interfaces.items()
        if interface.vrf in vrfs or (interface.parent and interface.parent in bundles)
    }
    return changed | moved


def _labelled(running: DeviceConfig, intent: DeviceConfig) -> Labelled:
    moved = {name for name, _ in _gone(running.vrfs, intent.vrfs)}
    return Labelled(running, intent, _rebuilt(running, intent), moved)


def _replaced(kind: Callable[..., c.Change], before: object, after: object) -> Iterator[c.Change]:
    if before != after:
        yield kind(before=before, after=after)


def _takedown(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    if running.forwarding and not intent.forwarding:
        yield c.SetForwarding(before=True, after=False)
    changed_acls = {name for name, _ in _gone(running.acls, intent.acls)}
    gone = _rebuilt(running, intent)
    for binding in sorted(running.bindings):
        if binding not in intent.bindings or binding.acl in changed_acls or binding.target in gone:
            yield c.UnbindAcl(binding)
    moved_vrfs = {name for name, _ in _gone(running.vrfs, intent.vrfs)}
    for route in sorted(running.routes, key=str):
        if route not in intent.routes or not moved_vrfs.isdisjoint({route.vrf, route.into}):
            yield c.RemoveRoute(route)
    yield from _zones_without(running, intent)
    for name, interface in running.interfaces.items():
        if name in gone:
            yield c.RemoveInterface(name, interface)
    yield from (c.DeleteMirror(number, mirror) for number, mirror in _gone(running.mirrors, intent.mirrors))
    yield from (c.DeleteAcl(name, acl) for name, acl in _gone(running.acls, intent.acls))


def _zones_without(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    """Take interfaces out of firewall zones first: what is in no zone reaches nothing."""
    if running.firewall is None:
        return
    wanted = intent.firewall.zones if intent.firewall else {}
    gone = _rebuilt(running, intent)
    for zone, names in running.firewall.zones.items():
        left = (names & wanted.get(zone, frozenset())) - gone
        if left != names:
            yield c.SetFirewallZone(zone, names, left)


def _layer2(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    for name, port in running.ports.items():
        if port.enabled and not intent.ports[name].enabled:
            yield c.SetPortEnabled(name, before=True, after=False)
    yield from (c.DeleteAggregation(*item) for item in _gone(running.aggregations, intent.aggregations))
    yield from (c.DeleteVrf(name, vrf) for name, vrf in _gone(running.vrfs, intent.vrfs))
    yield from (c.CreateVrf(name, vrf) for name, vrf in _gone(intent.vrfs, running.vrfs))
    for number, vlan in sorted(intent.vlans.items()):
        if number not in running.vlans:
            yield c.CreateVlan(number, vlan)
        elif running.vlans[number].name != vlan.name:
            yield c.RenameVlan(number, running.vlans[number].name, vlan.name)
    for name, port in running.ports.items():
        yield from _one_port(name, port.description, intent.ports[name].description)
    yield from (c.CreateAggregation(*item) for item in _gone(intent.aggregations, running.aggregations))
    for name, port in running.ports.items():
        if port.switchport != intent.ports[name].switchport:
            yield c.SetSwitchport(name, port.switchport, intent.ports[name].switchport)


def _one_port(name: str, before: str, after: str) -> Iterator[c.Change]:
    if before != after:
        yield c.SetPortDescription(name, before, after)


def _firewall_up(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    if intent.firewall is None:
        return
    if running.firewall is None:
        yield c.EnableFirewall()
    before = running.firewall or Firewall()
    if before.prelude != intent.firewall.prelude:
        yield c.SetFirewallPrelude(before.prelude, intent.firewall.prelude)
    for pair in sorted(before.pairs.keys() | intent.firewall.pairs.keys()):
        old, new = before.pairs.get(pair, ()), intent.firewall.pairs.get(pair, ())
        if old != new:
            yield c.SetFirewallPair(*pair, old, new)


def _buildup(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    yield from (c.CreateAcl(name, acl) for name, acl in _gone(intent.acls, running.acls))
    gone = _rebuilt(running, intent)
    for name, interface in intent.interfaces.items():
        if name not in running.interfaces or name in gone:
            yield c.AddInterface(name, interface)
    yield from _zones_with(running, intent)
    changed_acls = {name for name, _ in _gone(running.acls, intent.acls)}
    moved_vrfs = {name for name, _ in _gone(running.vrfs, intent.vrfs)}
    for binding in sorted(intent.bindings):
        if binding not in running.bindings or binding.acl in changed_acls or binding.target in gone:
            yield c.BindAcl(binding)
    for route in sorted(intent.routes, key=str):
        if route not in running.routes or not moved_vrfs.isdisjoint({route.vrf, route.into}):
            yield c.AddRoute(route)
    yield from (c.CreateMirror(number, mirror) for number, mirror in _gone(intent.mirrors, running.mirrors))
    if intent.forwarding and not running.forwarding:
        yield c.SetForwarding(before=False, after=True)
    for name, port in running.ports.items():
        if not port.enabled and intent.ports[name].enabled:
            yield c.SetPortEnabled(name, before=False, after=True)


def _zones_with(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    if intent.firewall is None:
        return
    held = running.firewall.zones if running.firewall else {}
    gone = _rebuilt(running, intent)
    for zone, names in sorted(intent.firewall.zones.items()):
        left = (held.get(zone, frozenset()) & names) - gone
        if left != names:
            yield c.SetFirewallZone(zone, left, names)


def _services(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    yield from _replaced(c.SetManagement, running.management, intent.management)
    yield from _replaced(c.SetSnmp, running.snmp, intent.snmp)
    yield from _replaced(c.SetSyslog, running.syslog, intent.syslog)
    yield from _replaced(c.SetNtp, running.ntp, intent.ntp)
    yield from _replaced(c.SetBanner, running.banner, intent.banner)


def _queueing(running: DeviceConfig, intent: DeviceConfig, *, ends: bool) -> Iterator[c.Change]:
    """Yield what ends, which goes before a port joins an aggregation, or what begins, after it has left one."""
    for name in running.ports:
        before, after = running.queueing.get(name), intent.queueing.get(name)
        if before != after and (after is None) is ends:
            yield c.SetQueueing(name, before, after)


def _leftovers(running: DeviceConfig, intent: DeviceConfig) -> Iterator[c.Change]:
    for number, vlan in sorted(running.vlans.items()):
        if number not in intent.vlans:
            yield c.DeleteVlan(number, vlan)
    if running.firewall is None or intent.firewall is not None:
        return
    if running.firewall.prelude:
        yield c.SetFirewallPrelude(running.firewall.prelude, ())
    for pair, rules in sorted(running.firewall.pairs.items()):
        yield c.SetFirewallPair(*pair, rules, ())
    yield c.DisableFirewall()

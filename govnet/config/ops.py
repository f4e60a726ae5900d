"""`apply` and `inverse`: what a sequence of changes makes of a configuration, and how to take it back.

`apply` is strict: a change that does not fit the configuration it meets (the VLAN exists already, the value is not the
``before`` it names) raises `ConflictError` instead of guessing. That is how drift is noticed before a line is sent.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any, TypeVar, cast

from govnet.config import changes as c
from govnet.config.model import DeviceConfig, Firewall
from govnet.errors import GovnetError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

K = TypeVar("K")
V = TypeVar("V")


class ConflictError(GovnetError):
    """A change meets a configuration that it was not made for."""


def apply(config: DeviceConfig, changes: Sequence[c.Change]) -> DeviceConfig:
    """Return the configuration after the changes, in order: the predicted state.

    Raises:
        ConflictError: a change does not fit; names the change and what it found.
    """
    for change in changes:
        config = step(change, config)
    return config


def inverse(changes: Sequence[c.Change]) -> list[c.Change]:
    """Return the changes that lead back, in the order to make them."""
    return [_inverse_of(change) for change in reversed(changes)]


_OPPOSITE: dict[type, type] = {
    c.CreateVlan: c.DeleteVlan,
    c.CreateVrf: c.DeleteVrf,
    c.CreateAggregation: c.DeleteAggregation,
    c.AddInterface: c.RemoveInterface,
    c.AddRoute: c.RemoveRoute,
    c.CreateAcl: c.DeleteAcl,
    c.BindAcl: c.UnbindAcl,
    c.EnableFirewall: c.DisableFirewall,
    c.CreateMirror: c.DeleteMirror,
}
_OPPOSITE |= {undo: do for do, undo in _OPPOSITE.items()}


def _inverse_of(change: c.Change) -> c.Change:
    opposite = _OPPOSITE.get(type(change))
    if opposite is not None:
        fields: dict[str, Any] = {name: getattr(change, name) for name in change.__slots__}
        return cast("c.Change", opposite(**fields))
    two_sided: Any = change  # a step without an opposite carries both values
    return cast("c.Change", replace(two_sided, before=two_sided.after, after=two_sided.before))


def _added(items: Mapping[K, V], key: K, value: V, what: object) -> dict[K, V]:
    if key in items:
        raise ConflictError(f"{what}: {key} exists already; read the device again and make a new plan.")
    return {**items, key: value}


def _removed(items: Mapping[K, V], key: K, value: V, what: object) -> dict[K, V]:
    if items.get(key) != value:
        raise ConflictError(f"{what}: found {items.get(key)!r} instead; read the device again and make a new plan.")
    return {name: item for name, item in items.items() if name != key}


def _expect(found: object, before: object, what: object) -> None:
    if found != before:
        raise ConflictError(f"{what}: found {found!r} instead; read the device again and make a new plan.")


def _set(items: frozenset[V], value: V, what: object, *, present: bool) -> frozenset[V]:
    if (value in items) == present:
        raise ConflictError(f"{what}: {'there already' if present else 'not there'}; read the device again.")
    return items | {value} if present else items - {value}


@singledispatch
def step(change: c.Change, config: DeviceConfig) -> DeviceConfig:
    """Return the configuration after one change."""
    raise TypeError(f"{change!r} ({config.hostname}) is no change")


@step.register
def _(change: c.SetHostname, config: DeviceConfig) -> DeviceConfig:
    _expect(config.hostname, change.before, change)
    return replace(config, hostname=change.after)


@step.register
def _(change: c.CreateVlan, config: DeviceConfig) -> DeviceConfig:
    return replace(config, vlans=_added(config.vlans, change.vlan, change.value, change))


@step.register
def _(change: c.DeleteVlan, config: DeviceConfig) -> DeviceConfig:
    return replace(config, vlans=_removed(config.vlans, change.vlan, change.value, change))


@step.register
def _(change: c.RenameVlan, config: DeviceConfig) -> DeviceConfig:
    vlan = config.vlans.get(change.vlan)
    _expect(vlan.name if vlan else None, change.before, change)
    return replace(config, vlans={**config.vlans, change.vlan: replace(config.vlans[change.vlan], name=change.after)})


@step.register
def _(change: c.CreateVrf, config: DeviceConfig) -> DeviceConfig:
    return replace(config, vrfs=_added(config.vrfs, change.name, change.value, change))


@step.register
def _(change: c.DeleteVrf, config: DeviceConfig) -> DeviceConfig:
    return replace(config, vrfs=_removed(config.vrfs, change.name, change.value, change))


def _port_set(
    config: DeviceConfig, change: c.SetPortDescription | c.SetPortEnabled | c.SetSwitchport, field: str
) -> DeviceConfig:
    port = config.ports.get(change.port)
    if port is None:
        raise ConflictError(f"{change}: there is no port {change.port}; check the cards of the device.")
    _expect(getattr(port, field), change.before, change)
    after: dict[str, Any] = {field: change.after}
    return replace(config, ports={**config.ports, change.port: replace(port, **after)})


@step.register
def _(change: c.SetPortDescription, config: DeviceConfig) -> DeviceConfig:
    return _port_set(config, change, "description")


@step.register
def _(change: c.SetPortEnabled, config: DeviceConfig) -> DeviceConfig:
    return _port_set(config, change, "enabled")


@step.register
def _(change: c.SetSwitchport, config: DeviceConfig) -> DeviceConfig:
    return _port_set(config, change, "switchport")


@step.register
def _(change: c.CreateAggregation, config: DeviceConfig) -> DeviceConfig:
    return replace(config, aggregations=_added(config.aggregations, change.number, change.value, change))


@step.register
def _(change: c.DeleteAggregation, config: DeviceConfig) -> DeviceConfig:
    return replace(config, aggregations=_removed(config.aggregations, change.number, change.value, change))


@step.register
def _(change: c.AddInterface, config: DeviceConfig) -> DeviceConfig:
    return replace(config, interfaces=_added(config.interfaces, change.name, change.value, change))


@step.register
def _(change: c.RemoveInterface, config: DeviceConfig) -> DeviceConfig:
    return replace(config, interfaces=_removed(config.interfaces, change.name, change.value, change))


@step.register
def _(change: c.AddRoute, config: DeviceConfig) -> DeviceConfig:
    return replace(config, routes=_set(config.routes, change.value, change, present=True))


@step.register
def _(change: c.RemoveRoute, config: DeviceConfig) -> DeviceConfig:
    return replace(config, routes=_set(config.routes, change.value, change, present=False))


@step.register
def _(change: c.CreateAcl, config: DeviceConfig) -> DeviceConfig:
    return replace(config, acls=_added(config.acls, change.name, change.value, change))


@step.register
def _(change: c.DeleteAcl, config: DeviceConfig) -> DeviceConfig:
    return replace(config, acls=_removed(config.acls, change.name, change.value, change))


@step.register
def _(change: c.BindAcl, config: DeviceConfig) -> DeviceConfig:
    return replace(config, bindings=_set(config.bindings, change.value, change, present=True))


@step.register
def _(change: c.UnbindAcl, config: DeviceConfig) -> DeviceConfig:
    return replace(config, bindings=_set(config.bindings, change.value, change, present=False))


@step.register
def _(change: c.EnableFirewall, config: DeviceConfig) -> DeviceConfig:
    _expect(config.firewall, None, change)
    return replace(config, firewall=Firewall())


@step.register
def _(change: c.DisableFirewall, config: DeviceConfig) -> DeviceConfig:
    _expect(config.firewall, Firewall(), change)
    return replace(config, firewall=None)


def _loaded(config: DeviceConfig, change: c.Change) -> Firewall:
    if config.firewall is None:
        raise ConflictError(f"{change}: no zone policy is loaded; read the device again and make a new plan.")
    return config.firewall


def _swapped(items: Mapping[K, V], key: K, after: V) -> dict[K, V]:
    """Return ``items`` with ``key`` set to ``after``, or without it when ``after`` is empty."""
    rest = {name: item for name, item in items.items() if name != key}
    return {**rest, key: after} if after else rest


@step.register
def _(change: c.SetFirewallZone, config: DeviceConfig) -> DeviceConfig:
    firewall = _loaded(config, change)
    _expect(firewall.zones.get(change.zone, frozenset()), change.before, change)
    zones = _swapped(firewall.zones, change.zone, change.after)
    return replace(config, firewall=replace(firewall, zones=zones))


@step.register
def _(change: c.SetFirewallPair, config: DeviceConfig) -> DeviceConfig:
    firewall = _loaded(config, change)
    pair = change.source, change.target
    _expect(firewall.pairs.get(pair, ()), change.before, change)
    return replace(config, firewall=replace(firewall, pairs=_swapped(firewall.pairs, pair, change.after)))


@step.register
def _(change: c.SetFirewallPrelude, config: DeviceConfig) -> DeviceConfig:
    firewall = _loaded(config, change)
    _expect(firewall.prelude, change.before, change)
    return replace(config, firewall=replace(firewall, prelude=change.after))


@step.register
def _(change: c.CreateMirror, config: DeviceConfig) -> DeviceConfig:
    return replace(config, mirrors=_added(config.mirrors, change.number, change.value, change))


@step.register
def _(change: c.DeleteMirror, config: DeviceConfig) -> DeviceConfig:
    return replace(config, mirrors=_removed(config.mirrors, change.number, change.value, change))


@step.register
def _(change: c.SetForwarding, config: DeviceConfig) -> DeviceConfig:
    _expect(config.forwarding, change.before, change)
    return replace(config, forwarding=change.after)


@step.register
def _(change: c.SetManagement, config: DeviceConfig) -> DeviceConfig:
    _expect(config.management, change.before, change)
    return replace(config, management=change.after)


@step.register
def _(change: c.SetSnmp, config: DeviceConfig) -> DeviceConfig:
    _expect(config.snmp, change.before, change)
    return replace(config, snmp=change.after)


@step.register
def _(change: c.SetSyslog, config: DeviceConfig) -> DeviceConfig:
    _expect(config.syslog, change.before, change)
    return replace(config, syslog=change.after)


@step.register
def _(change: c.SetNtp, config: DeviceConfig) -> DeviceConfig:
    _expect(config.ntp, change.before, change)
    return replace(config, ntp=change.after)


@step.register
def _(change: c.SetBanner, config: DeviceConfig) -> DeviceConfig:
    _expect(config.banner, change.before, change)
    return replace(config, banner=change.after)

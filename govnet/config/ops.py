"""`apply` and `inverse`: what a sequence of changes makes of a configuration, and how to take it back.

`apply` is strict: a change that does not fit the configuration it meets (the VLAN exists already, the value is not the
``before`` it names) raises `ConflictError` instead of guessing. That is how drift is noticed before a line is sent.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any, TypeVar, cast

from govnet.config import changes as c
from govnet.config.filtering import Firewall
from govnet.config.labelled import Bgp, Mpls
from govnet.config.model import DeviceConfig
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
    c.EnableMpls: c.DisableMpls,
    c.EnableBgp: c.DisableBgp,
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


# Where a change's value lives. What is keyed has (field of DeviceConfig, field of the change that is its key).
_CREATED: dict[type, tuple[str, str]] = {
    c.CreateVlan: ("vlans", "vlan"),
    c.CreateVrf: ("vrfs", "name"),
    c.CreateAggregation: ("aggregations", "number"),
    c.AddInterface: ("interfaces", "name"),
    c.CreateAcl: ("acls", "name"),
    c.CreateMirror: ("mirrors", "number"),
}
_DELETED = {_OPPOSITE[create]: place for create, place in _CREATED.items()}
_MEMBERS: dict[type, str] = {c.AddRoute: "routes", c.BindAcl: "bindings"}
_NON_MEMBERS = {_OPPOSITE[add]: place for add, place in _MEMBERS.items()}
_REPLACED: dict[type, str] = {
    c.SetHostname: "hostname",
    c.SetForwarding: "forwarding",
    c.SetManagement: "management",
    c.SetSnmp: "snmp",
    c.SetSyslog: "syslog",
    c.SetNtp: "ntp",
    c.SetBanner: "banner",
}
_ON_PORTS: dict[type, str] = {
    c.SetPortDescription: "description",
    c.SetPortEnabled: "enabled",
    c.SetSwitchport: "switchport",
}


def step(change: c.Change, config: DeviceConfig) -> DeviceConfig:
    """Return the configuration after one change.

    Raises:
        ConflictError: the change does not fit.
    """
    kind, any_change = type(change), cast("Any", change)
    if kind in _CREATED:
        field, key = _CREATED[kind]
        return _with(config, field, _added(getattr(config, field), getattr(change, key), any_change.value, change))
    if kind in _DELETED:
        field, key = _DELETED[kind]
        return _with(config, field, _removed(getattr(config, field), getattr(change, key), any_change.value, change))
    if kind in _MEMBERS or kind in _NON_MEMBERS:
        field = _MEMBERS.get(kind) or _NON_MEMBERS[kind]
        return _with(config, field, _set(getattr(config, field), any_change.value, change, present=kind in _MEMBERS))
    if kind in _REPLACED:
        field = _REPLACED[kind]
        _expect(getattr(config, field), any_change.before, change)
        return _with(config, field, any_change.after)
    if kind in _ON_PORTS:
        return _port_set(config, any_change, _ON_PORTS[kind])
    return _special(change, config)


def _with(config: DeviceConfig, field: str, value: object) -> DeviceConfig:
    values: dict[str, Any] = {field: value}
    return replace(config, **values)


def _port_set(
    config: DeviceConfig, change: c.SetPortDescription | c.SetPortEnabled | c.SetSwitchport, field: str
) -> DeviceConfig:
    port = config.ports.get(change.port)
    if port is None:
        raise ConflictError(f"{change}: there is no port {change.port}; check the cards of the device.")
    _expect(getattr(port, field), change.before, change)
    after: dict[str, Any] = {field: change.after}
    return replace(config, ports={**config.ports, change.port: replace(port, **after)})


@singledispatch
def _special(change: c.Change, config: DeviceConfig) -> DeviceConfig:
    """Return the configuration after a change that is no plain creation, deletion or replacement."""
    raise TypeError(f"{change!r} ({config.hostname}) is no change")


@_special.register
def _(change: c.RenameVlan, config: DeviceConfig) -> DeviceConfig:
    vlan = config.vlans.get(change.vlan)
    _expect(vlan.name if vlan else None, change.before, change)
    return replace(config, vlans={**config.vlans, change.vlan: replace(config.vlans[change.vlan], name=change.after)})


@_special.register
def _(change: c.EnableFirewall, config: DeviceConfig) -> DeviceConfig:
    _expect(config.firewall, None, change)
    return replace(config, firewall=Firewall())


@_special.register
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


@_special.register
def _(change: c.SetFirewallZone, config: DeviceConfig) -> DeviceConfig:
    firewall = _loaded(config, change)
    _expect(firewall.zones.get(change.zone, frozenset()), change.before, change)
    zones = _swapped(firewall.zones, change.zone, change.after)
    return replace(config, firewall=replace(firewall, zones=zones))


@_special.register
def _(change: c.SetFirewallPair, config: DeviceConfig) -> DeviceConfig:
    firewall = _loaded(config, change)
    pair = change.source, change.target
    _expect(firewall.pairs.get(pair, ()), change.before, change)
    return replace(config, firewall=replace(firewall, pairs=_swapped(firewall.pairs, pair, change.after)))


@_special.register
def _(change: c.SetFirewallPrelude, config: DeviceConfig) -> DeviceConfig:
    firewall = _loaded(config, change)
    _expect(firewall.prelude, change.before, change)
    return replace(config, firewall=replace(firewall, prelude=change.after))


@_special.register
def _(change: c.EnableMpls, config: DeviceConfig) -> DeviceConfig:
    _expect(config.mpls, None, change)
    return replace(config, mpls=Mpls(change.router, change.longest_match))


@_special.register
def _(change: c.DisableMpls, config: DeviceConfig) -> DeviceConfig:
    _expect(config.mpls, Mpls(change.router, change.longest_match), change)
    return replace(config, mpls=None)


@_special.register
def _(change: c.SetMplsInterface, config: DeviceConfig) -> DeviceConfig:
    labels = _running(config.mpls, change)
    names = _set(labels.interfaces, change.interface, change, present=change.after)
    return replace(config, mpls=replace(labels, interfaces=names))


@_special.register
def _(change: c.EnableBgp, config: DeviceConfig) -> DeviceConfig:
    _expect(config.bgp, None, change)
    return replace(config, bgp=Bgp(change.asn))


@_special.register
def _(change: c.DisableBgp, config: DeviceConfig) -> DeviceConfig:
    _expect(config.bgp, Bgp(change.asn), change)
    return replace(config, bgp=None)


def _running(found: V | None, change: c.Change) -> V:
    if found is None:
        raise ConflictError(f"{change}: it does not run here; read the device again and make a new plan.")
    return found


def _replaced(items: Mapping[K, V], key: K, before: V | None, after: V | None, what: object) -> dict[K, V]:
    """Return ``items`` with ``key`` changed from ``before`` to ``after``, where None is not there."""
    _expect(items.get(key), before, what)
    rest = {name: item for name, item in items.items() if name != key}
    return rest if after is None else {**rest, key: after}


@_special.register
def _(change: c.SetBgpPeer, config: DeviceConfig) -> DeviceConfig:
    bgp = _running(config.bgp, change)
    peers = _replaced(bgp.peers, change.address, change.before, change.after, change)
    return replace(config, bgp=replace(bgp, peers=peers))


@_special.register
def _(change: c.SetBgpInstance, config: DeviceConfig) -> DeviceConfig:
    bgp = _running(config.bgp, change)
    instances = _replaced(bgp.instances, change.instance, change.before, change.after, change)
    return replace(config, bgp=replace(bgp, instances=instances))


@_special.register
def _(change: c.SetBgpFiltering, config: DeviceConfig) -> DeviceConfig:
    bgp = _running(config.bgp, change)
    _expect(bgp.filtering, change.before, change)
    return replace(config, bgp=replace(bgp, filtering=change.after))


@_special.register
def _(change: c.SetQueueing, config: DeviceConfig) -> DeviceConfig:
    if change.port not in config.ports:
        raise ConflictError(f"{change}: there is no port {change.port}; check the cards of the device.")
    queueing = _replaced(config.queueing, change.port, change.before, change.after, change)
    return replace(config, queueing=queueing)

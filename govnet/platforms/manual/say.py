"""Changes as steps of a work order: values made ready here, words in ``templates/manual/changes.j2``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from govnet.config import changes as c
from govnet.config import phrases as p
from govnet.config.filtering import Filter, Verdict
from govnet.config.ops import apply
from govnet.config.routing import InterfaceKind, IpInterface
from govnet.errors import RefusedError
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig, Management
    from govnet.platforms.base import Command

Values = dict[str, object]


def say(changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
    """Return one step a change.

    Raises:
        ConflictError: the changes were not made for ``running``.
        RefusedError: there is no step for one of them.
    """
    apply(running, changes)
    steps: list[Command] = []
    for index, change in enumerate(changes):
        ready = _READY.get(type(change))
        if ready is None:
            kind = type(change).__name__
            raise RefusedError(f"{running.hostname}: a work order has no step for {kind}; take it out of the intent")
        macro, values = ready
        steps += belonging(say_change("manual", macro, **values(change)), index)
    return steps


def _list(values: Iterable[object]) -> list[str]:
    return p.listed(values).split(", ") if (values := list(values)) else []


def _interface(value: IpInterface) -> Values:
    addresses = list(map(str, value.addresses))
    parent = value.parent if value.kind is InterfaceKind.SUBINTERFACE else ""
    return {"addresses": addresses, "vlan": value.vlan, "parent": parent}


def _rules(rules: Iterable[Filter]) -> list[Values]:
    return [
        {
            "permit": rule.verdict is Verdict.PERMIT,
            "protocol": rule.protocol,
            "source": list(map(str, rule.sources)),
            "destination": list(map(str, rule.destinations)),
            "source_ports": _ranges(rule.source_ports),
            "ports": _ranges(rule.ports),
            "established": rule.established,
            "log": rule.log,
            "comment": rule.comment,
            "incoming": list(rule.incoming),
            "outgoing": list(rule.outgoing),
        }
        for rule in rules
    ]


def _ranges(ranges: Iterable[tuple[int, int]]) -> list[str]:
    return [f"{low}" if low == high else f"{low}-{high}" for low, high in ranges]


def _management(value: Management) -> Values:
    return {
        "sources": _list(value.sources),
        "on": [name for name in ("ssh", "telnet", "web") if getattr(value, name)],
        "off": [name for name in ("ssh", "telnet", "web") if not getattr(value, name)],
    }


def _snmp(change: c.SetSnmp) -> Values:
    new = change.after
    return {"location": new.location, "contact": new.contact, "traps": _list(new.trap_receivers)}


def _bundle(change: c.CreateAggregation | c.DeleteAggregation) -> Values:
    value = change.value
    return {"name": value.name or str(change.number), "mode": str(value.mode), "ports": _list(value.ports)}


def _route(change: c.AddRoute | c.RemoveRoute) -> Values:
    hop = change.value.next_hop
    return {"prefix": str(change.value.prefix), "hop": str(hop) if hop else ""}


def _nothing(_: object) -> Values:
    return {}


_READY: Final[Mapping[type, tuple[str, Callable[[Any], Values]]]] = {
    c.SetHostname: ("hostname", lambda change: {"name": change.after}),
    c.SetPortDescription: ("description", lambda change: {"port": change.port, "text": change.after}),
    c.SetPortEnabled: ("enabled", lambda change: {"port": change.port, "on": change.after}),
    c.CreateAggregation: ("create_aggregation", _bundle),
    c.DeleteAggregation: ("delete_aggregation", _bundle),
    c.AddInterface: ("add_interface", lambda change: {"name": change.name, **_interface(change.value)}),
    c.RemoveInterface: ("remove_interface", lambda change: {"name": change.name, **_interface(change.value)}),
    c.AddRoute: ("add_route", _route),
    c.RemoveRoute: ("remove_route", _route),
    c.EnableFirewall: ("enable_firewall", _nothing),
    c.DisableFirewall: ("disable_firewall", _nothing),
    c.SetFirewallZone: ("zone", lambda change: {"zone": change.zone, "interfaces": _list(change.after)}),
    c.SetFirewallPair: (
        "pair",
        lambda change: {"source": change.source, "target": change.target, "rules": _rules(change.after)},
    ),
    c.SetFirewallPrelude: ("prelude", lambda change: {"rules": _rules(change.after)}),
    c.SetForwarding: ("forwarding", lambda change: {"on": change.after}),
    c.SetManagement: ("management", lambda change: _management(change.after)),
    c.SetSnmp: ("snmp", _snmp),
    c.SetSyslog: ("syslog", lambda change: {"hosts": _list(change.after)}),
    c.SetNtp: ("ntp", lambda change: {"hosts": _list(change.after)}),
    c.SetBanner: ("banner", lambda change: {"lines": list(change.after)}),
}

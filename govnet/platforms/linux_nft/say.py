"""Say changes: iproute2 for links, addresses and routes, one nftables transaction, small files for the rest.

The kernel forgets routes when an interface goes down or away; the model does not. So routes that the model has are
put back as soon as the way to their next hop is open again, and not asked for before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govnet.config import changes as c
from govnet.config.ops import apply
from govnet.config.routing import InterfaceKind
from govnet.errors import RefusedError
from govnet.platforms.linux_nft import files, shows
from govnet.platforms.linux_nft.ruleset import FIREWALL_CHANGES, NAME, transaction, whole
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface, StaticRoute
    from govnet.config.switching import Aggregation
    from govnet.platforms.base import Command

_NETWORKING = (
    c.AddInterface,
    c.RemoveInterface,
    c.AddRoute,
    c.RemoveRoute,
    c.CreateAggregation,
    c.DeleteAggregation,
    c.SetPortEnabled,
)


def say(changes: Sequence[c.Change], running: DeviceConfig) -> list[Command]:
    """Return the commands for ``changes``, in order.

    Raises:
        ConflictError: the changes were not made for ``running``.
        RefusedError: a Linux host has no words for one of them.
    """
    commands: list[Command] = []
    state, filtered = running, any(map(_filters, changes))
    for first, run in _runs(changes):
        after = apply(state, run)
        if _filters(run[0]):
            lines = transaction(run, state, after)
            commands += belonging(say_change(NAME, "transaction", lines=lines), first)
        commands += belonging([command for change in run for command in _say(change, after)], first)
        state = after
    return commands + belonging(_kept(changes, state, filtered=filtered), len(changes) - 1)


def keep(changes: Sequence[c.Change], config: DeviceConfig) -> list[Command]:
    """Return what writes the files that the host loads at boot, as far as ``changes`` touch them, for ``config``."""
    return list(_kept(changes, config, filtered=any(map(_filters, changes))))


def _runs(changes: Sequence[c.Change]) -> Iterator[tuple[int, list[c.Change]]]:
    """Cut into runs: firewall changes one after another are one transaction, everything else stands alone.

    A difference has at most three such runs, and each is a state that the proof of a plan looks at: interfaces leave
    their zones, all rules change, interfaces join. No rule is ever loaded without the others.
    """
    at = 0
    while at < len(changes):
        end = at + 1
        while _filters(changes[at]) and end < len(changes) and _filters(changes[end]):
            end += 1
        yield at, list(changes[at:end])
        at = end


def _filters(change: c.Change) -> bool:
    if isinstance(change, c.SetManagement):
        return change.before.sources != change.after.sources
    return isinstance(change, FIREWALL_CHANGES)


def _kept(changes: Sequence[c.Change], final: DeviceConfig, *, filtered: bool) -> Iterator[Command]:
    """Write what the host loads at boot; nothing else makes links, routes and rules survive one."""
    if filtered:
        yield from _file(shows.NFT_FILE, whole(final))
    if any(isinstance(change, c.SetForwarding) for change in changes):
        yield from _file(shows.SYSCTL_FILE, files.sysctl_lines(final))
    if any(isinstance(change, _NETWORKING) for change in changes):
        yield from _file(shows.INTERFACES_FILE, files.interface_lines(final))


def _file(name: str, lines: list[str]) -> list[Command]:
    if not lines:
        return say_change(NAME, "no_file", name=name)
    return say_change(NAME, "file", name=name, lines=lines)


def _say(change: c.Change, after: DeviceConfig) -> list[Command]:
    match change:
        case c.SetHostname():
            return say_change(NAME, "hostname", name=change.after)
        case c.SetForwarding():
            return say_change(NAME, "forwarding", on=change.after)
        case c.SetPortEnabled() | c.CreateAggregation() | c.DeleteAggregation():
            return _link(change, after)
        case c.AddInterface(name, value) | c.RemoveInterface(name, value):
            return _add(name, value, after) if isinstance(change, c.AddInterface) else _remove(name, value)
        case c.AddRoute(value=route) | c.RemoveRoute(value=route):
            macro = "add_route" if isinstance(change, c.AddRoute) else "remove_route"
            return say_change(NAME, macro, **_route(route)) if _open(route, after) else []
    owned = _owned(change, after)
    return _silent(change) if owned is None else _file(*owned)


def _owned(change: c.Change, after: DeviceConfig) -> tuple[str, list[str]] | None:
    """Return the file that a change is kept in, and its lines; None when it is kept in none."""
    match change:
        case c.SetPortDescription():
            return shows.LABELS_FILE, files.label_lines(after)
        case c.SetSnmp():
            return shows.SNMP_FILE, files.snmp_lines(after)
        case c.SetSyslog():
            return shows.SYSLOG_FILE, files.syslog_lines(after.syslog)
        case c.SetNtp():
            return shows.NTP_FILE, files.ntp_lines(after.ntp)
        case c.SetBanner():
            return shows.BANNER_FILE, list(after.banner)
    return None


def _link(change: c.SetPortEnabled | c.CreateAggregation | c.DeleteAggregation, after: DeviceConfig) -> list[Command]:
    if isinstance(change, c.SetPortEnabled):
        return _enabled(change, after)
    macro = "create_bond" if isinstance(change, c.CreateAggregation) else "delete_bond"
    return say_change(NAME, macro, bond=change.value.name, ports=_members(change.value, after))


def _silent(change: c.Change) -> list[Command]:
    """Say nothing for what the transaction says; refuse everything else."""
    if isinstance(change, FIREWALL_CHANGES):
        return []
    if isinstance(change, c.SetManagement):
        before, after = change.before, change.after
        if (before.ssh, before.telnet, before.web) == (after.ssh, after.telnet, after.web):
            return []
    raise RefusedError(f"linux_nft: a Linux host has no words for {type(change).__name__}; take it out of the intent")


def _members(value: Aggregation, after: DeviceConfig) -> list[tuple[str, bool]]:
    return [(port, after.ports[port].enabled) for port in sorted(value.ports)]


def _enabled(change: c.SetPortEnabled, after: DeviceConfig) -> list[Command]:
    said = say_change(NAME, "enabled", port=change.port, enabled=change.after)
    if change.after:
        for name, interface in after.interfaces.items():
            if interface.parent == change.port:
                if interface.kind is InterfaceKind.SUBINTERFACE:
                    said += say_change(NAME, "enabled", port=name, enabled=True)
                said += _routes_over(interface, after)
    return said


def _ready(interface: IpInterface, config: DeviceConfig) -> bool:
    """True when what the interface sits on is open."""
    return interface.parent not in config.ports or config.ports[interface.parent].enabled


def _add(name: str, value: IpInterface, after: DeviceConfig) -> list[Command]:
    addresses = [str(address) for address in value.addresses]
    said: list[Command] = []
    if value.kind is InterfaceKind.SUBINTERFACE:
        said += say_change(NAME, "create_vlan", parent=value.parent, name=name, tag=value.vlan)
    device = "lo" if value.kind is InterfaceKind.LOOPBACK else name
    said += say_change(NAME, "add_addresses", device=device, addresses=addresses)
    if not _ready(value, after):
        return said
    if value.kind is InterfaceKind.SUBINTERFACE:
        said += say_change(NAME, "enabled", port=name, enabled=True)
    return said + _routes_over(value, after)


def _remove(name: str, value: IpInterface) -> list[Command]:
    if value.kind is InterfaceKind.SUBINTERFACE:
        return say_change(NAME, "delete_link", name=name)
    device = "lo" if value.kind is InterfaceKind.LOOPBACK else name
    addresses = [str(address) for address in reversed(value.addresses)]
    return say_change(NAME, "remove_addresses", device=device, addresses=addresses)


def _over(route: StaticRoute, interface: IpInterface) -> bool:
    return any(route.next_hop in address.network for address in interface.addresses if route.next_hop)


def _open(route: StaticRoute, config: DeviceConfig) -> bool:
    """True when the kernel takes the route now: it discards, or an open interface leads to its next hop."""
    ways = (interface for interface in config.interfaces.values() if _over(route, interface))
    return route.next_hop is None or any(_ready(interface, config) for interface in ways)


def _routes_over(interface: IpInterface, config: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for route in sorted(config.routes, key=str):
        if _over(route, interface):
            said += say_change(NAME, "restore_route", **_route(route))
    return said


def _route(route: StaticRoute) -> dict[str, Any]:
    return {"prefix": str(route.prefix), "hop": str(route.next_hop or "")}

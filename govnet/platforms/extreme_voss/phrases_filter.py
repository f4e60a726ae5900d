"""The phrases of packet filters (published VSP filters, Extreme's test framework)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.config.filtering import Filter, Verdict
from govnet.platforms.addresses import prefix_length
from govnet.platforms.extreme_voss.building_filters import AclState, EntryState
from govnet.platforms.extreme_voss.filters import PROTOCOLS, TYPES, port_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.config.reading import Line
    from govnet.platforms.extreme_voss.building import Builder

_TYPES = {kind.lower(): kind for kind in TYPES}
_VERDICTS = {"permit": Verdict.PERMIT, "deny": Verdict.DENY}


def _acl(b: Builder, number: str) -> AclState:
    if int(number) not in b.acls:
        raise ValueError(f"ACL {number} was not created")
    return b.acls[int(number)]


def _create(b: Builder, line: Line, number: str, kind: str, _name: str = "") -> None:
    b.acls[int(number)] = AclState(_TYPES[kind.lower()], [line])


def _delete(b: Builder, _: Line, number: str) -> None:
    _acl(b, number)
    del b.acls[int(number)]


def _state(b: Builder, line: Line, number: str, *, off: bool) -> None:
    acl = _acl(b, number)
    acl.lines.append(line)
    acl.off = off


def _on(b: Builder, line: Line, number: str) -> None:
    _state(b, line, number, off=False)


def _off(b: Builder, line: Line, number: str) -> None:
    _state(b, line, number, off=True)


def _name(b: Builder, line: Line, number: str, _text: str) -> None:
    """Take a list's own name, which says nothing of packets."""
    _acl(b, number).lines.append(line)


def _default(b: Builder, line: Line, number: str, action: str) -> None:
    _acl(b, number).drops = line if _VERDICTS[action.lower()] is Verdict.DENY else None


def _ports(b: Builder, line: Line, number: str, ports: str) -> None:
    acl = _acl(b, number)
    if acl.kind == "inVlan":
        raise ValueError("an inVlan list on a port")
    acl.places |= dict.fromkeys(b.listed(ports), line)


def _no_ports(b: Builder, _: Line, number: str, ports: str) -> None:
    for port in b.listed(ports):
        _acl(b, number).places.pop(port, None)


def _vlan(b: Builder, line: Line, number: str, vlan: str) -> None:
    acl = _acl(b, number)
    if acl.kind != "inVlan":
        raise ValueError("a port list on a VLAN")
    acl.places[f"vlan{b.has_vlan(vlan)}"] = line


def _no_vlan(b: Builder, _: Line, number: str, vlan: str) -> None:
    _acl(b, number).places.pop(f"vlan{int(vlan)}", None)


def _entry(b: Builder, line: Line, number: str, identity: str) -> EntryState:
    entries = _acl(b, number).entries
    if int(identity) not in entries:
        raise ValueError(f"entry {identity} was not created")
    entries[int(identity)].lines.append(line)
    return entries[int(identity)]


def _create_entry(b: Builder, line: Line, number: str, identity: str, name: str = "") -> None:
    _acl(b, number).entries[int(identity)] = EntryState(Filter(Verdict.DENY, comment=name), [line])


def _delete_entry(b: Builder, _: Line, number: str, identity: str) -> None:
    del _acl(b, number).entries[int(identity)]


def _action(b: Builder, line: Line, number: str, identity: str, action: str, *options: str) -> None:
    """Set what becomes of a packet; counting it changes nothing."""
    entry = _entry(b, line, number, identity)
    entry.odd |= action.lower() not in _VERDICTS or any(word.lower() != "count" for word in options)
    entry.filter = replace(entry.filter, verdict=_VERDICTS.get(action.lower(), Verdict.DENY))
    entry.acting = True


def _ether_type(b: Builder, line: Line, number: str, identity: str, kind: str) -> None:
    entry = _entry(b, line, number, identity)
    entry.ip = kind.lower() in {"ip", "ipv4", "0x800", "0x0800"}


def _source(b: Builder, line: Line, number: str, identity: str, *network: str) -> None:
    entry = _entry(b, line, number, identity)
    entry.filter = replace(entry.filter, sources=_or_odd(entry, *network))


def _destination(b: Builder, line: Line, number: str, identity: str, *network: str) -> None:
    entry = _entry(b, line, number, identity)
    entry.filter = replace(entry.filter, destinations=_or_odd(entry, *network))


def _or_odd(entry: EntryState, address: str, mask: str = "32") -> tuple[IPv4Network, ...]:
    """Return the network, or mark the entry as one that cannot be modelled (a wildcard, host bits)."""
    try:
        return (IPv4Network(f"{address}/{prefix_length(mask)}"),)
    except ValueError:
        entry.odd = True
        return ()


def _protocol(b: Builder, line: Line, number: str, identity: str, protocol: str) -> None:
    entry = _entry(b, line, number, identity)
    entry.odd |= protocol.lower() not in PROTOCOLS
    entry.filter = replace(entry.filter, protocol=protocol.lower())


def _port(b: Builder, line: Line, number: str, identity: str, word: str) -> None:
    entry = _entry(b, line, number, identity)
    entry.filter = replace(entry.filter, ports=_one_port(entry, word))


def _source_port(b: Builder, line: Line, number: str, identity: str, word: str) -> None:
    entry = _entry(b, line, number, identity)
    entry.filter = replace(entry.filter, source_ports=_one_port(entry, word))


def _one_port(entry: EntryState, word: str) -> tuple[tuple[int, int], ...]:
    try:
        number = port_number(word)
    except ValueError:
        entry.odd = True
        return ()
    return ((number, number),)


def _other(b: Builder, line: Line, number: str, identity: str, *_: str) -> None:
    _entry(b, line, number, identity).odd = True


def _enable(b: Builder, line: Line, number: str, identity: str) -> None:
    _entry(b, line, number, identity).enabled = True


def _disable(b: Builder, line: Line, number: str, identity: str) -> None:
    _entry(b, line, number, identity).enabled = False


FILTER_PHRASES: dict[str, Callable[..., None]] = {
    "filter acl <id> type <type>": _create,
    "filter acl <id> type <type> name <name>": _create,
    "filter acl <id> name <name>": _name,
    "filter acl <id> enable": _on,
    "no filter acl <id> enable": _off,
    "no filter acl <id>": _delete,
    "filter acl set <id> default-action <action>": _default,
    "filter acl port <id> <ports>": _ports,
    "no filter acl port <id> <ports>": _no_ports,
    "filter acl vlan <id> <vid>": _vlan,
    "no filter acl vlan <id> <vid>": _no_vlan,
    "filter acl ace <id> <ace>": _create_entry,
    "filter acl ace <id> <ace> name <name>": _create_entry,
    "no filter acl ace <id> <ace>": _delete_entry,
    "filter acl ace <id> <ace> enable": _enable,
    "no filter acl ace <id> <ace> enable": _disable,
    "filter acl ace action <id> <ace> <action> <...>": _action,
    "filter acl ace ethernet <id> <ace> ether-type eq <type>": _ether_type,
    "filter acl ace ethernet <id> <ace> <...>": _other,
    "filter acl ace ip <id> <ace> src-ip mask <address> <mask>": _source,
    "filter acl ace ip <id> <ace> src-ip eq <address>": _source,
    "filter acl ace ip <id> <ace> src-ip <address> <mask>": _source,
    "filter acl ace ip <id> <ace> dst-ip mask <address> <mask>": _destination,
    "filter acl ace ip <id> <ace> dst-ip eq <address>": _destination,
    "filter acl ace ip <id> <ace> dst-ip <address> <mask>": _destination,
    "filter acl ace ip <id> <ace> ip-protocol-type eq <protocol>": _protocol,
    "filter acl ace ip <id> <ace> <...>": _other,
    "filter acl ace protocol <id> <ace> src-port eq <port>": _source_port,
    "filter acl ace protocol <id> <ace> dst-port eq <port>": _port,
    "filter acl ace protocol <id> <ace> <...>": _other,
}

"""Read what iproute2 shows: links, addresses, routes (formats: LAB, MAN)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Interface, NetmaskValueError
from typing import TYPE_CHECKING, Final

from govnet.config import reading
from govnet.config.routetable import CONNECTED
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, AggregationMode, Port
from govnet.platforms.linux_nft.routetable import rows_of
from govnet.platforms.tables import OddRowError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.reading import Line
    from govnet.platforms.linux_nft.routetable import Row

LOOPBACK: Final = "loopback0"
_LINK: Final = re.compile(r"\d+: (?P<name>[^:@ ]+)(?:@(?P<below>[^: ]+))?: <(?P<flags>[^>]*)>(?P<rest>.*)")
_VLAN: Final = re.compile(r"\\\s+vlan protocol 802\.1Q id (\d{1,4})\b")
_BOND: Final = re.compile(r"\\\s+bond mode (\S+)")
_MASTER: Final = re.compile(r" master (\S+)")
_ADDRESS: Final = re.compile(r"\d+: (\S+)\s+inet (\S+)(?! peer) (.*)")
_MODES: Final = {"active-backup": AggregationMode.ACTIVE_BACKUP, "802.3ad": AggregationMode.LACP}
_ROUTE_WORDS: Final = {"dev", "proto", "src", "scope", "metric"}


@dataclass(slots=True)
class Interfaces:
    """What the three outputs say together."""

    ports: dict[str, Port] = field(default_factory=dict)
    interfaces: dict[str, IpInterface] = field(default_factory=dict)
    aggregations: dict[int, Aggregation] = field(default_factory=dict)
    routes: set[StaticRoute] = field(default_factory=set)
    unread: list[Line] = field(default_factory=list)
    read_lines: int = 0
    elements: dict[str, Line] = field(default_factory=dict)


def read_links(lines: Sequence[Line], ports: Sequence[str], labels: Mapping[str, str]) -> Interfaces:
    """Read ``ip -d -o link show``; ``labels`` are the ports' descriptions, which the kernel does not keep."""
    found = Interfaces({name: Port(labels.get(name, ""), enabled=False) for name in ports})
    members: dict[str, set[str]] = {}
    bonds: dict[str, tuple[AggregationMode, Line]] = {}
    for line in lines:
        match = _LINK.fullmatch(line.text.strip())
        if match is None:
            found.unread.append(line)
            continue
        name, up = match["name"], "UP" in match["flags"].split(",")
        master, bond, vlan = (pattern.search(match["rest"]) for pattern in (_MASTER, _BOND, _VLAN))
        found.read_lines += 1
        if name in found.ports:
            found.ports[name] = Port(labels.get(name, ""), up)
            if master:
                members.setdefault(master[1], set()).add(name)
        elif bond:
            bonds[name] = _MODES.get(bond[1], AggregationMode.STATIC), line
        elif vlan and match["below"]:
            found.interfaces[name] = IpInterface(InterfaceKind.SUBINTERFACE, (), int(vlan[1]), match["below"])
            if not up:
                _keep(found, line)
        elif name != "lo":
            _keep(found, line)
    _aggregations(found, bonds, members)
    return found


def _keep(found: Interfaces, line: Line) -> None:
    found.read_lines -= 1
    found.unread.append(line)


def _aggregations(
    found: Interfaces, bonds: Mapping[str, tuple[AggregationMode, Line]], members: Mapping[str, set[str]]
) -> None:
    for name, (mode, line) in bonds.items():
        number = bond_number(name)
        if number is None:
            _keep(found, line)
            continue
        found.aggregations[number] = Aggregation(frozenset(members.get(name, ())), name, mode)
        found.elements[reading.aggregation(number)] = line


def bond_number(name: str) -> int | None:
    """Return the number of ``bond0``, or None for a bond with another kind of name."""
    return int(name.removeprefix("bond")) if re.fullmatch(r"bond\d+", name) else None


def read_addresses(lines: Sequence[Line], found: Interfaces) -> None:
    """Read ``ip -o -4 address show`` into ``found``."""
    for line in lines:
        match = _ADDRESS.fullmatch(line.text.strip())
        try:
            known = match is not None and _place(found, match[1], IPv4Interface(match[2]), line)
        except (AddressValueError, NetmaskValueError):
            known = False
        if known:
            found.read_lines += 1
        else:
            found.unread.append(line)


def _place(found: Interfaces, name: str, address: IPv4Interface, line: Line) -> bool:
    """Put an address on its interface; False when that is not modelled."""
    if name == "lo" and address.ip.is_loopback:
        return True
    key = LOOPBACK if name == "lo" else name
    held = found.interfaces.get(key)
    if held is not None:
        value = IpInterface(held.kind, (*held.addresses, address), held.vlan, held.parent)
    elif name == "lo":
        value = IpInterface(InterfaceKind.LOOPBACK, (address,))
    elif name in found.ports or any(bundle.name == name for bundle in found.aggregations.values()):
        value = IpInterface(InterfaceKind.PORT, (address,), parent=name)
    else:
        return False
    found.interfaces[key] = value
    found.elements.setdefault(reading.address(key), line)
    return True


def read_routes(lines: Sequence[Line], found: Interfaces) -> None:
    """Read ``ip -4 route show`` into ``found``; the kernel's own routes follow from the addresses."""
    for printed, row in rows_of(lines):
        if isinstance(row, OddRowError) or not _modelled(row):
            found.unread += printed
            continue
        found.read_lines += 1
        if row.source != CONNECTED:
            route = StaticRoute(row.prefix, None if row.discards else row.hops[0][0])
            found.routes.add(route)
            found.elements[reading.route(str(route.prefix), str(route.next_hop))] = printed[0]


def _modelled(row: Row) -> bool:
    """Return whether a route is the kernel's own, discards, or leads over one next hop and says nothing else."""
    if row.source == CONNECTED:
        return True
    plain = row.discards or (not row.kind and len(row.hops) == 1 and row.hops[0][0] is not None)
    return plain and _ROUTE_WORDS.issuperset(row.said)

"""The VLAN and address tables of a Passport's MIB: which object is what, and what they say of a configuration.

Sources: RC-VLAN-MIB (rcVlanTable) and RC-IP-MIB (rcIpAddrTable, indexed by ifIndex and address, as NetXMS reads it);
numbering of ifIndex from the ZipTie captures and SNMP::Info.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from govnet.config.routing import InterfaceKind
from govnet.platforms.portlists import port_key, ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.platforms.objects import Value

ACTIVE, DESTROY = 1, 6
"""RowStatus (RFC 2579)."""
BY_PORT = 1
"""rcVlanType of a VLAN whose members are ports."""

_PORTS_A_SLOT = 64
_FIRST_ROUTER = 2048
_PORT_SET_OCTETS = 88
"""Size of a PortSet in RAPID-CITY: 704 ports. Agents answer shorter ones (84 octets and 1 octet were seen)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name in the MIB, and its object identifier."""

    name: str
    oid: str


_VLANS, _ADDRESSES = "1.3.6.1.4.1.2272.1.3.2.1", "1.3.6.1.4.1.2272.1.8.2.1"
VLAN_NAME = Column("rcVlanName", f"{_VLANS}.2")
VLAN_INDEX = Column("rcVlanIfIndex", f"{_VLANS}.6")
VLAN_TYPE = Column("rcVlanType", f"{_VLANS}.10")
VLAN_MEMBERS = Column("rcVlanPortMembers", f"{_VLANS}.11")
VLAN_STATUS = Column("rcVlanRowStatus", f"{_VLANS}.20")
ADDRESS_MASK = Column("rcIpAdEntNetMask", f"{_ADDRESSES}.3")
ADDRESS_STATUS = Column("rcIpAdEntRowStatus", f"{_ADDRESSES}.6")

COLUMNS = tuple(column.oid for column in (VLAN_INDEX, VLAN_TYPE, VLAN_MEMBERS, VLAN_STATUS, ADDRESS_MASK))
"""What is walked to see a box's VLANs, their ports and their addresses."""


def port_index(port: str) -> int:
    """Return the ifIndex of a front port: ``2/1`` is 128."""
    slot, number = port_key(port)
    return slot * _PORTS_A_SLOT + number - 1


def router_index(vlan: int) -> int:
    """Return the ifIndex of a VLAN's own interface, which rcVlanIfIndex shows."""
    return _FIRST_ROUTER + vlan


def port_set(ports: Iterable[str]) -> bytes:
    """Return ports as a PortSet: the top bit of the first octet is ifIndex 0."""
    bits = bytearray(_PORT_SET_OCTETS)
    for index in map(port_index, ports):
        bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def members(config: DeviceConfig, vlan: int) -> set[str]:
    """Return the ports that belong to a VLAN, with a tag or without."""
    return {name for name, port in config.ports.items() if port.switchport and vlan in port.switchport.members}


def disagreements(cells: Mapping[str, Value], config: DeviceConfig) -> list[str]:
    """Name every VLAN, port and address on which the tables say another thing than ``config``."""
    vlans = _vlans(cells)
    found = [f"VLAN {vid} is there by SNMP only" for vid in sorted(vlans.keys() - config.vlans.keys())]
    found += [f"VLAN {vid} is there on the command line only" for vid in sorted(config.vlans.keys() - vlans.keys())]
    for vid in sorted(vlans.keys() & config.vlans.keys()):
        found += _ports_of(vid, vlans[vid], config)
    by_snmp, by_cli = _by_vlan(_addresses(cells)), _by_vlan(_configured(config))
    for vid in sorted(by_snmp.keys() | by_cli.keys()):
        if by_snmp[vid] != by_cli[vid]:
            found.append(f"VLAN {vid} has the address {_text(by_cli[vid])} on the command line, {_text(by_snmp[vid])}")
            found[-1] += " by SNMP"
    return found


def _column(cells: Mapping[str, Value], column: Column) -> Iterator[tuple[str, Value]]:
    """Yield row and value of a column."""
    prefix = f"{column.oid}."
    for oid, value in cells.items():
        if oid.startswith(prefix):
            yield oid.removeprefix(prefix), value


def _vlans(cells: Mapping[str, Value]) -> dict[int, bytes]:
    """Return the members of each port-based VLAN whose row is active."""
    statuses, types = dict(_column(cells, VLAN_STATUS)), dict(_column(cells, VLAN_TYPE))
    return {
        int(row): value
        for row, value in _column(cells, VLAN_MEMBERS)
        if isinstance(value, bytes) and statuses.get(row) == ACTIVE and types.get(row, BY_PORT) == BY_PORT
    }


def _ports_of(vid: int, octets: bytes, config: DeviceConfig) -> Iterator[str]:
    """Yield how the ports of one VLAN differ; a number that no port has is told as it is."""
    named = {port_index(port): port for port in config.ports}
    numbers = {number * 8 + bit for number, octet in enumerate(octets) for bit in range(8) if octet & 0x80 >> bit}
    if strange := sorted(numbers - named.keys()):
        yield f"VLAN {vid} has ifIndex {strange[0]} by SNMP, which is no front port of the inventory"
    by_snmp, by_cli = {named[number] for number in numbers & named.keys()}, members(config, vid)
    if by_snmp != by_cli:
        yield f"VLAN {vid} has ports {_listed(by_cli)} on the command line, {_listed(by_snmp)} by SNMP"


def _listed(ports: Iterable[str]) -> str:
    return ",".join(ranges(ports, repeat_slot=True)) or "none"


def _addresses(cells: Mapping[str, Value]) -> Iterator[tuple[int, IPv4Interface]]:
    """Yield VLAN and address of each row whose interface is a VLAN's, by the ifIndex that the VLAN itself shows."""
    owners = {value: int(row) for row, value in _column(cells, VLAN_INDEX) if value}
    for row, mask in _column(cells, ADDRESS_MASK):
        index, _, address = row.partition(".")
        if int(index) in owners and isinstance(mask, bytes):
            yield owners[int(index)], IPv4Interface(f"{address}/{IPv4Address(mask)}")


def _configured(config: DeviceConfig) -> Iterator[tuple[int, IPv4Interface]]:
    """Yield VLAN and address of each VLAN interface."""
    for interface in config.interfaces.values():
        if interface.kind is InterfaceKind.VLAN and interface.vlan is not None:
            for address in interface.addresses:
                yield interface.vlan, address


def _by_vlan(pairs: Iterable[tuple[int, IPv4Interface]]) -> defaultdict[int, set[IPv4Interface]]:
    found: defaultdict[int, set[IPv4Interface]] = defaultdict(set)
    for vid, address in pairs:
        found[vid].add(address)
    return found


def _text(addresses: Iterable[IPv4Interface]) -> str:
    return ", ".join(map(str, sorted(addresses))) or "none"

"""The tables beside the rules: interfaces, routes, ports, aggregations and settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.reading import Line
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, AggregationMode, Port
from govnet.platforms.manual import cells, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from govnet.config.hardware import Hardware
    from govnet.platforms.manual.evidence import Complaints
    from govnet.platforms.manual.tables import Row, Sheet

_HIGHEST_VLAN = 4094
_MANY = 9999
_MEND = "Mend the row"


@dataclass(slots=True)
class Box:
    """What the tables say of the box, without its policy."""

    ports: dict[str, Port]
    interfaces: dict[str, IpInterface] = field(default_factory=dict)
    zones: dict[str, frozenset[str]] = field(default_factory=dict)
    routes: set[StaticRoute] = field(default_factory=set)
    bundles: dict[int, Aggregation] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, Line] = field(default_factory=dict)
    unread: list[Line] = field(default_factory=list)


def read_box(sheet: Sheet, hardware: Hardware, wrong: Complaints) -> Box:
    """Return what the tables say; a port that no row names is taken as open."""
    box = Box({name: Port() for name in hardware.ports})
    readers: dict[str, Callable[[Box, Row], None]] = {
        tables.PORTS: _port,
        tables.BUNDLES: _bundle,
        tables.INTERFACES: _interface,
        tables.ROUTES: _route,
        tables.SETTINGS: _setting,
    }
    for name, read in readers.items():
        for row in sheet.rows.get(name, ()):
            try:
                read(box, row)
            except ValueError as error:
                wrong.add(row.line.number, f"{name} {row[name]}: {error}", _MEND)
    return box


def _known_ports(box: Box, names: Iterable[str]) -> frozenset[str]:
    found = frozenset(names)
    if odd := sorted(found - box.ports.keys()):
        raise ValueError(f"the inventory gives this box no port {odd[0]}; it has {', '.join(box.ports)}")
    return found


def _port(box: Box, row: Row) -> None:
    _known_ports(box, [row["port"]])
    box.ports[row["port"]] = Port(row["description"], enabled=cells.yes(row["enabled"]))


def _bundle(box: Box, row: Row) -> None:
    number = cells.number(row["aggregation"], _MANY)
    if number in box.bundles:
        raise ValueError("it is there twice")
    members = _known_ports(box, cells.items(row["ports"]))
    box.bundles[number] = Aggregation(members, row["name"], AggregationMode(row["mode"]))
    box.sources[element.aggregation(number)] = row.line


def _interface(box: Box, row: Row) -> None:
    name = row["interface"]
    if not name or name in box.interfaces:
        raise ValueError("it is there twice" if name else "it has no name")
    box.interfaces[name] = _placed(box, name, row)
    box.sources[element.address(name)] = row.line
    if zone := row["zone"]:
        if zone.lower() == cells.ANY:
            raise ValueError("`any` is no zone; name one, or leave the cell empty")
        box.zones[zone] = box.zones.get(zone, frozenset()) | {name}
        box.sources[element.zone_interface(zone, name)] = row.line


def _placed(box: Box, name: str, row: Row) -> IpInterface:
    """Return an interface where its name and VLAN put it."""
    addresses = cells.interfaces(row["address"])
    if row["vlan"]:
        vlan = cells.number(row["vlan"], _HIGHEST_VLAN)
        parent = name.removesuffix(f".{vlan}")
        if parent == name or parent not in {*box.ports, *(bundle.name for bundle in box.bundles.values())}:
            raise ValueError(f"one in VLAN {vlan} is called PORT.{vlan} or AGGREGATION.{vlan}, after what it sits on")
        return IpInterface(InterfaceKind.SUBINTERFACE, addresses, vlan, parent)
    if name.startswith("loopback"):
        return IpInterface(InterfaceKind.LOOPBACK, addresses)
    if name not in {*box.ports, *(bundle.name for bundle in box.bundles.values())}:
        raise ValueError("it is no port, no aggregation and no loopback; name its VLAN if it has one")
    return IpInterface(InterfaceKind.PORT, addresses, parent=name)


def _route(box: Box, row: Row) -> None:
    hop = None if row["next_hop"].lower() == "discard" else IPv4Address(row["next_hop"])
    route = StaticRoute(IPv4Network(row["prefix"]), hop)
    box.routes.add(route)
    box.sources[element.route(str(route.prefix), str(route.next_hop))] = row.line


_SINGLE = frozenset({"forwarding", "ssh", "telnet", "web", "snmp-location", "snmp-contact"})
_LISTS = frozenset({"management-from", "syslog", "ntp", "traps", "banner"})


def _setting(box: Box, row: Row) -> None:
    name, value = row["setting"], row["value"]
    if name not in _SINGLE | _LISTS:
        box.unread.append(Line(row.line.number, f"setting {name}: {value}"))
    elif name in _SINGLE and name in box.said:
        raise ValueError("it is said twice")
    else:
        _value(name, value)
        box.said.setdefault(name, []).append(value)


def _value(name: str, value: str) -> None:
    """Hold a setting's value against what it must be."""
    if name in {"forwarding", "ssh", "telnet", "web"}:
        cells.yes(value)
    elif name == "management-from":
        cells.networks(value)
    elif name in {"syslog", "ntp", "traps"}:
        cells.addresses(value)


def configured(hostname: str, box: Box) -> DeviceConfig:
    """Return the box's configuration without a policy; a service of which nothing is said is taken as open."""

    def on(name: str) -> bool:
        return all(map(cells.yes, box.said.get(name, ())))

    def hosts(name: str) -> frozenset[IPv4Address]:
        return frozenset(cells.addresses(" ".join(box.said.get(name, ()))))

    return DeviceConfig(
        hostname=hostname,
        ports=box.ports,
        interfaces=box.interfaces,
        routes=frozenset(box.routes),
        aggregations=box.bundles,
        forwarding=on("forwarding"),
        management=Management(
            sources=frozenset(cells.networks(" ".join(box.said.get("management-from", ())))),
            ssh=on("ssh"),
            telnet=on("telnet"),
            web=on("web"),
        ),
        snmp=Snmp(
            "".join(box.said.get("snmp-location", ())), "".join(box.said.get("snmp-contact", ())), hosts("traps")
        ),
        syslog=hosts("syslog"),
        ntp=hosts("ntp"),
        banner=tuple(box.said.get("banner", ())),
    )

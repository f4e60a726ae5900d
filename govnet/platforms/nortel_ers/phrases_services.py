"""The phrases of a stackable's management, SNMP, syslog, time and banner."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from govnet.platforms.addresses import network, prefix_length

if TYPE_CHECKING:
    from govnet.config.reading import Line
    from govnet.platforms.grammar import Meaning
    from govnet.platforms.nortel_ers.building import Builder

PRIMARY, SECONDARY = "primary", "secondary"


def _hostname(b: Builder, _: Line, name: str) -> None:
    b.hostname = name


def _location(b: Builder, _: Line, text: str = "") -> None:
    b.snmp = replace(b.snmp, location=text)


def _contact(b: Builder, _: Line, text: str = "") -> None:
    b.snmp = replace(b.snmp, contact=text)


def _trap(b: Builder, _: Line, address: str, *_how: str) -> None:
    b.snmp = replace(b.snmp, trap_receivers=b.snmp.trap_receivers | {IPv4Address(address)})


def _no_trap(b: Builder, _: Line, address: str) -> None:
    b.snmp = replace(b.snmp, trap_receivers=b.snmp.trap_receivers - {IPv4Address(address)})


def _address(b: Builder, _: Line, address: str) -> None:
    b.address = IPv4Address(address)


def _no_address(b: Builder, _: Line) -> None:
    b.address = b.mask = None


def _netmask(b: Builder, _: Line, mask: str) -> None:
    b.mask = prefix_length(mask)


def _gateway(b: Builder, _: Line, address: str) -> None:
    b.management = replace(b.management, gateway=IPv4Address(address))


def _no_gateway(b: Builder, _: Line) -> None:
    b.management = replace(b.management, gateway=None)


def _source(b: Builder, _: Line, slot: str, address: str, mask: str = "255.255.255.255") -> None:
    b.slots[int(slot)] = network(f"{address}/{mask}")


def _no_source(b: Builder, _: Line, slot: str) -> None:
    b.slots.pop(int(slot), None)


def _service(name: str, *, on: bool) -> Meaning:
    """Return the meaning of a line that switches one service."""
    service: Any = {name: on}  # one field by its name; mypy would try it on all fields

    def meaning(b: Builder, _: Line) -> None:
        b.management = replace(b.management, **service)

    return meaning


def _server(what: str, place: str) -> Meaning:
    """Return the meaning of a line that names the primary or secondary server."""

    def meaning(b: Builder, line: Line, address: str = "") -> None:
        servers = getattr(b, what)
        if address:
            servers.addresses[place] = IPv4Address(address)
        else:
            servers.addresses.pop(place, None)
        servers.lines.append(line)

    return meaning


def _servers(what: str, *, on: bool) -> Meaning:
    """Return the meaning of a line that puts the servers to use or out of it."""

    def meaning(b: Builder, line: Line) -> None:
        getattr(b, what).on = on
        getattr(b, what).lines.append(line)

    return meaning


def _banner_line(b: Builder, _: Line, number: str, text: str) -> None:
    b.banner[int(number)], b.custom = text, True


def _custom(b: Builder, _: Line) -> None:
    b.custom = True


def _no_banner(b: Builder, _: Line) -> None:
    b.custom = False


SERVICE_PHRASES: dict[str, Meaning] = {
    "snmp-server name <name>": _hostname,
    "snmp-server location <text>": _location,
    "no snmp-server location": _location,
    "snmp-server contact <text>": _contact,
    "no snmp-server contact": _contact,
    "snmp-server host <address> port <port> <version> auth <user> <...>": _trap,
    "no snmp-server host <address>": _no_trap,
    "ip address switch <address>": _address,
    "ip address stack <address>": _address,
    "no ip address switch": _no_address,
    "no ip address stack": _no_address,
    "ip address netmask <mask>": _netmask,
    "ip netmask <mask>": _netmask,
    "ip default-gateway <address>": _gateway,
    "no ip default-gateway": _no_gateway,
    "ipmgr source-ip <slot> <address>": _source,
    "ipmgr source-ip <slot> <address> mask <mask>": _source,
    "no ipmgr source-ip <slot>": _no_source,
    "ssh": _service("ssh", on=True),
    "no ssh": _service("ssh", on=False),
    "telnet-access enable": _service("telnet", on=True),
    "telnet-access disable": _service("telnet", on=False),
    "web-server enable": _service("web", on=True),
    "web-server disable": _service("web", on=False),
    "no web-server enable": _service("web", on=False),
    "logging remote address <address>": _server("syslog", PRIMARY),
    "logging remote secondary-address <address>": _server("syslog", SECONDARY),
    "logging remote enable": _servers("syslog", on=True),
    "no logging remote enable": _servers("syslog", on=False),
    "no logging remote address": _server("syslog", PRIMARY),
    "no logging remote secondary-address": _server("syslog", SECONDARY),
    "sntp server primary address <address>": _server("sntp", PRIMARY),
    "sntp server secondary address <address>": _server("sntp", SECONDARY),
    "sntp enable": _servers("sntp", on=True),
    "no sntp enable": _servers("sntp", on=False),
    "no sntp server primary": _server("sntp", PRIMARY),
    "no sntp server secondary": _server("sntp", SECONDARY),
    "banner static": _no_banner,
    "banner disabled": _no_banner,
    "no banner": _no_banner,
    "banner custom": _custom,
    "banner <n> <line>": _banner_line,
}

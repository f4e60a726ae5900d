"""The phrases of a VSP's management, SNMP, syslog, time and banner, and those that move no packet."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from govnet.platforms.addresses import prefix_length
from govnet.platforms.extreme_voss.building import Builder, Numbered

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.config.reading import Line

_FLAGS = frozenset({"sshd", "telnetd"})


def _nothing(_: Builder, _line: Line, *_words: str) -> None:
    """Take a line that moves no packet from anywhere to anywhere, and opens no door."""


def _prompt(b: Builder, _: Line, name: str) -> None:
    b.prompt = name


def _name(b: Builder, line: Line, name: str) -> None:
    b.name = name
    b.name_lines.append(line)


def _location(b: Builder, _: Line, text: str = "") -> None:
    b.snmp = replace(b.snmp, location=text)


def _contact(b: Builder, _: Line, text: str = "") -> None:
    b.snmp = replace(b.snmp, contact=text)


def _trap(b: Builder, _: Line, address: str, version: str, _community: str) -> None:
    if version.lower() not in {"v1", "v2c"}:
        raise ValueError(f"{version}: neither v1 nor v2c")
    b.snmp = replace(b.snmp, trap_receivers=b.snmp.trap_receivers | {IPv4Address(address)})


def _no_trap(b: Builder, _: Line, address: str, _version: str, _community: str) -> None:
    b.snmp = replace(b.snmp, trap_receivers=b.snmp.trap_receivers - {IPv4Address(address)})


def _syslog(b: Builder, line: Line, number: str, address: str = "") -> None:
    entry = b.syslog.setdefault(int(number), Numbered())
    entry.lines.append(line)
    entry.value = IPv4Address(address) if address else entry.value


def _syslog_on(b: Builder, line: Line, number: str) -> None:
    _syslog(b, line, number)
    b.syslog[int(number)].on = True


def _no_syslog(b: Builder, _: Line, number: str) -> None:
    b.syslog.pop(int(number), None)


def _policy(b: Builder, line: Line, number: str, address: str = "", mask: str = "") -> None:
    entry = b.policies.setdefault(int(number), Numbered())
    entry.lines.append(line)
    entry.value = IPv4Network(f"{address}/{prefix_length(mask)}") if address else entry.value


def _policy_on(b: Builder, line: Line, number: str) -> None:
    _policy(b, line, number)
    b.policies[int(number)].on = True


def _no_policy(b: Builder, _: Line, number: str) -> None:
    b.policies.pop(int(number), None)


def _policies(b: Builder, _: Line) -> None:
    b.policies_on = True


def _no_policies(b: Builder, _: Line) -> None:
    b.policies_on = False


def _ntp_server(b: Builder, line: Line, address: str) -> None:
    b.ntp[IPv4Address(address)] = line


def _no_ntp_server(b: Builder, _: Line, address: str) -> None:
    del b.ntp[IPv4Address(address)]


def _ntp(b: Builder, _: Line) -> None:
    b.ntp_on = True


def _no_ntp(b: Builder, _: Line) -> None:
    b.ntp_on = False


def _banner(b: Builder, _: Line, text: str) -> None:
    b.banner.append(text)


def _no_banner(b: Builder, _: Line) -> None:
    b.banner.clear()


def _flag(b: Builder, _: Line, name: str) -> None:
    if name.lower() not in _FLAGS:
        raise ValueError("a boot flag that is not modelled")
    b.flags.add(name.lower())


def _no_flag(b: Builder, _: Line, name: str) -> None:
    if name.lower() not in _FLAGS:
        raise ValueError("a boot flag that is not modelled")
    b.flags.discard(name.lower())


def _ssh(b: Builder, _: Line) -> None:
    b.ssh = True


def _no_ssh(b: Builder, _: Line) -> None:
    b.ssh = False


def _web(b: Builder, _: Line) -> None:
    b.management = replace(b.management, web=True)


def _no_web(b: Builder, _: Line) -> None:
    b.management = replace(b.management, web=False)


def _management_port(b: Builder, _: Line, _port: str, address: str, mask: str) -> None:
    if b.management.address is not None and str(b.management.address.ip) != address:
        raise ValueError("a second management address")
    b.management = replace(b.management, address=IPv4Interface(f"{address}/{prefix_length(mask)}"))


SERVICE_PHRASES: dict[str, Callable[..., None]] = {
    "prompt <name>": _prompt,
    "snmp-server name <name>": _name,
    "snmp-server location <text>": _location,
    "no snmp-server location": _location,
    "snmp-server contact <text>": _contact,
    "no snmp-server contact": _contact,
    "snmp-server host <address> <version> <community>": _trap,
    "no snmp-server host <address> <version> <community>": _no_trap,
    "syslog host <id>": _syslog,
    "syslog host <id> address <address>": _syslog,
    "syslog host <id> enable": _syslog_on,
    "no syslog host <id>": _no_syslog,
    "access-policy": _policies,
    "no access-policy": _no_policies,
    "access-policy <id>": _policy,
    "access-policy <id> network <address> <mask>": _policy,
    "access-policy <id> enable": _policy_on,
    "no access-policy <id>": _no_policy,
    "ntp server <address>": _ntp_server,
    "ntp server <address> enable": _ntp_server,
    "no ntp server <address>": _no_ntp_server,
    "ntp": _ntp,
    "no ntp": _no_ntp,
    "banner custom": _nothing,
    "banner static": _nothing,
    "no banner": _no_banner,
    "banner <text>": _banner,
    "boot config flags <flag>": _flag,
    "no boot config flags <flag>": _no_flag,
    "ssh": _ssh,
    "ssh secure": _ssh,
    "no ssh": _no_ssh,
    "web-server enable": _web,
    "no web-server enable": _no_web,
    "interface mgmtethernet <port> ip address <address> <mask>": _management_port,
    # Sessions that end, passwords that are not used again, how keys are asked for, queues: the lines of the captures.
    "cli timeout <seconds>": _nothing,
    "password password-history <count>": _nothing,
    "ssh keyboard-interactive-auth": _nothing,
    "interface mgmtethernet <port> auto-negotiate": _nothing,
    "qos queue-profile <id> member add <ports>": _nothing,
}

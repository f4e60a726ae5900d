"""The phrases of a Passport's management, SNMP, syslog, time, banner and boot settings."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from govnet.platforms.addresses import interface, network
from govnet.platforms.nortel_passport.acknowledged import HARMLESS_FLAGS, OPENING_FLAGS
from govnet.platforms.nortel_passport.building import Builder, Numbered, switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.config.reading import Line


def _location(b: Builder, _: Line, text: str) -> None:
    b.location = text


def _contact(b: Builder, _: Line, text: str) -> None:
    b.contact = text


def _trap(b: Builder, _: Line, address: str, version: str, _community: str) -> None:
    if version.lower() not in {"v1", "v2c"}:
        raise ValueError(f"{version}: neither v1 nor v2c")
    b.traps.add(IPv4Address(address))


def _no_trap(b: Builder, _: Line, address: str) -> None:
    b.traps.discard(IPv4Address(address))


def _ntp(b: Builder, _: Line, address: str) -> None:
    b.ntp.add(IPv4Address(address))


def _no_ntp(b: Builder, _: Line, address: str) -> None:
    b.ntp.discard(IPv4Address(address))


def _ntp_on(b: Builder, _: Line, word: str) -> None:
    if not switch(word) and b.ntp:
        raise ValueError("servers that are not asked")


def _syslog(b: Builder, line: Line, number: str, address: str = "") -> None:
    entry = b.syslog.setdefault(int(number), Numbered())
    entry.lines.append(line)
    entry.value = IPv4Address(address) if address else entry.value


def _no_syslog(b: Builder, _: Line, number: str) -> None:
    b.syslog.pop(int(number), None)


def _policy(b: Builder, line: Line, number: str, prefix: str = "") -> None:
    entry = b.policies.setdefault(int(number), Numbered())
    entry.lines.append(line)
    entry.value = network(prefix) if prefix else entry.value


def _no_policy(b: Builder, _: Line, number: str) -> None:
    b.policies.pop(int(number), None)


def _policies_on(b: Builder, _: Line, word: str) -> None:
    b.policies_on = switch(word)


def _banner(b: Builder, _: Line, text: str) -> None:
    b.banner.append(text)


def _no_banner(b: Builder, _: Line) -> None:
    b.banner.clear()


def _default_banner(_: Builder, _line: Line, word: str) -> None:
    switch(word)


def _web(b: Builder, _: Line, word: str) -> None:
    b.web = switch(word)


def _ssh(b: Builder, _: Line, word: str) -> None:
    b.ssh = switch(word)


def _flag(b: Builder, _: Line, name: str, word: str) -> None:
    on = switch(word)
    if name in HARMLESS_FLAGS or (name in OPENING_FLAGS and not on):
        return
    if b.boot is None or name not in {"sshd", "telnetd"}:
        raise ValueError("a boot flag that is not modelled")
    b.boot[name] = on


def _cpu_port(b: Builder, _: Line, address: str, slot: str) -> None:
    if b.boot is None:
        raise ValueError("a boot setting outside the boot configuration")
    b.cpu_ports[int(slot)] = interface(address)


SERVICE_PHRASES: dict[str, Callable[..., None]] = {
    "sys set location <text>": _location,
    "sys set contact <text>": _contact,
    "sys set snmp trap-recv <address> delete": _no_trap,
    "sys set snmp trap-recv <address> <version> <community>": _trap,
    "sys set ssh enable <state>": _ssh,
    "sys syslog host <id> create": _syslog,
    "sys syslog host <id> address <address>": _syslog,
    "sys syslog host <id> host enable": _syslog,
    "sys syslog host <id> delete": _no_syslog,
    "sys access-policy policy <id> create": _policy,
    "sys access-policy policy <id> network <network>": _policy,
    "sys access-policy policy <id> enable true": _policy,
    "sys access-policy policy <id> delete": _no_policy,
    "sys access-policy enable <state>": _policies_on,
    "ntp server create <address>": _ntp,
    "ntp server delete <address>": _no_ntp,
    "ntp enable <state>": _ntp_on,
    "cli banner add <text>": _banner,
    "cli banner delete": _no_banner,
    "cli banner defaultbanner <state>": _default_banner,
    "web-server <state>": _web,
    "flags <flag> <state>": _flag,
    "net mgmt ip <address> cpu-slot <slot>": _cpu_port,
}

"""The configuration commands without laws: names, addresses, servers, who may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_ers.cli import drop, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.nortel_ers.cli import Cli
    from lab.personalities.wordtree import Values


def _set(attribute: str, name: str = "text") -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        setattr(cli.box, attribute, values.get(name, ""))
        return ""

    return run


def _autosave(*, on: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        del values
        cli.box.autosave = on
        return ""

    return run


_CORE, _SNMP, _LOG, _IPMGR = "CORE (Phase 1)", "SNMP", "System Logging", "IP Manager"
_PROTOCOLS = "protocol=telnet|snmp|web|ssh"

CONFIG: dict[str, Callable[[Cli, Values], str]] = {
    "snmp-server name <text>": _set("name"),
    "no snmp-server name": _set("name"),
    "snmp-server location <text>": _set("location"),
    "no snmp-server location": _set("location"),
    "snmp-server contact <text>": _set("contact"),
    "no snmp-server contact": _set("contact"),
    "snmp-server enable": keep(_SNMP, "enable", "snmp-server enable"),
    # A secret is shown as a comment with stars in its place, as radius keys are in the transcript.
    "snmp-server community <text> [access=ro|rw]": keep(_SNMP, "community", "! snmp-server community ********"),
    "snmp-server host <ip> [port <number>] version=v1|v2c <text>": keep(
        _SNMP, "host {ip}", "! snmp-server host {ip} {version} ********"
    ),
    # The order of words is ACLI-terminal's list of stackable commands; a version 3 user's name is no secret.
    "snmp-server host <ip> port <number> v3 level=auth|no-auth|auth-priv <text>": keep(
        _SNMP, "host {ip}", "snmp-server host {ip} port {number} v3 {level} {text}"
    ),
    "no snmp-server host <ip>": drop(_SNMP, "host {ip}"),
    "ip default-gateway <ip>": _set("gateway", "ip"),
    "no ip default-gateway": _set("gateway", "ip"),
    "ip address [what=switch|stack] <ip>": _set("address", "ip"),
    "ip [address] netmask <ip>": _set("netmask", "ip"),
    "sntp server rank=primary|secondary address <ip>": keep(_CORE, "sntp {rank}", "sntp server {rank} address {ip}"),
    "no sntp server rank=primary|secondary": drop(_CORE, "sntp {rank}"),
    "sntp enable": keep(_CORE, "sntp enable", "sntp enable"),
    "no sntp enable": drop(_CORE, "sntp enable"),
    "sntp sync-interval <number>": keep(_CORE, "sntp sync-interval", "sntp sync-interval {number}"),
    "radius server host <ip>": keep(_CORE, "radius", "radius server host {ip}"),
    "radius server host key <text>": keep(_CORE, "radius key", "! radius server host key ********"),
    "telnet-access inactive-timeout <number>": keep(
        _CORE, "inactive-timeout", "telnet-access inactive-timeout {number}"
    ),
    "telnet-access disable": keep(_IPMGR, "telnet", "telnet-access disable"),
    "telnet-access enable": drop(_IPMGR, "telnet"),
    "web-server disable": keep(_IPMGR, "web", "web-server disable"),
    "web-server enable": drop(_IPMGR, "web"),
    f"no ipmgr {_PROTOCOLS}": keep(_IPMGR, "ipmgr {protocol}", "no ipmgr {protocol}"),
    f"ipmgr {_PROTOCOLS}": drop(_IPMGR, "ipmgr {protocol}"),
    "ipmgr source-ip <number> <ip>": keep(_IPMGR, "source {number}", "ipmgr source-ip {number} {ip}"),
    "ipmgr source-ip <number> <ip> mask <ip:mask>": keep(
        _IPMGR, "source {number}", "ipmgr source-ip {number} {ip} mask {mask}"
    ),
    "no ipmgr source-ip <number>": drop(_IPMGR, "source {number}"),
    "logging remote address <ip>": keep(_LOG, "address", "logging remote address {ip}"),
    "no logging remote address": drop(_LOG, "address"),
    "logging remote enable": keep(_LOG, "enable", "logging remote enable"),
    "no logging remote enable": drop(_LOG, "enable"),
    "logging remote level level=critical|serious|informational|none": keep(
        _LOG, "level", "logging remote level {level}"
    ),
    "no logging remote level": drop(_LOG, "level"),
    "banner disabled": keep("Custom Banner", "banner", "banner disabled"),
    "no banner": keep("Custom Banner", "banner", "banner disabled"),
    "banner static": drop("Custom Banner", "banner"),
    "banner <number> <text>": keep("Custom Banner", "line {number}", 'banner {number} "{text}"'),
    "ssh": keep("SSH", "ssh", "ssh"),
    "no ssh": drop("SSH", "ssh"),
    "ssl": keep("SSL", "ssl", "ssl"),
    "no ssl": drop("SSL", "ssl"),
    "autosave enable": _autosave(on=True),
    "no autosave enable": _autosave(on=False),
    # The names of the modes have no public source; the last word is kept as it is typed.
    "port-mirroring [allow-traffic] mode <text:mode> monitor-port <text:monitor> <text:what> <text:source>": keep(
        "Port Mirroring", "mirror", "port-mirroring mode {mode} monitor-port {monitor} {what} {source}"
    ),
    "no port-mirroring": drop("Port Mirroring", "mirror"),
}

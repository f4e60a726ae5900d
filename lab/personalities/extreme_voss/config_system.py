"""The configuration commands without laws: name, servers, who may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.extreme_voss.cli import drop, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.extreme_voss.cli import Cli
    from lab.personalities.wordtree import Values


def _prompt(cli: Cli, values: Values) -> str:
    cli.box.name, cli.box.named = str(values["text"]), True
    return ""


def _banner(cli: Cli, values: Values) -> str:
    cli.box.banner.append(str(values["text"]))
    return ""


def _no_banner(cli: Cli, values: Values) -> str:
    del values
    cli.box.banner.clear()
    return ""


_FLAGS = "flag=sshd|telnetd|ftpd|tftpd|rlogind|block-snmp"
_POLICY = "ACCESS-POLICY"

CONFIG: dict[str, Callable[[Cli, Values], str]] = {
    "prompt <text>": _prompt,
    "snmp-server name <text>": keep("SYSTEM", "name", 'snmp-server name "{text}"'),
    "snmp-server location <text>": keep("SYSTEM", "location", 'snmp-server location "{text}"'),
    "no snmp-server location": drop("SYSTEM", "location"),
    "snmp-server contact <text>": keep("SYSTEM", "contact", 'snmp-server contact "{text}"'),
    "no snmp-server contact": drop("SYSTEM", "contact"),
    "snmp-server host <ip> version=v1|v2c <text>": keep(
        "SNMP V3 TARGET ADDRESS", "host {ip} ", "snmp-server host {ip} {version} {text}"
    ),
    "no snmp-server host <ip> version=v1|v2c <text>": drop("SNMP V3 TARGET ADDRESS", "host {ip} "),
    f"boot config flags {_FLAGS}": keep("BOOT", "flag {flag}", "boot config flags {flag}"),
    f"no boot config flags {_FLAGS}": drop("BOOT", "flag {flag}"),
    "cli timeout <number>": keep("CLI", "timeout", "cli timeout {number}"),
    "ssh": keep("SSH", "ssh", "ssh"),
    "ssh secure": keep("SSH", "ssh", "ssh secure"),
    "no ssh": drop("SSH", "ssh"),
    "web-server enable": keep("WEB", "web", "web-server enable"),
    "no web-server enable": drop("WEB", "web"),
    "syslog host <number>": keep("LOG", "host {number} ", "syslog host {number}"),
    "syslog host <number> address <ip>": keep("LOG", "host {number} a", "syslog host {number} address {ip}"),
    "syslog host <number> enable": keep("LOG", "host {number} b", "syslog host {number} enable"),
    "no syslog host <number>": drop("LOG", "host {number} "),
    "ntp": keep("NTP", "ntp", "ntp"),
    "no ntp": drop("NTP", "ntp"),
    "ntp server <ip> [enable]": keep("NTP", "server {ip} ", "ntp server {ip} enable"),
    "no ntp server <ip>": drop("NTP", "server {ip} "),
    "access-policy": keep(_POLICY, "z on", "access-policy"),
    "no access-policy": drop(_POLICY, "z on"),
    "access-policy <number>": keep(_POLICY, "{number} ", "access-policy {number}"),
    "access-policy <number> network <ip> <ip:mask>": keep(
        _POLICY, "{number} a", "access-policy {number} network {ip} {mask}"
    ),
    "access-policy <number> enable": keep(_POLICY, "{number} b", "access-policy {number} enable"),
    "no access-policy <number>": drop(_POLICY, "{number} "),
    "banner custom": lambda _cli, _values: "",
    "banner static": lambda _cli, _values: "",
    "banner <text>": _banner,
    "no banner": _no_banner,
}

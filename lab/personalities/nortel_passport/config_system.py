"""``config cli``, ``config sys``, ``config ntp``, ``config diag``: the box itself, and who watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lab.personalities.nortel_passport.state import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Interface

    from lab.personalities.nortel_passport.state import Box
    from lab.personalities.wordtree import Values


def _more(box: Box, values: Values) -> str:
    """Global, and from then on part of the configuration (ZipTie: show config has it, the stored file not)."""
    box.more = values["on"] == "true"
    return ""


def _text(attribute: str) -> Callable[[Box, Values], str]:
    def run(box: Box, values: Values) -> str:
        setattr(box, attribute, values["text"])
        return ""

    return run


def _banner(box: Box, values: Values) -> str:
    box.banner.append(cast("str", values["text"]))
    return ""


def _no_banner(box: Box, values: Values) -> str:
    del values
    box.banner.clear()
    return ""


def _default_banner(box: Box, values: Values) -> str:
    box.default_banner = values["on"] == "true"
    return ""


def keep(section: str, key: str, line: str) -> Callable[[Box, Values], str]:
    """Return a command that only remembers its line, under a key that a later command may overwrite or drop."""

    def run(box: Box, values: Values) -> str:
        box.lines[section][key.format(**values)] = line.format(**values)
        return ""

    return run


def drop(section: str, key: str) -> Callable[[Box, Values], str]:
    """Return a command that forgets what `keep` remembered.

    It refuses when there is nothing to forget; no public source for the text.
    """

    def run(box: Box, values: Values) -> str:
        name = key.format(**values)
        found = [known for known in box.lines[section] if known == name or known.startswith(name + " ")]
        if not found:
            raise Refusal(f"\aError: {name} does not exist")
        for known in found:
            del box.lines[section][known]
        return ""

    return run


def forget(section: str, key: str) -> Callable[[Box, Values], str]:
    """Return a command that puts back a default: it forgets a line if there is one."""

    def run(box: Box, values: Values) -> str:
        del values
        box.lines[section].pop(key, None)
        return ""

    return run


def _policy_network(box: Box, values: Values) -> str:
    network = cast("IPv4Interface", values["ip/mask"]).network.with_netmask
    box.lines["ACCESS"][f"policy {values['id']} network"] = f"sys access-policy policy {values['id']} network {network}"
    return ""


def _mirror(box: Box, values: Values) -> str:
    if values["in_port"] == values["out_port"]:
        raise Refusal(f"\aError: port {values['in_port']} cannot mirror itself")
    line = "diag mirror-by-port {id} create in-port {in_port} out-port {out_port} mode {mode} enable"
    return keep("DIAG", "mirror-by-port {id}", line)(box, values)


_SYS = "config sys set"
_POLICY = "config sys access-policy policy"
_HOST = "config sys syslog host <id:host>"

COMMANDS: dict[str, Callable[[Box, Values], str]] = {
    "config cli more on=true|false": _more,
    "config cli prompt <text>": _text("prompt"),
    "config cli banner add <text>": _banner,
    "config cli banner delete": _no_banner,
    "config cli banner defaultbanner on=true|false": _default_banner,
    # Control-CLI-Extreme looks for both `cli prompt` and `sys set name` when it waits for a new prompt.
    f"{_SYS} name <text>": _text("name"),
    f"{_SYS} location <text>": _text("location"),
    f"{_SYS} contact <text>": _text("contact"),
    f"{_SYS} ssh version version=both|v2only": keep("SSH", "ssh version", "sys set ssh version {version}"),
    f"{_SYS} ssh enable on=true|false": keep("SSH", "ssh enable", "sys set ssh enable {on}"),
    f"{_SYS} snmp community level=ro|rw|rwa|l1|l2|l3 <text>": keep(
        "SYSTEM", "community {level}", "sys set snmp community {level} {text}"
    ),
    f"{_SYS} snmp trap-recv <ip> version=v1|v2c <text>": keep(
        "SYSTEM", "trap-recv {ip}", "sys set snmp trap-recv {ip} {version} {text}"
    ),
    # The words below `syslog`, those of the access policies, `banner delete` and the deletions of receivers and
    # servers have no public source.
    f"{_SYS} snmp trap-recv <ip> delete": drop("SYSTEM", "trap-recv {ip}"),
    f"{_HOST} create": keep("SYSTEM", "syslog host {host}", "sys syslog host {host} create"),
    f"{_HOST} delete": drop("SYSTEM", "syslog host {host}"),
    f"{_HOST} address <ip>": keep("SYSTEM", "syslog host {host} address", "sys syslog host {host} address {ip}"),
    f"{_HOST} facility <text>": keep("SYSTEM", "syslog host {host} facility", "sys syslog host {host} facility {text}"),
    f"{_HOST} host on=enable|disable": keep("SYSTEM", "syslog host {host} host", "sys syslog host {host} host {on}"),
    "config sys syslog state on=enable|disable": keep("SYSTEM", "syslog state", "sys syslog state {on}"),
    "config ntp server create <ip>": keep("NTP", "server {ip}", "ntp server create {ip}"),
    "config ntp server delete <ip>": drop("NTP", "server {ip}"),
    "config ntp enable true": keep("NTP", "enable", "ntp enable true"),
    "config ntp enable false": forget("NTP", "enable"),
    "config web-server enable": keep("WEB", "web-server", "web-server enable"),
    "config web-server disable": forget("WEB", "web-server"),
    f"{_POLICY} <id> create": keep("ACCESS", "policy {id}", "sys access-policy policy {id} create"),
    f"{_POLICY} <id> network <ip/mask>": _policy_network,
    f"{_POLICY} <id> enable on=true|false": keep(
        "ACCESS", "policy {id} enable", "sys access-policy policy {id} enable {on}"
    ),
    f"{_POLICY} <id> delete": drop("ACCESS", "policy {id}"),
    "config sys access-policy enable true": keep("ACCESS", "enable", "sys access-policy enable true"),
    "config sys access-policy enable false": forget("ACCESS", "enable"),
    "config diag mirror-by-port <id> create in-port <port:in_port> out-port <port:out_port> "
    "mode mode=tx|rx|both enable": _mirror,
    "config diag mirror-by-port <id> delete": drop("DIAG", "mirror-by-port {id}"),
}

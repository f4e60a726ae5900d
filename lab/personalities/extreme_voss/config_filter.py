"""Packet filters: lists, entries, and where they are at work (published VSP filters, Extreme's test framework)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.extreme_voss.cli import integer, ports_of
from lab.personalities.extreme_voss.state import Acl, Entry, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.extreme_voss.cli import Cli
    from lab.personalities.wordtree import Values


def _acl(cli: Cli, values: Values) -> Acl:
    number = integer(values, "acl")
    if number not in cli.box.acls:
        raise Refusal(f"Error: ACL {number} does not exist")
    return cli.box.acls[number]


def _create(cli: Cli, values: Values) -> str:
    number = integer(values, "acl")
    if number in cli.box.acls:
        raise Refusal(f"Error: ACL {number} already exists")
    cli.box.acls[number] = Acl(number, str(values["kind"]), str(values.get("text", "")))
    return ""


def _delete(cli: Cli, values: Values) -> str:
    """Ask first: the question is that of Extreme's test framework."""
    acl = _acl(cli, values)

    def answer(text: str) -> str:
        if text.strip().lower().startswith("y"):
            del cli.box.acls[acl.number]
        return ""

    cli.question = ("Do you wish to delete this ACL? (y/n) ? ", answer)
    return ""


def _enabled(*, on: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        _acl(cli, values).enabled = on
        return ""

    return run


def _default(cli: Cli, values: Values) -> str:
    _acl(cli, values).default = str(values["action"])
    return ""


def _ports(cli: Cli, values: Values) -> str:
    acl = _acl(cli, values)
    if acl.kind == "inVlan":
        raise Refusal("Error: an inVlan ACL takes VLANs")
    acl.ports.update(ports_of(values))
    return ""


def _no_ports(cli: Cli, values: Values) -> str:
    _acl(cli, values).ports.difference_update(ports_of(values))
    return ""


def _vlan(cli: Cli, values: Values) -> str:
    acl = _acl(cli, values)
    if acl.kind != "inVlan":
        raise Refusal("Error: only an inVlan ACL takes VLANs")
    acl.vlans.add(cli.box.vlan(integer(values, "vid")).vid)
    return ""


def _no_vlan(cli: Cli, values: Values) -> str:
    _acl(cli, values).vlans.discard(integer(values, "vid"))
    return ""


def _entry(cli: Cli, values: Values) -> Entry:
    acl, number = _acl(cli, values), integer(values, "ace")
    if number not in acl.entries:
        raise Refusal(f"Error: ACE {number} of ACL {acl.number} does not exist")
    return acl.entries[number]


def _create_entry(cli: Cli, values: Values) -> str:
    acl, number = _acl(cli, values), integer(values, "ace")
    name = f' name "{values["text"]}"' if "text" in values else ""
    acl.entries[number] = Entry(f"filter acl ace {acl.number} {number}{name}")
    return ""


def _no_entry(cli: Cli, values: Values) -> str:
    _entry(cli, values)
    del _acl(cli, values).entries[integer(values, "ace")]
    return ""


def _line(key: str, line: str) -> Callable[[Cli, Values], str]:
    """Return a command that sets one thing of an entry, which must not be at work meanwhile (the words are ours)."""

    def run(cli: Cli, values: Values) -> str:
        entry = _entry(cli, values)
        if entry.enabled:
            raise Refusal("Error: the ACE is enabled")
        entry.lines[key] = line.format(**values)
        return ""

    return run


def _action(cli: Cli, values: Values) -> str:
    count = " count" if "count" in values else ""
    return _line("action", "filter acl ace action {acl} {ace} {action}" + count)(cli, values)


def _entry_enabled(*, on: bool) -> Callable[[Cli, Values], str]:
    """An entry without an action cannot be put to work (the words are ours)."""

    def run(cli: Cli, values: Values) -> str:
        entry = _entry(cli, values)
        if on and "action" not in entry.lines:
            raise Refusal("Error: the ACE has no action")
        entry.enabled = on
        return ""

    return run


_IP = "filter acl ace ip <acl> <ace>"
_PROTOCOL = "filter acl ace protocol <acl> <ace>"

CONFIG: dict[str, Callable[[Cli, Values], str]] = {
    "filter acl <acl> type kind=inPort|inVlan|outPort [name <text>]": _create,
    "no filter acl <acl>": _delete,
    "filter acl <acl> enable": _enabled(on=True),
    "no filter acl <acl> enable": _enabled(on=False),
    "filter acl set <acl> default-action action=permit|deny": _default,
    "filter acl port <acl> <ports>": _ports,
    "no filter acl port <acl> <ports>": _no_ports,
    "filter acl vlan <acl> <vid>": _vlan,
    "no filter acl vlan <acl> <vid>": _no_vlan,
    "filter acl ace <acl> <ace> [name <text>]": _create_entry,
    "no filter acl ace <acl> <ace>": _no_entry,
    "filter acl ace <acl> <ace> enable": _entry_enabled(on=True),
    "no filter acl ace <acl> <ace> enable": _entry_enabled(on=False),
    "filter acl ace action <acl> <ace> action=permit|deny": _action,
    "filter acl ace action <acl> <ace> action=permit|deny count=count": _action,
    "filter acl ace ethernet <acl> <ace> ether-type eq <text>": _line(
        "ethernet", "filter acl ace ethernet {acl} {ace} ether-type eq {text}"
    ),
    f"{_IP} src-ip mask <ip> <number>": _line("src", "filter acl ace ip {acl} {ace} src-ip mask {ip} {number}"),
    f"{_IP} dst-ip mask <ip> <number>": _line("dst", "filter acl ace ip {acl} {ace} dst-ip mask {ip} {number}"),
    f"{_IP} ip-protocol-type eq <text>": _line("ip", "filter acl ace ip {acl} {ace} ip-protocol-type eq {text}"),
    f"{_PROTOCOL} src-port eq <text>": _line("sport", "filter acl ace protocol {acl} {ace} src-port eq {text}"),
    f"{_PROTOCOL} dst-port eq <text>": _line("dport", "filter acl ace protocol {acl} {ace} dst-port eq {text}"),
}

"""The ``ip`` command: the part of iproute2's language that configures links, addresses and routes."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from .ipshow import address_block, address_lines, link_line, own_lines, route_lines
from .net import MAX_NAME, KernelError, Net, Network, Route
from .result import Result

if TYPE_CHECKING:
    from collections.abc import Callable

_OBJECTS: Final = ("link", "address", "route")


class UsageError(Exception):
    """``ip`` itself refuses the words (exit status 1, or 255 for usage)."""


class _Words:
    """The words after the verb, taken one after another."""

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def __bool__(self) -> bool:
        return bool(self._words)

    def take(self) -> str:
        if not self._words:
            raise UsageError('Command line is not complete. Try option "help"')
        return self._words.pop(0)

    def pairs(self, *keys: str) -> dict[str, str]:
        """Take the rest as key and value; a word without a key is the ``dev`` or the prefix."""
        found: dict[str, str] = {}
        while self._words:
            word = self.take()
            if word in keys:
                found[word] = self.take()
            elif "" not in found:
                found[""] = word
            else:
                raise UsageError(f'Error: either "to" is duplicate, or "{word}" is a garbage.')
        return found


def _device(net: Net, name: str) -> str:
    if name not in net.links:
        raise UsageError(f'Cannot find device "{name}"')
    return name


def _shown(net: Net, words: _Words) -> list[str]:
    name = words.pairs("dev")
    wanted = name.get("dev") or name.get("")
    if wanted and wanted not in net.links:
        raise UsageError(f'Device "{wanted}" does not exist.')
    return [wanted] if wanted else list(net.links)


def _link_show(net: Net, words: _Words, options: set[str]) -> str:
    lines = [link_line(net, net.links[name], details="d" in options) for name in _shown(net, words)]
    return "".join(f"{line if 'o' in options else line.replace(chr(92), chr(10))}\n" for line in lines)


def _link_add(net: Net, words: _Words, _: set[str]) -> str:
    found = words.pairs("link", "name", "type", "id", "mode", "protocol")
    name, kind = found.get("name") or found.get("", ""), found.get("type", "")
    if len(name) > MAX_NAME or "/" in name:
        raise UsageError(f'Error: argument "{name}" is wrong: "name" not a valid ifname')
    if kind == "vlan":
        parent = found.get("link", "")
        if parent not in net.links:
            raise UsageError(f'Cannot find device "{parent}"')
        if not found.get("id", "").isdecimal():
            raise UsageError(f'Error: argument "{found.get("id", "")}" is wrong: id is invalid')
        net.add_vlan(name, parent, int(found["id"]))
    elif kind == "bond":
        net.add_bond(name, found.get("mode", "balance-rr"))
    else:
        raise KernelError("Error: Unknown device type.")
    return ""


def _link_set(net: Net, words: _Words, _: set[str]) -> str:
    name = words.take()
    name = _device(net, words.take() if name == "dev" else name)
    if not words:
        raise UsageError("Not enough of information: nothing to set.")
    while words:
        word = words.take()
        if word not in _SETTERS:
            raise UsageError(f'Error: either "dev" is duplicate, or "{word}" is a garbage.')
        _SETTERS[word](net, name, words)
    return ""


def _set_master(net: Net, name: str, words: _Words) -> None:
    master = words.take()
    if master not in net.links:
        raise UsageError(f'Error: argument "{master}" is wrong: Device does not exist\n')
    net.enslave(name, master)


def _set_alias(net: Net, name: str, words: _Words) -> None:
    net.links[name].alias = words.take()


_SETTERS: Final[dict[str, Callable[[Net, str, _Words], None]]] = {
    "up": lambda net, name, _: net.set_up(name),
    "down": lambda net, name, _: net.set_down(name),
    "nomaster": lambda net, name, _: net.release(name),
    "master": _set_master,
    "alias": _set_alias,
}


def _link_del(net: Net, words: _Words, _: set[str]) -> str:
    found = words.pairs("dev", "type")
    net.delete(_device(net, found.get("dev") or found.get("", "")))
    return ""


def _address_show(net: Net, words: _Words, options: set[str]) -> str:
    links = [net.links[name] for name in _shown(net, words)]
    if "o" in options:
        return "".join(f"{line}\n" for link in links for line in address_lines(link))
    return "".join(f"{address_block(net, link)}\n" for link in links if link.addresses)


def _address_change(net: Net, words: _Words) -> tuple[str, ipaddress.IPv4Interface]:
    found = words.pairs("dev", "brd", "broadcast", "label")
    text = found.get("", "")
    try:
        address = ipaddress.IPv4Interface(text)
    except ValueError:
        raise UsageError(f'Error: any valid prefix is expected rather than "{text}".') from None
    if "dev" not in found:
        raise UsageError('Not enough information: "dev" argument is required.')
    return _device(net, found["dev"]), address


def _address_add(net: Net, words: _Words, _: set[str]) -> str:
    net.add_address(*_address_change(net, words))
    return ""


def _address_del(net: Net, words: _Words, _: set[str]) -> str:
    net.delete_address(*_address_change(net, words))
    return ""


def _prefix(text: str) -> Network:
    try:
        loose = Network("0.0.0.0/0" if text == "default" else text, strict=False)
    except ValueError:
        raise UsageError(f'Error: any valid prefix is expected rather than "{text}".') from None
    if text != "default" and str(loose.network_address) != text.partition("/")[0]:
        raise KernelError("Error: Invalid prefix for given prefix length.")
    return loose


def _gateway(found: dict[str, str]) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(found["via"]) if "via" in found else None
    except ValueError:
        raise UsageError(f'Error: inet address is expected rather than "{found["via"]}".') from None


def _route_show(net: Net, words: _Words, _: set[str]) -> str:
    """Show the main table; with ``table all`` the kernel's own, ``local``, after it, with ``table local`` it alone."""
    wanted = words.pairs("table").get("table", "main")
    if wanted not in {"main", "all", "local"}:
        raise UsageError(f'Error: argument "{wanted}" is wrong: table id value is invalid')
    lines = [*route_lines(net)] if wanted != "local" else []
    lines += own_lines(net, "table local " if wanted == "all" else "") if wanted != "main" else []
    return "".join(f"{line}\n" for line in lines)


def _route_put(net: Net, words: _Words, *, replace: bool) -> str:
    found = words.pairs("via", "dev", "proto", "metric", "src")
    prefix, gateway = _prefix(found.get("", "")), _gateway(found)
    if gateway is None and "dev" not in found:
        raise no_device()
    if "dev" in found:
        _device(net, found["dev"])
    device = net.towards(gateway) if gateway else found["dev"]
    if not net.links[device].up:
        raise KernelError("Error: Device for nexthop is not up.")
    net.add_route(prefix, Route(gateway, device), replace=replace)
    return ""


def no_device() -> KernelError:
    """Return the kernel's answer to a route that leads nowhere."""
    return KernelError("RTNETLINK answers: No such device")


def _route_del(net: Net, words: _Words, _: set[str]) -> str:
    found = words.pairs("via", "dev", "proto", "metric", "src")
    net.delete_route(_prefix(found.get("", "")), _gateway(found))
    return ""


_VERBS: Final[dict[tuple[str, str], Callable[[Net, _Words, set[str]], str]]] = {
    ("link", "show"): _link_show,
    ("link", "add"): _link_add,
    ("link", "set"): _link_set,
    ("link", "delete"): _link_del,
    ("address", "show"): _address_show,
    ("address", "add"): _address_add,
    ("address", "delete"): _address_del,
    ("route", "show"): _route_show,
    ("route", "add"): lambda net, words, _: _route_put(net, words, replace=False),
    ("route", "replace"): lambda net, words, _: _route_put(net, words, replace=True),
    ("route", "delete"): _route_del,
}


def run_ip(net: Net, arguments: list[str]) -> Result:
    """Carry out ``ip`` with its words; errors carry iproute2's text and exit status."""
    words = list(arguments)
    options: set[str] = set()
    while words and words[0].startswith("-"):
        options.add({"oneline": "o", "details": "d", "family": "4"}.get(words[0].lstrip("-"), words[0].lstrip("-")))
        del words[0]
    if unknown := options - {"o", "d", "4"}:
        return Result(255, "", f'Option "-{min(unknown)}" is unknown, try "ip -help".\n')
    given = words.pop(0) if words else ""
    thing = next((name for name in _OBJECTS if given and name.startswith(given)), None)
    if thing is None:
        return Result(255, "", f'Object "{given}" is unknown, try "ip help".\n')
    typed = words.pop(0) if words else "show"
    verbs = [verb for name, verb in _VERBS if name == thing]
    verb = next((verb for verb in verbs if verb.startswith({"ls": "show", "list": "show"}.get(typed, typed))), None)
    if verb is None:
        return Result(255, "", f'Command "{typed}" is unknown, try "ip {thing} help".\n')
    try:
        return Result(0, _VERBS[thing, verb](net, _Words(words), options), "")
    except UsageError as error:
        return Result(1, "", f"{error}\n")
    except KernelError as error:
        return Result(2, "", f"{error}\n")

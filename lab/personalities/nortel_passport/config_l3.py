"""``config ip``: static routes, circuitless interfaces, the classic filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lab.personalities.nortel_passport.state import Filter, FilterSet, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network

    from lab.personalities.nortel_passport.state import Box
    from lab.personalities.wordtree import Values


def _route_key(values: Values) -> tuple[IPv4Network, IPv4Address]:
    return cast("IPv4Interface", values["ip/mask"]).network, cast("IPv4Address", values["ip"])


def _route(box: Box, values: Values) -> str:
    box.routes[_route_key(values)] = cast("int", values.get("cost", 1))
    return ""


def _no_route(box: Box, values: Values) -> str:
    key = _route_key(values)
    if key not in box.routes:
        raise Refusal(f"\aError: static route {key[0].with_netmask} next-hop {key[1]} does not exist")
    del box.routes[key]
    return ""


def _loopback(box: Box, values: Values) -> str:
    wanted, number = cast("IPv4Interface", values["ip/mask"]), cast("int", values["id"])
    if number in box.loopbacks:
        raise Refusal(f"\aError: circuitless ip interface {number} already exists")
    box.refuse_overlap(wanted)
    box.loopbacks[number] = wanted
    return ""


def _no_loopback(box: Box, values: Values) -> str:
    number = cast("int", values["id"])
    if number not in box.loopbacks:
        raise Refusal(f"\aError: circuitless ip interface {number} does not exist")
    del box.loopbacks[number]
    return ""


def _filter(box: Box, values: Values) -> str:
    number = cast("int", values["id"])
    if number in box.filters:
        raise Refusal(f"\aError: filter {number} already exists")
    line = "ip traffic-filter create {kind} src-ip {source} dst-ip {target} id {id}"
    box.filters[number] = Filter(number, line.format(**values))
    return ""


def _found(box: Box, values: Values) -> Filter:
    number = cast("int", values["id"])
    if number not in box.filters:
        raise Refusal(f"\aError: filter {number} does not exist")
    return box.filters[number]


def _detail(key: str, line: str) -> Callable[[Box, Values], str]:
    def run(box: Box, values: Values) -> str:
        found = _found(box, values)
        found.lines[key] = f"ip traffic-filter filter {found.number} " + line.format(**values)
        return ""

    return run


def _no_filter(box: Box, values: Values) -> str:
    number = _found(box, values).number
    owner = next((s for s in box.filter_sets.values() if number in s.filters), None)
    if owner:
        raise Refusal(f"\aError: filter {number} is in set {owner.number}")
    del box.filters[number]
    return ""


def _set(box: Box, values: Values) -> str:
    number = cast("int", values["set"])
    if number in box.filter_sets:
        raise Refusal(f"\aError: filter set {number} already exists")
    box.filter_sets[number] = FilterSet(number, str(values["word"]), str(values.get("text", "")))
    return ""


def _found_set(box: Box, values: Values) -> FilterSet:
    number = cast("int", values["set"])
    if number not in box.filter_sets:
        raise Refusal(f"\aError: filter set {number} does not exist")
    return box.filter_sets[number]


def _add_filter(box: Box, values: Values) -> str:
    owner, number = _found_set(box, values), _found(box, values).number
    if number not in owner.filters:
        owner.filters.append(number)
    return ""


def _no_set(box: Box, values: Values) -> str:
    number = _found_set(box, values).number
    port = next((p for p in box.ports.values() if number in p.filter_sets), None)
    if port:
        raise Refusal(f"\aError: filter set {number} is on port {port.name}")
    del box.filter_sets[number]
    return ""


_T = "config ip traffic-filter"
_OPTIONS = "ignore|equal|less|greater|notequal"
_SETS = f"{_T} word=set|global-set <id:set>"

# Words and order of the filters are Nipper's grammar. `set N delete` and the other deletions have no public source,
# except that of a filter.
COMMANDS: dict[str, Callable[[Box, Values], str]] = {
    "config ip static-route create <ip/mask> next-hop <ip> [cost <number:cost>]": _route,
    "config ip static-route delete <ip/mask> next-hop <ip>": _no_route,
    "config ip circuitless-ip-int <id> create <ip/mask>": _loopback,
    "config ip circuitless-ip-int <id> delete [<ip>]": _no_loopback,
    f"{_T} create kind=global|source|destination src-ip <any/mask:source> dst-ip <any/mask:target> id <id>": _filter,
    f"{_T} filter <id> name <text>": _detail("0 name", 'name "{text}"'),
    f"{_T} filter <id> action mode mode=forward|drop|forward-to-next-hop|default": _detail(
        "1 mode", "action mode {mode}"
    ),
    f"{_T} filter <id> action stop-on-match on=true|false": _detail("2 stop", "action stop-on-match {on}"),
    f"{_T} filter <id> match protocol <text:protocol>": _detail("3 protocol", "match protocol {protocol}"),
    f"{_T} filter <id> match src-port <number> src-option option={_OPTIONS}": _detail(
        "4 source", "match src-port {number} src-option {option}"
    ),
    f"{_T} filter <id> match dst-port <number> dst-option option={_OPTIONS}": _detail(
        "5 target", "match dst-port {number} dst-option {option}"
    ),
    f"{_T} filter <id> delete": _no_filter,
    f"{_SETS} create [name <text>]": _set,
    f"{_SETS} add-filter <id>": _add_filter,
    f"{_SETS} delete": _no_set,
}

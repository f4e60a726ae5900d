"""The phrases of classic packet filters (grammar: Nipper's parsers of Passport configurations)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.config.filtering import Filter, Verdict
from govnet.platforms.addresses import network
from govnet.platforms.nortel_passport.building import Builder, FilterState
from govnet.platforms.nortel_passport.filters import ANY, PROTOCOLS, port_range
from govnet.platforms.portlists import parse_ports

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Network

    from govnet.config.reading import Line

_VERDICTS = {"forward": Verdict.PERMIT, "drop": Verdict.DENY}


def _networks(word: str) -> tuple[IPv4Network, ...]:
    """Return a filter's network; ``default`` and the zero mask mean any address."""
    if word.lower() == "default":
        return ()
    found = network(word)
    return () if found == ANY else (found,)


def _create(b: Builder, line: Line, source: str, destination: str, number: str) -> None:
    made = Filter(Verdict.DENY, sources=_networks(source), destinations=_networks(destination))
    b.filters[int(number)] = FilterState(made, [line])


def _held(b: Builder, line: Line, number: str) -> FilterState:
    if int(number) not in b.filters:
        raise ValueError(f"filter {number} was not created")
    state = b.filters[int(number)]
    state.lines.append(line)
    return state


def _name(b: Builder, line: Line, number: str, name: str) -> None:
    state = _held(b, line, number)
    state.filter = replace(state.filter, comment=name)


def _action(b: Builder, line: Line, number: str, mode: str) -> None:
    state = _held(b, line, number)
    if mode.lower() in _VERDICTS:
        state.filter, state.acting = replace(state.filter, verdict=_VERDICTS[mode.lower()]), True
    else:
        state.odd = True


def _stop(b: Builder, line: Line, number: str, word: str) -> None:
    """Without stop-on-match a later filter may still decide, which "the first match decides" cannot say."""
    _held(b, line, number).odd |= word.lower() != "true"


def _protocol(b: Builder, line: Line, number: str, protocol: str) -> None:
    state = _held(b, line, number)
    state.odd |= protocol.lower() not in PROTOCOLS
    state.filter = replace(state.filter, protocol=protocol.lower())


def _ports(state: FilterState, port: str, option: str) -> tuple[tuple[int, int], ...]:
    try:
        found = port_range(option.lower(), int(port))
    except ValueError:
        state.odd = True
        return ()
    return (found,) if found else ()


def _source_port(b: Builder, line: Line, number: str, port: str, option: str) -> None:
    state = _held(b, line, number)
    state.filter = replace(state.filter, source_ports=_ports(state, port, option))


def _port(b: Builder, line: Line, number: str, port: str, option: str) -> None:
    state = _held(b, line, number)
    state.filter = replace(state.filter, ports=_ports(state, port, option))


def _other_match(b: Builder, line: Line, number: str, *_: str) -> None:
    _held(b, line, number).odd = True


def _delete(b: Builder, _: Line, number: str) -> None:
    b.filters.pop(int(number), None)


def _create_set(b: Builder, line: Line, number: str, _name: str) -> None:
    b.sets.setdefault(int(number), [])
    b.set_lines.setdefault(int(number), []).append(line)


def _add_filter(b: Builder, line: Line, number: str, identity: str) -> None:
    if int(number) not in b.sets:
        raise ValueError(f"set {number} was not created")
    b.sets[int(number)].append(int(identity))
    b.set_lines[int(number)].append(line)


def _delete_set(b: Builder, _: Line, number: str) -> None:
    b.sets.pop(int(number), None)
    b.set_lines.pop(int(number), None)


def _bind(b: Builder, line: Line, ports: str, number: str) -> None:
    for port in parse_ports(ports, b.known):
        b.bindings[port, int(number)] = line


def _unbind(b: Builder, _: Line, ports: str, number: str) -> None:
    for port in parse_ports(ports, b.known):
        b.bindings.pop((port, int(number)), None)


def _default(b: Builder, line: Line, ports: str, word: str) -> None:
    if word.lower() not in {"drop", "forward", "none"}:
        raise ValueError(f"{word}: no default action")
    for port in parse_ports(ports, b.known):
        b.ports[port].drops = line if word.lower() == "drop" else None


FILTER_PHRASES: dict[str, Callable[..., None]] = {
    "ip traffic-filter create global src-ip <a> dst-ip <a> id <id>": _create,
    "ip traffic-filter create source src-ip <a> dst-ip <a> id <id>": _create,
    "ip traffic-filter create destination src-ip <a> dst-ip <a> id <id>": _create,
    "ip traffic-filter filter <id> name <name>": _name,
    "ip traffic-filter filter <id> action mode <mode>": _action,
    "ip traffic-filter filter <id> action stop-on-match <state>": _stop,
    "ip traffic-filter filter <id> match protocol <protocol>": _protocol,
    "ip traffic-filter filter <id> match src-port <port> src-option <option>": _source_port,
    "ip traffic-filter filter <id> match dst-port <port> dst-option <option>": _port,
    "ip traffic-filter filter <id> match <...>": _other_match,
    "ip traffic-filter filter <id> action <...>": _other_match,
    "ip traffic-filter filter <id> delete": _delete,
    "ip traffic-filter set <id> create name <name>": _create_set,
    "ip traffic-filter set <id> add-filter <id>": _add_filter,
    "ip traffic-filter set <id> delete": _delete_set,
    "ip traffic-filter global-set <id> create name <name>": _create_set,
    "ip traffic-filter global-set <id> add-filter <id>": _add_filter,
    "ethernet <ports> ip traffic-filter add set <id>": _bind,
    "ethernet <ports> ip traffic-filter remove set <id>": _unbind,
    "ethernet <ports> ip traffic-filter default-action <mode>": _default,
}

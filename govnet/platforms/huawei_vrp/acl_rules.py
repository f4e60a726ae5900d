"""Rules of access lists: from VRP's words to a `Filter`, and the parts of a `Filter` that a rule is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from govnet.config.filtering import Filter, Verdict
from govnet.platforms.huawei_vrp.words import network_of, wildcard

if TYPE_CHECKING:
    from ipaddress import IPv4Network

Ports = tuple[tuple[int, int], ...]

BASIC: Final = range(2000, 3000)
ADVANCED: Final = range(3000, 4000)
LAST_PORT: Final = 65535

# Names that VRP shows instead of numbers (SDOC, rule (advanced ACL view)); `icmp`, `tcp`, `udp` stay as they are.
_PROTOCOLS: Final = {"ip": "any", "gre": "47", "igmp": "2", "ipinip": "4", "ospf": "89"}
_SPOKEN: Final = {number: name for name, number in _PROTOCOLS.items()}
_SERVICES: Final = {
    "ftp-data": 20, "ftp": 21, "telnet": 23, "smtp": 25, "time": 37, "tacacs": 49, "domain": 53, "dns": 53,
    "bootps": 67, "bootpc": 68, "tftp": 69, "gopher": 70, "finger": 79, "www": 80, "pop2": 109, "pop3": 110,
    "sunrpc": 111, "nntp": 119, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "snmp": 161,
    "snmptrap": 162, "bgp": 179, "syslog": 514, "rip": 520,
}  # fmt: skip


def parse(words: list[str], *, basic: bool) -> Filter:
    """Read what follows the number of a rule.

    Raises:
        ValueError: the rule says something that a `Filter` cannot.
    """
    rest = list(words)
    verdict = Verdict(rest.pop(0))
    protocol = "any" if basic else _protocol(rest.pop(0))
    networks: dict[str, tuple[IPv4Network, ...]] = {}
    ports: dict[str, Ports] = {}
    established = log = False
    while rest:
        word = rest.pop(0)
        if word in {"source", "destination"}:
            networks[word] = _network(rest)
        elif word in {"source-port", "destination-port"}:
            ports[word] = _ports(rest)
        elif word == "tcp-flag" and rest[:1] == ["established"]:
            del rest[0]
            established = True
        elif word == "logging":
            log = True
        else:
            raise ValueError(f"{word!r} is not modelled")
    return Filter(
        verdict,
        protocol,
        networks.get("source", ()),
        networks.get("destination", ()),
        ports.get("source-port", ()),
        ports.get("destination-port", ()),
        established,
        log,
    )


def _protocol(word: str) -> str:
    if word in _PROTOCOLS:
        return _PROTOCOLS[word]
    return word if word in {"tcp", "udp", "icmp"} else str(int(word))


def _network(rest: list[str]) -> tuple[IPv4Network, ...]:
    address = rest.pop(0)
    return () if address == "any" else (network_of(address, rest.pop(0)),)


def _ports(rest: list[str]) -> Ports:
    relation, first = rest.pop(0), _port(rest.pop(0))
    if relation == "eq":
        return ((first, first),)
    if relation == "range":
        return ((first, _port(rest.pop(0))),)
    if relation == "gt" and first < LAST_PORT:
        return ((first + 1, LAST_PORT),)
    if relation == "lt" and first > 0:
        return ((0, first - 1),)
    raise ValueError(f"port relation {relation!r} is not modelled")


def _port(word: str) -> int:
    return _SERVICES[word] if word in _SERVICES else int(word)


def parts(rule: Filter, *, basic: bool) -> dict[str, str]:
    """Return the parts of a rule as text, for the template that puts them in VRP's order; absent parts are empty."""
    return {
        "verdict": rule.verdict.value,
        "protocol": "" if basic else _SPOKEN.get(rule.protocol, rule.protocol),
        "source": wildcard(rule.sources[0]) if rule.sources else "",
        "destination": wildcard(rule.destinations[0]) if rule.destinations else "",
        "source_port": _relation(rule.source_ports),
        "port": _relation(rule.ports),
        "established": "tcp-flag established" if rule.established else "",
        "log": "logging" if rule.log else "",
        "comment": rule.comment,
    }


def _relation(ports: Ports) -> str:
    if not ports:
        return ""
    first, last = ports[0]
    return f"eq {first}" if first == last else f"range {first} {last}"


def is_basic(name: str) -> bool:
    """True for a list whose number says that it looks at sources only."""
    return name.isdigit() and int(name) in BASIC


def unsayable(rule: Filter, *, basic: bool) -> str:
    """Return why VRP has no rule for this filter; empty when it has."""
    if max(map(len, (rule.sources, rule.destinations, rule.source_ports, rule.ports))) > 1:
        return "one rule holds one network and one port range; give one line for each"
    if rule.incoming or rule.outgoing:
        return "a rule names no interfaces; bind the list to them"
    if (rule.ports or rule.source_ports) and rule.protocol not in {"tcp", "udp"}:
        return "only tcp and udp have ports"
    if rule.established and rule.protocol != "tcp":
        return "only tcp sessions can be told by their flags"
    if basic and (rule.protocol != "any" or rule.destinations):
        return "numbers 2000 to 2999 look at sources only; use 3000 to 3999"
    return ""

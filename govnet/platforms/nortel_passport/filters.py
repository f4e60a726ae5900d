"""Classic packet filters: numbered filters in numbered sets (grammar: Nipper's parsers of Passport configurations).

A Passport knows sets and filters by number only. An ACL's name is therefore its set number: ``100`` is set 100 with
filters 100, 101, ...; a set found in the field with other filter numbers is called ``100:7,3,9``. So the numbers
needed to take a filter away are never guessed.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.config.filtering import Acl, Filter, Verdict
from govnet.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY = IPv4Network("0.0.0.0/0")
LAST_PORT = 65535
SHORTEST_MASK = 8
PROTOCOLS = ("tcp", "udp", "icmp")

_NAME = re.compile(r"(\d+)(?::(\d+(?:,\d+)*))?")


def acl_name(number: int, ids: Sequence[int]) -> str:
    """Name a set so that its filters' numbers follow from the name and their count."""
    if list(ids) == list(range(number, number + len(ids))):
        return str(number)
    return f"{number}:{','.join(map(str, ids))}"


def set_number(name: str) -> int:
    """Return the set number in an ACL's name.

    Raises:
        RefusedError: the name is none of a Passport's.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise RefusedError(f"packet filter {name!r}: a Passport knows filter sets by number; call it 100, 200, ...")
    return int(match[1])


def numbers(name: str, acl: Acl) -> tuple[int, list[int]]:
    """Return the set number and the filters' numbers of an ACL.

    Raises:
        RefusedError: the name is none of a Passport's, or names another count of filters.
    """
    number = set_number(name)
    listed = name.partition(":")[2]
    ids = [int(part) for part in listed.split(",")] if listed else list(range(number, number + len(acl.filters)))
    if len(ids) != len(acl.filters):
        raise RefusedError(
            f"packet filter {name!r} names {len(ids)} filters and has {len(acl.filters)}; call it {number}"
        )
    return number, ids


def spelt(line: Filter, identity: int) -> dict[str, object]:
    """Return what the template needs to say one filter.

    Raises:
        RefusedError: one classic filter cannot say this line; see `faults`.
    """
    if found := faults(line):
        raise RefusedError(f"filter {identity}: {'; '.join(found)}")
    return {
        "id": identity,
        "name": line.comment,
        "source": _address(line.sources),
        "destination": _address(line.destinations),
        "protocol": "" if line.protocol == "any" else line.protocol,
        "source_port": _option(line.source_ports),
        "port": _option(line.ports),
        "drop": line.verdict is Verdict.DENY,
    }


def faults(line: Filter) -> list[str]:
    """Name what one classic filter cannot say of ``line``; empty when it can say it all."""
    found = []
    for what, networks in (("source", line.sources), ("destination", line.destinations)):
        if len(networks) > 1:
            found.append(f"it has {len(networks)} {what} networks, a filter has one")
        found += [
            f"{network} has a mask shorter than {SHORTEST_MASK} bits, which old software refuses"
            for network in networks
            if network.prefixlen < SHORTEST_MASK
        ]
    for what, ports in (("source", line.source_ports), ("destination", line.ports)):
        if ports and _option(ports) is None:
            found.append(f"{what} ports {list(ports)} are more than equal, less or greater can say")
        if ports and line.protocol not in {"tcp", "udp"}:
            found.append(f"{what} ports need protocol tcp or udp")
    if line.protocol not in {*PROTOCOLS, "any"}:
        found.append(f"protocol {line.protocol} has no word that a source confirms")
    if line.established or line.log:
        found.append("it asks for session state or logging")
    if line.incoming or line.outgoing:
        found.append("it names interfaces; a set is bound to ports instead")
    return found


def port_range(option: str, port: int) -> tuple[int, int] | None:
    """Return the ports that ``src-option``/``dst-option`` means; None for ``ignore``.

    Raises:
        ValueError: the option means no single range.
    """
    if option == "ignore":
        return None
    ranges = {"equal": (port, port), "less": (0, port - 1), "greater": (port + 1, LAST_PORT)}
    if option not in ranges:
        raise ValueError(f"option {option} means no single range")
    low, high = ranges[option]
    if not 0 <= low <= high <= LAST_PORT:
        raise ValueError(f"{option} {port} matches nothing")
    return low, high


def _address(networks: tuple[IPv4Network, ...]) -> str:
    network = networks[0] if networks else ANY
    return f"{network.network_address}/{network.netmask}"


def _option(ports: tuple[tuple[int, int], ...]) -> tuple[str, int] | None:
    if len(ports) != 1:
        return None
    low, high = ports[0]
    if low == high:
        return "equal", low
    if low == 0 and high < LAST_PORT:
        return "less", high + 1
    if high == LAST_PORT and low > 0:
        return "greater", low - 1
    return None

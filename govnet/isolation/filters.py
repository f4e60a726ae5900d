"""Ordered filters as packet sets: what an ACL or a firewall chain lets through, and which line decided."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from govnet.config.filtering import Filter, Verdict
from govnet.isolation import intervals
from govnet.isolation.intervals import ADDRESSES, PORTS, PROTOCOLS, Intervals
from govnet.isolation.packets import ICMP, TCP, UDP, WITH_PORTS, PacketSet

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from govnet.isolation.packets import Packet
    from govnet.network.permitted import Permit

# IANA protocol numbers of the names that filters of the supported platforms use.
_NUMBERS = {"icmp": ICMP, "igmp": 2, "tcp": TCP, "udp": UDP, "gre": 47, "esp": 50, "ah": 51, "ospf": 89, "vrrp": 112}

_TCP_ONLY = PacketSet.of(protocols=((TCP, TCP),))


def _protocols(name: str) -> Intervals | None:
    """Return the protocol numbers that ``name`` means, or None when nobody here knows it."""
    if name in ("any", "ip", ""):
        return PROTOCOLS
    number = int(name) if name.isdecimal() else _NUMBERS.get(name, -1)
    return ((number, number),) if 0 <= number <= PROTOCOLS[0][1] else None


def _networks(networks: tuple[IPv4Network, ...]) -> Intervals:
    return intervals.of_networks(networks) if networks else ADDRESSES


def _ports(ranges: tuple[tuple[int, int], ...]) -> Intervals:
    return intervals.normal(ranges) if ranges else PORTS


@lru_cache(maxsize=8192)
def permit_set(permit: Permit) -> PacketSet:
    """Return the packets that a permit of the policy means, before its zones limit them."""
    return PacketSet.of(
        _networks(permit.sources), _networks(permit.destinations), _protocols(permit.protocol) or (), PORTS,
        _ports(permit.ports),
    )  # fmt: skip


@lru_cache(maxsize=65536)
def matched(line: Filter) -> PacketSet:
    """Return the packets that a filter line matches, whatever their session's state.

    Where a line makes no sense (an unknown protocol name, ports on a protocol without ports) it is read the unsafe
    way round, so that a proof cannot rest on it: a permit matches more, a deny matches nothing.
    """
    protocols = _protocols(line.protocol)
    source_ports, ports = _ports(line.source_ports), _ports(line.ports)
    limited = source_ports != PORTS or ports != PORTS
    senseless = protocols is None or (limited and not intervals.intersection(protocols, WITH_PORTS))
    if senseless and line.verdict is Verdict.DENY:
        return PacketSet()
    if senseless:
        protocols, source_ports, ports = protocols or PROTOCOLS, PORTS, PORTS
    return PacketSet.of(_networks(line.sources), _networks(line.destinations), protocols or (), source_ports, ports)


def _matched_in(line: Filter, *, established: bool) -> PacketSet:
    """Return what a line of a stateless list matches in one state; ``established`` there means tcp flags."""
    if not line.established:
        return matched(line)
    return matched(line).intersection(_TCP_ONLY) if established else PacketSet()


def matched_opening(line: Filter) -> PacketSet:
    """Return the packets that open a session among those that a line matches."""
    return _matched_in(line, established=False)


_KEPT = 65536
_same_lines: dict[tuple[int, bool, bool], tuple[tuple[Filter, ...], PacketSet]] = {}


def permitted(lines: tuple[Filter, ...], default: Verdict, *, established: bool = False) -> PacketSet:
    """Return what an ordered list lets through: the first matching line decides, then ``default``.

    Args:
        lines: the list.
        default: the fate of packets that no line matches.
        established: ask about packets of open sessions instead of packets that open one.
    """
    key = (
        id(lines),
        default is Verdict.PERMIT,
        established,
    )  # to hash a long list costs more than to compile a short one
    known = _same_lines.get(key)
    if known is None:  # what is kept holds its list, so no other can have its id
        if len(_same_lines) >= _KEPT:
            _same_lines.clear()
        known = _same_lines[key] = lines, _permitted(lines, default, established=established)
    return known[1]


@lru_cache(maxsize=8192)
def _permitted(lines: tuple[Filter, ...], default: Verdict, *, established: bool) -> PacketSet:
    """Compile a list: what a line permits gets through but for what lines before it deny."""
    passed: list[PacketSet] = []
    denied: list[PacketSet] = []
    for line in lines:
        here = _matched_in(line, established=established)
        if line.verdict is Verdict.PERMIT:
            passed.append(here.without(denied) if denied else here)
        else:
            denied.append(here)
    if default is Verdict.PERMIT:
        passed.append(PacketSet.everything().without(denied))
    return PacketSet.all_of(passed) if passed else PacketSet()


def deciding(lines: tuple[Filter, ...], packet: Packet, *, established: bool = False) -> int | None:
    """Return the index of the line that decides on a packet, of an open session or not, or None for the default."""
    for index, line in enumerate(lines):
        if _matched_in(line, established=established).contains(packet):
            return index
    return None

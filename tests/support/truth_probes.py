"""Packets worth a walk: at both sides of every border that a configuration or policy draws."""

from __future__ import annotations

from ipaddress import IPv4Address
from itertools import product
from typing import TYPE_CHECKING

from support.truth_routing import NUMBERS, TCP, UDP, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from govnet.config.filtering import Filter
    from govnet.network.permitted import Permit
    from support.truth_worlds import World

PORTS = range(65536)


def probes(world: World, source: str, target: str, rng: Random, count: int) -> list[Probe]:
    """Return some packets between the addresses of two zones."""
    lines = list(_lines(world))
    addresses = _borders(world, lines)
    starts = [address for address in addresses if _belongs(world, address, source)]
    ends = [address for address in addresses if _belongs(world, address, target)]
    services = _services(lines)
    return [Probe(rng.choice(starts), rng.choice(ends), *rng.choice(services)) for _ in range(count)]


def _lines(world: World) -> Iterator[Filter | Permit]:
    for cell in world.network.policy.values():
        yield from cell.permits
    for config in world.configs.values():
        for acl in config.acls.values():
            yield from acl.filters
        if config.firewall:
            yield from config.firewall.prelude
            for lines in config.firewall.pairs.values():
                yield from lines


def _borders(world: World, lines: list[Filter | Permit]) -> list[IPv4Address]:
    nets = {net for line in lines for net in (*line.sources, *line.destinations)}
    nets |= {route.prefix for config in world.configs.values() for route in config.routes}
    nets |= {segment.subnet for segment in world.network.segments}
    found = {segment.subnet[7] for segment in world.network.segments}
    for net in nets:
        first, last = int(net.network_address), int(net.broadcast_address)
        found |= {IPv4Address(edge) for edge in (first - 1, first, last, last + 1) if 0 <= edge < 2**32}
    own = {a.ip for c in world.configs.values() for i in c.interfaces.values() for a in i.addresses}
    found |= own | {upstream.peer for upstream in world.network.upstreams}
    return sorted(found)


def _belongs(world: World, address: IPv4Address, zone: str) -> bool:
    inside = any(segment.zone == zone and address in segment.subnet for segment in world.network.segments)
    behind = [u for u in world.network.upstreams if u.zone == zone]
    return inside or any(address in net for u in behind for net in (*u.prefixes, u.address.network))


def _services(lines: list[Filter | Permit]) -> list[tuple[int, int, int]]:
    """Return (protocol, source port, port) at both sides of every range."""
    edges = {edge for line in lines for low, high in line.ports for edge in (low - 1, low, high, high + 1)}
    found = {(protocol, 1024, port) for protocol, port in product((TCP, UDP), edges | {22}) if port in PORTS}
    found |= {(TCP, source, port) for source, port in product((1023, 65535), edges) if port in PORTS}
    return sorted(found | {(NUMBERS[name], 0, 0) for name in ("icmp", "gre")})

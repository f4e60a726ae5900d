"""Which zone an address belongs to, by the inventory's subnets: the longest prefix decides."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Network

    from govnet.network.model import Network

UNKNOWN = "unknown"
_BITS = 32


class ZoneMap:
    """Zones by address.

    An address in a packet can be forged; what the map says is where the packet claimed to be from.
    """

    def __init__(self, subnets: Iterable[tuple[IPv4Network, str]]) -> None:
        self._by_length: dict[int, dict[int, str]] = {}
        for subnet, zone in subnets:
            self._by_length.setdefault(subnet.prefixlen, {})[int(subnet.network_address)] = zone
        self._lengths = sorted(self._by_length, reverse=True)
        self.zone = lru_cache(maxsize=16_384)(self._zone)

    @classmethod
    def of(cls, network: Network) -> ZoneMap:
        """Return the map of a network: its segments, and what lies behind its upstreams."""
        return cls(_subnets(network))

    def _zone(self, text: str) -> str:
        """Return the zone of an address in digits; `UNKNOWN` for one of nobody's, and for what is no IPv4 address."""
        try:
            address = int(ipaddress.IPv4Address(text))
        except ValueError:
            return UNKNOWN
        for length in self._lengths:
            zone = self._by_length[length].get(address >> (_BITS - length) << (_BITS - length))
            if zone is not None:
                return zone
        return UNKNOWN


def _subnets(network: Network) -> Iterator[tuple[IPv4Network, str]]:
    for upstream in network.upstreams:
        yield from ((prefix, upstream.zone) for prefix in upstream.prefixes)
        yield upstream.address.network, upstream.zone
    for segment in network.segments:
        yield segment.subnet, segment.zone

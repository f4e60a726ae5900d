"""What the box routes by: its own networks and static routes, and what BGP gives its VPN instances.

Preferences 0 (direct), 60 (static), 255 (BGP): Huawei's command references. A static route counts while its next hop
does: on a network that is up, or by way of another static route.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .state import Box

DIRECT, STATIC, BGP = "Direct", "Static", "BGP"
_TYPED, _LEARNED = 60, 255
_CHAIN: Final = 8
_ITSELF: Final = IPv4Address("127.0.0.1")
_LOOPBACK: Final = "InLoopBack0"
_HOST: Final = 32


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the table."""

    prefix: IPv4Network
    protocol: str
    hop: IPv4Address
    interface: str
    flags: str = "D"
    preference: int = 0

    @property
    def local(self) -> bool:
        """Whether it leads to an address of the box itself."""
        return self.hop == _ITSELF


class Backbone(Protocol):
    """What brings the routes of other boxes; the lab gives one to the boxes that it runs.

    What it worked out holds until it is told to `forget`.
    """

    def learned(self, box: Box, vpn: str) -> Iterable[tuple[IPv4Network, IPv4Address]]:
        """Return prefix and next hop of each route that BGP brought for an instance from other boxes."""

    def forget(self) -> None:
        """Work everything out anew: a box is configured otherwise than before."""


class Ways:
    """Routes by prefix, to find the longest one that holds an address."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: dict[tuple[int, int], Route] = {}
        for route in routes:
            self._routes.setdefault((route.prefix.prefixlen, int(route.prefix.network_address)), route)
        self._lengths = sorted({length for length, _ in self._routes}, reverse=True)

    def longest(self, address: IPv4Address) -> Route | None:
        """Return the route of the longest prefix that holds an address."""
        number = int(address)
        keys = ((length, number >> (_HOST - length) << (_HOST - length)) for length in self._lengths)
        return next((self._routes[key] for key in keys if key in self._routes), None)


def own_routes(box: Box, vpn: str) -> list[Route]:
    """Return what the box routes in an instance by itself; empty names the public one."""
    direct = list(_direct(box, vpn))
    typed = list(_static_lines(box, vpn))
    beside, via = Ways(direct), Ways(typed)
    taken = {route.prefix for route in direct}
    static: dict[IPv4Network, list[Route]] = {}
    for route in typed:
        way = None if route.prefix in taken else _way(beside, via, route.hop)
        if way:
            static.setdefault(route.prefix, []).append(replace(route, interface=way.interface))
    return [*direct, *(route for routes in static.values() for route in _best(routes))]


def _best(routes: Sequence[Route]) -> Iterator[Route]:
    lowest = min(route.preference for route in routes)
    return (route for route in routes if route.preference == lowest)


def _direct(box: Box, vpn: str) -> Iterator[Route]:
    for port in box.interfaces.values():
        if port.address and port.vpn == vpn and box.up(port):
            address = IPv4Interface("/".join(port.address))
            if address.network.prefixlen < _HOST:
                yield Route(address.network, DIRECT, address.ip, port.name)
            yield Route(IPv4Network(address.ip), DIRECT, _ITSELF, port.name)
            if box.two_stage and address.network.prefixlen < _HOST - 1:
                yield Route(IPv4Network(address.network.broadcast_address), DIRECT, _ITSELF, port.name)
    if not vpn or box.two_stage:
        yield Route(IPv4Network("127.0.0.0/8"), DIRECT, _ITSELF, _LOOPBACK)
    if not vpn:
        yield Route(IPv4Network(_ITSELF), DIRECT, _ITSELF, _LOOPBACK)
    if box.two_stage:
        yield Route(IPv4Network("255.255.255.255/32"), DIRECT, _ITSELF, _LOOPBACK)


def _static_lines(box: Box, vpn: str) -> Iterator[Route]:
    """Yield the static routes that were typed for an instance, whether they lead anywhere or not."""
    for line in box.kept.get("ip route-static", ()):
        words = line.split()[2:]
        name = words[1] if words[0] == "vpn-instance" else ""
        network, mask, hop, *rest = words[2:] if name else words
        if name == vpn:
            prefix = IPv4Network(f"{network}/{mask}", strict=False)
            yield Route(prefix, STATIC, IPv4Address(hop), "", "RD", int(rest[1]) if rest else _TYPED)


def _way(beside: Ways, typed: Ways, hop: IPv4Address) -> Route | None:
    """Return the network over which a next hop is reached, through other static routes where need be."""
    for _ in range(_CHAIN):
        if found := beside.longest(hop):
            return None if found.local else found
        via = typed.longest(hop)
        if via is None:
            return None
        hop = via.hop
    return None


def announced(box: Box, vpn: str) -> list[Route]:
    """Return what BGP tells others of an instance: what it was told to import, and no addresses of the box itself."""
    process = box.bgp
    if process is None or vpn not in process.instances:
        return []
    named = {protocol.capitalize() for protocol in process.instances[vpn]}
    return [route for route in own_routes(box, vpn) if route.protocol in named and _told(box, route)]


def _told(box: Box, route: Route) -> bool:
    if not route.local:
        return True
    port = box.interfaces.get(route.interface)
    return port is not None and port.kind == "LoopBack" and port.address is not None


def table(box: Box, vpn: str, backbone: Backbone | None) -> list[Route]:
    """Return the whole table of an instance, sorted; what BGP gives counts where the box has no route of its own."""
    found: dict[IPv4Network, list[Route]] = {}
    for route in own_routes(box, vpn):
        found.setdefault(route.prefix, []).append(route)
    if box.bgp and vpn in box.bgp.instances:
        for route in (*_crossing(box, vpn), *_brought(box, vpn, backbone)):
            if all(one.preference == _LEARNED for one in found.get(route.prefix, ())):
                found.setdefault(route.prefix, []).append(route)
    return [route for _, routes in sorted(found.items()) for route in routes]


def _crossing(box: Box, vpn: str) -> Iterator[Route]:
    """Yield what other instances of this box export to this one (``BGP`` in the guide on instances of one PE)."""
    wanted = set(box.vpns[vpn].imports)
    for name, other in box.vpns.items():
        if name != vpn and wanted.intersection(other.exports):
            networks = announced(box, name)
            for route in own_routes(box, name):
                if route in networks or (route.local and any(route.interface == one.interface for one in networks)):
                    yield Route(route.prefix, BGP, route.hop, route.interface, "RD", _LEARNED)


def _brought(box: Box, vpn: str, backbone: Backbone | None) -> Iterator[Route]:
    """Yield what came from other boxes, over the interface that the way to its next hop leaves by."""
    public = Ways(own_routes(box, ""))
    for prefix, hop in backbone.learned(box, vpn) if backbone else ():
        if way := public.longest(hop):
            yield Route(prefix, "IBGP", hop, way.interface, "RD", _LEARNED)

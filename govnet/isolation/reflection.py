"""Who is told of an instance's routes: BGP sessions between devices, and reflectors that pass on what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.labelled import BgpPeer
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import Vrf


def carried(config: DeviceConfig) -> Mapping[str, Vrf]:
    """Return the routing instances whose routes BGP carries."""
    told = config.bgp.instances if config.bgp else {}
    return {name: vrf for name, vrf in config.vrfs.items() if name in told}


def announced(config: DeviceConfig) -> dict[str, list[IPv4Network]]:
    """Return routing instance -> the prefixes that it tells: those it is connected to, its static ones, or both."""
    protocols, routes = config.bgp.instances if config.bgp else {}, Routes(config)
    connected: dict[str, set[IPv4Network]] = {}
    for one in config.interfaces.values():
        connected.setdefault(one.vrf, set()).update(address.network for address in one.addresses)
    return {
        vrf: [
            p
            for p in routes.announced(vrf)
            if ("direct" if p in connected.get(vrf, ()) else "static") in protocols[vrf]
        ]
        for vrf in carried(config)
    }


class Sessions:
    """The sessions that carry VPN routes, and how far a route gets over them.

    A device passes on what a neighbour of its own system told it only where one of the two is its client (RFC 4456,
    section 6), and what one of another system told it to everybody. A reflector that filters keeps only what an
    instance of its own imports.
    """

    def __init__(self, configs: Mapping[str, DeviceConfig]) -> None:
        self._configs = configs
        self._peers: dict[str, dict[str, BgpPeer]] = {}
        homes = {
            interface.ip: name
            for name, config in configs.items()
            for one in config.interfaces.values()
            if not one.vrf
            for interface in one.addresses
        }
        for name, config in configs.items():
            self._peers[name] = {homes[a]: peer for a, peer in _exchanging(config) if a in homes}
        self._peers = {
            name: {other: peer for other, peer in peers.items() if self._talk(name, other)}
            for name, peers in self._peers.items()
        }
        self._passing = {name for name, config in configs.items() if _passes_on(config)}
        self._heard: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        # Where no reflector filters, all instances of a device are told to the same devices.
        self._by_target = selective(configs.values())

    def told(self, origin: str, exports: frozenset[str], device: str) -> bool:
        """Return whether a device gets to hear the routes that another one exports with some route targets."""
        key = origin, exports if self._by_target else frozenset()
        if key not in self._heard:
            self._heard[key] = frozenset(self._spread(origin, exports))
        return device in self._heard[key]

    def _talk(self, name: str, other: str) -> bool:
        """Return whether both sides name each other, with each other's system."""
        mine, theirs = self._configs[name].bgp, self._configs[other].bgp
        here, there = self._peers[name].get(other), self._peers[other].get(name)
        if not (mine and theirs and here and there):
            return False
        return (here.asn, there.asn) == (theirs.asn, mine.asn)

    def _spread(self, start: str, exports: frozenset[str]) -> Iterator[str]:
        """Yield the devices that a route gets to; a device may be told twice, and pass on by one way alone."""
        todo = [(start, "")]
        seen: set[tuple[str, str]] = set()
        while todo:
            name, teller = todo.pop()
            if (name, teller) in seen:
                continue
            seen.add((name, teller))
            yield name
            if name == start or self._keeps(name, exports):
                on = [o for o in self._peers[name] if o != start and self._passes(name, teller, o)]
                yield from on
                todo += [(o, name) for o in on if o in self._passing]

    def _keeps(self, name: str, exports: frozenset[str]) -> bool:
        config = self._configs[name]
        wanted = any(vrf.imports & exports for vrf in carried(config).values())
        return wanted or bool(config.bgp and not config.bgp.filtering)

    def _passes(self, name: str, teller: str, other: str) -> bool:
        if other == teller:
            return False
        if not teller:
            return True
        bgp, mine = self._configs[name].bgp, self._peers[name]
        inside = bgp is not None and mine[teller].asn == mine[other].asn == bgp.asn
        return not inside or mine[teller].client or mine[other].client


def selective(configs: Iterable[DeviceConfig]) -> bool:
    """Return whether a device may pass on some routes and keep others back, by the instances that it has itself."""
    return any(config.bgp is not None and config.bgp.filtering and _passes_on(config) for config in configs)


def _passes_on(config: DeviceConfig) -> bool:
    """Return whether a device could tell one neighbour what another told it."""
    bgp = config.bgp
    return bgp is not None and any(peer.client or peer.asn != bgp.asn for peer in bgp.peers.values())


def _exchanging(config: DeviceConfig) -> Iterator[tuple[IPv4Address, BgpPeer]]:
    for address, peer in config.bgp.peers.items() if config.bgp else ():
        if peer.vpnv4:
            yield address, peer

"""The rules of small random networks: what the policy asks for, and what firewalls and routers are told of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from itertools import product
from typing import TYPE_CHECKING

from govnet.config.filtering import Acl, AclBinding, Filter, Firewall, Verdict
from govnet.config.routing import IpInterface, Vrf
from govnet.network.permitted import Action, Permit
from support.isolation import cable

if TYPE_CHECKING:
    from random import Random

    from govnet.config.model import DeviceConfig
    from govnet.config.switching import Switchport
    from govnet.network.cabled import Link
    from govnet.network.placed import Segment

ZONES = ["a", "b", "c"]
OUTSIDE = IPv4Network("172.16.0.0/16")
CIRCUIT = IPv4Network("192.0.2.0/30")
Policy = dict[tuple[str, str], tuple[Action, tuple[Permit, ...]]]


@dataclass
class Plot:
    """What is decided so far; ports are handed out in order."""

    rng: Random
    segments: list[Segment]
    cables: list[Link] = field(default_factory=list)
    ports: dict[str, dict[str, Switchport | None]] = field(default_factory=dict)
    plugs: list[tuple[str, Segment]] = field(default_factory=list)
    gateways: dict[int, str] = field(default_factory=dict)

    def chance(self, one_in: int) -> bool:
        """Return True once in so many times."""
        return self.rng.randrange(one_in) == 0

    def port(self, name: str, switchport: Switchport | None) -> str:
        """Give a device one more port."""
        taken = self.ports.setdefault(name, {})
        port = f"p{len(taken) + 1}"
        taken[port] = switchport
        return f"{name}:{port}"

    def tie(self, one: str, one_port: Switchport | None, other: str, other_port: Switchport | None) -> tuple[str, str]:
        """Lay a cable."""
        ends = (self.port(one, one_port), self.port(other, other_port))
        self.cables.append(cable(*ends))
        return ends


def policy(plot: Plot) -> Policy:
    cells: Policy = {}
    for pair in product(ZONES, repeat=2):
        opened = plot.rng.randrange(3) == 0
        cells[pair] = (Action.FIREWALL, (_permit(plot, *pair),)) if opened else (Action.DENY, ())
        if pair[0] == pair[1]:
            cells[pair] = (Action.ALLOW, (Permit("any"),))
    return cells


def _permit(plot: Plot, source: str, target: str) -> Permit:
    def some(zone: str) -> tuple[IPv4Network, ...]:
        return plot.rng.choice([(), tuple(_near(plot, zone))])

    protocol, ports = plot.rng.choice(
        [("tcp", ((80, 80),)), ("tcp", ((443, 445),)), ("udp", ()), ("any", ()), ("icmp", ())]
    )
    return Permit(protocol, ports, some(source), some(target))


def _near(plot: Plot, zone: str) -> list[IPv4Network]:
    """Return a network of a zone: a segment, half of one, or a host."""
    whole = plot.rng.choice([part.subnet for part in plot.segments if part.zone == zone])
    half = plot.rng.choice(list(whole.subnets(1)))
    return [plot.rng.choice([whole, half, IPv4Network((int(whole[plot.rng.randrange(2, 15)]), 32))])]


def _chain(plot: Plot) -> tuple[Filter, ...]:
    return tuple(_line(plot) for _ in range(plot.rng.randrange(1, 4)))


def _line(plot: Plot) -> Filter:
    def nets() -> tuple[IPv4Network, ...]:
        return plot.rng.choice([(), tuple(_near(plot, plot.rng.choice(ZONES))), (IPv4Network("10.0.0.0/15"),)])

    protocol = plot.rng.choice(["any", "tcp", "tcp", "udp", "icmp", "gre"])
    with_ports = protocol in {"any", "tcp", "udp"}
    ports = plot.rng.choice([(), ((80, 80),), ((1, 1023),), ((22, 23), (443, 443))]) if with_ports else ()
    source_ports = ((1024, 65535),) if with_ports and plot.chance(6) else ()
    verdict = plot.rng.choice([Verdict.PERMIT, Verdict.PERMIT, Verdict.DENY])
    return Filter(verdict, protocol, nets(), nets(), source_ports, ports, established=plot.chance(8))


def firewall(plot: Plot, interfaces: dict[str, IpInterface], policy: Policy) -> Firewall:
    zones: dict[str, set[str]] = {zone: set() for zone in ZONES}
    for name, interface in interfaces.items():
        home = next((part.zone for part in plot.segments if part.vlan == interface.vlan), "c")
        zones[home if plot.rng.randrange(20) else plot.rng.choice(ZONES)].add(name)
    pairs = {pair: _rules(permits) for pair, (_, permits) in policy.items() if permits}
    if plot.chance(3):
        pairs[plot.rng.choice(ZONES), plot.rng.choice(ZONES)] = _chain(plot)
    prelude = _chain(plot) if plot.chance(8) else ()
    if prelude and interfaces and plot.chance(2):
        side = plot.rng.choice(["incoming", "outgoing"])
        prelude = (replace(prelude[0], **{side: (plot.rng.choice(sorted(interfaces)),)}), *prelude[1:])
    return Firewall({zone: frozenset(names) for zone, names in zones.items()}, pairs, prelude)


def _rules(permits: tuple[Permit, ...]) -> tuple[Filter, ...]:
    return tuple(Filter(Verdict.PERMIT, p.protocol, p.sources, p.destinations, ports=p.ports) for p in permits)


def instanced(plot: Plot, config: DeviceConfig) -> DeviceConfig:
    """Spread a router's interfaces over routing instances that share some of their routes."""
    targets = ["1:1", "2:2"]
    vrfs = {
        name: Vrf(
            exports=frozenset(plot.rng.sample(targets, plot.rng.randrange(1, 3))),
            imports=frozenset(plot.rng.sample(targets, plot.rng.randrange(0, 3))),
        )
        for name in ("red", "blue")
    }
    moved = {
        name: replace(interface, vrf=plot.rng.choice(["red", "blue"]) if interface.vlan else "")
        for name, interface in config.interfaces.items()
    }
    return replace(config, vrfs=vrfs, interfaces=moved)


def acls(plot: Plot, interfaces: dict[str, IpInterface]) -> dict[str, object]:
    if not interfaces or plot.rng.randrange(2):
        return {}
    places = sorted(interfaces) + [i.parent for i in interfaces.values() if i.parent]
    bindings = {
        AclBinding(name, plot.rng.choice(places), plot.rng.choice(["in", "out"]), plot.rng.choice(list(Verdict)))
        for name in plot.rng.sample(["x", "y"], plot.rng.randrange(1, 3))
    }
    return {"acls": {"x": Acl(_chain(plot)), "y": Acl(_chain(plot))}, "bindings": frozenset(bindings)}

"""Small networks and evidences for the tests of the audit's rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Any

from govnet.audit import Evidence, rules
from govnet.config.model import DeviceConfig
from govnet.config.reading import Line, Reading
from govnet.config.routetable import RouteEntry, RoutingTable
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.network.cabled import Circuit, Link
from govnet.network.declared import Document
from govnet.network.model import Plane
from govnet.network.placed import Origin, Place
from support.isolation import HERE, hall, hall_configs, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govnet.audit import Finding
    from govnet.network.model import Network

NOON = datetime(2008, 6, 2, 12, 0, tzinfo=UTC)
"""When the audits of the tests are: a Monday."""
FILE = Origin("audit.yaml", 1)


def evidence(network: Network, **given: Any) -> Evidence:
    """Return evidence on a network; ``configs`` (device -> DeviceConfig) stands for readings of them."""
    configs: dict[str, DeviceConfig] | None = given.pop("configs", None)
    if configs is not None:
        given["readings"] = {name: reading(config) for name, config in configs.items()}
    return Evidence(network, given.pop("as_of", NOON), **given)


def unread(config: DeviceConfig, *texts: str) -> Reading:
    """Return a reading in which some lines were not understood."""
    return Reading(config, unread=tuple(Line(number, text) for number, text in enumerate(texts, 1)))


def judged(rule: str, seen: Evidence) -> list[Finding]:
    """Return the findings of one rule."""
    return next(one for one in rules() if one.id == rule).judge(seen)


def verdicts(rule: str, seen: Evidence) -> dict[str, str]:
    """Return object -> verdict of one rule."""
    return {finding.object: str(finding.verdict) for finding in judged(rule, seen)}


def on_plane(network: Network, plane: Plane, *blocks: str) -> Network:
    """Return the network moved to another plane, numbered from ``blocks`` as it says."""
    return replace(
        network,
        plane=plane,
        blocks=tuple(map(IPv4Network, blocks)) or network.blocks,
        devices={name: replace(device, plane=plane) for name, device in network.devices.items()},
        links=tuple(replace(link, plane=plane) for link in network.links),
    )


def place(slug: str, kind: str, within: str = "", **more: Any) -> Place:
    """Return a place."""
    return Place(slug, slug, kind, 1, HERE, within, **more)


def circuit(name: str, **more: Any) -> Circuit:
    """Return a leased line of a carrier, 10 Mbit/s, dedicated, unprotected, unless told otherwise."""
    made = Circuit(name, name, "carrier", 10000, dedicated=True, protection="", since=None, until=None, origin=HERE)
    return replace(made, **more)


def town_hall(**lines: Circuit) -> Network:
    """Return the hall with its town at a place of its own, on the line ``c-town``, and the bureau behind ``c-1``.

    Keywords replace circuits: ``town`` and ``bureau``.
    """
    network = hall()
    known = [lines.get("town", circuit("c-town")), lines.get("bureau", circuit("c-1"))]
    devices = {**network.devices, "ce": replace(network.devices["ce"], place="t1")}
    links = tuple(_on_line(each) for each in network.links)
    places = {each.slug: each for each in (place("hall", "building"), place("t1", "town"))}
    return replace(network, devices=devices, links=links, places=places, circuits={each.id: each for each in known})


def _on_line(link: Link) -> Link:
    town = "ce" in {link.a.device, link.b.device}
    return replace(link, circuit="c-town", bandwidth_kbps=10000) if town else link


def renamed(**names: str) -> tuple[Network, dict[str, DeviceConfig]]:
    """Return the hall and its configurations with zones under other names (old name = new name)."""

    def new(zone: str) -> str:
        return names.get(zone, zone)

    network, configs = hall(), hall_configs()
    firewall = configs["fw"].firewall
    assert firewall
    made = replace(
        network,
        zones={new(name): replace(zone, slug=new(name)) for name, zone in network.zones.items()},
        policy={
            (new(s), new(t)): replace(cell, source=new(s), target=new(t)) for (s, t), cell in network.policy.items()
        },
        segments=tuple(replace(part, zone=new(part.zone)) for part in network.segments),
        attachments=tuple(
            replace(one, zone=new(one.zone), segment=replace(one.segment, zone=new(one.zone)))
            for one in network.attachments
        ),
        upstreams=tuple(replace(one, zone=new(one.zone)) for one in network.upstreams),
    )
    zones = {new(name): members for name, members in firewall.zones.items()}
    pairs = {(new(s), new(t)): rules_ for (s, t), rules_ in firewall.pairs.items()}
    configs["fw"] = replace(configs["fw"], firewall=replace(firewall, zones=zones, pairs=pairs))
    return made, configs


def edited(device: str, change: Callable[[DeviceConfig], DeviceConfig]) -> dict[str, DeviceConfig]:
    """Return the hall's configurations with one of them changed."""
    configs = hall_configs()
    return {**configs, device: change(configs[device])}


def with_address(config: DeviceConfig, vlan: int, address: str, vrf: str = "") -> DeviceConfig:
    """Return a switch that routes in one more VLAN."""
    one = IpInterface(InterfaceKind.VLAN, (IPv4Interface(address),), vlan, vrf=vrf)
    return replace(config, interfaces={**config.interfaces, f"vlan{vlan}": one})


def with_rules(config: DeviceConfig, pair: tuple[str, str], *rules_: Any) -> DeviceConfig:
    """Return a firewall with these rules between two zones."""
    assert config.firewall
    return replace(config, firewall=replace(config.firewall, pairs={**config.firewall.pairs, pair: rules_}))


def declaring(network: Network, **declared: Any) -> Network:
    """Return the network with more in its ``audit.yaml``."""
    return replace(network, declared=replace(network.declared, **declared))


def recorded(network: Network, rule: str, name: str = "*", day: date = date(2008, 1, 1)) -> Network:
    """Return the network with a document on record."""
    documents = (*network.declared.documents, Document(rule, name, "2008-017", day, "中心", "", FILE))
    return declaring(network, documents=documents)


def levelled(network: Network, level: int) -> Network:
    """Return the network with a protection level on its core."""
    core = network.devices["core"]
    return replace(network, devices={**network.devices, "core": replace(core, data={**core.data, "djbh_level": level})})


def ago(**units: float) -> datetime:
    """Return a time before the audit."""
    return NOON - timedelta(**units)


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, a scenario, and what it says of which object (None: nothing); objects not named may have any verdict."""

    rule: str
    scenario: str
    seen: Callable[[], Evidence]
    expected: Mapping[str, str | None]

    def __str__(self) -> str:
        """Return ``ISO-12 two zones``."""
        return f"{self.rule} {self.scenario}"

    def hold(self) -> None:
        """Assert that the rule says so."""
        found = verdicts(self.rule, self.seen())
        assert {name: found.get(name) for name in self.expected} == dict(self.expected), found


INNER = on_plane(hall(), Plane.INNER, "10.64.0.0/10")
OUTER = on_plane(hall(), Plane.OUTER, "10.0.0.0/10")
EMPTY = {name: DeviceConfig(name) for name in hall_configs()}
"""The hall's devices with nothing configured."""


def routed(prefix: str, hop: str | None) -> dict[str, DeviceConfig]:
    """Return configurations with nothing but a route on the core; without a hop it discards."""
    route = StaticRoute(IPv4Network(prefix), IPv4Address(hop) if hop else None)
    return {**EMPTY, "core": replace(EMPTY["core"], routes=frozenset({route}))}


def table(*rows: str, vrf: str = "", unread: tuple[str, ...] = ()) -> RoutingTable:
    """Return a routing table; a row is ``10.0.0.0/8 static 10.1.0.1``, of a network of its own without next hop."""
    parts = [(*row.split(), "")[:3] for row in rows]
    entries = (
        RouteEntry(IPv4Network(prefix), IPv4Address(hop) if hop else None, source) for prefix, source, hop in parts
    )
    return RoutingTable(vrf, tuple(entries), unread)

"""Rules on what stands twice, and on what must not stand at the edge."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, Rule, by_document, declared_level
from govnet.audit.verdict import Severity
from govnet.audit.views import SPOKES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding
    from govnet.config.model import DeviceConfig
    from govnet.network.built import Device
    from govnet.network.cabled import Attachment, Link
    from govnet.network.model import Network
    from govnet.network.placed import Place


class Redundancy(Rule):
    """Passes for what stands twice: boxes of a key role, ways from a place to the centre, vital modules of a chassis.

    Fails with the one line or box that cuts a place off. Below level 3 it is advice, of low severity.

    Attributes:
        key: roles that must stand twice.
        centre: roles that places are to reach.
        control: modules that run a chassis (Nortel 8600 hardware: 8690SF, 8691SF, 8692SF, 8895SF are switch fabric and
            CPU in one).
    """

    id = "ARC-06"
    title = "冗余"
    title_en = "Redundant links and devices"
    demand = "关键设备成对，各地点没有单点的线路或设备"
    clause = "GB/T 22239-2019 8.1.2.1 e)"
    severity = Severity.HIGH
    key: ClassVar[tuple[str, ...]] = ("core", "fw")
    centre: ClassVar[tuple[str, ...]] = ("core",)
    control: ClassVar[tuple[str, ...]] = ("8690SF", "8691SF", "8692SF", "8895SF")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each key role, each place at the end of a line, and each chassis."""
        low = (declared_level(evidence) or L3) < L3
        for finding in self._all(evidence):
            yield replace(finding, severity=Severity.LOW) if low else finding

    def _all(self, evidence: Evidence) -> Iterator[Finding]:
        for role in self.key:
            if devices := evidence.of_role(role):
                names, seen = ", ".join(device.name for device in devices), evidence.written(devices[0].origin)
                judge = self.passed if len(devices) > 1 else self.failed
                yield judge(f"role {role}", "two boxes", names, seen)
        for place in evidence.network.places.values():
            if place.kind in SPOKES:
                yield from self._place(evidence, place)
        for device in evidence.network.devices.values():
            if device.cards:
                yield from self._chassis(evidence, device)

    def _place(self, evidence: Evidence, place: Place) -> Iterator[Finding]:
        network = evidence.network
        starts = {device.name for device in network.devices.values() if device.place == place.slug}
        goals = {device.name for device in evidence.of_role(*self.centre)}
        if not (starts and goals):
            return
        expected, cut = "no single line or box cuts it off", _cut(network, starts, goals)
        if cut:
            yield self.failed(place.slug, expected, f"cut off without {cut}", evidence.written(place.origin))
        else:
            yield self.passed(place.slug, expected, "two ways that share nothing", evidence.written(place.origin))

    def _chassis(self, evidence: Evidence, device: Device) -> Iterator[Finding]:
        modules = [card for card in device.cards.values() if card in self.control]
        seen = evidence.written(device.origin)
        judge = self.passed if len(modules) > 1 else self.failed
        yield judge(f"{device.name} control modules", "two", ", ".join(modules) or "none", seen)
        yield self._supplies(evidence, device)

    def _supplies(self, evidence: Evidence, device: Device) -> Finding:
        name, expected, label = f"{device.name} power supplies", "two up", "nortel_power_supply_state"
        rows = evidence.samples_of(device.name, label)
        if not rows:
            return self.unknown(name, f"supply {Kind.SAMPLES.value} of {device.name}", expected=expected)
        up = {one.labels.get("power_supply") for one in rows if one.value and one.labels.get(label) == "up"}
        judge = self.passed if len(up) > 1 else self.failed
        return judge(name, expected, f"{len(up)} up", evidence.record(Kind.SAMPLES, device.name))


def _cut(network: Network, starts: set[str], goals: set[str]) -> str:
    """Return a circuit, cable or box without which no start comes to a goal; empty when there is none.

    Whatever cuts lies on every way, so on the shortest one too: only that is tried.
    """
    way = _way(network, starts, goals, "")
    if way is None:
        return "any way at all"
    boxes = {end.device for link in way for end in (link.a, link.b)} - starts
    if len(goals) == 1:
        boxes -= goals
    single = [link.circuit or link.id for link in way] + sorted(boxes)
    return next((name for name in single if _way(network, starts, goals, name) is None), "")


def _way(network: Network, starts: set[str], goals: set[str], without: str) -> list[Link] | None:
    """Return the links of a shortest way that uses neither the box nor the circuit or cable named, or None."""
    before: dict[str, list[Link]] = {start: [] for start in starts}
    queue = deque(sorted(starts))
    while queue:
        device = queue.popleft()
        if device in goals:
            return before[device]
        for link in network.links_of(device):
            other = link.other(device).device
            if other not in before and without not in {other, link.circuit or link.id}:
                before[other] = [*before[device], link]
                queue.append(other)
    return None


class ImportantInside(Rule):
    """Passes for an important zone whose ports are behind a firewall, seen from every circuit that ends anywhere.

    A device where a circuit ends may have such ports as long as it carries them at layer 2 alone: it must neither route
    in their VLAN nor let the circuit's port into it.

    Attributes:
        important: zones whose loss is the loss of the whole.
    """

    id = "ARC-05"
    title = "重要区域不在边界"
    title_en = "Important zones not at the edge"
    demand = "重要区域与外部线路之间有防火墙"
    clause = "GB/T 22239-2019 8.1.2.1 d), 7.1.2.1 b)"
    severity = Severity.HIGH
    important: ClassVar[tuple[str, ...]] = ("doc", "ca", "mgt", "jh", "exch")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each important zone."""
        edge = _edge(evidence.network)
        for zone in self.important:
            if zone in evidence.network.zones:
                yield self._zone(evidence, zone, edge)

    def _zone(self, evidence: Evidence, zone: str, edge: Mapping[str, set[str]]) -> Finding:
        ports = [one for one in evidence.network.attachments if one.zone == zone]
        near = [one for one in ports if one.end.device in edge]
        expected, seen = "a firewall before every circuit", evidence.written_file("links.yaml")
        unread = sorted({one.end.device for one in near if evidence.reading(one.end.device) is None})
        wrong = [
            (f"{one.end}: {why}", evidence.running(one.end.device))
            for one in near
            if (reading := evidence.reading(one.end.device)) and (why := _exposed(reading.config, one, edge))
        ]
        if unread and not wrong:
            return self.unknown(zone, f"the running configurations of {', '.join(unread)}", seen, expected=expected)
        return self.decide(zone, expected, wrong, f"{len(ports)} ports, all behind one", seen)


def _exposed(config: DeviceConfig, plug: Attachment, edge: Mapping[str, set[str]]) -> str:
    """Return how a circuit comes to a port without a firewall in between; empty when it does not."""
    vlan = plug.segment.vlan
    if any(interface.vlan == vlan and interface.addresses for interface in config.interfaces.values()):
        return f"its device routes in VLAN {vlan}, and a circuit ends there"
    ports = (config.ports.get(name) for name in edge[plug.end.device])
    carried = any(port and port.switchport and vlan in port.switchport.members for port in ports)
    return f"VLAN {vlan} goes out on a circuit" if carried else ""


def _edge(network: Network) -> dict[str, set[str]]:
    """Return device -> its ports where a circuit of a carrier or one out of the network ends, firewalls apart."""
    ends = [upstream.end for upstream in network.upstreams]
    for link in network.links:
        circuit = network.circuits.get(link.circuit)
        if circuit and circuit.owner == "carrier":
            ends += [link.a, link.b]
    found: dict[str, set[str]] = {}
    for end in ends:
        if network.devices[end.device].role != "fw":
            found.setdefault(end.device, set()).add(end.port)
    return found


class ProtectedLines(Rule):
    """Passes for a line whose declared protection is of the list and whose product has a certificate on record.

    Fails for a line inside the network without protection; one that ends with somebody else is unknown until both sides
    say how it is protected. The internet is no line to protect. At level 2 integrity is enough.
    """

    id = "ARC-08"
    title = "通信传输"
    title_en = "Encrypted or integrity-protected WAN"
    demand = "广域线路有加密或完整性保护，产品有证书"
    clause = "GB/T 22239-2019 8.1.2.2 a), 8.1.10.9 b)"
    severity = Severity.HIGH
    accepted: ClassVar[frozenset[str]] = frozenset({"ipsec", "link-encryptor", "macsec"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a line."""
        network = evidence.network
        inside = {link.circuit for link in network.links if link.circuit}
        outside = {up.circuit: up for up in network.upstreams if all(prefix.prefixlen for prefix in up.prefixes)}
        low = (declared_level(evidence) or L3) < L3
        accepted = self.accepted | ({"integrity"} if low else set())
        for circuit in network.circuits.values():
            expected, seen = f"protection {', '.join(sorted(accepted))}", evidence.written(circuit.origin)
            if circuit.protection in accepted:
                yield by_document(
                    self, evidence, circuit.id, f"the certificate of the product that protects {circuit.id}"
                )
            elif circuit.id in inside:
                yield self.failed(circuit.id, expected, circuit.protection or "none is declared", seen)
            elif circuit.id in outside:
                supply = f"the protection of {circuit.id} agreed with {outside[circuit.id].title}, in circuits.yaml"
                yield self.unknown(circuit.id, supply, seen, expected=expected)

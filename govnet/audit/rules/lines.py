"""Rules on leased lines and cables: whose they are, what they carry, what they are made of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.rule import L3, SPLIT, Rule, by_document, declared_level
from govnet.audit.verdict import Severity
from govnet.audit.views import SPOKES, components
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.network.cabled import Circuit, End, Link
    from govnet.network.model import Network
    from govnet.network.placed import Place

Problem = tuple[str, "Reference"]


class DedicatedLines(Rule):
    """Passes for a line that is dedicated and whose hand-off VLANs no other line of its switch has.

    Fails for a shared line, and for a VLAN on two lines: it would bridge one spoke to the other.
    """

    id = "ISO-17"
    title = "专线专用"
    title_en = "Leased line is dedicated"
    demand = "每条专线只供一个节点，移交 VLAN 不与他线相同"
    clause = "州级政务网: 61个节点均通过专用光纤连接,达到专线专用的要求"
    severity = Severity.HIGH

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each line between two devices of the network."""
        lines = _lines(evidence.network)
        for link in lines:
            circuit, expected = evidence.network.circuits[link.circuit], "one spoke, VLANs of its own"
            unread = [end.device for end in (link.a, link.b) if _unread(evidence, end)]
            problems = list(self._problems(evidence, link, circuit, lines))
            if unread and not problems:
                yield self.unknown(circuit.id, f"the running configuration of {unread[0]}", expected=expected)
            else:
                seen = (evidence.written(circuit.origin), *(evidence.running(end.device) for end in (link.a, link.b)))
                yield self.decide(circuit.id, expected, problems, "dedicated, and no other line has its VLANs", *seen)

    def _problems(self, evidence: Evidence, link: Link, circuit: Circuit, lines: list[Link]) -> Iterator[Problem]:
        if not circuit.dedicated:
            yield "the line is shared", evidence.written(circuit.origin)
        for end in (link.a, link.b):
            for other in lines:
                near = other.end(end.device) if end.device in {other.a.device, other.b.device} else end
                common = _vlans(evidence, end) & _vlans(evidence, near) if near != end else set()
                if common:
                    said = f"VLAN {', '.join(map(str, sorted(common)))} is on {near} ({other.circuit}) too"
                    yield said, evidence.running(end.device)


def _lines(network: Network) -> list[Link]:
    """Return the links to spokes that run on a leased line."""
    places = network.places
    kinds = {name: places[device.place].kind for name, device in network.devices.items() if device.place in places}
    return [
        link
        for link in network.links
        if link.circuit in network.circuits and SPOKES & {kinds.get(link.a.device, ""), kinds.get(link.b.device, "")}
    ]


def _unread(evidence: Evidence, end: End) -> bool:
    return evidence.network.devices[end.device].commanded and evidence.reading(end.device) is None


def _vlans(evidence: Evidence, end: End) -> frozenset[int]:
    reading = evidence.reading(end.device)
    port = reading.config.ports.get(end.port) if reading else None
    return port.switchport.members if port and port.switchport else frozenset()


class NoBackDoor(Rule):
    """Passes when the spokes of a kind fall apart once everything above them is taken away; fails with those that hold.

    What is below a spoke stays with it.
    """

    id = "ISO-18"
    title = "节点之间无旁路"
    title_en = "No back-door between spokes"
    demand = "同级节点之间除上级外没有别的通路"
    clause = "州级政务网: 以州政府为中心的星形; 省级: 王字形结构"
    severity = Severity.HIGH

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each group of sibling places."""
        expected = "no way from spoke to spoke but over the place above them"
        for (kind, above), siblings in _siblings(evidence.network).items():
            name = f"{kind}s of {above}" if above else f"{kind}s"
            problems = self._joined(evidence, siblings)
            seen = evidence.written_file("links.yaml")
            yield self.decide(name, expected, problems, f"{len(siblings)} spokes fall apart", seen)

    def _joined(self, evidence: Evidence, siblings: Mapping[str, set[str]]) -> Iterator[Problem]:
        here = {device: place for place, devices in siblings.items() for device in devices}
        for part in components(evidence.network, set(here)):
            places = sorted({here[device] for device in part})
            if len(places) > 1:
                links = [one for one in evidence.network.links if {one.a.device, one.b.device} <= part]
                cause = next(link for link in links if here[link.a.device] != here[link.b.device])
                said = f"{', '.join(places)} are joined by {cause.a} - {cause.b}"
                yield said, evidence.written(cause.origin)


def _siblings(network: Network) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Return (kind, place above) -> sibling place -> the devices there and below it."""
    found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
    for place in network.places.values():
        if place.kind in SPOKES:
            found[place.kind, place.within][place.slug] = set()
    for device in network.devices.values():
        for place in _upwards(network, device.place):
            if place.kind in SPOKES:
                found[place.kind, place.within][place.slug].add(device.name)
    return found


def _upwards(network: Network, slug: str) -> Iterator[Place]:
    """Yield a place and the places above it."""
    here = network.places.get(slug)
    while here is not None:
        yield here
        here = network.places.get(here.within)


class EncryptedOverCarrier(Rule):
    """Passes for a carrier's line of the inner network that both ends encrypt over, as its ``protection`` declares.

    At level 2 integrity is enough. Fails for plain Ethernet over the carrier's equipment.
    """

    id = "ISO-20"
    title = "运营商设备须登记且承载加密"
    title_en = "Carrier equipment on the inner network is declared and encrypted over"
    demand = "经运营商设备的内网线路两端加密"
    clause = "GB/T 22239-2019 8.1.2.2 b), 7.1.2.2"
    severity = Severity.HIGH
    planes = frozenset({Plane.INNER})
    encrypting: ClassVar[frozenset[str]] = frozenset({"ipsec", "link-encryptor", "macsec"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each line of a carrier."""
        low = (declared_level(evidence) or L3) < L3
        accepted = self.encrypting | ({"integrity"} if low else set())
        for circuit in evidence.network.circuits.values():
            if circuit.owner != "carrier":
                continue
            seen, expected = evidence.written(circuit.origin), f"protection {', '.join(sorted(accepted))}"
            if circuit.protection in accepted:
                yield self.passed(circuit.id, expected, circuit.protection, seen)
            else:
                yield self.failed(
                    circuit.id, expected, circuit.protection or "plain, over the carrier's equipment", seen
                )


class CableMedium(Rule):
    """Passes when every cable that a confidential zone runs over is fibre or shielded.

    Where two LANs lie beside each other, a record must say that their cables are in trays of their own.
    """

    id = "ISO-21"
    title = "通信线路介质"
    title_en = "Cable medium"
    demand = "涉密区域的线缆用光纤或屏蔽线，两网线缆分槽"
    clause = "行政办公中心: 光纤和屏蔽超五类线; GB/T 22239-2019 8.1.1.10 a)"
    severity = Severity.MEDIUM
    accepted: ClassVar[tuple[str, ...]] = ("fiber", "stp-cat5e")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a failure for each wrong cable, or one pass; and one on trays where there are two LANs."""
        expected = f"{' or '.join(self.accepted)} under confidential zones"
        links = [link for link in evidence.network.links if _confidential(evidence.network, link)]
        wrong = [link for link in links if link.medium not in self.accepted]
        for link in wrong:
            yield self.failed(f"{link.a} - {link.b}", expected, link.medium, evidence.written(link.origin))
        if links and not wrong:
            seen = evidence.written_file("links.yaml")
            yield self.passed("cables", expected, f"all {len(links)} are", seen)
        if links and evidence.network.plane in SPLIT:
            yield by_document(
                self, evidence, "trays", "a survey that the cables of the planes lie in trays of their own"
            )


def _confidential(network: Network, link: Link) -> bool:
    """Return whether a zone that both ends have, or that an endpoint is of, is confidential."""
    common = _zones(network, link.a) & _zones(network, link.b)
    return any(network.zones[zone].confidential for zone in common if zone in network.zones)


def _zones(network: Network, end: End) -> set[str]:
    device = network.devices[end.device]
    listed = device.data.get("zones")
    zones = {device.zone} if device.zone else set(listed) if isinstance(listed, tuple) else set()
    return zones or set(network.zones)

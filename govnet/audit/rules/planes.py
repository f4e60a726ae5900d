"""Rules on planes as physical worlds: no device, cable or address is in two."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from govnet.audit.crossing import CrossPlaneRule, joined, side
from govnet.audit.evidence import Kind
from govnet.audit.routed import called, rows_of
from govnet.audit.rule import L3, SPLIT, Rule
from govnet.audit.traces import Trace, hardware_of, listed, missing, prefixes_of
from govnet.audit.verdict import Severity
from govnet.audit.views import known_addresses
from govnet.config import reading as element
from govnet.config.routetable import CONNECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address, IPv4Network

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import Neighbour, OtherPlane
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device
    from govnet.network.model import Plane

Problem = tuple[str, "Reference"]


class NoSharedDevice(CrossPlaneRule):
    """Passes for a device whose VLANs and addresses are all of its own plane, and whose chassis is in no other plane.

    Fails for a VLAN number or address of another plane, and for a serial number, base MAC address or name that another
    plane has too: a virtual context is no physical isolation.
    """

    id = "ISO-01"
    title = "任何设备不得跨物理平面"
    title_en = "No device serves two planes"
    demand = "每台设备只属于一个物理平面；序列号与基准 MAC 不得出现在两个平面"
    clause = "省级电子政务网规划: 政务内网自封闭,与政务外网、因特网物理隔离"
    severity = Severity.CRITICAL
    planes = SPLIT
    apart = "every serial number and base MAC in one plane only"

    def alone(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a device."""
        expected = f"everything on plane {evidence.network.plane}"
        for device in evidence.network.devices.values():
            problems = list(self._problems(evidence, device))
            if not problems and device.commanded and evidence.reading(device.name) is None:
                yield self.unknown(device.name, f"the running configuration of {device.name}", expected=expected)
            else:
                seen = (evidence.written(device.origin), evidence.running(device.name))
                yield self.decide(device.name, expected, problems, "VLANs and addresses are of this plane", *seen)

    def common(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a failure for each chassis and name in both, and a doubt for each side with nameless devices."""
        ours, plane = hardware_of(evidence), evidence.network.plane
        for identity in sorted(ours.keys() & other.hardware.keys()):
            (one, here), there = ours[identity][0], other.hardware[identity][0]
            said = f"{plane} {one} ({here.where}) and {other.plane} {there.device} ({there.where}) are {identity}"
            yield self.failed(joined(one, there.device), self.apart, said, here.seen, evidence.record(Kind.PLANES))
        for name in sorted(evidence.network.devices.keys() & other.devices.keys()):
            seen = evidence.written(evidence.network.devices[name].origin)
            yield self.failed(name, self.apart, f"{name} is in the inventory of both planes", seen)
        borne = {device for bearers in ours.values() for device, _ in bearers}
        own = tuple(name for name in evidence.network.devices if name not in borne)
        for name, nameless in ((side(evidence), own), (str(other), other.nameless)):
            if nameless:
                supply = f"supply serial number or base MAC of {len(nameless)} devices of {name}: {listed(nameless)}"
                yield self.unknown(name, supply, expected=self.apart)

    def _problems(self, evidence: Evidence, device: Device) -> Iterator[Problem]:
        own, written = evidence.network.plane, evidence.written(device.origin)
        if device.plane is not own:
            yield f"the inventory has it on plane {device.plane}", written
        for address in known_addresses(device):
            if plane := self._plane_of(address, own):
                yield f"{address} is of plane {plane}", written
        reading = evidence.reading(device.name)
        if reading:
            yield from self._configured(evidence, device, reading)

    def _configured(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Problem]:
        own, seen = evidence.network.plane, evidence.running(device.name)
        for vlan in sorted(reading.config.vlans):
            for plane, ranges in self.parameters.plane_vlans.items():
                if plane is not own and any(vlan in numbers for numbers in ranges):
                    yield f"VLAN {vlan} is of plane {plane}", seen
        for name, interface in reading.config.interfaces.items():
            for address in interface.addresses:
                if foreign := self._plane_of(address.ip, own):
                    line = reading.sources.get(element.address(name))
                    yield f"{name} has {address} of plane {foreign}", evidence.running(device.name, line)

    def _plane_of(self, address: IPv4Address, own: Plane) -> Plane | None:
        blocks = self.parameters.plane_blocks.items()
        return next((plane for plane, block in blocks if plane is not own and address in block), None)


class NoLinkBetweenPlanes(CrossPlaneRule):
    """Passes when no cable of the inventory, no leased line and no neighbour that was heard is of another plane.

    Nor may a routing table have a next router, or a network of the router's own, with addresses of another plane.
    """

    id = "ISO-02"
    title = "平面之间无任何链路"
    title_en = "No link joins two planes"
    demand = "平面之间没有线缆、专线或邻居相连"
    clause = "省级电子政务网规划: 物理隔离; 局域网应与因特网物理隔离"
    severity = Severity.CRITICAL
    planes = SPLIT
    apart = "no link between the planes"
    both_need = (Kind.NEIGHBOURS,)

    def alone(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict on what is declared."""
        expected, links = f"both ends on plane {evidence.network.plane}", evidence.network.links
        found = list(self._cables(evidence))
        yield self.decide("cables", expected, found, f"{len(links)} cables", evidence.written_file("links.yaml"))
        own = evidence.network.plane
        foreign = tuple(block for plane, block in self.parameters.plane_blocks.items() if plane is not own)
        for place, said, seen in _next_to(evidence, foreign):
            yield self.failed(place, expected, said, seen)

    def common(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a failure for each leased line in both inventories."""
        for name in sorted(evidence.network.circuits.keys() & set(other.circuits)):
            seen = evidence.written(evidence.network.circuits[name].origin)
            yield self.failed(name, self.apart, f"circuit {name} is in the inventory of both planes", seen)

    def reaching(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a failure for each device of the other plane that is heard or learned on a port of this one."""
        plane = evidence.network.plane
        for place, identity, name, seen in _heard(evidence):
            found = {one.device for one in other.hardware.get(identity, ())}
            if name in other.devices and name not in evidence.network.devices:
                found.add(name)
            for device in sorted(found):
                said = f"{plane} {place} hears {other.plane} {device}"
                yield self.failed(f"{place} - {device}", self.apart, said, seen)

        for place, said, seen in _next_to(evidence, other.prefixes):
            yield self.failed(
                f"{place} - {other.network}", self.apart, f"{said}, which is of plane {other.plane}", seen
            )

    def _cables(self, evidence: Evidence) -> Iterator[Problem]:
        devices = evidence.network.devices
        for link in evidence.network.links:
            planes = {str(link.plane), *(str(devices[end.device].plane) for end in (link.a, link.b))}
            if planes != {str(evidence.network.plane)}:
                yield f"{link.a} - {link.b} joins {', '.join(sorted(planes))}", evidence.written(link.origin)


def _next_to(evidence: Evidence, blocks: Iterable[IPv4Network]) -> Iterator[tuple[str, str, Reference]]:
    """Yield (device and table, what it says, reference) of each row whose next router, or own network, is in blocks."""
    there = tuple(blocks)
    for device, vrf, row in rows_of(evidence):
        hop, own = row.next_hop, row.source == CONNECTED
        if any((hop is not None and hop in block) or (own and row.prefix.subnet_of(block)) for block in there):
            place = f"{device} {called(vrf)}"
            said = f"{row.prefix} via {hop}" if hop else f"its own network {row.prefix} on {row.interface}"
            yield place, f"{place} has {said}", evidence.record(Kind.ROUTES, f"{device} {row.prefix}")


def _heard(evidence: Evidence) -> Iterator[tuple[str, str, str, Reference]]:
    """Yield (device:port, identity, name, reference) of everything that a device hears or learns on a port."""
    for device, rows in (evidence.neighbours or {}).items():
        for row in rows:
            place = f"{device}:{row.port}"
            yield place, row.chassis, row.device, evidence.record(Kind.NEIGHBOURS, place)
    for device, stations in (evidence.fdb or {}).items():
        for station in stations:
            place = f"{device}:{station.port}"
            yield place, station.mac, "", evidence.record(Kind.FDB, place)


class NeighboursInInventory(Rule):
    """Passes for a switch that hears just what is cabled to it; fails for a stranger, and for a neighbour not heard.

    A neighbour is missed only when it hears others itself, by a protocol that both are known to speak.
    """

    id = "ISO-03"
    title = "邻居设备必须在册"
    title_en = "Every neighbour is in the inventory"
    demand = "每个邻居及其端口都在清单之中，在册的邻居都能听到"
    clause = "GB/T 22239-2019 8.1.3.1 b)"
    severity = Severity.HIGH
    level = L3
    needs = (Kind.NEIGHBOURS,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that told what it hears, and one on all that did not."""
        tables, expected = evidence.neighbours or {}, "hears the ends of its cables and nothing else"
        names = [device.name for device in evidence.network.commanded()]
        for name in (name for name in names if name in tables):
            problems = list(self._odd(evidence, name, tables[name]))
            ok = f"{len(tables[name])} neighbours, all declared"
            yield self.decide(name, expected, problems, ok, evidence.record(Kind.NEIGHBOURS, name))
        if silent := [name for name in names if name not in tables]:
            yield self.unknown("neighbour tables", f"supply those of {listed(silent)}", expected=expected)

    def _odd(self, evidence: Evidence, device: str, rows: Iterable[Neighbour]) -> Iterator[Problem]:
        seen = evidence.record(Kind.NEIGHBOURS, device)
        declared = {link.end(device).port: link.other(device) for link in evidence.network.links_of(device)}
        heard = {row.port for row in rows}
        for row in rows:
            end = declared.get(row.port)
            if end is None or end.device != row.device or row.device_port not in {"", end.port}:
                found = f"{row.device or 'unknown chassis'} {row.chassis} {row.device_port}".strip()
                yield f"port {row.port}: {found} instead of {end or 'nothing'}", seen
        for port, other in declared.items():
            if port not in heard and self._would_hear(evidence, device, other.device):
                yield f"port {port}: {other} is not heard", seen

    def _would_hear(self, evidence: Evidence, device: str, other: str) -> bool:
        tables = evidence.neighbours or {}
        if other not in tables:
            return False
        mine, theirs = ({row.protocol for row in tables[name] if row.protocol} for name in (device, other))
        return not (mine and theirs) or bool(mine & theirs)


class AddressesStayInPlane(CrossPlaneRule):
    """Passes for a device on which nothing is of another plane's block: routes, next hops, rule lists, ARP entries.

    What a filter refuses is no leak.
    """

    id = "ISO-05"
    title = "平面地址不得互现"
    title_en = "Plane address spaces do not leak"
    demand = "路由、ARP、规则与配置中没有另一平面的地址"
    clause = "GB/T 22239-2019 8.1.2.1 c)"
    severity = Severity.CRITICAL
    planes = SPLIT
    needs = (Kind.CONFIG,)
    apart = "no address of one plane in the address plan of the other"
    both_need = (Kind.CONFIG, Kind.ARP, Kind.ROUTES)

    def alone(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a device, by the blocks that planes are numbered from."""
        expected, own = "no address of another plane", evidence.network.plane
        blocks = {plane: block for plane, block in self.parameters.plane_blocks.items() if plane is not own}
        leaks: dict[str, list[Problem]] = defaultdict(list)
        for prefix, trace in prefixes_of(evidence):
            for plane in (plane for plane, block in blocks.items() if prefix.subnet_of(block)):
                name, _, part = trace.where.partition(" ")
                leaks[name].append((f"{part} {prefix} is of plane {plane}", trace.seen))
        for device in evidence.network.commanded():
            if evidence.reading(device.name) is None:
                yield self.unknown(device.name, f"the running configuration of {device.name}", expected=expected)
            else:
                seen = evidence.running(device.name)
                yield self.decide(device.name, expected, leaks[device.name], "none", seen)
        for kind in (Kind.ARP, Kind.ROUTES):
            if absent := missing(evidence, kind):
                yield self.unknown(kind.name.lower(), f"supply {listed(absent)}", expected=expected)

    def common(self, evidence: Evidence, other: OtherPlane) -> Iterable[Finding]:  # noqa: ARG002 - an address is of one plane
        """Return nothing: each leak goes one way."""
        return ()

    def reaching(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a failure for each place of this plane that names addresses of the other's plan."""
        found: dict[str, list[tuple[IPv4Network, Reference]]] = defaultdict(list)
        segments = evidence.network.segments
        named = [(one.subnet, Trace("inventory", evidence.written_file("zones.yaml"))) for one in segments]
        for prefix, trace in (*prefixes_of(evidence), *named):
            if any(prefix.subnet_of(block) for block in other.prefixes):
                found[trace.where].append((prefix, trace.seen))
        for where, leaks in found.items():
            prefixes = listed(str(prefix) for prefix, _ in leaks)
            said = f"{evidence.network.plane} {where} has {prefixes} of plane {other.plane} ({other.network})"
            yield self.failed(where, self.apart, said, *dict.fromkeys(seen for _, seen in leaks))

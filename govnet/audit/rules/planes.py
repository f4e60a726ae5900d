"""Rules on planes as physical worlds: no device, cable or address is in two."""

from __future__ import annotations

from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, SPLIT, Rule
from govnet.audit.verdict import Severity
from govnet.audit.views import known_addresses, own_base_macs
from govnet.config import reading as element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address, IPv4Network

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import Neighbour
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.network.model import Device, Plane

Problem = tuple[str, "Reference"]


class NoSharedDevice(Rule):
    """Passes for a device whose VLANs and addresses are all of its own plane, and whose chassis is in no other plane.

    Fails for a VLAN number or address of another plane, and for a serial number or base MAC address that a bundle of
    another plane has too: a virtual context is no physical isolation.
    """

    id = "ISO-01"
    title = "任何设备不得跨物理平面"
    title_en = "No device serves two planes"
    clause = "省级电子政务网规划: 政务内网自封闭,与政务外网、因特网物理隔离"
    severity = Severity.CRITICAL
    planes = SPLIT

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a device, and one on chassis that other planes have."""
        expected = f"everything on plane {evidence.network.plane}"
        for device in evidence.network.devices.values():
            problems = list(self._problems(evidence, device))
            if not problems and device.commanded and evidence.reading(device.name) is None:
                yield self.unknown(device.name, f"the running configuration of {device.name}", expected=expected)
            else:
                seen = (evidence.written(device.origin), evidence.running(device.name))
                yield self.decide(device.name, expected, problems, "VLANs and addresses are of this plane", *seen)
        yield from self._chassis(evidence)

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

    def _chassis(self, evidence: Evidence) -> Iterator[Finding]:
        name, expected = "chassis of other planes", "no serial number or base MAC address is in two planes"
        if evidence.planes is None:
            yield self.unknown(name, f"supply {Kind.PLANES.value}", expected=expected)
            return
        serials = {device.serial: device.name for device in evidence.network.devices.values() if device.serial}
        macs = own_base_macs(evidence)
        seen, problems = evidence.record(Kind.PLANES), []
        for other in evidence.planes:
            for own, theirs, what in (
                (serials, other.serials, "serial number"),
                (macs, other.macs, "base MAC address"),
            ):
                for device, value in theirs.items():
                    if value and value in own:
                        problems.append((f"{own[value]} and {device} of {other.network} have one {what}", seen))
        without = [device.name for device in evidence.network.commanded() if not device.serial]
        if without and not problems:
            yield self.unknown(name, f"the serial numbers of {', '.join(without)}", seen, expected=expected)
            return
        yield self.decide(name, expected, problems, f"none of {len(serials) + len(macs)}", seen)


class NoLinkBetweenPlanes(Rule):
    """Passes when no cable of the inventory and no neighbour that was heard is of another plane."""

    id = "ISO-02"
    title = "平面之间无任何链路"
    title_en = "No link joins two planes"
    clause = "省级电子政务网规划: 物理隔离; 局域网应与因特网物理隔离"
    severity = Severity.CRITICAL
    planes = SPLIT

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict on what is declared, and one on what was heard."""
        expected = f"both ends on plane {evidence.network.plane}"
        links = evidence.network.links
        joined = list(self._cables(evidence))
        yield self.decide("cables", expected, joined, f"{len(links)} cables", evidence.written_file("links.yaml"))
        for kind in (Kind.NEIGHBOURS, Kind.PLANES):
            if not evidence.has(kind):
                yield self.unknown("neighbours", f"supply {kind.value}", expected=expected)
                return
        heard = list(self._heard(evidence))
        yield self.decide("neighbours", expected, heard, "none is of another plane", evidence.record(Kind.NEIGHBOURS))

    def _cables(self, evidence: Evidence) -> Iterator[Problem]:
        devices = evidence.network.devices
        for link in evidence.network.links:
            planes = {str(link.plane), *(str(devices[end.device].plane) for end in (link.a, link.b))}
            if planes != {str(evidence.network.plane)}:
                yield f"{link.a} - {link.b} joins {', '.join(sorted(planes))}", evidence.written(link.origin)

    def _heard(self, evidence: Evidence) -> Iterator[Problem]:
        theirs = {mac: (name, other.network) for other in evidence.planes or () for name, mac in other.macs.items()}
        names = {name: (name, other.network) for other in evidence.planes or () for name in other.serials}
        for device, rows in (evidence.neighbours or {}).items():
            for row in rows:
                if found := theirs.get(row.chassis) or names.get(row.device):
                    where = f"{device}:{row.port}"
                    said = f"{where} hears {found[0]} of {found[1]}"
                    yield said, evidence.record(Kind.NEIGHBOURS, where)


class NeighboursInInventory(Rule):
    """Passes for a switch that hears just what is cabled to it; fails for a stranger, and for a neighbour not heard."""

    id = "ISO-03"
    title = "邻居设备必须在册"
    title_en = "Every neighbour is in the inventory"
    clause = "GB/T 22239-2019 8.1.3.1 b)"
    severity = Severity.HIGH
    planes = SPLIT
    level = L3
    needs = (Kind.NEIGHBOURS,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to."""
        tables = evidence.neighbours or {}
        for device in evidence.network.commanded():
            if device.name not in tables:
                yield self.unknown(device.name, f"the neighbour table of {device.name}")
                continue
            problems = list(self._odd(evidence, device.name, tables[device.name]))
            seen = evidence.record(Kind.NEIGHBOURS, device.name)
            ok = f"{len(tables[device.name])} neighbours, all declared"
            yield self.decide(device.name, "hears the ends of its cables and nothing else", problems, ok, seen)

    def _odd(self, evidence: Evidence, device: str, rows: Iterable[Neighbour]) -> Iterator[Problem]:
        seen = evidence.record(Kind.NEIGHBOURS, device)
        declared = {link.end(device).port: link.other(device) for link in evidence.network.links_of(device)}
        heard = {row.port for row in rows}
        for row in rows:
            end = declared.get(row.port)
            if end is None or end.device != row.device or row.device_port not in {"", end.port}:
                found = f"{row.device or 'unknown chassis'} {row.chassis} {row.device_port}".strip()
                yield f"port {row.port}: {found} instead of {end or 'nothing'}", seen
        speaking = evidence.neighbours or {}
        for port, other in declared.items():
            if port not in heard and other.device in speaking:
                yield f"port {port}: {other} is not heard", seen


class AddressesStayInPlane(Rule):
    """Passes for a device on which nothing is of another plane's block: routes, next hops, rule lists, ARP entries."""

    id = "ISO-05"
    title = "平面地址不得互现"
    title_en = "Plane address spaces do not leak"
    clause = "GB/T 22239-2019 8.1.2.1 c)"
    severity = Severity.CRITICAL
    planes = SPLIT
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a device, and one for each table that nobody read."""
        expected = "no address of another plane"
        for device in evidence.network.commanded():
            reading = evidence.reading(device.name)
            if reading is None:
                yield self.unknown(device.name, f"the running configuration of {device.name}", expected=expected)
                continue
            seen = evidence.running(device.name)
            yield self.decide(device.name, expected, self._leaks(evidence, device.name, reading), "none", seen)
        for kind in (Kind.ARP, Kind.ROUTES):
            if not evidence.has(kind):
                yield self.unknown(kind.name.lower(), f"supply {kind.value}", expected=expected)

    def _leaks(self, evidence: Evidence, device: str, reading: Reading) -> Iterator[Problem]:
        for what, prefix, element_name in _prefixes(reading.config):
            if foreign := self._foreign(evidence, prefix):
                line = reading.sources.get(element_name)
                yield f"{what} {prefix} is of {foreign}", evidence.running(device, line)
        for row in (evidence.arp or {}).get(device, ()):
            if foreign := self._foreign(evidence, IPv4Interface(row.address).network):
                yield f"ARP entry {row.address} is of {foreign}", evidence.record(Kind.ARP, device)
        for entry in (evidence.routes or {}).get(device, ()):
            if foreign := self._foreign(evidence, entry.prefix):
                yield f"route {entry.prefix} is of {foreign}", evidence.record(Kind.ROUTES, device)

    def _foreign(self, evidence: Evidence, prefix: IPv4Network) -> str:
        own = evidence.network.plane
        for plane, block in self.parameters.plane_blocks.items():
            if plane is not own and prefix.subnet_of(block):
                return f"plane {plane}"
        others = (other for other in evidence.planes or () for block in other.prefixes if prefix.subnet_of(block))
        return next((f"plane {other.plane} ({other.network})" for other in others), "")


def _prefixes(config: DeviceConfig) -> Iterator[tuple[str, IPv4Network, str]]:
    """Yield (what, prefix, element) of all addresses in a configuration that are not its own interfaces'."""
    for route in sorted(config.routes, key=str):
        name = element.route(str(route.prefix), str(route.next_hop), route.vrf)
        yield "route", route.prefix, name
        if route.next_hop:
            yield "next hop", IPv4Interface(route.next_hop).network, name
    for acl, lines in config.acls.items():
        for index, line in enumerate(lines.filters):
            for prefix in (*line.sources, *line.destinations):
                yield f"ACL {acl}:", prefix, element.acl_filter(acl, index)
    for pair, rules in (config.firewall.pairs if config.firewall else {}).items():
        for index, line in enumerate(rules):
            for prefix in (*line.sources, *line.destinations):
                yield f"rule {'>'.join(pair)}:", prefix, element.firewall_rule(*pair, index)

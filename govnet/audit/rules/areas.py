"""Rules on the three areas of the e-government outer network: shared, private, and access to the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.routed import called
from govnet.audit.rule import ConfigRule, Rule, by_document
from govnet.audit.verdict import Severity, Verdict
from govnet.audit.views import ANYWHERE, closed, internet_zones, to_internet, zones_by_table
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device
    from govnet.network.cabled import Upstream
    from govnet.network.model import Network
    from govnet.network.placed import Zone

Problem = tuple[str, "Reference"]
PUBLIC, PRIVATE, INTERNET = "公用网络区", "专用网络区", "互联网接入区"
OUTER = frozenset({Plane.OUTER})
_VRF_SINCE = 5
"""First major software release of the ERS 8600 with MPLS IP-VPN (its documentation)."""


def area(zone: Zone) -> str:
    """Return the area of a zone that a routing instance carries between places; empty for one that none carries."""
    if not zone.instance:
        return ""
    return {"pub": PUBLIC, "inet": INTERNET}.get(zone.slug, PRIVATE)


def areas(network: Network) -> Mapping[str, str]:
    """Return zone -> area, of the zones that have one."""
    return {slug: found for slug, zone in network.zones.items() if (found := area(zone))}


class ThreeAreas(ConfigRule):
    """Passes when all three areas exist, each zone has an instance of its own, and no routing table serves two areas.

    Fails too for a default route in a table of the shared area. Firewalls are what areas meet on, and are not judged.
    """

    id = "EGN-01"
    title = "公用网络区、专用网络区、互联网接入区"
    title_en = "Three areas exist"
    demand = "公用、专用、互联网接入三区各有路由表"
    clause = "地方电子政务外网: 公用网络区、专用网络区、互联网接入区"
    severity = Severity.HIGH
    planes = OUTER
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict on the inventory, and one for each device that serves an area."""
        zones, found = evidence.network.zones, areas(evidence.network)
        seen = [evidence.written(zones[slug].origin) for slug in found]
        missing = [name for name in (PUBLIC, PRIVATE, INTERNET) if name not in found.values()]
        problems = [(f"no zone is {name}", evidence.written_file("zones.yaml")) for name in missing]
        owner: dict[str, str] = {}
        for slug in found:
            first = owner.setdefault(zones[slug].instance, slug)
            if first != slug:
                problems.append(
                    (f"{first} and {slug} share {zones[slug].instance}", evidence.written(zones[slug].origin))
                )
        yield self.decide("areas", "three areas, an instance for each zone", problems, f"{len(found)} zones", *seen)
        yield from super().check(evidence)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the commanded devices that are no firewall, at places that have a zone of an area."""
        known = areas(evidence.network)
        return (
            device
            for device in evidence.network.commanded()
            if device.role != "fw" and any(part.zone in known for part in evidence.network.segments_at(device.place))
        )

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        known, seen = areas(evidence.network), evidence.running(device.name)
        served = {
            table: {known[zone] for zone in zones if zone in known}
            for table, zones in zones_by_table(evidence, device.name, reading.config).items()
        }
        problems = [(f"{called(t)} serves {' and '.join(sorted(of))}", seen) for t, of in served.items() if len(of) > 1]
        defaults = {route.vrf for route in reading.config.routes if route.prefix == ANYWHERE and route.next_hop}
        problems += [(f"default route in {called(t)}", seen) for t in sorted(defaults) if PUBLIC in served.get(t, ())]
        yield self.decide(device.name, "an area to a table, no way out of the shared one", problems, "so it is", seen)


class PrivateByVpn(ConfigRule):
    """Passes for a device with a VPN of its own for each private zone; fails for the global table, or a shared one.

    A provider edge has the instance of every private zone at its place. An ERS 8600 knows VPNs from software 5.0 on.
    """

    id = "EGN-02"
    title = "专用网络区采用 MPLS VPN"
    title_en = "Private area uses MPLS VPN per department"
    demand = "专用区各部门有自己的 VPN"
    clause = "地方电子政务外网: 虚拟专网采用MPLS VPN技术构建"
    severity = Severity.HIGH
    planes = OUTER
    needs = (Kind.CONFIG,)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the commanded devices that are no firewall, at places that have a private zone."""
        return (d for d in evidence.network.commanded() if d.role != "fw" and self._private(evidence, d))

    def _private(self, evidence: Evidence, device: Device) -> dict[str, Zone]:
        network = evidence.network
        here = dict.fromkeys(part.zone for part in network.segments_at(device.place))
        return {slug: network.zones[slug] for slug in here if area(network.zones[slug]) == PRIVATE}

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        seen, private = evidence.running(device.name), self._private(evidence, device)
        problems: list[Problem] = [(said, seen) for said in self._mixed(evidence, device, reading)]
        if device.role == "pe":
            missing = [zone.instance for zone in private.values() if zone.instance not in reading.config.vrfs]
            problems += [(f"no instance {name}", seen) for name in missing]
        if self._too_old(device) and reading.config.vrfs:
            problems.append((f"release {device.software} has no VPNs", evidence.written(device.origin)))
        if device.role != "pe" and not reading.config.vrfs and not problems:
            return  # it carries frames, and no private zone is routed on it
        said = f"{len(reading.config.vrfs)} instances"
        yield self.decide(device.name, "each private zone in a VPN of its own", problems, said, seen)

    def _mixed(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[str]:
        known = areas(evidence.network)
        for table, zones in zones_by_table(evidence, device.name, reading.config).items():
            private = [zone for zone in zones if known.get(zone) == PRIVATE]
            if private and not table:
                yield f"{', '.join(private)} in the global table"
            elif private and len(zones) > 1:
                yield f"{called(table)} serves {', '.join(zones)}"

    def _too_old(self, device: Device) -> bool:
        major = device.software.partition(".")[0]
        return device.platform == "nortel_passport" and major.isdecimal() and int(major) < _VRF_SINCE


class GradedInternetAccess(Rule):
    """Passes for a way to the internet that ends on a firewall; a unit's own must be registered too, or it fails.

    Which class (DB34/T 3607-2020, A to F) a unit has, and so whether it may have a way of its own, is on record.
    """

    id = "EGN-03"
    title = "互联网接入区分级设置"
    title_en = "Internet access area is graded and per level"
    demand = "互联网出口经防火墙，单位自有出口须登记"
    clause = "DB34/T 3607-2020"
    severity = Severity.MEDIUM
    planes = OUTER

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each way out, and one on the classes of the units."""
        for upstream in to_internet(evidence.network):
            yield self._way_out(evidence, upstream)
        yield by_document(self, evidence, "classes", "the class, A to F, of each unit")

    def _way_out(self, evidence: Evidence, upstream: Upstream) -> Finding:
        network, name = evidence.network, upstream.circuit or str(upstream.end)
        seen, device = evidence.written(upstream.origin), network.devices[upstream.end.device]
        problems = [] if device.role == "fw" else [(f"ends on {device.name}, no firewall", seen)]
        place = network.places.get(device.place)
        own = place is not None and place.kind in {"department", "unit"}
        if own and not any(c.circuit == name and c.expires > evidence.day for c in network.declared.connections):
            problems.append((f"{place.title if place else ''} has a way of its own that nobody registered", seen))
        expected = "a firewall, and a registration" if own else "a firewall"
        if own and not problems:
            return by_document(self, evidence, name, f"the class of {device.place}, C or E: it has a way of its own")
        return self.decide(name, expected, problems, f"ends on {device.name}", seen)


class SecureRemoteAccess(Rule):
    """Passes for a shared or private zone into which nothing opens a session from the internet; fails with a packet.

    What the secure access platform itself lets in, and by which certificates, is on record.
    """

    id = "EGN-04"
    title = "远程经安全接入平台"
    title_en = "Remote access only through the secure access platform"
    demand = "远程接入只经安全接入平台"
    clause = "GW0202-2014"
    severity = Severity.HIGH
    planes = OUTER
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each zone, and one on the platform."""
        for internet in internet_zones(evidence.network):
            for zone, found in areas(evidence.network).items():
                if found != INTERNET and zone != internet:
                    yield closed(self, evidence, internet, zone)
        yield by_document(self, evidence, "platform", "the certificates that the secure access platform asks for")


class PublicAddresses(ConfigRule):
    """Passes for a device whose shared area takes no routes of a private one; fails for one that leaks them upwards.

    A line to the national network may only be routed inside the block that was assigned nationally. Where nobody has
    written the block, a line is unknown.
    """

    id = "EGN-05"
    title = "公用网络区地址"
    title_en = "Public area addresses"
    demand = "公用区不含专用区路由，上联只用国家分配地址"
    clause = "地方电子政务外网: 公用网络区仅国家公共IP互访; GW 0207"
    severity = Severity.MEDIUM
    planes = OUTER
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device with the shared area, and one for each line out of it."""
        yield from super().check(evidence)
        for upstream in evidence.network.upstreams:
            if areas(evidence.network).get(upstream.zone) == PUBLIC:
                yield self._line(evidence, upstream)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the provider edges that are logged in to."""
        return (device for device in evidence.of_role("pe", "rr") if device.commanded)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict; none for a device without the shared area."""
        by_area = {zone.instance: area(zone) for zone in evidence.network.zones.values() if zone.instance}
        vrfs, seen = reading.config.vrfs, evidence.running(device.name)
        shared = [name for name in vrfs if by_area.get(name) == PUBLIC]
        leaks = [
            (f"{name} takes {', '.join(sorted(both))} of {other}", seen)
            for name in shared
            for other, vrf in vrfs.items()
            if by_area.get(other) == PRIVATE and (both := vrfs[name].imports & vrf.exports)
        ]
        if shared:
            yield self.decide(device.name, "no private routes in the shared area", leaks, "none", seen)

    def _line(self, evidence: Evidence, upstream: Upstream) -> Finding:
        name, seen = upstream.circuit or str(upstream.end), evidence.written(upstream.origin)
        blocks = self.parameters.national_blocks
        if not blocks:
            return by_document(self, evidence, name, "the nationally assigned block, and what is routed over the line")
        beyond = [p for p in upstream.prefixes if not any(p.subnet_of(block) for block in blocks)]
        problems = [(f"{prefix} is routed", seen) for prefix in beyond]
        return self.decide(name, f"routes inside {', '.join(map(str, blocks))}", problems, "all inside", seen)


class NothingSecret(Rule):
    """Fails for a device of the outer network under classified protection; that no system is secret is on record."""

    id = "EGN-06"
    title = "外网不涉密"
    title_en = "Outer network carries nothing secret"
    demand = "外网没有涉密系统"
    clause = "政务外网为非涉密网"
    severity = Severity.CRITICAL
    planes = OUTER

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a failure for each such device, else one verdict by record."""
        secret = [d for d in evidence.network.devices.values() if d.data.get("protection_scheme") == "classified"]
        for device in secret:
            seen = evidence.written(device.origin)
            yield self._finding(Verdict.FAIL, device.name, "nothing secret", "classified protection", (seen,))
        if not secret:
            yield by_document(self, evidence, evidence.network.slug, "the classification of each system")

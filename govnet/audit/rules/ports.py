"""Rules on interfaces and ports: which are controlled, which are shut, who is plugged in."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, ConfigRule, Rule, by_document
from govnet.audit.stations import MOST, bridged, doubled_gateways, strangers
from govnet.audit.verdict import Severity
from govnet.audit.views import zones_by_table
from govnet.config import reading as element
from govnet.isolation.proof import PairResult
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import Sighting
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.config.switching import Port
    from govnet.network.built import Device
    from govnet.network.declared import Endpoint

Problem = tuple[str, "Reference"]


class ControlledInterfaces(ConfigRule):
    """Passes for a router between zones whose every interface to a zone has a policy bound to it.

    On a firewall the interface must be of the zone that its VLAN is of; elsewhere it needs an ACL. Zones that share a
    broadcast domain fail: frames cross there without any interface.
    """

    id = "BND-01"
    title = "受控接口"
    title_en = "All crossings use a controlled interface"
    demand = "跨区域的接口都绑定访问控制策略"
    clause = "GB/T 22239-2019 8.1.3.1 a)"
    severity = Severity.CRITICAL
    needs = (Kind.CONFIG,)
    hidden_by = re.compile(r"\bip\s+(create|address)\b", re.IGNORECASE)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device between zones, and one on what crosses without a router."""
        yield from super().check(evidence)
        pairs = [pair for pair in evidence.proof.pairs if pair.source < pair.target]
        joined = [
            (f"{pair.source} and {pair.target}: {pair.witness or pair.why}", evidence.computed(pair.witness))
            for pair in pairs
            if pair.layer2
        ]
        expected, doubt = "no two zones share a broadcast domain", next(_doubts(evidence), "")
        if doubt and not joined:
            yield self.unknown("broadcast domains", doubt, expected=expected)
        else:
            yield self.decide("broadcast domains", expected, joined, f"none of {len(pairs)} pairs", evidence.computed())

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict where the device has interfaces in two zones of one routing table."""
        tables = zones_by_table(evidence, device.name, reading.config).values()
        mixed = [zones for zones in tables if len(zones) > 1]
        problems = [problem for zones in mixed for problem in self._free(evidence, device, reading, zones)]
        if mixed:
            expected, count = (
                "a policy on each interface to a zone",
                sum(len(names) for z in mixed for names in z.values()),
            )
            yield self.decide(device.name, expected, problems, f"all {count} have", evidence.running(device.name))

    def _free(
        self, evidence: Evidence, device: Device, reading: Reading, zones: Mapping[str, list[str]]
    ) -> Iterator[Problem]:
        firewall = reading.config.firewall
        bound = {binding.target for binding in reading.config.bindings}
        for zone, names in zones.items():
            for name in names:
                of = [z for z, members in firewall.zones.items() if name in members] if firewall else []
                if (firewall and of != [zone]) or (firewall is None and name not in bound):
                    line = reading.sources.get(element.address(name))
                    said = f"{name} to {zone} is of {', '.join(of) or 'no zone, with no policy'}"
                    yield said, evidence.running(device.name, line)


def _doubts(evidence: Evidence) -> Iterator[str]:
    yield from (pair.why for pair in evidence.proof.pairs if pair.verdict is PairResult.UNKNOWN)


class UnusedPortsShut(ConfigRule):
    """Passes for a device whose ports without a cable or endpoint in the inventory are shut, and parked if they switch.

    The parking VLAN goes nowhere, so that a port that somebody opens by mistake does not either.
    """

    id = "BND-02"
    title = "未用端口关闭"
    title_en = "Unused ports are shut"
    demand = "未用端口关闭并置于停用 VLAN"
    clause = "GB/T 22239-2019 8.1.3.1 b)"
    severity = Severity.MEDIUM
    level = L3
    needs = (Kind.CONFIG,)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        used, config = _used(evidence, device.name), reading.config
        members = {port for one in config.aggregations.values() for port in one.ports}
        spare = {name: port for name, port in config.ports.items() if name not in used}
        problems = []
        for name, port in spare.items():
            if why := self._open(evidence, port, member=name in members):
                line = reading.sources.get(element.untagged_vlan(name))
                problems.append((f"{name} {why}", evidence.running(device.name, line)))
        expected = f"ports without use shut, in VLAN {evidence.network.parking_vlan}"
        yield self.decide(device.name, expected, problems, f"{len(spare)} are", evidence.running(device.name))

    def _open(self, evidence: Evidence, port: Port, *, member: bool) -> str:
        """Return what is open about an unused port; empty when nothing is."""
        if port.enabled:
            return "is up"
        parked = {evidence.network.parking_vlan}
        if port.switchport and port.switchport.members - parked and not member:
            return f"is in VLAN {', '.join(map(str, sorted(port.switchport.members - parked)))}"
        return ""


def _used(evidence: Evidence, device: str) -> set[str]:
    network = evidence.network
    found = {link.end(device).port for link in network.links_of(device)}
    found |= {a.end.port for a in network.attachments if a.end.device == device}
    return found | {up.end.port for up in network.upstreams if up.end.device == device}


class RegisteredEndpoints(Rule):
    """Passes for a switch on whose ports only machines were seen that are registered for them.

    Fails for a stranger and for more machines than a port may have: one, or two where a telephone is registered. More
    than two fail without a register too, and so does one that is seen in two zones: something joins them. Zones whose
    ports must ask who is there (802.1X or bound addresses) need a record of it.

    Attributes:
        authenticated: those zones.
    """

    id = "BND-03"
    title = "违规内联"
    title_en = "Unauthorised internal connection"
    demand = "端口上只有登记的终端，数量不超限"
    clause = "GB/T 22239-2019 8.1.3.1 b)"
    severity = Severity.HIGH
    needs = (Kind.FDB,)
    authenticated: ClassVar[tuple[str, ...]] = ("off", "prv")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each switch with ports for endpoints, and one on authentication."""
        registered = evidence.network.declared.endpoints
        for end, mac, zones in bridged(evidence, self.parameters.fdb_window_days):
            said, seen = f"{mac} is seen in {' and '.join(zones)}", evidence.record(Kind.FDB, end)
            yield self.failed(end, "machines of one zone", said, seen)
        if registered is None:
            yield self.unknown(evidence.network.slug, "supply the register of endpoints under endpoints: in audit.yaml")
            yield from self._crowded(evidence)
            return
        for device in dict.fromkeys(one.end.device for one in evidence.network.attachments):
            if device in (evidence.fdb or {}):
                yield self._switch(evidence, device, registered)
            elif evidence.network.devices[device].commanded:
                yield self.unknown(device, f"the MAC address table of {device}")
        if any(zone in evidence.network.zones for zone in self.authenticated):
            supply = "the check that ports of office zones ask who is there (802.1X or bound MAC addresses)"
            yield by_document(self, evidence, "port authentication", supply)

    def _seen(self, evidence: Evidence, device: str) -> dict[str, set[str]]:
        """Return port for endpoints -> the machines that were seen on it of late."""
        since = evidence.as_of - timedelta(days=self.parameters.fdb_window_days)
        ports: dict[str, set[str]] = defaultdict(set)
        access = {attachment.end.port for attachment in evidence.network.attachments_of(device)}
        for row in (evidence.fdb or {})[device]:
            if row.port in access and since <= row.seen <= evidence.as_of:
                ports[row.port].add(row.mac)
        return dict(sorted(ports.items()))

    def _crowded(self, evidence: Evidence) -> Iterator[Finding]:
        for device in evidence.fdb or {}:
            for port, macs in self._seen(evidence, device).items():
                if len(macs) > MOST:
                    seen = evidence.record(Kind.FDB, f"{device}:{port}")
                    yield self.failed(f"{device}:{port}", f"at most {MOST} machines", f"{len(macs)} machines", seen)

    def _switch(self, evidence: Evidence, device: str, registered: tuple[Endpoint, ...]) -> Finding:
        ports = self._seen(evidence, device)
        problems = [
            (said, evidence.record(Kind.FDB, f"{device}:{port}"))
            for port, macs in ports.items()
            if (said := strangers(f"{device}:{port}", macs, registered))
        ]
        expected, seen = "registered machines only, one a port", evidence.record(Kind.FDB, device)
        return self.decide(device, expected, problems, f"{len(ports)} ports in use, all as registered", seen)


class NoRogueServices(Rule):
    """Passes when nobody was seen to give out addresses, to lead elsewhere, or to answer for another's gateway.

    On the inner network each is critical.

    Attributes:
        kinds: what counts as a way out; wireless devices are judged by BND-05.
    """

    id = "BND-04"
    title = "违规外联"
    title_en = "Unauthorised external connection"
    demand = "没有私设的 DHCP、路由通告或冒充的网关"
    clause = "GB/T 22239-2019 8.1.3.1 c)"
    severity = Severity.HIGH
    level = L3
    kinds: ClassVar[frozenset[str]] = frozenset(
        {"dhcp-server", "router-advertisement", "gateway-claim", "wireless-router", "foreign-source", "public-dns"}
    )

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a failure for each sighting and each gateway with two owners, or a pass of all of either."""
        inner = evidence.network.plane is Plane.INNER
        for finding in self._all(evidence):
            yield replace(finding, severity=Severity.CRITICAL) if inner else finding

    def _all(self, evidence: Evidence) -> Iterator[Finding]:
        expected, seen = "nobody answers for the network but its own", evidence.record(Kind.SIGHTINGS)
        rogue = [one for one in evidence.sightings or () if one.kind in self.kinds]
        for one in rogue:
            yield self.failed(one.where, expected, f"{one.kind} {one.mac} {one.detail}".strip(), seen)
        if evidence.sightings is None:
            yield self.unknown("sightings", f"supply {Kind.SIGHTINGS.value}", expected=expected)
        elif not rogue:
            yield self.passed("sightings", expected, "nobody else was seen", seen)
        yield from self._gateways(evidence, expected)

    def _gateways(self, evidence: Evidence, expected: str) -> Iterator[Finding]:
        if evidence.arp is None:
            yield self.unknown("gateways", f"supply {Kind.ARP.value}", expected=expected)
            return
        doubled = list(doubled_gateways(evidence))
        for address, macs in doubled:
            said = f"answered for by {', '.join(macs)}"
            yield self.failed(address, expected, said, evidence.record(Kind.ARP, address))
        if not doubled:
            yield self.passed("gateways", expected, "one answers for each", evidence.record(Kind.ARP))


class ControlledWireless(Rule):
    """Passes when no wireless device was seen on the inner network or in the private zone, nor elsewhere unguarded.

    Attributes:
        private: the zone that may have none on any plane.
        kinds: what a survey or the makers' prefixes of MAC addresses call one.
    """

    id = "BND-05"
    title = "无线网络"
    title_en = "Wireless"
    demand = "内网与专网没有无线设备，其他区域的无线在防火墙之后"
    clause = "GB/T 22239-2019 8.1.3.1 d)"
    severity = Severity.MEDIUM
    level = L3
    needs = (Kind.SIGHTINGS,)
    private: ClassVar[str] = "prv"
    kinds: ClassVar[frozenset[str]] = frozenset({"wireless", "wireless-router"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each wireless device, or one pass."""
        found = [one for one in evidence.sightings or () if one.kind in self.kinds]
        for one in found:
            yield self._one(evidence, one)
        if not found:
            seen = evidence.record(Kind.SIGHTINGS)
            yield self.passed("survey", "wireless behind a firewall only", "no wireless device was seen", seen)

    def _one(self, evidence: Evidence, one: Sighting) -> Finding:
        zones = {str(a.end): a.zone for a in evidence.network.attachments}
        zone, seen = zones.get(one.where, ""), evidence.record(Kind.SIGHTINGS, one.where)
        forbidden = evidence.network.plane is Plane.INNER or zone == self.private
        if forbidden:
            said = f"wireless device {one.mac} in {zone or 'the inner network'}"
            return replace(self.failed(one.where, "no wireless here", said, seen), severity=Severity.CRITICAL)
        if not zone:
            return self.unknown(one.where, f"the zone of {one.where}, where {one.mac} was seen", seen)
        guarded = bool(evidence.of_role("fw"))
        judge = self.passed if guarded else self.failed
        said = f"in {zone}, {'behind the firewall' if guarded else 'no firewall before it'}"
        return judge(one.where, "wireless behind a firewall only", said, seen)

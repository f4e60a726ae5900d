"""Rules on ways out of a plane: routes and tunnels, tools and endpoints in two planes, exchanges of data."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, SPLIT, ConfigRule, Rule
from govnet.audit.verdict import Severity
from govnet.audit.views import ANYWHERE, known_addresses
from govnet.config import reading as element
from govnet.network.model import Action, Plane

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address, IPv4Network

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import RunRecord, Station
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.declared import Exchange
    from govnet.network.model import Device

Problem = tuple[str, "Reference"]
_EXIT = re.compile(r"\b(nat|pppoe\S*|dialer\S*|modem\S*|cellular\S*|wlan\S*|masquerade|snat|dnat)\b", re.IGNORECASE)
_TUNNEL = re.compile(
    r"\b(tunnel\S*|ipsec\S*|gre|ike\S*|l2tp\S*|dns\s+(server|forward\S*|proxy)|ip\s+route\S*)\b", re.IGNORECASE
)
_VIRTUAL = ("00:00:5e:00:01:", "01:", "33:33:", "ff:ff:")
"""Addresses of virtual routers (RFC 9568), of multicast and broadcast: nobody's own."""


class NoWayOut(ConfigRule):
    """Passes for a device of the inner network whose routes all stay in the plane's blocks or discard.

    A default route to another device of the plane leads no further than that device's routes, which are judged as well.
    Fails for one that leaves the plane, a public prefix, address translation, dial-up, cellular or wireless; a tunnel
    that was not understood keeps the rule unknown.
    """

    id = "ISO-06"
    title = "内网无外联出口"
    title_en = "Inner network has no way out"
    clause = "计算机信息系统国际联网保密管理规定 第六条"
    severity = Severity.CRITICAL
    planes = frozenset({Plane.INNER})
    needs = (Kind.CONFIG,)
    hidden_by = _TUNNEL

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        problems = [*self._routes(evidence, device, reading), *self._lines(evidence, device, reading)]
        expected = "routes into the plane's own blocks only, no translation, no dial-up, no wireless"
        yield self.decide(device.name, expected, problems, "none leads out", evidence.running(device.name))

    def _routes(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Problem]:
        blocks = (*evidence.network.blocks, self.parameters.plane_blocks[Plane.INNER])
        for route in sorted(reading.config.routes, key=str):
            if _leads_out(route.prefix, route.next_hop, blocks):
                line = reading.sources.get(element.route(str(route.prefix), str(route.next_hop), route.vrf))
                yield f"route {route.prefix} via {route.next_hop}", evidence.running(device.name, line)
        for row in (evidence.routes or {}).get(device.name, ()):
            if _leads_out(row.prefix, row.next_hop, blocks):
                yield f"learned route {row.prefix} via {row.next_hop}", evidence.record(Kind.ROUTES, device.name)

    def _lines(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Problem]:
        for line in reading.unread:
            if _EXIT.search(line.text):
                yield line.text.strip(), evidence.running(device.name, line)


def _leads_out(prefix: IPv4Network, hop: IPv4Address | None, blocks: tuple[IPv4Network, ...]) -> bool:
    """Return whether a route leaves the blocks: its next hop is outside, or its prefix is and it is no default."""
    if hop is None:
        return False
    inside = any(prefix.subnet_of(block) for block in blocks) or prefix == ANYWHERE
    return not (inside and any(hop in block for block in blocks))


class NoEndpointInTwoPlanes(Rule):
    """Passes when no MAC address was learned at edge ports of both planes; an exchange of machines needs a record."""

    id = "ISO-04"
    title = "一机不得跨网"
    title_en = "No endpoint in two planes"
    clause = "GB/T 22239-2019 8.1.3.1 c)"
    severity = Severity.CRITICAL
    planes = SPLIT
    level = L3
    needs = (Kind.FDB, Kind.PLANES)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a failure for each machine in both planes, or one pass."""
        name, expected = "endpoints", "no MAC address at edge ports of two planes"
        own = {row.mac: f"{device}:{row.port}" for device, row in self._at_the_edge(evidence)}
        for other in evidence.planes or ():
            for mac, where in other.stations.items():
                if mac in own and not self._approved(evidence, mac):
                    seen = (evidence.record(Kind.FDB, own[mac]), evidence.record(Kind.PLANES, where))
                    yield self.failed(mac, expected, f"at {own[mac]} and at {where} of {other.network}", *seen)
                    name = ""
        if name:
            yield self.passed(name, expected, f"none of {len(own)}", evidence.record(Kind.FDB))

    def _at_the_edge(self, evidence: Evidence) -> Iterator[tuple[str, Station]]:
        since = evidence.as_of - timedelta(days=self.parameters.fdb_window_days)
        inner = {str(end) for link in evidence.network.links if link.purpose != "endpoint" for end in (link.a, link.b)}
        for device, rows in (evidence.fdb or {}).items():
            for row in rows:
                edge = f"{device}:{row.port}" not in inner and not row.mac.startswith(_VIRTUAL)
                if edge and since <= row.seen <= evidence.as_of:
                    yield device, row

    def _approved(self, evidence: Evidence, mac: str) -> bool:
        return any(record.covers(self.id, mac) for record in evidence.network.declared.documents)


class ToolsStayInPlane(Rule):
    """Passes for a tool or card whose interfaces, and for a run whose devices, are all of one plane.

    Attributes:
        roles: hosts that reach many devices, and cards that several systems read.
    """

    id = "ISO-07"
    title = "运维与监控系统不得跨网"
    title_en = "Tools do not bridge planes"
    clause = "GB/T 22239-2019 8.1.5.4 a)"
    severity = Severity.CRITICAL
    planes = SPLIT
    level = L3
    roles: ClassVar[tuple[str, ...]] = ("nms", "ups", "eps", "hvac", "env", "fire", "cam")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each host and run; runs that nobody recorded are unknown."""
        for device in evidence.of_role(*self.roles):
            seen = evidence.written(device.origin)
            expected = f"all interfaces on plane {evidence.network.plane}"
            yield self.decide(device.name, expected, self._legs(evidence, device), "they are", seen)
        if evidence.runs is None:
            yield self.unknown("runs", f"supply {Kind.RUNS.value}", expected="the devices of a run are of one plane")
        for run in evidence.runs or ():
            yield self._run(evidence, run)

    def _legs(self, evidence: Evidence, device: Device) -> Iterator[Problem]:
        written, blocks = evidence.written(device.origin), evidence.network.blocks
        for address in known_addresses(device):
            if not any(address in block for block in blocks):
                yield f"{address} is outside this plane", written
        for other in evidence.planes or ():
            if device.name in other.legs:
                legs = ", ".join(other.legs[device.name])
                yield f"has {legs} in {other.network}", evidence.record(Kind.PLANES, device.name)

    def _run(self, evidence: Evidence, run: RunRecord) -> Finding:
        strangers = sorted(run.devices - evidence.network.devices.keys())
        planes = sorted(run.planes | {evidence.network.plane})
        seen, problems = evidence.record(Kind.RUNS, run.id), []
        if len(planes) > 1:
            problems.append((f"its devices are on planes {', '.join(planes)}", seen))
        if strangers:
            problems.append((f"{', '.join(strangers)} are not of this network", seen))
        return self.decide(
            f"run {run.id}", "the devices of a run are of one plane", problems, f"plane {planes[0]}", seen
        )


class RegisteredExchanges(Rule):
    """Passes for an exchange by removable media or one-way import with owner and approval; a gap device is no such.

    Attributes:
        accepted: mechanisms that leave no path between the planes.
    """

    id = "ISO-08"
    title = "跨平面数据仅限登记的离线或单向交换"
    title_en = "Data crosses planes only by registered offline or one-way exchange"
    clause = "省级电子政务网规划: 物理隔离"
    severity = Severity.CRITICAL
    planes = SPLIT
    accepted: ClassVar[tuple[str, ...]] = ("removable-media", "one-way-import")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each exchange, and for each that a policy or another plane has without a record."""
        exchanges = evidence.network.declared.exchanges
        if exchanges is None:
            yield self.unknown(
                evidence.network.slug, "supply exchanges: in audit.yaml; an empty list says there are none"
            )
        for exchange in exchanges or ():
            yield self.decide(
                exchange.system,
                self._expected(),
                self._wrong(evidence, exchange),
                exchange.approval,
                evidence.written(exchange.origin),
            )
        known = {exchange.system for exchange in exchanges or ()}
        for other in evidence.planes or ():
            for system in sorted(set(other.exchanges) - known):
                seen = evidence.record(Kind.PLANES, other.network)
                yield self.failed(system, self._expected(), f"{other.network} has a part of it; no exchange here", seen)
        offline = [cell for cell in evidence.network.policy.values() if cell.action is Action.OFFLINE]
        if offline and exchanges == ():
            seen = evidence.written(offline[0].origin)
            yield self.failed("policy", self._expected(), "the matrix has X cells, and no exchange is registered", seen)

    def _expected(self) -> str:
        return f"{' or '.join(self.accepted)}, with owner and approval"

    def _wrong(self, evidence: Evidence, exchange: Exchange) -> Iterable[Problem]:
        seen = evidence.written(exchange.origin)
        if exchange.mechanism not in self.accepted:
            yield f"mechanism {exchange.mechanism}", seen
        for name, value in (("owner", exchange.owner), ("approval", exchange.approval)):
            if not value:
                yield f"no {name}", seen

"""Rules on the internet zone: one way out, through the firewall, and everybody who goes out is registered."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, Rule
from govnet.audit.verdict import Severity
from govnet.audit.views import ANYWHERE, to_internet
from govnet.config import reading as element
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.network.cabled import Upstream
    from govnet.network.declared import Connection
    from govnet.network.model import Network

Problem = tuple[str, "Reference"]


class FirewallOnly(Rule):
    """Passes for an internet circuit that ends on a firewall, so that no cable leads around it.

    Fails with the way from an endpoint's port to the circuit that meets no firewall, and for a default route of a
    device that is none and leads out of the network.
    """

    id = "ISO-09"
    title = "外网经防火墙逻辑隔离上网"
    title_en = "Outer network reaches the internet only through the firewall"
    demand = "各区域到互联网的路径都经过防火墙"
    clause = "GB/T 22239-2019 8.1.3.1 a); 省级电子政务网规划: 采用逻辑隔离的方式接入因特网"
    severity = Severity.CRITICAL
    planes = frozenset({Plane.UNIFIED, Plane.OUTER})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a circuit, and one on default routes."""
        expected = "no way from a zone to the internet but through a firewall"
        for upstream in to_internet(evidence.network):
            way, seen = _around(evidence.network, upstream), evidence.written(upstream.origin)
            name = upstream.circuit or upstream.title
            if way:
                yield self.failed(name, expected, f"{' - '.join(way)} - {upstream.title}", seen)
            else:
                yield self.passed(name, expected, f"it ends on the firewall {upstream.end}", seen)
        if evidence.has(Kind.CONFIG):
            yield self._default_routes(evidence)
        else:
            yield self.unknown("default routes", f"supply {Kind.CONFIG.value}", expected=expected)

    def _default_routes(self, evidence: Evidence) -> Finding:
        name, expected = "default routes", "no default route out of the network but on a firewall"
        seen = evidence.computed()
        problems = list(_leading_out(evidence))
        others = [device.name for device in evidence.network.commanded() if device.role != "fw"]
        unread = [device for device in others if evidence.reading(device) is None]
        if unread and not problems:
            return self.unknown(name, f"the running configurations of {', '.join(unread)}", seen, expected=expected)
        return self.decide(name, expected, problems, f"none on {len(others)} devices", seen)


def _leading_out(evidence: Evidence) -> Iterator[Problem]:
    network = evidence.network
    for device, reading in (evidence.readings or {}).items():
        if device not in network.devices or network.devices[device].role == "fw":
            continue
        for route in sorted(reading.config.routes, key=str):
            inside = route.next_hop and any(route.next_hop in block for block in network.blocks)
            if route.prefix == ANYWHERE and route.next_hop and not inside:
                line = reading.sources.get(element.route(str(route.prefix), str(route.next_hop), route.vrf))
                yield f"{device} has one via {route.next_hop}", evidence.running(device, line)


def _around(network: Network, upstream: Upstream) -> list[str]:
    """Return devices from one with endpoints to the circuit's, none of them a firewall; empty when there is no way."""
    start = upstream.end.device
    if network.devices[start].role == "fw":
        return []
    used = {attachment.end.device for attachment in network.attachments}
    before, queue = {start: ""}, deque([start])
    while queue:
        device = queue.popleft()
        if device in used:
            return _back(before, device)
        for link in network.links_of(device):
            other = link.other(device).device
            if other not in before and network.devices[other].role != "fw":
                before[other] = device
                queue.append(other)
    return [start]


def _back(before: dict[str, str], device: str) -> list[str]:
    way = []
    while device:
        way.append(device)
        device = before[device]
    return way


class RegisteredConnections(Rule):
    """Passes for a circuit out of the network with approval, owner and an expiry that lies ahead; fails once expired.

    A circuit that nobody registered is unknown: the approval may lie in a drawer.
    """

    id = "BND-06"
    title = "外部连接登记批准"
    title_en = "External connections are registered"
    demand = "对外线路有审批、责任单位，且未到期"
    clause = "GB/T 22239-2019 8.1.10.6 j)"
    severity = Severity.HIGH
    level = L3

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a circuit; registrations of circuits that are not there are told too."""
        known = {connection.circuit: connection for connection in evidence.network.declared.connections}
        circuits = {upstream.circuit: upstream for upstream in evidence.network.upstreams}
        for circuit, upstream in circuits.items():
            if circuit in known:
                yield self._registered(evidence, known[circuit])
            else:
                supply = f"supply approval, owner and expiry of {circuit} under connections: in audit.yaml"
                yield self.unknown(circuit, supply, evidence.written(upstream.origin))
        for circuit in known.keys() - evidence.network.circuits.keys():
            seen = evidence.written(known[circuit].origin)
            yield self.unknown(circuit, f"a mend of the registration: there is no circuit {circuit}", seen)

    def _registered(self, evidence: Evidence, connection: Connection) -> Finding:
        expected, seen = "approved, owned, not expired", evidence.written(connection.origin)
        said = f"approval {connection.approval} of {connection.owner}, until {connection.expires}"
        if connection.expires <= evidence.day:
            return self.failed(connection.circuit, expected, f"{said}: expired", seen)
        return self.passed(connection.circuit, expected, said, seen)

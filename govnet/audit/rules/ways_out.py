"""The rule on ways out of the inner network: by routes told and seen, by translation, by tunnels and radio."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.routed import called, gaps
from govnet.audit.rule import ConfigRule
from govnet.audit.verdict import Severity
from govnet.audit.views import ANYWHERE
from govnet.config import reading as element
from govnet.config.routetable import CONNECTED
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.config.routetable import RouteEntry
    from govnet.network.built import Device

Problem = tuple[str, "Reference"]
_EXIT = re.compile(r"\b(nat|pppoe\S*|dialer\S*|modem\S*|cellular\S*|wlan\S*|masquerade|snat|dnat)\b", re.IGNORECASE)
_TUNNEL = re.compile(
    r"\b(tunnel\S*|ipsec\S*|gre|ike\S*|l2tp\S*|dns\s+(server|forward\S*|proxy)|ip\s+route\S*)\b", re.IGNORECASE
)
_BROADCAST = IPv4Network("255.255.255.255/32")


class NoWayOut(ConfigRule):
    """Passes for a device of the inner network whose routes all stay in the plane's blocks or discard.

    A default route to another device of the plane leads no further than that device's routes, which are judged as well.
    What is configured and what the routing tables show both count; a router whose tables were not seen in full is
    unknown.
    Fails for one that leaves the plane, a public prefix, address translation, dial-up, cellular or wireless; a tunnel
    that was not understood keeps the rule unknown.
    """

    id = "ISO-06"
    title = "内网无外联出口"
    title_en = "Inner network has no way out"
    demand = "内网没有通向外部的路由、地址转换、拨号、无线或隧道"
    clause = "计算机信息系统国际联网保密管理规定 第六条"
    severity = Severity.CRITICAL
    planes = frozenset({Plane.INNER})
    needs = (Kind.CONFIG,)
    hidden_by = _TUNNEL

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        problems = [*self._routes(evidence, device, reading), *self._lines(evidence, device, reading)]
        expected = "routes into the plane's own blocks only, no translation, no dial-up, no wireless"
        if not problems and (absent := gaps(evidence, device.name, reading)):
            supply = f"supply the routing tables of {device.name}: {'; '.join(absent)}"
            yield self.unknown(device.name, supply, evidence.record(Kind.ROUTES, device.name), expected=expected)
            return
        yield self.decide(device.name, expected, problems, "none leads out", evidence.running(device.name))

    def _routes(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Problem]:
        blocks = (*evidence.network.blocks, self.parameters.plane_blocks[Plane.INNER])
        for route in sorted(reading.config.routes, key=str):
            if _leads_out(route.prefix, route.next_hop, blocks):
                line = reading.sources.get(element.route(str(route.prefix), str(route.next_hop), route.vrf))
                yield f"route {route.prefix} via {route.next_hop}", evidence.running(device.name, line)
        for table in (evidence.routes or {}).get(device.name, ()):
            for row in table.rows:
                if _seen_outside(row, blocks):
                    where = f"{row.source} {called(table.vrf)}".strip()
                    seen = evidence.record(Kind.ROUTES, f"{device.name} {row.prefix}")
                    yield f"{row.prefix} via {row.next_hop or row.interface} ({where})", seen

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


def _seen_outside(row: RouteEntry, blocks: tuple[IPv4Network, ...]) -> bool:
    """Return whether a row of a table leaves the blocks; a network of the box's own that lies outside does too."""
    if row.source != CONNECTED or row.prefix.is_loopback or row.prefix == _BROADCAST:
        return _leads_out(row.prefix, row.next_hop, blocks)
    return not any(row.prefix.subnet_of(block) for block in blocks)

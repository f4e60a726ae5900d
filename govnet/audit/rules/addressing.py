"""Rules on numbering: every address where the plan has it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import ConfigRule
from govnet.audit.verdict import Severity
from govnet.config import reading as element
from govnet.config.routing import InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Network

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.config.routing import IpInterface
    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.network.placed import Segment


class AddressPlan(ConfigRule):
    """Passes for a device whose addresses all lie in the block of their zone and place, and for blocks that are apart.

    Fails for an interface numbered from another zone, and for a zone without a block.
    """

    id = "ARC-04"
    title = "区域划分与地址分配"
    title_en = "Zones have address plans"
    demand = "接口地址都在本区域、本地点的地址段内，各段不重叠"
    clause = "GB/T 22239-2019 8.1.2.1 c), 7.1.2.1 a)"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)
    hidden_by = re.compile(r"\bip\s+(create|address)\b", re.IGNORECASE)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict on the plan itself, and one a device."""
        yield self._plan(evidence)
        yield from super().check(evidence)

    def _plan(self, evidence: Evidence) -> Finding:
        segments, seen = evidence.network.segments, evidence.written_file("network.yaml")
        ordered = sorted(segments, key=_first)
        apart = [
            (f"{one.subnet} ({one.name}) overlaps {two.subnet} ({two.name})", seen)
            for one, two in pairwise(ordered)
            if one.subnet.overlaps(two.subnet) and one.zone != two.zone
        ]
        numbered = {segment.zone for segment in segments} | {up.zone for up in evidence.network.upstreams}
        bare = [(f"zone {zone} has no block", seen) for zone in evidence.network.zones if zone not in numbered]
        return self.decide(
            "address plan",
            "a block for each zone, none overlap",
            [*apart, *bare],
            f"{len(segments)} segments apart",
            seen,
        )

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterable[Finding]:
        """Yield one verdict."""
        problems = self._misnumbered(evidence, device, reading)
        expected = "each address in the block of its zone and place"
        yield self.decide(device.name, expected, problems, "all are", evidence.running(device.name))

    def _misnumbered(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[tuple[str, Reference]]:
        network = evidence.network
        for name, interface in reading.config.interfaces.items():
            allowed = list(_allowed(network, device, interface))
            for address in interface.addresses:
                if not any(address in block for block in allowed):
                    line = reading.sources.get(element.address(name))
                    owner = next((s for s in network.segments if address.ip in s.subnet), None)
                    where = f"the block of {owner.name}" if owner else "no block of the plan"
                    yield f"{name} has {address}, {where}", evidence.running(device.name, line)


def _allowed(network: Network, device: Device, interface: IpInterface) -> Iterator[IPv4Network]:
    """Yield the blocks that an interface may be numbered from: its VLAN's, else all of the network's."""
    own = [segment.subnet for segment in network.segments if segment.vlan == interface.vlan]
    yield from own
    if interface.vlan == network.peer_vlan:
        yield network.peer_subnet
    elif not own:
        yield from network.blocks
    if interface.kind is not InterfaceKind.VLAN:
        yield from (up.address.network for up in network.upstreams if up.end.device == device.name)


def _first(segment: Segment) -> tuple[int, int]:
    return int(segment.subnet.network_address), segment.subnet.prefixlen

"""Rules on how devices are managed: from where, over what, and what else listens."""

from __future__ import annotations

import re
from ipaddress import collapse_addresses
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, ConfigRule
from govnet.audit.verdict import Severity
from govnet.audit.views import known_addresses, lines_of
from govnet.isolation.proof import PairResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address, IPv4Network

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import Probe
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Line, Reading
    from govnet.network.built import Device
    from govnet.network.model import Network

Problem = tuple[str, "Reference"]
MGT = "mgt"
"""The zone that devices are managed in, in every network of this plan."""
CLEAR = ("tcp/21", "tcp/23", "tcp/80", "tcp/513", "udp/69")
"""FTP, Telnet, HTTP, rlogin, TFTP: what a probe for clear-text management asks."""
_CLEAR_TEXT = re.compile(r"\b(telnet\w*|http|ftp\w*|tftp\w*|rlogin\w*)\b", re.IGNORECASE)
_OFF = re.compile(r"\b(undo|no|false|disable[d]?|off)\b", re.IGNORECASE)
_NEEDLESS = re.compile(
    r"\b(web-server|http\s+server|rlogin\w*|bootp\w*|source-route|directed-broadcast|proxy-arp|arp-proxy)\b",
    re.IGNORECASE,
)


def management_ranges(network: Network) -> tuple[IPv4Network, ...]:
    """Return the ranges that devices may be managed in: the segments of the zone `mgt`, and the runners' own."""
    own = (segment.subnet for segment in network.segments if segment.zone == MGT)
    return tuple(dict.fromkeys((*own, *network.services.runners)))


def _inside(address: IPv4Address, ranges: Iterable[IPv4Network]) -> bool:
    return any(address in one for one in ranges)


class ManagementZone(ConfigRule):
    """Passes when a device's management address lies in the management zone, and nothing gets into that zone unasked.

    The zones are judged by the proof: a packet that the matrix does not name is a way in from users.
    """

    id = "MGT-01"
    title = "管理区域独立"
    title_en = "Management is a zone of its own"
    demand = "管理地址在管理区，用户区域到不了管理区"
    clause = "GB/T 22239-2019 8.1.5.4 a)"
    severity = Severity.HIGH
    level = L3
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device, then one for each zone towards management."""
        yield from super().check(evidence)
        for zone in evidence.network.zones if MGT in evidence.network.zones else ():
            if zone != MGT:
                yield self._closed(evidence, zone)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict: where the device is managed, by its own word and by the inventory's."""
        own = reading.config.management.address
        used = [own.ip] if own else [one for one in known_addresses(device) if self._managed_by(reading, device, one)]
        ranges = management_ranges(evidence.network)
        expected, seen = "a management address in the zone mgt", evidence.running(device.name)
        if not used:
            yield self.unknown(device.name, "the address that it is managed by: no line of it says one", seen)
            return
        problems = [(f"managed by {address}", seen) for address in used if not _inside(address, ranges)]
        yield self.decide(device.name, expected, problems, ", ".join(map(str, used)), seen)

    def _managed_by(self, reading: Reading, device: Device, address: IPv4Address) -> bool:
        if device.loopback and device.loopback.ip == address:
            return False
        return any(one.ip == address for each in reading.config.interfaces.values() for one in each.addresses)

    def _closed(self, evidence: Evidence, zone: str) -> Finding:
        pair, expected = evidence.proof.pair(zone, MGT), "no packet beyond the policy"
        if pair.verdict is PairResult.UNKNOWN:
            return self.unknown(f"{zone} > {MGT}", pair.why, expected=expected)
        if pair.extra or pair.layer2:
            return self.failed(
                f"{zone} > {MGT}", expected, str(pair.witness or pair.extra), evidence.computed(pair.witness)
            )
        return self.passed(f"{zone} > {MGT}", expected, "none", evidence.computed())


class ManagementSources(ConfigRule):
    """Passes when a device takes management sessions from the management ranges alone; fails when it takes any.

    A management port of its own in such a range, without a gateway, is a way of access that nobody else has: it passes
    without a filter.
    """

    id = "MGT-02"
    title = "管理终端地址限制"
    title_en = "Management sources restricted"
    demand = "只有管理地址可以登录管理"
    clause = "GB/T 22239-2019 8.1.4.4 c)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)
    hidden_by = re.compile(r"access-policy|acl\b.*\binbound|telnet-access|ssh\s+server\s+acl", re.IGNORECASE)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        sources, ranges = reading.config.management.sources, management_ranges(evidence.network)
        seen, own = evidence.running(device.name), reading.config.management
        apart = own.address is not None and own.vlan is None and own.gateway is None and _inside(own.address.ip, ranges)
        problems: list[Problem] = [] if sources or apart else [("any address may open a management session", seen)]
        problems += [(f"{one} may", seen) for one in sorted(sources) if not any(one.subnet_of(each) for each in ranges)]
        expected = "sessions from " + ", ".join(map(str, collapse_addresses(ranges))) + " alone"
        said = ", ".join(map(str, sorted(sources))) or f"only what stands beside its management port {own.address}"
        yield self.decide(device.name, expected, problems, said, seen)


class ClearTextOff(ConfigRule):
    """Passes when neither configuration nor probe shows clear-text management, and govnet itself logs in by SSH.

    Web management counts as clear text: none of these devices tells whether it is encrypted. A line about such a
    service that was not understood leaves it unknown.
    """

    id = "MGT-03"
    title = "关闭明文管理协议"
    title_en = "Clear-text management off"
    demand = "关闭 Telnet、HTTP、FTP 等明文管理"
    clause = "GB/T 22239-2019 8.1.4.1 c)"
    severity = Severity.CRITICAL
    needs = (Kind.CONFIG,)
    hidden_by = _CLEAR_TEXT

    def hiding(self, reading: Reading) -> Line | None:
        """Return a line on such a service that was not understood and does not switch it off."""
        return next((one for one in reading.unread if _CLEAR_TEXT.search(one.text) and not _OFF.search(one.text)), None)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        problems = [*self._told(evidence, device, reading), *self._probed(evidence, device)]
        yield self.decide(device.name, "SSH alone", problems, "SSH alone", evidence.running(device.name))

    def _told(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Problem]:
        seen = evidence.running(device.name)
        if reading.config.management.telnet:
            yield "Telnet listens", seen
        if reading.config.management.web:
            yield "web management listens", seen
        if device.data.get("transport") == "telnet":
            yield "the inventory logs in by Telnet", evidence.written(device.origin)

    def _probed(self, evidence: Evidence, device: Device) -> Iterator[Problem]:
        for probe in answered(evidence, device.name, CLEAR):
            yield f"{probe.what} answers", evidence.record(Kind.PROBES, device.name)


class NeedlessServicesOff(ConfigRule):
    """Passes when web management is off and no line switches on rlogin, BOOTP, source routing or proxy ARP."""

    id = "MGT-11"
    title = "关闭不需要的服务"
    title_en = "Unneeded services off"
    demand = "关闭不需要的服务"
    clause = "GB/T 22239-2019 8.1.4.4 a), b)"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        seen = evidence.running(device.name)
        problems: list[Problem] = [("web management listens", seen)] if reading.config.management.web else []
        problems += [
            (line.text.strip(), evidence.running(device.name, line))
            for line in lines_of(evidence, device.name, reading)
            if _NEEDLESS.search(line.text) and not _OFF.search(line.text)
        ]
        yield self.decide(device.name, "none of them on", problems, "none on", evidence.running(device.name))


def answered(evidence: Evidence, name: str, whats: Iterable[str]) -> Iterator[Probe]:
    """Yield the probes of an object that something answered to; none were made where nobody probed."""
    wanted = tuple(whats)
    return (one for one in evidence.probes or () if one.object == name and one.answered and one.what.startswith(wanted))

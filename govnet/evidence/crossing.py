"""Parts of the join: verdicts on a pair of planes, leaked addresses, hosts with two legs, exchanges of data."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.audit import Finding, Verdict
from govnet.audit.rules.exits import RegisteredExchanges
from govnet.evidence.traces import FACILITIES, hardware_of, listed, missing, prefixes_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address

    from govnet.audit import Evidence, Kind, Reference
    from govnet.audit.rule import Rule
    from govnet.evidence.join import Side
    from govnet.network.declared import Exchange
    from govnet.network.model import Device, Network

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))  # RFC 1918


@dataclass(slots=True)
class Rulings:
    """Makes the verdicts of one rule on one pair of planes, and knows whether there was one."""

    rule: Rule
    pair: str
    told: bool = field(default=False)

    def fail(self, name: str, expected: str, actual: str, *seen: Reference) -> Finding:
        """Return a failure."""
        return self._finding(Verdict.FAIL, name, expected, actual, seen)

    def passed(self, name: str, expected: str, actual: str, *seen: Reference) -> Finding:
        """Return a pass of one object; the pair as a whole is not judged by it."""
        return Finding(self.rule.id, name, Verdict.PASS, self.rule.severity, expected, actual, seen)

    def unknown(self, name: str, expected: str, supply: str) -> Finding:
        """Return that nobody looked, and what a person must supply."""
        return self._finding(Verdict.UNKNOWN, name, expected, f"supply {supply}", ())

    def unseen(self, expected: str, sides: tuple[Side, ...], *kinds: Kind) -> Iterator[Finding]:
        """Yield an unknown for each bundle that lacks some kinds of evidence."""
        for side in sides:
            if absent := missing(side.evidence, *kinds):
                yield self.unknown(side.name, expected, f"of {side.name}: {listed(absent)}")

    def passed_unless_told(self, expected: str, actual: str) -> Iterator[Finding]:
        """Yield a pass of the pair when there was neither a failure nor a doubt."""
        if not self.told:
            yield self.passed(self.pair, expected, actual)

    def _finding(self, verdict: Verdict, name: str, expected: str, actual: str, seen: tuple[Reference, ...]) -> Finding:
        self.told = True
        return Finding(self.rule.id, name, verdict, self.rule.severity, expected, actual, seen)


def address_leaks(evidence: Evidence, other: Network) -> Iterator[tuple[str, IPv4Network, Reference]]:
    """Yield (where, prefix, reference) of what lies inside a private block of the other network's address plan."""
    blocks = _plan(other)
    for prefix, trace in prefixes_of(evidence):
        if any(prefix.subnet_of(block) for block in blocks):
            yield trace.where, prefix, trace.seen
    for segment in evidence.network.segments:
        if any(segment.subnet.subnet_of(block) for block in blocks):
            yield "inventory", segment.subnet, evidence.written(evidence.network.zones[segment.zone].origin)


def hosts_in_both(a: Evidence, b: Evidence) -> Iterator[tuple[str, str, tuple[Reference, ...]]]:
    """Yield (object, what is wrong, references): hosts and cards by name, hardware or address, and runs."""
    yield from _shared_hardware(a, b)
    for here, there in ((a, b), (b, a)):
        plane, other = here.network.plane, there.network
        for device in _facilities(here.network):
            inside = [address for address in _legs(device) if _planned(address, other)]
            if inside:
                said = f"{plane} {device.name} has the address {listed(map(str, inside))} of plane {other.plane}"
                yield device.name, said, (here.written(device.origin),)
        for kind, address in _told(here.network):
            if _planned(address, other):
                yield kind, f"devices of plane {plane} are told {kind} {address}, of plane {other.plane}", ()
        yield from _runs(here, other)
        polled = {sample.object for sample in here.samples or ()} & (other.devices.keys() - here.network.devices.keys())
        for name in sorted(polled):
            yield name, f"plane {plane} polled {name} of plane {other.plane}", ()


def _shared_hardware(a: Evidence, b: Evidence) -> Iterator[tuple[str, str, tuple[Reference, ...]]]:
    names = {device.name for network in (a.network, b.network) for device in _facilities(network)}
    ours, theirs = hardware_of(a), hardware_of(b)
    for identity in sorted(ours.keys() & theirs.keys()):
        (one, here), (other, there) = ours[identity][0], theirs[identity][0]
        if names & {one, other}:
            said = f"{one} and {other} are one box with a leg in each plane ({identity})"
            yield f"{one} + {other}", said, (here.seen, there.seen)
    for name in sorted(a.network.devices.keys() & b.network.devices.keys() & names):
        seen = (a.written(a.network.devices[name].origin), b.written(b.network.devices[name].origin))
        yield name, f"{name} is in both planes", seen


def _runs(evidence: Evidence, other: Network) -> Iterator[tuple[str, str, tuple[Reference, ...]]]:
    foreign = other.devices.keys() - evidence.network.devices.keys()
    for run in evidence.runs or ():
        strangers = sorted(run.devices & foreign)
        if strangers or len(run.planes) > 1:
            said = f"run {run.id} went to planes {', '.join(sorted(run.planes))}" if not strangers else ""
            yield run.id, said or f"run {run.id} of plane {evidence.network.plane} went to {listed(strangers)}", ()


def _facilities(network: Network) -> Iterator[Device]:
    return (device for device in network.devices.values() if device.role in FACILITIES)


def _legs(device: Device) -> list[IPv4Address]:
    interfaces = [interface.ip for interface in (device.oob, device.loopback) if interface]
    return [*interfaces, *(address for address in (device.address, device.zone_address) if address)]


def _told(network: Network) -> Iterator[tuple[str, IPv4Address]]:
    services = network.services
    yield from (("runner", prefix.network_address) for prefix in services.runners)
    yield from (("trap receiver", address) for address in services.trap_receivers)
    yield from (("log server", address) for address in services.syslog)
    yield from (("time source", address) for address in services.ntp)


def _planned(address: IPv4Address, network: Network) -> bool:
    return any(address in block for block in _plan(network))


def _plan(network: Network) -> list[IPv4Network]:
    """Return the blocks that a network is numbered from, without public ones, which all may speak of."""
    return [block for block in network.blocks if any(block.subnet_of(private) for private in _PRIVATE)]


def exchanges(say: Rulings, a: Evidence, b: Evidence) -> Iterator[Finding]:
    """Yield a verdict for each system with a part in both planes, by the registers of exchanges in ``audit.yaml``."""
    expected = f"a registered exchange by {' or '.join(RegisteredExchanges.accepted)}, with owner and approval"
    registers = [(evidence, evidence.network.declared.exchanges) for evidence in (a, b)]
    records = [(evidence, record) for evidence, register in registers for record in register or ()]
    both = a.network.systems.keys() & b.network.systems.keys()
    for slug in sorted(both | {record.system for _, record in records}):
        own = [(evidence, record) for evidence, record in records if record.system == slug]
        seen = tuple(evidence.written(record.origin) for evidence, record in own)
        if not own:
            yield say.fail(slug, expected, f"system {slug} is in both planes, and no exchange is registered")
        elif wrong := [said for _, record in own for said in _wrong(record)]:
            yield say.fail(slug, expected, f"registered with {listed(wrong)}", *seen)
        else:
            yield say.passed(slug, expected, f"registered: {listed(record.approval for _, record in own)}", *seen)
    for evidence, register in registers:
        if register is None:
            supply = f"exchanges: in audit.yaml of plane {evidence.network.plane}; an empty list says there are none"
            yield say.unknown(f"{evidence.network.plane} {evidence.network.slug}", expected, supply)
    yield from say.passed_unless_told(expected, "every system with a part in both planes has a registered exchange")


def _wrong(record: Exchange) -> Iterator[str]:
    if record.mechanism not in RegisteredExchanges.accepted:
        yield f"mechanism {record.mechanism}"
    yield from (f"no {name}" for name in ("owner", "approval") if not getattr(record, name))

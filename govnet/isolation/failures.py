"""One thing down: does isolation, and does what must get through, hold without any one cable or device?

Switches are taken to send frames over every cable that is left: a spare path counts when it is configured, not when a
protocol has found it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govnet.isolation.fabric import Fabric
from govnet.isolation.holes import FORWARDING_ROLES
from govnet.isolation.proof import PairResult, compare, prove_fabric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.isolation.proof import PairChange, Proof
    from govnet.network.cabled import Link
    from govnet.network.model import Network


@dataclass(frozen=True, slots=True)
class Outage:
    """What is down: a cable, or a device with all that plugs into it."""

    link: Link | None = None
    device: str = ""

    def __str__(self) -> str:
        """Return ``cable acc01:49 - core01:1/1`` or ``device core01``."""
        return f"cable {self.link.a} - {self.link.b}" if self.link else f"device {self.device}"


@dataclass(frozen=True, slots=True)
class Failure:
    """What an outage does to the matrix.

    Attributes:
        outage: what is down.
        opened: pairs that let through what they may not, and did not before.
        cut: pairs that do not let through what they should, and did before.
        unknown: pairs that can no longer be told.
    """

    outage: Outage
    opened: tuple[PairChange, ...] = ()
    cut: tuple[PairChange, ...] = ()
    unknown: tuple[PairChange, ...] = ()

    @property
    def holds(self) -> bool:
        """True when the outage breaks no pair."""
        return not (self.opened or self.cut or self.unknown)


def outages(network: Network) -> list[Outage]:
    """Return every cable between devices that carry traffic, and every such device."""
    carries = {name for name, device in network.devices.items() if device.role in FORWARDING_ROLES}
    cables = [Outage(link) for link in network.links if {link.a.device, link.b.device} <= carries]
    return cables + [Outage(device=name) for name in network.devices if name in carries]


def failures(fabric: Fabric, proof: Proof) -> Iterator[Failure]:
    """Yield what each single outage does, in the order of `outages`.

    Args:
        fabric: as everything is up.
        proof: of that fabric.
    """
    for outage in outages(fabric.network):
        yield after(fabric, proof, outage)


def after(fabric: Fabric, proof: Proof, outage: Outage) -> Failure:
    """Return what one outage does."""
    then = _without_cable(fabric, outage.link) if outage.link else _without_device(fabric, outage.device)
    if then is fabric:
        return Failure(outage)
    new = prove_fabric(then)
    found: dict[str, list[PairChange]] = {"opened": [], "cut": [], "unknown": []}
    for change in compare(proof, new):
        pair, was = new.pair(change.source, change.target), proof.pair(change.source, change.target)
        if pair.extra.difference(was.extra) or (
            pair.layer2 and not was.layer2 and pair.verdict is PairResult.VIOLATING
        ):
            found["opened"].append(change)
        elif pair.missing.difference(was.missing):
            found["cut"].append(change)
        elif pair.verdict is PairResult.UNKNOWN and was.verdict is not PairResult.UNKNOWN:
            found["unknown"].append(change)
    return Failure(outage, *(tuple(found[kind]) for kind in ("opened", "cut", "unknown")))


def _without_cable(fabric: Fabric, link: Link) -> Fabric:
    """Return the fabric with a cable's near port shut: no frame goes either way. Itself when that was so before."""
    for end in (link.a, link.b):
        reading = fabric.readings.get(end.device)
        port = reading.config.ports.get(end.port) if reading else None
        if reading and port:
            if not port.enabled:
                return fabric
            ports = {**reading.config.ports, end.port: replace(port, enabled=False)}
            return fabric.update(end.device, replace(reading, config=replace(reading.config, ports=ports)))
    return fabric


def _without_device(fabric: Fabric, name: str) -> Fabric:
    """Return the fabric without a device and what plugs into it: that these are cut off is no news."""
    network = fabric.network
    left = replace(
        network,
        devices={key: device for key, device in network.devices.items() if key != name},
        links=tuple(link for link in network.links if name not in (link.a.device, link.b.device)),
        attachments=tuple(one for one in network.attachments if one.end.device != name),
        upstreams=tuple(one for one in network.upstreams if one.end.device != name),
    )
    return Fabric(left, {key: reading for key, reading in fabric.readings.items() if key != name})

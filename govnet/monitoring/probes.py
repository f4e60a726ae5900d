"""What is asked from outside: services by the Blackbox exporter, leased lines by the smokeping prober.

The smokeping prober stands in the management zone, whose service opens ping; the Blackbox exporter where the policy
lets users ask (the management zone's service opens no https). Their configuration and targets are made from the
inventory; a system without a server, and a circuit whose far end has no address of ours, cannot be asked, and nothing
is made up for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.network.figures import askable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.network.served import System

PORTS = {"https": 443, "ocsp": 80, "h323": 1720, "sip": 5060}
"""Kind of probe -> TCP port: HTTP over TLS (RFC 9110), OCSP over HTTP (RFC 6960), H.225 calls, SIP (RFC 3261)."""
_SCHEMES = {"https": "https://", "ocsp": "http://"}


@dataclass(frozen=True, slots=True)
class ServiceProbe:
    """One server of one information system, and how it is asked."""

    system: System
    server: Device
    kind: str
    host: str

    def target(self, host: str = "") -> str:
        """Return what the Blackbox exporter is told to ask; ``host`` (``host:port``) stands for the server's own."""
        where = host or f"{self.host}:{PORTS[self.kind]}"
        return f"{_SCHEMES.get(self.kind, '')}{where}"


@dataclass(frozen=True, slots=True)
class CircuitProbe:
    """A leased line and the address that is pinged for it, at its far end."""

    circuit: str
    host: str


def services(network: Network) -> Iterator[ServiceProbe]:
    """Yield a probe for each server of each system that can be asked, in the inventory's order."""
    for system in network.systems.values():
        for name, host in askable(network, system):
            yield ServiceProbe(system, network.devices[name], system.probe, host)


def circuits(network: Network) -> Iterator[CircuitProbe]:
    """Yield a probe for each circuit with a far end that answers: the lower device's address, or the peer outside.

    The first end of a link is the lower one.
    """
    found: dict[str, str] = {}
    for link in network.links:
        lower = network.devices[link.a.device]
        if link.circuit and lower.address and lower.managed:
            found.setdefault(link.circuit, str(lower.address))
    for upstream in network.upstreams:
        found.setdefault(upstream.circuit, str(upstream.peer))
    yield from (CircuitProbe(name, found[name]) for name in network.circuits if name in found)


def hosts(network: Network, reached: Mapping[str, str]) -> dict[str, list[str]]:
    """Return address -> the circuits that it is pinged for; the prober must get each address once."""
    found: dict[str, list[str]] = {}
    for probe in circuits(network):
        found.setdefault(reached.get(probe.host, probe.host), []).append(probe.circuit)
    return found


def targets(network: Network, reached: Mapping[str, str]) -> str:
    """Return Prometheus's file of service targets: what to ask, and whose it is.

    ``reached`` is host:port -> where it is really reached, for those that stand elsewhere (an emulated server).
    """
    groups = []
    for probe in services(network):
        host = reached.get(f"{probe.host}:{PORTS[probe.kind]}", "")
        labels = {
            "__param_module": probe.kind,
            "system": probe.system.slug,
            "title": probe.system.title,
            "name": probe.server.name,
            "place": probe.server.place,
            "zone": probe.system.zone,
            "owner": probe.server.owner,
        }
        groups.append({"targets": [probe.target(host)], "labels": labels})
    return json.dumps(groups, ensure_ascii=False, indent=1) + "\n"

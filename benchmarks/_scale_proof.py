"""The proof of the shipped networks with routing instances, for `benchmarks.scale`: cold, and after a device's change.

Each network runs in a process of its own, so that its peak of memory is its own. Times are the processor's. A change is
one of four kinds, each on five devices spread over the network: a rule or list line more, a static route less, a route
target more, the first port moved to VLAN 1. The mark holds for each kind's median, apart where pairs break.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from govnet.config.filtering import Acl, Filter, Verdict
from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import PairResult, prove_fabric
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.model import DeviceConfig

NETWORKS = ("haixi", "qinghai-outer", "qinghai-inner")
COLD, CHANGED, MEMORY = 10.0, 0.050, 1024
"""Marks: seconds for all pairs, seconds after one device's change, MiB."""
_DEVICES = 5
_RULE = Filter(Verdict.PERMIT, "tcp", ports=((9000, 9000),))


def changes(config: DeviceConfig) -> Iterator[tuple[str, DeviceConfig]]:
    """Yield (kind of change, the configuration after it)."""
    if config.firewall and config.firewall.pairs:
        pair, rules = min(config.firewall.pairs.items())
        pairs = {**config.firewall.pairs, pair: (_RULE, *rules)}
        yield "rule", replace(config, firewall=replace(config.firewall, pairs=pairs))
    elif config.acls:
        name, acl = min(config.acls.items())
        yield "rule", replace(config, acls={**config.acls, name: Acl((_RULE, *acl.filters))})
    if config.routes:
        yield "route", replace(config, routes=config.routes - {min(config.routes, key=str)})
    if len(config.vrfs) > 1:
        (name, vrf), (_, other) = sorted(config.vrfs.items())[:2]
        more = replace(vrf, imports=vrf.imports | other.exports)
        yield "target", replace(config, vrfs={**config.vrfs, name: more})
    for name, port in config.ports.items():
        if port.switchport and port.enabled:
            moved = replace(port, switchport=replace(port.switchport, untagged=frozenset({1}), pvid=1))
            yield "port", replace(config, ports={**config.ports, name: moved})
            return


def measure(name: str) -> dict[str, Any]:
    """Return one network's figures: pairs, those that are not as they should be, seconds, MiB."""
    network = network_named(name)
    seen = {d.name: Reading(intent(network, d.name)) for d in network.commanded()} | dict(ordered(network))
    begun = time.process_time()
    fabric = Fabric(network, seen)
    proof = prove_fabric(fabric)
    cold = time.process_time() - begun
    kinds: dict[str, list[tuple[str, DeviceConfig]]] = {}
    for device, reading in seen.items():
        for kind, config in changes(reading.config):
            kinds.setdefault(kind, []).append((device, config))
    times: dict[str, list[float]] = {}
    for kind, found in kinds.items():
        for one in found[:: max(1, len(found) // _DEVICES)][:_DEVICES]:
            seconds, breaks = _again(fabric, *one)
            times.setdefault(f"{kind} that breaks pairs" if breaks else kind, []).append(seconds)
    after = {kind: statistics.median(found) for kind, found in times.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wrong = len(proof.pairs) - proof.counts[PairResult.OK]
    return {"pairs": len(proof.pairs), "wrong": wrong, "cold": cold, "after": after, "peak": peak}


def _again(fabric: Fabric, device: str, config: DeviceConfig) -> tuple[float, bool]:
    """Return seconds, and whether a pair is not as it should be after the change."""
    begun = time.process_time()
    proof = prove_fabric(fabric.update(device, Reading(config)))
    return time.process_time() - begun, proof.counts[PairResult.OK] < len(proof.pairs)


def missed(figures: dict[str, Any]) -> list[str]:
    """Return the marks that a network's figures miss, in words."""
    found = [f"{figures['wrong']} pairs"] if figures["wrong"] else []
    found += ["cold"] if figures["cold"] > COLD else []
    found += ["memory"] if figures["peak"] > MEMORY else []
    return found + [kind for kind, seconds in figures["after"].items() if seconds > CHANGED]


def report() -> bool:
    """Print a line for each network; return whether all marks are met."""
    print(
        f"all-pairs proof (marks: {COLD:.0f} s cold, {CHANGED * 1e3:.0f} ms after one device's change, {MEMORY} MiB):"
    )
    met = True
    for name in NETWORKS:
        command = [sys.executable, "-m", "benchmarks._scale_proof", name]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        after = ", ".join(f"{kind} {seconds * 1e3:.0f} ms" for kind, seconds in figures["after"].items())
        words = f"missed: {', '.join(found)}" if (found := missed(figures)) else "all met"
        cold = f"{figures['pairs']} pairs in {figures['cold']:.1f} s"
        print(f"  {name}: {cold}, {after}; {figures['peak']:.0f} MiB; {words}", flush=True)
        met = met and not found
    return met


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))

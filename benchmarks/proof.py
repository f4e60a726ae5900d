"""The proof of all pairs on generated networks: cold, and again after one firewall's rule changed.

Run it with ``python -m benchmarks.proof``, or with numbers of sites. Each size runs in a process of its own, so that
its peak of memory is its own. The proof is then held against single packets, walked one by one through a network in
which some firewalls have mistakes. Ends with 1 when the two disagree or the largest size misses a mark. Times but
"wall" are the processor's; the reference of the machine's speed is a loop of five million additions.
"""

from __future__ import annotations

import json
import math
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks._proof_network import ZONES, make, ports_of, subnet
from benchmarks._proof_walker import Header, Walker
from govnet.config.filtering import Filter, Verdict
from govnet.config.reading import Reading
from govnet.isolation.fabric import Fabric
from govnet.isolation.packets import Packet
from govnet.isolation.proof import PairResult, Proof, prove_fabric

if TYPE_CHECKING:
    from benchmarks._proof_network import Made
    from govnet.config.model import DeviceConfig

SIZES = (100, 1000, 3000)
MARKS = {"cold": 12.0, "change": 0.050, "peak": 500.0}
"""What the largest size may take: seconds, seconds, MB."""
PACKETS = 20_000
CHANGES = 7
MISTAKES = 20
_ADDITIONS = 5_000_000


def readings(made: Made) -> dict[str, Reading]:
    """Return a reading of every device."""
    return {name: Reading(config) for name, config in made.configs.items()}


def with_rules(config: DeviceConfig, source: str, target: str, rules: tuple[Filter, ...]) -> DeviceConfig:
    """Return a firewall with other rules for one pair of zones."""
    assert config.firewall is not None
    pairs = {**config.firewall.pairs, (source, target): rules}
    return replace(config, firewall=replace(config.firewall, pairs=pairs))


def timed_change(fabric: Fabric, name: str, config: DeviceConfig) -> tuple[float, Proof]:
    """Return the processor's seconds from another reading of one device to the proof of the whole, and that proof."""
    begun = time.process_time()
    proof = prove_fabric(fabric.update(name, Reading(config)))
    return time.process_time() - begun, proof


def measure(sites: int) -> dict[str, Any]:
    """Return the figures of one size."""
    made = make(sites)
    seen = readings(made)
    begun, used = time.perf_counter(), time.process_time()
    fabric = Fabric(made.network, seen)
    proof = prove_fabric(fabric)
    cold, cpu = time.perf_counter() - begun, time.process_time() - used
    assert proof.counts[PairResult.OK] == len(ZONES) ** 2, proof.violations[:1]
    changes = []
    for number in range(CHANGES):
        name = f"s{number * sites // CHANGES}-fw"
        rule = Filter(Verdict.PERMIT, "tcp", ports=((9000 + number, 9000 + number),))
        seconds, after = timed_change(fabric, name, with_rules(made.configs[name], ZONES[0], ZONES[2], (rule,)))
        assert [(p.source, p.target) for p in after.violations] == [(ZONES[0], ZONES[2])]
        changes.append(seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "sites": sites,
        "devices": len(made.configs),
        "pairs": (sites * len(ZONES)) ** 2,
        "wall": cold,
        "cold": cpu,
        "change": statistics.median(changes),
        "peak": peak,
        "reference": _reference(),
        **walked(sites),
    }


def _reference() -> float:
    begun, total = time.process_time(), 0
    for number in range(_ADDITIONS):
        total += number
    return time.process_time() - begun


def mistaken(made: Made, rng: Random) -> tuple[Made, list[int]]:
    """Return the network with a mistake on some firewalls, and their sites."""
    configs, bad = dict(made.configs), rng.sample(range(len(made.configs) // 5), MISTAKES)
    for number, site in enumerate(bad):
        name, zone = f"s{site}-fw", 2 * (number % (len(ZONES) // 2))
        pairs = [(zone, (zone + 2) % len(ZONES)), (zone, zone + 1)]
        rules = [(Filter(Verdict.PERMIT),), (Filter(Verdict.DENY, "tcp", ports=((443, 443),)),)][number % 2]
        source, target = pairs[number % 2]
        configs[name] = with_rules(configs[name], ZONES[source], ZONES[target], rules)
    return made._replace(configs=configs), bad


def walked(sites: int) -> dict[str, Any]:
    """Return how many packets were walked, how many arrived, and on how many the proof says something else."""
    rng = Random(sites)
    made, bad = mistaken(make(sites), rng)
    proof = prove_fabric(Fabric(made.network, readings(made)))
    walker = Walker(made.network, made.configs)
    pairs = {(p.source, p.target): p for p in proof.pairs}
    arrived = wrong = 0
    for _ in range(PACKETS):
        source, target = rng.randrange(len(ZONES)), rng.randrange(len(ZONES))
        target = rng.choice([target, source, source + 1 - 2 * (source % 2)])
        here, there = (rng.choice([rng.randrange(sites), rng.choice(bad)]) for _ in range(2))
        if (source, here) == (target, there):
            continue
        header = _packet(rng, (source, here), (target, rng.choice([there, here])))
        start = walker.home(header.source, 26)
        if start is None or header.destination in start.segment.subnet:
            continue
        there_it_is = walker.arrives(start, header)
        pair = pairs[ZONES[source], ZONES[target]]
        packet = Packet(*header)
        permitted = _permitted(source, target, header)
        wrong += there_it_is is not ((permitted and not pair.missing.contains(packet)) or pair.extra.contains(packet))
        arrived += there_it_is
    return {"walked": PACKETS, "arrived": arrived, "wrong": wrong, "found": len(proof.violations)}


def _permitted(source: int, target: int, header: Header) -> bool:
    """Return whether the matrix permits a packet, by the words of the matrix."""
    offered = source % 2 == 0 and target == source + 1 and header.protocol == 6  # noqa: PLR2004 - tcp
    return source == target or (offered and any(low <= header.port <= high for low, high in ports_of(target)))


def _packet(rng: Random, source: tuple[int, int], target: tuple[int, int]) -> Header:
    protocol = rng.choice([6, 6, 6, 17, 1])
    port = rng.choice([443, 442, 444, 8000 + target[0], 22, rng.randrange(1, 65536)]) if protocol != 1 else 0
    client = rng.randrange(1024, 65536) if protocol != 1 else 0
    return Header(subnet(*source)[rng.randrange(2, 62)], subnet(*target)[rng.randrange(2, 62)], protocol, client, port)


def main(sizes: tuple[int, ...]) -> int:
    found = []
    print(
        "sites devices  pairs of places   wall   cold  change  peak   packets walked   arrived  disagree  loop of 5 M"
    )
    for sites in sizes:
        command = [sys.executable, "-m", "benchmarks.proof", "--one", str(sites)]
        one = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        found.append(one)
        print(
            f"{one['sites']:5} {one['devices']:7} {one['pairs']:16,} {one['wall']:6.1f}s {one['cold']:5.1f}s "
            f"{one['change'] * 1e3:5.0f}ms {one['peak']:4.0f}MB {one['walked']:16,} {one['arrived']:9,} "
            f"{one['wrong']:9} {one['reference']:11.2f}s",
            flush=True,
        )
    for first, last in [(found[0], found[-1])] if len(found) > 1 else []:
        grown = {key: _exponent(first, last, key) for key in ("cold", "change", "peak")}
        words = ", ".join(f"{key} {value:.2f}" for key, value in grown.items())
        print(f"growth from {first['sites']} to {last['sites']} sites, as a power of the sites: {words}")
    large = [one for one in found if one["sites"] == SIZES[-1]]
    missed = [f"{key} {one[key]:.3g}, not {mark:g}" for one in large for key, mark in MARKS.items() if one[key] > mark]
    if large:
        print(f"marks at {SIZES[-1]} sites: {'; '.join(missed) if missed else 'all met'}")
    return int(any(one["wrong"] for one in found) or bool(missed))


def _exponent(first: dict[str, Any], last: dict[str, Any], key: str) -> float:
    return math.log(last[key] / first[key]) / math.log(last["sites"] / first["sites"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        sys.exit(main(tuple(map(int, sys.argv[1:])) or SIZES))

"""The proof held against the obvious model: thousands of random networks, packets at the borders of their rules."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from ipaddress import IPv4Interface, IPv4Network
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.isolation import access, cable, device, network, reading, segment, switch, trunk
from support.truth import Truth
from support.truth_probes import probes
from support.truth_routing import Probe, matches
from support.truth_worlds import ZONES, World, make_world

from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.model import DeviceConfig
from govnet.config.routing import InterfaceKind, IpInterface
from govnet.config.switching import Port
from govnet.isolation.fabric import Fabric
from govnet.isolation.packets import Packet
from govnet.isolation.proof import PairResult, PairVerdict, Proof, prove
from govnet.isolation.questions import Fate, trace
from govnet.network.permitted import Action, Permit

if TYPE_CHECKING:
    from collections.abc import Iterator

NETWORKS = int(os.environ.get("GOVNET_NETWORKS", "2000" if os.environ.get("CI") else "250"))
PACKETS = 5
PAIRS = list(product(ZONES, repeat=2))
# A network is told by its number and is small: `make_world(Random(number))` shows it, there is nothing to shrink.
SETTINGS = settings(max_examples=NETWORKS, phases=(Phase.explicit, Phase.reuse, Phase.generate), deadline=None)
numbers = st.integers(0, 2**32)


def proof_of(world: World, *hidden: str) -> Proof:
    seen = {name: config for name, config in world.configs.items() if name not in hidden}
    return prove(world.network, {name: reading(config) for name, config in seen.items()})


def permitted(world: World, source: str, target: str, probe: Probe) -> bool:
    permits = world.network.policy[source, target].permits
    lines = [Filter(Verdict.PERMIT, p.protocol, p.sources, p.destinations, ports=p.ports) for p in permits]
    return any(matches(line, probe) for line in lines)


@dataclass(frozen=True)
class Judge:
    """Both models over one network: ``strict`` switches as they are, ``echoing`` ones that send frames back as well.

    The engine knows no way in for a frame, so that it stands between the two, and nowhere else.
    """

    world: World
    strict: Truth
    echoing: Truth

    @classmethod
    def of(cls, world: World) -> Judge:
        made = [Truth(world.network, world.configs, echo=echo) for echo in (False, True)]
        return cls(world, *made)

    def gets_through(self, source: str, target: str, probe: Probe) -> tuple[bool, bool]:
        free = source == target or permitted(self.world, source, target, probe)
        return tuple(not free and truth.reaches(probe, source, target) for truth in (self.strict, self.echoing))

    def together(self, source: str, target: str) -> tuple[bool, bool]:
        both = ((source, target), (target, source))
        return tuple(any(truth.together(*pair) for pair in both) for truth in (self.strict, self.echoing))

    def fails(self, source: str, target: str, probe: Probe) -> tuple[bool, bool] | None:
        """Return whether hosts that should talk cannot; None where no two hosts are asked to."""
        own = {a.ip for c in self.world.configs.values() for i in c.interfaces.values() for a in i.addresses}
        if probe.source in own or probe.destination in own or not permitted(self.world, source, target, probe):
            return None
        starts = [a for a in self.world.network.attachments if a.zone == source and probe.source in a.segment.subnet]
        ends = [a for a in self.world.network.attachments if a.zone == target and probe.destination in a.segment.subnet]
        pairs = [(start, end) for start in starts for end in ends if start != end]
        truths = (self.echoing, self.strict)
        found = tuple(any(not truth.converse(*pair, probe) for pair in pairs) for truth in truths)
        return found if pairs else None


def disagreements(number: int, tally: Counter[str] | None = None) -> Iterator[str]:
    """Yield where the proof of a network is not between the two models."""
    rng = Random(number)
    world = make_world(rng)
    judge, proof = Judge.of(world), proof_of(world)
    for source, target in PAIRS:
        pair = proof.pair(source, target)
        answers = [("layer 2", pair.layer2, judge.together(source, target))]
        for probe in probes(world, source, target, rng, PACKETS):
            packet = Packet(*probe)
            extra = pair.extra.contains(packet)
            answers.append((f"extra {packet}", extra, judge.gets_through(source, target, probe)))
            if (fails := judge.fails(source, target, probe)) is not None:
                answers.append((f"missing {packet}", pair.missing.contains(packet), fails))
        for what, computed, (least, most) in answers:
            if tally is not None:
                tally[f"{what.split()[0]} {computed}"] += 1
            if not least <= computed <= most:
                yield f"network {number}, {source}>{target}, {what}: proof {computed}, packets {least} to {most}"
        yield from contradictions(number, pair)


def contradictions(number: int, pair: PairVerdict) -> Iterator[str]:
    """Yield where a verdict does not follow from its own packets, or its witness is none."""
    breach = bool(pair.extra) or (pair.layer2 and pair.source != pair.target)
    if (pair.verdict is PairResult.VIOLATING) != (breach or bool(pair.missing)) or pair.verdict is PairResult.UNKNOWN:
        yield f"network {number}, {pair.source}>{pair.target}: {pair.verdict} does not follow"
    if pair.verdict is PairResult.VIOLATING and pair.witness is None:
        yield f"network {number}, {pair.source}>{pair.target}: no witness"
    if pair.extra and pair.witness and not pair.extra.contains(pair.witness.packet):
        yield f"network {number}, {pair.source}>{pair.target}: the witness is not among the packets that get through"


@SETTINGS
@given(numbers)
def test_proof_and_obvious_model_agree(number: int) -> None:
    assert list(disagreements(number)) == []


@settings(SETTINGS, max_examples=NETWORKS // 5)
@given(numbers)
def test_what_was_not_seen_never_turns_a_breach_into_a_pass(number: int) -> None:
    """A device's reading is withheld: whatever it really does, no pair may be called ok that is not."""
    rng = Random(number)
    world = make_world(rng)
    truth = Truth(world.network, world.configs)
    proof = proof_of(world, rng.choice(sorted(world.configs)))
    for source, target in PAIRS:
        if source != target and proof.pair(source, target).verdict is PairResult.OK:
            tried = probes(world, source, target, rng, PACKETS)
            through = [probe for probe in tried if truth.reaches(probe, source, target)]
            assert [p for p in through if not permitted(world, source, target, p)] == [], (number, source, target)


def test_the_networks_are_worth_the_while() -> None:
    """Both answers of every question come up often, or agreeing would mean little."""
    tally: Counter[str] = Counter()
    for number in range(60):
        assert list(disagreements(number, tally)) == []
    rare = {f"{what} {answer}" for what in ("layer", "extra", "missing") for answer in (True, False)}
    assert min(tally[key] for key in rare) > 20, tally


ONCE_WRONG = {
    174: "joined one way, where all packets are permitted, had no witness",
    789: "an answer came back by a firewall that had not seen its session",
    33719441: "of two with one address, whose session came to no firewall, the answer was not looked for",
}


@pytest.mark.parametrize("number", ONCE_WRONG)
def test_what_was_wrong_once_is_right(number: int) -> None:
    assert list(disagreements(number)) == [], ONCE_WRONG[number]


def a_world(*firewalls: str, pair: str = "") -> World:
    """Return two segments, each the other's neighbour over two routers: r1 is a's gateway, r2 is b's.

    ``pair``: both share their sessions under that name.
    """
    a, b = segment("a", 11, "10.0.0.0/28"), segment("b", 12, "10.1.0.0/28")
    s1 = switch("s1", {"p1": access(11), "p2": access(12), "p3": trunk(11, 12), "p4": trunk(11, 12)})
    rules = {("b", "a"): (Filter(Verdict.PERMIT),)}
    hosts = {"r1": (1, 13), "r2": (14, 1)}
    configs: dict[str, DeviceConfig] = {"s1": s1}
    for name, own in hosts.items():
        interfaces = {
            f"q1.{part.vlan}": IpInterface(
                InterfaceKind.SUBINTERFACE, (IPv4Interface((int(part.subnet[host]), 28)),), part.vlan, "q1"
            )
            for part, host in zip((a, b), own, strict=True)
        }
        zones = {"a": frozenset({"q1.11"}), "b": frozenset({"q1.12"})}
        guard = Firewall(zones, rules) if name in firewalls else None
        configs[name] = DeviceConfig(name, ports={"q1": Port()}, interfaces=interfaces, firewall=guard)
    cells = dict.fromkeys(product(("a", "b"), repeat=2), (Action.DENY, ()))
    cells |= {("b", "a"): (Action.FIREWALL, (Permit("any"),)), ("a", "a"): (Action.ALLOW, (Permit("any"),))}
    made = network(
        [replace(device(name, "core"), data={"session_sync": pair} if pair else {}) for name in configs],
        [cable("s1:p3", "r1:q1"), cable("s1:p4", "r2:q1")],
        [("s1:p1", a), ("s1:p2", b)],
        cells,
        ["a", "b"],
    )
    return World(made, configs)


def answer_is_lost(world: World) -> bool:
    """Return whether b's session to a dies, in the obvious model."""
    probe = Probe(IPv4Network("10.1.0.0/28")[5], IPv4Network("10.0.0.0/28")[5], 6, 1024, 80)
    start, end = (next(a for a in world.network.attachments if a.zone == zone) for zone in ("b", "a"))
    return not Truth(world.network, world.configs).converse(start, end, probe)


SESSIONS = {
    "no firewall": (a_world(), False),
    "a firewall on the way back alone": (a_world("r1"), True),
    "a firewall on the way there alone": (a_world("r2"), False),
    "two that tell each other nothing": (a_world("r1", "r2"), True),
    "a pair that shares its sessions": (a_world("r1", "r2", pair="hot-standby"), False),
    "a pair of which one is no firewall": (a_world("r1", pair="hot-standby"), True),
}


@pytest.mark.parametrize("case", SESSIONS)
def test_an_answer_needs_a_firewall_that_knows_its_session(case: str) -> None:
    """b opens over r2, a answers over r1: both models say when the answer is lost."""
    world, lost = SESSIONS[case]
    assert answer_is_lost(world) is lost
    pair = proof_of(world).pair("b", "a")
    assert bool(pair.missing) is lost
    if lost:
        assert "has not seen the session open" in str(pair.witness), str(pair.witness)
        assert (pair.witness.hops[-1].device, pair.witness.arrives) == ("r1", False)


@pytest.mark.parametrize("case", SESSIONS)
def test_a_traced_answer_stops_where_nobody_knows_its_session(case: str) -> None:
    world, lost = SESSIONS[case]
    fabric = Fabric(world.network, {name: reading(config) for name, config in world.configs.items()})
    probe = Packet(IPv4Network("10.1.0.0/28")[5], IPv4Network("10.0.0.0/28")[5], 6, 1024, 80)
    traced = trace(fabric, probe)
    assert (traced.fate, traced.answered) == (Fate.ARRIVES, Fate.STOPS if lost else Fate.ARRIVES)

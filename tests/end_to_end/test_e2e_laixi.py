"""All of Laixi, provisioned once over SSH; then one sabotage after another, typed as a person would type it.

For each: the proof finds it in exactly the zone pairs that it breaks, its witness names the device, the line and the
packet, the plan is the inverse of what was typed, and applying the plan makes the proof clean and the next plan empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.laixi import AGG, FIREWALL, TOWN, Estate, estate
from support.sabotages import SABOTAGES

from govnet.config import diff, inverse
from govnet.config.words import words
from govnet.isolation.proof import PairResult, prove
from govnet.platforms.registry import platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.sabotages import Sabotage

    from govnet.isolation.witness import Witness

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """All 33 devices, from the factory to their intent."""
    with estate(tmp_path_factory.mktemp("laixi"), patience=60) as made:
        made.read()
        assert_factory(made)
        made.mend()
        yield made


def assert_factory(made: Estate) -> None:
    assert len(made.readings) == 33
    before = prove(made.network, made.readings)
    assert before.counts[PairResult.VIOLATING] > 0, "factory-new devices have all ports in one VLAN"


@pytest.fixture
def laixi(provisioned: Estate) -> Iterator[Estate]:
    """The provisioned lab; what a test leaves behind is mended by apply itself."""
    provisioned.touched.clear()
    yield provisioned
    if provisioned.touched:
        provisioned.read(*provisioned.touched)
        if provisioned.plan().changes:
            provisioned.mend()
            provisioned.read(*provisioned.touched)
    assert provisioned.plan().changes == 0


def test_after_provisioning_all_is_proven_and_nothing_is_left_to_do(laixi: Estate) -> None:
    laixi.read()
    proof = laixi.prove()
    assert {str(verdict): count for verdict, count in proof.counts.items()} == {"ok": 196, "violating": 0, "unknown": 0}
    assert (proof.holes, proof.notes) == ((), ())
    plan = laixi.plan()
    assert len(plan.devices) == 33
    assert (plan.changes, plan.commands) == (0, 0)
    applied = laixi.send(plan)
    assert {result.commands for result in applied.done.values()} == {0}, "a second run sends nothing"


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotage_is_found_named_planned_back_and_mended(laixi: Estate, name: str) -> None:
    case = SABOTAGES[name]
    before = {device: laixi.read(device)[device].config for device in case.typed}
    for device, lines in case.typed.items():
        for line, said in zip(lines, laixi.type(device, *lines), strict=True):
            assert platform(laixi.network.devices[device].platform).refusal(said) is None, f"{line}: {said}"
    after = laixi.read(*case.typed)

    proof = laixi.prove()
    assert {f"{p.source}>{p.target}" for p in proof.violations if p.extra or (p.layer2 and not p.missing)} == case.extra
    assert {f"{p.source}>{p.target}" for p in proof.violations if p.missing} == case.missing
    assert proof.counts[PairResult.UNKNOWN] == 0
    witness = proof.pair(*case.pair.split(">")).witness
    assert witness
    assert_witness(witness, case)

    plan = laixi.plan()
    changed = {device: made for device, made in plan.devices.items() if made.changes}
    assert {device: tuple(map(words, made.changes)) for device, made in changed.items()} == case.plan
    for device, made in changed.items():
        undone = inverse(diff(before[device], after[device].config))
        assert sorted(map(words, made.changes)) == sorted(map(words, undone))
        assert made.predicted == before[device]
    assert prove(laixi.network, {**laixi.readings, **plan.predicted()}).violations == ()

    laixi.mend(*case.typed)
    assert {device: reading.config for device, reading in laixi.read(*case.typed).items()} == before
    assert laixi.prove().counts[PairResult.OK] == 196
    assert laixi.plan().changes == 0


def assert_witness(witness: Witness, case: Sabotage) -> None:
    arrives = case.pair in case.extra
    assert witness.arrives is arrives
    assert str(witness).startswith(f"{case.packet} {'gets' if arrives else 'does not get'} through\n")
    hops = [hop for hop in witness.hops if hop.device == case.hop and case.why in hop.why]
    assert hops, f"no hop of {case.hop} says {case.why!r}:\n{witness}"
    assert {hop.line.text.strip() if hop.line else "" for hop in hops} >= {case.line}


def test_a_vlan_allowed_where_nothing_takes_it_breaks_nothing_but_is_planned_away(laixi: Estate) -> None:
    laixi.type(AGG, "system-view", "interface GigabitEthernet0/0/1", "port trunk allow-pass vlan 122")
    laixi.read(AGG)
    assert laixi.prove().counts[PairResult.OK] == 196
    assert [c.text for c in laixi.plan().devices[AGG].commands] == [
        "interface GigabitEthernet0/0/1",
        "undo port trunk allow-pass vlan 122",
        "quit",
    ]


def test_what_is_not_modelled_makes_the_proof_unknown_and_never_clean(laixi: Estate) -> None:
    laixi.type(FIREWALL, "ip link set bond0.200 down")
    laixi.read(FIREWALL)
    try:
        proof = laixi.prove()
        assert proof.counts[PairResult.OK] < 196
        assert proof.counts[PairResult.UNKNOWN] > 0
        assert [hole.device for hole in proof.holes] == [FIREWALL]
        assert any("bond0.200" in line.text for line in laixi.plan().devices[FIREWALL].unread)
    finally:
        laixi.type(FIREWALL, "ip link set bond0.200 up")
        laixi.read(FIREWALL)
    assert laixi.prove().counts[PairResult.OK] == 196


def test_a_device_that_does_not_answer_makes_pairs_unknown_and_the_others_stay_read(laixi: Estate) -> None:
    readings = {name: reading for name, reading in laixi.readings.items() if name != TOWN}
    proof = prove(laixi.network, readings)
    assert proof.violations == ()
    assert proof.counts[PairResult.UNKNOWN] > 0
    assert [hole.device for hole in proof.holes] == [TOWN]

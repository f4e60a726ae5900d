from __future__ import annotations

from typing import TYPE_CHECKING

from support.isolation import hall, hall_configs, reading

from govnet.isolation.fabric import Fabric
from govnet.isolation.packets import PacketSet
from govnet.isolation.proof import PairResult, Proof, compare, prove

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.model import DeviceConfig


def proof_of(configs: Mapping[str, DeviceConfig]) -> Proof:
    return prove(hall(), {name: reading(config) for name, config in configs.items()})


def test_clean_hall_has_no_finding() -> None:
    proof = proof_of(hall_configs())
    assert [(p.source, p.target, p.why, str(p.witness)) for p in proof.pairs if p.verdict is not PairResult.OK] == []
    assert proof.counts == {PairResult.OK: 16, PairResult.VIOLATING: 0, PairResult.UNKNOWN: 0}
    assert (proof.notes, proof.holes, proof.violations) == ((), (), ())


def test_reach_says_exactly_what_flows() -> None:
    fabric = Fabric(hall(), {name: reading(config) for name, config in hall_configs().items()})
    assert str(fabric.reach("prv", "jh").packets) == "tcp 10.1.0.0/23,10.1.21.0/24 -> 10.3.0.11:443"
    assert str(fabric.reach("pub", "mgt").packets) == "udp 10.2.0.0/23,10.2.21.0/24 -> 10.0.50.33:514"
    assert fabric.reach("pub", "prv").packets == PacketSet()
    assert fabric.witness("pub", "prv") is None
    assert not fabric.reach("prv", "jh").layer2
    assert fabric.reach("jh", "jh").layer2


def test_witness_of_a_permitted_session_names_every_hop() -> None:
    fabric = Fabric(hall(), {name: reading(config) for name, config in hall_configs().items()})
    witness = fabric.witness("prv", "jh")
    assert str(witness.packet) == "tcp 10.1.0.10:1024 -> 10.3.0.11:443"
    assert [(hop.device, hop.where_in, hop.where_out, hop.line and hop.line.text) for hop in witness.hops] == [
        ("core", "5", "3", "pvid 5"),
        ("fw", "bond0.100", "bond0.300", "rule prv>jh 0"),
        ("core", "3", "7", "member 300 3"),
    ]


def test_compare_of_the_same_is_nothing() -> None:
    assert compare(proof_of(hall_configs()), proof_of(hall_configs())) == []

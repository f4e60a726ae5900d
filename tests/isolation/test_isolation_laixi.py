"""The reference network: what its inventory asks for keeps its zones apart, and still lets all that must flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from govnet.config.reading import Reading
from govnet.isolation.proof import PairResult, prove
from govnet.resources import folder

if TYPE_CHECKING:
    from govnet.network.model import Network

load = pytest.importorskip("govnet.network.load", exc_type=ImportError).load
intent = pytest.importorskip("govnet.config.intent", exc_type=ImportError).intent


@pytest.fixture(scope="module")
def laixi() -> Network:
    return load(folder("inventory") / "laixi")


def test_the_intent_of_laixi_breaks_nothing(laixi: Network) -> None:
    readings = {d.name: Reading(intent(laixi, d.name)) for d in laixi.devices.values() if d.platform}
    proof = prove(laixi, readings)
    assert [(p.source, p.target, p.why, str(p.witness)) for p in proof.pairs if p.verdict is not PairResult.OK] == []
    assert proof.counts[PairResult.OK] == 196


def test_laixi_without_the_firewalls_is_unknown_not_fine(laixi: Network) -> None:
    readings = {d.name: Reading(intent(laixi, d.name)) for d in laixi.devices.values() if d.platform and d.role != "fw"}
    proof = prove(laixi, readings)
    # One segment alone on the cores needs no firewall to be whole.
    fine = {(p.source, p.target) for p in proof.pairs if p.verdict is PairResult.OK}
    assert fine <= {("train", "train"), ("dmz", "dmz"), ("fac", "fac")}
    assert proof.violations == ()

"""How the proof's commands leave, and what they show, when something was not seen."""

from __future__ import annotations

import pytest
import typer
from rich.console import Console
from support.isolation import hall, hall_configs, reading

from govnet.cli import screen
from govnet.cli.proving import leave, show
from govnet.errors import DeviceError
from govnet.isolation.proof import PairResult, prove

FAILED = {"fw": DeviceError("fw", "does not answer", "Look at its cable")}
VIOLATED, DEVICE, UNSEEN = 7, 4, 11


@pytest.mark.parametrize(
    ("failed", "violated", "unseen", "code"),
    [
        ({}, False, True, UNSEEN),
        ({}, True, True, VIOLATED),
        (FAILED, False, True, DEVICE),
        (FAILED, True, True, VIOLATED),
    ],
    ids=["unseen", "violated", "failed", "violated without a device"],
)
def test_a_breach_outranks_a_failed_device_and_that_what_was_not_seen(
    failed: dict[str, DeviceError], *, violated: bool, unseen: bool, code: int
) -> None:
    with pytest.raises(typer.Exit) as left:
        leave(failed, violated=violated, unseen=unseen)
    assert left.value.exit_code == code


def test_what_was_seen_and_holds_is_well() -> None:
    leave({}, violated=False, unseen=False)


def test_an_unknown_pair_is_shown_with_what_was_not_seen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "out", Console(width=60))
    seen = {name: reading(config) for name, config in hall_configs().items() if name != "fw"}
    network = hall()
    proof = prove(network, seen)
    assert proof.counts[PairResult.UNKNOWN]
    show(network, proof)
    said = capsys.readouterr().out
    assert said.count("unknown  ") == len({pair.why for pair in proof.pairs if pair.verdict == "unknown"})
    assert all(pair.why in said for pair in proof.pairs if pair.verdict == "unknown")

"""Approval: another person's key that counts, an open window; each refusal in its own words; glass breaks aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from support.laixi import FOLDER, network
from support.plans import good, harmless, plan_file

from govnet.errors import InputError, RefusedError
from govnet.network.administered import Approver, Window
from govnet.network.load import load
from govnet.network.placed import Origin
from govnet.signing import PASSPHRASE, load_key, new_key, public_text, trusted_keys, verified
from nornir_tasks.approval import Gate, admit, approve, window_open
from nornir_tasks.planfile import Author, PlanFile, Request, read_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govnet.network.model import Network

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday
HERE = Origin("network.yaml", 1)
ANN, BOB, EVE = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))


@cache
def plan() -> PlanFile:
    return plan_file(good(), harmless(), request=Request(Author("ann", public_text(ANN))))


def approver(name: str, key: Ed25519PrivateKey, since: date | None = None, until: date | None = None) -> Approver:
    return Approver(name, public_text(key), since, until, HERE)


def laixi(*approvers: Approver, windows: tuple[Window, ...] = ()) -> Network:
    return replace(network(), approvers={one.name: one for one in approvers}, windows=windows)


BOTH = laixi(approver("ann", ANN), approver("bob", BOB))
NIGHT = Window(frozenset(), 22 * 60, 6 * 60, 480, HERE)


def test_a_plan_that_another_person_approved_is_let_through_in_silence() -> None:
    signed = approve(plan(), "bob", BOB, NOW)
    assert admit(signed, BOTH, Gate(NOW)) == []
    assert admit(read_file(signed.text(), network(), "p"), BOTH, Gate(NOW)) == []
    assert signed.hash == plan().hash


class Case(NamedTuple):
    """A plan with approvals, made when asked for; network and time it is held against; what it is refused with."""

    plan: Callable[[], PlanFile]
    network: Network
    words: str
    now: datetime = NOW


def forged(**changes: str) -> PlanFile:
    signed = bobs()
    return replace(signed, approvals=(replace(signed.approvals[0], **changes),))


def bobs() -> PlanFile:
    return approve(plan(), "bob", BOB, NOW)


def another_plans_approval() -> PlanFile:
    nameless = {**plan().content, "author": {"name": "x", "key": ""}}
    other = approve(replace(plan(), content=nameless), "bob", BOB, NOW)
    return replace(plan(), approvals=other.approvals)


CASES = {
    "nobody": Case(plan, BOTH, "nobody has approved this plan"),
    "a stranger's key": Case(
        lambda: approve(plan(), "eve", EVE, NOW), BOTH, "nobody's who may approve for lx"
    ),
    "of another plan": Case(another_plans_approval, BOTH, "signature does not fit"),
    "author's key listed as somebody else's": Case(
        bobs, laixi(approver("ann", BOB)), "ann: made this plan and cannot approve it"
    ),
    "another name put in": Case(lambda: forged(approver="eve"), BOTH, "signature does not fit"),
    "dated back": Case(lambda: forged(at="2026-01-01T00:00:00+00:00"), BOTH, "signature does not fit"),
    "another signature": Case(lambda: forged(signature="AAAA"), BOTH, "signature does not fit"),
    "expired": Case(bobs, laixi(approver("bob", BOB, until=date(2026, 11, 17))), "the key expired on 2026-11-17"),
    "expired since": Case(
        bobs, laixi(approver("bob", BOB, until=date(2026, 11, 18))), "the key expired on 2026-11-18",
        datetime(2026, 11, 19, tzinfo=UTC),
    ),
    "not yet": Case(bobs, laixi(approver("bob", BOB, since=date(2026, 11, 19))), "counts from 2026-11-19 on"),
    "closed window": Case(
        bobs, laixi(approver("bob", BOB), windows=(NIGHT,)), "is open; the next one opens 2026-11-18 22:00"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_refusal_has_its_own_words(case: str) -> None:
    held = CASES[case]
    with pytest.raises(RefusedError) as caught:
        admit(held.plan(), held.network, Gate(held.now))
    assert held.words in str(caught.value)


@pytest.mark.parametrize(("name", "key"), [("ann", BOB), ("bob", ANN), ("ann", ANN)])
def test_an_author_cannot_approve_by_name_or_by_key(name: str, key: Ed25519PrivateKey) -> None:
    with pytest.raises(RefusedError, match="made this plan and cannot approve it"):
        approve(plan(), name, key, NOW)


def test_glass_is_broken_aloud() -> None:
    own = approve(plan(), "ann", ANN, NOW, break_glass="core is on fire")
    assert "core is on fire" in admit(own, BOTH, Gate(NOW))[0]
    assert "core is on fire" in admit(plan(), laixi(windows=(NIGHT,)), Gate(NOW, break_glass="core is on fire"))[0]


def test_a_refused_plan_is_let_through_by_nobody() -> None:
    bad = replace(plan(), content={**plan().content, "refused": ["prv > inet: opens it"]})
    for attempt in (
        lambda: approve(bad, "bob", BOB, NOW, break_glass="x"),
        lambda: admit(bad, BOTH, Gate(NOW, break_glass="x")),
    ):
        with pytest.raises(RefusedError, match="is marked refused and cannot be applied: prv > inet"):
            attempt()


def test_a_trusted_folder_counts_beside_the_inventory(tmp_path: Path) -> None:
    path = new_key("eve", tmp_path)
    signed = approve(plan(), "eve", load_key(path), NOW)
    assert admit(signed, laixi(), Gate(NOW, trusted_keys(tmp_path))) == []


WINDOWS = [
    (Window(frozenset(), 22 * 60, 6 * 60, 480, HERE), "2026-11-18T14:00+00:00", True),  # 22:00 local
    (Window(frozenset(), 22 * 60, 6 * 60, 480, HERE), "2026-11-18T13:59+00:00", False),
    (Window(frozenset(), 22 * 60, 6 * 60, 480, HERE), "2026-11-18T21:59+00:00", True),  # 05:59 local
    (Window(frozenset(), 22 * 60, 6 * 60, 480, HERE), "2026-11-18T22:00+00:00", False),
    (Window(frozenset({5}), 22 * 60, 6 * 60, 0, HERE), "2026-11-22T05:00+00:00", True),  # Sunday, opened on Saturday
    (Window(frozenset({5}), 22 * 60, 6 * 60, 0, HERE), "2026-11-21T05:00+00:00", False),
    (Window(frozenset({2}), 9 * 60, 17 * 60, -300, HERE), "2026-11-18T14:00+00:00", True),
    (Window(frozenset({2}), 9 * 60, 17 * 60, -300, HERE), "2026-11-18T22:00+00:00", False),
]


@pytest.mark.parametrize(("window", "at", "open_"), WINDOWS)
def test_windows(window: Window, at: str, open_: bool) -> None:  # noqa: FBT001 - a column of the table
    assert window_open(laixi(windows=(window,)), datetime.fromisoformat(at)) is open_


def test_without_windows_it_is_always_time() -> None:
    assert window_open(laixi(), NOW)


def test_keys_are_their_owners_alone_and_may_have_a_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "correct horse")
    path = new_key("bob", tmp_path / "keys")
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in path.read_bytes()
    assert verified(public_text(load_key(path)), "text", "AAAA") is False
    with pytest.raises(RefusedError, match="there is a key of that name already"):
        new_key("bob", tmp_path / "keys")
    monkeypatch.setenv(PASSPHRASE, "wrong")
    with pytest.raises(RefusedError, match="the key does not open"):
        load_key(path)
    path.chmod(0o644)
    with pytest.raises(RefusedError, match="others may read this key"):
        load_key(path)


def test_approvers_and_windows_are_read_from_the_inventory(tmp_path: Path) -> None:
    folder = with_lines(tmp_path, f"approvers: {{bob: {{key: {public_text(BOB)}, until: 2027-01-01}}}}\n"
                        'windows: [{days: [sat, sun], start: "22:00", end: "06:00"}]\n')  # fmt: skip
    found = load(folder)
    assert found.approvers["bob"].key == public_text(BOB)
    assert found.approvers["bob"].until == date(2027, 1, 1)
    assert [(w.days, w.start, w.end, w.utc_offset) for w in found.windows] == [(frozenset({5, 6}), 1320, 360, 480)]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("approvers: {bob: {key: nonsense}}\n", "no Ed25519 public key"),
        (f"approvers: {{a: {{key: {public_text(BOB)}}}, b: {{key: {public_text(BOB)}}}}}\n", "have the same key"),
        (f"approvers: {{a: {{key: {public_text(BOB)}, since: 2027-01-02, until: 2027-01-01}}}}\n", "counts since"),
        ('windows: [{start: "25:00", end: "06:00"}]\n', "start"),
    ],
)
def test_mistakes_in_them_are_named(tmp_path: Path, lines: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(with_lines(tmp_path, lines))


def with_lines(folder: Path, lines: str) -> Path:
    """Copy Laixi and add lines to its network.yaml."""
    copy = folder / "laixi"
    copy.mkdir()
    for path in FOLDER.glob("*.yaml"):
        (copy / path.name).write_text(path.read_text() + (lines if path.name == "network.yaml" else ""))
    return copy

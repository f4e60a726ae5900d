"""What a bundle holds comes out of it again; what it says is computed anew; what is forged or missing is said."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from support.bundles import NOON, SALT, SECRET, TEXT, kept, key, named, network, seen

from govnet.audit.tables import Sample, Station
from govnet.errors import RefusedError, StorageError
from govnet.evidence import archive
from govnet.evidence.chain import CHAIN, read_chain
from govnet.evidence.contents import VERDICTS, evidence_of
from govnet.evidence.manifest import Head
from govnet.evidence.pseudonyms import Pseudonyms, Salt, load_salt, new_salt
from govnet.evidence.seal import seal, unseal
from govnet.evidence.verify import ChainState, Known, verify
from govnet.signing import public_text

MAC = "00:1a:64:00:00:07"
KEYS = {public_text(key()): "auditor"}


@cache
def rich() -> bytes:
    """Return a bundle with a text, a station, and a serial number in a label."""
    plain = seen("u")
    switch, town = named(plain, "acc"), named(plain, "ce")
    station = Station(MAC, plain.network.devices[switch].ports[0], 101, NOON)
    sample = Sample("chassis_info", switch, 1.0, NOON, {"serial": "USN99999"})
    full = replace(
        plain, texts={town: TEXT}, fdb={**(plain.fdb or {}), switch: (station,)}, samples=(sample,), saved={town: TEXT}
    )
    return kept(Path(mkdtemp()), full).path.read_bytes()


def test_a_bundle_says_the_same_again() -> None:
    found = verify(rich(), KEYS)
    assert (found.sound, found.same, found.vouched) == (True, True, "auditor")
    assert found.chain is ChainState.FIRST
    assert found.rerun
    assert len(found.rerun.audit.findings) > 100
    assert found.rerun.rules_changed == ()


def test_no_secret_and_no_hardware_address_is_in_it() -> None:
    town = named(seen("u"), "ce")
    text = rich().decode("utf-8", "replace")
    for hidden in (SECRET, MAC, "00e0-fc12-3456", "USN99999", *(d.serial for d in network("u").devices.values())):
        assert hidden not in text
    evidence = evidence_of(unseal(rich()).members)
    assert f"mac-address static {SALT.mac('00e0fc123456')} Ethernet0/0/1" in evidence.texts[town]
    assert evidence.saved == evidence.texts
    assert evidence.network.devices[town].serial == SALT.serial(network("u").devices[town].serial)
    assert [station.mac for rows in (evidence.fdb or {}).values() for station in rows] == [SALT.mac(MAC)]


def test_what_was_not_looked_at_stays_so() -> None:
    blind = replace(seen("u"), readings=None, fdb=None, arp=None, routes=None, runs=None, neighbours=None, samples=None)
    evidence = evidence_of(unseal(kept(Path(mkdtemp()), blind).path.read_bytes()).members)
    for name in ("readings", "fdb", "arp", "routes", "runs", "neighbours", "samples", "saved", "logs"):
        assert getattr(evidence, name) is None, name


def test_readings_tables_and_findings_refer_to_members_by_their_hash() -> None:
    found = unseal(rich())
    assert found.manifest
    hashes = {member.name: member.sha256 for member in found.manifest.members}
    said = json.loads(found.members[VERDICTS])
    references = [ref for finding in said["findings"] for ref in finding["evidence"] if ref["sha256"]]
    gathered = [ref for ref in references if ref["item"].startswith(("inventory ", "running ", "fdb"))]
    assert {ref["item"].partition(" ")[0] for ref in gathered} >= {"inventory", "running"}
    assert {ref["sha256"] for ref in gathered} <= set(hashes.values())


def forged(members: dict[str, bytes], number: int = 1, previous: str = "") -> bytes:
    old = unseal(rich()).manifest
    assert old
    head = Head(
        old.network, old.plane, old.time, old.govnet, old.salt, replace(old.chain, number=number, previous=previous)
    )
    return seal(head, {**unseal(rich()).members, **members}, "auditor", key())


def test_a_verdict_that_was_prettied_comes_out_otherwise() -> None:
    said = json.loads(unseal(rich()).members[VERDICTS])
    victim = next(finding for finding in said["findings"] if finding["verdict"] == "unknown")
    victim["verdict"] = "pass"
    found = verify(forged({VERDICTS: json.dumps(said).encode()}), KEYS)
    assert found.sound
    assert not found.same
    assert found.rerun
    (difference,) = found.rerun.differences
    assert (difference.rule, difference.object) == (victim["rule"], victim["object"])
    assert difference.was.startswith("pass: ")
    assert difference.now.startswith("unknown: ")


def test_evidence_that_was_prettied_comes_out_otherwise() -> None:
    text = unseal(rich()).members["inventory/policy.yaml"].decode()
    assert "approval" in text
    found = verify(forged({"inventory/policy.yaml": text.replace("approval", "#approval", 1).encode()}), KEYS)
    assert found.sealed.whole
    assert not found.same


def test_a_rule_of_another_version_is_named() -> None:
    rules = json.loads(unseal(rich()).members["rules.json"])
    rules["ISO-12"]["version"] = "0" * 64
    found = verify(forged({"rules.json": json.dumps(rules).encode()}), KEYS)
    assert found.rerun
    assert found.rerun.rules_changed == ("ISO-12",)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.json", b"{}", "run.json of the bundle: says too little"),
        ("run.json", b"[1]", "run.json of the bundle: says too little"),
        ("tables/fdb.json", b"[]", "tables/fdb.json of the bundle: is no table"),
        ("tables/fdb.json", b'{"x": [{"mac": 1}]}', "tables/fdb.json of the bundle: Station has not the fields"),
        ("tables/new.json", b"{}", "tables/new.json of the bundle: is no table that this release knows"),
        ("configs/nobody.cfg", b"x", "configs/nobody.cfg of the bundle: is of no device"),
        ("inventory/network.yaml", b"slug: 7", "inventory of the bundle: network.yaml"),
        ("verdicts.json", b"\xff\xfe", "cannot be read"),
    ],
)
def test_contents_that_make_no_sense_are_named_and_nothing_is_said_to_be_the_same(
    name: str, content: bytes, said: str
) -> None:
    found = verify(forged({name: content}), KEYS)
    assert found.sealed.whole
    assert not found.same
    assert said in found.problem


def test_a_changed_file_is_not_even_asked() -> None:
    data = rich()[:-1]
    found = verify(data, KEYS)
    assert (found.sound, found.same, found.rerun) == (False, False, None)
    with pytest.raises(RefusedError, match="end record of the archive"):
        archive.opened(data, "x.zip")


def test_a_signer_nobody_knows_is_vouched_for_by_nobody() -> None:
    assert verify(rich(), {public_text(key(2)): "somebody else"}).vouched == ""


# -- the chain ------------------------------------------------------------------------------------------------------


def test_bundles_are_chained_and_the_chain_lies_beside_them(tmp_path: Path) -> None:
    blind = replace(seen("u"), readings=None)
    first, second, third = (kept(tmp_path, blind) for _ in range(3))
    assert [entry.number for entry in read_chain(tmp_path)] == [1, 2, 3]
    assert third.entry.previous == second.entry.hash
    assert archive.latest(tmp_path) == third.path
    assert archive.latest(tmp_path, 2) == first.path
    assert archive.latest(tmp_path, 3) is None
    data = third.path.read_bytes()
    assert verify(data, KEYS).chain is ChainState.UNSEEN
    assert verify(data, KEYS, archive.beside(third.path, data)).chain is ChainState.FOLLOWS


KNOWN = [
    ([Known("lx", 2, "aa")], 3, "aa", ChainState.FOLLOWS),
    ([Known("lx", 2, "bb")], 3, "aa", ChainState.BROKEN),
    ([Known("lx", 2, "aa"), Known("lx", 2, "bb")], 3, "aa", ChainState.BROKEN),
    ([Known("other", 2, "bb"), Known("lx", 1, "cc")], 3, "aa", ChainState.UNSEEN),
    ([Known("lx", 3, "not this one")], 3, "aa", ChainState.BROKEN),
    ([], 1, "aa", ChainState.BROKEN),
    ([], 2, "", ChainState.BROKEN),
]


@pytest.mark.parametrize(("known", "number", "previous", "state"), KNOWN)
def test_a_bundle_follows_the_one_that_it_names_or_not(
    known: list[Known], number: int, previous: str, state: ChainState
) -> None:
    assert verify(forged({}, number, previous), KEYS, known).chain is state


@pytest.mark.parametrize(
    "damage", [lambda lines: lines[1:], lambda lines: lines[:1] + lines[2:], lambda _: ["no json"]]
)
def test_a_chain_with_a_line_missing_is_refused(tmp_path: Path, damage: object) -> None:
    blind = replace(seen("u"), readings=None)
    for _ in range(3):
        kept(tmp_path, blind)
    path = tmp_path / CHAIN
    assert callable(damage)
    path.write_text("\n".join(damage(path.read_text().splitlines())) + "\n")
    with pytest.raises(StorageError, match=r"chain\.jsonl.*Put back a copy"):
        read_chain(tmp_path)


# -- hiding ---------------------------------------------------------------------------------------------------------

HIDE = [
    ("link/ether 00:1A:64:00:00:07 brd ff:ff:ff:ff:ff:ff", f"link/ether {SALT.mac(MAC)} brd ff:ff:ff:ff:ff:ff"),
    ("001a-6400-0007 7 GE0/0/1", f"{SALT.mac(MAC)} 7 GE0/0/1"),
    ("001a.6400.0007", SALT.mac(MAC)),
    ("00-1a-64-00-00-07", SALT.mac(MAC)),
    ("vrrp 00:00:5e:00:01:07", "vrrp 00:00:5e:00:01:07"),
    ("stp 01:80:c2:00:00:00", "stp 01:80:c2:00:00:00"),
    ("loopback 00:00:00:00:00:00", "loopback 00:00:00:00:00:00"),
    ("fe80:0000:1a64:0000:0001:0002:0003:0007", "fe80:0000:1a64:0000:0001:0002:0003:0007"),
    ("2026-11-23 12:00:00", "2026-11-23 12:00:00"),
    ("10.128.17.1", "10.128.17.1"),
    ("data: {serial: JMX0001, role: core}", f"data: {{serial: {SALT.serial('JMX0001')}, role: core}}"),
    ('"serial": "JMX0001"', f'"serial": "{SALT.serial("JMX0001")}"'),
    ("serial: null   # no source", "serial: null   # no source"),
    ("chassis KNOWN-1 and known-12", f"chassis {SALT.serial('known-1')} and known-12"),
]


@pytest.mark.parametrize(("text", "hidden"), HIDE)
def test_what_names_a_single_device_is_hidden_and_nothing_else(text: str, hidden: str) -> None:
    names = Pseudonyms(SALT, ["KNOWN-1", "7"])
    assert names.hide(text) == hidden
    assert names.hide(names.hide(text)) == hidden


def test_another_salt_gives_other_hashes_and_another_id() -> None:
    other = Salt(b"y" * 32)
    assert other.mac(MAC) != SALT.mac(MAC)
    assert other.serial("A") != SALT.serial("A")
    assert other.id != SALT.id
    assert repr(other) == "Salt()"


def test_a_salt_is_a_private_file_that_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "usb" / "salt"
    made = new_salt(path)
    assert load_salt(path) == made
    with pytest.raises(RefusedError, match="is there already"):
        new_salt(path)
    path.chmod(0o644)
    with pytest.raises(RefusedError, match="chmod 600"):
        load_salt(path)
    path.chmod(0o600)
    path.write_text("ab" * 5)
    with pytest.raises(RefusedError, match="no salt of 32"):
        load_salt(path)
    with pytest.raises(StorageError, match="govnet evidence salt"):
        load_salt(tmp_path / "none")

"""A bundle's bytes: written in one way, readable by anybody's unzip, and no change of them goes unseen or unnamed."""

from __future__ import annotations

import io
import random
import shutil
import struct
import subprocess
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bundles import key

from govnet.evidence.container import LOCAL_HEADER, pack
from govnet.evidence.manifest import MANIFEST, SIGNATURE, ChainLink, Head, read_manifest
from govnet.evidence.seal import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = Head("lx", "u", "2026-11-23 12:00:00+00:00", "0.1.0", "00ff", ChainLink(1, ""))


@cache
def members() -> dict[str, bytes]:
    dice = random.Random(7)
    texts = {f"configs/sw{number}.cfg": dice.randbytes(400) for number in range(6)}
    return texts | {
        "run.json": b"",
        "readings/a.json": b"x",
    }


@cache
def bundle() -> bytes:
    return seal(HEAD, members(), "auditor", key())


def test_the_same_evidence_gives_the_same_bytes_in_whatever_order() -> None:
    backwards = dict(reversed(members().items()))
    assert seal(HEAD, backwards, "auditor", key()) == bundle()
    assert unseal(bundle()).whole


def test_any_zip_program_reads_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MANIFEST, SIGNATURE, *sorted(members())]
        assert {name: archive.read(name) for name in members()} == members()
    if unzip := shutil.which("unzip"):
        (tmp_path / "b.zip").write_bytes(bundle())
        assert subprocess.run([unzip, "-tq", tmp_path / "b.zip"], check=False, capture_output=True).returncode == 0


@cache
def parts() -> list[tuple[int, int, str]]:
    """Return (begin, end, name) of every part of the file; headers of the archive are named by Python's own reader."""
    found = []
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        infos, directory = archive.infolist(), archive.start_dir
    for info in infos:
        begin = info.header_offset + LOCAL_HEADER + len(info.filename)
        found.append((info.header_offset, begin, f"header of {info.filename}"))
        found.append((begin, begin + info.file_size, info.filename))
    for info in infos:
        size = 46 + len(info.filename)
        found.append((directory, directory + size, f"directory entry of {info.filename}"))
        directory += size
    return [*found, (directory, len(bundle()), "end record of the archive")]


def part_at(offset: int) -> str:
    return next(name for begin, end, name in parts() if begin <= offset < end)


def flipped(offset: int, mask: int) -> bytes:
    data = bytearray(bundle())
    data[offset] ^= mask
    return bytes(data)


def test_two_hundred_random_changes_of_one_byte_are_found_and_named() -> None:
    dice, named = random.Random(20261123), 0
    for _ in range(200):
        offset = dice.randrange(len(bundle()))
        found = unseal(flipped(offset, dice.randrange(1, 256)))
        assert not found.whole, offset
        named += part_at(offset) in {damage.part for damage in found.damages}
    assert named == 200


def test_every_byte_of_the_archives_own_structure_counts() -> None:
    """Signature, headers, directory and end: each byte once; contents are covered by their hashes."""
    for begin, end, name in parts():
        if name in members():
            continue
        for offset in range(begin, end):
            found = unseal(flipped(offset, 1 << offset % 8))
            assert name in {damage.part for damage in found.damages}, (offset, name, found.damages)


@given(st.integers(0), st.binary(min_size=1, max_size=40), st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_whatever_is_cut_out_and_put_in_is_seen(at: int, instead: bytes, cut: int) -> None:
    at %= len(bundle()) + 1
    changed = bundle()[:at] + instead + bundle()[at + cut :]
    assert unseal(changed).whole == (changed == bundle())


def with_comment(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", 5) + b"hello"


def with_gap(data: bytes) -> bytes:
    return b"\0" * 64 + data


def rewritten(data: bytes) -> bytes:
    """Return the same members, packed by somebody else's zip program."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    return out.getvalue()


def with_another(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return pack({**{name: old.read(name) for name in old.namelist()}, "extra.txt": b"not in the manifest"})


def without_one(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return pack({name: old.read(name) for name in old.namelist() if name != "configs/sw3.cfg"})


def repacked_with(name: str, content: bytes) -> Callable[[bytes], bytes]:
    """Return the change of one member with every checksum of the archive made to fit."""

    def change(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            return pack({each: content if each == name else old.read(each) for each in old.namelist()})

    return change


HOSTILE: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("a comment", with_comment, "end"),
    ("bytes in front", with_gap, MANIFEST),
    ("bytes behind", lambda data: data + b"\0", "end of the file"),
    ("packed by another program", rewritten, "header of"),
    ("a member more", with_another, "end"),
    ("a member less", without_one, "configs/sw3.cfg"),
    ("a member replaced, checksums mended", repacked_with("configs/sw2.cfg", b"x" * 400), "configs/sw2.cfg"),
    ("a manifest rewritten", repacked_with(MANIFEST, b'{"format": 1}'), MANIFEST),
    ("no manifest", repacked_with(MANIFEST, b""), MANIFEST),
    ("a signature of nothing", repacked_with(SIGNATURE, b"A" * 89), SIGNATURE),
    ("nothing", lambda _: b"", MANIFEST),
    ("no zip at all", lambda _: b"x" * 5000, MANIFEST),
    ("deep nesting", lambda _: b"[" * 100_000, MANIFEST),
]


@pytest.mark.parametrize(("change", "part"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_what_a_forger_would_try_is_named(change: Callable[[bytes], bytes], part: str) -> None:
    found = unseal(change(bundle()))
    assert not found.whole
    assert any(damage.part.startswith(part) for damage in found.damages), found.damages


@pytest.mark.parametrize(("data", "said"), [(b"", "the file is empty"), (b"root:x:0:0\n" * 9, "is no zip archive")])
def test_a_file_that_is_none_is_told_from_one_that_was_changed(data: bytes, said: str) -> None:
    (damage,) = unseal(data).damages
    assert said in damage.cause


def test_a_manifest_signed_by_another_key_is_no_longer_the_same_signers() -> None:
    forged = seal(HEAD, members() | {"run.json": b"{}"}, "auditor", key(2))
    ours, theirs = unseal(bundle()).manifest, unseal(forged).manifest
    assert unseal(forged).whole
    assert ours
    assert theirs
    assert ours.signer.key != theirs.signer.key


def test_the_signature_has_one_spelling() -> None:
    """The last letter of base64 has bits that decoding throws away: they are bytes of the file too."""
    at = bundle().index(b"==\n") - 1
    for letter in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        changed = bundle()[:at] + bytes([letter]) + bundle()[at + 1 :]
        assert unseal(changed).whole == (changed == bundle())


def test_the_manifest_lists_every_member_with_size_and_hash() -> None:
    manifest, size = read_manifest(bundle(), LOCAL_HEADER + len(MANIFEST))
    assert size == len(manifest.text().encode())
    assert {(m.name, m.size) for m in manifest.members} == {(name, len(data)) for name, data in members().items()}

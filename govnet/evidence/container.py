"""A bundle as a file: a zip archive that can be written in one way only, so that every byte of it is accounted for.

Members are stored, not deflated: compressed bytes differ from one zlib to the next. There are no dates, no comments, no
extra fields and no gaps. So the bytes follow from the names and contents alone, and whatever differs from them was
changed. Any unzip program opens the file (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from govnet.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _UNIX, _MODE = 20, 3 << 8, 0o100644 << 16
_DATE = 1 << 5 | 1  # the 1st of January 1980: the earliest that can be said
_MOST, _LARGEST = 0xFFFF, 0xFFFFFFFF
_CHECKSUM = {"local": slice(14, 18), "entry": slice(16, 20)}
LOCAL_HEADER = 30
"""Bytes in front of a member's name."""


@dataclass(frozen=True, slots=True, order=True)
class Damage:
    """A place where a bundle is not what it should be: which part of the file, its first wrong byte, and what is wrong.

    ``offset`` counts from 0; None where no single byte can be named.
    """

    part: str
    offset: int | None
    cause: str

    def __str__(self) -> str:
        """Return ``configs/sw.cfg, byte 1234: was changed``."""
        return f"{self.part}{'' if self.offset is None else f', byte {self.offset}'}: {self.cause}"


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return the archive that holds ``members`` in their order; names are plain ASCII.

    Raises:
        RefusedError: there are more members or bytes than a plain zip archive can hold (65,535 and 4 GiB).
    """
    size = sum(LOCAL_HEADER + len(name) + len(data) for name, data in members.items())
    if len(members) > _MOST or size > _LARGEST - len(members) * 512:
        raise RefusedError(f"{len(members)} members of {size} bytes are more than one bundle can hold.")
    return _pack(members, {name: zlib.crc32(data) for name, data in members.items()})


def _pack(members: Mapping[str, bytes], checksums: Mapping[str, int]) -> bytes:
    heads = {name: _local(name, checksums[name], len(data)) for name, data in members.items()}
    offsets = accumulate((len(heads[name]) + len(data) for name, data in members.items()), initial=0)
    entries = [
        _central(name, checksums[name], len(data), at)
        for (name, data), at in zip(members.items(), offsets, strict=False)
    ]
    body, directory = b"".join(heads[name] + data for name, data in members.items()), b"".join(entries)
    return body + directory + _end(len(members), len(directory), len(body))


def _local(name: str, crc: int, size: int) -> bytes:
    fixed = struct.pack("<4s5H3I2H", _LOCAL, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(name), 0)
    return fixed + name.encode("ascii")


def _central(name: str, crc: int, size: int, offset: int) -> bytes:
    fixed = struct.pack(
        "<4s6H3I5H2I",
        *(_CENTRAL, _UNIX | _VERSION, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(name), 0, 0, 0, 0, _MODE, offset),
    )
    return fixed + name.encode("ascii")


def _end(count: int, size: int, offset: int) -> bytes:
    return struct.pack("<4s4H2IH", _END, 0, 0, count, count, size, offset, 0)


def cut(data: bytes, sizes: Sequence[tuple[str, int]]) -> dict[str, bytes]:
    """Return the members of an archive, taken from where names and sizes say that they lie, whatever its headers say.

    What lies beyond the end of ``data`` is missing from the result's bytes.
    """
    found, at = {}, 0
    for name, size in sizes:
        begin = at + LOCAL_HEADER + len(name)
        found[name], at = data[begin : begin + size], begin + size
    return found


def local_checksum(data: bytes, at: int = 0) -> int:
    """Return the checksum in the header of the member that starts at ``at``; -1 when the file ends before it."""
    field = data[at : at + LOCAL_HEADER][_CHECKSUM["local"]]
    return int.from_bytes(field, "little") if len(field) == struct.calcsize("<I") else -1


def no_bundle(data: bytes) -> str:
    """Return why a file is none of ours at all, in words for whoever picked the wrong one; empty when it may be one."""
    if not data:
        return "is not there: the file is empty"
    return "" if data.startswith(_LOCAL) else "is not there: the file is no zip archive, so it is no bundle of evidence"


def compare(data: bytes, members: Mapping[str, bytes]) -> Iterator[Damage]:
    """Yield every part of an archive that is not as `pack` writes ``members``, in the order of the file.

    A changed member is told from a changed header: both headers hold its checksum, and agree against it.
    """
    regions = list(_regions(members))
    told = _checksums(data, regions)
    own = {name: zlib.crc32(member) for name, member in members.items()}
    wanted = _pack(members, {name: told.get(name, own[name]) for name in members})
    for kind, name, at, size in regions:
        here, there = data[at : at + size], wanted[at : at + size]
        if here != there:
            yield Damage(_PARTS[kind].format(name), at + _first(here, there), "is not as the archive must have it")
        if kind == "local" and told.get(name, own[name]) != own[name]:
            yield Damage(name, None, "its checksum in the archive is another")
    if len(data) != len(wanted):
        more = len(data) - len(wanted)
        what = f"{more} bytes follow the end" if more > 0 else f"{-more} bytes are missing"
        yield Damage("end of the file", min(len(data), len(wanted)), what)


_PARTS = {"local": "header of {}", "entry": "directory entry of {}", "end": "end record of the archive"}


def _regions(members: Mapping[str, bytes]) -> Iterator[tuple[str, str, int, int]]:
    """Yield (kind, member, offset, size) of everything that is no member's content, in the order of the file."""
    at = 0
    for name, data in members.items():
        yield "local", name, at, LOCAL_HEADER + len(name)
        at += LOCAL_HEADER + len(name) + len(data)
    for name in members:
        size = len(_central(name, 0, 0, 0))
        yield "entry", name, at, size
        at += size
    yield "end", "", at, len(_end(0, 0, 0))


def _checksums(data: bytes, regions: Iterable[tuple[str, str, int, int]]) -> dict[str, int]:
    """Return the checksums on which both headers of a member agree."""
    found: dict[str, set[bytes]] = {}
    for kind, name, at, _ in regions:
        if kind in _CHECKSUM:
            field = _CHECKSUM[kind]
            found.setdefault(name, set()).add(data[at + field.start : at + field.stop])
    size = struct.calcsize("<I")
    return {
        name: struct.unpack("<I", *said)[0] for name, said in found.items() if len(said) == 1 and len(*said) == size
    }


def _first(one: bytes, other: bytes) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))

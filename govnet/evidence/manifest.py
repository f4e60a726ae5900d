"""What a bundle says of itself: every member with its hash, the bundle before it, and who signs."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.canonical import plain
from govnet.config.codec import typed
from govnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "govnet-evidence/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
"""The first two members of every bundle; all others are in the manifest."""
MOST = 60_000
"""Most members of a bundle; a plain zip archive could hold 65,535."""
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle: its size in bytes and the SHA-256 of its content, in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """The place of a bundle among those of its network: its number from 1, and the SHA-256 of the file before it.

    The first one has no ``previous``.
    """

    number: int
    previous: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, by a name of their own choosing, and the public half of their Ed25519 key in base64."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a manifest says beside its members and its signer.

    Attributes:
        network, plane: whose evidence it is.
        time: when the evidence was collected, ISO 8601 with its zone.
        govnet: release that made it.
        salt: id of the salt that MACs and serials are hashed with.
        chain: its place in the network's chain.
    """

    network: str
    plane: str
    time: str
    govnet: str
    salt: str
    chain: ChainLink


@dataclass(frozen=True, slots=True)
class Manifest(Head):
    """Everything that the signature covers.

    Attributes:
        format: `FORMAT`; another one is another release's.
        signer: whose signature stands beside it.
        members: sorted by name.
    """

    format: str
    signer: Signer
    members: tuple[Member, ...]

    def text(self) -> str:
        """Return the manifest in its one spelling."""
        return json_text(plain(self))


def json_text(value: object) -> str:
    """Return a value as every JSON member is spelt: keys sorted, one blank for each level, a line end at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def listed(members: Mapping[str, bytes]) -> tuple[Member, ...]:
    """Return the list of members for a manifest."""
    return tuple(Member(name, len(members[name]), sha256(members[name])) for name in sorted(members))


class UnreadableManifestError(Exception):
    """The manifest of a file is missing or says nothing that can be used; carries why."""


def read_manifest(data: bytes, begin: int) -> tuple[Manifest, int]:
    """Return the manifest that starts at ``begin`` of a file, and its size in bytes, whatever the headers say.

    Raises:
        UnreadableManifestError: there is none.
    """
    text = data[begin:].decode("utf-8", "replace")
    try:
        value, end = json.JSONDecoder().raw_decode(text)
        found = typed(Manifest, value, MANIFEST)
    except (ValueError, RecursionError) as error:
        raise UnreadableManifestError(f"is no JSON ({error})") from error
    except InputError as error:
        raise UnreadableManifestError("; ".join(problem.cause for problem in error.problems)) from error
    if found.format != FORMAT:
        raise UnreadableManifestError(f"is of the format {found.format!r}, not {FORMAT}")
    if odd := [member.name for member in found.members if not _NAME.fullmatch(member.name) or member.size < 0]:
        raise UnreadableManifestError(f"names {odd[0]!r}, which no bundle holds")
    if len(found.members) > MOST:
        raise UnreadableManifestError(f"names {len(found.members)} members, more than a bundle can hold")
    if [member.name for member in found.members] != sorted({member.name for member in found.members}):
        raise UnreadableManifestError("does not name its members once and in order")
    return found, len(text[:end].encode()) + 1

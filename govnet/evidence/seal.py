"""From members to a signed bundle, and from a file's bytes to what can be trusted of them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from govnet.evidence.container import LOCAL_HEADER, Damage, compare, cut, local_checksum, no_bundle, pack
from govnet.evidence.manifest import (
    FORMAT,
    MANIFEST,
    SIGNATURE,
    Manifest,
    Signer,
    UnreadableManifestError,
    listed,
    read_manifest,
    sha256,
)
from govnet.signing import public_text, sign, verified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from govnet.evidence.manifest import Head

_SIGNATURE_SIZE = 89
"""64 bytes in base64, and a line end."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that was looked at: what it says of itself, what it holds, and everything that is wrong with it.

    ``manifest`` is None and ``members`` empty when nothing could be made of it. ``hash`` is the SHA-256 of the file.
    """

    hash: str
    manifest: Manifest | None
    members: Mapping[str, bytes]
    damages: tuple[Damage, ...]

    @property
    def whole(self) -> bool:
        """True when not one byte is other than it was signed."""
        return not self.damages


def seal(head: Head, members: Mapping[str, bytes], name: str, key: Ed25519PrivateKey) -> bytes:
    """Return the bundle: the same members, head and key give the same bytes.

    Raises:
        RefusedError: it would be larger than a bundle can be.
    """
    inside = {member: members[member] for member in sorted(members)}
    said = {each.name: getattr(head, each.name) for each in fields(head)}
    manifest = Manifest(**said, format=FORMAT, signer=Signer(name, public_text(key)), members=listed(inside))
    text = manifest.text()
    return pack({MANIFEST: text.encode(), SIGNATURE: f"{sign(key, text)}\n".encode(), **inside})


def unseal(data: bytes) -> Sealed:
    """Return what a file holds and everything that is wrong with it: no byte of it is left unlooked at.

    Whether the signer may be believed is another question; here it only counts that the signature fits.
    """
    try:
        manifest, size = read_manifest(data, LOCAL_HEADER + len(MANIFEST))
    except UnreadableManifestError as error:
        return Sealed(sha256(data), None, {}, (Damage(MANIFEST, None, no_bundle(data) or str(error)),))
    sizes = [(MANIFEST, size), (SIGNATURE, _SIGNATURE_SIZE), *((m.name, m.size) for m in manifest.members)]
    found = cut(data, sizes)
    told = {member.name: member.sha256 for member in manifest.members}
    damages = tuple(_damages(data, manifest, found))
    return Sealed(sha256(data), manifest, {name: found[name] for name in told}, damages)


def _damages(data: bytes, manifest: Manifest, found: Mapping[str, bytes]) -> Iterator[Damage]:
    text = found[MANIFEST].decode("utf-8", "replace")
    signature = found[SIGNATURE].decode("ascii", "replace").removesuffix("\n")
    fits = verified(manifest.signer.key, text, signature) and text == manifest.text()
    if not fits and local_checksum(data) != zlib.crc32(found[MANIFEST]):
        yield Damage(MANIFEST, None, "was changed; nothing that it says of the other members can be relied on")
        return
    changed = {member.name for member in manifest.members if sha256(found[member.name]) != member.sha256}
    yield from (Damage(name, None, "was changed: its hash is not the one in the manifest") for name in sorted(changed))
    yield from (damage for damage in compare(data, found) if damage.part not in changed)
    if not fits:
        yield Damage(SIGNATURE, None, f"does not fit {MANIFEST}: one of the two is not what was signed")

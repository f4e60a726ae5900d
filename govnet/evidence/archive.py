"""Where a network's bundles lie: one file a run, beside the chain that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.errors import RefusedError, StorageError
from govnet.evidence.chain import CHAIN, Entry, append, next_link, read_chain
from govnet.evidence.contents import evidence_of, inventory_files, members_of
from govnet.evidence.judging import judge
from govnet.evidence.manifest import Head, sha256
from govnet.evidence.pseudonyms import Pseudonyms
from govnet.evidence.seal import seal, unseal
from govnet.evidence.verify import Known
from govnet.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from govnet.audit import Audit, Evidence
    from govnet.evidence.contents import Circumstances
    from govnet.evidence.manifest import Manifest
    from govnet.evidence.pseudonyms import Salt


@dataclass(frozen=True, slots=True)
class Seal:
    """What a bundle is closed with: whose key, which salt, and the release of govnet."""

    name: str
    key: Ed25519PrivateKey
    salt: Salt
    version: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A bundle that was written, its place in the chain, and what the rules said."""

    path: Path
    entry: Entry
    audit: Audit


def of(workspace: Path) -> Path:
    """Return the folder of the bundles in a network's workspace."""
    return workspace / "evidence"


def keep(folder: Path, evidence: Evidence, about: Circumstances, how: Seal) -> Kept:
    """Judge evidence, and keep it with its verdicts as the next bundle of the chain in ``folder``.

    What is judged is what the bundle holds, so that whoever opens it judges the same.

    Raises:
        RefusedError: the evidence does not fit into a bundle.
        StorageError: it cannot be written, or the chain there is broken; the bundles before it are untouched.
    """
    network = evidence.network
    names = Pseudonyms(how.salt, (device.serial for device in network.devices.values()))
    members, found = judge(members_of(evidence, inventory_files(network), about, names))
    entries = read_chain(folder)
    link = next_link(entries)
    head = Head(network.slug, str(network.plane), str(about.as_of), how.version, how.salt.id, link)
    data = seal(head, members, how.name, how.key)
    path = folder / f"{network.slug}-{network.plane}-{link.number:04}.zip"
    entry = Entry(link.number, link.previous, sha256(data), str(about.as_of), path.name)
    write_whole(path, data)
    append(folder, entries, entry)
    return Kept(path, entry, found)


def opened(data: bytes, file: str) -> tuple[Manifest, Evidence]:
    """Return what a bundle says of itself and the evidence in it.

    Raises:
        RefusedError: it is not what was signed, or another release's.
    """
    found = unseal(data)
    if found.manifest is None or not found.whole:
        raise RefusedError(f"{file}: {found.damages[0]}. See `govnet evidence verify`, and ask for the file anew.")
    return found.manifest, evidence_of(found.members)


def known(data: bytes) -> Known | None:
    """Return the place of a bundle, or None when the file is none."""
    found = unseal(data)
    if found.manifest is None or not found.whole:
        return None
    return Known(found.manifest.network, found.manifest.chain.number, found.hash)


def beside(file: Path, data: bytes) -> list[Known]:
    """Return what a chain that lies beside a bundle says, if it is the chain of that network.

    Raises:
        StorageError: there is a chain, and it is broken.
    """
    found = unseal(data).manifest
    if found is None or not (file.parent / CHAIN).exists():
        return []
    return [
        Known(found.network, entry.number, entry.hash)
        for entry in read_chain(file.parent)
        if entry.file.startswith(f"{found.network}-{found.plane}-")
    ]


def latest(folder: Path, back: int = 0) -> Path | None:
    """Return the last bundle of a chain, or the one ``back`` before it; None when there is none.

    Raises:
        StorageError: the chain is broken, or names a file that is not there.
    """
    entries = read_chain(folder)
    if len(entries) <= back:
        return None
    path = folder / entries[-1 - back].file
    if not path.exists():
        raise StorageError(f"{path}: is in the chain and not there. Put back a copy of it.")
    return path

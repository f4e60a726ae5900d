"""The chain of a network's bundles: one line a bundle, each naming the hash of the one before.

The file lies beside the bundles. Whoever keeps its last hash elsewhere sees when a bundle was taken out or replaced.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.canonical import plain
from govnet.config.codec import typed
from govnet.errors import InputError, StorageError
from govnet.evidence.manifest import ChainLink
from govnet.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CHAIN = "chain.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One bundle: its place, the SHA-256 of its file, and what the file was called."""

    number: int
    previous: str
    hash: str
    time: str
    file: str


def read_chain(folder: Path) -> tuple[Entry, ...]:
    """Return the chain in a folder, the oldest first; empty when there is none.

    Raises:
        StorageError: it cannot be read, or is no chain: a line is missing, out of order, or does not follow.
    """
    path = folder / CHAIN
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        found = tuple(typed(Entry, json.loads(line), CHAIN) for line in lines)
    except (OSError, ValueError, InputError) as error:
        raise StorageError(f"{path}: is no chain of bundles ({error}). Put back a copy of it.") from error
    for number, entry in enumerate(found, 1):
        before = found[number - 2].hash if number > 1 else ""
        if (entry.number, entry.previous) != (number, before):
            raise StorageError(f"{path}:{number}: does not follow the line before it. Put back a copy of the file.")
    return found


def next_link(entries: Sequence[Entry]) -> ChainLink:
    """Return the place of the bundle that comes next."""
    return ChainLink(len(entries) + 1, entries[-1].hash if entries else "")


def append(folder: Path, entries: Sequence[Entry], new: Entry) -> None:
    """Write the chain with one more bundle.

    Raises:
        StorageError: it cannot be written; the old chain is untouched.
    """
    lines = [json.dumps(plain(entry), ensure_ascii=False, sort_keys=True) for entry in (*entries, new)]
    write_whole(folder / CHAIN, "\n".join(lines) + "\n")

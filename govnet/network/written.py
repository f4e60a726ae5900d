"""What people wrote of a network: the files of its folder, and the hash by which a change of any is noticed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIXES = frozenset({".yaml", ".csv"})


def written(folder: Path) -> list[Path]:
    """Return an inventory's files in the order of their names.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted(entry for entry in folder.iterdir() if entry.suffix in _SUFFIXES)


def digest(folder: Path) -> bytes:
    """Return the SHA-256 of an inventory's files, names, lengths and contents.

    Raises:
        OSError: the folder or a file in it cannot be read.
    """
    found = hashlib.sha256()
    for file in written(folder):
        content = file.read_bytes()
        found.update(f"{file.name}\0{len(content)}\0".encode())
        found.update(content)
    return found.digest()

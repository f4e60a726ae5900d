"""Looking for secrets in all that a run leaves: files, databases, archives, what git keeps, what was said."""

from __future__ import annotations

import base64
import subprocess
import urllib.parse
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def spellings(secret: str) -> set[bytes]:
    """Return the forms in which a secret may stand in a file: as it is, in base64, in hexadecimal, in a URL."""
    raw = secret.encode()
    return {raw, base64.b64encode(raw).rstrip(b"="), raw.hex().encode(), urllib.parse.quote(secret, safe="").encode()}


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all that a folder holds, with its name: files, members of archives, and every object of a git repository.

    A SQLite database and its log hold their texts as they are, so its file is looked through like any other.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and path.name == ".git":
            yield f"{path}: objects", _objects(path)
        elif path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            yield str(path), data
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    yield from ((f"{path}: {name}", archive.read(name)) for name in archive.namelist())


def _objects(repository: Path) -> bytes:
    words = ["git", f"--git-dir={repository}", "cat-file", "--batch", "--batch-all-objects", "--unordered"]
    return subprocess.run(words, capture_output=True, check=True).stdout


def leaks(folder: Path, secrets: Mapping[str, str], *apart: Path) -> list[str]:
    """Return where which secret was found, by its name; ``apart`` are places that may hold them."""
    found = []
    for name, data in contents(folder):
        if any(name.startswith(str(place)) for place in apart):
            continue
        found += [f"{what} in {name}" for what, secret in secrets.items() if any(s in data for s in spellings(secret))]
    return found

"""Configurations as devices printed them, encrypted at rest: Fernet of `cryptography` (AES-128-CBC and HMAC-SHA-256).

Several keys may be held at once: the first encrypts, all decrypt. So a key is changed by putting a new one in front.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from govnet.errors import RefusedError, StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEY = "GOVNET_BACKUP_KEY"
"""Environment variable with the keys themselves, separated by commas or blanks; it comes before any file."""
KEY_FILE = "GOVNET_BACKUP_KEY_FILE"
"""Environment variable with the path of a key file: one key a line, the newest first."""
_FRESH = "Make one with `govnet key backup`"


class Vault:
    """Seals texts and opens them again."""

    def __init__(self, keys: Sequence[str], name: str) -> None:
        """Hold ``keys``, the newest first; ``name`` is what messages call their source.

        Raises:
            RefusedError: there are none, or one is no Fernet key.
        """
        self.name = name
        try:
            self._all = [Fernet(key) for key in keys]
            self._keys = MultiFernet(self._all)
        except ValueError as error:
            raise RefusedError(f"{name}: holds no key of 32 bytes in base64. {_FRESH}.") from error

    def __repr__(self) -> str:
        """Return where the keys came from, never the keys."""
        return f"Vault({self.name})"

    def seal(self, text: str) -> str:
        """Return a text encrypted with the newest key; twice the same text gives two different tokens."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, token: str, name: str) -> str:
        """Return the text in a token; ``name`` is what to call it in an error.

        Raises:
            RefusedError: no key opens it, or it was altered.
        """
        try:
            return self._keys.decrypt(token.strip()).decode()
        except InvalidToken as error:
            raise RefusedError(
                f"{name}: no key of {self.name} opens it, or it was altered. Add the key that it was made with behind"
                " the newest one."
            ) from error

    def newest(self, token: str) -> bool:
        """Return whether a token was made with the newest key."""
        with suppress(InvalidToken):
            self._all[0].decrypt(token.strip())
            return True
        return False


def vault_of(environment: Mapping[str, str], default: Path) -> Vault | None:
    """Return the vault that the environment names, or that of the default key file; None when there is neither.

    Raises:
        RefusedError: a key is none, or others may read the key file.
        StorageError: the key file that was named cannot be read.
    """
    if words := environment.get(KEY, "").replace(",", " ").split():
        return Vault(words, KEY)
    named = environment.get(KEY_FILE, "")
    path = Path(named) if named else default
    if not named and not path.exists():
        return None
    return Vault(_lines(path), str(path))


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_mode & 0o077:
            raise RefusedError(f"{path}: others may read this key; run `chmod 600 {path}`, or make a new one.")
        return path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise StorageError(f"{path}: the backup key cannot be read ({why}). {_FRESH}.") from error


def new_backup_key(path: Path, *, rotate: bool = False) -> int:
    """Write a new key to a file that only its owner may read; return how many keys it holds now.

    Args:
        path: the key file; its folder is made when missing.
        rotate: keep the keys that are there already behind the new one.

    Raises:
        RefusedError: there is a key already and ``rotate`` was not said, or others may read the file.
        StorageError: it cannot be written.
    """
    old = _lines(path) if rotate else []
    new = path.with_name(f".{path.name}.new") if rotate else path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write("\n".join([Fernet.generate_key().decode(), *old]) + "\n")
        new.replace(path)
    except FileExistsError as error:
        raise RefusedError(
            f"{new}: is there already, and what it opens would be lost without it. Put a new key in front of it with"
            " --rotate."
        ) from error
    except OSError as error:
        raise StorageError(f"{path}: the backup key cannot be written ({error.strerror}).") from error
    return len(old) + 1

"""MAC addresses and serial numbers under salted hashes: two planes can be compared, and neither tells its devices.

Both planes take their salt from one file that the auditor carries from the one to the other. Only who holds it can
tell whether a given address is in a bundle; without it nobody can. It goes with the auditor, never with the bundles.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govnet.errors import RefusedError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SIZE = 32
_HEX = "[0-9A-Fa-f]"
_MAC = re.compile(
    rf"(?<![\w:.~-])(?:{_HEX}{{2}}([:-]){_HEX}{{2}}(?:\1{_HEX}{{2}}){{4}}|{_HEX}{{4}}([.-]){_HEX}{{4}}\2{_HEX}{{4}})(?![\w:.-])"
)
_SERIAL = re.compile(
    r"""(?P<before>\bserial\w*"?[ \t]*[:=][ \t]*(?P<quote>["']?))(?!(?:sn|mac)~)(?P<serial>[^\s,}"'#]+)(?P=quote)"""
)
_NOTHING = frozenset({"null", "none", "unknown", "", "{", "["})
_SHORTEST = 5
"""A shorter serial number is hidden where it is called one, and not wherever its letters stand."""
_SHARED = ("00005e", "00000c07ac", "0007b4")
"""What VRRP (RFC 5798 7.3), HSRP and GLBP make of group numbers: the same in every network, so it tells no device."""


@dataclass(frozen=True, slots=True)
class Salt:
    """The secret that both planes hash with; it is in no message and in no bundle."""

    value: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Return what bundles say of their salt, so that two made with different ones are not compared."""
        return hashlib.sha256(b"govnet evidence salt\0" + self.value).hexdigest()[:16]

    def mac(self, address: str) -> str:
        """Return a MAC address, in any spelling, under the salt; one that is no single device's stays as it is."""
        digits = re.sub(r"[^0-9a-f]", "", address.lower())
        if int(digits[:2], 16) & 1 or digits.startswith(_SHARED) or not digits.strip("0"):
            return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
        return f"mac~{self._hash('mac', digits)}"

    def serial(self, number: str) -> str:
        """Return a serial number under the salt; case and outer blanks do not count."""
        return f"sn~{self._hash('serial', number.strip().upper())}"

    def _hash(self, kind: str, text: str) -> str:
        return hmac.new(self.value, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()[:32]


class Pseudonyms:
    """Replaces MAC addresses and serial numbers in texts; what it has replaced it leaves alone."""

    def __init__(self, salt: Salt, serials: Iterable[str] = ()) -> None:
        """Hide MAC addresses, what a text calls a serial number, and ``serials`` wherever they stand."""
        self._salt = salt
        known = sorted({s.strip() for s in serials if len(s.strip()) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile(rf"(?i)(?<![\w~])(?:{'|'.join(map(re.escape, known))})(?!\w)") if known else None

    def hide(self, text: str) -> str:
        """Return a text without MAC addresses and serial numbers of single devices."""
        text = _MAC.sub(lambda found: self._salt.mac(found[0]), text)
        if self._known:
            text = self._known.sub(lambda found: self._salt.serial(found[0]), text)
        return _SERIAL.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        serial = found["serial"]
        if serial.lower() in _NOTHING:
            return found[0]
        return f"{found['before']}{self._salt.serial(serial)}{found['quote']}"


def is_mac(text: str) -> bool:
    """Return whether a text is one MAC address, in any of its spellings."""
    return bool(_MAC.fullmatch(text))


def load_salt(path: Path) -> Salt:
    """Return the salt in a file.

    Raises:
        RefusedError: others may read the file, or it holds no salt.
        StorageError: it cannot be read.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise RefusedError(f"{path}: others may read this salt; run `chmod 600 {path}`.")
        value = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise StorageError(
            f"{path}: the salt cannot be read ({error.strerror}); make one: `govnet evidence salt`."
        ) from error
    except ValueError as error:
        raise RefusedError(f"{path}: holds no salt of {_SIZE} bytes; make one: `govnet evidence salt`.") from error
    if len(value) != _SIZE:
        raise RefusedError(
            f"{path}: holds {len(value)} bytes and no salt of {_SIZE}; make one: `govnet evidence salt`."
        )
    return Salt(value)


def new_salt(path: Path) -> Salt:
    """Write a new salt to a file that only its owner may read.

    Raises:
        RefusedError: there is one already; bundles that were made with it could be compared with no new one.
        StorageError: it cannot be written.
    """
    value = secrets.token_bytes(_SIZE)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(value.hex() + "\n")
    except FileExistsError as error:
        raise RefusedError(
            f"{path}: is there already, and old bundles are hashed with it; name another file."
        ) from error
    except OSError as error:
        raise StorageError(f"{path}: the salt cannot be written ({error.strerror}).") from error
    return Salt(value)

"""Follows a file that grows, through its rotation: renamed and made anew, or copied and cut."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

READ = 1 << 20
"""Octets taken at a time, so that a large file does not keep others waiting."""


@dataclass(slots=True)
class Follower:
    """Reads the whole lines that were added to a file.

    What the file held before it was first opened is history and is not read; a file that comes later, by rotation or
    because its writer starts after us, is read from its beginning.

    Attributes:
        longest: octets of a line beyond which it is thrown away and counted.
        overlong: lines thrown away.
    """

    path: Path
    longest: int
    overlong: int = 0
    _file: BinaryIO | None = None
    _begun: bool = False
    _waiting: bytes = b""
    _skipping: bool = field(default=False)

    @property
    def there(self) -> bool:
        """Whether the file could be opened."""
        return self._file is not None

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
        self._file = None

    def lines(self) -> list[bytes]:
        """Return whole lines that were added since the last call, at most some `READ` octets of them."""
        if self._file is None and not self._open():
            return []
        data = self._read()
        if not data and self._replaced():
            self.close()
            self._waiting, self._skipping = b"", False
            data = self._read() if self._open() else b""
        return self._cut(data)

    def _open(self) -> bool:
        try:
            self._file = self.path.open("rb")
        except OSError:
            self._begun = True
            return False
        if not self._begun:
            self._file.seek(0, os.SEEK_END)
        self._begun = True
        return True

    def _read(self) -> bytes:
        """Return what was added; a file that is shorter than what was read of it was cut, and begins anew."""
        if self._file is None:
            return b""
        try:
            if os.fstat(self._file.fileno()).st_size < self._file.tell():
                self._file.seek(0)
                self._waiting, self._skipping = b"", False
            return self._file.read(READ)
        except OSError:
            self.close()
            return b""

    def _replaced(self) -> bool:
        """Tell whether the name now stands for another file."""
        if self._file is None:
            return False
        try:
            return not os.path.samestat(os.fstat(self._file.fileno()), self.path.stat())
        except FileNotFoundError:
            return False  # moved away and not made anew yet: its writer may still have it open
        except OSError:
            return True

    def _cut(self, data: bytes) -> list[bytes]:
        """Return the lines that data ends; keep the rest, but not more than one line may have."""
        *whole, self._waiting = (self._waiting + data).split(b"\n")
        if self._skipping and whole:
            whole.pop(0)
            self._skipping = False
        if len(self._waiting) > self.longest:
            self.overlong += not self._skipping
            self._waiting, self._skipping = b"", True
        self.overlong += sum(len(line) > self.longest for line in whole)
        return [line for line in whole if line and len(line) <= self.longest]

"""Files are written whole or not at all: a reader sees the old text or the new one, never a part."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from govnet.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8; folders are made as needed.

    Raises:
        StorageError: it cannot be written (a full disk, say); what was there before is untouched.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise StorageError(
            f"{path}: not written ({error.strerror}); what was there before is untouched. Free space, then run again."
        ) from error

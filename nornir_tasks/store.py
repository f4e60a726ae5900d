"""Where running configurations are kept: a folder under git, one file a device, never half-written."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.errors import StorageError
from govnet.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_SECRET = re.compile(r"(?im)^(.*?\b(?:community|password|passwd|secret|cipher|irreversible-cipher|key)\b[ \t]+)(\S.*)$")
_VOLATILE = re.compile(
    r"(?m)^(?:# \w{3} \w{3} \d\d \d\d:\d\d:\d\d \d{4} .*|\*{20,}|\s*Command Execution Time:.*"
    r"|Preparing to Display .*)\n"
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one backup: where it is, and whether it differs from the last one."""

    path: Path
    changed: bool


class BackupStore:
    """A git repository of running configurations.

    Secrets are masked and header dates left out before anything is written, so that two backups of an unchanged
    device are the same bytes and a revision shows what a person would call a difference.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, device: str, text: str) -> Saved:
        """Write one device's configuration; a reader sees the old file or the new one, never a part.

        Raises:
            StorageError: the file cannot be written; the old one is untouched.
        """
        path = self.folder / f"{device}.cfg"
        clean = normalised(text)
        if _held(path) == clean:
            return Saved(path, changed=False)
        write_whole(path, clean)
        return Saved(path, changed=True)

    def commit(self, message: str) -> str:
        """Commit what changed; return the revision, or the present one when nothing did.

        Raises:
            StorageError: git is missing or refuses; the files are written nevertheless.
        """
        if not (self.folder / ".git").is_dir():
            self._git("init", "--quiet")
        self._git("add", "--all")
        if self._git("status", "--porcelain"):
            self._git("commit", "--quiet", "--message", message)
        return self._git("rev-parse", "--short", "HEAD")

    def _git(self, *words: str) -> str:
        identity = ["-c", "user.name=govnet", "-c", "user.email=govnet@localhost", "-c", "commit.gpgsign=false"]
        command = ["git", *identity, *words]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            done = subprocess.run(  # noqa: S603 - our own words, no shell
                command, cwd=self.folder, check=True, capture_output=True, text=True, env=_plain_git()
            )
        except FileNotFoundError as error:
            raise StorageError(f"{self.folder}: git is not installed; install it to keep revisions.") from error
        except subprocess.CalledProcessError as error:
            raise StorageError(f"{self.folder}: git {words[0]} failed: {error.stderr.strip()}") from error
        return done.stdout.strip()


def _plain_git() -> dict[str, str]:
    """Return an environment in which git means this folder, whatever repository govnet was called from."""
    return {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}


def normalised(text: str) -> str:
    """Return a running text without its secrets, its dates and its line-end noise."""
    even = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    return _VOLATILE.sub("", _SECRET.sub(r"\1********", even))


def _held(path: Path) -> str | None:
    """Return what the last backup holds; None when there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None

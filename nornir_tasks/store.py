"""Where running configurations are kept: a folder under git, two files a device, never half-written.

``NAME.cfg`` is the sanitized text, for people and for diffs; ``NAME.cfg.enc`` is what the device printed, encrypted,
for restoring. The second is kept only where there is a key.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govnet.errors import RefusedError, StorageError
from govnet.files import write_whole
from nornir_tasks.sanitize import quiet, sanitized

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nornir_tasks.vault import Vault

SEALED = ".enc"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one backup: where it is, and whether it differs from the last one."""

    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What a revision holds of a device. ``whole``: it is what the device printed; else secrets are masked in it."""

    text: str
    whole: bool


class BackupStore:
    """A git repository of running configurations.

    Secrets are masked and noise left out before anything is written in the clear, so that two backups of an unchanged
    device are the same bytes and a revision shows what a person would call a difference.
    """

    def __init__(self, folder: Path, vault: Vault | None = None) -> None:
        """Keep files in ``folder``; without a ``vault`` no raw text is kept, and none is opened."""
        self.folder, self.vault = folder, vault

    def save(self, device: str, text: str, platform: str = "") -> Saved:
        """Write one device's configuration; a reader sees the old file or the new one, never a part.

        Raises:
            StorageError: the file cannot be written; the old one is untouched.
        """
        path = self.folder / f"{device}.cfg"
        clean = sanitized(text, platform)
        changed = _held(path) != clean
        if changed:
            write_whole(path, clean)
        return Saved(path, changed=self._seal(device, text, platform) or changed)

    def _seal(self, device: str, text: str, platform: str) -> bool:
        """Keep the raw text, unless what is kept says the same under the newest key; return whether it was written."""
        path = self.folder / f"{device}.cfg{SEALED}"
        if self.vault is None or self._is_sealed(path, quiet(text, platform), platform):
            return False
        write_whole(path, self.vault.seal(text) + "\n")
        return True

    def _is_sealed(self, path: Path, steady: str, platform: str) -> bool:
        token = _held(path)
        if self.vault is None or token is None or not self.vault.newest(token):
            return False
        try:
            return quiet(self.vault.open(token, path.name), platform) == steady
        except RefusedError:
            return False

    def commit(self, message: str, devices: Iterable[str] = ()) -> str:
        """Commit what changed; return the revision, or the present one when nothing did.

        Args:
            message: of the revision.
            devices: those that were backed up just now, changed or not; see `kept_at`.

        Raises:
            StorageError: git is missing or refuses; the files are written nevertheless.
        """
        if not (self.folder / ".git").is_dir():
            self._git("init", "--quiet")
        self._git("add", "--all")
        if self._git("status", "--porcelain"):
            self._git("commit", "--quiet", "--message", message)
        revision = self._git("rev-parse", "--short", "HEAD")
        self._note(devices)
        return revision

    def _note(self, devices: Iterable[str]) -> None:
        """Write down when devices were backed up: an unchanged one makes no revision that would tell."""
        now = datetime.now(UTC).timestamp()
        noted = self._noted() | dict.fromkeys(devices, now)
        if noted:
            write_whole(self._notes, json.dumps(noted, indent=1, sort_keys=True) + "\n")

    @property
    def _notes(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-kept.json")

    def _noted(self) -> dict[str, float]:
        try:
            return {str(name): float(at) for name, at in json.loads(_held(self._notes) or "{}").items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    def kept_at(self) -> dict[str, float]:
        """Return device -> Unix time of its last successful backup; a device without one is not in it.

        A device that no note tells of was last backed up when git last saw its file change.
        """
        found = {name: at for name, at in self._noted().items() if (self.folder / f"{name}.cfg").exists()}
        for path in self.folder.glob("*.cfg"):
            if path.stem not in found and (when := self._git("log", "-1", "--format=%ct", "--", path.name)):
                found[path.stem] = float(when)
        return found

    def revision(self, named: str) -> str:
        """Return the full hash of the revision that a person named.

        Raises:
            RefusedError: there is none of that name.
        """
        if not (self.folder / ".git").is_dir():
            raise RefusedError(f"{self.folder}: holds no backup yet; run `govnet backup`.")
        try:
            return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}")
        except StorageError as error:
            raise RefusedError(
                f"{named!r} is no revision of {self.folder}; `git -C {self.folder} log --oneline` lists them."
            ) from error

    def devices(self, revision: str) -> list[str]:
        """Return the devices of which a revision holds a configuration, by name.

        Raises:
            RefusedError: there is no such revision.
        """
        names = self._git("ls-tree", "--name-only", self.revision(revision)).splitlines()
        return sorted(name.removesuffix(".cfg") for name in names if name.endswith(".cfg"))

    def kept(self, device: str, revision: str = "HEAD") -> Kept | None:
        """Return a device's configuration as a revision has it; None when it has none.

        What the device printed where it was kept and there is a vault, else the sanitized text.

        Raises:
            RefusedError: there is no such revision, or the vault does not open what it holds.
        """
        whole = self.revision(revision)
        names = self._git("ls-tree", "--name-only", whole, "--", f"{device}.cfg", f"{device}.cfg{SEALED}").splitlines()
        if self.vault and (sealed := f"{device}.cfg{SEALED}") in names:
            return Kept(self.vault.open(self._git("show", f"{whole}:{sealed}"), f"{sealed} of {whole[:8]}"), whole=True)
        return (
            Kept(self._git("show", f"{whole}:{device}.cfg") + "\n", whole=False) if f"{device}.cfg" in names else None
        )

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
    """Return a text of whatever platform without its secrets, its dates and its line-end noise."""
    return sanitized(text)


def _held(path: Path) -> str | None:
    """Return what the last backup holds; None when there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None

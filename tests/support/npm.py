"""Packages of npm for tests: fetched once into the build folder, by npm itself."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILD = Path(__file__).parents[2] / "build" / "npm"


def fetched(name: str, *packages: str) -> Path:
    """Return a folder of the build folder in which packages are installed; skip where that cannot be done."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"needs npm (Debian: npm) for {', '.join(packages)}")
    folder, done = BUILD / name, BUILD / name / "done"
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if not (done.exists() and done.read_text() == " ".join(packages)):
            _install(npm, folder, packages)
            done.write_text(" ".join(packages))
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other test processes out: what one reads, another must not be installing."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(npm: str, folder: Path, packages: tuple[str, ...]) -> None:
    command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", *packages]
    try:
        said = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm cannot fetch {', '.join(packages)}: no answer from its registry in three minutes")
    if said.returncode:
        pytest.skip(f"npm cannot fetch {', '.join(packages)}: {said.stderr.strip()[-200:]}")

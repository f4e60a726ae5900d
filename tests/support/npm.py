"""Packages of npm for tests: fetched once into the build folder, by npm itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "build" / "npm"


def fetched(name: str, *packages: str) -> Path:
    """Return a folder of the build folder in which packages are installed; skip where that cannot be done."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"needs npm (Debian: npm) for {', '.join(packages)}")
    folder, done = BUILD / name, BUILD / name / "done"
    if not (done.exists() and done.read_text() == " ".join(packages)):
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", *packages]
        said = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=180)
        if said.returncode:
            pytest.skip(f"npm cannot fetch {', '.join(packages)}: {said.stderr.strip()[-200:]}")
        done.write_text(" ".join(packages))
    return folder

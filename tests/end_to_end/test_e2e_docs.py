"""Every command in the README and the guides runs, in the order in which a reader would type them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
LEAVES = re.compile(r"# leaves with (\d+)")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
SECONDS = 600
"""For a command that takes half a minute at most on an idle machine: beyond it hangs."""


def commands(page: str) -> list[str]:
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line.removeprefix("$ ").partition("#")[0].strip() for line in lines]


def exit_codes(page: str) -> dict[str, int]:
    """Return command -> exit code where the page says one; every other leaves with 0."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    said = [(line, LEAVES.search(line)) for line in lines if line.startswith("$ ")]
    return {line.removeprefix("$ ").partition("#")[0].strip(): int(code[1]) for line, code in said if code}


def test_the_readme_names_the_two_commands() -> None:
    assert [line for line in commands("README.md") if line.startswith("make")] == ["make demo", "make test"]


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md"])
def test_make_targets_exist_and_links_lead_somewhere(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in commands(page):
        if line.startswith("make "):
            assert f"\n{line.removeprefix('make ')}:" in makefile, line
        else:
            assert line.startswith("govnet "), f"{page}: no test runs {line!r}"
    for link in LINK.findall((ROOT / page).read_text(encoding="utf-8")):
        assert ((ROOT / page).parent / link).exists(), f"{page} links to {link}"


@pytest.mark.lab
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("page", [page for page in PAGES if any(c.startswith("govnet") for c in commands(page))])
def test_commands_run(page: str, tmp_path: Path) -> None:
    environment = os.environ | {"GOVNET_BUILD": str(tmp_path), "GOVNET_KEYS": str(tmp_path / "keys"), "COLUMNS": "160"}
    codes = exit_codes(page)
    try:
        for line in commands(page):
            if not line.startswith("govnet "):
                continue
            words = line.replace("build/", f"{tmp_path}/").split()[1:]
            if words[:2] == ["noc", "up"] and not shutil.which("prometheus"):
                continue
            done = subprocess.run(
                [sys.executable, "-m", "govnet", *words],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            said = f"{page}: {line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            assert done.returncode == codes.get(line, 0), said
    finally:
        down = [sys.executable, "-m", "govnet", "lab", "down", "laixi"]
        subprocess.run(down, env=environment, capture_output=True, timeout=60, check=False, cwd=ROOT)

"""The list of commands: the same words as each command's own help, and none of them imported for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import typer
from support.laixi import ROOT
from typer.core import TyperGroup

from govnet.cli.main import COMMANDS, app

SLOW = ("nornir", "netmiko", "napalm", "paramiko", "cryptography", "nornir_tasks", "lab")
LISTED = """
import sys
from govnet.cli.main import run
try:
    run()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def test_a_list_says_of_each_command_what_its_own_help_says() -> None:
    commands = typer.main.get_command(app)
    assert isinstance(commands, TyperGroup)
    with typer.Context(commands) as context:
        assert commands.list_commands(context) == list(COMMANDS)
        for name in COMMANDS:
            listed = commands.get_command(context, name)
            _, real, _ = commands.resolve_command(context, [name])
            assert listed is not None
            assert real is not None
            assert listed is not real, "it was loaded for the list"
            assert (listed.name, listed.help) == (real.name, real.help)
            assert commands.get_command(context, name) is real, "once loaded, it is itself"


@pytest.mark.parametrize(
    ("words", "around"),
    [
        (["--help"], {}),
        ([], {"_GOVNET_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "govnet "}),
    ],
)
def test_a_list_of_commands_imports_none_of_them(words: list[str], around: dict[str, str]) -> None:
    said = subprocess.run(
        [sys.executable, "-c", LISTED, *words],
        cwd=ROOT, env=os.environ | around, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert all(f"{name} " in said.stdout or f'"{name}"' in said.stdout for name in COMMANDS), said
    loaded = set(said.stderr.splitlines()[-1].split())
    assert "govnet" in loaded
    assert not loaded & set(SLOW)

"""Moving about: enable, configure, interface, exit, logout, terminal, save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_ers import running
from lab.personalities.nortel_ers.cli import integer, ports_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.nortel_ers.cli import Cli
    from lab.personalities.wordtree import Values

_CONFIGURE = "Enter configuration commands, one per line.  End with CNTL/Z."
_FULL = "% Cannot write to flash"  # the family's mark of an error; the words have no public source
_SAVED = "Save config to file /flash/config.cfg successful."


def _to(mode: str, text: str = "") -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        del values
        cli.mode = mode
        return text

    return run


def _leave(cli: Cli, values: Values) -> str:
    del values
    cli.left = True
    return ""


def _configure(cli: Cli, values: Values) -> str:
    """Ask from where; the words are the family's on the VSP, the same are expected here (no public source)."""
    del values

    def answer(text: str) -> str:
        if text.strip() not in ("", "terminal"):
            return "% Invalid input"
        cli.mode = "config"
        return _CONFIGURE

    cli.question = ("Configuring from terminal or network [terminal]? ", answer)
    return ""


def _interface(cli: Cli, values: Values) -> str:
    cli.mode, cli.chosen = "config-if", ports_of(values)
    return ""


def _length(cli: Cli, values: Values) -> str:
    cli.length = integer(values, "number")
    return ""


def _width(cli: Cli, values: Values) -> str:
    """Kept in the configuration too (transcript of a 4550T with 5.7.1)."""
    cli.width = integer(values, "number")
    cli.box.lines["CORE (Phase 1)"]["terminal width"] = f"terminal width {cli.width}"
    return ""


def _save(cli: Cli, values: Values) -> str:
    del values
    if cli.box.flash.full:
        return _FULL
    cli.box.saved = running.text(cli.box)
    cli.box.flash.save()
    return _SAVED


def _copy(cli: Cli, values: Values) -> str:
    return _save(cli, values).replace(_SAVED, "")


_TERMINAL = {"terminal length <number>": _length, "terminal width <number>": _width}
_SAVE = {"save config": _save, "write memory": _save, "copy config nvram": _copy}
_OUT = {"logout": _leave}

_INSIDE: dict[str, Callable[[Cli, Values], str]] = {
    **_SAVE,
    **_OUT,
    "interface Ethernet <ports>": _interface,
    "exit": _to("config"),
    "end": _to("exec"),
}

BY_MODE: dict[str, dict[str, Callable[[Cli, Values], str]]] = {
    "user": {**_TERMINAL, **_OUT, "exit": _leave, "enable": _to("exec")},
    "exec": {
        **_TERMINAL,
        **_SAVE,
        **_OUT,
        "exit": _leave,
        "enable": _to("exec"),
        "disable": _to("user"),
        "configure": _configure,
        "configure terminal": _to("config", _CONFIGURE),
    },
    "config": {
        **_TERMINAL,
        **_SAVE,
        **_OUT,
        "interface Ethernet <ports>": _interface,
        "enable": _to("config"),
        "configure terminal": _to("config"),
        "exit": _to("exec"),
        "end": _to("exec"),
    },
    "config-if": {**_INSIDE},
    "config-vlan": {**_INSIDE},
}

"""Moving about: enable, configure, interface, router, exit, logout, paging, save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.extreme_voss import running
from lab.personalities.extreme_voss.cli import ports_of
from lab.personalities.extreme_voss.state import Mlt, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.extreme_voss.cli import Cli
    from lab.personalities.wordtree import Values

CONFIGURE = "Enter configuration commands, one per line.  End with CNTL/Z."


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
    """Ask from where (ACLI-terminal's notes on scripting)."""
    del values

    def answer(text: str) -> str:
        if text.strip() not in {"", "terminal"}:
            return "% Invalid input detected at '^' marker."
        cli.mode = "config"
        return CONFIGURE

    cli.question = ("Configuring from terminal or network [terminal]? ", answer)
    return ""


def _port(cli: Cli, values: Values) -> str:
    cli.mode, cli.chosen = "port", ports_of(values)
    return ""


def _vlan(cli: Cli, values: Values) -> str:
    cli.chosen = cli.box.vlan(int(str(values["vid"]))).vid
    cli.mode = "vlan"
    return ""


def _loopback(cli: Cli, values: Values) -> str:
    cli.mode, cli.chosen = "loopback", values["number"]
    return ""


def _mlt(cli: Cli, values: Values) -> str:
    number = int(str(values["mlt"]))
    cli.box.mlts.setdefault(number, Mlt(number, ""))
    cli.mode, cli.chosen = "mlt", number
    return ""


def _mgmt(cli: Cli, values: Values) -> str:
    del values
    if cli.box.ers:
        raise Refusal("% Invalid input detected at '^' marker.")
    cli.mode = "mgmt"
    return ""


def _router_vrf(cli: Cli, values: Values) -> str:
    cli.chosen = cli.box.vrf(str(values["text"]))
    cli.mode = "router-vrf"
    return ""


def _more(*, on: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        del values
        cli.more = on
        return ""

    return run


def _save(cli: Cli, values: Values) -> str:
    """Keep the running text; the answer's words are those of Control-CLI-Extreme's failure, turned round."""
    del values
    if cli.box.flash.full:
        return "Save config to file /intflash/config.cfg failed."
    cli.box.saved = running.text(cli.box)
    cli.box.flash.save()
    return "CP-1: Save config to file /intflash/config.cfg successful."


_TERMINAL = {"terminal more disable": _more(on=False), "terminal more enable": _more(on=True)}
_SAVE = {"save config": _save}
_OUT = {"logout": _leave}
_INTO: dict[str, Callable[[Cli, Values], str]] = {
    "interface GigabitEthernet <ports>": _port,
    "interface Vlan <vid>": _vlan,
    "interface loopback <number>": _loopback,
    "interface mlt <mlt>": _mlt,
    "interface mgmtEthernet mgmt": _mgmt,
    "router vrf <text>": _router_vrf,
}
_INSIDE = {**_TERMINAL, **_SAVE, **_OUT, **_INTO, "exit": _to("config"), "end": _to("exec")}

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
        "configure terminal": _to("config", CONFIGURE),
    },
    "config": {
        **_INSIDE,
        "enable": _to("config"),
        "configure terminal": _to("config"),
        "exit": _to("exec"),
    },
    **dict.fromkeys(("port", "vlan", "loopback", "mlt", "mgmt", "router-vrf"), _INSIDE),
}

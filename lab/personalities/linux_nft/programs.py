"""The programs that an automation account calls on a Debian firewall, ``ip`` and ``nft`` among them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .ip import run_ip
from .result import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from .machine import Machine

_HOSTNAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?")


def _options(words: list[str]) -> tuple[str, list[str]]:
    """Part single-letter options from names."""
    options = "".join(word[1:] for word in words if word.startswith("-") and len(word) > 1)
    return options, [word for word in words if not word.startswith("-") or word == "-"]


def _cat(machine: Machine, words: list[str], given: str) -> Result:
    _, names = _options(words)
    out, err = "", ""
    for name in names or ["-"]:
        text = given if name == "-" else machine.read(name)
        if text is not None:
            out += text
        elif machine.path(name) in machine.folders:
            err += f"cat: {name}: Is a directory\n"
        else:
            err += f"cat: {name}: No such file or directory\n"
    return Result(1 if err else 0, out, err)


def _tee(machine: Machine, words: list[str], given: str) -> Result:
    options, names = _options(words)
    lost = [name for name in names if not machine.write(name, given, append="a" in options)]
    return Result(1 if lost else 0, given, "".join(f"tee: {name}: No such file or directory\n" for name in lost))


def _rm(machine: Machine, words: list[str], _: str) -> Result:
    options, names = _options(words)
    lost = [name for name in names if machine.files.pop(machine.path(name), None) is None and "f" not in options]
    err = "".join(f"rm: cannot remove '{name}': No such file or directory\n" for name in lost)
    return Result(1 if err else 0, "", err)


def _move(machine: Machine, words: list[str], name: str, *, keep: bool) -> Result:
    _, names = _options(words)
    if len(names) != 2:  # noqa: PLR2004 - from, to
        return Result(1, "", f"{name}: missing destination file operand\n")
    text = machine.read(names[0])
    if text is None:
        return Result(1, "", f"{name}: cannot stat '{names[0]}': No such file or directory\n")
    if not machine.write(names[1], text):
        return Result(1, "", f"{name}: cannot create regular file '{names[1]}': No such file or directory\n")
    if not keep and machine.path(names[0]) != machine.path(names[1]):
        del machine.files[machine.path(names[0])]
    return Result()


def _echo(_: Machine, words: list[str], _given: str) -> Result:
    bare = words[:1] == ["-n"]
    return Result(0, " ".join(words[1:] if bare else words) + ("" if bare else "\n"))


def _hostname(machine: Machine, words: list[str], _: str) -> Result:
    _options_given, names = _options(words)
    if not names:
        return Result(0, f"{machine.hostname}\n")
    if not _HOSTNAME.fullmatch(names[0]):
        return Result(1, "", "hostname: the specified hostname is invalid\n")
    machine.hostname = names[0]
    return Result()


def _hostnamectl(machine: Machine, words: list[str], given: str) -> Result:
    if words[:1] in (["set-hostname"], ["hostname"]) and words[1:]:
        if not _HOSTNAME.fullmatch(words[1]):
            return Result(1, "", f"Could not set static hostname: Invalid static hostname '{words[1]}'\n")
        return _hostname(machine, words[1:], given)
    if words and words[0] not in {"status", "hostname"}:
        return Result(1, "", f"Unknown command verb {words[0]}.\n")
    if words == ["hostname"]:
        return Result(0, f"{machine.hostname}\n")
    return Result(0, f" Static hostname: {machine.hostname}\nOperating System: Debian GNU/Linux 12 (bookworm)\n")


def _sysctl(machine: Machine, words: list[str], _: str) -> Result:
    options, names = _options(words)
    out, err = "", ""
    for name in names:
        key, _sign, value = (part.strip() for part in name.partition("="))
        if key not in machine.settings:
            err += f"sysctl: cannot stat /proc/sys/{key.replace('.', '/')}: No such file or directory\n"
            continue
        if "=" in name:
            if not value.isdecimal():
                err += f'sysctl: setting key "{key}": Invalid argument\n'
                continue
            machine.settings[key] = value
        if "q" not in options:
            shown = machine.settings[key]
            out += f"{shown}\n" if "n" in options else f"{key} = {shown}\n"
    return Result(1 if err else 0, out, err)


def _uname(machine: Machine, words: list[str], _: str) -> Result:
    """Show Debian 12's kernel, whatever this machine's own is."""
    options, _names = _options(words)
    parts = {"s": "Linux", "n": machine.hostname, "r": "6.1.0-28-amd64", "m": "x86_64"}
    version = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)"
    if "a" in options:
        return Result(0, f"Linux {machine.hostname} {parts['r']} {version} x86_64 GNU/Linux\n")
    return Result(0, " ".join(parts[key] for key in parts if key in (options or "s")) + "\n")


def _ip(machine: Machine, words: list[str], _: str) -> Result:
    return run_ip(machine.net, words)


def _nft(machine: Machine, words: list[str], given: str) -> Result:
    return machine.filter.run(words, given, machine.read)


PROGRAMS: Final[dict[str, Callable[[Machine, list[str], str], Result]]] = {
    "cat": _cat,
    "tee": _tee,
    "rm": _rm,
    "mv": lambda machine, words, _: _move(machine, words, "mv", keep=False),
    "cp": lambda machine, words, _: _move(machine, words, "cp", keep=True),
    "echo": _echo,
    "hostname": _hostname,
    "hostnamectl": _hostnamectl,
    "sysctl": _sysctl,
    "uname": _uname,
    "ip": _ip,
    "nft": _nft,
    "true": lambda _machine, _words, _given: Result(),
    "false": lambda _machine, _words, _given: Result(1),
    "whoami": lambda _machine, _words, _given: Result(0, "root\n"),
}

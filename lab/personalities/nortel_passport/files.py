"""``save``, ``more``, ``copy``, ``directory``: the flash card. There is no candidate, no commit and no rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_passport import flat
from lab.personalities.nortel_passport.state import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.nortel_passport.state import Box
    from lab.personalities.wordtree import Values

_BOOT_FILE = "/flash/config.cfg"
_FLASH = "/flash/"
_BYTES = 16_777_216


def _path(values: Values, name: str = "text") -> str:
    path = str(values.get(name, _BOOT_FILE))
    return path if path.startswith("/") else _FLASH + path


def _save(box: Box, values: Values) -> str:
    """Write the configuration; a file that exists is only overwritten unasked when it is the boot file."""
    path = _path(values)

    def write() -> str:
        if box.flash.full:  # Control-CLI-Extreme looks for the failure; why it failed has no public source
            return f"Save config to file {path} failed."
        box.files[path] = flat.text(box)
        if path == _BOOT_FILE:
            box.flash.save()
        return f"Save config to file {path} successful."

    if path == _BOOT_FILE or path not in box.files:
        return write()
    return _ask(box, path, write)


def _ask(box: Box, path: str, then: Callable[[], str]) -> str:
    box.pending = then
    return f"{path} already existing, overwrite (y/n) ? "


def _found(box: Box, path: str, verb: str) -> str:
    """Refuse as the family does, ``can't <verb> "<file>" 0x300042`` (Control-CLI-Extreme)."""
    if path not in box.files:
        raise Refusal(f'can\'t {verb} "{path}" 0x300042')
    return box.files[path]


def _more(box: Box, values: Values) -> str:
    return _found(box, _path(values), "open").rstrip("\n")


def _copy(box: Box, values: Values) -> str:
    source, target = _path(values, "source"), _path(values, "target")
    if ":" in source + target:
        raise Refusal("ERROR: Trying to TFTP file")  # no network behind an emulated box
    text = _found(box, source, "open")

    def write() -> str:
        box.files[target] = text
        return ""

    if target in box.files and "sure" not in values:
        return _ask(box, target, write)
    return write()


def _remove(box: Box, values: Values) -> str:
    path = _path(values)
    _found(box, path, "remove")
    del box.files[path]
    return ""


def _directory(box: Box, values: Values) -> str:
    del values
    rows = [f"{len(text):>10}  {path}" for path, text in sorted(box.files.items())]
    used = sum(map(len, box.files.values()))
    return "\n".join([*rows, f"total: {_BYTES} used: {used} free: {_BYTES - used} bytes"])


COMMANDS: dict[str, Callable[[Box, Values], str]] = {
    "save config": _save,
    "save config file <text>": _save,
    "more <text>": _more,
    "copy <text:source> <text:target>": _copy,
    "copy <text:source> <text:target> sure=-y": _copy,
    "rm <text>": _remove,
    "rm <text> sure=-y": _remove,
    "directory": _directory,
    "ls [<text>]": _directory,
}

"""Keeps secrets off the page: lines that devices said may hold communities and passwords.

Backups are masked by the same rule (`nornir_tasks.store`), so a report never shows more than a backup does.
"""

from __future__ import annotations

import re

from nornir_tasks.store import normalised

# What a message quotes from a device: between quotes, or as the proof names a line that nobody understood.
_QUOTED = re.compile(r"([`'\"])(.+?)(\1)|(line \d+: )(.+?)( is not understood)", re.DOTALL)


def line(text: str) -> str:
    """Return device text with the values of its secrets masked."""
    return normalised(text).strip("\n")


def prose(text: str) -> str:
    """Return a message with the secrets masked that it quotes from a device; its own words stay."""
    return _QUOTED.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    before, quoted, after = (part for part in found.groups() if part is not None)
    return f"{before}{line(quoted)}{after}"

"""A port as the inventory spells it, from what a device calls it in ``ifName``."""

from __future__ import annotations

import re

PORT_NAMES = (
    (r"Slot (\d+), Port (\d+)", "$1/$2"),
    (r"ifc\d+ \(Slot: 1 Port: (\d+)\)", "$1"),
    (r"ifc\d+ \(Slot: ([2-8]) Port: (\d+)\)", "$1/$2"),
)
"""Regular expression, of Python and of RE2 -> the inventory's name. From captures of ERS 8600, 4500 and 5500."""
_COMPILED = tuple((re.compile(pattern), name.replace("$", "\\")) for pattern, name in PORT_NAMES)


def port_of(name: str) -> str:
    """Return the inventory's name of a port; what no rule fits is called so by both."""
    for pattern, written in _COMPILED:
        if found := pattern.fullmatch(name):
            return found.expand(written)
    return name

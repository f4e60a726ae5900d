"""The nested configuration text of the Accelar (sw 2.x), made flat: the ancestor of the Passport's own form.

A line opens a context or is a command inside one; ``back`` leaves a context. Source: ZipTie capture of an Accelar-1100,
sw 2.0.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govnet.config.reading import Line

_COMMON = ["ip", "ipx", "l3-igmp", "dvmrp", "dhcp-relay", "ospf", "rip", "policy"]
_AT_ROOT = frozenset([*_COMMON, "cli", "sys", "web-server", "diffserv-rule", "udpfwd"])
_INSIDE = frozenset([*_COMMON, "set", "syslog", "access-policy", "traffic-filter", "sap", "diffserv-rule", "udpfwd"])
_WITH_ARGUMENT = frozenset(["stg", "mlt", "vlan", "ethernet", "interface", "policy"])


def flattened(lines: Iterable[Line]) -> list[tuple[Line, str]]:
    """Return each command with its path in front: ``vlan 1 ports add 1/1 member portmember``."""
    path: list[str] = []
    found: list[tuple[Line, str]] = []
    for line in lines:
        text = line.text.strip()
        if not text or text.startswith("#"):
            continue
        if text == "back":
            path = path[:-1]
        elif _opens(text.split(), path):
            path.append(text)
        else:
            found.append((line, " ".join([*path, text])))
    return found


def _opens(words: list[str], path: list[str]) -> bool:
    if len(words) == 1:
        return words[0] in (_INSIDE if path else _AT_ROOT)
    return len(words) == len(("vlan", "1")) and words[0] in _WITH_ARGUMENT

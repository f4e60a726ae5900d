"""Lines that are understood and change nothing in the model: they move no packet from anywhere to anywhere.

They count as read. What could open a door, or change what the box does with packets, is never among them: a boot flag
that starts a service, or an operating mode that is on, stays unread. Sources: the ZipTie captures (header and first
lines of ``show config``), ACLI-terminal's capture of ``show bootconfig config``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.config.reading import Line
    from govnet.platforms.nortel_passport.building import Builder

HARMLESS_FLAGS = frozenset({"ha-cpu", "savetostandby", "verify-config"})
"""Boot flags about the second CPU and the boot itself."""
OPENING_FLAGS = frozenset({"ftpd", "rlogind", "tftpd"})
"""Boot flags that start a service; harmless only while they are false."""


def _nothing(_: Builder, _line: Line, *_words: str) -> None:
    """Change nothing."""


ACKNOWLEDGED: dict[str, Callable[..., None]] = {
    "#!flags m-mode false": _nothing,
    "#!flags enhanced-operational-mode false": _nothing,
    "#!flags vlan-optimization-mode false": _nothing,
    "#!record-reservation <table> <size>": _nothing,
    "load-module 3DES <file>": _nothing,
    "mac-flap-time-limit <milliseconds>": _nothing,
    "sys set ssh version <version>": _nothing,
    "choice primary image-file <file>": _nothing,
    "choice secondary image-file <file>": _nothing,
    "delay <seconds>": _nothing,
}

"""How each make of device talks: one module a platform, each with ``build(twin) -> Personality``.

A personality is written from published captures and manuals alone, keeps its state across sessions, and must not
know of sockets, faults, other devices, or how govnet itself says or reads a configuration.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from govnet.errors import LabError

if TYPE_CHECKING:
    from lab.terminal import Personality
    from lab.twin import Twin

PLATFORMS = ("nortel_passport", "nortel_ers", "extreme_voss", "huawei_vrp", "linux_nft")
AT_THE_START = frozenset({"linux_nft"})
"""Platforms whose boxes hold processes of this machine, and say only when made which they could have."""


def make(twin: Twin) -> Personality:
    """Return a device as it comes out of its box, loading its platform's module at first use.

    Raises:
        LabError: no personality speaks the twin's platform.
    """
    if twin.platform not in PLATFORMS:
        raise LabError(
            f"{twin.name}: no emulated device speaks {twin.platform!r}. "
            f"Use one of {', '.join(PLATFORMS)}, or leave the platform empty."
        )
    module = importlib.import_module(f"lab.personalities.{twin.platform}")
    personality: Personality = module.build(twin)
    return personality

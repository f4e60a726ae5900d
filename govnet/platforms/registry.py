"""Which platforms there are; each is imported when first asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from govnet.errors import RefusedError

if TYPE_CHECKING:
    from govnet.platforms.base import Platform

PLATFORMS = ("huawei_vrp", "linux_nft", "nortel_ers", "nortel_passport")


@cache
def platform(name: str) -> Platform:
    """Return the platform called ``name``: the object ``PLATFORM`` of the module of that name in this room.

    Raises:
        RefusedError: there is no such platform.
    """
    if name not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        raise RefusedError(f"{name!r} is no platform that govnet can command; it knows {known}. Mend the inventory")
    return cast("Platform", import_module(f"govnet.platforms.{name}").PLATFORM)

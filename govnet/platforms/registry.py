"""Which platforms there are; each is imported when first asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from govnet.errors import RefusedError
from govnet.platforms.base import Fitting

if TYPE_CHECKING:
    from govnet.config.hardware import Hardware
    from govnet.platforms.base import Platform

PLATFORMS = ("extreme_voss", "huawei_vrp", "linux_nft", "manual", "nortel_ers", "nortel_passport")


@cache
def _loaded(name: str) -> Platform:
    return cast("Platform", import_module(f"govnet.platforms.{name}").PLATFORM)


def platform(name: str, hardware: Hardware | None = None) -> Platform:
    """Return the platform called ``name``: the object ``PLATFORM`` of the module of that name in this room.

    ``hardware`` fits it to one box where a family's boxes take different words for the same thing (`Fitting`).

    Raises:
        RefusedError: there is no such platform.
    """
    if name not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        raise RefusedError(f"{name!r} is no platform that govnet can command; it knows {known}. Mend the inventory")
    found = _loaded(name)
    return found.fitted(hardware) if hardware is not None and isinstance(found, Fitting) else found


def by_hand(name: str) -> bool:
    """Return whether a person configures the devices of a platform: it shows nothing to a session."""
    return name in PLATFORMS and not _loaded(name).shows

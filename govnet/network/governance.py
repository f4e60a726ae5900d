"""Who may approve plans, and when devices may be changed."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from govnet.network.administered import Approver, Window

if TYPE_CHECKING:
    from govnet.network.folder import Folder

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEY_BYTES = 32


def approvers(folder: Folder) -> dict[str, Approver]:
    """Return the approvers by name; a key that is none, or that two share, is a problem."""
    result: dict[str, Approver] = {}
    holders: dict[str, str] = {}
    for name, entry in folder.files.network.approvers.items():
        origin = folder.origin("network", "approvers", name)
        if not _is_key(entry.key):
            cause = f"the key of approver {name!r} is no Ed25519 public key in base64"
            folder.problem(origin, cause, "Paste what `govnet key show` prints")
        if entry.key in holders:
            cause = f"{name} and {holders[entry.key]} have the same key"
            folder.problem(origin, cause, "Give each person a key of their own: `govnet key new NAME`")
        if entry.since and entry.until and entry.since > entry.until:
            cause = f"the key of approver {name!r} counts since {entry.since} and until {entry.until}"
            folder.problem(origin, cause, "Exchange or mend the dates")
        holders.setdefault(entry.key, name)
        result[name] = Approver(name, entry.key, entry.since, entry.until, origin)
    return result


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def windows(folder: Folder) -> tuple[Window, ...]:
    """Return the change windows in the order of the file."""
    return tuple(
        Window(
            frozenset(_DAYS.index(day) for day in entry.days),
            _minutes(entry.start),
            _minutes(entry.end),
            _minutes(entry.utc_offset[1:]) * (-1 if entry.utc_offset[0] == "-" else 1),
            folder.origin("network", "windows", number),
        )
        for number, entry in enumerate(folder.files.network.windows)
    )


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)

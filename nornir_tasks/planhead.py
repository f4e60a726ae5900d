"""What a plan's text says of itself before anything in it is believed: its inventory, and the day that it is for."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from govnet.errors import InputError, Problem
from govnet.network.asof import View

REMAKE = "Make the plan anew with `govnet plan`"


def folder_of(text: str, name: str) -> str:
    """Return the inventory folder that a plan's text names, before anything else in it is believed.

    Raises:
        InputError: it is no plan.
    """
    folder = parsed(text, name)["plan"].get("folder")
    if not isinstance(folder, str):
        raise InputError([Problem(name, 0, "this plan names no inventory", REMAKE)])
    return folder


def view_of(text: str, name: str) -> View:
    """Return the day and the profile of the network that a plan's text is for; nothing else in it is believed yet.

    Raises:
        InputError: it is no plan.
    """
    plan = parsed(text, name)["plan"]
    try:
        day = str(plan.get("day") or "")
        return View(date.fromisoformat(day) if day else None, str(plan.get("profile") or ""))
    except ValueError as error:
        raise InputError([Problem(name, 0, f"this plan is of no day ({error})", REMAKE)]) from error


def parsed(text: str, name: str) -> dict[str, Any]:
    """Return a plan file's text as JSON: the plan, its hash and its approvals.

    Raises:
        InputError: it is no plan file.
    """
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise InputError(
            [Problem(name, 0, f"this is no JSON ({error})", "Name a file that `govnet plan` wrote")]
        ) from error
    if (
        not isinstance(whole, dict)
        or whole.keys() != {"plan", "hash", "approvals"}
        or not isinstance(whole["plan"], dict)
    ):
        raise InputError([Problem(name, 0, "this is no plan file", "Name a file that `govnet plan -o` wrote")])
    return whole

"""A ping's outcome in NAPALM's form."""

from __future__ import annotations

import re
from statistics import fmean, pstdev
from typing import Any

_NAME = re.compile(r"[\w.:/-]*")


def refuse_name(*names: str) -> None:
    """Let nothing into a command line that is not a name or an address.

    Raises:
        ValueError: names the text.
    """
    for name in names:
        if not _NAME.fullmatch(name) or name.startswith("-"):
            raise ValueError(f"{name!r} is no name or address. Nothing was sent.")


def answer(counted: tuple[int, int, list[tuple[str, float]]] | None, said: str) -> dict[str, Any]:
    """Return NAPALM's dictionary for (sent, received, replies), or the device's own words as an error.

    Times are -1 when no reply came back.
    """
    if counted is None:
        return {"error": said.strip() or "the device said nothing"}
    sent, received, replies = counted
    times = [time for _, time in replies] or [-1.0]
    return {
        "success": {
            "probes_sent": sent,
            "packet_loss": sent - received,
            "rtt_min": min(times),
            "rtt_max": max(times),
            "rtt_avg": fmean(times),
            "rtt_stddev": pstdev(times),
            "results": [{"ip_address": address, "rtt": time} for address, time in replies],
        }
    }

"""What to hand to the template for a port's queues: what goes, and what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.queueing import Queueing
from govnet.platforms.templating import say_change

if TYPE_CHECKING:
    from govnet.config.changes import SetQueueing
    from govnet.platforms.base import Command

NAME = "huawei_vrp"
_NOTHING = Queueing()


def say_queueing(change: SetQueueing) -> list[Command]:
    """Say how a port sends from now on; what stays as it was is not said again."""
    old, new = change.before or _NOTHING, change.after or _NOTHING
    gone = {
        "weights": sorted(old.shares.keys() - new.shares.keys()),
        "drr": bool(old.shares) and not new.shares,
        "rate": old.rate_kbps is not None and new.rate_kbps is None,
        "trust": change.after is None,
    }
    weights = [(queue, share) for queue, share in sorted(new.shares.items()) if old.shares.get(queue) != share]
    return say_change(
        NAME,
        "queueing",
        port=change.port,
        gone=gone,
        rate=new.rate_kbps if new.rate_kbps != old.rate_kbps else None,
        trust=change.before is None,
        drr=bool(new.shares) and not old.shares,
        weights=weights,
    )

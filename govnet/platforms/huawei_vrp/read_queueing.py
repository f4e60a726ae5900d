"""Lines about what a port sends when there is more than it may: marks, rate, queues.

Deficit round robin with weights that add up to 100 gives each queue that many per cent. Only what a port of an S switch
says as one is a `Queueing`: marks believed, and, with weights, all under ``qos drr``. Anything else is kept unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.queueing import Queueing
from govnet.platforms.huawei_vrp.read_ports import port
from govnet.platforms.huawei_vrp.reader import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.reading import Line
    from govnet.platforms.huawei_vrp.box import Box, Interface
    from govnet.platforms.huawei_vrp.reader import Context

BURST = 125
"""Bytes of burst for each kbit/s of ``qos lr``, which the box itself takes: a second's worth (operators' notes)."""


@phrase("interface", r"trust dscp")
def _trust(ctx: Context) -> None:
    port(ctx).marks = ctx.line


@phrase("interface", r"undo trust")
def _undo_trust(ctx: Context) -> None:
    port(ctx).marks = None


@phrase("interface", r"qos lr outbound cir (\d+)(?: cbs (\d+))?")
def _rate(ctx: Context, rate: str, burst: str | None) -> bool:
    """A burst of one's own choice is not modelled."""
    if burst is not None and int(burst) != int(rate) * BURST:
        return False
    here = port(ctx)
    here.rate = int(rate)
    here.queue_lines.append(ctx.line)
    return True


@phrase("interface", r"undo qos lr outbound")
def _undo_rate(ctx: Context) -> None:
    port(ctx).rate = None


@phrase("interface", r"qos drr")
def _drr(ctx: Context) -> None:
    port(ctx).drr = ctx.line


@phrase("interface", r"undo qos drr")
def _undo_drr(ctx: Context) -> None:
    port(ctx).drr = None


@phrase("interface", r"qos queue ([0-7]) drr weight (\d+)")
def _weight(ctx: Context, queue: str, weight: str) -> None:
    here = port(ctx)
    here.weights[int(queue)] = int(weight)
    here.queue_lines.append(ctx.line)


@phrase("interface", r"undo qos queue ([0-7]) drr weight")
def _undo_weight(ctx: Context, queue: str) -> None:
    port(ctx).weights.pop(int(queue), None)


def queueing_of(box: Box, kept: list[Line]) -> dict[str, Queueing]:
    """Return port -> its queueing; lines of a port that do not say one are added to ``kept``."""
    found = {}
    for name, interface in box.interfaces.items():
        queueing = _one(interface)
        if queueing is not None:
            found[name] = queueing
        else:
            kept += _lines(interface)
    return found


def _one(interface: Interface) -> Queueing | None:
    if interface.marks is None or bool(interface.weights) != (interface.drr is not None):
        return None
    return Queueing(interface.rate, dict(interface.weights))


def _lines(interface: Interface) -> Iterator[Line]:
    yield from (line for line in (interface.marks, interface.drr) if line)
    if interface.rate is not None or interface.weights:
        yield from interface.queue_lines

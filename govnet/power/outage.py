"""What goes dark when power sources end, stage by stage in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.power.feeds import FOREVER, RIDE_THROUGH_MS, Feeds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from govnet.power.reach import Reach, Reaches


@dataclass(frozen=True, slots=True)
class Stage:
    """From ``minutes`` on, ``dark`` devices are without power and ``reach`` is all that is lost with them.

    ``minutes`` is None for what goes dark at a time that nobody has written down; that stage is the last one and
    counts everything before it as dark too.
    """

    minutes: float | None
    dark: tuple[str, ...]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Outage:
    """What follows when ``ended`` end.

    Attributes:
        ended: names of power sources.
        restarting: devices that survive but lose power for longer than their power supplies bridge.
        stages: what is dark, in order of time; empty when nothing ever is.
        unknown: devices without any source written: nobody knows.
    """

    ended: tuple[str, ...]
    restarting: tuple[str, ...]
    stages: tuple[Stage, ...]
    unknown: tuple[str, ...]


def outage(feeds: Feeds, reaches: Reaches, ended: Iterable[str], bridge_ms: float = RIDE_THROUGH_MS) -> Outage:
    """Return what goes dark, and when, once the sources ``ended`` end together.

    Args:
        feeds: the power graph, with measured minutes where there are any.
        reaches: of the same network.
        ended: names of sources.
        bridge_ms: how long a device's own power supply bridges a gap.
    """
    gone = frozenset(ended)
    lasting = {name: feeds.device_minutes(name, gone) for name, d in feeds.network.devices.items() if d.power}
    times = sorted({each for each in lasting.values() if each is not None and each != FOREVER})
    stages = [_stage(reaches, at, {n for n, m in lasting.items() if m is not None and m <= at}) for at in times]
    if any(each is None for each in lasting.values()):
        stages.append(_stage(reaches, None, {n for n, m in lasting.items() if m != FOREVER}))
    dark = set(stages[0].dark) if stages and stages[0].minutes == 0 else set()
    return Outage(
        ended=tuple(ended),
        restarting=tuple(d.name for d in feeds.restarts(gone, bridge_ms) if d.name not in dark),
        stages=tuple(stages),
        unknown=tuple(device.name for device in feeds.without()),
    )


def _stage(reaches: Reaches, minutes: float | None, dark: AbstractSet[str]) -> Stage:
    ordered = tuple(name for name in reaches.network.devices if name in dark)
    return Stage(minutes, ordered, reaches.of(ordered))

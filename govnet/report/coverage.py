"""What was looked at and what was not: device by device, line by line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.masking import masked
from govnet.report.tone import Tone
from govnet.report.words import Text, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govnet.network.built import Device
    from govnet.report.run import Run


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One device. ``read`` and ``unread`` count configuring lines, ``ports`` those seen; None when nothing was read.

    ``known`` counts the ports that the inventory gives it.
    """

    name: str
    role: str
    tone: Tone
    state: str
    read: int | None
    unread: int | None
    lines: tuple[str, ...]
    ports: int | None = None
    known: int = 0

    @property
    def missed(self) -> bool:
        """True for a device that govnet may log in to and did not read."""
        return self.read is None and self.tone is Tone.UNKNOWN


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that share a note."""

    note: Text
    devices: tuple[str, ...]


def coverage(run: Run) -> tuple[CoverageRow, ...]:
    """Return one row for each device of the network, in inventory order."""
    return tuple(_row(run, device) for device in run.network.devices.values())


def _row(run: Run, device: Device) -> CoverageRow:
    reading = run.readings.get(device.name)
    if reading is None:
        tone = Tone.UNKNOWN if device.commanded else Tone.PLAIN
        state = "not read" if device.commanded else "no command line of ours"
        return CoverageRow(device.name, device.role, tone, state, None, None, (), None, len(device.ports))
    lines = tuple(masked(str(line)) for line in reading.unread)
    tone, state = (Tone.UNKNOWN, "read in part") if lines else (Tone.GOOD, "read")
    return CoverageRow(
        device.name,
        device.role,
        tone,
        state,
        reading.read_lines,
        len(lines),
        lines,
        len(reading.config.ports),
        len(device.ports),
    )


def stand_ins(run: Run) -> tuple[Group, ...]:
    """Return the devices that are not the real product, by reason; all of them, whatever the run did."""
    return _groups((device.name, device.stand_in) for device in run.network.devices.values() if device.stand_in)


def backing(run: Run) -> tuple[Group, ...]:
    """Return what answered for the devices, and the commanded ones of which nobody said it."""
    told = [(name, note) for name, note in run.backing.items() if note]
    named = {name for name, _ in told}
    untold = [(device.name, "not stated") for device in run.network.commanded() if device.name not in named]
    return _groups([*told, *untold])


def _groups(pairs: Iterable[tuple[str, str]]) -> tuple[Group, ...]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, note in pairs:
        found[note].append(name)
    return tuple(Group(known(note), tuple(names)) for note, names in found.items())

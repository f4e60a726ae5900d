"""One emulated device as its agent sees it: the twin, its state of the moment, its clock and its health."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab import signals
from lab.faults import FaultBoard, SetRefused, SetUnanswered, StaleAgent
from lab.snmp import facts, writing
from lab.snmp.families import Family, family, nortel_index
from lab.snmp.plant import Learned
from lab.snmp.tree import Tree
from lab.snmp.ups import Ups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lab.snmp.command import Request
    from lab.snmp.facts import Facts, Port
    from lab.snmp.plant import Plant
    from lab.snmp.values import Cell
    from lab.terminal import Personality
    from lab.twin import Twin

_HUAWEI_FIRST = 4  # after InLoopBack0, NULL0 and Console0/0/0 (S12704 recording)


@dataclass(frozen=True, slots=True)
class Health:
    """What a scenario says about the hardware of a switch.

    Attributes:
        temperature: inside the chassis, Celsius.
        cpu: busy CPU, percent; None lets it swing by itself.
        failed_fans: numbers of the fans that stand still, from 1.
        failed_supplies: numbers of the power supplies that give no power, from 1.
        cut_ports: front ports whose cable or circuit is cut.
        silent: the agent answers nothing: no power, or no way to it.
    """

    temperature: int = 34
    cpu: int | None = None
    failed_fans: frozenset[int] = frozenset()
    failed_supplies: frozenset[int] = frozenset()
    cut_ports: frozenset[str] = frozenset()
    silent: bool = False


class Device:
    """One device; builds its MIB tree anew when, and only when, the set of its rows may have changed."""

    def __init__(
        self,
        twin: Twin,
        box: Callable[[], Personality] | None,
        clock: Callable[[], float],
        views: Mapping[str, Callable[[Device], Iterable[Cell]]],
        faults: FaultBoard | None = None,
    ) -> None:
        self.twin, self._box, self._clock = twin, box, clock
        self._views = [views[name] for name in twin.snmp]
        self._faults = faults or FaultBoard((twin.name,))
        self.sets = 0  # that have reached it
        self._silent: tuple[SetUnanswered | None, int] = (None, 0)
        self._started = clock() - signals.uptime_before(twin.name)
        self._snapshot: dict[str, object] | None = None
        self._key: object = None
        self._tree = Tree(())
        self._meters: dict[str, signals.Meter] = {}
        self._numbers: dict[str, int] = {}
        self._free = itertools.count(_HUAWEI_FIRST if family(twin) is Family.HUAWEI else 1)
        self.health = Health()
        self.facts: Facts = facts.read(twin, {})
        self.ups = Ups(self.uptime)
        self.plant: Plant | None = None
        self.learned = Learned()

    def uptime(self) -> float:
        """Return seconds since the device was switched on."""
        return self._clock() - self._started

    def reboot(self) -> None:
        """Start anew: uptime and all counters from zero."""
        self._started = self._clock()
        self._meters.clear()
        self._snapshot = self._key = None
        self.ups = Ups(self.uptime)

    def tree(self) -> Tree:
        """Return what the agent can answer now."""
        if self._key is not None and self._faults.first(self.twin.name, StaleAgent):
            return self._tree
        self._refresh()
        if self.plant and "learned" in self.twin.snmp:
            self.learned = self.plant.learned(self.twin.name)
        key = (self.facts, self.ups.alarms(), self.learned)
        if key != self._key:
            self._tree, self._key = Tree(cell for view in self._views for cell in view(self)), key
        return self._tree

    def look(self) -> Facts:
        """Return what the device is told now; the same object as before when nothing has changed."""
        self._refresh()
        return self.facts

    def write(self, request: Request) -> tuple[int, int] | None:
        """Carry out a SET; return error-status and index, None when the agent is to keep silent."""
        self.sets += 1
        refused, silent = self._faults.first(self.twin.name, SetRefused), self._keeps_silent()
        told = (refused.status, 1) if refused else None
        if (refused and not refused.obeyed) or (silent and not silent.obeyed):
            return told
        self._refresh()
        outcome = writing.write(self, self._box and self._box(), request)
        return told if refused or silent else outcome

    def _keeps_silent(self) -> SetUnanswered | None:
        """Return the fault that swallows the answer to this SET, if one does; each SET counts."""
        fault = self._faults.first(self.twin.name, SetUnanswered)
        known, count = self._silent
        self._silent = (fault, count + 1 if fault is known else 1)
        return fault if fault and not (fault.most and self._silent[1] > fault.most) else None

    def index(self, port: str) -> int:
        """Return the ifIndex of a front port; small integers, in order of appearance, where no rule is known."""
        if family(self.twin) in {Family.CHASSIS, Family.STACKABLE}:
            number = nortel_index(self.twin, port)
            if number is not None:
                return number
        return self.number(port)

    def number(self, interface: str) -> int:
        """Return the ifIndex given to an interface when it was first seen; it keeps it."""
        if interface not in self._numbers:
            self._numbers[interface] = next(self._free)
        return self._numbers[interface]

    def meter(self, port: Port) -> signals.Meter:
        """Return the meter of a port's counters."""
        return self._meters[port.name]

    def reading(self, low: int, high: int, what: object) -> int:
        """Return a reading of this device that swings between two values."""
        return signals.swing(low, high, self.uptime(), self.twin.name, what)

    def cpu(self, board: object = "cpu") -> int:
        """Return busy CPU in percent."""
        return self.health.cpu if self.health.cpu is not None else self.reading(4, 22, board)

    def serial(self, part: object) -> str:
        """Return the serial number of a part."""
        return f"LAB{signals.seed(self.twin.name, part):010d}"

    def mac(self, index: int) -> bytes:
        """Return a locally administered MAC address that no other device of the lab has."""
        own = bytes(map(int, self.twin.address.split(".")))[1:]
        return bytes((2,)) + own + index.to_bytes(4, "big")[-2:]

    @property
    def base_mac(self) -> bytes:
        """The MAC address of the box as a whole."""
        return self.mac(0)

    def _refresh(self) -> None:
        """Take over what the personality says now."""
        snapshot = dict(self._box().snapshot()) if self._box else {}
        told = {**snapshot, "cut": self.health.cut_ports}
        if told == self._snapshot:
            return
        self._snapshot, self.facts = told, facts.read(self.twin, snapshot).without(self.health.cut_ports)
        now = self.uptime()
        for port in self.facts.ports:
            if port.name in self._meters:
                self._meters[port.name].switch(now, up=port.up)
            else:
                self._meters[port.name] = signals.Meter(up=port.up, now=now, total=now if port.up else 0.0)

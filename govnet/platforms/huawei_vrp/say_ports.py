"""Say changes as they are typed from the system view. The words are in ``templates/huawei_vrp/changes.j2``.

The Eth-Trunk is where the model and the box differ: in the model each member carries the aggregate's switchport, on
the box the Eth-Trunk has it and a member joins with factory VLANs. So the speaker follows what the box really has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govnet.config import changes as c
from govnet.config.ops import apply
from govnet.platforms.huawei_vrp.say_labelled import LabelledChange, say_labelled
from govnet.platforms.huawei_vrp.say_plain import NAME, say_plain
from govnet.platforms.huawei_vrp.say_queueing import say_queueing
from govnet.platforms.huawei_vrp.wire import FACTORY, steps
from govnet.platforms.huawei_vrp.words import trunk_name
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.config.model import DeviceConfig
    from govnet.config.switching import Aggregation, Switchport
    from govnet.platforms.base import Command


def say(changes: Sequence[c.Change], running: DeviceConfig) -> list[Command]:
    """Return the commands for ``changes``, in order; neighbouring VLANs share a line.

    Raises:
        ConflictError: the changes were not made for ``running``.
        RefusedError: VRP has no words for one of them.
    """
    speaker = _Speaker(changes, running)
    commands: list[Command] = []
    for index, run in _runs(changes):
        commands += belonging(speaker.run(index, run), index)
        speaker.config = apply(speaker.config, run)
    return commands


def _runs(changes: Sequence[c.Change]) -> Iterator[tuple[int, list[c.Change]]]:
    """Cut into runs: VLANs created or deleted one after another, everything else alone."""
    at = 0
    while at < len(changes):
        kind = type(changes[at])
        end = at + 1
        while kind in {c.CreateVlan, c.DeleteVlan} and end < len(changes) and type(changes[end]) is kind:
            end += 1
        yield at, list(changes[at:end])
        at = end


class _Speaker:
    """Holds the model's state and, where it differs for a while, what the box has."""

    def __init__(self, changes: Sequence[c.Change], running: DeviceConfig) -> None:
        self.changes, self.config = changes, running
        self.ports: dict[str, Switchport] = {}
        self.trunks: dict[int, Switchport] = {}

    def run(self, index: int, run: list[c.Change]) -> list[Command]:
        match run[0]:
            case c.SetSwitchport() as change:
                return self._switchport(change)
            case c.CreateAggregation(number, value):
                return self._create(index, number, value)
            case c.DeleteAggregation(number, value):
                return self._delete(index, number, value)
            case change if isinstance(change, LabelledChange):
                return say_labelled(change, self.config)
            case c.SetQueueing() as change:
                return say_queueing(change)
        return say_plain(run)

    def _switchport(self, change: c.SetSwitchport) -> list[Command]:
        if change.before is None or change.after is None:
            word = "undo portswitch" if change.after is None else "portswitch"
            return say_change(NAME, "routed_port", interface=change.port, word=word)
        for number, aggregation in self.config.aggregations.items():
            if change.port in aggregation.ports:
                old = self.trunks.get(number, change.before)
                self.trunks[number] = change.after
                return _vlans(trunk_name(number), old, change.after)
        return _vlans(change.port, self.ports.pop(change.port, change.before), change.after)

    def _create(self, index: int, number: int, value: Aggregation) -> list[Command]:
        """Make the members factory-new, join them, and give the Eth-Trunk their VLANs unless that follows anyway."""
        members = sorted(value.ports)
        said: list[Command] = []
        for port in members:
            said += _vlans(port, self.ports.pop(port, self._has(port)), FACTORY)
        said += say_change(NAME, "create_aggregation", number=number, mode=value.mode.value, ports=members)
        self.trunks[number] = FACTORY
        if members and not any(self._follows(index, port) for port in members):
            self.trunks[number] = self._has(members[0])
            said += _vlans(trunk_name(number), FACTORY, self.trunks[number])
        return said

    def _delete(self, index: int, number: int, value: Aggregation) -> list[Command]:
        """Take the members out, which makes them factory-new, and give back their VLANs unless that follows anyway."""
        members = sorted(value.ports)
        said = say_change(NAME, "delete_aggregation", number=number, ports=members)
        self.trunks.pop(number, None)
        for port in members:
            if self._follows(index, port):
                self.ports[port] = FACTORY
            else:
                said += _vlans(port, FACTORY, self._has(port))
        return said

    def _has(self, port: str) -> Switchport:
        found: Any = self.config.ports[port].switchport
        return FACTORY if found is None else found

    def _follows(self, index: int, port: str) -> bool:
        """True when a later change sets the port's VLANs, or takes it into another aggregation."""
        return any(
            (isinstance(later, c.SetSwitchport) and later.port == port)
            or (isinstance(later, c.CreateAggregation) and port in later.value.ports)
            for later in self.changes[index + 1 :]
        )


def _vlans(interface: str, before: Switchport, after: Switchport) -> list[Command]:
    if before == after:
        return []
    return say_change(NAME, "switchport", interface=interface, steps=steps(before, after))

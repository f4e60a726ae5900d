"""Plans: for many devices at once, what will change, in changes and in the device's own words. Pure, no sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config import apply, diff
from govnet.config.canonical import fingerprint, ordered, plain
from govnet.config.codec import change_data
from govnet.config.intent import hardware, intent
from govnet.config.reading import Reading
from govnet.config.words import words
from govnet.errors import DeviceError
from govnet.platforms.registry import platform
from nornir_tasks.store import normalised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Line
    from govnet.network.model import Network
    from govnet.platforms.base import Command
    from govnet.platforms.objects import Assignment


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """What one device will be told.

    Attributes:
        device: its name.
        platform: how it is told.
        changes: the typed steps, in order.
        commands: the same in the device's words.
        fingerprint: of the running configuration it was made from; `apply` refuses when the device has drifted since.
        predicted: the configuration afterwards.
        unread: lines of the running configuration that are not modelled; they stay as they are.
        refused: what this box cannot do, by name; a plan with a refusal is not applied.
        unverified: commands without a public source that nobody has vouched for on this release.
        running: the configuration it was made from.
        back: the commands that lead from ``predicted`` back to ``running``.
        doubted_back: those of ``back`` that nobody has vouched for.
    """

    device: str
    platform: str
    changes: tuple[Change, ...]
    commands: tuple[Command, ...]
    fingerprint: str
    predicted: DeviceConfig
    unread: tuple[Line, ...]
    refused: tuple[str, ...]
    unverified: tuple[Command, ...]
    running: DeviceConfig
    back: tuple[Command, ...]
    doubted_back: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of a whole network, device by device, in inventory order."""

    network: str
    devices: Mapping[str, DevicePlan]

    @property
    def changes(self) -> int:
        """Number of changes."""
        return sum(len(device.changes) for device in self.devices.values())

    @property
    def commands(self) -> int:
        """Number of commands."""
        return sum(len(device.commands) for device in self.devices.values())

    @property
    def unverified(self) -> int:
        """Number of commands that are sent only when somebody accepts unverified syntax."""
        return sum(len(device.unverified) for device in self.devices.values())

    @property
    def refused(self) -> tuple[str, ...]:
        """Everything that some box cannot do, with the device's name in front."""
        return tuple(f"{name}: {text}" for name, device in self.devices.items() for text in device.refused)

    def predicted(self, readings: Mapping[str, Reading] | None = None) -> dict[str, Reading]:
        """Return the state afterwards, as the proof takes it; lines that are not modelled stay as they are.

        Args:
            readings: what the devices say before; only these know of address translation.
        """
        told = readings or {}
        return {
            name: told.get(name, Reading(device.running, device.unread)).becoming(device.predicted)
            for name, device in self.devices.items()
        }

    def as_json(self) -> dict[str, object]:
        """Return the plan as JSON can hold it; the same plan gives the same object."""
        return {"network": self.network, "devices": {name: _device_json(d) for name, d in self.devices.items()}}


def _device_json(device: DevicePlan) -> dict[str, object]:
    return {
        "platform": device.platform,
        "fingerprint": device.fingerprint,
        "predicted": fingerprint(device.predicted),
        "changes": [{"words": words(change), **change_data(change)} for change in device.changes],
        "commands": _commands_json(device.commands, device.unverified),
        "back": _commands_json(device.back, device.doubted_back),
        "running": plain(device.running),
        "unread": [{"number": line.number, "text": masked(line)} for line in device.unread],
        "refused": list(device.refused),
    }


def _commands_json(commands: Sequence[Command], doubted: Sequence[Command]) -> list[dict[str, object]]:
    return [
        {
            "text": command.text,
            "answers": list(command.answers),
            "change": command.change,
            "family": command.family,
            "unverified": command in doubted,
            **({"sets": [_set_json(one) for one in command.sets]} if command.sets else {}),
        }
        for command in commands
    ]


def _set_json(one: Assignment) -> dict[str, object]:
    """Return what a SET writes: octets in hex, a row that is gone as null."""
    values = {"value": one.value, "before": one.before, "after": one.after}
    kind = "INTEGER" if isinstance(one.value, int) else "OCTET STRING"
    plainly = {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}
    return {"name": one.name, "oid": one.oid, "type": kind, **plainly}


def sign(command: Command, doubted: Sequence[Command]) -> str:
    """Return the mark in front of a command: ``?`` without a public source, ``=`` for an SNMP SET, else ``>``."""
    return "?" if command in doubted else "=" if command.sets else ">"


def plan_device(network: Network, name: str, reading: Reading) -> DevicePlan:
    """Return what a device must be told to become what the network says.

    Raises:
        RefusedError: the platform cannot say something at all.
        DeviceError: what was read is not this device (its ports differ from the inventory's).
    """
    return plan_towards(network, name, reading, intent(network, name))


def plan_towards(network: Network, name: str, reading: Reading, wanted: DeviceConfig) -> DevicePlan:
    """Return what a device must be told to become ``wanted``.

    Raises:
        RefusedError: the platform cannot say something at all.
        DeviceError: what was read has other ports than ``wanted``.
    """
    device = network.devices[name]
    speaks = platform(device.platform, hardware(network, name))
    if reading.config.ports.keys() != wanted.ports.keys():
        odd = ", ".join(sorted(reading.config.ports.keys() ^ wanted.ports.keys())[:6])
        raise DeviceError(
            name, f"has other ports than the inventory says ({odd})", "Check its model and cards in hosts.yaml"
        )
    running, wanted = ordered(reading.config), ordered(wanted)
    changes = diff(running, wanted)
    refused = tuple(speaks.refuse(wanted, hardware(network, name)))
    commands = () if refused else tuple(speaks.say(changes, running))
    back = () if refused else tuple(speaks.say(diff(wanted, running), wanted))
    doubted = [c for c in (*commands, *back) if c.unverified and c.family not in device.syntax_evidence]
    return DevicePlan(
        device=name,
        platform=device.platform,
        changes=tuple(changes),
        commands=commands,
        fingerprint=state_of(reading),
        predicted=apply(running, changes),
        unread=reading.unread,
        refused=refused,
        unverified=tuple(c for c in commands if c in doubted),
        running=running,
        back=back,
        doubted_back=tuple(c for c in back if c in doubted),
    )


def masked(line: Line) -> str:
    """Return a line that is not modelled, as it may be kept: without secrets and outer blanks."""
    return normalised(line.text).strip()


def state_of(reading: Reading) -> str:
    """Return the fingerprint of everything a device said, modelled or not; a secret is no part of it."""
    return fingerprint(reading.config, tuple(masked(line) for line in reading.unread))


def make_plan(network: Network, readings: Mapping[str, Reading], only: Sequence[str] | None = None) -> Plan:
    """Return the plan for every device that was read, in inventory order; ``only`` names a subset."""
    names = [name for name in network.devices if name in readings and (only is None or name in only)]
    return Plan(network.slug, {name: plan_device(network, name, readings[name]) for name in names})

"""From a network to what is asked by Modbus: every device whose model has a register map, and the units behind each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from collectors.collect import Target
from collectors.targets import labels_of
from govnet.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collectors.modbus.model import RegisterMap
    from govnet.network.built import Device
    from govnet.network.model import Network

MODBUS_PORT = 502
_LABELS = ("sensor", "position")


@dataclass(frozen=True, slots=True)
class Unit:
    """One device on a line.

    Attributes:
        number: its unit id, 0 to 255.
        map: name of its register map.
        labels: of all its samples, beside those of the map: ``sensor``, ``position``, ...
    """

    number: int
    map: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModbusTarget(Target):
    """A device to ask by Modbus, told by value.

    Attributes:
        units: who is asked at its address, in order.
        framing: ``tcp``, or ``rtu`` for a gateway that passes the serial line's frames on.
    """

    path: ClassVar[str] = "/modbus"
    units: tuple[Unit, ...] = ()
    framing: str = "tcp"


def modbus_targets(
    network: Network, maps: Mapping[str, RegisterMap], addresses: Mapping[str, str] | None = None
) -> list[ModbusTarget]:
    """Return the Modbus targets of a network, in inventory order.

    A device whose model is the name of a map is unit 1 at its own address, port 502. Its key ``modbus`` says what
    differs: ``unit``, ``map``, ``framing``, ``port``, ``via`` (the device whose address the gateway has), or ``units``,
    a list of units, each with its own ``unit``, ``map``, ``sensor`` and ``position``.

    Args:
        network: the network.
        maps: register maps by name.
        addresses: device -> ``host:port`` where that is not the inventory's address (a lab). When given, devices that
            are not in it are no targets.

    Raises:
        InputError: what a device says under ``modbus`` cannot be; names every problem.
    """
    problems: list[Problem] = []
    found = [
        target
        for device in network.devices.values()
        if (device.model in maps or device.data.get("modbus"))
        for target in _target(network, device, maps, addresses, problems)
    ]
    if problems:
        raise InputError(problems)
    return found


def _target(
    network: Network,
    device: Device,
    maps: Mapping[str, RegisterMap],
    addresses: Mapping[str, str] | None,
    problems: list[Problem],
) -> Iterator[ModbusTarget]:
    """Yield the target of a device, if it can be reached; what is wrong goes to `problems`."""
    told = _told(device)
    units = tuple(_units(device, told))
    wrong = [
        Problem(device.origin.file, device.origin.line, f"{device.name}: modbus {cause}", step)
        for cause, step in _wrong(network, told, units, maps)
    ]
    problems += wrong
    address = _address(network, device, told, addresses)
    if address and not wrong:
        labels = labels_of(network, device)
        names = tuple(dict.fromkeys(unit.map for unit in units))
        framing = str(told.get("framing", "tcp"))
        yield ModbusTarget(device.name, address, names, "", labels, units=units, framing=framing)


def _told(device: Device) -> dict[str, object]:
    """Return what the inventory says of a device under ``modbus``; its form was checked when it was loaded."""
    said = device.data.get("modbus")
    return said if isinstance(said, dict) else {}


def _units(device: Device, told: Mapping[str, object]) -> Iterator[Unit]:
    """Yield the units of a device: itself, where it names none."""
    listed = told.get("units")
    entries: Sequence[Any] = listed if isinstance(listed, (list, tuple)) else [told]
    for entry in entries:
        labels = {key: str(entry[key]) for key in _LABELS if key in entry}
        yield Unit(entry.get("unit", 1), str(entry.get("map", told.get("map", device.model))), labels)


def _wrong(
    network: Network, told: Mapping[str, object], units: tuple[Unit, ...], maps: Mapping[str, RegisterMap]
) -> Iterator[tuple[str, str]]:
    """Yield what cannot be, and what to write instead."""
    for name in dict.fromkeys(unit.map for unit in units):
        if name not in maps:
            yield f"names the unknown register map {name!r}", f"Use one of: {', '.join(sorted(maps))}"
    numbers = [unit.number for unit in units]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        yield f"gives unit {twice[0]} twice", "Give each unit its own number"
    if (via := told.get("via")) and via not in network.devices:
        yield f"goes via the unknown device {via!r}", "Name a device of this inventory"


def _address(network: Network, device: Device, told: Mapping[str, object], addresses: Mapping[str, str] | None) -> str:
    """Return where the device, or its gateway, answers; empty when nobody knows."""
    gateway = network.devices.get(str(told.get("via", "")), device)
    if addresses is not None:
        return addresses.get(gateway.name, "")
    return f"{gateway.address}:{told.get('port', MODBUS_PORT)}" if gateway.address else ""

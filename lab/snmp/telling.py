"""What an agent says unasked: traps from the device's own address, in SNMPv2c or under the device's own engine.

Objects as their modules want them: RFC 3418 (coldStart), RFC 2863 (linkDown, linkUp), RFC 1628 section 4 (UPS).
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.snmp import command
from lab.snmp.values import encode, integer, oid, pointer, ticks, tlv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.snmp.device import Device
    from lab.snmp.values import Oid, Value

_TRAP_PDU = 0xA7
_STANDARD, _UPS = "1.3.6.1.6.3.1.1.5", "1.3.6.1.2.1.33"
_UP_TIME, _TRAP_OID = oid("1.3.6.1.2.1.1.3.0"), oid("1.3.6.1.6.3.1.1.4.1.0")
_COLUMNS = tuple(oid(f"1.3.6.1.2.1.2.2.1.{column}") for column in (1, 7, 8))  # ifIndex, ifAdminStatus, ifOperStatus
_UP, _DOWN = 1, 2
_LOW_MINUTES = 2
_numbers = count(1)


def _nothing(device: Device, port: str) -> Iterator[tuple[Oid, Value]]:
    del device, port
    return iter(())


def _link(device: Device, port: str, state: int) -> Iterator[tuple[Oid, Value]]:
    if port not in device.twin.ports:
        raise LabError(f"{device.twin.name}: has no port {port!r}. Name one of its front ports.")
    index = device.index(port)
    yield from (((*column, index), integer(value)) for column, value in zip(_COLUMNS, (index, _UP, state), strict=True))


def _battery(device: Device, port: str) -> Iterator[tuple[Oid, Value]]:
    del port
    if "ups" not in device.twin.snmp:
        raise LabError(f"{device.twin.name}: is no UPS. Name a device whose agent serves the view ups.")
    yield oid(f"{_UPS}.1.2.3.0"), integer(device.ups.minutes())
    yield oid(f"{_UPS}.1.2.2.0"), integer(device.ups.seconds_on_battery())
    yield oid(f"{_UPS}.1.9.7.0"), integer(_LOW_MINUTES)


TRAPS: dict[str, tuple[Oid, Callable[[Device, str], Iterator[tuple[Oid, Value]]]]] = {
    "coldStart": (oid(f"{_STANDARD}.1"), _nothing),
    "linkDown": (oid(f"{_STANDARD}.3"), lambda device, port: _link(device, port, _DOWN)),
    "linkUp": (oid(f"{_STANDARD}.4"), lambda device, port: _link(device, port, _UP)),
    "authenticationFailure": (oid(f"{_STANDARD}.5"), _nothing),
    "upsTrapOnBattery": (oid(f"{_UPS}.2.1"), _battery),
}


def pdu(device: Device, trap: str, port: str = "") -> bytes:
    """Return the PDU of a trap of `TRAPS`.

    Args:
        device: who tells it.
        trap: its name.
        port: the front port that it is about; empty for none.

    Raises:
        LabError: no such trap, or the device has nothing of the kind.
    """
    if trap not in TRAPS:
        raise LabError(f"{device.twin.name}: no trap {trap!r} is known. Choose one of: {', '.join(TRAPS)}.")
    name, objects = TRAPS[trap]
    bound = ((_UP_TIME, ticks(device.uptime())), (_TRAP_OID, pointer(name)), *objects(device, port))
    bindings = b"".join(command.binding(each, value) for each, value in bound)
    return command.pdu(_TRAP_PDU, next(_numbers), bindings)


def by_community(community: str, told: bytes) -> bytes:
    """Return the SNMPv2c message around a PDU."""
    head = encode(integer(1)) + tlv(0x04, community.encode())
    return tlv(0x30, head + told)

"""SET on the columns that take one: rcVlanTable (RC-VLAN-MIB) and rcIpAddrTable (RC-IP-MIB) of a chassis.

Both MIBs say that a row is deleted by its RowStatus; name and members of a VLAN are read-create. A personality that
takes no orders has nothing that can be written.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from pyasn1.type.univ import Integer, OctetString

from lab.orders import DestroyAddress, DestroyVlan, Managed, NameVlan, OrderRefused, SetMembers
from lab.snmp.families import Family, family
from lab.snmp.values import oid

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.orders import Order
    from lab.snmp.command import Request
    from lab.snmp.device import Device
    from lab.snmp.values import Oid, Value

# Error-statuses of RFC 3416.
NO_ACCESS, WRONG_TYPE, WRONG_LENGTH, WRONG_VALUE = 6, 7, 8, 10
INCONSISTENT_VALUE, NOT_WRITABLE, INCONSISTENT_NAME = 12, 17, 18
_VLANS, _ADDRESSES = oid("1.3.6.1.4.1.2272.1.3.2.1"), oid("1.3.6.1.4.1.2272.1.8.2.1")
_NAME, _MEMBERS, _VLAN_STATUS, _ADDRESS_STATUS = 2, 11, 20, 6
_DESTROY, _STATUSES = 6, range(1, 7)
_VLAN_BASE = 2048
_LONGEST_NAME, _LONGEST_SET = 64, 255  # octets: RC-VLAN-MIB; PortSet of RAPID-CITY


class _RefusedError(Exception):
    """A binding cannot be set; `args` holds the error-status."""


def write(device: Device, personality: object, request: Request) -> tuple[int, int]:
    """Carry out a SET, all of it or nothing; return error-status and error-index, (0, 0) when it is done."""
    if not isinstance(personality, Managed) or family(device.twin) is not Family.CHASSIS:
        return NO_ACCESS, 1
    orders: list[Order] = []
    for number, (name, value) in enumerate(zip(request.names, request.values, strict=True), start=1):
        try:
            orders.append(_order(device, name, value))
        except _RefusedError as refused:
            return refused.args[0], number
    try:
        personality.obey(orders)
    except OrderRefused as refused:
        return INCONSISTENT_VALUE, refused.number + 1
    return 0, 0


def _order(device: Device, name: Oid, value: Value) -> Order:
    """Return what one binding orders."""
    for entry, column, order in _COLUMNS:
        if name[: len(entry) + 1] == (*entry, column):
            return order(device, name[len(entry) + 1 :], value)
    raise _RefusedError(NOT_WRITABLE)


def _row(device: Device, index: Oid) -> int:
    """Return the id of a VLAN that exists."""
    if len(index) != 1 or all(vlan.vid != index[0] for vlan in device.facts.vlans):
        raise _RefusedError(INCONSISTENT_NAME)
    return index[0]


def _text(value: Value, longest: int) -> bytes:
    """Return the octets of an OCTET STRING."""
    if not isinstance(value, OctetString):
        raise _RefusedError(WRONG_TYPE)
    if len(value) > longest:
        raise _RefusedError(WRONG_LENGTH)
    return bytes(value)


def _destroyed(value: Value) -> None:
    """Refuse every RowStatus but destroy."""
    if not isinstance(value, Integer):
        raise _RefusedError(WRONG_TYPE)
    if int(value) not in _STATUSES:
        raise _RefusedError(WRONG_VALUE)
    if int(value) != _DESTROY:
        raise _RefusedError(INCONSISTENT_VALUE)


def _members(device: Device, index: Oid, value: Value) -> Order:
    """Read a PortSet: the top bit of the first octet is ifIndex 0."""
    vid, octets = _row(device, index), _text(value, _LONGEST_SET)
    named = {device.index(port.name): port.name for port in device.facts.ports}
    wanted = [number * 8 + bit for number, octet in enumerate(octets) for bit in range(8) if octet & 0x80 >> bit]
    if any(number not in named for number in wanted):
        raise _RefusedError(WRONG_VALUE)
    return SetMembers(vid, frozenset(named[number] for number in wanted))


def _name(device: Device, index: Oid, value: Value) -> Order:
    return NameVlan(_row(device, index), _text(value, _LONGEST_NAME).decode(errors="replace"))


def _vlan(device: Device, index: Oid, value: Value) -> Order:
    del device
    _destroyed(value)
    if len(index) != 1:
        raise _RefusedError(INCONSISTENT_NAME)
    return DestroyVlan(index[0])


def _address(device: Device, index: Oid, value: Value) -> Order:
    del device
    _destroyed(value)
    if len(index) != 5 or any(number > 255 for number in index[1:]):  # noqa: PLR2004 - an ifIndex and an address
        raise _RefusedError(INCONSISTENT_NAME)
    return DestroyAddress(index[0] - _VLAN_BASE, IPv4Address(bytes(index[1:])))


_COLUMNS: tuple[tuple[Oid, int, Callable[[Device, Oid, Value], Order]], ...] = (
    (_VLANS, _NAME, _name),
    (_VLANS, _MEMBERS, _members),
    (_VLANS, _VLAN_STATUS, _vlan),
    (_ADDRESSES, _ADDRESS_STATUS, _address),
)

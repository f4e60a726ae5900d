"""Orders by SNMP SET: they change the same state that the command line shows, under the same laws.

The columns that take them are those of RC-VLAN-MIB (rcVlanTable) and RC-IP-MIB (rcIpAddrTable). Which release obeys
which column has no public source; here each is obeyed.
"""

from __future__ import annotations

from copy import deepcopy
from functools import singledispatch
from typing import TYPE_CHECKING

from lab.orders import DestroyAddress, DestroyVlan, NameVlan, OrderRefused, SetMembers
from lab.personalities.nortel_passport.state import DEFAULT_VLAN, Box, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.orders import Order


def obey(box: Box, orders: Sequence[Order]) -> None:
    """Carry out all orders or none.

    Raises:
        OrderRefused: the box's laws forbid one of them.
    """
    before = deepcopy((box.vlans, box.ports))
    for number, order in enumerate(orders):
        try:
            _obey(order, box)
        except Refusal as refusal:
            box.vlans, box.ports = before
            raise OrderRefused(number) from refusal


@singledispatch
def _obey(order: object, box: Box) -> None:
    raise TypeError(f"{order}: no such order for {box.name}")


@_obey.register
def _(order: SetMembers, box: Box) -> None:
    vlan = box.vlan(order.vid)
    box.leave(vlan, sorted(vlan.ports - order.ports))
    box.join(vlan, sorted(order.ports - vlan.ports))


@_obey.register
def _(order: NameVlan, box: Box) -> None:
    if order.vid == DEFAULT_VLAN:  # Device Manager help, VLANs
        raise Refusal("the default vlan cannot be renamed")
    box.vlan(order.vid).name = order.name


@_obey.register
def _(order: DestroyVlan, box: Box) -> None:
    if order.vid in box.vlans:  # to destroy a row that does not exist is no error (RFC 2579, RowStatus)
        box.delete_vlan(order.vid)


@_obey.register
def _(order: DestroyAddress, box: Box) -> None:
    vlan = box.vlans.get(order.vid)
    if vlan and vlan.address and vlan.address.ip == order.address:
        vlan.address = None

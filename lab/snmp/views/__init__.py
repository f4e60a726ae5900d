"""The MIB views: each turns a device into cells, in no particular order. A view knows MIBs, never the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.snmp.views.huawei import huawei
from lab.snmp.views.interfaces import interfaces
from lab.snmp.views.learned import learned
from lab.snmp.views.rapid_city import rapid_city
from lab.snmp.views.s5 import s5
from lab.snmp.views.system import system
from lab.snmp.views.ups_mib import ups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lab.snmp.device import Device
    from lab.snmp.values import Cell

VIEWS: Mapping[str, Callable[[Device], Iterable[Cell]]] = {
    "system": system,
    "if": interfaces,
    "rapid_city": rapid_city,
    "s5": s5,
    "huawei": huawei,
    "ups": ups,
    "learned": learned,
}

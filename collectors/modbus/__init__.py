"""Reads what speaks Modbus: EPS, air conditioners, the sensors and contacts of a machine room.

A register map (`collectors/modbus/maps`, or a network's own folder ``modbus``) says as data what each register means
and what of it is plausible; `visit` reads a device, also one of several behind a gateway, and gives samples of the
same metrics that SNMP gives. What was refused, garbled or not answered is absent and counted by kind. This room must
not know SNMP, what a finding is, or what an alert makes of a value.
"""

from collectors.modbus.errors import ModbusError
from collectors.modbus.maps import load_maps
from collectors.modbus.targets import ModbusTarget, Unit, modbus_targets
from collectors.modbus.visit import ANSWER_SECONDS, Gateways, collect_modbus, visit

__all__ = [
    "ANSWER_SECONDS",
    "Gateways",
    "ModbusError",
    "ModbusTarget",
    "Unit",
    "collect_modbus",
    "load_maps",
    "modbus_targets",
    "visit",
]

"""Modbus servers of the emulated devices: EPS, air conditioners, sensors and contacts, each at its twin's address.

Every register that a twin shows is written here by hand, as the panel of that device has it, and computed from a small
model of the room and its power. The room must not know how the product decodes a register: it reads no register map,
and its frames and checksums are its own.
"""

from lab.modbus.servers import Line, Servers, start

__all__ = ["Line", "Servers", "start"]

"""SNMP agents of the emulated devices: v1, v2c and v3 on each device's own loopback address.

The room turns a twin and what its personality says of itself into MIB objects, as the real devices' recordings and MIBs
have them, and answers for dozens of devices from one event loop. It must not know how the product reads or configures
a device: it shares no code with the collectors, the platforms or the model of a configuration.
"""

from lab.snmp.agents import Agents, start
from lab.snmp.device import Health
from lab.snmp.ups import UpsFacts

__all__ = ["Agents", "Health", "UpsFacts", "start"]

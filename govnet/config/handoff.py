"""What was ordered of the carrier: each leased line handed to the centre in VLANs of its own, and nothing else.

The carrier's switches are in the model and never logged in to. A proof may rest on what was ordered, as a declaration
that is named beside it; what the carrier really does shows in the circuits, by probes and by the far side's MAC tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.model import DeviceConfig
from govnet.config.ports import far_ports, switchports
from govnet.config.reading import Reading
from govnet.config.switching import DEFAULT_VLAN, Port, Vlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.built import Device
    from govnet.network.model import Network

_CARRIES = frozenset({"leased", "handoff"})


def ordered(network: Network) -> Mapping[str, Reading]:
    """Return carrier's switch -> what the circuits say that it should do, as if it had been read from it."""
    return {
        device.name: Reading(_as_ordered(network, device))
        for device in network.devices.values()
        if device.config_authority == "carrier" and _CARRIES & {link.purpose for link in network.links_of(device.name)}
    }


def _as_ordered(network: Network, device: Device) -> DeviceConfig:
    far = far_ports(network, device)
    ports = {
        name: Port(str(far.get(name, "")), name in far, switchport)
        for name, switchport in switchports(network, device).items()
    }
    used = {vlan for port in ports.values() if port.switchport for vlan in port.switchport.members}
    return DeviceConfig(device.name, ports, {vlan: Vlan() for vlan in sorted({DEFAULT_VLAN, *used})}, forwarding=False)

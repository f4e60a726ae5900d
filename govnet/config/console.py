"""What the installer typed at a device's console, so that the runner reaches it: the path that no plan moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.hardware import ConsoleSetup
from govnet.config.nodes import management_ways
from govnet.config.ports import uplinks
from govnet.config.provider import ROLES, below_index, border_end, line_up
from govnet.config.routing import EVERYWHERE
from govnet.config.segments import circuit_segment, host, known_to, oob_segment
from govnet.config.services import BOND, UPLINK_AGGREGATION
from govnet.network.model import GatewayMode

if TYPE_CHECKING:
    from govnet.network.built import Device
    from govnet.network.model import Network

_AGGREGATION = {"fw": BOND, "agg": UPLINK_AGGREGATION}


def console(network: Network, device: Device) -> ConsoleSetup | None:
    """Return what was typed at the device's console, or None when it has no management address."""
    if device.role in ROLES and network.gateway_mode is GatewayMode.VRF:
        return _provider(network, device)
    if device.role in {"ce", "cpe"}:
        circuit = circuit_segment(network, device.place)
        beyond = management_ways(network) if device.role == "cpe" else (EVERYWHERE,)
        upper, lower = host(circuit.subnet, 0), host(circuit.subnet, 1)
        return ConsoleSetup(lower, circuit.vlan, uplinks(network, device), gateway=upper.ip, beyond=beyond)
    if device.oob is None:
        return None
    if device.role == "core":
        return ConsoleSetup(device.oob)
    number = _AGGREGATION.get(device.role)
    return ConsoleSetup(device.oob, oob_segment(network).vlan, uplinks(network, device), aggregation=number)


def _provider(network: Network, device: Device) -> ConsoleSetup | None:
    """Return how a router of the provider network is reached: over its line upwards, at the centre over the border.

    It is managed on its loopback; what lies beyond is what its global instance will know there.
    """
    up = line_up(network, device)
    if up:
        port, segment = up
        beyond, index = network.blocks, below_index(network, device)
    else:
        crossed = border_end(network, device)
        if crossed is None:
            return None
        port, segment = crossed
        beyond, index = tuple(known_to(network, segment.zone)), 1
    upper, lower = host(segment.subnet, 0), host(segment.subnet, index)
    return ConsoleSetup(lower, segment.vlan, (port,), upper.ip, beyond=tuple(beyond), loopback=device.loopback)

"""What every device is told besides its traffic: who may log in, where logs and traps go, what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.model import Management, Snmp
from govnet.config.segments import oob_segment

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from govnet.network.built import Device
    from govnet.network.model import Network

BOND = 0
"""Number of a firewall's uplink bond."""
UPLINK_AGGREGATION = 1
"""Number of the uplink aggregation of a floor or aggregation switch."""


@dataclass(frozen=True, slots=True)
class SharedServices:
    """The part of a configuration that is the same question for every device."""

    snmp: Snmp
    syslog: frozenset[IPv4Address]
    ntp: frozenset[IPv4Address]
    banner: tuple[str, ...]


def services(network: Network, device: Device) -> SharedServices:
    """Return logs, traps, time and banner for a device."""
    told = network.services
    return SharedServices(
        snmp=Snmp(f"{network.slug} {device.place}", told.contact, frozenset(told.trap_receivers)),
        syslog=frozenset(told.syslog),
        ntp=frozenset(told.ntp),
        banner=told.banner,
    )


def management(network: Network, device: Device) -> Management:
    """Return who may log in, and how: over SSH alone.

    Where a group sets ``restrict_management``, from the runners alone; elsewhere the box cannot be told.
    """
    address = device.oob if device.role in {"core", "acc"} else None
    vlan = oob_segment(network).vlan if address and device.role == "acc" else None
    sources = frozenset(network.services.runners) if device.data.get("restrict_management") else frozenset()
    return Management(address, vlan, sources=sources, ssh=True, telnet=False, web=False)


def aggregation_name(device: Device, number: int) -> str:
    """Return how the device's platform calls aggregation ``number``; the pattern is data of the platform's group."""
    return str(device.data.get("aggregation_name", "")).format(number)

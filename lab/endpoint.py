"""Where the devices of a lab answer, and the account that they accept: what one knows who does not run it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.twin import Credentials

if TYPE_CHECKING:
    from ipaddress import IPv4Address

SSH_PORT = 2022
SNMP_PORT = 1161
MODBUS_PORT = 1502


@dataclass(frozen=True, slots=True)
class Ports:
    """Where all devices of a lab answer, each at its own address; 0 lets the kernel choose for each device.

    Attributes:
        ssh: TCP port of SSH; Telnet has the next.
        snmp: UDP port of SNMP.
        modbus: TCP port of Modbus.
    """

    ssh: int = SSH_PORT
    snmp: int = SNMP_PORT
    modbus: int = MODBUS_PORT


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a device of the lab answers.

    Attributes:
        name: inventory name.
        platform: command line that it speaks; empty for none.
        address: its loopback address.
        ssh_port: TCP port; 0 when it has no command line.
        snmp_port: UDP port; 0 when it speaks no SNMP.
        note: ``emulated``, or what is real about it.
        telnet_port: TCP port of its Telnet; 0 when it has none.
        modbus_port: TCP port of its Modbus; 0 when it speaks none.
    """

    name: str
    platform: str
    address: str
    ssh_port: int
    snmp_port: int
    note: str
    telnet_port: int = 0
    modbus_port: int = 0


def loopback_of(address: IPv4Address | None) -> str:
    """Return the loopback address of the device with a management address: 10.129.2.1 answers on 127.129.2.1.

    Raises:
        ValueError: the device has no address.
    """
    if address is None:
        raise ValueError("a device without an address cannot be emulated")
    return ".".join(["127", *str(address).split(".")[1:]])


def new_credentials() -> Credentials:
    """Return an account with fresh random secrets."""
    return Credentials(
        username="govnet",
        password=secrets.token_urlsafe(16),
        community=secrets.token_urlsafe(12),
        snmp_user="govnet",
        snmp_auth=secrets.token_urlsafe(16),
        snmp_priv=secrets.token_urlsafe(16),
    )

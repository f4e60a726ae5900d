"""What an emulated device is told about the device that it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account that the emulated devices accept; made anew for every lab."""

    username: str
    password: str = field(repr=False)
    community: str = field(repr=False)
    snmp_user: str = ""
    snmp_auth: str = field(default="", repr=False)
    snmp_priv: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Plug:
    """What the cable in a port leads to.

    Attributes:
        device, port: the other end, by its inventory name and in its own spelling.
        mac: of a machine that bridges nothing, ``02:0a:80:b0:00:01``; empty for a device with a command line.
        address: IPv4 address of such a machine on this cable; empty if none.
    """

    device: str
    port: str
    mac: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Twin:
    """One emulated device, straight from the box: nothing configured but what a console set-up leaves.

    Attributes:
        name: inventory name, ``lx-adc-u-core01``; the factory prompt does not know it.
        kind: what it is: ``switch``, ``firewall``, ``ups``, ``eps``, ``hvac``, ``server``, ...
        platform: command line it speaks (``nortel_passport``, ...); empty for a device without one.
        model: product name, ``ERS-8610``.
        software: release it runs, ``4.1.0.0``.
        address: its own loopback address, 127.x.y.z.
        management: address and prefix length that the console set-up gave it, ``10.129.2.1/24``; empty if none.
        ports: front ports in the platform's own spelling, in order: ``1/1``, ``GigabitEthernet1/0/1``, ``eth1``.
        cards: chassis slot -> card name (``8648TX``); empty for a box without slots.
        console: lines that the installer typed at its console before it was ever reached over the network.
        snmp: MIB views its agent serves: ``system``, ``if``, ``rapid_city``, ``s5``, ``huawei``, ``ups``, ``learned``;
            empty when it speaks no SNMP.
        telnet: it can be reached over Telnet too.
        line_kbps: port -> speed of the leased line behind it, kbit/s; traffic of a port is a share of that.
        modbus: units at its address, each ``NUMBER KIND BOX``: ``1 eps-gateway x-eps01``; empty when it speaks none.
        modbus_framing: ``tcp``, or ``rtu`` for a gateway that passes the serial line's frames on.
        legacy_ssh: its SSH is that of 2005: a DSA host key, 3des-cbc, hmac-md5, diffie-hellman-group14/1-sha1 only.
        plugs: port -> what its cable leads to.
        known_as: the management address that its neighbours are told, ``10.129.2.1``; empty if none.
    """

    name: str
    kind: str
    platform: str
    model: str
    software: str
    address: str
    management: str = ""
    ports: tuple[str, ...] = ()
    cards: Mapping[int, str] = field(default_factory=dict)
    snmp: tuple[str, ...] = ()
    console: tuple[str, ...] = ()
    telnet: bool = False
    legacy_ssh: bool = False
    line_kbps: Mapping[str, int] = field(default_factory=dict)
    modbus: tuple[str, ...] = ()
    modbus_framing: str = "tcp"
    plugs: Mapping[str, Plug] = field(default_factory=dict)
    known_as: str = ""

"""What a router is told: routing instances, the addresses that it has in them, static routes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Interface

EVERYWHERE = IPv4Network("0.0.0.0/0")
"""Where a default route leads."""

PUBLIC = "_public_"
"""Name of the global routing instance where an empty one means something else; no VPN instance may be called so
(Huawei NetEngine 8000 command reference, ``ip route-static vpn-instance``)."""


@dataclass(frozen=True, slots=True)
class Vrf:
    """A routing instance beside the global one."""

    number: int | None = None
    route_distinguisher: str = ""
    imports: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()


class InterfaceKind(StrEnum):
    """What an IP interface sits on."""

    VLAN = "vlan"
    SUBINTERFACE = "subinterface"
    PORT = "port"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class IpInterface:
    """An address of the device where it routes.

    Its key in `DeviceConfig.interfaces` is canonical: ``vlan101``, ``bond0.101`` (parent port or aggregation, tag),
    ``loopback1``, or the port's own name.

    Attributes:
        kind: what it sits on.
        addresses: with prefix length; the first is the primary one.
        vlan: VLAN id (``vlan`` and ``subinterface``).
        parent: port or aggregation name (``subinterface`` and ``port``).
        vrf: routing instance; empty for the global one.
    """

    kind: InterfaceKind
    addresses: tuple[IPv4Interface, ...]
    vlan: int | None = None
    parent: str = ""
    vrf: str = ""


@dataclass(frozen=True, slots=True, order=True)
class StaticRoute:
    """A static route; ``next_hop`` None discards.

    ``into`` names the routing instance in which the next hop is looked up: a leak. Empty: the route's own instance;
    `PUBLIC`: the global one.
    """

    prefix: IPv4Network
    next_hop: IPv4Address | None
    vrf: str = ""
    into: str = ""

    @property
    def hop_vrf(self) -> str:
        """The routing instance that the next hop is in; empty for the global one."""
        return "" if self.into == PUBLIC else self.into or self.vrf

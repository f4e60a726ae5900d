"""One device's configuration as a value, in no vendor's words.

Port names are the platform's own spelling (``1/1``, ``GigabitEthernet1/0/1``, ``eth1``): they are identities, and
translating them would only invite mistakes. Mappings are never mutated; `dataclasses.replace` derives new values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network

    from govnet.config.filtering import Acl, AclBinding, Firewall
    from govnet.config.labelled import Bgp, Mpls
    from govnet.config.queueing import Queueing
    from govnet.config.routing import IpInterface, StaticRoute, Vrf
    from govnet.config.switching import Aggregation, Mirror, Port, Vlan


@dataclass(frozen=True, slots=True)
class Snmp:
    """What the agent says of itself and where it sends traps. Communities and users are set up at the console."""

    location: str = ""
    contact: str = ""
    trap_receivers: frozenset[IPv4Address] = frozenset()


@dataclass(frozen=True, slots=True)
class Management:
    """How people and runners get in.

    Attributes:
        address: the box's own management address where it is no routed interface (a stackable's switch address, a
            Passport's CPU port); None where management uses one of ``interfaces``.
        vlan: management VLAN of a stackable; None elsewhere.
        gateway: default gateway of that address, or None.
        sources: networks that may open a management session; empty: all.
        ssh, telnet, web: which services listen.
    """

    address: IPv4Interface | None = None
    vlan: int | None = None
    gateway: IPv4Address | None = None
    sources: frozenset[IPv4Network] = frozenset()
    ssh: bool = True
    telnet: bool = True
    web: bool = True


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """Everything govnet models of one device's configuration.

    ``vlans`` always holds VLAN 1 on a switch. ``forwarding`` is False for a host that does not route between its
    interfaces. ``firewall`` is None when no zone policy is loaded: a routing box then passes everything. ``mpls`` and
    ``bgp`` are None where neither runs. ``queueing`` is of front ports; one without serves its queues as from the
    factory and believes no mark.
    """

    hostname: str
    ports: Mapping[str, Port] = field(default_factory=dict)
    vlans: Mapping[int, Vlan] = field(default_factory=dict)
    vrfs: Mapping[str, Vrf] = field(default_factory=dict)
    interfaces: Mapping[str, IpInterface] = field(default_factory=dict)
    routes: frozenset[StaticRoute] = frozenset()
    acls: Mapping[str, Acl] = field(default_factory=dict)
    bindings: frozenset[AclBinding] = frozenset()
    firewall: Firewall | None = None
    aggregations: Mapping[int, Aggregation] = field(default_factory=dict)
    mirrors: Mapping[int, Mirror] = field(default_factory=dict)
    forwarding: bool = True
    management: Management = field(default_factory=Management)
    mpls: Mpls | None = None
    bgp: Bgp | None = None
    queueing: Mapping[str, Queueing] = field(default_factory=dict)
    snmp: Snmp = field(default_factory=Snmp)
    syslog: frozenset[IPv4Address] = frozenset()
    ntp: frozenset[IPv4Address] = frozenset()
    banner: tuple[str, ...] = ()

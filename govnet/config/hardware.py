"""What must be known of a box itself, before anything is told to it: its make, and what was typed at its console."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from govnet.config.routing import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network


@dataclass(frozen=True, slots=True)
class ConsoleSetup:
    """What the installer typed at the console so that the device can be reached at all.

    Attributes:
        address: management address with prefix length.
        vlan: VLAN that carries it, tagged, on ``uplinks``; None where the box has a management port of its own.
        uplinks: ports towards the runner.
        gateway: next hop towards the runner, or None when the runner is on the same subnet.
        aggregation: number of the aggregation that the uplinks already form, or None when they are single ports.
        beyond: the networks behind the gateway that were typed as routes; everything, where nothing narrower was.
        loopback: address on the first loopback, for a router that is managed on it; None elsewhere.
    """

    address: IPv4Interface
    vlan: int | None = None
    uplinks: tuple[str, ...] = ()
    gateway: IPv4Address | None = None
    aggregation: int | None = None
    beyond: tuple[IPv4Network, ...] = (EVERYWHERE,)
    loopback: IPv4Interface | None = None


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a platform must know of a box to say what it looks like out of the box and what it cannot do.

    ``write_by`` is ``snmp`` where its administrator wants written by SNMP SET what its command line has no public
    source for.
    """

    model: str
    software: str
    ports: tuple[str, ...]
    cards: Mapping[int, str] = field(default_factory=dict)
    console: ConsoleSetup | None = None
    write_by: Literal["cli", "snmp"] = "cli"

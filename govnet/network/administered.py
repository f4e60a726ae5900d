"""Who runs a network, and how: what every device is told of them, who approves changes, and when these may be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from ipaddress import IPv4Address, IPv4Network

    from govnet.network.placed import Origin


@dataclass(frozen=True, slots=True)
class Services:
    """Addresses inside the management zone that devices are told about."""

    runners: tuple[IPv4Network, ...]
    trap_receivers: tuple[IPv4Address, ...]
    syslog: tuple[IPv4Address, ...]
    ntp: tuple[IPv4Address, ...]
    contact: str
    banner: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may approve plans: the public half of an Ed25519 key, base64; it counts from ``since`` to ``until``.

    Both dates are part of the time; None leaves that side open.
    """

    name: str
    key: str
    since: date | None
    until: date | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Window:
    """When devices may be changed.

    Attributes:
        days: weekdays on which it opens, Monday is 0; empty: every day.
        start, end: local minutes of the day; an ``end`` before or at ``start`` is on the next day.
        utc_offset: of the local time, in minutes.
        origin: where it is written.
    """

    days: frozenset[int]
    start: int
    end: int
    utc_offset: int
    origin: Origin

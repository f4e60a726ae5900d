"""How hard a device may be asked, and what is known of it between two visits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snmp import pdu
    from snmp.v3 import Usm

BURST_SECONDS = 1.0
FIRST_BINDINGS = 120
"""What is asked of a device at first: some 2.6 kB of counters in a reply."""
TRUST = 500
"""Replies after which a device may show anew what it can send."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard one device may be asked.

    Attributes:
        timeout: seconds for the first try; each retry waits `backoff` times longer.
        retries: how often a request is sent again.
        rate: requests a second that one device may get, and how many of them at once; 0 for no cap.
        in_flight: requests that one device may have before it at once.
        bindings: variable bindings asked for in one reply at most; a device is led up to it, and down by lost replies.
        max_repetitions: rows asked for in one GETBULK at most.
        any_source: take replies from another address than was asked; who answers is then known by SNMPv3 alone.
        max_rows: rows of one column beyond which a walk is taken for endless.
    """

    timeout: float = 2.0
    retries: int = 3
    backoff: float = 1.5
    rate: float = 100.0
    in_flight: int = 2
    bindings: int = 400
    max_repetitions: int = 25
    max_rows: int = 200_000
    columns: int = 24
    allow_nonincreasing: bool = False
    any_source: bool = False


@dataclass(slots=True)
class Pace:
    """How fast one device is asked.

    Attributes:
        booked: the moment up to which requests are sent or promised, by the transport's clock in seconds.
    """

    booked: float = 0.0

    def delay(self, now: float, rate: float) -> float:
        """Book one more request and return the seconds until it may be sent: none for the first `rate` in a row."""
        if not rate:
            return 0.0
        self.booked = max(self.booked, now) + 1 / rate
        return max(0.0, self.booked - now - BURST_SECONDS)


@dataclass(slots=True)
class Device:
    """What stays known of a device between two visits: engine, keys, and the size of reply it can send.

    Attributes:
        bindings: variable bindings to ask for in one reply now.
        too_many: the fewest that were lost, perhaps as a fragment, or were too big; believed for `TRUST` replies.
        rows: how many rows tables had, by their first column that was walked.
    """

    wrapper: pdu.Community | Usm
    bindings: int = FIRST_BINDINGS
    too_many: int = 1 << 31
    trust: int = 0
    rows: dict[bytes, int] = field(default_factory=dict)
    discovery: asyncio.Lock = field(default_factory=asyncio.Lock)
    pace: Pace = field(default_factory=Pace)

    def lost(self) -> None:
        """Ask for half as much."""
        self.too_many, self.trust = self.bindings, TRUST
        self.bindings = max(1, self.bindings // 2)

    def arrived(self, most: int) -> None:
        """Ask for a little more again, but not for what was lost lately."""
        self.trust -= 1
        most = min(most, self.too_many * 3 // 4) if self.trust > 0 else most
        if self.bindings < most:
            self.bindings = min(most, self.bindings + max(1, self.bindings // 4))

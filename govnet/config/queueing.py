"""How a port sends when there is more to send than it may: its rate, and what each queue is guaranteed of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

QUEUES = 8
"""Queues of a port, from 0. A packet goes into the one that the first three bits of its DSCP name (RFC 2474, 4.2.2)."""
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Queueing:
    """What a port does with the DSCP of packets: it believes it, and may share out its rate by it.

    Attributes:
        rate_kbps: what leaves is held to this rate, in kbit/s; None: as fast as the port is.
        shares: queue -> per cent of the rate that it gets when all want more; what nobody uses, anybody may. Empty:
            queues are served as from the factory.
    """

    rate_kbps: int | None = None
    shares: Mapping[int, int] = field(default_factory=dict)


def queue_of(dscp: int) -> int:
    """Return the queue of packets with this mark: AF41 (34) goes into queue 4."""
    return dscp // QUEUES

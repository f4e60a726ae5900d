"""Who may speak, and how much: known addresses, a token bucket for each, and a bounded memory of strangers."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.model import Network

RATE, BURST = 100.0, 1000.0
"""Messages a second that one device may send for good, and at once."""
STRANGERS_KEPT = 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A device that may speak."""

    name: str
    role: str
    zone: str


def sources_of(network: Network, addresses: Mapping[str, str] | None = None) -> dict[str, Source]:
    """Return address -> device.

    Args:
        network: whose devices may speak.
        addresses: device -> address where that is not the inventory's (a lab); when given, no other device may speak.
    """
    found: dict[str, Source] = {}
    for device in network.devices.values():
        source = Source(device.name, device.role, device.zone or "mgt")
        known = (device.address, device.zone_address, device.oob.ip if device.oob else None)
        own = [str(address) for address in known if address] if addresses is None else [addresses.get(device.name, "")]
        found |= {address: source for address in own if address}
    return found


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` messages a second, `burst` at once."""

    rate: float
    burst: float
    tokens: float
    at: float

    def take(self, now: float) -> bool:
        """Take a token; return whether there was one."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Gate:
    """Lets messages of known devices in, as many as each may send; remembers strangers, but no more than a thousand."""

    def __init__(self, known: Mapping[str, Source], rate: float = RATE, burst: float = BURST) -> None:
        self.known = known
        self._rate, self._burst = rate, burst
        self._buckets: dict[str, Bucket] = {}
        self._strangers: OrderedDict[str, None] = OrderedDict()

    @property
    def strangers(self) -> int:
        """How many unknown addresses are remembered."""
        return len(self._strangers)

    def admits(self, host: str, now: float) -> bool:
        """Take one message's share of a known device; return whether there was any left."""
        bucket = self._buckets.get(host)
        if bucket is None:
            bucket = self._buckets[host] = Bucket(self._rate, self._burst, self._burst, now)
        return bucket.take(now)

    def is_new(self, host: str) -> bool:
        """Remember a stranger, and forget the one longest unheard; return whether it was not remembered."""
        new = host not in self._strangers
        self._strangers[host] = None
        self._strangers.move_to_end(host)
        if len(self._strangers) > STRANGERS_KEPT:
            self._strangers.popitem(last=False)
        return new

"""Which leased lines lie between two places, and what a class of traffic is guaranteed on each."""

from __future__ import annotations

from collections import deque
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.cabled import Circuit
    from govnet.network.model import Network


def speed(network: Network, circuit: Circuit) -> int:
    """Return the speed of a circuit on the day of the network, in kbit/s; the last one where it has no day."""
    return circuit.speed_on(network.day or date.max)


def guaranteed(network: Network, circuit: Circuit, traffic: str) -> int | None:
    """Return what a class is guaranteed on a circuit, in kbit/s; None where nobody wrote shares for its speed."""
    whole = speed(network, circuit)
    found = network.traffic.get(traffic)
    share = found.shares.get(whole) if found else None
    return None if share is None else whole * share // 100


class Lines:
    """The cables of a network as paths: which circuits traffic crosses on its way to a device."""

    def __init__(self, network: Network) -> None:
        """Take the network as of its day."""
        self.network = network
        self._ways: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self._routers: dict[str, str] = {}
        for device in network.devices.values():
            if network.links_of(device.name):
                self._routers.setdefault(device.place, device.name)

    def to(self, device: str) -> Mapping[str, tuple[str, ...]]:
        """Return device -> the circuits on the way from there to ``device``, the nearest to it last.

        The way with the fewest cables counts. A device that no cable leads to is absent.
        """
        if device not in self._ways:
            self._ways[device] = self._spread(device)
        return self._ways[device]

    def _spread(self, start: str) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {start: ()}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for link in self.network.links_of(here):
                there = link.other(here).device
                if there not in found:
                    found[there] = (link.circuit, *found[here]) if link.circuit else found[here]
                    waiting.append(there)
        return found

    def between(self, place: str, device: str) -> tuple[str, ...] | None:
        """Return the circuits from a place to a device; None where the place has no device, or no cable leads there."""
        start = self._routers.get(place)
        return self.to(device).get(start) if start else None

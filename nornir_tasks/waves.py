"""In which order many devices are changed: one canary first, then far devices before near ones, a batch at a time.

Far and near are counted in cables from the switch that the runner is plugged into: while a far device is changed, all
that leads to it is still as it was.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govnet.network.model import Network

BATCH = 8
"""Devices changed at once, unless somebody says otherwise."""

Waves = tuple[tuple[str, ...], ...]


def distances(network: Network) -> dict[str, int]:
    """Return device -> number of cables between it and the runner's switch; devices without a way are not in it.

    Cables of the inventory count, whatever state they are in; a server with two legs leads nowhere.
    """
    found = dict.fromkeys(_runner_switches(network), 0)
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for link in network.links_of(here):
            far = link.other(here).device
            if far not in found and network.devices[far].platform:
                found[far] = found[here] + 1
                queue.append(far)
    return found


def _runner_switches(network: Network) -> list[str]:
    """Return the devices that the runners' management legs are plugged into."""
    runners = {subnet.network_address for subnet in network.services.runners}
    names = {device.name for device in network.devices.values() if device.address in runners}
    plugged = {
        attachment.end
        for attachment in network.attachments
        if any(address in attachment.segment.subnet for address in runners)
    }
    ends = [link.other(name) for name in names for link in network.links_of(name)]
    return sorted({end.device for end in ends if end in plugged})


def waves(network: Network, devices: Iterable[str], batch: int = BATCH) -> Waves:
    """Return the devices in waves; the canary is a wave of its own, and is of the role that most devices have.

    Args:
        network: whose cables are counted.
        devices: what is to be changed.
        batch: most devices in one wave, at least 1.
    """
    order = _far_first(network, devices)
    if not order:
        return ()
    canary = _canary(network, order)
    rest = [name for name in order if name != canary]
    away = distances(network)
    found: list[tuple[str, ...]] = [(canary,)]
    for distance in sorted({away.get(name, 0) for name in rest}, reverse=True):
        group = [name for name in rest if away.get(name, 0) == distance]
        found += [tuple(group[at : at + batch]) for at in range(0, len(group), batch)]
    return tuple(found)


def _far_first(network: Network, devices: Iterable[str]) -> list[str]:
    """Return devices farthest first; of equally far ones those with fewer cables, then in inventory order."""
    away, wanted = distances(network), set(devices)
    known = [name for name in network.devices if name in wanted]
    return sorted(known, key=lambda name: (-away.get(name, 0), len(network.links_of(name))))


def _canary(network: Network, order: Sequence[str]) -> str:
    roles = Counter(network.devices[name].role for name in order)
    most = max(roles.values())
    return next(name for name in order if roles[network.devices[name].role] == most)

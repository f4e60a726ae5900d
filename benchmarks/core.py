"""Loading, intent, commands and proof of Laixi, beside Nornir's own inventory of the same hosts.

Run it with ``python -m benchmarks.core``. Figures are medians of several rounds in one process; the ratio is what
carries over between machines.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from nornir.plugins.inventory import SimpleInventory

from govnet.config import diff
from govnet.config.intent import hardware, intent
from govnet.config.reading import Reading
from govnet.isolation.proof import prove
from govnet.network.load import load
from govnet.platforms.registry import platform
from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median time of a piece of work, after one round that does not count."""
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    laixi = folder("inventory") / "laixi"
    files = [str(laixi / f"{stem}.yaml") for stem in ("hosts", "groups", "defaults")]
    network = load(laixi)
    names = [device.name for device in network.commanded()]

    def say_all() -> None:
        for name in names:
            speaks = platform(network.devices[name].platform)
            start = speaks.factory(hardware(network, name))
            speaks.say(diff(start, intent(network, name)), start)

    readings = {name: Reading(intent(network, name)) for name in names}
    ours = median_seconds(lambda: load(laixi))
    peer = median_seconds(lambda: SimpleInventory(*files).load())
    print(f"{len(network.devices)} devices, {len(network.policy)} zone pairs; medians of {ROUNDS} rounds")
    print(f"load and check the whole folder      {ours * 1e3:8.1f} ms")
    print(f"Nornir's SimpleInventory, hosts only {peer * 1e3:8.1f} ms   {peer / ours:5.2f} times ours")
    intents = median_seconds(lambda: [intent(network, name) for name in names])
    print(f"intent of all {len(names)} devices            {intents * 1e3:8.1f} ms")
    print(f"full configurations in commands      {median_seconds(say_all) * 1e3:8.1f} ms")
    print(f"proof of all pairs, cold             {median_seconds(lambda: prove(network, readings)) * 1e3:8.1f} ms")


if __name__ == "__main__":
    main()

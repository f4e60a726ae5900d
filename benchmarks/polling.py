"""3,000 devices of 150 values polled by SNMPv3 within a minute, on two cores with the devices on them too; memory.

Each device is asked for 7 columns of 20 ports, 10 UPS scalars and sysUpTime (151 samples), authPriv with SHA and AES,
MACs verified, text included. Then 30 rounds over a tenth of them, after which the process may not be larger by more
than a twentieth than after the fifth. Wall time is what others on the machine leave; CPU seconds are printed too.
Run: ``python -m benchmarks.polling [devices]``; it leaves with 1 when a mark is missed.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from pathlib import Path

from benchmarks import _agents
from collectors.collect import Target, Terms, collect_once, relax_gc
from collectors.exposition import write
from collectors.visit import Memory
from snmp import Manager

PORTS, DEVICES, SECONDS = 20, 3000, 60.0
ROUNDS, WARM, FLAT, SMALLER = 30, 5, 1.05, 10
COLUMNS = [(_agents.IF_TABLE, column) for column in (8, 10, 14, 16)] + [(_agents.IF_X_TABLE, c) for c in (6, 10, 15)]
MODULE = _agents.module("brief", COLUMNS)


def resident() -> int:
    """Return the resident octets of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def targets(port: int, count: int) -> list[Target]:
    """Return the devices."""
    return [Target(f"d{n}", f"{_agents.address(n)}:{port}", ("brief",), "v3") for n in range(count)]


async def poll(manager: Manager, asked: list[Target], memory: Memory) -> tuple[int, int]:
    """Poll every device once; return how many samples were written, and how many devices were not read."""
    terms = Terms(20.0, memory)
    results = await collect_once(asked, {"brief": MODULE}, {"v3": _agents.V3}, terms=terms, manager=manager)
    octets = sum(len(write(result.families).encode()) for result in results)
    assert octets
    return sum(result.samples for result in results), sum(1 for result in results if result.error)


async def run(port: int, count: int) -> bool:
    """Print both figures; tell whether the marks are reached."""
    memory = Memory()
    async with Manager() as manager:
        begun, cpu = time.perf_counter(), time.process_time()
        samples, failed = await poll(manager, targets(port, count), memory)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        again = manager.transport.counters.retries
    quick = seconds <= SECONDS * count / DEVICES and not failed
    print(f"{count} devices, {samples} samples, {failed} not read, {again} requests sent again")
    print(f"{seconds:.1f} s, {cpu:.1f} s CPU of this process")
    print(f"mark {SECONDS * count / DEVICES:g} s: {'reached' if quick else 'MISSED'}")
    few, sizes = targets(port, count // SMALLER), []
    async with Manager() as manager:
        for _ in range(ROUNDS):
            await poll(manager, few, memory)
            sizes.append(resident())
    grown = sizes[-1] / sizes[WARM - 1]
    print(
        f"{ROUNDS} rounds of {len(few)} devices: {sizes[WARM - 1] >> 20} MB after {WARM}, {sizes[-1] >> 20} MB at last"
    )
    print(f"mark {FLAT:g} times: {grown:.3f}, {'reached' if grown <= FLAT else 'MISSED'}")
    return quick and grown <= FLAT


def main() -> int:
    relax_gc()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEVICES
    with _agents.running(PORTS) as port:
        return 0 if asyncio.run(run(port, count)) else 1


if __name__ == "__main__":
    sys.exit(main())

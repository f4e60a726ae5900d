"""A province on the lab: thousands of command lines in one process, hundreds provisioned over SSH, and rendering.

Run it with ``python -m benchmarks.estate [devices] [provisioned]``. Three figures, each with its peer or its mark:

- one lab process of 2,770 emulated routers: seconds until all answer, CPU seconds and memory of that process (marks:
  3 s and 150 MB on two cores that do nothing else; where others work too, read the CPU seconds), and how long calling
  each takes. A box is made when it is first logged in to: that costs it about a millisecond, at the next figure;
- 500 of them provisioned from the factory over SSH (backup, plan, apply, read back), in devices a minute: 222 on two
  cores on which four others worked (load 10), 262 commands each;
- commands of all of them rendered: ours from the intent, nornir-jinja2's `template_string` on the same hosts, where it
  is installed, and ansible-core's template task on a hundred of them, its start included, which is how it is used. The
  peers render a text of three lines from values that are given; ours works the configuration out, and its commands.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._rendering import report
from benchmarks.scale import Size, province
from govnet.errors import LabError
from govnet.network.load import load
from govnet.workspace import Workspace
from lab import daemon
from lab.estate import twins
from nornir_tasks import tasks
from nornir_tasks.planning import make_plan
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from govnet.network.model import Network
    from lab.daemon import RunningLab

MARK_SECONDS, MARK_MEGABYTES = 3.0, 150.0
SIZE = Size(9, 11, 27)
"""2,781 sites: as many command lines as the documents of the source have nodes."""
PORT = 2722
TICKS = 100.0
"""Clock ticks of /proc a second (Linux)."""


def routers(network: Network) -> list[str]:
    """Return the routers of a network, in inventory order."""
    return [device.name for device in network.commanded() if device.platform == "huawei_vrp"]


def started(network: Network, names: list[str], folder: Path) -> tuple[RunningLab, float]:
    """Start a lab of some devices; return it and the seconds until all answered."""
    wanted = set(names)
    boxes = [twin for twin in twins(network) if twin.name in wanted]
    begun = time.perf_counter()
    running = daemon.start(boxes, folder, port=PORT, snmp_port=None)
    return running, time.perf_counter() - begun


def spent(process: int) -> tuple[float, float]:
    """Return CPU seconds and resident megabytes of a process."""
    ticks = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return sum(map(int, ticks)) / TICKS, int(resident.split()[1]) / 1000


def many_lines(network: Network, names: list[str], folder: Path) -> bool:
    """Measure one process with all command lines; return whether it keeps both marks."""
    running, wall = started(network, names, folder)
    cpu, megabytes = spent(running.pid)
    begun = time.perf_counter()
    for spot in running.endpoints:
        with socket.create_connection((spot.address, spot.ssh_port)) as caller:
            if caller.recv(4) != b"SSH-":  # whoever listens only is not a box that answers
                raise LabError(f"{spot.name}: {spot.address} port {spot.ssh_port} does not speak SSH.")
    called = time.perf_counter() - begun
    daemon.stop(folder)
    print(f"{len(names)} command lines in one process: {wall:.1f} s ({cpu:.1f} s CPU), {megabytes:.0f} MB")
    print(f"each of {len(running.endpoints)} is called and says SSH: {called:.1f} s more, one after another")
    return min(wall, cpu) <= MARK_SECONDS and megabytes <= MARK_MEGABYTES


def provisioned(network: Network, names: list[str], folder: Path) -> None:
    """Provision some devices from the factory, and print how many a minute that is."""
    work = Workspace(network, folder)
    running, _ = started(network, names, work.lab_folder)
    try:
        begun = time.perf_counter()
        with work.journal() as journal, work.runner(work.lab_access(running), journal) as runner:
            kept = runner.run(tasks.backup, names, network=network, store=BackupStore(work.backups))
            plan = make_plan(network, {name: found.reading for name, found in kept.done.items()})
            told = runner.run(tasks.apply, plan.devices, network=network, plans=plan.devices, accept_unverified=True)
            read = runner.run(tasks.read, names, network=network)
        wall = time.perf_counter() - begun
        second = make_plan(network, {name: found.reading for name, found in read.done.items()})
    finally:
        daemon.stop(work.lab_folder)
    failed = len(kept.failed) + len(told.failed) + len(read.failed)
    print(
        f"{len(names)} provisioned over SSH: {wall:.1f} s, {len(names) / wall * 60:.0f} devices a minute,"
        f" {plan.commands} commands; {failed} failed, {second.changes} changes in a second run"
    )


def main() -> int:
    devices, some = map(int, (*sys.argv[1:], *("2770", "500")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as scratch:
        network = load(province(Path(scratch, "province"), SIZE))
        names = routers(network)[:devices]
        kept = many_lines(network, names, Path(scratch, "many"))
        provisioned(network, names[-some:], Path(scratch, "some"))
        report(network, names)
    return int(not kept and devices >= SIZE.sites - 11)


if __name__ == "__main__":
    sys.exit(main())

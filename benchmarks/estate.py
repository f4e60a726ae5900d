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

import importlib
import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.plugins.runners import ThreadedRunner

from benchmarks.scale import Size, province, seconds
from govnet.config import diff
from govnet.config.intent import hardware, intent
from govnet.errors import LabError
from govnet.network.load import load
from govnet.platforms.registry import platform
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
ANSIBLE_HOSTS = 100
TEMPLATE = "sysname {{ host.name }}\ninterface LoopBack1\n ip address {{ host.hostname }} 255.255.255.255\n"
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


def rendered(network: Network, names: list[str]) -> None:
    """Render what the devices are to be told, beside the templates of two peers."""
    ours = seconds(lambda: [_commands(network, name) for name in names])
    print(f"intent and commands of {len(names)}: {ours:.1f} s, {ours / len(names) * 1000:.2f} ms a device")
    if importlib.util.find_spec("nornir_jinja2"):
        theirs = _nornir_jinja2(network, names)
        print(f"nornir-jinja2, a text of three lines for each: {theirs:.1f} s, {theirs / len(names) * 1000:.2f} ms")
    else:
        print("nornir-jinja2: not installed here")
    program = shutil.which("ansible-playbook", path=str(Path(sys.executable).parent))
    if program:
        some = names[:ANSIBLE_HOSTS]
        wall = _ansible(program, network, some)
        print(f"ansible-core's template task on {len(some)}: {wall:.1f} s, {wall / len(some) * 1000:.0f} ms a device")


def _commands(network: Network, name: str) -> int:
    box = hardware(network, name)
    speaks = platform("huawei_vrp", box)
    bare = speaks.factory(box)
    return len(speaks.say(diff(bare, intent(network, name)), bare))


def _nornir_jinja2(network: Network, names: list[str]) -> float:
    template_string = importlib.import_module("nornir_jinja2.plugins.tasks").template_string
    hosts = Hosts({name: Host(name, str(network.devices[name].address)) for name in names})
    nornir = Nornir(Inventory(hosts, Groups(), Defaults()), runner=ThreadedRunner(num_workers=20))
    return seconds(lambda: nornir.run(task=template_string, template=TEMPLATE))


def _ansible(program: str, network: Network, names: list[str]) -> float:
    play = [
        {
            "hosts": "all",
            "connection": "local",
            "gather_facts": False,
            "tasks": [{"ansible.builtin.template": {"src": "box.j2", "dest": "{{ inventory_hostname }}.txt"}}],
        }
    ]
    hosts = {
        name: {"ansible_host": str(network.devices[name].address), "ansible_python_interpreter": sys.executable}
        for name in names
    }
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "box.j2").write_text(
            TEMPLATE.replace("host.name", "inventory_hostname").replace("host.hostname", "ansible_host")
        )
        (folder / "play.json").write_text(json.dumps(play))
        (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
        begun = time.perf_counter()
        done = subprocess.run(
            [program, "-i", "hosts.json", "-f", "20", "play.json"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout[-300:])
        return time.perf_counter() - begun


def main() -> int:
    devices, some = map(int, (*sys.argv[1:], *("2770", "500")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as scratch:
        network = load(province(Path(scratch, "province"), SIZE))
        names = routers(network)[:devices]
        kept = many_lines(network, names, Path(scratch, "many"))
        provisioned(network, names[-some:], Path(scratch, "some"))
        rendered(network, names)
    return int(not kept and devices >= SIZE.sites - 11)


if __name__ == "__main__":
    sys.exit(main())

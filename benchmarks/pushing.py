"""A change of ten lines to a hundred emulated switches: ours, plain nornir-netmiko, and ansible's network_cli.

The switches are stackables of the lab, in a process of its own; netmiko knows them as `extreme_ers`. Each client runs
in a process of its own too: log in, become privileged, enter the configuration mode, name ten VLANs, leave, log out.
Wall and CPU seconds count from the first connection to the last goodbye (imports left out) for the two Python clients;
for ansible those of the whole `ansible-playbook`, start included, which is how it is used. Ansible runs on a tenth of
the switches, because it takes minutes; "a device" divides by that tenth. Its start alone is measured too, and taken off
in brackets, so that the small number of devices does not speak against it. Ours checks host keys; the others, as they
come, do not.

Read the wall clock with care: netmiko's driver for these boxes waits by timer when it enters a mode and when it leaves,
which is most of its time at 20 workers; the CPU column does not count waiting. A switch that thinks does so line by
line, so no client is faster than its lines times the thinking time.

Run: ``python benchmarks/pushing.py [devices] [rounds]``. Ansible takes part where the collections ansible.netcommon
and cisco.ios (the nearest command line) are found (``ANSIBLE_COLLECTIONS_PATH``); ansible-core alone has no
``network_cli``.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task
from nornir.plugins.runners import ThreadedRunner
from nornir_netmiko.tasks import netmiko_send_config

from govnet.platforms.base import Command
from govnet.platforms.registry import platform
from lab import control, daemon
from lab.faults import Slow
from lab.twin import Twin
from nornir_tasks.session import enter, leave, open_session, send
from sessions import drivers

PORTS = tuple(map(str, range(1, 51)))
THINK_SECONDS = 0.05
NORNIR_DEFAULT_WORKERS = 20


VLANS = range(101, 111)
SET_UP = ("enable", "configure terminal", *(f"vlan create {vlan} type port" for vlan in VLANS), "exit", "logout")
# Names, so that a round finds what the round before it found. Each is a change of its own; a refused one does no harm
# to the next, so they may be one block.
CHANGE = [Command(f"vlan name {vlan} zone{vlan}", change=index) for index, vlan in enumerate(VLANS)]


def ours(task: Task) -> Result:
    session, speaks = open_session(task), platform("nortel_ers")
    enter(session, speaks)
    sent = send(session, speaks, CHANGE, task.host.name)
    leave(session, speaks)
    task.host.close_connections()
    return Result(task.host, result=sent)


def line_by_line(task: Task) -> Result:
    """Do as `ours` does, without blocks: what the event-driven reads give by themselves."""
    session, speaks = open_session(task), platform("nortel_ers")
    enter(session, speaks)
    for command in CHANGE:
        send(session, speaks, [command], task.host.name)
    leave(session, speaks)
    task.host.close_connections()
    return Result(task.host, result=len(CHANGE))


def stock(task: Task) -> Result:
    task.run(netmiko_send_config, config_commands=[command.text for command in CHANGE])
    task.host.close_connections()
    return Result(task.host)


PEERS = {
    "ours": (ours, "nortel_ers"),
    "ours, line by line": (line_by_line, "nortel_ers"),
    "stock": (stock, "extreme_ers"),
}


def measure(peer: str, folder: Path, workers: int) -> dict[str, float]:
    """Run one client over all switches of the lab in ``folder``; return wall and CPU seconds, and failures."""
    task, kind = PEERS[peer]
    lab = daemon.find(folder)
    assert lab
    drivers.register()
    ConnectionPluginRegister.auto_register()
    extras: dict[str, object] = {"use_keys": False, "allow_agent": False}
    if peer != "stock":  # as it comes, netmiko takes any host key
        extras |= {"ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(folder.parent / "known_hosts")}
    hosts = Hosts()
    for spot in lab.endpoints:
        options = {"netmiko": ConnectionOptions(extras=dict(extras))}
        account = {"username": lab.credentials.username, "password": lab.credentials.password}
        hosts[spot.name] = Host(
            spot.name, spot.address, spot.ssh_port, platform=kind, connection_options=options, **account
        )
    inventory = Inventory(hosts, Groups(), Defaults())
    runner: Any = ThreadedRunner(num_workers=workers)
    nornir = Nornir(inventory, config=Config(), runner=runner)
    wall, cpu = time.perf_counter(), time.process_time()
    result = nornir.run(task=task)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "failed": float(len(result.failed_hosts)),
    }


MODE = "configure terminal\n{}\nexit"
PLAYS = {
    # Every task is a process, so the least that ansible can do is one task with all lines.
    "cli_command, all lines in one task": ["enable\n" + MODE.format("\n".join(command.text for command in CHANGE))],
    # A task a line is how a refused line gets a name; the connection leaves a mode behind each. (`cli_config` does
    # neither: the nearest platform's plugin asks these boxes for commands that they do not know.)
    "cli_command, a task a line": ["enable", *(MODE.format(command.text) for command in CHANGE)],
}
"""The ways to say the same lines with ansible's generic connection: name of the way, and what each task types."""


def ansible(folder: Path, share: int) -> dict[str, dict[str, float]]:
    """Run each of ansible's ways, and a play of nothing, over a share of the switches; empty where it is missing."""
    program = shutil.which("ansible-playbook", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    paths = [Path(path) for path in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":") if path]
    if not program or not any((path / "ansible_collections/ansible/netcommon").is_dir() for path in paths):
        return {}
    files = folder.parent / "ansible"
    files.mkdir(exist_ok=True)
    (files / "inventory.json").write_text(json.dumps(ansible_inventory(folder, share)))
    books: dict[str, dict[str, Any]] = {way: {"hosts": "all", "tasks": typing(texts)} for way, texts in PLAYS.items()}
    books["nothing"] = {"hosts": "localhost", "connection": "local", "tasks": []}
    return {name: run_play(program, files, {"gather_facts": False, **play}) for name, play in books.items()}


def typing(texts: list[str]) -> list[dict[str, Any]]:
    return [{"ansible.netcommon.cli_command": {"command": text}} for text in texts]


def ansible_inventory(folder: Path, share: int) -> dict[str, Any]:
    lab = daemon.find(folder)
    assert lab
    hosts = {spot.name: {"ansible_host": spot.address, "ansible_port": spot.ssh_port} for spot in lab.endpoints[:share]}
    way = {
        "ansible_user": lab.credentials.username,
        "ansible_password": lab.credentials.password,
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_terminal_initial_prompt": "Ctrl-Y to begin",
        "ansible_terminal_initial_answer": "\x19",
        "ansible_terminal_initial_prompt_newline": False,
        "ansible_network_os": "cisco.ios.ios",
        "ansible_network_cli_ssh_type": "paramiko",
    }
    return {"all": {"hosts": hosts, "vars": way}}


def run_play(program: str, files: Path, play: dict[str, Any]) -> dict[str, float]:
    """Run a play; return wall and CPU seconds of the whole command, and whether it failed."""
    (files / "play.json").write_text(json.dumps([play]))
    environment = os.environ | {
        "ANSIBLE_HOST_KEY_CHECKING": "0",
        "ANSIBLE_HOME": str(files),
        "ANSIBLE_PERSISTENT_COMMAND_TIMEOUT": "60",
        "LC_ALL": "C.UTF-8",
    }
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [program, "-i", str(files / "inventory.json"), "-f", "20", str(files / "play.json")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        print(done.stdout[-1500:], done.stderr[-1500:])
    return {"wall": wall, "cpu": cpu, "failed": float(done.returncode != 0)}


def in_a_process(peer: str, folder: Path, workers: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", peer, str(folder), str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if found["failed"]:
        raise SystemExit(f"{peer}: {found['failed']:.0f} switches failed\n{done.stderr[-2000:]}")
    return found


def compare(folder: Path, names: list[str], rounds: int, think: float) -> None:
    for name in names:
        control.set_faults(folder, name, [Slow(think)] if think else [])
    runs = [(peer, NORNIR_DEFAULT_WORKERS) for peer in PEERS] + [("ours", len(names)), ("stock", len(names))]
    found: dict[tuple[str, int], list[dict[str, float]]] = {run: [] for run in runs}
    for _ in range(rounds):
        for run in runs:
            found[run].append(in_a_process(run[0], folder, run[1]))
    base = {key: median(each[key] for each in found["stock", NORNIR_DEFAULT_WORKERS]) for key in ("wall", "cpu")}
    print(f"\n{len(names)} switches that think {think * 1000:.0f} ms a line; medians of {rounds} rounds")
    print(f"{'client':24}{'workers':>8}{'seconds':>9}{'ms CPU/device':>15}{'x devices/s':>13}{'x devices/CPU-s':>17}")
    for (peer, workers), each in found.items():
        wall, cpu = (median(one[key] for one in each) for key in ("wall", "cpu"))
        row = f"{peer:24}{workers:8}{wall:9.2f}{cpu / len(names) * 1000:15.1f}"
        print(f"{row}{base['wall'] / wall:13.1f}{base['cpu'] / cpu:17.1f}")
    show_ansible(folder, names, {key: median(e[key] for e in found["ours", len(names)]) for key in ("wall", "cpu")})


def show_ansible(folder: Path, names: list[str], own: dict[str, float]) -> None:
    share = max(1, len(names) // 10)
    theirs = ansible(folder, share)
    if not theirs:
        print("ansible network_cli: left out, its collections are not on this machine")
        return
    start = theirs.pop("nothing")
    for way, spent in theirs.items():
        if spent["failed"]:
            print(f"ansible {way}: failed; no figures")
            continue
        print(f"ansible {way}, {share} switches, 20 forks: {spent['wall']:.1f} s, {spent['cpu']:.1f} s CPU")
        for key, what in (("wall", "wall"), ("cpu", "CPU")):
            mine = own[key] / len(names)
            whole, bare = spent[key] / share / mine, (spent[key] - start[key]) / share / mine
            print(f"  ours needs 1/{whole:.0f} of its {what} a device (1/{bare:.0f} without its start)")


def main() -> None:
    devices, rounds = map(int, (*sys.argv[1:], *("100", "3")[len(sys.argv) - 1 :]))
    twins = [
        Twin(
            f"sw{n:03}",
            "switch",
            "nortel_ers",
            "ERS-4550T",
            "5.6.2.0",
            f"127.84.1.{n + 1}",
            ports=PORTS,
            console=SET_UP,
        )
        for n in range(devices)
    ]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "lab"
        lab = daemon.start(twins, folder, port=0, snmp_port=None)
        try:
            known = [f"[{e.address}]:{e.ssh_port} {key}\n" for e in lab.endpoints for key in lab.host_keys]
            (Path(place) / "known_hosts").write_text("".join(known))
            for think in (0.0, THINK_SECONDS):
                compare(folder, [twin.name for twin in twins], rounds, think)
        finally:
            daemon.stop(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
    else:
        main()

"""Rendering what devices are told, beside nornir-jinja2 and ansible-core's template task on the same hosts.

Ours works each configuration out of the inventory, and the commands that lead there from the factory's state; the peers
render a text of three lines from values that are given. Ansible's time is that of the whole `ansible-playbook`, its
start included, on a hundred hosts.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.plugins.runners import ThreadedRunner

from govnet.config import diff
from govnet.config.intent import hardware, intent
from govnet.platforms.registry import platform

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.network.model import Network

ANSIBLE_HOSTS = 100
TEMPLATE = "sysname {{ host.name }}\ninterface LoopBack1\n ip address {{ host.hostname }} 255.255.255.255\n"


def seconds(work: Callable[[], object]) -> float:
    """Return the shorter of two times that a piece of work takes of the processor, whatever else the machine does."""
    found = []
    for _ in range(2):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def report(network: Network, names: list[str]) -> None:
    """Print how long rendering takes of all that some devices are told, beside the templates of two peers."""
    ours = seconds(lambda: [commands(network, name) for name in names])
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


def commands(network: Network, name: str) -> int:
    """Return how many commands lead a device from its factory's state to what it should have."""
    box = hardware(network, name)
    speaks = platform(network.devices[name].platform, box)
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

"""A core whose removals go by SNMP SET: its inventory, its lab, what is on it and what is wanted of it."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from govnet.network.load import load
from govnet.write_accounts import authenticated
from lab.server import running_lab
from nornir_tasks.changes import begin, carry_out
from nornir_tasks.job import Job
from nornir_tasks.journal import Journal
from nornir_tasks.objects import Agent
from nornir_tasks.planfile import read_file
from nornir_tasks.runner import Access, Runner
from support.laixi import CORE, FOLDER, Estate, twin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network

TYPED = (
    "config ethernet 1/1-1/3 perform-tagging enable",
    'config vlan 303 create byport 1 name "OLD"',
    'config vlan 304 create byport 1 name "PART"',
    "config vlan 303 ports add 1/1-1/3 member portmember",
    "config vlan 304 ports add 1/1-1/3 member portmember",
    "config vlan 303 ip create 10.250.3.1/255.255.255.0",
)
"""What a person typed on the box before."""


def inventory(folder: Path) -> Network:
    """Write Laixi with its first core written by SNMP, and load it."""
    copy = folder / "laixi"
    shutil.copytree(FOLDER, copy)
    hosts = copy / "hosts.yaml"
    start = f"{CORE}: {{groups: [role_core], data: {{"
    assert start in hosts.read_text()
    hosts.write_text(hosts.read_text().replace(start, f"{start}write_by: snmp, "))
    return load(copy)


@contextmanager
def core(folder: Path, *, patience: float = 20) -> Iterator[Estate]:
    """Run the core with its agent, typed at before, and a runner over it that has read it."""
    network = inventory(folder)
    with running_lab([twin(CORE)], port=0, snmp_port=0) as lab:
        made = Estate(lab, folder, network, patience=patience)
        made.type(CORE, *TYPED)
        made.read(CORE)
        try:
            yield made
        finally:
            made.close()


def wanted(now: DeviceConfig) -> DeviceConfig:
    """Return what is wanted: VLAN 303 goes with its address, 1/3 leaves 304, and a port is shut."""
    ports = dict(now.ports)
    for name, gone in {"1/1": {303}, "1/2": {303}, "1/3": {303, 304}}.items():
        switchport = now.ports[name].switchport
        assert switchport
        left = switchport.tagged - gone
        ports[name] = replace(now.ports[name], switchport=replace(switchport, tagged=left))
    ports["3/1"] = replace(ports["3/1"], enabled=False)
    vlans = {vid: vlan for vid, vlan in now.vlans.items() if vid != 303}
    interfaces = {name: one for name, one in now.interfaces.items() if name != "vlan303"}
    return replace(now, ports=ports, vlans=vlans, interfaces=interfaces)


def main() -> None:
    """Carry out the plan in the file named third, journal second, inventory first; access on standard input."""
    network, given = load(Path(sys.argv[1])), json.load(sys.stdin)
    spot, account = tuple(given.pop("agent")), given.pop("account")
    given["known_hosts"] = Path(given["known_hosts"])
    access = Access(**given, agents=lambda _: Agent(spot, authenticated(*account), 60))
    plan = read_file(Path(sys.argv[3]).read_text(), network, "plan")
    with Journal(Path(sys.argv[2])) as journal, journal.alone(), Runner(network, access, journal) as runner:
        begin(journal, plan, "killed")
        carry_out(runner, plan, Job(network, plan.plan.devices, "killed", journal))


if __name__ == "__main__":
    main()

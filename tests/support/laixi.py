"""Laixi's emulated devices and the way in to them, for tests that log in over real SSH."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netmiko import ConnectHandler

from govnet.isolation.proof import prove
from govnet.network.load import load
from govnet.write_accounts import authenticated
from lab.estate import twins
from lab.server import running_lab
from nornir_tasks import tasks
from nornir_tasks.journal import Journal
from nornir_tasks.objects import Agent
from nornir_tasks.planning import make_plan
from nornir_tasks.runner import Access, Runner
from sessions import drivers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from govnet.config.reading import Reading
    from govnet.isolation.proof import Proof
    from govnet.network.model import Network
    from lab.daemon import RunningLab
    from lab.server import Lab
    from lab.twin import Twin
    from nornir_tasks.planning import Plan
    from nornir_tasks.runner import Outcome
    from sessions.drivers.base import GovnetSSH

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "inventory" / "laixi"
CORE, CORE2 = "lx-adc-u-core01", "lx-adc-u-core02"
FIREWALL, STANDBY = "lx-adc-u-fw01", "lx-adc-u-fw02"
AGG, TOWN = "lx-adc-u-agg01", "lx-shuiji-u-ce01"

drivers.register()


def floor(number: int) -> str:
    """Name the access switch of a floor."""
    return f"lx-adc-u-acc{number:02}"


@cache
def network() -> Network:
    """Return Laixi as shipped."""
    return load(FOLDER)


def twin(name: str) -> Twin:
    """Return what the lab is told about one device."""
    return next(each for each in twins(network()) if each.name == name)


@contextmanager
def lab_of(*names: str, snmp_port: int | None = None) -> Iterator[Lab]:
    """Run an emulation of some devices, on ports of the kernel's choice; without SNMP unless a port is given, or 0."""
    with running_lab([twin(name) for name in names], port=0, snmp_port=snmp_port) as lab:
        yield lab


def access_to(lab: Lab, folder: Path, *, patience: float = 20) -> Access:
    """Return the way in to a lab; its host keys are written to a file in ``folder``."""
    known = folder / "known_hosts"
    known.write_text(lab.known_hosts())
    spots = {e.name: (e.address, e.ssh_port) for e in lab.endpoints.values() if e.ssh_port}
    agents = partial(agent_in, lab)
    return Access(lab.credentials.username, lab.credentials.password, known, spots, patience, agents)


def agent_in(lab: Lab, device: str, *, timeout: float = 3.0) -> Agent:
    """Return the SNMP agent of a device of a lab."""
    account, spot = lab.credentials, lab.endpoints[device]
    auth = authenticated(account.snmp_user, account.snmp_auth, account.snmp_priv)
    return Agent((spot.address, spot.snmp_port), auth, timeout)


@contextmanager
def session(access: Access, device: str, platform: str = "") -> Iterator[GovnetSSH]:
    """Log in to a device through the driver of its platform."""
    host, port = access.addresses[device]
    driver: GovnetSSH = ConnectHandler(
        device_type=platform or network().devices[device].platform,
        host=host,
        port=port,
        username=access.username,
        password=access.password,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=str(access.known_hosts),
        use_keys=False,
        allow_agent=False,
        read_timeout_override=access.patience,
    )
    try:
        yield driver
    finally:
        driver.disconnect()


def typed(access: Access, device: str, lines: Sequence[str]) -> list[str]:
    """Type lines at a device as a person would; return what it says to each."""
    with session(access, device) as driver:
        return [driver.ask(line) for line in lines]


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that another process or thread brings about."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"did not happen within {seconds} s")
        time.sleep(0.02)


@dataclass
class Watcher:
    """Remembers what a runner says of its progress."""

    begun: list[tuple[str, int]] = field(default_factory=list)
    through: dict[str, bool] = field(default_factory=dict)
    ended: int = 0

    def begin(self, title: str, total: int) -> None:
        self.begun.append((title, total))

    def advance(self, device: str, *, failed: bool) -> None:
        self.through[device] = failed

    def end(self) -> None:
        self.ended += 1


class Estate:
    """A lab with a runner over it: read, plan, apply, prove, in few words.

    ``readings`` holds what was read last, ``touched`` the devices at which somebody has typed.
    """

    def __init__(self, lab: Lab, folder: Path, of: Network | None = None, *, patience: float = 20) -> None:
        self.lab, self.folder = lab, folder
        self.network = of or network()
        self.access = access_to(lab, folder, patience=patience)
        self.watcher = Watcher()
        self.journal = Journal(folder / "journal.sqlite")
        self.runner = Runner(self.network, self.access, self.journal, self.watcher)
        self.readings: dict[str, Reading] = {}
        self.touched: set[str] = set()

    def close(self) -> None:
        """End the sessions and the journal."""
        self.runner.__exit__()
        self.journal.__exit__()

    def all(self) -> list[str]:
        """Name the devices of the lab that have a command line, in inventory order."""
        return [name for name in self.network.devices if name in self.access.addresses]

    def outcome(self, *names: str) -> Outcome[Any]:
        """Read devices, all by default."""
        return self.runner.run(tasks.read, names or self.all(), network=self.network)

    def read(self, *names: str) -> Mapping[str, Reading]:
        """Read devices, all by default; every one must answer."""
        found = {name: read.reading for name, read in whole(self.outcome(*names)).items()}
        self.readings |= found
        return found

    def plan(self, *names: str) -> Plan:
        """Plan from what was read last."""
        return make_plan(self.network, self.readings, names or None)

    def send(self, plan: Plan, *, accept_unverified: bool = True) -> Outcome[Any]:
        """Apply a plan to its devices."""
        return self.runner.run(
            tasks.apply,
            list(plan.devices),
            network=self.network,
            plans=plan.devices,
            accept_unverified=accept_unverified,
        )

    def mend(self, *names: str) -> None:
        """Make devices what the inventory says."""
        done = whole(self.send(self.plan(*names)))
        self.readings |= {name: applied.reading for name, applied in done.items()}

    def prove(self) -> Proof:
        """Prove what was read last."""
        return prove(self.network, self.readings)

    def type(self, device: str, *lines: str) -> list[str]:
        """Type lines at a device as a person would; return what it says to each."""
        self.touched.add(device)
        return typed(self.access, device, lines)


def whole(outcome: Outcome[Any]) -> dict[str, Any]:
    """Return what a task gave; raise the first failure, if there is one."""
    for error in outcome.failed.values():
        raise error
    return outcome.done


@contextmanager
def estate(folder: Path, *names: str, patience: float = 20) -> Iterator[Estate]:
    """Run a lab of some devices, all of Laixi's by default, with a runner over it."""
    chosen = names or tuple(device.name for device in network().commanded())
    with lab_of(*chosen) as lab:
        made = Estate(lab, folder, patience=patience)
        try:
            yield made
        finally:
            made.close()


def access_to_running(running: RunningLab, folder: Path) -> Access:
    """Return the way in to a lab that runs as a process of its own."""
    known = folder / "known_hosts"
    spots = {e.name: (e.address, e.ssh_port) for e in running.endpoints if e.ssh_port}
    lines = [f"[{address}]:{port} {key}\n" for address, port in spots.values() for key in running.host_keys]
    known.write_text("".join(lines))
    return Access(running.credentials.username, running.credentials.password, known, spots)

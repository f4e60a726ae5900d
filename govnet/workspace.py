"""What work on one network shares: its inventory, its build folder, its lab, and the way in to its devices."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from govnet.errors import RefusedError
from govnet.network.summary import folder_named, network_named
from govnet.platforms.registry import by_hand
from govnet.signing import trusted_keys
from lab import daemon
from nornir_tasks.access import Access, Agent
from nornir_tasks.journal import Journal
from nornir_tasks.vault import vault_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.network.built import Device
    from govnet.network.model import Network
    from lab.daemon import RunningLab
    from lab.endpoint import Ports
    from lab.twin import Twin
    from nornir_tasks.runner import Progress, Runner
    from nornir_tasks.vault import Vault

CREDENTIALS = "GOVNET_CREDENTIALS"
"""Environment variable that names a file with ``username`` and ``password`` in JSON."""
BACKUP_KEY = "backup.key"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One network and where govnet keeps what it makes of it.

    Attributes:
        network: the loaded inventory.
        folder: ``build/<network>``: backups, journal, plans, report, the lab's state.
    """

    network: Network
    folder: Path

    @property
    def lab_folder(self) -> Path:
        """Where the lab's state lies."""
        return self.folder / "lab"

    @property
    def backups(self) -> Path:
        """The git repository of running configurations."""
        return self.folder / "backups"

    @property
    def report(self) -> Path:
        """The report of the last run."""
        return self.folder / "report.html"

    def running_lab(self) -> RunningLab | None:
        """Return the lab of this network, if one runs."""
        return daemon.find(self.lab_folder)

    def journal(self) -> Journal:
        """Open the journal of this network."""
        return Journal(self.folder / "journal.sqlite")

    def access(self, *, lab: bool | None) -> Access:
        """Return the way in: to the lab, or to the real devices.

        Args:
            lab: True for the lab, False for the real devices, None for the lab if one runs.

        Raises:
            RefusedError: the lab was asked for and does not run, or no password is given for the real devices.
        """
        running = self.running_lab()
        if lab or (lab is None and running):
            if running is None:
                raise RefusedError(f"no lab of {self.network.slug} runs; start one with `govnet lab up`.")
            return self.lab_access(running)
        return _real_access(self.network)

    def lab_access(self, running: RunningLab) -> Access:
        """Return the way in to a running lab, with its host keys as the only trusted ones."""
        known = self.lab_folder / "known_hosts"
        lines = [
            f"[{endpoint.address}]:{endpoint.ssh_port} {key}"
            for endpoint in running.endpoints
            if endpoint.ssh_port
            for key in running.host_keys
        ]
        daemon.write_private(known, "\n".join(lines) + "\n")
        return Access(
            username=running.credentials.username,
            password=running.credentials.password,
            known_hosts=known,
            # Only a device that the inventory wants reached over Telnet has such a port in the lab.
            addresses={e.name: (e.address, e.telnet_port or e.ssh_port) for e in running.endpoints if e.ssh_port},
            agents=partial(lab_agent, running),
        )

    def start_lab(self, boxes: Sequence[Twin], ports: Ports) -> RunningLab:
        """Start a lab of some devices; return when all of them answer.

        Raises:
            LabError: one runs already, or a port is taken; the message says by whom, and which option chooses another.
        """
        told = {"port": ports.ssh, "snmp_port": ports.snmp, "modbus_port": ports.modbus}
        return daemon.start(boxes, self.lab_folder, **told)

    def end_lab(self) -> bool:
        """End the lab and leave nothing of it behind; return whether one was running."""
        (self.lab_folder / "known_hosts").unlink(missing_ok=True)
        return daemon.stop(self.lab_folder)

    def runner(self, access: Access, journal: Journal, progress: Progress | None = None) -> Runner:
        """Return a runner over the commanded devices; ``progress`` is told of each device that is through."""
        from nornir_tasks.runner import Runner  # noqa: PLC0415 - half a second that only a session is worth

        return Runner(self.network, access, journal, progress)

    def chosen(self, only: Sequence[str]) -> list[str]:
        """Return the commanded devices that a filter names; all of them when it is empty.

        Devices that a person configures are never among them.

        Raises:
            RefusedError: the filter names a device that does not exist, that govnet may not command, or that a person
                configures.
        """
        commanded = [device.name for device in self.network.commanded() if not by_hand(device.platform)]
        for name in only:
            if name not in self.network.devices:
                raise RefusedError(f"{name}: no such device in {self.network.slug}; `govnet check` lists them.")
            if name not in commanded:
                device = self.network.devices[name]
                if device.commanded:
                    order = f"print its work order with `govnet workorder {Path(self.network.folder).name} {name}`"
                    raise RefusedError(f"{name}: is configured by hand; {order}.")
                raise RefusedError(self._not_ours(device))
        return [name for name in commanded if not only or name in only]

    def _not_ours(self, device: Device) -> str:
        """Return why nobody logs in to a device; who asks for a carrier's is written into the journal."""
        if device.config_authority != "carrier":
            return f"{device.name}: has no command line; govnet does not log in to it."
        said = f"{device.name}: is configured by the carrier; govnet does not log in to it. Ask {device.maintainer}."
        with self.journal() as journal:
            journal.write("", "refuse", "failed", said)
        return said


def open_workspace(name: str, build: Path) -> Workspace:
    """Load a network by name or path.

    Raises:
        InputError: there is no such network, or its folder has problems.
    """
    return Workspace(network_named(name), build / folder_named(name).resolve().name)


def lab_agent(running: RunningLab, device: str) -> Agent:
    """Return the SNMP agent of an emulated device, with the lab's own account.

    Raises:
        RefusedError: it has none.
    """
    known = {endpoint.name: endpoint for endpoint in running.endpoints}
    if device not in known or not known[device].snmp_port:
        raise RefusedError(f"{device}: speaks no SNMP in this lab; start it anew with `govnet lab up`.")
    from govnet.write_accounts import authenticated  # noqa: PLC0415 - the SNMP engine, for those alone who write by it

    account, spot = running.credentials, known[device]
    auth = authenticated(account.snmp_user, account.snmp_auth, account.snmp_priv)
    return Agent((spot.address, spot.snmp_port), auth)


def _real_access(network: Network) -> Access:
    username, password = _account()
    if not username or not password:
        raise RefusedError(
            "no account for the devices: set GOVNET_USERNAME and GOVNET_PASSWORD, or name a file of mode 0600 that says"
            f" so in {CREDENTIALS}, or start a lab with `govnet lab up`."
        )
    from govnet.write_accounts import write_agents  # noqa: PLC0415 - the SNMP engine, for those alone who write by it

    known = os.environ.get("GOVNET_KNOWN_HOSTS")
    agents = write_agents(network, os.environ)
    return Access(username, password, known_hosts=Path(known) if known else None, agents=agents)


def _account() -> tuple[str, str]:
    """Return the account for real devices: from a private file when one is named, else from the environment."""
    file = os.environ.get(CREDENTIALS)
    if not file:
        return os.environ.get("GOVNET_USERNAME", ""), os.environ.get("GOVNET_PASSWORD", "")
    try:
        if Path(file).stat().st_mode & 0o077:
            raise RefusedError(f"{file}: others may read this account; run `chmod 600` on it.")
        held = json.loads(Path(file).read_text(encoding="utf-8"))
        return str(held["username"]), str(held["password"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{file}: no account could be read from it ({type(error).__name__}).") from error


def keys_folder() -> Path:
    """Return the folder where a person's keys are kept."""
    return Path(os.environ.get("GOVNET_KEYS") or "~/.config/govnet/keys").expanduser()


def backup_vault() -> Vault | None:
    """Return the vault for raw configurations, or None where nobody has made a key.

    Raises:
        RefusedError, StorageError: the key that was named cannot be used.
    """
    return vault_of(os.environ, keys_folder() / BACKUP_KEY)


def trusted() -> dict[str, str]:
    """Return public key -> name of the keys in the folder ``GOVNET_TRUSTED``, beside those of the inventory."""
    folder = os.environ.get("GOVNET_TRUSTED")
    return trusted_keys(Path(folder)) if folder else {}

"""Many devices at once: one Nornir run, in which no device stops another, and each failure keeps its cause."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, cast

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.filter import F
from nornir.core.inventory import ConnectionOptions
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.processor import Processors
from nornir.plugins.runners import ThreadedRunner
from nornir_netmiko.connections import CONNECTION_NAME, Netmiko

from govnet.errors import DeviceError, GovnetError
from nornir_tasks.access import Access
from nornir_tasks.findings import transport_of
from nornir_tasks.inventory import GovnetInventory
from nornir_tasks.objects import CONNECTION, ObjectConnection
from sessions import drivers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nornir.core.inventory import Host
    from nornir.core.task import AggregatedResult, MultiResult, Task

    from govnet.network.model import Network
    from nornir_tasks.journal import Journal
    from sessions.wires import Transport

__all__ = ["Access", "Outcome", "Progress", "Runner", "Watched", "Written"]

T = TypeVar("T")

_WAYS_IN = {CONNECTION_NAME: Netmiko, CONNECTION: ObjectConnection}

# Nornir and paramiko log every failure with its traceback; here a failure is a result, told once and in words.
for _name in ("nornir", "paramiko"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a task gave, device by device in inventory order; every device is in exactly one of the two."""

    done: dict[str, T]
    failed: dict[str, GovnetError]


class Progress(Protocol):
    """Somebody who watches: told once how many devices there are, then once a device."""

    def begin(self, title: str, total: int) -> None:
        """A task starts on ``total`` devices."""

    def advance(self, device: str, *, failed: bool) -> None:
        """One device is through."""

    def end(self) -> None:
        """The task is over."""


class _Quiet:
    """A Nornir processor that does nothing: the base of those that care for one event only."""

    def task_started(self, task: Task) -> None:
        """Nornir: a task starts."""

    def task_completed(self, task: Task, result: AggregatedResult) -> None:
        """Nornir: a task is over on all hosts."""

    def task_instance_started(self, task: Task, host: Host) -> None:
        """Nornir: a task starts on one host."""

    def task_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Nornir: a task is over on one host."""

    def subtask_instance_started(self, task: Task, host: Host) -> None:
        """Nornir: a task within a task starts on one host."""

    def subtask_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Nornir: a task within a task is over on one host."""


class Watched(_Quiet):
    """A Nornir processor that tells a `Progress` of every device that is through."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def task_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:  # noqa: ARG002 - Nornir's signature
        """Say that one more device is through."""
        self._progress.advance(host.name, failed=bool(result.failed))


class Written(_Quiet):
    """A Nornir processor that writes a `Journal`: a row before each device's step and one after."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def task_instance_started(self, task: Task, host: Host) -> None:
        """Write that a step begins, before anything is sent."""
        self._journal.write(host.name, task.name, "begun")

    def task_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Write how it ended."""
        error = result[0].exception if result else None
        self._journal.write(host.name, task.name, "failed" if error else "done", str(error or ""))


class Runner:
    """Runs tasks over a network's commanded devices; keeps sessions open between tasks until it is closed."""

    def __init__(
        self, network: Network, access: Access, journal: Journal, progress: Progress | None = None, *, workers: int = 20
    ) -> None:
        self._progress = progress
        drivers.register()
        # Not `auto_register`: it imports whatever is installed beside, NAPALM with all that hangs on it.
        for name, way in _WAYS_IN.items():
            ConnectionPluginRegister.register(name, way)
        inventory = GovnetInventory(network.folder, addresses=access.addresses).load()
        for host in inventory.hosts.values():
            host.username, host.password = access.username, access.password
            written = {"device": host.name, "agents": access.agents}
            host.connection_options[CONNECTION] = ConnectionOptions(extras=written)
            host.connection_options[CONNECTION_NAME] = ConnectionOptions(
                extras=_extras(access, transport_of(host.data))
            )
        self._nornir = Nornir(
            inventory=inventory,
            runner=cast("Any", ThreadedRunner(num_workers=workers)),
            config=Config(),
            processors=Processors([Written(journal), *([Watched(progress)] if progress else [])]),
        )

    def __enter__(self) -> Self:
        """Return the runner."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every session."""
        # Nornir closes by a task of its own, on every host there is: none of that is a step for the journal.
        self._nornir.with_processors([]).close_connections(on_good=True, on_failed=True)

    def run(self, task: Callable[..., Any], devices: Iterable[str], **arguments: Any) -> Outcome[Any]:  # noqa: ANN401 - the task's own
        """Run a task on devices; a device that fails keeps its cause and its session is closed."""
        wanted = list(devices)
        chosen = self._nornir.filter(F(name__any=wanted)) if wanted else self._nornir.filter(name="")
        self._nornir.data.reset_failed_hosts()
        if self._progress:
            self._progress.begin(task.__name__, len(chosen.inventory.hosts))
        try:
            answers = chosen.run(task=task, **arguments)
        finally:
            if self._progress:
                self._progress.end()
        done: dict[str, Any] = {}
        failed: dict[str, GovnetError] = {}
        for name in (host for host in self._nornir.inventory.hosts if host in answers):
            error = answers[name][0].exception
            if error is None:
                done[name] = answers[name][0].result
            else:
                failed[name] = _named(name, error)
                self._nornir.inventory.hosts[name].close_connections()
        return Outcome(done, failed)


def _named(device: str, error: BaseException) -> GovnetError:
    """Return a failure as an error that names its device; what nobody foresaw keeps its type and text."""
    if isinstance(error, GovnetError):
        return error
    wrapped = DeviceError(device, f"unexpected {type(error).__name__}: {error}", "Report this with the journal")
    wrapped.__cause__ = error
    return wrapped


def _extras(access: Access, transport: Transport) -> dict[str, object]:
    """Return the driver's options: host keys are always checked, and a silent device is given up on."""
    trusted = (
        {"alt_host_keys": True, "alt_key_file": str(access.known_hosts)}
        if access.known_hosts
        else {"system_host_keys": True}
    )
    timeouts = {"conn_timeout": access.patience, "read_timeout_override": access.patience}
    checked = {"ssh_strict": True, "use_keys": False, "allow_agent": False, "auto_connect": True}
    return {"transport": transport.value, **checked, **timeouts, **trusted}

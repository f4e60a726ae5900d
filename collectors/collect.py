"""One visit to a device, and one round over many: from target to samples."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from collectors.exposition import Family, merge
from collectors.plan import limits
from collectors.render import render
from collectors.visit import Memory, Visit
from govnet.errors import InputError, Problem
from snmp import Auth, Limits, Manager, SnmpError, SnmpTimeoutError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping, Sequence

    from collectors.modbus.errors import ModbusError
    from collectors.model import Module
    from snmp import Address

SNMP_PORT = 161
DEVICES_AT_ONCE = 128
DEADLINE_SECONDS = 30.0
GATE_SECONDS = 2.0
"""For how long a silent device may keep others from being asked."""


@dataclass(frozen=True, slots=True)
class Target:
    """A device to read, told by value.

    Attributes:
        name: as the inventory has it.
        address: ``host:port`` to poll, or a host alone for port 161.
        modules: names of modules, in order.
        auth: name of the credentials.
        labels: for service discovery (network, plane, place, zone, role, owner, ...).
    """

    path: ClassVar[str] = "/snmp"
    """Where the exporter serves it."""
    name: str
    address: str
    modules: tuple[str, ...]
    auth: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one module gave on one visit.

    Attributes:
        error: kind and text of what went wrong; None when nothing did.
        requests, retries, bindings: datagrams sent, those sent again, variable bindings received.
    """

    module: str
    families: Sequence[Family]
    seconds: float
    requests: int = 0
    retries: int = 0
    bindings: int = 0
    error: SnmpError | ModbusError | None = None

    @property
    def samples(self) -> int:
        """How many samples the module gave."""
        return sum(len(family.rows) for family in self.families)


@dataclass(frozen=True, slots=True)
class Result:
    """What one visit to a target gave, all modules together.

    Attributes:
        samples: how many values.
        seconds: how long the visit took.
        error: why there are fewer values than asked for; None when nothing failed.
        readings: module by module.
    """

    target: Target
    samples: int
    seconds: float
    error: str | None
    readings: tuple[Reading, ...] = ()

    @property
    def families(self) -> list[Family]:
        """All metrics of the visit, those of one name joined."""
        if len(self.readings) == 1:
            return list(self.readings[0].families)
        return merge(family for reading in self.readings for family in reading.families)

    @property
    def values(self) -> dict[str, float]:
        """Series as Prometheus writes them (``name{label="value"}``) with their values."""
        return {series: value for family in self.families for series, value in family.rows}


def relax_gc() -> None:
    """Let the cycle collector look less often; for a process that does nothing but poll.

    A visit makes thousands of tuples and no cycle: looking through them is a tenth of its time.
    """
    gc.set_threshold(50_000, 20, 50)


async def resolve(target: str) -> Address:
    """Return the IPv4 address and port of ``host:port`` or ``host``.

    Raises:
        SnmpTimeoutError: the host has no IPv4 address, or the port is none.
    """
    host, _, port = target.partition(":")
    if port and not (port.isdigit() and 0 < int(port) < 1 << 16):
        raise SnmpTimeoutError(f"{target}: {port!r} is no port. Write the target as host:port.")
    number = int(port or SNMP_PORT)
    try:
        socket.inet_pton(socket.AF_INET, host)
    except OSError:
        return await _look_up(host, number)
    return host, number


async def _look_up(host: str, port: int) -> Address:
    """Return the address of a host name."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, family=socket.AF_INET, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise SnmpTimeoutError(f"{host}: has no IPv4 address: {error}. Correct the name or use an address.") from error
    return str(found[0][4][0]), port


@dataclass(frozen=True, slots=True)
class Terms:
    """What one visit to a device may take, and what may be remembered of it.

    Attributes:
        seconds: for all modules together.
        memory: what is known from earlier visits; without one, labels are read at every visit.
        limits: how hard the device may be asked, where a module does not say.
    """

    seconds: float = DEADLINE_SECONDS
    memory: Memory | None = None
    limits: Limits = field(default_factory=Limits)


async def read_target(
    manager: Manager, target: Target, modules: Sequence[Module], auth: Auth, terms: Terms | None = None
) -> Result:
    """Read modules from a device, one after another, on the terms given."""
    terms = terms or Terms()
    begun = time.perf_counter()
    deadline = manager.transport.clock() + terms.seconds
    readings: list[Reading] = []
    try:
        address = await resolve(target.address)
    except SnmpError as error:
        readings.append(Reading("", (), 0.0, error=error))
    else:
        way = Way(manager, address, auth, deadline, terms.limits)
        visit = _visit(target, modules, terms.memory)
        for module in modules:
            readings.append(await _read_module(way, module, visit))
            if isinstance(readings[-1].error, SnmpTimeoutError):
                # A device that does not answer one module will not answer the next.
                break
    errors = [str(reading.error) for reading in readings if reading.error]
    total = sum(reading.samples for reading in readings)
    return Result(target, total, time.perf_counter() - begun, "; ".join(errors) or None, tuple(readings))


def _visit(target: Target, modules: Sequence[Module], memory: Memory | None) -> Visit:
    """Return the visit to a target, with what is remembered of it."""
    if memory is None:
        return Visit(modules)
    return Visit(modules, memory.of(target.address, target.auth), memory.lookup_seconds)


@dataclass(frozen=True, slots=True)
class Way:
    """How one device is reached on one visit, until a moment of the engine's clock."""

    manager: Manager
    address: Address
    auth: Auth
    deadline: float
    limits: Limits


async def _read_module(way: Way, module: Module, visit: Visit) -> Reading:
    """Read one module from one device; what goes wrong is in the reading, not raised."""
    begun = time.perf_counter()
    session = None
    families: list[Family] = []
    failure: SnmpError | None = None
    try:
        session = way.manager.session(way.address, way.auth, limits(module, way.limits), way.deadline)
        columns = await visit.read(session, module, way.manager.transport.clock())
        families = render(module, columns, visit.known.labels)
    except SnmpError as error:
        failure = error
    counts = (session.requests, session.retries, session.returned) if session else (0, 0, 0)
    return Reading(module.name, families, time.perf_counter() - begun, *counts, failure)


def check_targets(targets: Iterable[Target], modules: Mapping[str, Module], auths: Mapping[str, Auth]) -> None:
    """Refuse targets that name modules or credentials that are not there.

    Raises:
        InputError: names each of them.
    """
    problems = []
    for target in targets:
        for name in target.modules:
            if name not in modules:
                cause = f"target {target.name} asks for the unknown module {name!r}"
                problems.append(Problem("targets", 0, cause, f"Use one of: {', '.join(sorted(modules))}"))
        if target.auth not in auths:
            cause = f"target {target.name} asks for the unknown auth {target.auth!r}"
            problems.append(Problem("targets", 0, cause, f"Use one of: {', '.join(sorted(auths))}"))
    if problems:
        raise InputError(problems)


async def collect_once(
    targets: Sequence[Target],
    modules: Mapping[str, Module],
    auths: Mapping[str, Auth],
    *,
    terms: Terms | None = None,
    manager: Manager | None = None,
) -> list[Result]:
    """Read every target once and return the results in the order of the targets.

    Args:
        targets: what to read.
        modules: modules by name, as `collectors.loader.load` returns them.
        auths: credentials by name.
        terms: of each target.
        manager: the engine to use; without one, one is opened for the round.

    Raises:
        InputError: a target names a module or credentials that are not there.
    """
    check_targets(targets, modules, auths)
    gate = Gate()

    async def visit(engine: Manager, number: int, target: Target) -> Result:
        wanted = [modules[name] for name in target.modules]
        return await gate.through(number, read_target(engine, target, wanted, auths[target.auth], terms))

    async def round_of(engine: Manager) -> list[Result]:
        return list(await asyncio.gather(*(visit(engine, n, target) for n, target in enumerate(targets))))

    if manager is not None:
        return await round_of(manager)
    async with Manager() as engine:
        return await round_of(engine)


class Gate:
    """Spreads the burst of a round: so many visits at once, taken in order.

    A silent device does not keep others out: it makes room when as many later ones as the gate holds are through, or
    when it had time for a first answer. (Letting all in that are late would end in a jam: then everybody is late.)
    """

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(DEVICES_AT_ONCE)
        self._through = 0

    async def through(self, number: int, visit: Coroutine[object, object, Result]) -> Result:
        """Make the visit of that number in its turn and return what it gave."""
        async with self._places:
            task = asyncio.create_task(visit)
            until = time.monotonic() + GATE_SECONDS
            while not task.done() and time.monotonic() < until and self._through < number + DEVICES_AT_ONCE:
                await asyncio.wait({task}, timeout=GATE_SECONDS / 8)
        result = await task
        self._through = max(self._through, number)
        return result

"""One visit to a device, and one round over many: from target to samples."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.exposition import Family, merge
from collectors.plan import limits, read
from collectors.render import render
from govnet.errors import InputError, Problem
from snmp import Auth, Limits, Manager, SnmpError, SnmpTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collectors.model import Module
    from snmp import Address

SNMP_PORT = 161
DEVICES_AT_ONCE = 128
DEADLINE_SECONDS = 30.0


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
    error: SnmpError | None = None

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


async def read_module(manager: Manager, address: Address, module: Module, auth: Auth, deadline: float) -> Reading:
    """Read one module from one device; what goes wrong is in the reading, not raised."""
    begun = time.perf_counter()
    session = None
    families: list[Family] = []
    failure: SnmpError | None = None
    try:
        session = manager.session(address, auth, limits(module, Limits()), deadline)
        families = render(module, await read(session, module))
    except SnmpError as error:
        failure = error
    counts = (session.requests, session.retries, session.returned) if session else (0, 0, 0)
    return Reading(module.name, families, time.perf_counter() - begun, *counts, failure)


async def read_target(
    manager: Manager, target: Target, modules: Sequence[Module], auth: Auth, seconds: float = DEADLINE_SECONDS
) -> Result:
    """Read modules from a device, one after another, in at most `seconds` altogether."""
    begun = time.perf_counter()
    deadline = manager.transport.clock() + seconds
    readings: list[Reading] = []
    try:
        address = await resolve(target.address)
    except SnmpError as error:
        readings.append(Reading("", (), 0.0, error=error))
    else:
        for module in modules:
            readings.append(await read_module(manager, address, module, auth, deadline))
            if isinstance(readings[-1].error, SnmpTimeoutError):
                # A device that does not answer one module will not answer the next.
                break
    errors = [str(reading.error) for reading in readings if reading.error]
    total = sum(reading.samples for reading in readings)
    return Result(target, total, time.perf_counter() - begun, "; ".join(errors) or None, tuple(readings))


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
    seconds: float = DEADLINE_SECONDS,
    manager: Manager | None = None,
) -> list[Result]:
    """Read every target once and return the results in the order of the targets.

    Args:
        targets: what to read.
        modules: modules by name, as `collectors.loader.load` returns them.
        auths: credentials by name.
        seconds: deadline of each target.
        manager: the engine to use; without one, one is opened for the round.

    Raises:
        InputError: a target names a module or credentials that are not there.
    """
    check_targets(targets, modules, auths)
    gate = asyncio.Semaphore(DEVICES_AT_ONCE)

    async def visit(engine: Manager, target: Target) -> Result:
        async with gate:
            wanted = [modules[name] for name in target.modules]
            return await read_target(engine, target, wanted, auths[target.auth], seconds)

    if manager is not None:
        return list(await asyncio.gather(*(visit(manager, target) for target in targets)))
    async with Manager() as engine:
        return list(await asyncio.gather(*(visit(engine, target) for target in targets)))

"""A lab inside this process: in an event loop of the caller's, or in a thread of its own."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol, Self, cast

from govnet.errors import LabError, near
from lab.datagram import send
from lab.door import Door
from lab.endpoint import MODBUS_PORT, SNMP_PORT, SSH_PORT, Endpoint, new_credentials
from lab.faults import FaultBoard
from lab.keys import HostKeys, public_line
from lab.modbus import start as start_modbus
from lab.rack import Rack
from lab.ssh import SshFarm
from lab.telnet import TelnetFarm

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

    from lab.exchange import Exchange
    from lab.modbus import Servers
    from lab.snmp import Agents
    from lab.terminal import Personality
    from lab.twin import Credentials, Twin


_EXCHANGING = ("huawei_vrp",)
"""Platforms whose routers tell each other routes."""


class _Closes(Protocol):
    async def close(self) -> None: ...


class Lab:
    """Emulated devices that answer while the ``async with`` block runs.

    Args:
        twins: what to emulate; names and addresses must differ.
        credentials: the account that every device accepts; a new one when left out.
        port: SSH port on every address, Telnet on the next; 0 lets the kernel choose for each.
        snmp_port: SNMP port on every address; 0 lets the kernel choose for each device, None starts no agents.
        modbus_port: Modbus port on every address, 0 as above; None is `MODBUS_PORT`, or 0 where ``port`` is.
        folder: where the host keys are kept; None keeps them in memory.

    Attributes:
        endpoints: where each device answers, by name; filled at start.
        personalities: the devices themselves, by name, each made when it is first asked for.
        faults: what is wrong with which device.
        host_keys: the public host keys, ``ssh-ed25519 AAAA...``; filled at start.
        agents: the SNMP agents, for scenarios; None when there are none.
        plant: the Modbus servers, for scenarios; None before the start.
    """

    def __init__(  # noqa: PLR0913 - one port each
        self,
        twins: Sequence[Twin],
        credentials: Credentials | None = None,
        *,
        port: int = SSH_PORT,
        snmp_port: int | None = SNMP_PORT,
        modbus_port: int | None = None,
        folder: Path | None = None,
    ) -> None:
        _distinct(twins)
        self.twins = tuple(twins)
        self.credentials = credentials or new_credentials()
        self.faults = FaultBoard(twin.name for twin in twins)
        self.endpoints: dict[str, Endpoint] = {}
        self.personalities = Rack(self.twins, self._placed)
        self.host_keys: tuple[str, ...] = ()
        self.agents: Agents | None = None
        self.plant: Servers | None = None
        self._port, self._snmp_port, self._folder = port, snmp_port, folder
        self._exchange: Exchange | None = None
        self._modbus_port = (MODBUS_PORT if port else 0) if modbus_port is None else modbus_port
        self._open: list[_Closes] = []

    async def start(self) -> None:
        """Build every device and listen.

        Raises:
            LabError: a platform is unknown, or an address and port are in use.
        """
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise

    async def _start(self) -> None:
        keys = HostKeys(self._folder)
        self.host_keys = keys.public
        self._open.append(self.personalities)
        if any(twin.platform in _EXCHANGING for twin in self.twins):
            self._exchange = cast("Exchange", importlib.import_module("lab.exchange").Exchange(self._routers))
        await self.personalities.open()
        doors = [self._door(twin) for twin in self.twins if twin.platform]
        if any(door.legacy_ssh for door in doors):
            self.host_keys = (*self.host_keys, public_line(keys.legacy))
        farm, telnet = SshFarm(keys, self.credentials), TelnetFarm(self.credentials)
        self._open += [farm, telnet]
        ports = await farm.open(doors, self._port)
        telnet_ports = await telnet.open([door for door in doors if door.telnet], self._port + 1 if self._port else 0)
        await self._start_agents()
        self.plant = await start_modbus(self.twins, self._modbus_port)
        self._open.append(self.plant)
        self.endpoints = {twin.name: self._endpoint(twin, ports, telnet_ports) for twin in self.twins}

    def _placed(self, name: str, box: Personality) -> None:
        """Tell those who look after all boxes of one that is made."""
        self.faults.placed(name, box)
        if self._exchange:
            self._exchange.take(box)

    def _routers(self) -> Iterator[Personality]:
        return (self.personalities[twin.name] for twin in self.twins if twin.platform in _EXCHANGING)

    async def _start_agents(self) -> None:
        room = importlib.util.find_spec("lab.snmp")
        if self._snmp_port is None or room is None or room.origin is None:
            return
        agents = importlib.import_module("lab.snmp")
        served = [(twin, self._box(twin) if twin.platform else None) for twin in self.twins]
        starting = agents.start(served, self.credentials, self._snmp_port, faults=self.faults)
        self.agents = await cast("Awaitable[Agents]", starting)
        self._open.append(self.agents)

    def _door(self, twin: Twin) -> Door:
        options = {"legacy_ssh": twin.legacy_ssh, "telnet": twin.telnet}
        return Door(twin.name, twin.address, twin.platform, self._box(twin), self.faults, **options)

    def _box(self, twin: Twin) -> Callable[[], Personality]:
        return partial(self.personalities.__getitem__, twin.name)

    def _endpoint(self, twin: Twin, ports: dict[str, int], telnet: dict[str, int]) -> Endpoint:
        note = str(getattr(self.personalities.made.get(twin.name), "note", "emulated"))
        snmp = self.agents.port(twin.name) if self.agents else 0
        modbus = self.plant.port(twin.name) if self.plant else 0
        spots = (ports.get(twin.name, 0), snmp, note, telnet.get(twin.name, 0), modbus)
        return Endpoint(twin.name, twin.platform, twin.address, *spots)

    async def close(self) -> None:
        """End every session and stop listening; the devices forget what they were told."""
        while self._open:
            await self._open.pop().close()

    def log(self, device: str, text: str, to: tuple[str, int]) -> None:
        """Let a device send a line of syslog, as it stands, from its own address.

        Raises:
            LabError: no such device, or it cannot be sent.
        """
        address = next((twin.address for twin in self.twins if twin.name == device), None)
        if address is None:
            some = ", ".join(near(device, [twin.name for twin in self.twins]))
            raise LabError(f"{device}: no such device in this lab. It has {len(self.twins)}, among them {some}.")
        send(address, text.encode(), to)

    def known_hosts(self) -> str:
        """Return the lines of a ``known_hosts`` file for every device."""
        spots = [(e.address, e.ssh_port) for e in self.endpoints.values() if e.ssh_port]
        return "".join(f"[{host}]:{port} {key}\n" for host, port in spots for key in self.host_keys)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()


def _distinct(twins: Sequence[Twin]) -> None:
    for what in ("name", "address"):
        seen: set[str] = set()
        for twin in twins:
            value = getattr(twin, what)
            if value in seen:
                raise LabError(f"{twin.name}: {what} {value} is given to two devices. Give each its own.")
            seen.add(value)


@contextmanager
def running_lab(
    twins: Sequence[Twin],
    credentials: Credentials | None = None,
    *,
    port: int = SSH_PORT,
    snmp_port: int | None = SNMP_PORT,
) -> Iterator[Lab]:
    """Run a lab in a thread for as long as the block runs, for callers that are not asynchronous.

    Raises:
        LabError: as `Lab.start`.
    """
    lab = Lab(twins, credentials, port=port, snmp_port=snmp_port)
    started: Future[asyncio.AbstractEventLoop] = Future()
    over = asyncio.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(lab, started, over)), name="lab", daemon=True)
    thread.start()
    try:
        loop = started.result()
        try:
            yield lab
        finally:
            loop.call_soon_threadsafe(over.set)
    finally:
        thread.join()


async def _serve(lab: Lab, started: Future[asyncio.AbstractEventLoop], over: asyncio.Event) -> None:
    try:
        await lab.start()
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, and raised there
        started.set_exception(error)
        return
    started.set_result(asyncio.get_running_loop())
    await over.wait()
    await lab.close()

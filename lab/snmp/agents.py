"""All agents of a lab: one UDP socket for each device, one event loop for all of them."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.datagram import send
from lab.snmp import message, telling, usm
from lab.snmp.device import Device, Health
from lab.snmp.families import enterprise
from lab.snmp.plant import Plant
from lab.snmp.views import VIEWS
from lab.taken import why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lab.faults import FaultBoard
    from lab.terminal import Personality
    from lab.twin import Credentials, Twin

_LOG = logging.getLogger(__name__)


class _Endpoint(asyncio.DatagramProtocol):
    """Answers at one address."""

    def __init__(self, device: Device, community: str, engine: usm.Usm | None) -> None:
        self.device, self.engine, self._community = device, engine, community
        self.transport: asyncio.DatagramTransport | None = None
        self._told = itertools.count(1)

    def notification(self, told: bytes) -> bytes:
        """Return the message around a trap's PDU: SNMPv3 where the lab has a user, else SNMPv2c."""
        if self.engine is not None:
            return self.engine.tell(told, next(self._told))
        return telling.by_community(self._community, told)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one datagram."""
        if self.device.health.silent:
            return
        try:
            reply = message.answer(data, self._community, self.engine, self.device)
        except Exception:  # noqa: BLE001 - a snapshot is code of others: one bad device must not stop the agents
            _LOG.exception("%s: the agent could not answer. Mend the personality's snapshot", self.device.twin.name)
            return
        if reply is not None and self.transport is not None:
            self.transport.sendto(reply, addr)


class Agents:
    """The running agents; close them, or let scenarios play on them."""

    def __init__(self, endpoints: Iterable[_Endpoint], clock: Callable[[], float] = time.monotonic) -> None:
        self._endpoints = {endpoint.device.twin.name: endpoint for endpoint in endpoints}
        self._manager: tuple[str, int] | None = None
        devices = {name: endpoint.device for name, endpoint in self._endpoints.items()}
        self._plant = Plant(devices, clock)
        for device in devices.values():
            device.plant = self._plant

    def names(self) -> tuple[str, ...]:
        """Return the names of the devices that answer SNMP."""
        return tuple(self._endpoints)

    def port(self, name: str) -> int:
        """Return the UDP port on which a device answers; 0 for one that does not."""
        endpoint = self._endpoints.get(name)
        return int(endpoint.transport.get_extra_info("sockname")[1]) if endpoint and endpoint.transport else 0

    def sets(self, name: str) -> int:
        """Return how many SETs have reached a device.

        Raises:
            LabError: no such device.
        """
        return self._endpoint(name).device.sets

    def set_ups(self, name: str, **facts: object) -> None:
        """Let something happen to a UPS; see `lab.snmp.ups.UpsFacts`: ``set_ups("u1", mains=False, charge=30)``.

        Raises:
            LabError: no such UPS, no such fact, or a value out of range.
        """
        device = self._endpoint(name).device
        if "ups" not in device.twin.snmp:
            raise LabError(f"{name}: is no UPS. Name a device whose agent serves the view ups.")
        on_battery = device.ups.on_battery
        device.ups.set(**facts)
        if device.ups.on_battery and not on_battery:
            self._reported(name, "upsTrapOnBattery")

    def set_health(self, name: str, **facts: object) -> None:
        """Let something happen to a switch; see `lab.snmp.device.Health`: ``set_health("s1", temperature=61)``.

        Raises:
            LabError: no such device or fact.
        """
        device = self._endpoint(name).device
        cut = device.health.cut_ports
        try:
            device.health = replace(device.health, **facts)  # type: ignore[arg-type]  # names are checked here
        except TypeError as error:
            raise LabError(
                f"{name}: unknown fact in {sorted(facts)}. Use some of: {', '.join(Health.__slots__)}."
            ) from error
        for trap, ports in (("linkDown", device.health.cut_ports - cut), ("linkUp", cut - device.health.cut_ports)):
            for port in sorted(ports):
                self._reported(name, trap, port)

    def reboot(self, name: str) -> None:
        """Let a device start anew: uptime and counters from zero, one more engine boot.

        Raises:
            LabError: no such device.
        """
        endpoint = self._endpoint(name)
        endpoint.device.reboot()
        if endpoint.engine is not None:
            endpoint.engine.reboot()
        self._reported(name, "coldStart")

    def report_to(self, manager: tuple[str, int] | None) -> None:
        """Let every device tell a manager from now on when a scenario cuts a port, takes the mains or restarts it."""
        self._manager = manager

    def tell(self, name: str, trap: str, to: tuple[str, int], port: str = "") -> None:
        """Let a device send one of `lab.snmp.telling.TRAPS` from its own address, at the level of its SNMPv3 user.

        Raises:
            LabError: no such device, trap or port, or it cannot be sent.
        """
        endpoint = self._endpoint(name)
        told = telling.pdu(endpoint.device, trap, port)
        send(endpoint.device.twin.address, endpoint.notification(told), to)

    def _reported(self, name: str, trap: str, port: str = "") -> None:
        """Tell the manager, if there is one, what has just happened; a dead device tells nothing."""
        if self._manager and not self._endpoint(name).device.health.silent:
            self.tell(name, trap, self._manager, port)

    async def close(self) -> None:
        """Close all sockets; return when they are closed."""
        for endpoint in self._endpoints.values():
            if endpoint.transport is not None:
                endpoint.transport.abort()
        await asyncio.sleep(0)  # the loop closes an aborted socket in its next round

    def _endpoint(self, name: str) -> _Endpoint:
        """Return an agent by its device's name."""
        try:
            return self._endpoints[name]
        except KeyError:
            raise LabError(f"{name}: no SNMP agent of that name. Known: {', '.join(self._endpoints)}.") from None


async def start(
    served: Sequence[tuple[Twin, Callable[[], Personality] | None]],
    credentials: Credentials,
    port: int,
    clock: Callable[[], float] = time.monotonic,
    faults: FaultBoard | None = None,
) -> Agents:
    """Start an agent for each twin that has SNMP views, on the twin's own address.

    Args:
        served: the twins with what returns their personalities, None for a device without a command line; it is
            asked at the first question.
        credentials: community and SNMPv3 user that the agents accept.
        port: UDP port on each address; 0 lets the kernel choose for each device.
        clock: seconds, never going back; hand in another to move time in tests.
        faults: what is wrong with which device.

    Raises:
        LabError: a view is unknown, or an address cannot be bound.
    """
    owner = usm.user(credentials)
    boots = int(time.time())  # grows from lab to lab without being stored
    endpoints: list[_Endpoint] = []
    for twin, box in served:
        if not twin.snmp:
            continue
        if unknown := sorted(set(twin.snmp) - set(VIEWS)):
            await Agents(endpoints).close()
            raise LabError(f"{twin.name}: unknown SNMP views {unknown}. Use {', '.join(VIEWS)}.")
        engine_id = usm.engine_id(enterprise(twin), twin.address)
        engine = usm.Usm(engine_id, owner, boots, clock) if owner else None
        endpoints.append(_Endpoint(Device(twin, box, clock, VIEWS, faults), credentials.community, engine))
        try:
            await _bind(endpoints[-1], twin.address, port)
        except OSError as error:
            await Agents(endpoints).close()
            raise LabError(why(twin.name, (twin.address, port), error, "--snmp-port", "udp")) from error
    return Agents(endpoints, clock)


async def _bind(endpoint: _Endpoint, address: str, port: int) -> None:
    """Open the socket of one agent."""
    loop = asyncio.get_running_loop()
    endpoint.transport, _ = await loop.create_datagram_endpoint(lambda: endpoint, local_addr=(address, port))

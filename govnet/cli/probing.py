"""Tries at devices from where govnet runs: ports in clear text, communities that boxes come with.

Only made when a person asks for them: a network's own watch may take them for an attack.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.audit.tables import Probe
from snmp import Auth, Limits, Manager, SnmpAuthError, SnmpError, SnmpTimeoutError, get_one
from snmp.ber import encode_oid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from govnet.network.model import Network
    from lab.endpoint import Endpoint

PORTS = (21, 23, 80, 513)
"""FTP, Telnet, HTTP, rlogin."""
COMMUNITIES = ("public", "private", "secret")
_TELNET, _SNMP = 23, 161
_VERSIONS = {"v1": 1, "v2c": 2}
_SYS_UP_TIME = encode_oid("1.3.6.1.2.1.1.3.0")
_PATIENCE = Limits(timeout=1.0, retries=1)
_CONNECT = 2.0
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a device is tried.

    Attributes:
        name: inventory name.
        host: address.
        ports: TCP port of a service -> the port where it answers, which is another in a lab.
        snmp: UDP port of its agent; 0 when it is known to have none.
    """

    name: str
    host: str
    ports: dict[int, int]
    snmp: int = _SNMP


def spots(network: Network, endpoints: Iterable[Endpoint] | None = None) -> list[Spot]:
    """Return where the devices that may be logged in to are tried: in a lab when its endpoints are given."""
    if endpoints is not None:
        known = {one.name: one for one in endpoints}
        return [_in_lab(known[device.name]) for device in network.commanded() if device.name in known]
    ports = {port: port for port in PORTS}
    return [Spot(device.name, str(device.address), ports) for device in network.commanded() if device.address]


def _in_lab(one: Endpoint) -> Spot:
    """Return where an emulated device is tried; its Telnet, if it has any, does not listen on 23."""
    ports = {port: port for port in PORTS}
    return Spot(one.name, one.address, ports | ({_TELNET: one.telnet_port} if one.telnet_port else {}), one.snmp_port)


def probe(tried: Iterable[Spot], reached: Collection[str], at: datetime) -> tuple[Probe, ...]:
    """Return what answered and what did not.

    Args:
        tried: where.
        reached: devices that answered something else just now. The silence of any other device says nothing: of it
            only answers are told.
        at: when.
    """
    found = asyncio.run(_probe_all(list(tried), at))
    return tuple(one for one in found if one.answered or one.object in reached)


async def _probe_all(tried: list[Spot], at: datetime) -> list[Probe]:
    slots = asyncio.Semaphore(_AT_ONCE)
    async with Manager() as manager:
        rows = await asyncio.gather(*(_probe_one(manager, slots, spot, at) for spot in tried))
    return [one for row in rows for one in row]


async def _probe_one(manager: Manager, slots: asyncio.Semaphore, spot: Spot, at: datetime) -> list[Probe]:
    async with slots:
        doors = [_connect(spot, service, port, at) for service, port in spot.ports.items()]
        asked = [_ask(manager, spot, version, name, at) for version in _VERSIONS for name in COMMUNITIES if spot.snmp]
        found = await asyncio.gather(*doors, *asked)
    return [one for one in found if one is not None]


async def _connect(spot: Spot, service: int, port: int, at: datetime) -> Probe | None:
    """Return whether a TCP port takes a connection; None when none could be tried from here."""
    what = f"tcp/{service}"
    try:
        async with asyncio.timeout(_CONNECT):
            _, writer = await asyncio.open_connection(spot.host, port)
    except ConnectionRefusedError:
        return Probe(what, spot.name, answered=False, at=at, detail="refused")
    except TimeoutError:
        return Probe(what, spot.name, answered=False, at=at, detail="silent")
    except OSError:
        return None
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return Probe(what, spot.name, answered=True, at=at, detail="took a connection")


async def _ask(manager: Manager, spot: Spot, version: str, community: str, at: datetime) -> Probe | None:
    """Return whether an agent tells its uptime to a community; None when what came was none of its own."""
    what, address = f"snmp {version} {community}", (spot.host, spot.snmp)
    session = manager.session(address, Auth(version=_VERSIONS[version], community=community), _PATIENCE)
    try:
        await get_one(session, _SYS_UP_TIME)
    except SnmpTimeoutError:
        if session.retries < _PATIENCE.retries:  # it could not even be sent
            return None
        return Probe(what, spot.name, answered=False, at=at, detail="silent")
    except SnmpAuthError:
        return None
    except SnmpError as error:
        return Probe(what, spot.name, answered=True, at=at, detail=str(error))
    return Probe(what, spot.name, answered=True, at=at, detail="told its uptime")

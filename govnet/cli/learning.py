"""From what devices have learned of each other to an audit's tables: ports and boxes by their inventory names."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.collect import collect_once
from collectors.learned import MODULES, tables
from collectors.loader import load
from govnet.audit.tables import ArpEntry, Neighbour, Station
from govnet.cli.health import AUTH, what_to_poll
from govnet.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from collectors.learned import Neighbour as Heard
    from collectors.learned import Station as Seen
    from collectors.learned import Tables
    from govnet.audit import Evidence
    from govnet.cli.workspace import Workspace
    from govnet.network.built import Device
    from govnet.network.model import Network

_SLOT_AND_PORT = re.compile(r"slot:?\s*(\d+),?\s*port:?\s*(\d+)", re.IGNORECASE)
_PORTS_A_SLOT = 64
_FRONT = range(_PORTS_A_SLOT, 2048)
"""Interface indexes of the front ports of an 8600: 64 times the slot, and the port less one (SNMP::Info)."""


def learned(work: Workspace, *, lab: bool | None) -> dict[str, Tables]:
    """Return device -> what it has learned; nothing where there are no credentials to ask with."""
    try:
        polled, auth = what_to_poll(work, lab=lab)
    except RefusedError:
        return {}
    devices = work.network.devices
    asked = [(target, MODULES.get(devices[target.name].platform, ())) for target in polled]
    targets = [replace(target, modules=modules) for target, modules in asked if modules]
    results = asyncio.run(collect_once(targets, load().modules, {AUTH: auth}))
    return {result.target.name: tables(result) for result in results}


def with_learned(evidence: Evidence, found: Mapping[str, Tables]) -> Evidence:
    """Return evidence with the tables of the devices that showed any; None where no device showed one."""
    network, at = evidence.network, evidence.as_of
    fdb = {
        name: tuple(sorted(_stations(network.devices[name], each.stations, at), key=str))
        for name, each in found.items()
        if each.stations is not None
    }
    arp = {
        name: tuple(ArpEntry(one.address, one.mac, one.interface) for one in each.arp)
        for name, each in found.items()
        if each.arp is not None
    }
    neighbours = {
        name: tuple(sorted(_named(network, network.devices[name], one) for one in each.neighbours))
        for name, each in found.items()
        if each.neighbours is not None
    }
    return replace(evidence, fdb=fdb or None, arp=arp or None, neighbours=neighbours or None)


def _stations(device: Device, rows: tuple[Seen, ...], at: datetime) -> Iterator[Station]:
    for row in rows:
        port = _port(device, row.interface) or _by_index(device, row.index) or row.interface or f"ifIndex {row.index}"
        yield Station(row.mac, port, row.vlan, at)


def _named(network: Network, device: Device, heard: Heard) -> Neighbour:
    other = network.devices.get(heard.name) or _managed_at(network, heard)
    far = (_port(other, heard.far_port) if other else "") or heard.far_port
    port = _port(device, heard.port) or heard.port
    return Neighbour(port, heard.chassis, other.name if other else "", far, heard.protocol)


def _managed_at(network: Network, heard: Heard) -> Device | None:
    return next((one for one in network.devices.values() if heard.address and one.address == heard.address), None)


def _port(device: Device, said: str) -> str:
    """Return the front port that a device means; empty when it is none.

    A name says it in the inventory's own spelling, or by slot and port; a box without slots has them all in slot 1.
    """
    if said in device.ports:
        return said
    pair = _SLOT_AND_PORT.search(said)
    slot, _, number = f"{pair[1]}/{pair[2]}".partition("/") if pair else said.partition("/")
    if f"{slot}/{number}" in device.ports:
        return f"{slot}/{number}"
    return number if slot == "1" and number in device.ports else ""


def _by_index(device: Device, index: int) -> str:
    """Return the front port of an 8600 that has an interface index; empty when it is none."""
    if device.platform != "nortel_passport" or index not in _FRONT:
        return ""
    port = f"{index // _PORTS_A_SLOT}/{index % _PORTS_A_SLOT + 1}"
    return port if port in device.ports else ""

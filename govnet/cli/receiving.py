"""What `govnet exporter` listens for: options, and the receiver that they ask for."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from collectors.receiving import Listening, Plan, Source, ZoneMap, sources_of
from govnet.cli.options import address
from govnet.cli.workspace import Workspace
from govnet.errors import InputError, Problem
from govnet.network.model import Network
from lab.endpoint import loopback_of
from snmp import Auth, Receiver

COMMUNITY = "GOVNET_SNMP_COMMUNITY"
Traps = Annotated[str, typer.Option("--traps", metavar="ADDR:PORT", help="Listen for SNMP traps and informs (UDP).")]
Syslog = Annotated[str, typer.Option("--syslog", metavar="ADDR:PORT", help="Listen for syslog (UDP and TCP).")]
Eve = Annotated[
    list[str] | None,
    typer.Option("--eve", metavar="[IDS=]FILE", help="Follow a file of EVE JSON that an IDS writes on this host."),
]


def listening(work: Workspace, auth: Auth, plan: Plan, *, lab: bool) -> Listening | None:
    """Return the receiver of a network, with its addresses taken; None where nothing was asked for.

    Args:
        work: the network's workspace.
        auth: the SNMPv3 user that devices may speak as.
        plan: where to listen.
        lab: the devices are those of the lab, on its addresses.

    Raises:
        RefusedError: an address cannot be listened on.
    """
    if not (plan.traps or plan.syslog or plan.eve):
        return None
    named = [device for device in work.network.devices.values() if device.address]
    addresses = {device.name: loopback_of(device.address) for device in named} if lab else None
    running = work.running_lab() if lab else None
    community = running.credentials.community if running else os.environ.get(COMMUNITY, "")
    judge = Receiver(
        {auth.username.encode(): auth},
        (community.encode(),) if community else (),
        engine_id(work.network),
        int(time.time()),  # grows from start to start without being stored
        time.monotonic,
    )
    made = Listening(plan, sources_of(work.network, addresses), ZoneMap.of(work.network), judge)
    made.bind()
    return made


def engine_id(network: Network) -> bytes:
    """Return our engine identifier: the same for a network wherever and whenever its receiver runs.

    The enterprise is 32473, which RFC 5612 keeps for those who have none; format 5 is octets of one's own choice.
    """
    own = hashlib.sha256(network.slug.encode()).digest()[:8]
    return (0x80000000 | 32473).to_bytes(4, "big") + b"\x05" + own


def planned(network: Network, traps: str, syslog: str, eve: list[str]) -> Plan:
    """Return what the options ask for.

    Raises:
        InputError: an address, a device or a file that is none.
    """
    return Plan(
        address("--traps", traps) if traps else None,
        address("--syslog", syslog) if syslog else None,
        dict(_file(network, entry) for entry in eve),
    )


def _file(network: Network, entry: str) -> tuple[Path, Source]:
    """Return the file of an IDS; where the network has one IDS alone it need not be named."""
    name, named, path = entry.rpartition("=")
    known = {device.name: device for device in network.of_role("ids")}
    chosen = known.get(name) if named else next(iter(known.values())) if len(known) == 1 else None
    if chosen is None:
        cause = f"{entry!r} does not say which IDS writes the file"
        choices = ", ".join(known) or "none in this inventory"
        raise InputError([Problem("--eve", 0, cause, f"Write IDS=FILE; the IDS are: {choices}")])
    return Path(path), Source(chosen.name, chosen.role, chosen.zone or "mgt")

"""`govnet exporter`: health of a network for Prometheus, and one round of it for a report."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collectors.collect import Result, Terms, collect_once
from collectors.exporter import build_app, serve
from collectors.loader import load
from collectors.modbus import ANSWER_SECONDS, collect_modbus, load_maps, modbus_targets
from collectors.modbus.serving import ModbusProbe
from collectors.receiving import alongside
from collectors.targets import targets
from govnet.cli import receiving, screen
from govnet.cli.freshness import BackupAge
from govnet.cli.options import BUILD, Build, NetworkName, UseLab
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import DeviceError, RefusedError
from govnet.monitoring import NetworkFacts
from govnet.monitoring.checks import Checks
from govnet.monitoring.wall import Wall
from govnet.write_accounts import authenticated
from nornir_tasks.store import BackupStore
from snmp import Limits

if TYPE_CHECKING:
    from collections.abc import Collection

    from prometheus_client.registry import Collector

    from collectors.collect import Target
    from collectors.modbus import ModbusTarget
    from collectors.modbus.model import RegisterMap
    from lab.daemon import RunningLab
    from snmp import Auth

AUTH = "govnet"
PATIENT = Terms(seconds=300.0, limits=Limits(timeout=60.0))
"""How a lab is asked: one process answers for all its devices at once, and a busy machine lets each of them wait."""


def exporter(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port to listen on; 0 lets the kernel choose.")] = 9116,
    lab: UseLab = None,
    build: Build = BUILD,
    traps: receiving.Traps = "",
    syslog: receiving.Syslog = "",
    eve: receiving.Eve = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every target one time, print what answered, and leave.")
    ] = False,
    ready: Annotated[int, typer.Option(hidden=True, help="File descriptor to tell the address to.")] = -1,
) -> None:
    """Serve a wall page, `/metrics`, `/snmp`, `/modbus` and `/sd` (Prometheus HTTP service discovery)."""
    work = open_workspace(network, build)
    if once:
        _print_round(work, collect(work, lab=lab))
        return
    polled, auth = what_to_poll(work, lab=lab)
    probe = ModbusProbe(*what_to_ask(work, lab=lab))
    heard = receiving.listening(
        work, auth, receiving.planned(work.network, traps, syslog, eve or []), lab=emulated(work, lab=lab)
    )
    extra = [*beside(work), probe, *([heard.tally] if heard else [])]
    wall = Wall(work.network, work.folder, [target.name for target in (*polled, *probe.targets)])
    app = build_app(polled, load().modules, {AUTH: auth}, extra=extra, front=wall)
    if heard:
        alongside(app, heard)
    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise RefusedError(f"{host}:{port}: cannot listen there ({error.strerror}). Choose another --port.") from error
    address = "http://{}:{}".format(*listening.getsockname()[:2])
    if ready >= 0:
        with os.fdopen(ready, "w") as tell:
            tell.write(f"{address}\n")
    screen.out.print(
        f"{len(polled) + len(probe.targets)} targets of {work.network.title}; {address}/metrics /snmp /modbus /sd",
        soft_wrap=True,
    )
    screen.out.print(f"wall page: {address}/", soft_wrap=True)
    for way, (at, number) in heard.addresses.items() if heard else ():
        screen.out.print(f"listening for {way} on {at}:{number}")
    serve(app, listening)


def emulated(work: Workspace, *, lab: bool | None) -> bool:
    """Tell whether the devices are those of a lab: one that runs is taken unless it is refused."""
    return lab is not False and work.running_lab() is not None


def beside(work: Workspace) -> list[Collector]:
    """Return what `/metrics` tells beside the collector's own work: backups, the inventory, the last checks."""
    fresh = BackupAge(BackupStore(work.backups), work.chosen([]))
    return [fresh, NetworkFacts(work.network), Checks(work.folder, _complain)]


def _complain(why: str) -> None:
    screen.err.print(f"[yellow]no checks are served[/yellow]: {screen.plain(why)}", soft_wrap=True)


def _print_round(work: Workspace, results: list[Result]) -> None:
    """Print one line a target; leave with the code of a device's failure when one did not answer."""
    screen.table(
        f"health of {work.network.title}",
        ["target", "samples", "seconds", "answer"],
        [(r.target.name, r.samples, f"{r.seconds:.2f}", r.error or "ok") for r in results],
        right=["samples", "seconds"],
    )
    if any(result.error for result in results):
        raise typer.Exit(DeviceError.exit_code)


def collect(work: Workspace, *, lab: bool | None, only: Collection[str] | None = None) -> list[Result]:
    """Read every target once, or those alone whose names are in ``only``."""
    waits = emulated(work, lab=lab)
    terms, patience = (PATIENT, PATIENT.limits.timeout) if waits else (Terms(), ANSWER_SECONDS)
    polled, auth = what_to_poll(work, lab=lab)
    asked, maps = what_to_ask(work, lab=lab)
    polled = [target for target in polled if only is None or target.name in only]
    asked = [target for target in asked if only is None or target.name in only]

    async def both() -> list[Result]:
        snmp = collect_once(polled, load().modules, {AUTH: auth}, terms=terms)
        modbus = collect_modbus(asked, maps, seconds=terms.seconds, patience=patience)
        return [result for found in await asyncio.gather(snmp, modbus) for result in found]

    return asyncio.run(both())


def what_to_ask(work: Workspace, *, lab: bool | None) -> tuple[list[ModbusTarget], dict[str, RegisterMap]]:
    """Return the Modbus targets of a network, and the register maps for them."""
    maps = load_maps(Path(work.network.folder))
    running = work.running_lab() if lab is not False else None
    addresses = (
        {e.name: f"{e.address}:{e.modbus_port}" for e in running.endpoints if e.modbus_port} if running else None
    )
    return modbus_targets(work.network, maps, addresses), maps


def what_to_poll(work: Workspace, *, lab: bool | None) -> tuple[list[Target], Auth]:
    """Return the targets of a network and the credentials for them.

    Raises:
        RefusedError: the lab was asked for and does not run, or no SNMP user is given for the real devices.
    """
    running = work.running_lab()
    if lab and running is None:
        raise RefusedError(f"no lab of {work.network.slug} runs; start one with `govnet lab up`.")
    if running and lab is not False:
        addresses = {e.name: f"{e.address}:{e.snmp_port}" for e in running.endpoints if e.snmp_port}
        return targets(work.network, AUTH, addresses), _lab_auth(running)
    return targets(work.network, AUTH), real_auth()


def _lab_auth(running: RunningLab) -> Auth:
    account = running.credentials
    return authenticated(account.snmp_user, account.snmp_auth, account.snmp_priv)


def real_auth(*others: str) -> Auth:
    """Return the SNMPv3 user in the environment.

    Args:
        others: what else the caller would have taken, for the message.

    Raises:
        RefusedError: there is none.
    """
    names = ("GOVNET_SNMP_USER", "GOVNET_SNMP_AUTH", "GOVNET_SNMP_PRIV")
    user, auth, priv = (os.environ.get(name, "") for name in names)
    if not (user and auth and priv):
        instead = "".join(f", or {other}" for other in others)
        raise RefusedError(f"no SNMPv3 user for the devices: set {', '.join(names)}{instead}, or start a lab.")
    return authenticated(user, auth, priv)

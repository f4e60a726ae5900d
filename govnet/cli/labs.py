"""`govnet lab`: emulated devices on loopback addresses, up and down."""

from __future__ import annotations

import typer
from rich.console import Console

from govnet.cli import background, screen
from govnet.cli.options import BUILD, Build, Json, NetworkName
from govnet.cli.workspace import Workspace, open_workspace
from lab import daemon
from lab.estate import twins

app = typer.Typer(help="Emulated devices on loopback addresses.", no_args_is_help=True)


@app.command()
def up(network: NetworkName, *, build: Build = BUILD, as_json: Json = False) -> None:
    """Start an emulated twin of every device, straight from the box, and say how to log in."""
    work = open_workspace(network, build)
    with screen.working("starting the lab"):
        running = daemon.start(twins(work.network), work.lab_folder)
    show(work, running, as_json=as_json)


@app.command()
def status(network: NetworkName, *, build: Build = BUILD, as_json: Json = False) -> None:
    """Say what is running."""
    work = open_workspace(network, build)
    running = work.running_lab()
    if running is None:
        if as_json:
            screen.print_json({"network": work.network.slug, "running": False, "devices": []})
        else:
            screen.out.print(f"no lab of {work.network.slug} runs")
        return
    show(work, running, as_json=as_json)


@app.command()
def down(network: NetworkName, *, build: Build = BUILD) -> None:
    """End the lab, and the exporter that a demo left running; nothing of either stays behind."""
    work = open_workspace(network, build)
    background.stop(work.folder)
    ended = work.end_lab()
    screen.out.print(f"lab of {work.network.slug} {'ended' if ended else 'was not running'}")


def show(work: Workspace, running: daemon.RunningLab, *, as_json: bool, console: Console = screen.out) -> None:
    """Print where the devices of a lab answer; its password is in the state file, which only its owner may read."""
    if as_json:
        rows = [
            {
                "name": e.name,
                "address": e.address,
                "ssh": e.ssh_port,
                "telnet": e.telnet_port,
                "snmp": e.snmp_port,
                "modbus": e.modbus_port,
                "note": e.note,
            }
            for e in running.endpoints
        ]
        screen.print_json({"network": work.network.slug, "running": True, "pid": running.pid, "devices": rows})
        return
    screen.table(
        f"lab of {work.network.title}",
        ["device", "platform", "address", "ssh", "snmp", "modbus", "made of"],
        [
            (e.name, e.platform, e.address, e.ssh_port or "", e.snmp_port or "", e.modbus_port or "", e.note)
            for e in running.endpoints
        ],
        right=["ssh", "snmp", "modbus"],
        console=console,
    )
    first = next(e for e in running.endpoints if e.ssh_port)
    console.print(f"process {running.pid}; log in with")
    console.print(f"  ssh -p {first.ssh_port} {running.credentials.username}@{first.address}", soft_wrap=True)
    console.print(
        f"  password: see [bold]{work.lab_folder / daemon.STATE}[/bold] (yours alone to read)", soft_wrap=True
    )

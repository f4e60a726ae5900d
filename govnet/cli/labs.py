"""`govnet lab`: emulated devices on loopback addresses, up and down."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from govnet.cli import background, screen
from govnet.cli.options import BUILD, Build, Json, ModbusPort, NetworkName, SnmpPort, SshPort, address
from govnet.cli.workspace import Workspace, open_workspace
from lab import control, daemon
from lab.endpoint import MODBUS_PORT, SNMP_PORT, SSH_PORT, Ports
from lab.estate import twins

app = typer.Typer(help="Emulated devices on loopback addresses.", no_args_is_help=True)


@app.command()
def up(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    ssh_port: SshPort = SSH_PORT,
    snmp_port: SnmpPort = SNMP_PORT,
    modbus_port: ModbusPort = MODBUS_PORT,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Start an emulated twin of every device, straight from the box, and say how to log in."""
    work = open_workspace(network, build)
    with screen.working("starting the lab"):
        running = work.start_lab(twins(work.network), Ports(ssh_port, snmp_port, modbus_port))
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


To = Annotated[str, typer.Option("--to", metavar="ADDR:PORT", help="Who is told.")]


@app.command()
def trap(  # noqa: PLR0913 - one option each
    network: NetworkName,
    device: Annotated[str, typer.Argument(help="Who tells it.")],
    name: Annotated[str, typer.Argument(help="coldStart, linkDown, linkUp, authenticationFailure, upsTrapOnBattery.")],
    *,
    about: Annotated[str, typer.Option("--port", help="The front port that linkDown or linkUp is about.")] = "",
    to: To = f"127.0.0.1:{background.TRAP_PORT}",
    build: Build = BUILD,
) -> None:
    """Let a device of a running lab send an SNMPv3 trap from its own address."""
    work = open_workspace(network, build)
    control.trap(work.lab_folder, device, name, address("--to", to), about)
    screen.out.print(f"{device} told {to}: {name}")


@app.command()
def log(
    network: NetworkName,
    device: Annotated[str, typer.Argument(help="Who writes it.")],
    text: Annotated[str, typer.Argument(help="The message as it goes out, priority and header included.")],
    *,
    to: To = f"127.0.0.1:{background.SYSLOG_PORT}",
    build: Build = BUILD,
) -> None:
    """Let a device of a running lab send a line of syslog from its own address."""
    work = open_workspace(network, build)
    control.log(work.lab_folder, device, text, address("--to", to))
    screen.out.print(f"{device} wrote to {to}")


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

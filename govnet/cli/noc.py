"""`govnet noc`: Prometheus and Alertmanager of a network on this machine, and the files that they read."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Annotated, Any
from urllib.error import URLError
from urllib.request import urlopen

import typer

from govnet.cli import background, demo, screen
from govnet.cli.options import BUILD, Build, ExporterPort, ModbusPort, NetworkName, SnmpPort, SshPort
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import InputError, LabError, Problem, RefusedError
from govnet.files import write_whole
from govnet.monitoring import Settings, render
from lab import control
from lab.endpoint import MODBUS_PORT, SNMP_PORT, SSH_PORT, Ports

app = typer.Typer(help="Prometheus and Alertmanager of a network, on this machine.", no_args_is_help=True)
FOLDER = "noc"
BLACKBOX, SMOKEPING = "127.0.0.1:9115", "127.0.0.1:9374"
PROGRAMS = (background.PROMETHEUS, background.ALERTMANAGER)
_READY_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_NAMES = {
    background.ALERTMANAGER: ("alertmanager", "prometheus-alertmanager"),
    "blackbox_exporter": ("blackbox_exporter", "prometheus-blackbox-exporter"),
    "smokeping_prober": ("smokeping_prober", "prometheus-smokeping-prober"),
}
"""Programs that Debian calls otherwise than their makers do."""

Webhook = Annotated[
    list[str] | None,
    typer.Option("--webhook", metavar="OWNER=URL", help="Where notifications go: government=URL or carrier=URL."),
]


@app.command()
def up(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    exporter_port: ExporterPort = demo.EXPORTER_PORT,
    prometheus_port: Annotated[int, typer.Option(min=1)] = 9090,
    alertmanager_port: Annotated[int, typer.Option(min=1)] = 9093,
    trap_port: Annotated[int, typer.Option(min=1, help="UDP port for traps.")] = background.TRAP_PORT,
    syslog_port: Annotated[int, typer.Option(min=1, help="UDP and TCP port for syslog.")] = background.SYSLOG_PORT,
    ssh_port: SshPort = SSH_PORT,
    snmp_port: SnmpPort = SNMP_PORT,
    modbus_port: ModbusPort = MODBUS_PORT,
    webhook: Webhook = None,
    build: Build = BUILD,
) -> None:
    """Start lab, exporter, Prometheus and Alertmanager on loopback; return when Prometheus has read the devices.

    A lab that runs is taken as it is; otherwise one is started and provisioned as `govnet demo` does.
    """
    programs = {name: program(name) for name in PROGRAMS}
    hooks = webhooks(webhook or [])
    work = open_workspace(network, build)
    folder = (work.folder / FOLDER).resolve()
    if any(background.running(folder, name) for name in PROGRAMS):
        raise RefusedError(f"the NOC of {work.network.slug} runs already; end it with `govnet noc down {network}`.")
    if not background.running(work.folder, background.EXPORTER):
        background.insist_free("exporter", f"127.0.0.1:{exporter_port}")
    if work.running_lab() is None:
        demo.provisioned_lab(work, Ports(ssh_port, snmp_port, modbus_port))
    _exporter(work, exporter_port, trap_port, syslog_port)
    # Emulated servers serve nothing and emulated lines lose nothing: there is nothing to ask from outside.
    settings = Settings(
        exporter=f"127.0.0.1:{exporter_port}",
        alertmanager=f"127.0.0.1:{alertmanager_port}",
        webhooks=hooks,
        blackbox="",
        smokeping="",
    )
    write(work, folder, settings)
    launch(folder, programs, f"127.0.0.1:{prometheus_port}", settings.alertmanager)
    with screen.working("waiting for the first round of scrapes"):
        seen = first_round(f"127.0.0.1:{prometheus_port}")
    _show(network, seen, settings.exporter, prometheus_port, alertmanager_port)


def _exporter(work: Workspace, port: int, traps: int, syslog: int) -> None:
    """Start the exporter, unless one runs, and let the lab's devices tell it what happens to them.

    Raises:
        LabError: it did not start.
    """
    if background.running(work.folder, background.EXPORTER):
        return
    listen = ("--traps", f"127.0.0.1:{traps}", "--syslog", f"127.0.0.1:{syslog}")
    if not background.start(work.folder, work.network.folder, port, listen):
        raise LabError(f"the exporter did not start on port {port}; see {work.folder / 'exporter.log'}.")
    control.report(work.lab_folder, ("127.0.0.1", traps))
    screen.out.print(f"listening for traps on 127.0.0.1:{traps}, for syslog on 127.0.0.1:{syslog}")


def _show(network: str, seen: tuple[int, int], exporter: str, prometheus_port: int, alertmanager_port: int) -> None:
    screen.out.print(f"{seen[0]} of {seen[1]} devices answer")
    screen.out.print(f"  {'wall page':<18} http://{exporter}/", soft_wrap=True)
    for what, path in (("targets", "targets"), ("rules and alerts", "alerts"), ("graphs", "graph")):
        screen.out.print(f"  {what:<18} http://127.0.0.1:{prometheus_port}/{path}", soft_wrap=True)
    screen.out.print(f"  {'notifications':<18} http://127.0.0.1:{alertmanager_port}", soft_wrap=True)
    screen.out.print(f"end all of it with `govnet noc down {network}`")


@app.command()
def down(network: NetworkName, *, build: Build = BUILD) -> None:
    """End Prometheus, Alertmanager, the exporter and the lab; what Prometheus has stored goes too."""
    work = open_workspace(network, build)
    folder = work.folder / FOLDER
    ended = background.stop(folder, *PROGRAMS)
    shutil.rmtree(folder, ignore_errors=True)
    background.stop(work.folder)
    work.end_lab()
    screen.out.print(f"NOC of {work.network.slug} {'ended' if ended else 'was not running'}")


@app.command("render")
def render_files(  # noqa: PLR0913 - one option each
    network: NetworkName,
    out: Annotated[Path, typer.Argument(help="Folder to write to; made when missing.")],
    *,
    exporter: Annotated[str, typer.Option(help="host:port of this network's exporter.")] = "127.0.0.1:9116",
    alertmanager: Annotated[str, typer.Option(help="host:port of Alertmanager.")] = "127.0.0.1:9093",
    blackbox: Annotated[str, typer.Option(help="host:port of the Blackbox exporter; empty for none.")] = BLACKBOX,
    smokeping: Annotated[str, typer.Option(help="host:port of the smokeping prober; empty for none.")] = SMOKEPING,
    webhook: Webhook = None,
    build: Build = BUILD,
) -> None:
    """Write what Prometheus, Alertmanager, the Blackbox exporter and the smokeping prober of a network read."""
    work = open_workspace(network, build)
    settings = Settings(
        exporter=exporter,
        alertmanager=alertmanager,
        webhooks=webhooks(webhook or []),
        blackbox=blackbox,
        smokeping=smokeping,
    )
    for name in write(work, out, settings):
        screen.out.print(str(out / name), soft_wrap=True)


def webhooks(given: list[str]) -> dict[str, str]:
    """Return owner -> URL.

    Raises:
        InputError: an entry that is not ``government=URL`` or ``carrier=URL``.
    """
    found: dict[str, str] = {}
    for entry in given:
        owner, equals, url = entry.partition("=")
        if owner not in {"government", "carrier"} or not equals or not url.startswith(("http://", "https://")):
            cause = f"{entry!r} names no owner and address"
            raise InputError([Problem("--webhook", 0, cause, "Write government=URL or carrier=URL")])
        found[owner] = url
    return found


def program(name: str) -> str:
    """Return where a program is.

    Raises:
        RefusedError: it is not installed.
    """
    for known in _NAMES.get(name, (name,)):
        if found := shutil.which(known):
            return found
    raise RefusedError(f"{name} is not installed; run `apt-get install prometheus prometheus-alertmanager` as root.")


def write(work: Workspace, folder: Path, settings: Settings) -> list[str]:
    """Write the files of a network; return their names.

    Raises:
        StorageError: one cannot be written.
    """
    files = render(work.network, settings)
    for name, text in files.items():
        write_whole(folder / name, text)
    return list(files)


def launch(folder: Path, programs: dict[str, str], prometheus: str, alertmanager: str) -> None:
    """Start Alertmanager and Prometheus with the files in ``folder``; return when both are ready.

    Raises:
        LabError: one of them did not start; the message has the end of its log.
    """
    commands = {
        background.ALERTMANAGER: [
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'alertmanager'}",
            f"--web.listen-address={alertmanager}",
            "--cluster.listen-address=",
        ],
        background.PROMETHEUS: [
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address={prometheus}",
        ],
    }
    addresses = {background.ALERTMANAGER: alertmanager, background.PROMETHEUS: prometheus}
    for name, options in commands.items():
        try:
            background.insist_free(name, addresses[name])
        except LabError:
            background.stop(folder, *PROGRAMS)
            raise
        background.launch(folder, name, [programs[name], *options])
        if not _ready(folder, name, addresses[name]):
            log = (folder / f"{name}.log").read_text(errors="replace")[-600:].strip()
            background.stop(folder, *PROGRAMS)
            raise LabError(f"{name} did not start on {addresses[name]}: {log or 'it ended without a word'}")


def _ready(folder: Path, name: str, address: str) -> bool:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and background.running(folder, name):
        if _asked(f"http://{address}/-/ready") is not None:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def first_round(prometheus: str) -> tuple[int, int]:
    """Wait until Prometheus has scraped every device once; return how many answer, of how many."""
    end = time.monotonic() + _READY_SECONDS
    health: list[str] = []
    while time.monotonic() < end and (not health or "unknown" in health):
        time.sleep(_LOOK_SECONDS)
        health = [target["health"] for target in targets(prometheus) if target["scrapePool"] == "govnet"]
    return health.count("up"), len(health)


def targets(prometheus: str) -> list[dict[str, Any]]:
    """Return Prometheus's active targets, as its API tells them; none while it does not answer."""
    text = _asked(f"http://{prometheus}/api/v1/targets?state=active")
    return list(json.loads(text)["data"]["activeTargets"]) if text else []


def _asked(url: str) -> str | None:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback, http
            return str(answer.read().decode())
    except (URLError, OSError):
        return None

"""What every panel asks is answered: by a real Prometheus that scraped the real exporter over emulated devices."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from support.claims import free_port
from support.laixi import AGG, CORE, FIREWALL, TOWN, floor, network
from support.noc import UPS, Noc, running_noc

from collectors.receiving import Listening, Plan, ZoneMap, sources_of
from dashboards.lint import panels
from dashboards.written import documents
from govnet.cli.freshness import BackupAge
from govnet.cli.noc import program
from govnet.monitoring import checks
from govnet.monitoring.probes import circuits
from lab.estate import loopback_of
from nornir_tasks.store import BackupStore
from snmp import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.lab,
    pytest.mark.needs("prometheus", "promtool", "alertmanager", "amtool", "blackbox_exporter", "smokeping_prober"),
]
SWITCH, SILENT = floor(1), floor(2)
EPS, AIR, SENSORS, FIRE = (f"lx-adc-u-{name}" for name in ("eps01", "hvac01", "env01", "fire01"))
DEVICES = (CORE, AGG, TOWN, SWITCH, SILENT, FIREWALL, UPS, EPS, AIR, SENSORS, FIRE)
HERE, STRANGER = "127.93.19.1", "127.93.19.2"
DENIED = "<4>kernel: govnet deny: IN=eth1 OUT=eth2 SRC=10.128.64.9 DST=10.128.1.7 PROTO=TCP DPT=445"
# A choice of everything, in the form that Grafana gives to a variable with several values.
CHOSEN = {
    "$__rate_interval": "30s",
    "$__range": "1m",
    "$network": "(lx|hx)",
    "$device": f"({'|'.join(DEVICES)})",
    "$place": ".*",
    "$zone": ".*",
}
PLAUSIBLE = {
    "percentunit": (0, 1),
    "bool_yes_no": (0, 4),
    "celsius": (-20, 90),
    "hertz": (40, 70),
    "volt": (0, 1000),
    "watt": (0, 2e6),
    "s": (0, 3.2e9),
    "bps": (0, 1e11),
    "pps": (0, 1e8),
    "cps": (0, 1e6),
    "short": (0, 1e5),
}
"""Grafana's unit -> least and most that anything measured here can be: a percentage of 45 is no share of 1."""
BOARDS = {path: json.loads(text) for path, text in documents().items() if "/en/" in path}
QUERIES = [
    (f"{board['uid'][7:-3]}: {panel['title']} {target['refId']}", panel, target)
    for board in BOARDS.values()
    for panel in panels(board)
    for target in panel["targets"]
]


@pytest.fixture(scope="module")
def noc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noc]:
    """Watch a network on battery with a silent switch: some panels are empty, rightly, while all is well."""
    folder = tmp_path_factory.mktemp("noc")
    store = BackupStore(folder / "backups")
    for name in DEVICES:
        store.save(name, "hostname x\n")
    store.commit("what the lab says", DEVICES)
    checks.note(folder, checks.PROOF, {"violations": 0, "zones": [], "at_fault": ""}, time.time() - 60)
    checks.note(folder, checks.DRIFT, checks.of_drift({SWITCH: 2}), time.time() - 60)
    heard = receiver()
    probers = {name: f"127.0.0.1:{free_port()}" for name in ("blackbox", "smokeping")}
    # Every address of loopback answers a ping; nothing answers for the systems, and that is an answer too.
    reached = {probe.host: "127.93.19.3" for probe in circuits(network())}
    extra = [BackupAge(store, DEVICES)]
    with (
        running_noc(folder, *DEVICES, whole=(CORE,), extra=extra, heard=heard, reached=reached, **probers) as running,
        probing(folder, probers),
    ):
        for address in (loopback_of(network().devices[FIREWALL].address), STRANGER):
            say(DENIED, address, heard.addresses["syslog"])
        running.agents.set_ups(UPS, mains=False, charge=60)
        running.plant.set(EPS, mains=False, transfer_ms=250)
        running.agents.set_health(SILENT, silent=True)
        running.wait(lambda: {"UpsOnBattery", "DeviceSilent"} <= running.alerts())
        running.wait(lambda: bool(running.ask("govnet:dark_in:seconds and on (network) govnet:circuit_in:ratio")))
        running.wait(lambda: bool(running.ask("rate(govnet_snmp_errors_total[30s])")))
        running.wait(lambda: bool(running.ask("rate(govnet_firewall_denies_total[30s])")))
        running.wait(lambda: bool(running.ask("eps_transfer_seconds")))
        running.wait(lambda: bool(running.ask("govnet:service_up:bool and on (network) govnet:circuit_jitter:seconds")))
        yield running


@contextmanager
def probing(folder: Path, addresses: dict[str, str]) -> Iterator[None]:
    """Run the probers with what was rendered for them."""
    options = {"blackbox": ("blackbox_exporter", ()), "smokeping": ("smokeping_prober", ("--privileged",))}
    with ExitStack() as stack:
        for name, address in addresses.items():
            command, own = options[name]
            given = (f"--config.file={folder / f'{name}.yml'}", f"--web.listen-address={address}", *own)
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen([program(command), *given], stdout=log, stderr=subprocess.STDOUT)
            stack.callback(process.wait, 60)
            stack.callback(process.terminate)
        yield


def receiver() -> Listening:
    """Return a receiver of syslog that knows the devices of the lab by their addresses; it has its socket."""
    named = {device.name: loopback_of(device.address) for device in network().devices.values() if device.address}
    judge = Receiver({}, (), b"\x80\x00\x7e\xd9\x05laixi", 1, time.monotonic)
    heard = Listening(Plan(None, (HERE, 0)), sources_of(network(), named), ZoneMap.of(network()), judge)
    heard.bind()
    return heard


def say(line: str, address: str, to: tuple[str, int]) -> None:
    """Send a line of syslog from an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((address, 0))
        sender.sendto(line.encode(), to)


def asked(expr: str) -> str:
    for name, value in CHOSEN.items():
        expr = expr.replace(name, value)
    assert not re.search(r"\$[a-z_{]", expr), expr
    return expr


def points(series: dict[str, Any]) -> list[tuple[float, str]]:
    return series.get("values") or [series["value"]]


def answered(noc: Noc, target: dict[str, Any]) -> list[dict[str, Any]]:
    """Return series as Grafana gets them: all values of the last minutes, or the one of now, as the panel asks."""
    expr = asked(target["expr"])
    return noc.ask(expr) if target.get("instant") else noc.ask(expr, span=120)


@pytest.mark.parametrize(("panel", "target"), [each[1:] for each in QUERIES], ids=[each[0] for each in QUERIES])
def test_a_panel_is_answered(noc: Noc, panel: dict[str, Any], target: dict[str, Any]) -> None:
    found = answered(noc, target)
    assert found, f"nothing answers {asked(target['expr'])}"
    least, most = PLAUSIBLE[panel["fieldConfig"]["defaults"]["unit"]]
    # A quantile of nothing is NaN; Grafana draws none.
    values = [float(value) for series in found for _, value in points(series) if value != "NaN"]
    assert values
    assert all(least <= value <= most for value in values), values
    named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
    assert all(named <= series["metric"].keys() for series in found), (named, found[0]["metric"])
    names = [tuple(series["metric"][label] for label in sorted(named)) for series in found]
    assert len(names) == len(set(names)), "two series of a panel have the same name"


@pytest.mark.parametrize("name", ["network", "place", "zone", "device"])
def test_a_variable_offers_what_there_is(noc: Noc, name: str) -> None:
    variables = BOARDS["dashboards/en/device.json"]["templating"]["list"]
    query = next(each["query"] for each in variables if each["name"] == name)
    metric, label = re.fullmatch(r"label_values\((.+), (\w+)\)", query).groups()  # type: ignore[union-attr]
    offered = {series["metric"].get(label, "") for series in noc.ask(f"count by ({label}) ({asked(metric)})")}
    expected = {
        "network": {network().slug},
        "place": {device.place for device in network().devices.values()},
        "zone": {device.zone or "mgt" for device in network().devices.values()},
        "device": set(DEVICES),
    }
    assert offered - {""} == expected[name]


def test_marks_name_every_state_that_is_shown(noc: Noc) -> None:
    """A value without a mark would be a bare number on a panel of states."""
    for _, panel, target in QUERIES:
        mappings = panel["fieldConfig"]["defaults"].get("mappings")
        if mappings:
            values = {value for series in answered(noc, target) for _, value in points(series)}
            assert values <= mappings[0]["options"].keys(), (panel["title"], values)

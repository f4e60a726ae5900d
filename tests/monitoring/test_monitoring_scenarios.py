"""Scenarios end to end: a device breaks, a real Prometheus sees it, a real Alertmanager tells the right one, once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laixi import AGG, CORE, TOWN, floor, network
from support.noc import UPS, Noc, healed, once, running_noc
from support.report_runs import intended

from govnet.isolation.proof import prove
from govnet.monitoring import checks
from nornir_tasks.drifting import drift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.reading import Reading
    from govnet.config.switching import Port

pytestmark = [pytest.mark.lab, pytest.mark.needs("prometheus", "promtool", "alertmanager", "amtool")]
CIRCUIT, CIRCUIT_PORT = "c-adc-shuiji-u-01", "GigabitEthernet0/0/1"


def untagged(port: Port) -> frozenset[int]:
    return port.switchport.untagged if port.switchport else frozenset()


def moved() -> dict[str, Reading]:
    """Return Laixi as intended, but for a port of floor 3 that was moved from the private to the public network."""
    name = floor(3)
    config = intended()[name].config
    home, away = (next(n for n, port in config.ports.items() if vlan in untagged(port)) for vlan in (103, 203))
    wrong = replace(config.ports[home], switchport=config.ports[away].switchport)
    ports = {**config.ports, home: wrong}
    return {**intended(), name: replace(intended()[name], config=replace(config, ports=ports))}


def found(readings: dict[str, Reading]) -> dict[str, dict[str, object]]:
    """Prove and look for drift, as `govnet prove` and `govnet drift` do with what they have read."""
    changes = {name: len(drift(network(), name, reading, None).differences) for name, reading in readings.items()}
    return {checks.PROOF: checks.of_proof(prove(network(), readings)), checks.DRIFT: checks.of_drift(changes)}


@pytest.fixture(scope="module")
def breach() -> dict[str, dict[str, object]]:
    return found(moved())


@pytest.fixture(scope="module")
def peace() -> dict[str, dict[str, object]]:
    return found(intended())


@pytest.fixture(scope="module")
def noc(tmp_path_factory: pytest.TempPathFactory, breach: dict[str, object], peace: dict[str, object]) -> Iterator[Noc]:
    # Proofs come first: the exporter and the devices share this process, and would not answer in time beside one.
    assert breach != peace
    with running_noc(tmp_path_factory.mktemp("noc"), CORE, AGG, TOWN, UPS) as running:
        yield running


@pytest.fixture(autouse=True)
def quiet(noc: Noc) -> Iterator[None]:
    """Begin and end every scenario with a healthy network, and with nothing that was told."""
    noc.settle()
    yield
    mend(noc)


def mend(noc: Noc) -> None:
    noc.agents.set_ups(UPS, mains=True, charge=100, temperature=25, bypass=False, battery_bad=False, load=45)
    for name in (CORE, AGG, TOWN):
        well = {"failed_supplies": frozenset(), "failed_fans": frozenset(), "cut_ports": frozenset(), "silent": False}
        noc.agents.set_health(name, **well)
    (noc.folder / checks.FILE).unlink(missing_ok=True)


def test_a_healthy_network_says_nothing_and_hides_nothing(noc: Noc) -> None:
    noc.evaluations(20)
    assert noc.post.notes == []
    assert noc.ask("ALERTS") == []
    assert noc.ask("prometheus_rule_evaluation_failures_total > 0") == []


def test_mains_lost_counts_down_runs_low_and_comes_back(noc: Noc) -> None:
    noc.agents.set_ups(UPS, mains=False)
    ((told, alert),) = once(noc, "UpsOnBattery", hidden=frozenset({"UpsAlarm"}))
    assert told == "government"
    assert {"source": "ups01", "zone": "fac", "severity": "critical"}.items() <= alert["labels"].items()
    assert alert["annotations"]["summary"].startswith("mains lost, ups01 feeds from its battery: dark in ")
    assert "252 symptoms: 46 devices, 202 segments" in alert["annotations"]["reach"]
    assert alert["annotations"]["call"] == "莱西市委市政府计算机中心"
    forecast = 'govnet:dark_in:seconds{zone="prv",place="adc-f03"}'
    first = noc.value(forecast)
    assert first is not None
    assert first <= 420
    noc.agents.set_ups(UPS, charge=25)
    noc.wait(lambda: (noc.value(forecast) or first) < first)
    once(noc, "UpsOnBattery", "UpsBatteryLow", hidden=frozenset({"UpsOnBattery"}))
    noc.agents.set_ups(UPS, mains=True, charge=100)
    healed(noc, "UpsOnBattery", "UpsBatteryLow")
    assert noc.value(forecast) is None


def test_a_cut_circuit_is_the_carriers_and_what_outlasts_it_is_told_then(noc: Noc) -> None:
    noc.agents.set_health(AGG, cut_ports=frozenset({CIRCUIT_PORT}))
    noc.agents.set_health(TOWN, silent=True)
    ((told, alert),) = once(noc, "CircuitDown", hidden=frozenset({"DeviceSilent"}))
    assert told == "carrier"
    assert {"circuit": CIRCUIT, "owner": "carrier"}.items() <= alert["labels"].items()
    assert alert["annotations"]["call"] == f"the carrier, about circuit {CIRCUIT}"
    reach = "1 fault, 6 symptoms: 1 device, 5 segments (prv, pub, inet, stat, agri) at 水集街道"
    assert alert["annotations"]["reach"] == reach
    noc.agents.set_health(AGG, cut_ports=frozenset())
    noc.wait(lambda: "CircuitDown" in noc.post.names("resolved"))
    noc.wait(lambda: "DeviceSilent" in noc.post.names())
    told, alert = noc.post.told()[-1]
    assert (told, alert["labels"]["name"]) == ("government", TOWN)
    noc.agents.set_health(TOWN, silent=False)
    healed(noc, "CircuitDown", "DeviceSilent")


def test_a_cut_circuit_that_heals_with_all_behind_it_was_one_fault(noc: Noc) -> None:
    noc.agents.set_health(AGG, cut_ports=frozenset({CIRCUIT_PORT}))
    noc.agents.set_health(TOWN, silent=True)
    once(noc, "CircuitDown", hidden=frozenset({"DeviceSilent"}))
    noc.agents.set_health(AGG, cut_ports=frozenset())
    noc.agents.set_health(TOWN, silent=False)
    healed(noc, "CircuitDown")


def test_a_dead_aggregation_switch_hides_cables_and_the_towns_behind_it(noc: Noc) -> None:
    noc.agents.set_health(AGG, silent=True)
    noc.agents.set_health(TOWN, silent=True)
    # Not everything that the UPS feeds is silent: the core answers, and says that a port lost its cable.
    noc.agents.set_health(CORE, cut_ports=frozenset({"1/13"}))
    ((_, alert),) = once(noc, "DeviceSilent", hidden=frozenset({"LinkDown"}))
    assert alert["labels"]["name"] == AGG
    assert "1 fault, 97 symptoms: 17 devices, 80 segments" in alert["annotations"]["reach"]
    assert len(noc.ask('ALERTS{alertname="DeviceSilent",alertstate="firing"}')) == 2
    for name in (AGG, TOWN, CORE):
        noc.agents.set_health(name, silent=False, cut_ports=frozenset())
    healed(noc, "DeviceSilent")


def test_everything_that_a_source_feeds_falls_silent(noc: Noc) -> None:
    for name in (CORE, AGG, TOWN):
        noc.agents.set_health(name, silent=True)
    ((_, alert),) = once(noc, "PowerSourceDark", hidden=frozenset({"DeviceSilent"}))
    assert alert["labels"]["source"] == "ups01"
    for name in (CORE, AGG, TOWN):
        noc.agents.set_health(name, silent=False)
    healed(noc, "PowerSourceDark")


FAULTS = {
    "PowerSupplyFailed": ({"name": CORE, "power_supply": "2"}, "power supply 2 gives no power"),
    "FanFailed": ({"name": AGG}, "fans stand still"),
    "SensorSilent": ({"name": UPS, "metric": "ups_battery_temperature_celsius"}, "says nothing"),
    "IdsBlind": ({"zone": "mgt"}, "the IDS gets no copy of the traffic"),
    "DriftFound": ({"name": AGG, "zone": "mgt"}, "is not as the inventory says"),
}


def test_faults_that_explain_nothing_are_told_one_by_one_each_once(noc: Noc) -> None:
    noc.agents.set_health(CORE, failed_supplies=frozenset({2}), cut_ports=frozenset({"1/16"}))
    noc.agents.set_health(AGG, failed_fans=frozenset({1}))
    noc.agents.set_ups(UPS, temperature=0)
    checks.note(noc.folder, checks.DRIFT, checks.of_drift({AGG: 3, CORE: 0}), time.time())
    for (told, alert), (name, (labels, summary)) in zip(once(noc, *FAULTS), FAULTS.items(), strict=True):
        assert (told, alert["labels"]["alertname"]) == ("government", name)
        assert {**labels, "network": "lx", "owner": "government"}.items() <= alert["labels"].items()
        assert alert["labels"]["severity"] in {"warning", "critical"}
        assert summary in alert["annotations"]["summary"]
        assert alert["annotations"]["call"]
    mend(noc)
    healed(noc, *FAULTS)


def noted(noc: Noc, what: dict[str, dict[str, object]]) -> None:
    for check, said in what.items():
        checks.note(noc.folder, check, said, time.time())


def test_a_port_in_the_wrong_vlan_is_a_breach_and_no_second_voice_calls_it_drift(
    noc: Noc, breach: dict[str, dict[str, object]], peace: dict[str, dict[str, object]]
) -> None:
    noted(noc, breach)
    ((told, alert),) = once(noc, "IsolationViolated", hidden=frozenset({"DriftFound"}))
    assert told == "government"
    assert alert["labels"]["severity"] == "critical"
    assert {"prv", "pub"} <= set(alert["labels"]["zone"].split(","))
    assert floor(3) in alert["annotations"]["summary"]
    noted(noc, peace)
    healed(noc, "IsolationViolated")

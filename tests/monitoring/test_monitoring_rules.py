"""The rendered files: current, accepted by the tools of their readers, each alert tested and explained."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import yaml
from support.laixi import AGG, CORE, ROOT, TOWN, floor, network

from govnet.cli.noc import program
from govnet.monitoring import NetworkFacts, Settings, render
from govnet.monitoring.causes import CIRCUIT, DEVICE, Causes
from govnet.monitoring.facts import HELP, facts
from govnet.monitoring.render import FILES, TARGETS, alerts, inhibitions

if TYPE_CHECKING:
    from pathlib import Path

RENDERED = ROOT / "monitoring" / "laixi"
UNIT_TESTS = sorted((ROOT / "monitoring" / "tests").glob("*_test.yml"))
CAUSES = Causes(network())
TOWN_CIRCUITS = {link.circuit for link in network().links_of(AGG) if link.circuit}
HOOKS = {"government": "http://127.0.0.1:9/g", "carrier": "http://127.0.0.1:9/c"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)


def all_alerts() -> list[dict[str, object]]:
    return alerts(render(network(), Settings())["alerts.yml"])


def test_the_files_in_the_repository_are_those_that_the_templates_give() -> None:
    files = render(network(), Settings())
    assert set(files) == {*FILES, TARGETS}
    for name, text in files.items():
        assert (RENDERED / name).read_text(encoding="utf-8") == text, f"run `govnet noc render laixi {RENDERED}`"


@pytest.mark.needs("promtool", "amtool")
def test_their_own_tools_accept_them(tmp_path: Path) -> None:
    for name, text in render(network(), Settings(webhooks=HOOKS)).items():
        (tmp_path / name).write_text(text)
    checked = run(program("promtool"), "check", "config", str(tmp_path / "prometheus.yml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    checked = run(program("amtool"), "check-config", str(tmp_path / "alertmanager.yml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.needs("promtool")
def test_unit_tests_of_the_rules() -> None:
    done = run(program("promtool"), "test", "rules", *map(str, UNIT_TESTS))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.needs("promtool")
def test_a_rule_that_is_wrong_fails_its_unit_test(tmp_path: Path) -> None:
    tests = yaml.safe_load((ROOT / "monitoring" / "tests" / "alerts_test.yml").read_text(encoding="utf-8"))
    tests["tests"] = [test for test in tests["tests"] if test["name"].startswith("TemperatureHigh ")]
    (tmp_path / "test.yml").write_text(yaml.safe_dump({**tests, "rule_files": ["alerts.yml", "recording.yml"]}))
    for name in ("alerts.yml", "recording.yml"):
        (tmp_path / name).write_text((RENDERED / name).read_text().replace("celsius > 60", "celsius > 70"))
    assert run(program("promtool"), "test", "rules", str(tmp_path / "test.yml")).returncode != 0


def test_each_alert_is_tested_firing_and_quiet() -> None:
    names = Counter(
        test["name"] for file in UNIT_TESTS for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]
    )
    wanted = {f"{alert['alert']} {how}" for alert in all_alerts() for how in ("fires", "stays quiet")}
    assert set(names) == wanted


@pytest.mark.parametrize("alert", all_alerts(), ids=lambda alert: f"{alert['alert']}-{alert['labels'].get('tier', '')}")
def test_each_alert_says_how_bad_whom_to_call_and_what_to_do(alert: dict[str, dict[str, str]]) -> None:
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert alert["annotations"]["summary"]
    assert alert["annotations"]["call"]
    page, _, anchor = alert["annotations"]["runbook_url"].partition("#")
    headings = re.findall(r"^## (\w+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert anchor in {heading.lower() for heading in headings}
    assert anchor == str(alert["alert"]).lower()


def test_no_two_causes_hide_each_other() -> None:
    hides = {
        (cause.kind, cause.name): {(DEVICE, name) for name in cause.devices}
        | {(CIRCUIT, name) for name in cause.circuits}
        for cause in CAUSES.all
    }
    for cause, hidden in hides.items():
        for other in hidden:
            assert cause not in hides.get(other, set()), f"{cause} and {other}"


def test_a_cause_outlives_what_it_hides() -> None:
    tier = {(cause.kind, cause.name): cause.tier for cause in CAUSES.all}
    for cause in CAUSES.all:
        for name in cause.devices:
            assert cause.tier > tier[DEVICE, name], f"{cause.name} hides {name}"
        for name in cause.circuits:
            assert cause.tier >= tier[CIRCUIT, name], f"{cause.name} hides {name}"


@pytest.mark.parametrize(
    ("kind", "name", "devices", "circuits"),
    [
        (CIRCUIT, "c-adc-shuiji-u-01", {TOWN}, set()),
        (CIRCUIT, "c-adc-internet-u-01", set(), set()),
        (DEVICE, AGG, {d.name for d in network().devices.values() if d.role == "ce"}, TOWN_CIRCUITS),
        (DEVICE, TOWN, set(), set()),
        (DEVICE, floor(1), set(), set()),
    ],
)  # fmt: skip
def test_what_a_cause_explains(kind: str, name: str, devices: set[str], circuits: set[str]) -> None:
    (cause,) = (cause for cause in CAUSES.all if (cause.kind, cause.name) == (kind, name))
    assert (set(cause.devices), set(cause.circuits)) == (devices, circuits)


def test_cables_at_a_dead_device_are_explained_by_it() -> None:
    (core,) = (cause for cause in CAUSES.all if cause.name == CORE)
    assert {link.id for link in network().links_of(CORE)} <= set(core.links)


def test_names_become_regular_expressions_that_match_nothing_else() -> None:
    for rule in inhibitions(CAUSES):
        (target,) = rule.target
        label, _, names = target.partition("=~")
        known = {
            "name": network().devices,
            "circuit": network().circuits,
            "link": {link.id for link in network().links},
        }
        pattern = re.compile(names.strip('"').replace("\\\\", "\\"))
        matched = {name for name in known[label] if pattern.fullmatch(name)}
        assert len(matched) == names.count("|") + 1


def test_facts_are_samples_that_a_registry_takes() -> None:
    metrics = {family.name: family for family in NetworkFacts(network()).collect()}
    assert set(metrics) == set(HELP)
    for family in metrics.values():
        keys = [tuple(sorted(sample.labels.items())) for sample in family.samples]
        assert len(keys) == len(set(keys)), family.name
    assert len({tuple(fact.labels) for fact in facts(network(), CAUSES)}) <= len(HELP)

"""A run on Laixi to report on: devices as intended after, two deliberate mistakes before, one device unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from collectors.collect import Reading as Visit
from collectors.collect import Result, Target
from collectors.exposition import Family
from govnet.audit import Evidence, audit, rules
from govnet.config.filtering import Filter, Verdict
from govnet.config.intent import hardware, intent
from govnet.config.reading import Line, Reading, prelude_rule
from govnet.isolation.proof import Proof, prove
from govnet.network.declared import Declared, Waiver
from govnet.network.placed import Origin
from govnet.network.summary import network_named
from govnet.platforms.registry import platform
from govnet.report import Phase, Run
from govnet.report.run import Bundle
from nornir_tasks.planning import Plan, make_plan

if TYPE_CHECKING:
    from govnet.audit import Audit
    from govnet.network.model import Network

FIREWALL, FAILED, SECRET = "lx-adc-u-fw01", "lx-adc-u-acc03", "geheim-community"
NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RULE = Line(7, "        iifname bond0.101 accept")


@cache
def laixi() -> Network:
    return network_named("laixi")


@cache
def intended() -> dict[str, Reading]:
    return {device.name: Reading(intent(laixi(), device.name), (), 100) for device in laixi().commanded()}


@cache
def opened() -> dict[str, Reading]:
    """Return the intended state with a firewall that lets everything through and lines that nobody understands."""
    wall = intended()[FIREWALL].config
    assert wall.firewall
    config = replace(wall, firewall=replace(wall.firewall, prelude=(Filter(Verdict.PERMIT),)))
    unread = (Line(3, f"snmp-server community {SECRET} ro"),)
    return intended() | {FIREWALL: Reading(config, unread, 60, {prelude_rule(0): RULE})}


@cache
def proofs() -> tuple[Proof, Proof, Proof]:
    """Return the proofs of the open state, of the intended one, and of one in which a device was not read."""
    partial = {name: reading for name, reading in intended().items() if name != FAILED}
    return prove(laixi(), opened()), prove(laixi(), intended()), prove(laixi(), partial)


@cache
def plan() -> Plan:
    """Return a plan for the open firewall and for a core and a floor switch as they leave the factory."""
    found = {FIREWALL: opened()[FIREWALL]}
    for name in ("lx-adc-u-core01", "lx-adc-u-acc01"):
        box = hardware(laixi(), name)
        found[name] = Reading(platform(laixi().devices[name].platform).factory(box))
    return make_plan(laixi(), found)


def visit(name: str, module: str, rows: dict[str, float], error: str | None = None) -> Result:
    """Return one target's result with one metric for each row's name."""
    families = [Family(series.split("{", 1)[0], "gauge", "", [(series, value)]) for series, value in rows.items()]
    target = Target(name, "127.0.0.1:161", (module,), "public")
    return Result(target, len(rows), 0.25, error, (Visit(module, families, 0.25),))


HEALTH = (
    visit(
        "lx-adc-u-ups01",
        "ups",
        {
            "ups_battery_charge_ratio": 0.87,
            'ups_battery_state{ups_battery_state="batteryNormal"}': 1,
            'ups_battery_state{ups_battery_state="batteryLow"}': 0,
            'ups_output_load_ratio{line="1"}': 0.2,
            'ups_output_load_ratio{line="2"}': 0.35,
            'govnet_sensor_up{metric="ups_runtime_remaining_seconds"}': 0,
        },
    ),
    visit("lx-adc-u-core01", "nortel_8600", {"nortel_cpu_utilization_ratio": 0.0}),
    visit("lx-adc-u-core02", "nortel_8600", {}, "lx-adc-u-core02: no answer. Check the community."),
    visit("lx-adc-u-agg01", "huawei_vrp", {"huawei_cpu_utilization_ratio": 0.1}, "the second walk timed out"),
)


def run() -> Run:
    """Return a full run that went well but for one device."""
    before, after, _ = proofs()
    backing = {device.name: "emulated" for device in laixi().commanded()}
    backing[FIREWALL] = "real nft in a network namespace"
    del backing["lx-adc-u-fw02"]
    return Run(
        laixi(),
        datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
        "0.1.0",
        title_en="Laixi administrative centre",
        plan=plan(),
        before=before,
        predicted=after,
        after=after,
        readings={name: reading for name, reading in opened().items() if name != FAILED},
        health=HEALTH,
        backing=backing,
        failures={
            FAILED: f"{FAILED}: refused `snmp-server community {SECRET} ro`. Look at the password of the device."
        },
        phases=(Phase("load", 0.21), Phase("prove", 1.5)),
        second_changes=0,
    )


@cache
def audits() -> tuple[Audit, Audit]:
    """Return what some rules say of the intended state, and then of the open one, with a failure that is waived."""
    chosen = [
        rule for rule in rules() if rule.id in {"ISO-10", "ISO-12", "ACL-01", "ACL-02", "MGT-05", "GOV-01", "CFG-07"}
    ]
    waiver = Waiver("ACL-02", "*", "计算机中心", "migration", date(2026, 12, 31), Origin("audit.yaml", 3))
    network = replace(laixi(), declared=Declared(waivers=(waiver,)))
    states = [Evidence(network, NIGHT, readings=readings) for readings in (intended(), opened())]
    return audit(states[0], chosen), audit(states[1], chosen)


def audited() -> Run:
    """Return an audit's run: the open state now, the intended one the time before."""
    before, now = audits()
    return Run(
        replace(laixi(), declared=Declared(waivers=tuple({f.waiver for f in now.findings if f.waiver}))),
        NIGHT,
        "0.1.0",
        title_en="Laixi administrative centre",
        after=proofs()[0],
        readings=opened(),
        audit=now,
        last_audit=before,
        bundle=Bundle("lx-u-0002.zip", "ab" * 32, 2, "cd" * 32, "auditor (key)"),
    )

"""The rules on logs, sensors, and configurations as they are kept: a passing and a failing example of each."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

import pytest
from support.audits import NOON, Case, ago, evidence, levelled, on_plane, recorded
from support.isolation import cable, device, hall, hall_configs
from support.laixi import CORE
from support.laixi import network as laixi

from govnet.audit import Evidence
from govnet.audit.tables import LogSource, RunRecord, Sample
from govnet.config.filtering import Filter
from govnet.config.filtering import Verdict as Decision
from govnet.config.intent import intent
from govnet.config.reading import Line, Reading
from govnet.config.switching import Mirror
from govnet.network.model import Plane

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network

INSIDE, OUTSIDE = IPv4Address("10.0.50.33"), IPv4Address("192.0.2.1")
FULL = "2008-06-02T11:56:00+08:00 core event=login user=ann result=accepted"
RUN = RunRecord(
    "c1", NOON, "nms", frozenset({"core"}), frozenset({"core"}), frozenset({Plane.UNIFIED}), "ann", "bob", "A-1",
    window=True, planned="abc", applied="abc",
)  # fmt: skip


def telling(syslog: set[IPv4Address] | None = None, ntp: set[IPv4Address] | None = None) -> dict[str, DeviceConfig]:
    configs = hall_configs()
    core = replace(configs["core"], syslog=frozenset(syslog or ()), ntp=frozenset(ntp or ()))
    return {**configs, "core": core}


def logging(targets: set[IPv4Address], *sources: LogSource) -> Evidence:
    return evidence(hall(), configs=telling(syslog=targets), logs=sources or None)


def source(oldest_days: float = 201, newest_minutes: float = 4, **more: object) -> LogSource:
    made = LogSource("core", ago(days=oldest_days), ago(minutes=newest_minutes), 1.0, 200, (FULL,), 400.0)
    return replace(made, **more)  # type: ignore[arg-type]  # names of the class


def kept(**more: object) -> Evidence:
    return evidence(hall(), logs=(source(**more),))  # type: ignore[arg-type]  # names of the class


def clock(offset: float) -> Evidence:
    shown = (Sample("govnet_clock_offset_seconds", "core", offset, NOON),)
    return evidence(hall(), configs=telling(ntp={INSIDE}), samples=shown)


def denying(*, log: bool) -> Evidence:
    configs = hall_configs()
    firewall = configs["fw"].firewall
    assert firewall
    silent = {**firewall.pairs, ("pub", "prv"): (Filter(Decision.DENY, "any", log=log),)}
    return evidence(hall(), configs={**configs, "fw": replace(configs["fw"], firewall=replace(firewall, pairs=silent))})


def watched(*copied: str, to: str = "12", without: bool = False) -> Evidence:
    """Return a hall with a sensor on core port 12, and which ports are copied to where."""
    network, configs = hall(), hall_configs()
    sensor = device("ids", "ids", platform="", address="10.0.50.40")
    links = (*network.links, cable("core:12", "ids:eth0", "mirror"))
    network = replace(network, devices={**network.devices, "ids": sensor}, links=links)
    mirrors = {} if without else {1: Mirror(frozenset(copied), to)}
    return evidence(network, configs={**configs, "core": replace(configs["core"], mirrors=mirrors)})


def sensor(plane: Plane = Plane.UNIFIED, address: str = "10.0.50.40", *logs: IPv4Address) -> Evidence:
    network = hall()
    made = replace(device("ids", "ids", platform="", address=address), plane=plane)
    services = replace(network.services, syslog=logs)
    return evidence(replace(network, devices={**network.devices, "ids": made}, services=services))


def laixi_core(*, extra: bool) -> Evidence:
    config = intent(laixi(), CORE)
    if extra:
        config = replace(config, banner=(*config.banner, "welcome"))
    return Evidence(laixi(), NOON, readings={CORE: Reading(config)})


def complete(**missing: object) -> Network:
    network = hall()
    full = replace(
        network.devices["core"], model="ERS-8610", software="4.1.0.0", owner="市政府", maintainer="计算机中心",
        zone="mgt", power=("ups1",), serial="SSGN1", **missing,  # type: ignore[arg-type]  # names of the class
    )  # fmt: skip
    return replace(network, devices={**network.devices, "core": full})


def showing(line: str) -> Evidence:
    return evidence(complete(), texts={"core": f"{line}\nvlan 1 create\n"})


def without(field: str) -> Network:
    network = complete()
    empty: object = () if field == "power" else ""
    core = replace(network.devices["core"], **{field: empty})  # type: ignore[arg-type]  # names of the class
    return replace(network, devices={**network.devices, "core": core})


def saved(running: str, startup: str | None) -> Evidence:
    told = {"core": startup} if startup is not None else {}
    return replace(evidence(hall(), configs=hall_configs()), texts={"core": running}, saved=told)


def runs(**changes: object) -> Evidence:
    return evidence(hall(), runs=(replace(RUN, **changes),))  # type: ignore[arg-type]  # names of the class


def on_carriers_box(authority: str, approval: str = "A-1") -> Evidence:
    network = hall()
    core = replace(network.devices["core"], config_authority=authority)
    return evidence(
        replace(network, devices={**network.devices, "core": core}), runs=(replace(RUN, approval=approval),)
    )


TEXT = "vlan 101\n# Mon Jun 2\nip acl 1"
STORED = f"### show config\n{TEXT}"
SECTIONS = f"### show config\nPreparing to Display Configuration...\n# of a box\n{TEXT}\n### show boot\nflags ha true"

CASES = [
    # Logs.
    Case("LOG-01", "heard 4 minutes ago", lambda: logging({INSIDE}, source()), {"core": "pass", "fw": "fail"}),
    Case("LOG-01", "no target", lambda: logging(set(), source()), {"core": "fail"}),
    Case("LOG-01", "a target outside", lambda: logging({INSIDE, OUTSIDE}, source()), {"core": "fail"}),
    Case("LOG-01", "silent for two days", lambda: logging({INSIDE}, source(newest_minutes=2880)), {"core": "fail"}),
    Case("LOG-01", "nobody looked", lambda: logging({INSIDE}), {"core": "unknown"}),
    Case("LOG-02", "201 days", kept, {"core": "pass"}),
    Case("LOG-02", "set to keep 3 days", lambda: kept(oldest_days=3, retention_days=3), {"core": "fail"}),
    Case("LOG-02", "a gap of two days", lambda: kept(longest_gap_hours=48.0), {"core": "fail"}),
    Case("LOG-02", "too young to say", lambda: kept(oldest_days=40), {"core": "unknown"}),
    Case("LOG-02", "the disk is full first", lambda: kept(oldest_days=40, full_in_days=30.0), {"core": "fail"}),
    Case("LOG-02", "nothing kept", lambda: kept(oldest=None), {"core": "fail"}),
    Case("LOG-02", "nobody looked", lambda: evidence(hall()), {"hand": "unknown"}),
    Case("LOG-03", "all fields", kept, {"core": "pass"}),
    Case("LOG-03", "no user", lambda: kept(lines=(FULL.replace("user=ann ", ""),)), {"core": "fail"}),
    Case("LOG-03", "no zone of the time", lambda: kept(lines=(FULL.replace("+08:00", ""),)), {"core": "fail"}),
    Case("LOG-03", "no sample", lambda: kept(lines=()), {"core": "unknown"}),
    Case("LOG-05", "in its plane", lambda: evidence(hall(), configs=telling(ntp={INSIDE})), {"core": "pass"}),
    Case("LOG-05", "none", lambda: evidence(hall(), configs=telling()), {"core": "fail"}),
    Case("LOG-05", "a public server", lambda: evidence(hall(), configs=telling(ntp={OUTSIDE})), {"core": "fail"}),
    Case("LOG-05", "40 ms off", lambda: clock(0.04), {"core": "pass"}),
    Case("LOG-05", "3 s off", lambda: clock(-3.0), {"core": "fail"}),
    Case(
        "LOG-05",
        "a line nobody understood",
        lambda: Evidence(
            hall(), NOON, readings={"core": Reading(telling(ntp={INSIDE})["core"], unread=(Line(1, "ntp server x"),))}
        ),
        {"core": "unknown"},
    ),
    Case("LOG-06", "logged", lambda: denying(log=True), {"fw": "pass"}),
    Case("LOG-06", "in silence", lambda: denying(log=False), {"fw": "fail"}),
    Case("LOG-06", "not read", lambda: evidence(hall(), configs={}), {"fw": "unknown"}),
    # Sensors.
    Case("IDS-01", "the uplink is copied", lambda: watched("3"), {"core": "pass"}),
    Case("IDS-01", "only another port", lambda: watched("5"), {"core": "fail"}),
    Case("IDS-01", "to where no sensor is", lambda: watched("3", to="11"), {"core": "fail"}),
    Case("IDS-01", "no mirror", lambda: watched(without=True), {"core": "fail"}),
    Case("IDS-01", "not read", lambda: evidence(hall(), configs={}), {"core": "unknown"}),
    Case("IDS-04", "in its plane", lambda: sensor(Plane.UNIFIED, "10.0.50.40", INSIDE), {"ids": "pass"}),
    Case("IDS-04", "of another plane", lambda: sensor(Plane.OUTER), {"ids": "fail"}),
    Case("IDS-04", "an address outside", lambda: sensor(address="192.0.2.9"), {"ids": "fail"}),
    Case("IDS-04", "exports outside", lambda: sensor(Plane.UNIFIED, "10.0.50.40", OUTSIDE), {"ids": "fail"}),
    # Configurations.
    Case("CFG-01", "as intended", lambda: laixi_core(extra=False), {CORE: "pass", "lx-adc-u-fw01": "unknown"}),
    Case("CFG-01", "a banner more", lambda: laixi_core(extra=True), {CORE: "fail"}),
    Case("CFG-01", "level 2", lambda: evidence(levelled(hall(), 2), configs={}), {"hand": "not_applicable"}),
    Case("CFG-02", "complete", lambda: evidence(complete()), {"core": "pass"}),
    Case("CFG-02", "no power source", lambda: evidence(without("power")), {"core": "fail"}),
    Case("CFG-02", "no maintainer", lambda: evidence(without("maintainer")), {"core": "fail"}),
    Case("CFG-02", "as the box says", lambda: showing("# software version     : 4.1.0.0"), {"core": "pass"}),
    Case("CFG-02", "as a stackable says", lambda: showing("! Software version = v4.1.0.0"), {"core": "pass"}),
    Case("CFG-02", "another release runs", lambda: showing("# software version     : 3.7.0.0"), {"core": "fail"}),
    Case("CFG-02", "no serial", lambda: evidence(without("serial")), {"core": "unknown"}),
    Case("CFG-03", "approved", runs, {"c1": "pass"}),
    Case("CFG-03", "no approval", lambda: runs(approval="", approver=""), {"c1": "fail"}),
    Case("CFG-03", "by the author", lambda: runs(approver="ann"), {"c1": "fail"}),
    Case("CFG-03", "something else was sent", lambda: runs(applied="def"), {"c1": "fail"}),
    Case("CFG-03", "on a Sunday night", lambda: runs(window=False), {"c1": "fail"}),
    Case("CFG-03", "nobody knows the window", lambda: runs(window=None), {"c1": "unknown"}),
    Case("CFG-07", "equal but for its date", lambda: saved(TEXT, TEXT.replace("Mon", "Sun")), {"core": "pass"}),
    Case("CFG-07", "one section of two is stored", lambda: saved(SECTIONS, STORED), {"core": "pass"}),
    Case("CFG-07", "unsaved in it", lambda: saved(SECTIONS, STORED.replace("101", "102")), {"core": "fail"}),
    Case("CFG-07", "unsaved", lambda: saved(TEXT, "vlan 101"), {"core": "fail"}),
    Case("CFG-07", "saved only", lambda: saved("vlan 101", TEXT), {"core": "fail"}),
    Case("CFG-07", "not read", lambda: saved(TEXT, None), {"core": "unknown"}),
    Case("CFG-08", "placeholders", lambda: saved(TEXT, TEXT), {"evidence": "pass", "repository": "unknown"}),
    Case(
        "CFG-08",
        "a community",
        lambda: saved("snmp-agent community read public", None),
        {"evidence": "fail"},
    ),
    Case("CFG-08", "scanned", lambda: evidence(recorded(hall(), "CFG-08"), configs={}), {"repository": "pass"}),
    Case("CFG-09", "one plane", runs, {"c1": "pass"}),
    Case("CFG-09", "two planes", lambda: runs(planes=frozenset({Plane.INNER, Plane.OUTER})), {"c1": "fail"}),
    Case("CFG-09", "the carrier's box", lambda: on_carriers_box("carrier"), {"c1": "fail"}),
    Case("CFG-09", "a joint box, approved", lambda: on_carriers_box("joint"), {"c1": "pass"}),
    Case("CFG-09", "a joint box", lambda: on_carriers_box("joint", ""), {"c1": "fail"}),
    Case("CFG-09", "a stranger's box", lambda: runs(written=frozenset({"elsewhere"})), {"c1": "fail"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_devices_keep(case: Case) -> None:
    case.hold()


def test_a_sensor_on_the_inner_plane_that_exports_to_the_outer_one_fails() -> None:
    seen = sensor(Plane.INNER, "10.64.0.9", IPv4Address("10.1.1.1"))
    inner = replace(seen, network=on_plane(seen.network, Plane.INNER, "10.64.0.0/10"))
    Case("IDS-04", "a W log server", lambda: inner, {"ids": "fail"}).hold()


def test_an_address_of_the_sensor_may_be_out_of_band() -> None:
    seen = sensor()
    box = replace(seen.network.devices["ids"], address=None, oob=IPv4Interface("10.0.51.9/24"))
    network = replace(seen.network, devices={**seen.network.devices, "ids": box})
    Case("IDS-04", "out of band", lambda: evidence(network), {"ids": "pass"}).hold()

"""Laixi as intended: what fails there by design fails, and nothing else does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, STANDBY, network

from govnet.audit import Audit, Evidence, Verdict, audit
from govnet.config.intent import intent
from govnet.config.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.model import Network

DAY = datetime(2007, 6, 1, tzinfo=UTC)
TOWNS = {name for name, place in network().places.items() if place.kind == "town"}
ONE_PLANE = {f"ISO-{number:02}" for number in (1, 2, 4, 5, 6, 7, 8, 20)}
DESIGNED = {"PWR-03", "MGT-12", "ARC-06", "ARC-08"}
"""What fails by design: computers on a slow EPS, gear out of support, one line to each town, unprotected."""


def seen(of: Network) -> Evidence:
    readings = {device.name: Reading(intent(of, device.name)) for device in of.commanded()}
    return Evidence(of, DAY, readings=readings)


@pytest.fixture(scope="module")
def laixi() -> Audit:
    return audit(seen(network()))


def by_rule(found: Audit, verdict: Verdict) -> Mapping[str, set[str]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    for finding in found.findings:
        if finding.verdict is verdict:
            grouped[finding.rule].add(finding.object)
    return grouped


def test_what_fails_by_design_fails_and_nothing_else(laixi: Audit) -> None:
    failing = by_rule(laixi, Verdict.FAIL)
    assert set(failing) <= DESIGNED, {rule: failing[rule] for rule in set(failing) - DESIGNED}
    assert failing["ARC-06"] == TOWNS
    assert failing["ARC-08"] == {f"c-adc-{town}-u-01" for town in TOWNS}
    assert len(TOWNS) == 16


def test_the_cores_and_firewalls_stand_twice(laixi: Audit) -> None:
    passing = by_rule(laixi, Verdict.PASS)["ARC-06"]
    assert {"role core", "role fw", f"{CORE} control modules"} <= passing


def test_one_plane_has_no_other_to_be_kept_apart_from(laixi: Audit) -> None:
    assert set(by_rule(laixi, Verdict.NOT_APPLICABLE)) >= ONE_PLANE
    assert not set(by_rule(laixi, Verdict.PASS)) & ONE_PLANE


def test_the_isolation_that_is_proven_passes(laixi: Audit) -> None:
    passing = by_rule(laixi, Verdict.PASS)
    assert {"ISO-09", "ISO-10", "ISO-12", "ISO-17", "ISO-18", "ISO-19", "ISO-21"} <= set(passing)
    assert {"ACL-01", "ACL-02", "ACL-04", "ACL-06", "ACL-07", "BND-01", "BND-02", "BND-07"} <= set(passing)


def test_no_rule_breaks_off(laixi: Audit) -> None:
    assert not [finding for finding in laixi.findings if "broke off" in finding.actual]


def test_a_single_firewall_fails_as_the_source_text_has_it() -> None:
    whole = network()
    devices = {name: device for name, device in whole.devices.items() if name != STANDBY}
    links = tuple(link for link in whole.links if STANDBY not in {link.a.device, link.b.device})
    alone = replace(whole, devices=devices, links=links)
    found = audit(Evidence(alone, DAY))
    assert "role fw" in by_rule(found, Verdict.FAIL)["ARC-06"]


def test_lines_that_declare_protection_fail_no_more() -> None:
    whole = network()
    circuits = {name: replace(circuit, protection="ipsec") for name, circuit in whole.circuits.items()}
    found = audit(Evidence(replace(whole, circuits=circuits), DAY))
    assert "ARC-08" not in by_rule(found, Verdict.FAIL)

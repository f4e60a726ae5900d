"""Haixi and Qinghai as intended and proven: what fails there fails by their documents' design, nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from govnet.audit import Evidence, Verdict, audit
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import prove_fabric
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govnet.network.model import Network

LEASED = {"node", "prefecture", "county", "township"}
DERATED_BELOW_BAND_M = 3700
"""From here up the limit of 27 °C, which falls by 1 K each 300 m above 1,000 m, is below the band's 18 °C."""

Objects = set[str]


def fed_by(network: Network, source: str, *roles: str) -> Objects:
    return {name for name, d in network.devices.items() if d.role in roles and d.power == (source,)}


def one_line_each(network: Network) -> Objects:
    return {slug for slug, place in network.places.items() if place.kind in LEASED}


def carriers(network: Network) -> Objects:
    return {name for name, line in network.circuits.items() if line.owner == "carrier" and not line.protection}


def unprotected(network: Network) -> Objects:
    lines = {name for name, line in network.circuits.items() if not line.protection}
    return lines - {upstream.circuit for upstream in network.upstreams}


def out_of_support(network: Network) -> Objects:
    return {name for name, device in network.devices.items() if device.vendor == "Nortel"}


def too_high(network: Network) -> Objects:
    return {slug for slug in network.places if (network.altitude(slug) or 0) > DERATED_BELOW_BAND_M}


COMMON: Mapping[str, Callable[[Network], Objects]] = {
    "ARC-06": lambda network: {"role fw"} | one_line_each(network),
    "ARC-08": unprotected,
    "MGT-12": out_of_support,
    "PWR-03": lambda network: fed_by(network, "eps01", "srv", "web", "nms"),
}
"""One line to each place and one firewall; plain lines; gear out of support; computers on an EPS of 250 ms."""
BY_DESIGN: Mapping[str, Mapping[str, Callable[[Network], Objects]]] = {
    "haixi": {**COMMON, "ISO-20": carriers},
    "qinghai-outer": {**COMMON, "ENV-03": too_high},
    "qinghai-inner": {
        **COMMON,
        "ISO-20": carriers,
        "ENV-03": too_high,
        "PWR-02": lambda network: fed_by(network, "mains", "srv", "mcu"),
        "ARC-05": lambda _: {"doc"},
    },
}
"""The inner network's second-level servers stand where leased lines end: no source names a firewall or a UPS there."""


@pytest.mark.parametrize("name", BY_DESIGN)
def test_what_fails_by_design_fails_and_nothing_else(name: str) -> None:
    network = network_named(name)
    fabric = Fabric(network, {device.name: Reading(intent(network, device.name)) for device in network.commanded()})
    seen = Evidence(network, datetime(2008, 12, 1, tzinfo=UTC), readings=fabric.readings)
    found: dict[str, Objects] = {}
    for finding in audit(seen.proven(fabric, prove_fabric(fabric))).findings:
        if finding.verdict is Verdict.FAIL:
            found.setdefault(finding.rule, set()).add(finding.object)
    expected = {rule: objects(network) for rule, objects in BY_DESIGN[name].items()}
    assert found.keys() == expected.keys()
    for rule, objects in expected.items():
        assert objects
        assert found[rule] ^ objects == set(), rule


def test_no_vpn_of_the_outer_network_is_in_another() -> None:
    network = network_named("qinghai-outer")
    readings = {device.name: Reading(intent(network, device.name)) for device in network.commanded()}
    found = audit(Evidence(network, datetime(2008, 12, 1, tzinfo=UTC), readings=readings)).findings
    instances = {zone.instance for zone in network.zones.values() if zone.instance}
    passing = {one.object for one in found if one.rule == "ISO-11" and one.verdict is Verdict.PASS}
    assert passing == {*instances, "route distinguishers"}

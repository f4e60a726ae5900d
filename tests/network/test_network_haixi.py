"""The shipped network of Haixi against the printed plan: the star, the campus, the carrier, and the day it came."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Network
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from support.audits import evidence, judged

from govnet.network import figures
from govnet.network.load import load
from govnet.network.summary import folder_named, network_named

if TYPE_CHECKING:
    from govnet.network.model import Network


@pytest.fixture(scope="module")
def net() -> Network:
    return network_named("haixi")


def test_haixi_star_61_nodes_97_units_61_lines_of_2m_and_one_of_100m(net: Network) -> None:
    assert figures.places_by_kind(net)["node"] == 61
    assert (len(net.units), figures.places_by_kind(net)["unit"]) == (97, 36)
    leased = [circuit for circuit in net.circuits.values() if circuit.owner == "carrier"]
    assert sorted(circuit.speed_kbps for circuit in leased) == [2000] * 61 + [100_000]
    assert all(circuit.dedicated for circuit in leased)


def test_haixi_lines_sum_to_122m_on_100m(net: Network) -> None:
    (load,) = figures.loads(net)
    assert (load.device, load.below_kbps, load.above_kbps, load.ratio) == ("hx-tel-n-agg01", 122_000, 100_000, 1.22)


def test_lan_coverage_56_of_97_is_57_7(net: Network) -> None:
    covered = figures.lan_coverage(net)
    assert (covered.having, covered.of, covered.percent) == (56, 97, 57.7)


def test_haixi_campus_is_four_office_buildings_all_on_plane_n(net: Network) -> None:
    offices = {place.within for place in net.places.values() if place.kind == "unit"}
    assert offices == {"zf", "zw", "rd", "zx"}
    assert {link.plane for link in net.links} == {net.plane}


@pytest.mark.parametrize(
    ("node", "unit", "off", "lan", "loopback"),
    [
        ("n001", "geermu", "10.126.140.4/30", "10.99.0.64/26", "10.124.140.1"),
        ("n017", "jianshe", "10.126.140.68/30", "10.99.4.64/26", "10.124.140.17"),
        ("n061", "xunhuan", "10.126.140.244/30", "10.99.15.64/26", "10.124.140.61"),
    ],
)
def test_a_node_is_numbered_as_printed(  # noqa: PLR0913, PLR0917 - a row of the plan
    net: Network, node: str, unit: str, off: str, lan: str, loopback: str
) -> None:
    device = net.devices[f"hx-{node}-n-cpe01"]
    parts = {segment.purpose: str(segment.subnet) for segment in net.segments_at(node)}
    assert net.units[unit].place == node
    assert (parts["transit"], parts["lan"]) == (off, lan)
    assert device.loopback is not None
    assert str(device.loopback.ip) == loopback


def test_hand_off_vlans_of_a_node_are_its_own(net: Network) -> None:
    for place in [place for place in net.places.values() if place.kind == "node"]:
        vlans = {s.purpose: s.vlan for s in net.segments_at(place.slug) if s.purpose != "lan"}
        wanted = {"transit": 1100 + place.index, "manage": 1300 + place.index}
        wanted |= {"venue": 1200 + place.index} if place.venue else {}
        assert vlans == wanted


@pytest.mark.parametrize(("unit", "lan"), [("zfb", "10.99.15.128/26"), ("canlian", "10.99.24.64/26")])
def test_a_unit_of_the_campus_has_the_printed_lan(net: Network, unit: str, lan: str) -> None:
    assert [str(segment.subnet) for segment in net.segments_at(unit)] == [lan]


def test_the_carrier_s_switch_is_in_the_model_and_never_commanded(net: Network) -> None:
    switch = net.devices["hx-tel-n-agg01"]
    assert (switch.owner, switch.config_authority, switch.managed, switch.commanded) == (
        "carrier", "carrier", False, False,
    )  # fmt: skip
    assert len(net.links_of(switch.name)) == 62
    assert not any(d.commanded for d in net.devices.values() if d.config_authority == "carrier")


def test_no_cable_joins_two_nodes(net: Network) -> None:
    for link in net.links:
        assert [net.devices[end.device].role for end in (link.a, link.b)].count("cpe") <= 1


@pytest.mark.parametrize("name", ["haixi", "qinghai-inner", "qinghai-outer", "laixi"])
def test_no_subnets_overlap(name: str) -> None:
    found = sorted(segment.subnet for segment in network_named(name).segments)
    assert all(not one.overlaps(other) for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("name", "block"),
    [("haixi", "10.64.0.0/10"), ("qinghai-inner", "10.64.0.0/10"), ("qinghai-outer", "10.0.0.0/10")],
)
def test_all_addresses_are_in_the_block_of_the_plane(name: str, block: str) -> None:
    net = network_named(name)
    assert all(segment.subnet.subnet_of(IPv4Network(block)) for segment in net.segments)
    assert all(device.address in IPv4Network(block) for device in net.devices.values() if device.address)


# Day, devices of role cpe, carrier's lines, document server, office automation.
DAYS = [
    (date(2003, 12, 31), 0, 0, False, False),
    (date(2005, 12, 31), 0, 0, False, False),
    (date(2006, 10, 31), 0, 0, False, False),
    (date(2006, 11, 5), 61, 62, False, False),
    (date(2006, 12, 31), 61, 62, True, False),
    (date(2008, 6, 30), 61, 62, True, True),
    (date(2008, 12, 31), 53, 54, True, True),
]


@pytest.mark.parametrize(("day", "nodes", "lines", "documents", "office"), DAYS, ids=str)
def test_the_star_came_in_november_2006(
    day: date,
    nodes: int,
    lines: int,
    documents: bool,  # noqa: FBT001 - columns
    office: bool,  # noqa: FBT001 - columns
) -> None:
    net = load(folder_named("haixi"), as_of=day)
    assert sum(device.role == "cpe" for device in net.devices.values()) == nodes
    assert sum(circuit.owner == "carrier" for circuit in net.circuits.values()) == lines
    assert ("hx-zf-n-srv02" in net.devices, "hx-zf-n-srv01" in net.devices) == (documents, office)
    assert ("oa" in net.systems) == office


def test_the_eight_counties_move_to_the_lines_of_the_province_in_2008() -> None:
    before, after = (load(folder_named("haixi"), as_of=day) for day in (date(2008, 6, 30), date(2008, 7, 1)))
    assert {unit.kind for slug, unit in before.units.items() if slug not in after.units} == {"county-level"}
    assert (len(before.units) - len(after.units), figures.venues(after)) == (8, 0)
    inner = load(folder_named("qinghai-inner"), as_of=date(2008, 7, 1))
    assert {inner.circuits[f"c-{p.slug}-n-01"].speed_kbps for p in inner.places.values() if p.within == "haixi"} == {
        10_000
    }


def test_without_a_day_the_reference_day_is_meant(net: Network) -> None:
    assert net.day == net.reference == date(2006, 12, 31)


def test_97_units_exchange_documents(net: Network) -> None:
    assert figures.nodes_of(net, "documents") == figures.nodes_of(net, "seals") == 97


@pytest.mark.parametrize(
    ("day", "lines", "gaps"), [("2005-12-31", 0, 0), ("2006-12-31", 61, 61), ("2008-12-31", 53, 53)]
)
def test_the_audit_of_a_day_is_about_what_was_there(day: str, lines: int, gaps: int) -> None:
    """Dedicated lines (ISO-17) and places on one line (ARC-06), as there were nodes by then."""
    seen = evidence(load(folder_named("haixi"), as_of=date.fromisoformat(day)))
    dedicated = [finding.object for finding in judged("ISO-17", seen) if finding.object.startswith("c-hxtel-n")]
    alone = [finding.object for finding in judged("ARC-06", seen) if finding.object.startswith("n0")]
    assert (len(dedicated), len(alone)) == (lines, gaps)

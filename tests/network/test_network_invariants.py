"""What holds of all shipped networks at once, as the printed plan asserts it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from ipaddress import IPv4Network
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest

from govnet.config.intent import intent
from govnet.network.model import Plane
from govnet.network.permitted import Action
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from govnet.network.model import Network

NETWORKS = ("laixi", "haixi", "qinghai-inner", "qinghai-outer")
LEASED = NETWORKS[1:]
BLOCKS = {Plane.INNER: "10.64.0.0/10", Plane.OUTER: "10.0.0.0/10", Plane.UNIFIED: "10.128.0.0/15"}
ROLES = "core|agg|acc|pe|rr|ce|cpe|fw|ids|mcu|srv|web|nms|ups|eps|hvac|fire|env|cam"
NAME = re.compile(rf"(lx|hx|qh)(-[a-z0-9]+){{1,3}}-(n|w|u|f)-({ROLES})[0-9]{{2,3}}")


@cache
def net(name: str) -> Network:
    return network_named(name)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_name_says_network_place_plane_and_role(name: str) -> None:
    for device in net(name).devices.values():
        match = NAME.fullmatch(device.name)
        assert match, device.name
        assert (match[1], match[3], match[4]) == (net(name).slug, str(device.plane), device.role)


@pytest.mark.parametrize("name", NETWORKS)
def test_segments_lie_in_the_block_of_the_plane(name: str) -> None:
    block = IPv4Network(BLOCKS[net(name).plane])
    assert all(segment.subnet.subnet_of(block) for segment in net(name).segments)


def test_no_two_networks_have_overlapping_subnets() -> None:
    """They can be loaded side by side; the seat of Haixi alone is told twice, by itself and within the province."""
    for one, other in combinations(NETWORKS, 2):
        found = sorted((part.subnet, name, part.zone) for name in (one, other) for part in net(name).segments)
        meeting = [(a, b) for a, b in pairwise(found) if a[1] != b[1] and a[0].overlaps(b[0])]
        told_twice = {(a[0], a[2]) == (b[0], b[2]) for a, b in meeting}
        assert told_twice == ({True} if (one, other) == ("haixi", "qinghai-inner") else set()), (one, other)


@pytest.mark.parametrize("name", ["qinghai-inner", "qinghai-outer"])
def test_places_of_one_sound_have_slugs_of_their_own(name: str) -> None:
    slugs = {place.title: place.slug for place in net(name).places.values() if place.kind in {"prefecture", "county"}}
    assert len(set(slugs.values())) == 54
    assert (slugs["玉树藏族自治州"], slugs["玉树县"]) == ("yushu", "yushu-yushux")


def test_water_and_tax_have_slugs_of_their_own() -> None:
    zones = net("qinghai-outer").zones
    assert (zones["jinshui"].title, zones["jinshuiw"].title) == ("金水", "金税")


@pytest.mark.parametrize(("name", "asn"), [("qinghai-inner", 64700), ("qinghai-outer", 64600)])
def test_distinguishers_are_unique_and_say_instance_and_place(name: str, asn: int) -> None:
    """Of a prefecture or a county it is AS:(vrf * 1000 + 16k + j); where places share k and j, the router's address."""
    seen: Counter[str] = Counter()
    for device in net(name).commanded():
        place = net(name).places[device.place]
        for instance, vrf in intent(net(name), device.name).vrfs.items():
            seen[vrf.route_distinguisher] += 1
            if place.kind in {"prefecture", "county"}:
                zone = next(zone for zone in net(name).zones.values() if zone.instance == instance)
                number = zone.vrf * 1000 + 16 * place.numbers["k"] + place.numbers["j"]
                assert vrf.route_distinguisher == f"{asn}:{number}"
    assert set(seen.values()) == {1}


@pytest.mark.parametrize("name", NETWORKS)
def test_what_a_firewall_lets_through_has_an_approval(name: str) -> None:
    cells = [cell for cell in net(name).policy.values() if cell.action is Action.FIREWALL]
    assert cells
    assert all(cell.approval and cell.owner and cell.review for cell in cells)


@pytest.mark.parametrize("name", LEASED)
def test_classes_share_out_all_of_a_line_of_each_speed(name: str) -> None:
    classes = net(name).traffic.values()
    assert {one.dscp for one in classes} == {48, 26, 34, 18, 10, 0}
    for speed in (2000, 10_000, 20_000, 100_000):
        assert sum(one.shares[speed] for one in classes) == 100


@pytest.mark.parametrize("name", NETWORKS)
def test_what_the_carrier_configures_is_never_managed(name: str) -> None:
    assert not any(d.managed or d.commanded for d in net(name).devices.values() if d.config_authority == "carrier")

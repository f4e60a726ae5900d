"""The two networks of Qinghai against the printed plan: counts, speeds, venues, and who had joined on which day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from collectors.targets import targets
from govnet.config.intent import intent
from govnet.errors import InputError
from govnet.network import figures
from govnet.network.load import load
from govnet.network.summary import folder_named, network_named

if TYPE_CHECKING:
    from govnet.network.model import Network


@pytest.fixture(scope="module")
def inner() -> Network:
    return network_named("qinghai-inner")


@pytest.fixture(scope="module")
def outer() -> Network:
    return network_named("qinghai-outer")


def _speeds(net: Network, kind: str) -> list[int]:
    """Return the speeds of the lines from places of a kind upwards."""
    lower = {device.name for device in net.devices.values() if net.places[device.place].kind == kind}
    return [link.bandwidth_kbps for link in net.links if link.circuit and link.a.device in lower]


def test_province_tree_8_prefectures_46_counties_201_townships(inner: Network) -> None:
    counts = figures.places_by_kind(inner)
    assert (counts["prefecture"], counts["county"], counts["township"]) == (8, 46, 201)
    below = Counter(place.within for place in inner.places.values() if place.kind == "county")
    names = [place.slug for place in inner.places.values() if place.kind == "prefecture"]
    assert [below[name] for name in names] == [7, 6, 4, 4, 5, 6, 6, 8]


def test_43_official_divisions_and_three_committees(inner: Network) -> None:
    committees = [p.title for p in inner.places.values() if p.kind == "county" and p.title.endswith("行政委员会")]
    assert len(committees) == 3


def test_8_lines_of_20m_and_46_of_10m(inner: Network) -> None:
    assert _speeds(inner, "prefecture") == [20_000] * 8
    assert _speeds(inner, "county") == [10_000] * 46
    assert (sum(_speeds(inner, "prefecture")), sum(_speeds(inner, "county"))) == (160_000, 460_000)


@pytest.mark.parametrize(
    ("prefecture", "ratio"),
    [
        *[("haixi", 4.0), ("xining", 3.5), ("haidong", 3.0), ("guoluo", 3.0), ("yushu", 3.0)],
        *[("hainan", 2.5), ("haibei", 2.0), ("huangnan", 2.0)],
    ],
)
def test_lines_of_a_prefecture_are_sold_over_as_told(inner: Network, prefecture: str, ratio: float) -> None:
    (load_,) = [load_ for load_ in figures.loads(inner) if load_.place == prefecture]
    assert load_.ratio == ratio


def test_video_64_venues_1_and_9_centres(inner: Network) -> None:
    kinds = Counter(place.kind for place in inner.places.values() if place.venue)
    assert kinds == {"prefecture": 8, "county": 42, "department": 14}
    assert figures.venues(inner) == 64
    centres = [device for device in inner.devices.values() if device.role == "mcu"]
    assert Counter(device.place == "prov" for device in centres) == {True: 1, False: 9}


def test_document_exchange_2770_nodes(inner: Network) -> None:
    assert figures.nodes_of(inner, "documents") == 2770
    assert {group.kind: group.total for group in inner.systems["documents"].nodes} == {
        "province": 128, "prefecture": 7 * 72 + 97, "county": 46 * 40, "township": 201,
    }  # fmt: skip


def test_exactly_one_place_has_the_certificate_authority(inner: Network) -> None:
    assert {segment.place for segment in inner.segments if segment.zone == "ca"} == {"prov"}


def test_carried_equipment_is_configured_jointly(inner: Network) -> None:
    for device in inner.devices.values():
        if device.role in {"pe", "ce", "cpe", "rr"}:
            assert (device.owner, device.config_authority) == ("carrier", "joint")


@pytest.mark.parametrize(("name", "asn"), [("qinghai-outer", 64600), ("qinghai-inner", 64700)])
def test_two_route_reflectors_at_the_province_serve_every_router(name: str, asn: int) -> None:
    net = network_named(name)
    reflectors = [device for device in net.devices.values() if device.role == "rr"]
    assert [(device.place, device.power) for device in reflectors] == [("prov", ("ups01",))] * 2
    assert {device.name for device in reflectors} <= {target.name for target in targets(net, "v3")}
    own = {device.loopback.ip for device in reflectors if device.loopback}
    routers = [device for device in net.commanded() if device.role in {"pe", "ce", "cpe"}]
    for device in routers:
        told = intent(net, device.name).bgp
        assert told is not None
        assert (told.asn, set(told.peers), told.filtering) == (asn, own, True)
        assert not any(peer.client for peer in told.peers.values())
    for device in reflectors:
        told = intent(net, device.name).bgp
        assert told is not None
        assert not told.filtering
        assert {address for address, peer in told.peers.items() if not peer.client} == own - {device.address}
        assert len(told.peers) == len(routers) + 1


def test_outer_structure_every_county_reaches_the_province_through_its_prefecture(outer: Network) -> None:
    for link in outer.links:
        if link.purpose != "trunk" or outer.devices[link.a.device].role == "rr":
            continue
        lower, upper = (outer.places[outer.devices[end.device].place] for end in (link.a, link.b))
        wanted = {"county": lower.within, "prefecture": "prov", "department": "prov"}[lower.kind]
        assert upper.slug == wanted


def test_only_the_firewall_has_the_internet(outer: Network) -> None:
    assert [upstream.end.device for upstream in outer.upstreams] == ["qh-prov-w-fw01"]


def test_no_device_of_one_plane_is_in_the_other(inner: Network, outer: Network) -> None:
    assert {device.plane for device in inner.devices.values()} == {inner.plane}
    assert {device.plane for device in outer.devices.values()} == {outer.plane}
    assert not inner.devices.keys() & outer.devices.keys()


# Project, members as told, the lead first.
PROJECTS = [
    ("hongguan", ["发展和改革委员会", "经济委员会", "财政厅", "人民银行西宁中心支行", "统计局"]),
    ("jincai", ["财政厅"]),
    ("jinshen", ["审计厅"]),
    ("jinbao", ["劳动和社会保障厅", "财政厅", "民政厅"]),
    ("jinzhi", ["质量技术监督局"]),
    ("jinnong", ["农牧厅", "发展和改革委员会", "粮食局", "扶贫办"]),
    ("jinshui", ["水利厅"]),
    ("jinguan", ["西宁海关"]),
    ("jinshuiw", ["国税局", "地税局"]),
    ("jinrong", ["人民银行西宁中心支行"]),
    ("jindun", []),
    ("bgzy-w", ["省政府办公厅", "省委办公厅", "省人大办公厅", "省政协办公厅"]),
    ("faren", ["质量技术监督局", "工商局", "编办", "民政厅", "统计局", "国税局", "地税局"]),
    ("dili", ["国土资源厅", "测绘局"]),
    ("renkou", ["公安厅"]),
    ("hongku", ["统计局"]),
    ("zhaobiao", ["发展和改革委员会", "财政厅"]),
    ("shenpi", ["发展和改革委员会"]),
    ("huanbao", ["环保局"]),
    ("dangan", ["档案局"]),
]


@pytest.mark.parametrize(("project", "members"), PROJECTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_project_has_exactly_its_members(outer: Network, project: str, members: list[str]) -> None:
    assert [outer.places[slug].title for slug in outer.zones[project].members] == members
    sites = {s.place for s in outer.segments if s.zone == project and outer.places[s.place].kind == "department"}
    assert sites == set(outer.zones[project].members)


def test_twelve_projects_and_four_databases(outer: Network) -> None:
    numbers = sorted(zone.vrf for zone in outer.zones.values() if 300 < zone.vrf < 330)
    assert numbers == [*range(301, 313), *range(321, 325)]


def test_systems_outside_the_common_network_have_an_exemption(outer: Network) -> None:
    handed = {slug for slug, system in outer.systems.items() if system.state == "handoff"}
    assert handed == {"jinguan", "jinshuiw", "jinrong", "jindun"}
    assert all(outer.systems[slug].exemption for slug in handed)


# Day, departments (most in 2004, all in 2005), prefectures, counties of the outer network.
OUTER_DAYS = [
    ("2004-12-31", 24, 0, 0), ("2005-12-31", 27, 8, 2), ("2006-12-31", 27, 8, 24), ("2007-12-31", 27, 8, 46),
]  # fmt: skip


@pytest.mark.parametrize(("day", "departments", "prefectures", "counties"), OUTER_DAYS)
def test_rollout_the_outer_network_of_a_day(day: str, departments: int, prefectures: int, counties: int) -> None:
    counts = figures.places_by_kind(load(folder_named("qinghai-outer"), as_of=date.fromisoformat(day)))
    assert (counts["department"], counts["prefecture"], counts["county"]) == (departments, prefectures, counties)


@pytest.mark.parametrize(
    ("day", "states"), [("2005-12-31", ("handoff", "frozen")), ("2008-12-31", ("integrated",) * 2)]
)
def test_projects_are_consolidated_over_the_years(day: str, states: tuple[str, str]) -> None:
    net = load(folder_named("qinghai-outer"), as_of=date.fromisoformat(day))
    assert (net.systems["jinbao"].state, net.systems["jinzhi"].state) == states


def test_42_counties_have_a_server_of_their_own_for_office_automation(inner: Network) -> None:
    system = inner.systems["generic-oa"]
    servers = [inner.devices[name] for name in system.servers]
    places = [inner.places[device.place] for device in servers]
    assert len(servers) == figures.nodes_of(inner, "generic-oa") == 42
    assert len({device.place for device in servers}) == 42
    assert {(place.kind, place.venue) for place in places} == {("county", True)}
    for device in servers:
        lan = [s for s in inner.segments_at(device.place) if s.zone == "spoke-off" and s.purpose == "county"]
        assert [device.zone_address in segment.subnet for segment in lan] == [True]


def test_rendering_the_outer_network_for_2005_has_two_pilot_counties_only() -> None:
    net = load(folder_named("qinghai-outer"), as_of=date(2005, 12, 31))
    assert {p.title for p in net.places.values() if p.kind == "county"} == {"湟中县", "互助土族自治县"}


# Day, townships, speed to prefectures, speed to counties on the inner network.
INNER_DAYS = [("2005-12-31", 0, 2000, 2000), ("2008-06-30", 201, 2000, 2000), ("2008-12-31", 201, 20_000, 10_000)]


@pytest.mark.parametrize(("day", "townships", "prefecture", "county"), INNER_DAYS)
def test_rollout_the_inner_network_of_a_day(day: str, townships: int, prefecture: int, county: int) -> None:
    net = load(folder_named("qinghai-inner"), as_of=date.fromisoformat(day))
    assert figures.places_by_kind(net)["township"] == townships
    assert (set(_speeds(net, "prefecture")), set(_speeds(net, "county"))) == ({prefecture}, {county})


def test_the_plan_of_2004_has_no_county_on_the_inner_network() -> None:
    planned = load(folder_named("qinghai-inner"), as_of=date(2008, 12, 31), profile="plan-2004")
    built = load(folder_named("qinghai-inner"), as_of=date(2008, 12, 31), profile="asbuilt-2008")
    assert figures.places_by_kind(planned)["county"] == 0
    assert figures.places_by_kind(planned)["prefecture"] == 8
    assert figures.places_by_kind(built)["county"] == 46


def test_a_profile_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"no profile 'plan-2005'.*plan-2004, asbuilt-2008"):
        load(folder_named("qinghai-inner"), profile="plan-2005")

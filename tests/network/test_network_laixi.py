"""The shipped Laixi network against the printed plan: its tables, row by row, and its invariants."""

from __future__ import annotations

import re
from collections import Counter
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govnet.network.cabled import End
from govnet.network.model import GatewayMode, Plane
from govnet.network.permitted import Action, Permit
from govnet.network.summary import attachments_on, devices_of, network_named, segments_at, segments_of

if TYPE_CHECKING:
    from govnet.network.model import Network


@pytest.fixture(scope="module")
def net() -> Network:
    return network_named("laixi")


# Zone, index, servers, floor 1 and floor 12 (or none), town 1 and town 16 (or none).
ZONES = [
    ("mgt", 0, "管理", "10.128.0.0/24", None, None),
    ("prv", 1, "机关办公专网", "10.128.16.0/24", (17, 28), (16, 31)),
    ("pub", 2, "机关办公公网", "10.128.32.0/24", (33, 44), (32, 47)),
    ("inet", 3, "国际互联网", "10.128.48.0/24", (49, 60), (48, 63)),
    ("stat", 4, "统计专网", "10.128.64.0/24", (65, 76), (64, 79)),
    ("agri", 5, "农经网", "10.128.80.0/24", (81, 92), (80, 95)),
    ("jh", 6, "金宏网", "10.128.96.0/24", None, None),
    ("dmz", 7, "莱西政务网", "10.128.112.0/24", None, None),
    ("health", 8, "卫生系统", "10.128.128.0/24", (129, 140), None),
    ("just", 9, "司法系统", "10.128.144.0/24", (145, 156), None),
    ("train", 10, "培训教室", "10.128.160.0/24", None, None),
    ("fac", 11, "机房动力环境", "10.128.176.0/24", None, None),
    ("voice", 12, "语音", "10.128.192.0/24", (193, 204), None),
    ("tv", 13, "电视", "10.128.208.0/24", (209, 220), None),
]


Span = tuple[int, int] | None


@pytest.mark.parametrize("row", ZONES, ids=lambda row: row[0])
def test_a_zone_has_the_segments_of_the_plan(net: Network, row: tuple[str, int, str, str, Span, Span]) -> None:
    slug, index, title, servers, floors, towns = row
    assert (net.zones[slug].index, net.zones[slug].title) == (index, title)
    found = {(s.purpose, s.place): s for s in segments_of(net, slug)}
    expected = {("servers", "adc"): (50 if slug == "mgt" else 100 * index, servers)}
    if floors:
        for floor, octet in enumerate(range(floors[0], floors[1] + 1), start=1):
            expected["floor", f"adc-f{floor:02}"] = (100 * index + floor, f"10.128.{octet}.0/24")
    if towns:
        for (slug_of_town, town), octet in zip(TOWN_INDEX.items(), range(towns[0], towns[1] + 1), strict=True):
            expected["town", slug_of_town] = (100 * index + 20 + town, f"10.129.{octet}.0/24")
    if slug == "mgt":
        expected["oob", "adc"] = (51, "10.129.2.0/24")
        expected |= {("circuit", s): (20 + t, f"10.129.0.{4 * t}/30") for s, t in TOWN_INDEX.items()}
    assert {key: (segment.vlan, str(segment.subnet)) for key, segment in found.items()} == expected


# Town, name, circuit, prv, pub: as printed.
TOWNS = """
1  水集街道   shuiji       10.129.0.4/30  10.129.16.0/24 10.129.32.0/24
2  望城街道   wangcheng    10.129.0.8/30  10.129.17.0/24 10.129.33.0/24
3  龙水街道   longshui     10.129.0.12/30 10.129.18.0/24 10.129.34.0/24
4  梅花山街道 meihuashan   10.129.0.16/30 10.129.19.0/24 10.129.35.0/24
5  沽河街道   guhe         10.129.0.20/30 10.129.20.0/24 10.129.36.0/24
6  滨河路街道 binhelu      10.129.0.24/30 10.129.21.0/24 10.129.37.0/24
7  孙受镇     sunshou      10.129.0.28/30 10.129.22.0/24 10.129.38.0/24
8  姜山镇     jiangshan    10.129.0.32/30 10.129.23.0/24 10.129.39.0/24
9  李权庄镇   liquanzhuang 10.129.0.36/30 10.129.24.0/24 10.129.40.0/24
10 夏格庄镇   xiagezhuang  10.129.0.40/30 10.129.25.0/24 10.129.41.0/24
11 店埠镇     dianbu       10.129.0.44/30 10.129.26.0/24 10.129.42.0/24
12 院上镇     yuanshang    10.129.0.48/30 10.129.27.0/24 10.129.43.0/24
13 日庄镇     rizhuang     10.129.0.52/30 10.129.28.0/24 10.129.44.0/24
14 南墅镇     nanshu       10.129.0.56/30 10.129.29.0/24 10.129.45.0/24
15 马连庄镇   malianzhuang 10.129.0.60/30 10.129.30.0/24 10.129.46.0/24
16 河头店镇   hetoudian    10.129.0.64/30 10.129.31.0/24 10.129.47.0/24
"""
TOWN_ROWS = [line.split() for line in TOWNS.strip().splitlines()]
TOWN_INDEX = {row[2]: int(row[0]) for row in TOWN_ROWS}


@pytest.mark.parametrize("row", TOWN_ROWS, ids=lambda row: row[2])
def test_a_town_is_reached_as_planned(net: Network, row: list[str]) -> None:
    number, title, slug, circuit, prv, pub = row
    place, device = net.places[slug], net.devices[f"lx-{slug}-u-ce01"]
    assert (place.kind, place.index, place.title) == ("town", int(number), title)
    subnets = {segment.zone: str(segment.subnet) for segment in segments_at(net, slug)}
    assert (subnets["mgt"], subnets["prv"], subnets["pub"]) == (circuit, prv, pub)
    assert device.address == IPv4Network(circuit).network_address + 2
    (link,) = net.links_of(device.name)
    assert link.other(device.name) == End("lx-adc-u-agg01", f"GigabitEthernet0/0/{number}")
    line = net.circuits[link.circuit]
    assert (line.id, line.title, line.speed_kbps, line.owner) == (
        f"c-adc-{slug}-u-01",
        f"行政办公中心至{title}",
        10000,
        "carrier",
    )


# Name, role, platform, out-of-band address, loopback, address in its zone, zone, power: as printed.
DEVICES = """
lx-adc-u-core01 core nortel_passport 10.129.2.1   10.129.1.1  -             -    ups01
lx-adc-u-core02 core nortel_passport 10.129.2.2   10.129.1.2  -             -    ups01
lx-adc-u-fw01   fw   linux_nft       10.129.2.11  10.129.1.11 -             -    ups01
lx-adc-u-fw02   fw   linux_nft       10.129.2.12  10.129.1.12 -             -    ups01
lx-adc-u-ids01  ids  -               10.129.2.21  -           -             -    ups01
lx-adc-u-agg01  agg  huawei_vrp      10.129.2.31  10.129.1.31 -             -    ups01
lx-adc-u-srv01  srv  -               -            -           10.128.96.11  jh   eps01
lx-adc-u-srv02  srv  -               -            -           10.128.96.12  jh   eps01
lx-adc-u-web01  web  -               -            -           10.128.112.11 dmz  eps01
lx-adc-u-srv03  srv  -               -            -           10.128.0.21   mgt  eps01
lx-adc-u-srv04  srv  -               -            -           10.128.64.11  stat eps01
lx-adc-u-nms01  nms  -               10.129.2.201 -           10.128.0.31   mgt  eps01
lx-adc-u-nms02  nms  -               10.129.2.202 -           10.128.0.32   mgt  eps01
lx-adc-u-nms03  nms  -               10.129.2.203 -           10.128.0.33   mgt  eps01
lx-adc-u-ups01  ups  -               -            -           10.128.176.11 fac  mains-a,mains-b
lx-adc-u-eps01  eps  -               -            -           10.128.176.12 fac  mains-a
lx-adc-u-hvac01 hvac -               -            -           10.128.176.21 fac  mains-a
lx-adc-u-hvac02 hvac -               -            -           10.128.176.22 fac  mains-b
lx-adc-u-fire01 fire -               -            -           10.128.176.31 fac  ups01
lx-adc-u-env01  env  -               -            -           10.128.176.41 fac  ups01
lx-adc-u-cam01  cam  -               -            -           10.128.176.51 fac  ups01
"""
DEVICE_ROWS = [["" if word == "-" else word for word in line.split()] for line in DEVICES.strip().splitlines()]
FLOOR_ROWS = [
    [f"lx-adc-u-acc{f:02}", "acc", "nortel_ers", f"10.129.2.{40 + f}", f"10.129.1.{40 + f}", "", "", "ups01"]
    for f in range(1, 13)
]


@pytest.mark.parametrize("row", DEVICE_ROWS + FLOOR_ROWS, ids=lambda row: row[0])
def test_a_device_is_as_planned(net: Network, row: list[str]) -> None:
    name, role, platform, oob, loopback, address, zone, power = row
    device = net.devices[name]
    assert (device.role, device.platform, device.zone, ",".join(device.power)) == (role, platform, zone, power)
    assert device.oob == (IPv4Interface(f"{oob}/24") if oob else None)
    assert device.loopback == (IPv4Interface(f"{loopback}/32") if loopback else None)
    assert device.zone_address == (IPv4Address(address) if address else None)
    assert device.address == IPv4Address(oob or address)


def test_nothing_else_is_in_the_inventory(net: Network) -> None:
    towns = {f"lx-{slug}-u-ce01" for slug in TOWN_INDEX}
    assert set(net.devices) == {row[0] for row in DEVICE_ROWS + FLOOR_ROWS} | towns
    assert Counter(device.role for device in net.commanded()) == {"core": 2, "acc": 12, "agg": 1, "fw": 2, "ce": 16}


def test_the_248_accounts_of_jinhong_are_on_its_server(net: Network) -> None:
    assert {name: d.data["accounts"] for name, d in net.devices.items() if d.data.get("accounts")} == {
        "lx-adc-u-srv01": 248
    }


def test_places(net: Network) -> None:
    assert Counter(place.kind for place in net.places.values()) == {"building": 1, "floor": 12, "room": 2, "town": 16}
    assert [net.places[room].area_m2 for room in ("adc-mr", "adc-tr")] == [300, 100]
    assert net.places["adc-f12"].title == "行政办公中心12层"


MATRIX = """
       mgt prv pub inet stat agri jh dmz health just train fac voice tv
mgt    A   M   M   D    M    M    M  M   M      M    M     M   M     M
prv    T   A   D   D    D    D    F1 D   D      D    D     D   D     D
pub    T   D   A   F2   D    D    D  F3  D      D    D     D   D     D
inet   D   D   R   A    D    D    D  F4  D      D    R     D   D     D
stat   T   D   D   D    A    D    D  D   D      D    D     D   D     D
agri   T   D   D   D    D    A    D  D   D      D    D     D   D     D
jh     T   R   D   D    D    D    A  D   R      R    D     D   D     D
dmz    T   D   R   F6   D    D    D  A   D      D    D     D   D     D
health T   D   D   D    D    D    F1 D   A      D    D     D   D     D
just   T   D   D   D    D    D    F1 D   D      A    D     D   D     D
train  T   D   D   F2   D    D    D  D   D      D    A     D   D     D
fac    T   D   D   D    D    D    D  D   D      D    D     A   D     D
voice  T   D   D   D    D    D    D  D   D      D    D     D   A     D
tv     T   D   D   D    D    D    D  D   D      D    D     D   D     A
"""
_COLUMNS, *_ROWS = [line.split() for line in MATRIX.strip("\n").splitlines()]
CELLS = {(row[0], column): code for row in _ROWS for column, code in zip(_COLUMNS, row[1:], strict=True)}


@pytest.mark.parametrize(("pair", "code"), CELLS.items(), ids=lambda value: "-".join(value) if value else "")
def test_a_cell_is_as_printed(net: Network, pair: tuple[str, str], code: str) -> None:
    cell = net.policy[pair]
    assert (cell.source, cell.target) == pair
    assert (cell.service or cell.action.value, cell.action) == (code, Action(code[0]))
    assert bool(cell.permits) == (code not in ("D", "R"))
    assert bool(cell.approval) == (code[0] in "FMT")


def test_the_matrix_has_no_other_cell(net: Network) -> None:
    assert net.policy.keys() == CELLS.keys()
    assert len(CELLS) == 14 * 14


TCP_WEB_DNS = Permit("tcp", ((53, 53), (80, 80), (443, 443)))


@pytest.mark.parametrize(
    ("pair", "permits"),
    [
        (("prv", "prv"), (Permit("any"),)),
        (("prv", "jh"), (Permit("tcp", ((443, 443),), (), (IPv4Network("10.128.96.11/32"),)),)),
        (("pub", "inet"), (TCP_WEB_DNS, Permit("udp", ((53, 53),)))),
        (("pub", "dmz"), (Permit("tcp", ((443, 443),), (), (IPv4Network("10.128.112.11/32"),)),)),
        (("inet", "dmz"), (Permit("tcp", ((80, 80), (443, 443)), (), (IPv4Network("10.128.112.11/32"),)),)),
        (("dmz", "inet"), (TCP_WEB_DNS, Permit("udp", ((53, 53),)))),
        (("mgt", "fac"), (Permit("tcp", ((22, 22),)), Permit("udp", ((161, 161),)), Permit("icmp"))),
        (
            ("tv", "mgt"),
            (
                Permit("udp", ((162, 162),), (), (IPv4Network("10.128.0.32/32"),)),
                Permit("udp", ((123, 123), (514, 514)), (), (IPv4Network("10.128.0.33/32"),)),
            ),
        ),
    ],
    ids=str,
)
def test_what_a_service_permits(net: Network, pair: tuple[str, str], permits: tuple[Permit, ...]) -> None:
    assert net.policy[pair].permits == permits


def test_a_cell_says_where_it_was_written(net: Network) -> None:
    origin = net.policy["prv", "jh"].origin
    lines = Path(net.folder, origin.file).read_text(encoding="utf-8").splitlines()
    assert lines[origin.line - 1].split()[0] == "prv"


def test_no_subnets_overlap_and_all_lie_in_the_blocks(net: Network) -> None:
    subnets = [segment.subnet for segment in net.segments]
    subnets += [upstream.address.network for upstream in net.upstreams] + [net.peer_subnet]
    subnets += [device.loopback.network for device in net.devices.values() if device.loopback]
    assert len(subnets) == 219 + 4 + 1 + 17
    assert not [pair for pair in pairwise(sorted(subnets)) if pair[0].overlaps(pair[1])]
    blocks = (IPv4Network("10.128.0.0/15"), IPv4Network("203.0.113.0/29"))
    assert net.blocks == blocks
    assert all(any(subnet.subnet_of(block) for block in blocks) for subnet in subnets)


def test_names_planes_and_slugs(net: Network) -> None:
    assert (net.slug, net.plane, net.gateway_mode) == ("lx", Plane.UNIFIED, GatewayMode.FIREWALL)
    for device in net.devices.values():
        assert re.fullmatch(r"(lx|hx|qh)(-[a-z0-9]+){1,3}-(n|w|u|f)-[a-z]+[0-9]{2,3}", device.name)
        assert device.plane is Plane.UNIFIED
    assert {link.plane for link in net.links} == {Plane.UNIFIED}
    assert len(net.places | net.zones) == len(net.places) + len(net.zones)


def test_vlans_are_given_once(net: Network) -> None:
    numbers = [segment.vlan for segment in net.segments] + [1, net.parking_vlan, net.peer_vlan]
    assert len(set(numbers)) == len(numbers)
    assert (net.parking_vlan, net.peer_vlan, str(net.peer_subnet)) == (1999, 4000, "10.129.3.12/30")
    assert set(numbers) <= set(range(1, 4095))


def test_network_gear_is_on_the_ups_and_computers_are_on_the_eps(net: Network) -> None:
    centre = [device for device in net.devices.values() if net.places[device.place].kind != "town"]
    gear, computers = {"core", "acc", "agg", "fw", "ids"}, {"srv", "web", "nms"}
    assert {device.power for device in centre if device.role in gear} == {("ups01",)}
    assert {device.power for device in centre if device.role in computers} == {("eps01",)}
    assert net.power_sources["ups01"].fed_by == ("mains-a", "mains-b")
    assert (net.power_sources["ups01"].minutes, net.power_sources["eps01"].transfer_ms) == (7, 250)


def test_links(net: Network) -> None:
    assert Counter(link.purpose for link in net.links) == {
        "floor": 24,
        "town": 16,
        "peer": 2,
        "firewall": 4,
        "aggregation": 2,
        "mirror": 1,
        "endpoint": 7 + 5 + 2 * 3 + 1,
    }
    assert len({link.id for link in net.links}) == len(net.links)
    ends = [end for link in net.links for end in (link.a, link.b)]
    ends += [upstream.end for upstream in net.upstreams]
    assert len(set(ends)) == len(ends)


@pytest.mark.parametrize("floor", range(1, 13))
def test_a_floor_hangs_on_both_cores(net: Network, floor: int) -> None:
    name = f"lx-adc-u-acc{floor:02}"
    ends = {(link.end(name).port, *str(link.other(name)).split(":")) for link in net.links_of(name)}
    assert ends == {("49", "lx-adc-u-core01", f"1/{floor}"), ("50", "lx-adc-u-core02", f"1/{floor}")}


@pytest.mark.parametrize(
    ("device", "port", "far"),
    [
        ("lx-adc-u-core01", "1/13", "lx-adc-u-agg01:GigabitEthernet0/0/23"),
        ("lx-adc-u-core02", "1/13", "lx-adc-u-agg01:GigabitEthernet0/0/24"),
        ("lx-adc-u-core01", "1/14", "lx-adc-u-fw01:eth1"),
        ("lx-adc-u-core02", "1/14", "lx-adc-u-fw01:eth2"),
        ("lx-adc-u-core01", "1/15", "lx-adc-u-fw02:eth1"),
        ("lx-adc-u-core02", "1/15", "lx-adc-u-fw02:eth2"),
        ("lx-adc-u-core01", "1/16", "lx-adc-u-ids01:eth1"),
        ("lx-adc-u-core01", "2/1", "lx-adc-u-core02:2/1"),
        ("lx-adc-u-core01", "2/2", "lx-adc-u-core02:2/2"),
        ("lx-adc-u-core01", "3/6", "lx-adc-u-nms01:eth0"),
        ("lx-adc-u-core02", "3/6", "lx-adc-u-nms01:eth1"),
        ("lx-adc-u-core02", "4/1", "lx-adc-u-ups01:eth0"),
    ],
)
def test_a_cable_runs_as_planned(net: Network, device: str, port: str, far: str) -> None:
    (link,) = [link for link in net.links_of(device) if link.end(device).port == port]
    assert str(link.other(device)) == far


def test_the_cores_have_the_ports_of_their_cards(net: Network) -> None:
    for core in devices_of(net, "core"):
        assert core.cards == {1: "8616SXE", 2: "8616SXE", 3: "8648TX", 4: "8648TX", 5: "8690SF", 6: "8690SF"}
        assert Counter(port.split("/")[0] for port in core.ports) == {"1": 16, "2": 16, "3": 48, "4": 48}
        assert (core.software, core.model) == ("4.1.0.0", "ERS-8610")


UPSTREAMS = [
    ("inet", "eth3", "203.0.113.2/29", "203.0.113.1", ["0.0.0.0/0"]),
    ("jh", "eth4", "10.129.3.2/30", "10.129.3.1", []),
    ("stat", "eth5", "10.129.3.6/30", "10.129.3.5", []),
    ("agri", "eth6", "10.129.3.10/30", "10.129.3.9", []),
]


def test_upstreams(net: Network) -> None:
    assert [
        (up.zone, str(up.end), str(up.address), str(up.peer), list(map(str, up.prefixes))) for up in net.upstreams
    ] == [(zone, f"lx-adc-u-fw01:{port}", *rest) for zone, port, *rest in UPSTREAMS]
    assert {up.circuit for up in net.upstreams} | {link.circuit for link in net.links} - {""} == net.circuits.keys()


FLOOR_PORTS = {"prv": 10, "pub": 10, "inet": 6, "stat": 2, "agri": 2, "health": 4, "just": 4, "voice": 6, "tv": 2}
TOWN_PORTS = {"prv": 6, "pub": 6, "inet": 4, "stat": 2, "agri": 2}


def test_attachments_of_each_zone(net: Network) -> None:
    expected = Counter({zone: 12 * count for zone, count in FLOOR_PORTS.items()})
    expected += Counter({zone: 16 * count for zone, count in TOWN_PORTS.items()})
    spare = dict.fromkeys(("prv", "pub", "inet", "agri", "health", "just", "voice", "tv"), 2)
    inventory = {"jh": 2, "dmz": 1, "stat": 1, "fac": 7, "mgt": 1 + 3 + 3 + 1}
    expected += Counter(spare) + Counter(inventory) + Counter({"train": 24, "mgt": 2})
    assert Counter(attachment.zone for attachment in net.attachments) == expected
    assert all(attachment.zone == attachment.segment.zone for attachment in net.attachments)


def test_every_zone_can_be_reached_among_the_servers(net: Network) -> None:
    served = {attachment.zone for attachment in net.attachments if attachment.segment.purpose == "servers"}
    assert served == set(net.zones)


def test_access_ports_are_dealt_in_order(net: Network) -> None:
    floor = attachments_on(net, "lx-adc-u-acc03")
    assert [attachment.end.port for attachment in floor] == [str(port) for port in range(1, 47)]
    assert [attachment.segment.vlan for attachment in floor[:21]] == [103] * 10 + [203] * 10 + [303]
    town = attachments_on(net, "lx-guhe-u-ce01")
    assert [attachment.end.port for attachment in town] == [f"GigabitEthernet0/0/{port}" for port in range(1, 21)]
    assert Counter(attachment.segment.vlan for attachment in town) == {125: 6, 225: 6, 325: 4, 425: 2, 525: 2}


def test_no_access_port_is_also_an_uplink(net: Network) -> None:
    far_from_endpoints = [link for link in net.links if link.purpose != "endpoint"]
    uplinks = {end for link in far_from_endpoints for end in (link.a, link.b)} | {up.end for up in net.upstreams}
    assert not uplinks & {attachment.end for attachment in net.attachments}


def test_gateways(net: Network) -> None:
    for segment in net.segments:
        first = segment.subnet.network_address + 1
        assert segment.gateway == (None if segment.purpose == "oob" else first)


def test_the_mirror_feeds_the_ids(net: Network) -> None:
    (mirror,) = net.mirrors
    assert (mirror.device, mirror.sources, mirror.destination) == ("lx-adc-u-core01", ("1/14", "1/15"), "1/16")


def test_devices_are_told_addresses_that_they_reach_out_of_band(net: Network) -> None:
    services = net.services
    assert services.runners == (IPv4Network("10.129.2.201/32"),)
    assert [services.trap_receivers, services.syslog, services.ntp] == [
        (IPv4Address("10.129.2.202"),),
        (IPv4Address("10.129.2.203"),),
        (IPv4Address("10.129.2.203"),),
    ]
    assert services.contact
    assert all(line.isascii() for line in services.banner)


def test_stand_ins_say_so(net: Network) -> None:
    assert {device.role for device in net.devices.values() if device.stand_in} == {"fw"}
    assert all("Hisense" in device.stand_in for device in devices_of(net, "fw"))


def test_the_record_of_a_device_is_kept(net: Network) -> None:
    data = net.devices["lx-adc-u-env01"].data
    assert data["sensors"] == {"temperature_humidity": 8, "leak": 4}
    assert (data["responsible_unit"], data["room"]) == ("莱西市委市政府计算机中心", "adc-mr")

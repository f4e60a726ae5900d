"""What shows that the shipped networks are as the seeds say, row by row; the rows themselves are in the test."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from ipaddress import IPv4Network
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from govnet.capacity.conference import admitted
from govnet.capacity.lines import guaranteed
from govnet.config.changes import EnableFirewall
from govnet.config.hardware import Hardware
from govnet.config.model import DeviceConfig
from govnet.config.routing import EVERYWHERE, Vrf
from govnet.config.switching import Port
from govnet.errors import RefusedError
from govnet.isolation.fabric import Fabric
from govnet.isolation.intervals import of_networks
from govnet.isolation.packets import PacketSet
from govnet.isolation.proof import PairResult, prove_fabric
from govnet.monitoring.causes import Causes
from govnet.monitoring.facts import facts
from govnet.monitoring.probes import services
from govnet.network import figures
from govnet.network.load import load
from govnet.network.model import Plane
from govnet.network.summary import folder_named
from govnet.platforms.registry import platform
from govnet.workspace import Workspace
from support.audits import evidence, judged
from support.seeds import configs, fabric, firewall, network, reaches, readings, without_pair

if TYPE_CHECKING:
    from pathlib import Path

    from govnet.network.model import Network

INNER, OUTER = "qinghai-inner", "qinghai-outer"
PROJECTS = range(301, 313)
DATABASES = range(321, 325)
"""Numbers of the routing instances of the twelve projects and of the four base databases."""


def numbered(numbers: range) -> list[str]:
    """Return the zones of the outer network whose instances have these numbers."""
    return [zone.slug for zone in network(OUTER).zones.values() if zone.vrf in numbers]


def no_cable_joins_planes(_: Path) -> None:
    inner, outer, haixi = network(INNER), network(OUTER), network("haixi")
    for net in (inner, outer, haixi):
        assert {link.plane for link in net.links} == {device.plane for device in net.devices.values()} == {net.plane}
    assert outer.plane is Plane.OUTER
    assert not outer.devices.keys() & (inner.devices.keys() | haixi.devices.keys())
    assert not any(a.overlaps(b) for a in outer.blocks for b in (*inner.blocks, *haixi.blocks))


def nothing_inside_has_a_default_route(_: Path) -> None:
    """On the inner network what nobody named has no way; on the outer one staff internet alone has one."""
    ways = {
        (name, route.vrf)
        for name in (INNER, OUTER, "haixi")
        for device, config in configs(name).items()
        for route in config.routes
        if route.prefix == EVERYWHERE and network(name).devices[device].role != "fw"
    }
    assert ways == {(OUTER, "INET")}


def the_firewall_denies_and_logs_what_is_left(_: Path) -> None:
    name = firewall(OUTER)
    bare = replace(configs(OUTER)[name], firewall=None)
    texts = "\n".join(c.text for c in platform("linux_nft").say([EnableFirewall()], bare)).splitlines()
    forward = [line for line in texts if " govnet forward " in line]
    assert "policy drop" in forward[0]
    assert forward[-1].endswith('counter log prefix "govnet deny: " comment "default deny"')


def a_second_exit_is_not_let_pass(_: Path) -> None:
    net = network(OUTER)
    (exit_,) = net.upstreams
    inside = replace(exit_, end=replace(exit_.end, device="qh-haixi-w-pe01"), circuit="c-second")
    seen = evidence(replace(net, upstreams=(exit_, inside)), readings=readings(OUTER))
    by_rule = {rule: {f.object: str(f.verdict) for f in judged(rule, seen)} for rule in ("ISO-09", "BND-06")}
    assert (by_rule["ISO-09"][exit_.circuit], by_rule["ISO-09"]["c-second"]) == ("pass", "fail")
    assert by_rule["BND-06"]["c-second"] != "pass"


def carrier_is_refused_before_anything_is_sent(folder: Path) -> None:
    """Nothing is opened, whoever asks is told whom to ask instead, and the journal has it."""
    work = Workspace(network("haixi"), folder)
    with pytest.raises(RefusedError, match=r"configured by the carrier; .* Ask 中国电信海西分公司") as refused:
        work.chosen(["hx-tel-n-agg01"])
    with work.journal() as journal:
        told = [(row.device, row.step, row.state, row.detail) for row in journal.all_steps()]
        assert told == [("", "refuse", "failed", str(refused.value))]
    assert "hx-tel-n-agg01" not in work.chosen([])


def lines_are_dedicated_and_spokes_apart(_: Path) -> None:
    """专线专用: by the rules ISO-17 and ISO-18; that no packet gets from one spoke to another is the proof's."""
    seen = evidence(network("haixi"), readings=readings("haixi"))
    lines = judged("ISO-17", seen)
    assert Counter(str(finding.verdict) for finding in lines) == {"pass": 61}
    assert {str(finding.verdict) for finding in judged("ISO-18", seen)} == {"pass"}
    assert prove_fabric(fabric("haixi")).pair("spoke-off", "spoke-off").verdict is PairResult.OK


def over_subscription_is_printed(_: Path) -> None:
    net = network(INNER)
    ratios = [load_.ratio for load_ in figures.loads(net) if net.places[load_.place].kind == "prefecture"]
    assert sorted(ratios) == [2.0, 2.0, 2.5, 3.0, 3.0, 3.0, 3.5, 4.0]


def projects_do_not_meet(_: Path) -> None:
    assert len(numbered(PROJECTS)) == 12
    for source, target in permutations((*numbered(PROJECTS), *numbered(DATABASES)), 2):
        assert not reaches(OUTER, source, target), (source, target)


def members_alone_import_a_project(_: Path) -> None:
    net = network(OUTER)
    for slug in (*numbered(PROJECTS), *numbered(DATABASES)):
        zone = net.zones[slug]
        targets = {f"{net.asn}:{zone.vrf}{end}" for end in ("", "1", "2")}
        for name, config in configs(OUTER).items():
            for vrf in config.vrfs.values():
                if targets & (vrf.imports | vrf.exports):
                    place = net.places[net.devices[name].place]
                    assert place.slug in {*zone.members, "prov"} or place.kind == "prefecture", (slug, name)


def the_exchange_is_the_only_way_between_departments(_: Path) -> None:
    """Without its permits nothing gets to the exchange or from it, and no department's data gets to another's."""
    assert len(numbered(DATABASES)) == 4
    pairs = [pair for slug in numbered(DATABASES) for pair in ((slug, "exch"), ("exch", slug))]
    cut = Fabric(network(OUTER), readings(OUTER, fw=without_pair(OUTER, *pairs)))
    for source, target in pairs:
        assert reaches(OUTER, source, target)
        assert not cut.reach(source, target).packets


def documents_go_to_the_own_level(_: Path) -> None:
    """A client gets to the server of its own level over https and to no other; servers get to each other."""
    net = network(INNER)
    servers = {p.server.place: IPv4Network(p.host) for p in services(net) if p.system.slug == "documents"}
    assert len(servers) == 9
    for zone in ("off", "spoke-off"):
        assert {(p.protocol, p.ports) for p in net.policy[zone, "doc"].permits} == {("tcp", ((443, 443),))}
        let_through = fabric(INNER).reach(zone, "doc").packets
        for client in (s for s in net.segments if s.zone == zone and not s.purpose.startswith("border")):
            own = client.place
            while own not in servers:
                own = net.places[own].within
            found = {
                server
                for server, address in servers.items()
                if let_through.intersection(PacketSet.of(of_networks([client.subnet]), of_networks([address]))).blocks
            }
            assert found == {own}, client
    assert reaches(INNER, "doc", "doc")


def blocking_the_authority_shows(_: Path) -> None:
    """Every office reaches the one certificate authority; with its permits gone no office does."""
    for name in (INNER, "haixi"):
        assert reaches(name, "off", "ca")
        assert reaches(name, "spoke-off", "ca")
    cut = Fabric(network("haixi"), readings("haixi", fw=without_pair("haixi", ("off", "ca"), ("spoke-off", "ca"))))
    assert not cut.reach("off", "ca").packets
    assert {segment.place for segment in network(INNER).segments if segment.zone == "ca"} == {"prov"}
    assert not [segment for segment in network("haixi").segments if segment.zone == "ca"]


def two_levels_of_mcus(_: Path) -> None:
    net = network(INNER)
    places = [net.places[device.place] for device in net.devices.values() if device.role == "mcu"]
    assert Counter(place.kind for place in places) == {"province": 1, "prefecture": 8, "department": 1}


def video_is_capped_on_2m(_: Path) -> None:
    """48 % of 2,000 kbit/s is 960, which admits one venue and leaves more than 1,000 to the rest."""
    net = network("haixi")
    line = net.circuits["c-hxtel-n001-n-01"]
    shares = {name: guaranteed(net, line, name) for name in net.traffic}
    assert (line.speed_kbps, shares["video"], sum(share or 0 for share in shares.values())) == (2000, 960, 2000)
    assert admitted(net, line) == 1


def a_place_on_one_line_is_a_gap(_: Path) -> None:
    """The sources tell of one line a step, so no alternative path is claimed, and each gap is told."""
    for name in ("haixi", INNER):
        gaps = [f for f in judged("ARC-06", evidence(network(name))) if str(f.verdict) == "fail"]
        assert len(gaps) >= 61


def offices_have_their_systems(_: Path) -> None:
    """The province's, 42 generic ones and Haixi's: each with servers at as many places, every server asked."""
    places: dict[str, set[str]] = {}
    for name in ("haixi", INNER):
        for probe in services(load(folder_named(name), as_of=date(2008, 12, 31))):
            if probe.system.slug in {"oa", "generic-oa"}:
                assert probe.kind == "https"
                places.setdefault(f"{name} {probe.system.slug}", set()).add(probe.server.place)
    assert {system: len(found) for system, found in places.items()} == {
        "haixi oa": 1, f"{INNER} oa": 1, f"{INNER} generic-oa": 42,
    }  # fmt: skip
    assert reaches(INNER, "spoke-off", "off")


def sites_are_for_offices_alone(_: Path) -> None:
    for name in ("haixi", INNER):
        assert reaches(name, "off", "sit")
        assert reaches(name, "spoke-off", "sit")
        assert not {"internet", "pub", "dmz"} & network(name).zones.keys()


def the_portal_is_reached_and_reaches_nothing(_: Path) -> None:
    ports = {permit.ports for permit in network(OUTER).policy["internet", "dmz"].permits}
    assert ports == {((80, 80), (443, 443))}
    assert reaches(OUTER, "internet", "dmz")
    assert reaches(OUTER, "pub", "dmz")
    inner_zones = [zone for zone in network(OUTER).zones if zone not in {"dmz", "internet", "mgt"}]
    assert [zone for zone in inner_zones if reaches(OUTER, "dmz", zone)] == []


def approval_has_no_way_into_the_inner_network(_: Path) -> None:
    """The office half is on the outer network; a permit between the planes is an address of the other plane."""
    assert {"shenpi", "dmz"} <= network(OUTER).zones.keys()
    assert "shenpi" not in network(INNER).zones
    assert reaches(OUTER, "shenpi", "dmz")
    assert not reaches(OUTER, "dmz", "shenpi")


def applications_publish_and_are_asked(_: Path) -> None:
    for zone in ("zhaobiao", "huanbao", "dangan"):
        assert reaches(OUTER, "pub", zone)
        assert reaches(OUTER, zone, "dmz")
        assert not reaches(OUTER, "internet", zone)


def hotlines_have_a_zone_of_their_own(_: Path) -> None:
    assert reaches(OUTER, "voice", "voice")
    others = network(OUTER).zones.keys() - {"voice", "mgt"}
    assert [zone for zone in others if reaches(OUTER, "voice", zone) or reaches(OUTER, zone, "voice")] == []


def three_modes_on_one_core(_: Path) -> None:
    net = network("laixi")
    assert {"prv", "pub", "inet", "stat", "jh", "agri", "health", "just"} <= net.zones.keys()
    assert not reaches("laixi", "prv", "inet")
    assert reaches("laixi", "pub", "inet")
    assert all(upstream.end.device.startswith("lx-adc-u-fw") for upstream in net.upstreams)


def towns_reach_jinhong_and_no_other_town(_: Path) -> None:
    net = network("laixi")
    towns = [place.slug for place in net.places.values() if place.kind == "town"]
    assert len(towns) == 16
    let_through = fabric("laixi").reach("prv", "jh").packets
    for town in towns:
        lans = [s.subnet for s in net.segments_at(town) if s.zone == "prv"]
        assert let_through.intersection(PacketSet.of(of_networks(lans))).blocks, town
    seen = evidence(net, readings=readings("laixi"))
    assert {str(finding.verdict) for finding in judged("ISO-18", seen)} == {"pass"}


def vrfs_are_refused_on_old_software(_: Path) -> None:
    box = Hardware("ERS-8610", "3.7.0.0", ("1/1",))
    config = DeviceConfig("core", {"1/1": Port()}, vrfs={"RED": Vrf(1)})
    old = "\n".join(platform("nortel_passport").refuse(config, box))
    assert "VRF RED needs software 5.0 or later; this box runs 3.7.0.0" in old


def no_county_without_its_prefecture(_: Path) -> None:
    """Take a prefecture's routers away, and none of its counties is joined to the province any more."""
    net = network(OUTER)
    prefectures = [place.slug for place in net.places.values() if place.kind == "prefecture"]
    for prefecture in prefectures:
        left = _joined_to(net, "qh-prov-w-pe01", without=prefecture)
        cut = {device.place for name, device in net.devices.items() if device.role == "ce" and name not in left}
        assert cut == {place.slug for place in net.places.values() if place.within == prefecture}


def _joined_to(net: Network, start: str, without: str) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name not in found and net.devices[name].place != without:
            found.add(name)
            todo += [link.other(name).device for link in net.links_of(name)]
    return found


def a_lines_owner_is_told(_: Path) -> None:
    """Each leased line carries its owner, and whom to call, into the facts that alerts are made of."""
    net = network("haixi")
    told = [fact.labels for fact in facts(net, Causes(net)) if fact.metric == "govnet_circuit_end"]
    node = next(labels for labels in told if labels["circuit"] == "c-hxtel-n017-n-01")
    assert (node["owner"], node["call"]) == ("carrier", "the carrier, about circuit c-hxtel-n017-n-01")

"""What people ask: one packet hop by hop, the lines that decide, and what holds with one thing down."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest
from support.isolation import cable, hall, hall_configs, reading, trunk

from govnet.cli.asking import broken
from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.reading import Line
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Port
from govnet.isolation.fabric import Fabric
from govnet.isolation.failures import failures, outages
from govnet.isolation.packets import Packet, PacketSet
from govnet.isolation.proof import prove_fabric
from govnet.isolation.questions import Fate, NoSuchEndpointError, trace, why
from govnet.isolation.segments import Gap
from govnet.isolation.stopped import Stopped
from govnet.network.permitted import Action


def fabric(**configs: object) -> Fabric:
    return Fabric(hall(), {name: reading(config) for name, config in (hall_configs() | configs).items()})


def packet(source: str, destination: str, port: int = 443, protocol: int = 6) -> Packet:
    ports = (49152, port) if protocol in (6, 17) else (0, 0)
    return Packet(IPv4Address(source), IPv4Address(destination), protocol, *ports)


@pytest.mark.parametrize(
    ("asked", "fate", "answered", "permitted", "last"),
    [
        (packet("10.1.1.10", "10.3.0.11"), Fate.ARRIVES, Fate.ARRIVES, True, "core"),
        (packet("10.1.1.10", "10.3.0.11", 80), Fate.STOPS, None, False, "no rule from prv to jh"),
        (packet("10.1.1.10", "10.2.1.10"), Fate.STOPS, None, False, "no rule from prv to pub"),
        (packet("10.1.1.10", "10.1.1.11", 0, 1), Fate.ARRIVES, Fate.ARRIVES, True, "acc"),
        (packet("10.1.1.10", "172.16.3.4"), Fate.STOPS, None, False, "no rule from prv to jh"),
        (packet("10.3.0.11", "172.16.3.4", 25), Fate.ARRIVES, Fate.ARRIVES, True, "eth3"),
        (packet("10.0.51.201", "10.0.51.41", 22), Fate.ARRIVES, Fate.ARRIVES, True, "acc"),
    ],
)
def test_a_packet_is_told_to_its_end(
    asked: Packet, fate: Fate, answered: Fate | None, last: str, *, permitted: bool
) -> None:
    found = trace(fabric(), asked)
    assert (found.fate, found.answered, found.permitted, found.hostile) == (fate, answered, permitted, False)
    assert last in str(found.there.hops[-1])
    assert (found.back is not None) is (fate is Fate.ARRIVES)


def test_an_answer_names_the_open_session() -> None:
    back = trace(fabric(), packet("10.1.1.10", "10.3.0.11")).back
    (hop,) = (hop for hop in back.hops if hop.device == "fw")
    assert hop.why == "part of an open session; 10.1.1.0/24 is connected to bond0.101"


def test_what_only_a_cheat_gets_through_is_told() -> None:
    core = hall_configs()["core"]
    beside = {
        f"vlan{vlan}": IpInterface(InterfaceKind.VLAN, (IPv4Interface(own),), vlan)
        for vlan, own in ((101, "10.1.1.254/24"), (201, "10.2.1.254/24"))
    }
    found = trace(fabric(core=replace(core, interfaces=beside)), packet("10.1.1.10", "10.2.1.10"))
    assert (found.fate, found.hostile) == (Fate.STOPS, True)


@pytest.mark.parametrize(
    ("to", "beside", "breaks"),
    [("10.1.1.11", True, False), ("10.1.21.10", False, True)],
    ids=["in its own segment", "in another one of its zone"],
)
def test_a_zone_whose_segments_must_not_meet(to: str, *, beside: bool, breaks: bool) -> None:
    """The matrix denies a zone to itself: what is routed from segment to segment breaks it, and neighbours do not."""
    apart = replace(hall().policy["prv", "prv"], action=Action.DENY, permits=())
    world = replace(hall(), policy=hall().policy | {("prv", "prv"): apart})
    found = trace(Fabric(world, {n: reading(c) for n, c in hall_configs().items()}), packet("10.1.1.10", to))
    assert (found.fate, found.permitted, found.beside) == (Fate.ARRIVES, False, beside)
    assert broken(found) is breaks


def test_over_what_was_not_seen_a_packet_is_unknown() -> None:
    seen = {name: reading(config) for name, config in hall_configs().items()}
    seen["core"] = replace(seen["core"], unread=(Line(7, "filter set 3"),))
    found = trace(Fabric(hall(), seen), packet("10.1.1.10", "10.3.0.11"))
    assert found.fate is Fate.UNKNOWN
    assert "core: line 7: filter set 3" in found.why


FW_FILTER = {"guard": Acl((Filter(Verdict.DENY, "tcp", ports=((22, 22),)),))}


@pytest.mark.parametrize(
    ("change", "asked", "why"),
    [
        ({}, packet("10.0.50.9", "10.0.51.41", 22), "acc takes management sessions from 10.0.51.201/32 only"),
        ({}, packet("10.0.51.201", "10.0.51.41", 161), "acc offers nothing on tcp/161"),
        (
            {"bindings": frozenset({AclBinding("guard", "bond0.51", "out")}), "acls": FW_FILTER},
            packet("10.0.50.9", "10.0.51.41", 22),
            "ACL guard line 1 on bond0.51 denies",
        ),
    ],
)
def test_a_device_that_hears_and_does_not_answer_says_why(change: dict[str, object], asked: Packet, why: str) -> None:
    """That nobody there takes it would send people to look for a cable."""
    config = replace(hall_configs()["fw"], **change)
    last = trace(fabric(fw=config), asked).there.hops[-1]
    assert last.why == f"stops here: {why}"


def test_who_was_not_read_is_named_and_not_blamed() -> None:
    seen = {name: reading(config) for name, config in hall_configs().items()}
    lost = StaticRoute(IPv4Network("172.31.0.0/16"), IPv4Address("10.2.21.9"))
    seen["fw"] = reading(replace(seen["fw"].config, routes=seen["fw"].config.routes | {lost}))
    site = Fabric(hall(), {name: one for name, one in seen.items() if name != "ce"})
    start, end = ([one.name for one in site.sites.values()].index(name) for name in ("pub-200", "pub-201"))
    asked = PacketSet.single(packet("10.2.0.9", "172.31.0.1"))
    hop = Stopped(site).witness(Gap(start, end, asked, answers=False)).hops[-1]
    assert hop.why.endswith("nobody there takes it: no router has 10.2.21.9; ce, which may, was not read")


def test_an_address_behind_a_switch_that_was_not_read_is_not_nobody_s() -> None:
    seen = {name: reading(config) for name, config in hall_configs().items() if name != "acc"}
    with pytest.raises(NoSuchEndpointError, match=r"10\.1\.1\.10 is behind acc, which was not read"):
        trace(Fabric(hall(), seen), packet("10.1.1.10", "10.3.0.11"))


def test_nobody_has_the_address() -> None:
    with pytest.raises(NoSuchEndpointError, match=r"nobody has the address 192\.0\.2\.1"):
        trace(fabric(), packet("192.0.2.1", "10.3.0.11"))


def test_the_lines_that_decide() -> None:
    found = why(fabric(), "prv", "jh")
    assert [(one.device, one.permits, one.line and one.line.text) for one in found.decisions] == [
        ("fw", True, "rule prv>jh 0"),
        ("fw", False, None),
    ]
    assert str(found.decisions[0].packets) == str(found.packets) == "tcp 10.1.0.0/23,10.1.21.0/24 -> 10.3.0.11:443"
    assert "no rule from prv to jh names it" in found.decisions[1].words
    assert (found.layer2, found.stops) == (False, ())


def test_lists_decide_too() -> None:
    fw = hall_configs()["fw"]
    guard = Acl((Filter(Verdict.DENY, "tcp", ports=((443, 443),)),))
    bound = frozenset({AclBinding("guard", "bond0.300", "out")})
    found = why(fabric(fw=replace(fw, acls={"guard": guard}, bindings=bound)), "prv", "jh")
    words = [one.words for one in found.decisions]
    assert "ACL guard line 1 on bond0.300 denies" in words
    assert not found.packets


def test_where_no_line_is_the_path_is_told() -> None:
    configs = {name: config for name, config in hall_configs().items() if name != "fw"}
    found = why(Fabric(hall(), {name: reading(config) for name, config in configs.items()}), "prv", "pub")
    assert found.decisions == ()
    assert "fw was not read" in str(found.stops[0])


def test_every_cable_and_device_is_tried() -> None:
    before = fabric()
    found = {str(one.outage): one for one in failures(before, prove_fabric(before))}
    assert list(found) == [
        "cable core:1 - acc:49", "cable core:2 - ce:49", "cable core:3 - fw:eth1",
        "device core", "device acc", "device ce", "device fw",
    ]  # fmt: skip
    assert ("prv", "jh") in {(one.source, one.target) for one in found["cable core:3 - fw:eth1"].cut}
    assert not any(one.opened for one in found.values())
    assert found["device acc"].holds  # what plugs into it is cut off, and nothing else
    assert not found["cable core:2 - ce:49"].holds


def test_a_spare_cable_holds_and_a_backdoor_shows_when_the_front_is_shut() -> None:
    core, acc = hall_configs()["core"], hall_configs()["acc"]
    spare = {"ports": {**core.ports, "4": Port(switchport=trunk(101, 201, 51))}}
    other = {"ports": {**acc.ports, "50": Port(switchport=trunk(101, 201, 51))}}
    world = replace(hall(), links=(*hall().links, cable("core:4", "acc:50")))
    configs = hall_configs() | {"core": replace(core, **spare), "acc": replace(acc, **other)}
    before = Fabric(world, {name: reading(config) for name, config in configs.items()})
    found = {str(one.outage): one for one in failures(before, prove_fabric(before))}
    assert found["cable core:1 - acc:49"].holds
    assert found["cable core:4 - acc:50"].holds
    assert len(outages(world)) == 8


def test_a_frame_of_the_devices_own_has_no_entry_port() -> None:
    """A core that routes sends into its VLAN by itself: the hop names the port that the frame leaves by."""
    core = hall_configs()["core"]
    beside = {
        f"vlan{vlan}": IpInterface(InterfaceKind.VLAN, (IPv4Interface(own),), vlan)
        for vlan, own in ((100, "10.1.0.254/24"), (201, "10.2.1.254/24"))
    }
    witness = fabric(core=replace(core, interfaces=beside)).witness("prv", "pub")
    assert all("port  " not in hop.why for hop in witness.hops), str(witness)
    sent = [hop for hop in witness.hops if hop.device == "core" and not hop.where_in]
    assert [hop.why for hop in sent] == ["port 1 is a member of VLAN 201"]


def test_a_management_vlan_that_is_cut_is_told_where_it_is_cut() -> None:
    """The runner and the switch are in one subnet: no firewall has a part in it."""
    core = hall_configs()["core"]
    cut = replace(core, ports={**core.ports, "1": Port(switchport=trunk(101, 201))})
    witness = prove_fabric(fabric(core=cut)).pair("mgt", "mgt").witness
    assert [hop.device for hop in witness.hops] == ["core"]
    assert "core:1 does not carry VLAN 51" in str(witness)

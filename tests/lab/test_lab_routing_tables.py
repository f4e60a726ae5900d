"""Routers of a lab show their tables: their own networks and routes, and what BGP brings from the others."""

from __future__ import annotations

import pytest
from support.emulated import joined

from govnet.platforms.base import Routing
from govnet.platforms.registry import platform
from lab.personalities import make
from lab.personalities.huawei_vrp import HuaweiVrp
from lab.personalities.huawei_vrp.shell import answer
from lab.personalities.huawei_vrp.views import Context
from lab.personalities.linux_nft.ip import run_ip
from lab.personalities.linux_nft.net import Net
from lab.personalities.nortel_passport import Passport
from lab.personalities.nortel_passport.commands import grammar
from lab.personalities.wordtree import split
from lab.server import Lab
from lab.twin import Twin

PE = """\
vlan batch {vlan} 110 120
interface GigabitEthernet0/0/1
 port link-type trunk
 port trunk allow-pass vlan {vlan} 110 120
 quit
interface LoopBack 1
 ip address 10.0.0.{me} 255.255.255.255
 quit
mpls lsr-id 10.0.0.{me}
mpls
 quit
mpls ldp
 quit
ip vpn-instance red
 ipv4-family
  route-distinguisher 65000:{me}1
  vpn-target 65000:1 both
  quit
 quit
ip vpn-instance blue
 ipv4-family
  route-distinguisher 65000:{me}2
  vpn-target 65000:2 both
  quit
 quit
interface Vlanif {vlan}
 ip address 10.9.{vlan}.2 255.255.255.0
 quit
interface Vlanif 110
 ip binding vpn-instance red
 ip address 10.{me}.1.1 255.255.255.0
 quit
interface Vlanif 120
 ip binding vpn-instance blue
 ip address 10.{me}.2.1 255.255.255.0
 quit
ip route-static 10.0.0.0 255.0.0.0 10.9.{vlan}.1
ip route-static vpn-instance red 10.{me}.64.0 255.255.192.0 10.{me}.1.9
bgp 65000
 peer 10.0.0.9 as-number 65000
 peer 10.0.0.9 connect-interface LoopBack1
 ipv4-family vpnv4
  peer 10.0.0.9 enable
  quit
 ipv4-family vpn-instance red
  import-route direct
  import-route static
  quit
 ipv4-family vpn-instance blue
  import-route direct
"""
RR = """\
vlan batch 11 12
interface GigabitEthernet0/0/1
 port link-type trunk
 port trunk allow-pass vlan 11 12
 quit
interface LoopBack 1
 ip address 10.0.0.9 255.255.255.255
 quit
interface Vlanif 11
 ip address 10.9.11.1 255.255.255.0
 quit
interface Vlanif 12
 ip address 10.9.12.1 255.255.255.0
 quit
ip route-static 10.0.0.1 255.255.255.255 10.9.11.2
ip route-static 10.0.0.2 255.255.255.255 10.9.12.2
bgp 65000
 peer 10.0.0.1 as-number 65000
 peer 10.0.0.1 connect-interface LoopBack1
 peer 10.0.0.2 as-number 65000
 peer 10.0.0.2 connect-interface LoopBack1
 ipv4-family vpnv4
  undo policy vpn-target
  peer 10.0.0.1 enable
  peer 10.0.0.1 reflect-client
  peer 10.0.0.2 enable
  peer 10.0.0.2 reflect-client
"""
VRP8 = "V800R011C00SPC200"


def router(name: str, lines: str, software: str = "V200R005C00SPC500") -> HuaweiVrp:
    box = make(Twin(name, "pe", "huawei_vrp", "S5700-28C-EI", software, "127.7.0.1", ports=("GigabitEthernet0/0/1",)))
    assert isinstance(box, HuaweiVrp)
    typed(box, lines)
    return box


def typed(box: HuaweiVrp, lines: str) -> None:
    context = Context(box.box, store=box.store)
    for line in ("system-view", *lines.splitlines(), *(["commit"] if box.store else [])):
        context.settle()
        assert "Error" not in answer(context, line), line


def backbone(software: str = "V200R005C00SPC500") -> dict[str, HuaweiVrp]:
    found = {
        "one": router("one", PE.format(me=1, vlan=11), software),
        "two": router("two", PE.format(me=2, vlan=12), software),
        "rr": router("rr", RR),
    }
    joined(found.values())
    return found


def shown(box: HuaweiVrp, vrf: str) -> dict[str, str]:
    """Return prefix -> source and next hop of every row but those of the box's own addresses, as the product reads."""
    speaks = platform("huawei_vrp")
    assert isinstance(speaks, Routing)
    command = "display ip routing-table" + f" vpn-instance {vrf}" * bool(vrf)
    (table,) = speaks.read_table(answer(Context(box.box, store=box.store), command), vrf)
    assert table.unread == ()
    assert table.vrf == vrf
    return {str(r.prefix): f"{r.source} {r.next_hop or ''}".strip() for r in table.rows if r.interface != "InLoopBack0"}


@pytest.mark.parametrize("software", ["V200R005C00SPC500", VRP8])
def test_each_instance_has_its_own_and_what_the_reflector_brings(software: str) -> None:
    boxes = backbone(software)
    own = {"10.1.1.0/24": "connected", "10.1.1.1/32": "connected", "10.1.64.0/18": "static 10.1.1.9"}
    own |= {"10.1.1.255/32": "connected"} if software == VRP8 else {}
    brought = {"10.2.1.0/24": "ibgp 10.0.0.2", "10.2.64.0/18": "ibgp 10.0.0.2"}
    assert shown(boxes["one"], "red") == own | brought
    blue = shown(boxes["two"], "blue")
    assert (blue["10.1.2.0/24"], blue["10.2.2.0/24"]) == ("ibgp 10.0.0.1", "connected")
    assert not [prefix for prefix in blue if prefix.startswith("10.1.1.")]
    assert shown(boxes["one"], "")["10.0.0.0/8"] == "static 10.9.11.1"


async def test_routers_that_nobody_has_called_tell_what_they_were_told_at_their_consoles() -> None:
    told = {"one": PE.format(me=1, vlan=11), "two": PE.format(me=2, vlan=12), "rr": RR}
    boxes = [
        Twin(
            name, "pe", "huawei_vrp", "S5700-28C-EI", "", f"127.83.6.{number}",
            ports=("GigabitEthernet0/0/1",), console=("system-view", *lines.splitlines()),
        )
        for number, (name, lines) in enumerate(told.items(), 1)
    ]  # fmt: skip
    async with Lab(boxes, port=0, snmp_port=None) as lab:
        one = lab.personalities["one"]
        assert isinstance(one, HuaweiVrp)
        assert set(lab.personalities.made) == {"one"}
        assert shown(one, "red") == shown(backbone()["one"], "red")
        assert set(lab.personalities.made) == set(told)


WITHOUT = {
    "no session of the other end": ("rr", "bgp 65000\nundo peer 10.0.0.1"),
    "no exchange of VPN routes": ("rr", "bgp 65000\nipv4-family vpnv4\nundo peer 10.0.0.2 enable"),
    "no client": (
        "rr",
        "bgp 65000\nipv4-family vpnv4\nundo peer 10.0.0.1 reflect-client\nundo peer 10.0.0.2 reflect-client",
    ),
    "a reflector that keeps what it imports alone": ("rr", "bgp 65000\nipv4-family vpnv4\npolicy vpn-target"),
    "no way back": ("rr", "undo ip route-static 10.0.0.2 255.255.255.255 10.9.12.2"),
    "no way there": ("one", "undo ip route-static 10.0.0.0 255.0.0.0 10.9.11.1"),
    "another target": ("one", "ip vpn-instance red\nipv4-family\nundo vpn-target 65000:1 import-extcommunity"),
    "no labels": ("two", "undo mpls"),
    "a line that is shut": ("two", "interface GigabitEthernet0/0/1\nshutdown"),
    "nothing announced": (
        "two",
        "bgp 65000\nipv4-family vpn-instance red\nundo import-route direct\nundo import-route static",
    ),
}


@pytest.mark.parametrize("case", WITHOUT)
def test_a_route_comes_only_while_all_that_it_rests_on_holds(case: str) -> None:
    boxes, (name, lines) = backbone(), WITHOUT[case]
    assert "10.2.1.0/24" in shown(boxes["one"], "red")
    typed(boxes[name], lines)
    assert "10.2.1.0/24" not in shown(boxes["one"], "red")


def test_an_instance_takes_over_from_another_of_its_own_box() -> None:
    boxes = backbone()
    typed(boxes["one"], "ip vpn-instance blue\nipv4-family\nvpn-target 65000:1 import-extcommunity")
    found = shown(boxes["one"], "blue")
    assert (found["10.1.1.0/24"], found["10.1.1.1/32"]) == ("bgp 10.1.1.1", "bgp 127.0.0.1")
    assert found["10.2.1.0/24"] == "ibgp 10.0.0.2"


def test_an_instance_that_is_not_there_is_refused() -> None:
    said = answer(Context(backbone()["one"].box), "display ip routing-table vpn-instance none")
    assert "Error: Wrong parameter" in said


def obeyed(box: Passport, line: str) -> str:
    found = grammar(box.box.major).match(box.box, split(line))
    assert found.node.run is not None
    return found.node.run(box.box, found.values)


def test_a_passport_shows_networks_of_vlans_with_an_open_port() -> None:
    box = make(
        Twin(
            "core",
            "core",
            "nortel_passport",
            "ERS-8610",
            "4.1.0.0",
            "127.7.0.9",
            ports=("1/1", "1/2"),
            cards={1: "8648TX"},
        )
    )
    assert isinstance(box, Passport)
    speaks = platform("nortel_passport")
    assert isinstance(speaks, Routing)
    for line in (
        "config vlan 1 ip create 10.1.1.1/255.255.255.0",
        "config ip static-route create 10.0.0.0/255.0.0.0 next-hop 10.1.1.9",
        "config ip static-route create 10.7.0.0/255.255.0.0 next-hop 10.2.2.9",
    ):
        obeyed(box, line)
    (table,) = speaks.read_table(obeyed(box, "show ip route info"), "")
    assert table.unread == ()
    assert {(str(r.prefix), str(r.next_hop), r.source) for r in table.rows} == {
        ("10.0.0.0/8", "10.1.1.9", "static"),
        ("10.1.1.0/24", "None", "connected"),
    }
    for port in box.box.ports.values():
        port.enabled = False
    (table,) = speaks.read_table(obeyed(box, "show ip route info"), "")
    assert (table.rows, table.unread) == ((), ())


def test_a_linux_host_shows_its_networks_routes_and_own_addresses() -> None:
    net, speaks = Net("fw", ("eth1",)), platform("linux_nft")
    assert isinstance(speaks, Routing)
    for line in ("link set eth1 up", "address add 10.1.9.1/24 dev eth1", "route add default via 10.1.9.254"):
        assert run_ip(net, line.split()).status == 0
    printed = run_ip(net, ["-4", "route", "show", "table", "all"]).out
    assert "\nlocal 10.1.9.1 dev eth1 table local proto kernel scope host src 10.1.9.1 \n" in printed
    (table,) = speaks.read_table(printed, "")
    assert table.unread == ()
    assert {(str(r.prefix), str(r.next_hop), r.source) for r in table.rows} == {
        ("0.0.0.0/0", "10.1.9.254", "static"),
        ("10.1.9.0/24", "None", "connected"),
    }
    assert run_ip(net, ["-4", "route", "show", "table", "7"]).status != 0

"""Golden commands of the Nortel platforms, what they refuse, and how they hear a refusal."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import pytest
from support.nortel_examples import CORE, EDGE, core, edge

from govnet.config import changes as c
from govnet.config.diff import diff
from govnet.config.filtering import Acl, AclBinding, Filter, Firewall, Verdict
from govnet.config.model import Management
from govnet.config.ops import inverse
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, AggregationMode, Mirror, PeerLink, Port, Switchport, Vlan
from govnet.errors import RefusedError
from govnet.platforms.portlists import lists, parse_ports
from govnet.platforms.registry import platform

PAIRS = Path(__file__).parent / "pairs"
BOXES = {"nortel_passport": (CORE, core()), "nortel_ers": (EDGE, edge())}


def written(name: str, changes: list[Any], running: Any) -> str:
    """Return commands one a line; ``?`` in front of those without a source, their change behind."""
    commands = platform(name).say(changes, running)
    return "".join(f"{'?' if command.unverified else ' '} {command.text}\n" for command in commands)


@pytest.mark.parametrize("name", sorted(BOXES))
def test_golden_commands(name: str) -> None:
    hardware, wanted = BOXES[name]
    start = platform(name).factory(hardware)
    changes = diff(start, wanted)
    assert written(name, changes, start) == (PAIRS / name / "laixi.txt").read_text()
    assert written(name, inverse(changes), wanted) == (PAIRS / name / "laixi_back.txt").read_text()


def test_a_port_leaves_before_it_joins() -> None:
    start = platform("nortel_passport").factory(CORE)
    running = replace(start, vlans={1: Vlan(), 7: Vlan()})
    access = Switchport(untagged=frozenset({7}), pvid=7)
    moves = [c.SetSwitchport(f"3/{n}", start.ports[f"3/{n}"].switchport, access) for n in (1, 2, 3, 7)]
    commands = platform("nortel_passport").say(moves, running)
    assert [command.text for command in commands] == [
        "config vlan 1 ports remove 3/1-3/3,3/7 member portmember",
        "config vlan 7 ports add 3/1-3/3,3/7 member portmember",
    ]
    assert [(command.unverified, command.family) for command in commands] == [(True, "vlan ports remove"), (False, "")]


def test_a_trunk_is_down_to_one_vlan_before_its_tagging_goes() -> None:
    trunk = Switchport(tagged=frozenset({1, 7, 9}), pvid=None)
    access = Switchport(untagged=frozenset({7}), pvid=7)
    start = platform("nortel_passport").factory(CORE)
    running = replace(
        start,
        vlans={1: Vlan(), 7: Vlan(), 9: Vlan()},
        ports={**start.ports, "3/1": Port(switchport=trunk)},
    )
    said = platform("nortel_passport").say([c.SetSwitchport("3/1", trunk, access)], running)
    assert [command.text for command in said] == [
        "config vlan 1 ports remove 3/1 member portmember",
        "config vlan 9 ports remove 3/1 member portmember",
        "config ethernet 3/1 perform-tagging disable",
        "config ethernet 3/1 untagged-frames-discard disable",
    ]


LINE = Filter(Verdict.PERMIT, "tcp", ports=((80, 80),))
ADDRESS = (IPv4Interface("10.0.0.1/24"),)
SWITCHPORTS = {
    "hybrid": Switchport(frozenset({1}), frozenset({101}), 1),
    "two": Switchport(frozenset({1, 101}), pvid=1),
    "mixed": Switchport(frozenset({1, 51}), frozenset({101, 201}), 1),
}


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("nortel_passport", {"vrfs": {"RED": Vrf(1)}}, "VRF RED needs software 5.0 or later; this box runs 4.1.0.0"),
        ("nortel_passport", {"firewall": Firewall()}, "stateful firewall"),
        ("nortel_passport", {"forwarding": False}, "routing cannot be switched off"),
        ("nortel_passport", {"ports": {"3/1": Port(switchport=SWITCHPORTS["hybrid"])}}, "tags all its VLANs or none"),
        ("nortel_passport", {"ports": {"3/1": Port(switchport=SWITCHPORTS["two"])}}, "untagged in 2 VLANs"),
        ("nortel_passport", {"ports": {"4/1": Port(switchport=Switchport())}}, "slot 4 holds no card"),
        ("nortel_passport", {"ports": {"3/1": Port()}}, "routed port"),
        ("nortel_passport", {"vlans": {1: Vlan("office")}}, "VLAN 1 cannot be renamed"),
        (
            "nortel_passport",
            {"interfaces": {"vlan1": IpInterface(InterfaceKind.VLAN, ADDRESS * 2, 1)}},
            "vlan1 has 2 addresses",
        ),
        (
            "nortel_passport",
            {"aggregations": {1: Aggregation(frozenset({"1/1"}), mode=AggregationMode.ACTIVE_BACKUP)}},
            "active-backup",
        ),
        ("nortel_passport", {"acls": {"office": Acl((LINE,))}}, "knows filter sets by number"),
        ("nortel_passport", {"acls": {"100": Acl((LINE, LINE)), "101": Acl((LINE,))}}, "both use filter 101"),
        ("nortel_passport", {"acls": {"100": Acl((replace(LINE, ports=((80, 90),)),))}}, "more than equal"),
        ("nortel_passport", {"acls": {"100": Acl((replace(LINE, established=True),))}}, "session state"),
        ("nortel_passport", {"bindings": frozenset({AclBinding("100", "1/1", "out")})}, "what enters a port"),
        ("nortel_passport", {"routes": frozenset({StaticRoute(IPv4Network("10.0.0.0/8"), None)})}, "discards"),
        (
            "nortel_passport",
            {"mirrors": {1: Mirror(frozenset({"3/1", "3/2"}), "1/1"), 2: Mirror(frozenset({"3/3"}), "1/2")}},
            "need entry 2 both",
        ),
        ("nortel_passport", {"hostname": 'a"b'}, "double quote"),
        ("nortel_ers", {"ports": {"1": Port(switchport=SWITCHPORTS["mixed"])}}, "all but the PVID"),
        ("nortel_ers", {"ports": {"51": Port(switchport=Switchport())}}, "port 51 does not exist"),
        ("nortel_ers", {"acls": {"100": Acl((LINE,))}}, "no source says"),
        ("nortel_ers", {"vrfs": {"RED": Vrf()}}, "no VRF"),
        ("nortel_ers", {"mirrors": {1: Mirror(frozenset({"1", "2"}), "3")}}, "copies one port"),
        (
            "nortel_ers",
            {"aggregations": {1: Aggregation(frozenset({"1"}), peer=PeerLink(IPv4Address("10.0.0.1"), 1))}},
            "inter-switch trunk",
        ),
        ("nortel_ers", {"syslog": frozenset(IPv4Address(n) for n in (1, 2, 3))}, "3 syslog servers"),
        ("nortel_ers", {"management": Management(vlan=77)}, "management VLAN 77 does not exist"),
    ],
)
def test_what_a_box_cannot_do_is_named(name: str, fields: dict[str, Any], words: str) -> None:
    hardware, wanted = BOXES[name]
    assert platform(name).refuse(wanted, hardware) == []
    found = platform(name).refuse(replace(wanted, **fields), hardware)
    assert len([line for line in found if words in line]) >= 1, found


def test_vrfs_pass_from_5_0_and_a_470_does_not_route() -> None:
    hardware, wanted = BOXES["nortel_passport"]
    config = replace(wanted, vrfs={"RED": Vrf(1)})
    assert platform("nortel_passport").refuse(config, replace(hardware, software="v5.0.0.1")) == []
    assert platform("nortel_passport").refuse(config, replace(hardware, software="")) != []
    hardware, wanted = BOXES["nortel_ers"]
    old = replace(hardware, model="BayStack 470-48T")
    assert platform("nortel_ers").refuse(wanted, old) == []
    assert platform("nortel_ers").refuse(replace(wanted, forwarding=True), old) != []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("nortel_passport", c.EnableFirewall()),
        ("nortel_passport", c.SetManagement(Management(), Management(telnet=False))),
        ("nortel_ers", c.CreateVrf("RED", Vrf())),
        ("nortel_ers", c.SetSyslog(frozenset(), frozenset(IPv4Address(n) for n in (1, 2, 3)))),
    ],
)
def test_what_a_box_has_no_words_for_is_not_said(name: str, change: c.Change) -> None:
    with pytest.raises(RefusedError):
        platform(name).say([change], replace(BOXES[name][1], management=Management(), syslog=frozenset()))


def test_a_value_never_becomes_a_second_command() -> None:
    wanted = BOXES["nortel_passport"][1]
    for bad in ("a\nconfig vlan 1 delete", "a\rreboot", 'a" delete'):
        with pytest.raises(RefusedError):
            platform("nortel_passport").say([c.SetHostname(wanted.hostname, bad)], wanted)


@pytest.mark.parametrize("text", ["?[vlan name] x", "! answer y", "<<<", ">>>"])
def test_a_value_that_looks_like_a_mark_stays_a_value(text: str) -> None:
    wanted = BOXES["nortel_passport"][1]
    (said,) = platform("nortel_passport").say([c.SetPortDescription("1/1", "to core02", text)], wanted)
    assert (said.text, said.unverified, said.answers) == (f'config ethernet 1/1 name "{text}"', False, ())


@pytest.mark.parametrize(
    ("name", "answer", "error"),
    [
        ("nortel_passport", "", None),
        ("nortel_passport", "config vlan 10 create byport 1\r\n", None),
        ("nortel_passport", "Save config to file /flash/config.cfg successful.", None),
        ("nortel_passport", "terminal not found in path /", "terminal not found in path /"),
        ("nortel_passport", "\aError: Invalid MAC address", "Error: Invalid MAC address"),
        ("nortel_passport", "x\r\nparameter 4095 is out of range\r\n", "parameter 4095 is out of range"),
        ("nortel_passport", '"sh" is ambiguous in path /', '"sh" is ambiguous in path /'),
        ("nortel_passport", "% Vlan 12 does not exist", "% Vlan 12 does not exist"),
        ("nortel_passport", "Save config to file /x failed.", "Save config to file /x failed."),
        ("nortel_passport", "Another show or save in progress.  Please try the command later.", "Another show"),
        ("nortel_passport", 'can\'t open "x.cfg" 0x300042', 'can\'t open "x.cfg" 0x300042'),
        ("nortel_ers", "", None),
        ("nortel_ers", "vlan members add 143 1-4\r\n", None),
        (
            "nortel_ers",
            "              ^\r\n% Invalid input detected at '^' marker.\r\n",
            "% Invalid input detected at '^' marker.",
        ),
        ("nortel_ers", "              ^\r\n", "^"),
        ("nortel_ers", "% No such VLAN", "% No such VLAN"),
        ("nortel_ers", "% Bad format, use forms: 1-4", "% Bad format, use forms: 1-4"),
    ],
)
def test_refusals_are_heard(name: str, answer: str, error: str | None) -> None:
    heard = platform(name).refusal(answer)
    assert heard is None if error is None else heard is not None and heard.startswith(error)


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("1/1-1/3,3/2", ["1/1", "1/2", "1/3", "3/2"]),
        ("1/1-3", ["1/1", "1/2", "1/3"]),
        ("3/ALL", [f"3/{n}" for n in range(1, 49)]),
        ("NONE", []),
    ],
)
def test_port_lists_are_parsed_in_every_spelling(text: str, ports: list[str]) -> None:
    assert parse_ports(text, CORE.ports) == ports


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "invalid literal"),
        ("x", "invalid literal"),
        ("1//2", "invalid literal"),
        ("1/9", "not ports of this box"),
        ("1/3-1/1", "not ports of this box"),
        ("1/1-1/99", "not ports of this box"),
    ],
)
def test_bad_port_lists_are_no_ports(text: str, cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        parse_ports(text, CORE.ports)


def test_long_port_lists_are_cut() -> None:
    odd = [f"3/{n}" for n in range(1, 49, 2)]
    assert [len(part.split(",")) for part in lists(odd, repeat_slot=True)] == [16, 8]


def test_an_unknown_platform_is_named_with_the_known_ones() -> None:
    with pytest.raises(RefusedError, match="nortel_ers, nortel_passport"):
        platform("cisco_ios")

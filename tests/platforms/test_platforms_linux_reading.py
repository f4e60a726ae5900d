"""What a Linux firewall shows, read: rulesets of other people too, and what is refused by name."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.linux_configs import HARDWARE
from support.linux_host import loaded, needs_nft

from govnet.config import changes as c
from govnet.config import reading
from govnet.config.filtering import Acl, Filter, Firewall, Nat, NatKind, Verdict
from govnet.config.hardware import Hardware
from govnet.config.model import Management
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, AggregationMode, Mirror, Port, Switchport, Vlan
from govnet.errors import RefusedError
from govnet.platforms.linux_nft import PLATFORM

if TYPE_CHECKING:
    from govnet.config.reading import Reading

FIXTURES = Path(__file__).parents[1] / "fixtures" / "linux_nft"
SAMPLES = Path(__file__).parents[3] / "shared" / "devices" / "samples" / "nftables"
BOX = PLATFORM.factory(HARDWARE)
GATE = Hardware("gate", "", ("v110", "v111", "v120", "wan0"))
WEB = ((80, 80), (443, 443))

GATEWAY = (FIXTURES / "gateway.txt").read_text()


def ruleset(text: str, hardware: Hardware = GATE) -> Reading:
    return PLATFORM.read("### nft -s list ruleset\n" + text, hardware)


def rules(*lines: str, policy: str = "drop") -> Reading:
    """Read a forward chain of govnet's table with these rules."""
    body = "\n".join(f"\t\t{line}" for line in lines)
    return ruleset(
        'table inet govnet {\n\tset z_a {\n\t\ttype ifname\n\t\telements = { "v110" }\n\t}\n'
        '\tset z_b {\n\t\ttype ifname\n\t\telements = { "v120" }\n\t}\n'
        f"\tchain forward {{\n\t\ttype filter hook forward priority filter; policy {policy};\n{body}\n\t}}\n"
        "\tchain a_b {\n\t\ttcp dport 22 accept\n\t}\n}\n"
    )


def test_a_gateway_that_somebody_else_set_up() -> None:
    found = ruleset(GATEWAY)
    deny = Filter(Verdict.DENY, incoming=("v110",), outgoing=("v111",))
    oa = IPv4Network("10.110.0.0/28")
    assert found.config.firewall == Firewall(
        {"prv": frozenset({"v110", "v111"}), "pub": frozenset({"v120"}), "wan0": frozenset({"wan0"})},
        {
            ("pub", "wan0"): (Filter(Verdict.PERMIT, "udp", ports=((53, 53),), comment="R-003"),),
            ("prv", "prv"): (
                replace(deny, verdict=Verdict.PERMIT, protocol="tcp", destinations=(oa,), ports=WEB, comment="R-001"),
                deny,
            ),
        },
    )
    assert found.unread == ()
    assert found.sources[reading.firewall_rule("prv", "prv", 0)].number == 28
    assert found.sources[reading.zone_interface("prv", "v111")].number == 3


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the captures are not on this machine")
@pytest.mark.parametrize("name", ["nft_list_ruleset.txt", "zone_gateway.nft"])
def test_captured_rulesets(name: str) -> None:
    found = ruleset((SAMPLES / name).read_text())
    assert found.config.firewall is not None
    assert found.config.firewall.pairs.keys() == {("prv", "prv"), ("pub", "inet")}
    assert [len(filters) for _, filters in sorted(found.config.firewall.pairs.items())] == [2, 3]
    assert (found.read_lines, len(found.unread)) == (17, 6)  # what the input chain lets in is not modelled


DISPATCH = "iifname @z_a oifname @z_b jump a_b"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("accept", Filter(Verdict.PERMIT)),
        ('iifname "v110" accept', Filter(Verdict.PERMIT, incoming=("v110",))),
        (
            "iifname @z_a tcp dport 3389 accept",
            Filter(Verdict.PERMIT, "tcp", ports=((3389, 3389),), incoming=("v110",)),
        ),
        (
            "ip saddr 10.0.0.0-10.0.0.255 ip daddr { 10.1.0.1, 10.2.0.0/16 } udp sport 53 drop",
            Filter(
                Verdict.DENY,
                "udp",
                (IPv4Network("10.0.0.0/24"),),
                (IPv4Network("10.1.0.1/32"), IPv4Network("10.2.0.0/16")),
                ((53, 53),),
            ),
        ),
        ("meta l4proto gre counter packets 1 bytes 2 accept", Filter(Verdict.PERMIT, "47")),
        ("ip protocol icmp accept", Filter(Verdict.PERMIT, "icmp")),
        ("meta nfproto ipv4 ct state new accept", Filter(Verdict.PERMIT)),
        ("icmp type { echo-request, echo-reply } accept", Filter(Verdict.PERMIT, "icmp")),
        ("limit rate 10/second burst 5 packets accept", Filter(Verdict.PERMIT)),
        ("tcp dport 22 reject with icmp port-unreachable", Filter(Verdict.DENY, "tcp", ports=((22, 22),))),
    ],
)
def test_rules_in_front_of_the_zones(line: str, expected: Filter) -> None:
    found = rules(line, DISPATCH)
    assert found.config.firewall is not None
    assert found.config.firewall.prelude == (expected,)
    assert found.config.firewall.pairs == {("a", "b"): (Filter(Verdict.PERMIT, "tcp", ports=((22, 22),)),)}
    assert found.sources[reading.prelude_rule(0)].text.strip() == line


@pytest.mark.parametrize(
    "line",
    [
        "ip6 saddr fe80::1 accept",
        "ip saddr != 10.0.0.0/8 drop",
        "icmp type echo-request drop",
        "limit rate over 10/second drop",
        "meta mark 0x1 accept",
        "tcp flags syn accept",
        'iifname "v110" jump a_b',
        "tcp dport 22 jump a_b",
        "ct state untracked drop",
        "ip saddr & 255.0.0.255 == 10.0.0.1 accept",
        "masquerade",
    ],
)
def test_a_rule_that_is_not_modelled_is_kept_with_its_number(line: str) -> None:
    found = rules(line, DISPATCH)
    assert [(kept.number, kept.text.strip()) for kept in found.unread] == [(13, line)]
    assert found.config.firewall is not None
    assert found.config.firewall.prelude == ()


def test_a_policy_that_accepts_is_a_permit_for_everybody() -> None:
    found = rules(DISPATCH, policy="accept")
    assert found.config.firewall is not None
    assert found.config.firewall.prelude == (Filter(Verdict.PERMIT),)
    assert [line.number for line in found.unread] == [12]
    assert rules(DISPATCH, "counter drop", policy="accept").config.firewall == Firewall(
        {"a": frozenset({"v110"}), "b": frozenset({"v120"})},
        {("a", "b"): (Filter(Verdict.PERMIT, "tcp", ports=((22, 22),)),)},
    )


def test_a_permit_after_the_zones_is_not_overlooked() -> None:
    found = rules(DISPATCH, "tcp dport 3389 accept", "counter drop")
    assert found.config.firewall is not None
    assert found.config.firewall.prelude == (Filter(Verdict.PERMIT, "tcp", ports=((3389, 3389),)),)


FOREIGN = """\
table ip docker {
	set names {
		type ifname
	}
	chain FORWARD {
		type filter hook forward priority 0; policy accept;
		iifname "docker0" accept
	}
	chain POSTROUTING {
		type nat hook postrouting priority srcnat; policy accept;
		masquerade
	}
}
"""


def test_a_foreign_table_beside_ours_is_kept_whole() -> None:
    ours = (
        "table inet govnet {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n"
    )
    found = ruleset(FOREIGN + ours)
    assert found.config.firewall == Firewall()
    assert [line.number for line in found.unread] == [3, 7, 8, 12]


def test_of_two_foreign_policies_none_is_believed() -> None:
    found = ruleset(FOREIGN + FOREIGN.replace("docker", "lxc"))
    assert found.config.firewall is None
    assert len(found.unread) == 8


SHOWN = (FIXTURES / "host.txt").read_text()


def test_the_outputs_of_a_host_are_read_together() -> None:
    found = PLATFORM.read(SHOWN, Hardware("fw", "", ("eth1", "eth3")))
    config = found.config
    assert (config.hostname, config.forwarding) == ("lx-adc-u-fw01", True)
    assert config.ports == {"eth1": Port("lx-adc-u-core01 1/1"), "eth3": Port(enabled=False)}
    assert config.aggregations == {0: Aggregation(frozenset({"eth1"}), "bond0", AggregationMode.ACTIVE_BACKUP)}
    sub = InterfaceKind.SUBINTERFACE
    assert config.interfaces == {
        "bond0.101": IpInterface(sub, (IPv4Interface("10.1.1.1/24"),), 101, "bond0"),
        "bond0.102": IpInterface(sub, (), 102, "bond0"),
    }
    assert config.routes == {
        StaticRoute(IPv4Network("0.0.0.0/0"), IPv4Address("10.1.1.254")),
        StaticRoute(IPv4Network("10.8.0.0/16"), None),
        StaticRoute(IPv4Network("10.9.9.9/32"), IPv4Address("10.1.1.3")),
    }
    assert config.firewall is None
    assert config.syslog == {IPv4Address("10.129.0.5")}
    assert config.snmp.location == "laixi adc"
    assert config.snmp.trap_receivers == {IPv4Address("10.129.0.6")}
    assert config.banner == ("keep out", "### no mark of ours", "", "last line")
    assert [line.number for line in found.unread] == [11, 12, 16, 22, 29]
    assert found.sources[reading.address("bond0.101")].number == 15


@pytest.mark.parametrize(
    ("output", "refused"),
    [
        ("", False),
        ("net.ipv4.ip_forward = 1\n", False),
        ("cat: /etc/issue.net: No such file or directory\n", False),
        ("RTNETLINK answers: File exists\n", True),
        ('Cannot find device "bond7"\n', True),
        ("Error: Nexthop has invalid gateway.\n", True),
        ("-bash: nftx: command not found\n", True),
        ("/dev/stdin:4:38-38: Error: syntax error, unexpected newline\n   iifname acept\n           ^\n", True),
        ("/dev/stdin:1:30-38: Error: Interface does not exist\n", True),
        ("netlink: Error: cache initialization failed: Operation not permitted\n", True),
        ("sysctl: permission denied on key 'net.ipv4.ip_forward'\n", True),
    ],
)
def test_a_refusal_is_recognised(output: str, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    answer = PLATFORM.refusal(output)
    assert (answer is not None) == refused
    assert answer is None or answer in output


PERMIT = Filter(Verdict.PERMIT)
NETS = IPv4Network("10.0.0.0/24"), IPv4Network("10.0.1.0/24")


def policy(rule: Filter) -> dict[str, object]:
    return {"firewall": Firewall(pairs={("a", "b"): (rule,)})}


REFUSED = [
    ({"vlans": {7: Vlan()}}, "VLAN 7"),
    ({"vrfs": {"red": Vrf()}}, "VRF red"),
    ({"acls": {"x": Acl((PERMIT,))}}, "ACL x"),
    ({"mirrors": {1: Mirror(frozenset({"eth1"}), "eth2")}}, "mirror 1"),
    ({"ports": {"eth9": Port()}}, "port eth9: this hisense-firewall has no such port"),
    ({"ports": {"eth1": Port(switchport=Switchport())}}, "sub-interfaces"),
    ({"aggregations": {0: Aggregation(frozenset({"eth1"}), "bond0")}}, "need active-backup"),
    ({"interfaces": {"vlan7": IpInterface(InterfaceKind.VLAN, (), 7)}}, "on a port or bond only"),
    ({"routes": frozenset({StaticRoute(IPv4Network("10.0.0.0/8"), IPv4Address("9.9.9.9"))})}, "no open interface"),
    ({"management": Management()}, "SSH is the only way in"),
    (policy(replace(PERMIT, protocol="17")), "protocol '17'"),
    (policy(replace(PERMIT, ports=((1, 2),))), "only tcp and udp have ports"),
    (policy(replace(PERMIT, sources=NETS)), "neighbours made one"),
    (policy(replace(PERMIT, sources=(IPv4Network("10.9.0.0/16"), *NETS[:1]))), "sorted"),
    (policy(replace(PERMIT, protocol="tcp", ports=((443, 443), (80, 80)))), "ports: nft keeps them sorted"),
    (policy(replace(PERMIT, comment='a "quote"')), "no quotes"),
    (policy(replace(PERMIT, comment="莱" * 43)), "127 bytes"),
    ({"firewall": Firewall({"Büro": frozenset({"bond0.51"})})}, "zone Büro"),
    ({"banner": ("EOF",)}, "end the text too early"),
    ({"hostname": "two words"}, "hostname"),
]


@pytest.mark.parametrize(("values", "words"), REFUSED)
def test_what_the_host_cannot_do_is_refused_by_name(values: dict[str, object], words: str) -> None:
    problems = PLATFORM.refuse(replace(BOX, **values), HARDWARE)  # type: ignore[arg-type]
    assert any(words in problem for problem in problems), problems


def test_the_factory_is_never_refused() -> None:
    assert PLATFORM.refuse(BOX, HARDWARE) == []


def test_a_host_has_no_words_for_a_vlan_or_for_closing_ssh() -> None:
    with pytest.raises(RefusedError, match="CreateVlan"):
        PLATFORM.say([c.CreateVlan(7, Vlan())], BOX)
    with pytest.raises(RefusedError, match="SetManagement"):
        PLATFORM.say([c.SetManagement(BOX.management, replace(BOX.management, ssh=False))], BOX)


@needs_nft
def test_rules_that_a_person_put_in_front_are_found_and_cleared() -> None:
    zoned = replace(BOX, firewall=Firewall({"mgt": frozenset({"bond0.51"})}))
    changes: list[c.Change] = [
        c.EnableFirewall(),
        c.SetFirewallZone("mgt", frozenset(), frozenset({"bond0.51"})),
        c.SetFirewallPair("mgt", "mgt", (), (PERMIT,)),
    ]
    enabled = [command.text for command in PLATFORM.say(changes, BOX) if command.text.startswith("nft ")]
    by_hand = 'nft insert rule inet govnet forward iifname "eth3" tcp dport 3389 accept'
    shown = loaded(*enabled, by_hand)
    hole = Filter(Verdict.PERMIT, "tcp", ports=((3389, 3389),), incoming=("eth3",))
    found = ruleset(shown, HARDWARE).config.firewall
    assert found == Firewall(zoned.firewall.zones, {("mgt", "mgt"): (PERMIT,)}, (hole,))  # type: ignore[union-attr]
    closing = PLATFORM.say([c.SetFirewallPrelude((hole,), ())], replace(BOX, firewall=found))
    shown = loaded(*enabled, by_hand, *(command.text for command in closing if command.text.startswith("nft ")))
    assert ruleset(shown, HARDWARE).config.firewall == replace(found, prelude=())


NAT = """\
table ip nat {
	chain pre {
		type nat hook prerouting priority dstnat; policy accept;
		iifname "eth3" tcp dport 8022 counter dnat to 10.3.0.11:22 comment "hole"
		iifname "eth3" udp dport 53 redirect
	}

	chain post {
		type nat hook postrouting priority srcnat; policy accept;
		oifname "eth3" ip saddr 10.1.0.0/16 snat to 10.9.0.2
		oifname "eth3" masquerade
	}
}
"""


def test_translation_is_known_and_stays_unread() -> None:
    """The listing is what nft 1.0.6 prints of these rules."""
    found = ruleset(NAT)
    outside, inside = ("eth3",), (IPv4Network("10.1.0.0/16"),)
    ssh = Filter(Verdict.PERMIT, "tcp", ports=((8022, 8022),), comment="hole", incoming=outside)
    assert found.nat == (
        Nat(NatKind.DESTINATION, ssh, IPv4Address("10.3.0.11"), 22),
        Nat(NatKind.DESTINATION, Filter(Verdict.PERMIT, "udp", ports=((53, 53),), incoming=outside)),
        Nat(NatKind.SOURCE, Filter(Verdict.PERMIT, sources=inside, outgoing=outside), IPv4Address("10.9.0.2")),
        Nat(NatKind.SOURCE, Filter(Verdict.PERMIT, outgoing=outside)),
    )
    assert [line.number for line in found.unread] == [5, 6, 11, 12]
    assert [found.sources[reading.nat(index)].number for index in range(4)] == [5, 6, 11, 12]


@pytest.mark.parametrize(
    "rule",
    [
        "dnat to 10.3.0.11-10.3.0.19",
        "ct state established dnat to 10.3.0.11",
        "icmp type echo-request dnat to 10.3.0.1",
        "accept",
    ],
)
def test_a_translation_that_cannot_be_told_exactly_is_told_not_at_all(rule: str) -> None:
    found = ruleset(NAT.replace('iifname "eth3" udp dport 53 redirect', rule))
    assert len(found.nat) == 3
    assert {4, 6} <= {line.number for line in found.unread}

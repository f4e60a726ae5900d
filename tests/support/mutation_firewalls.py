"""Mistakes at firewalls, and lines that harm nobody."""

from __future__ import annotations

from support.mutation_routers import T, at, instances
from support.mutation_switches import AGG, CORE, FLOOR, FW, FW2, TOWN
from support.mutations import By, Mutation

JH = "inet govnet prv_jh"


def nft(*words: str) -> tuple[str, ...]:
    """Return commands of nft on the table of the zones."""
    return tuple(f"nft {word}" for word in words)


FORWARD_8080 = (
    "nft add table ip nat",
    "nft 'add chain ip nat prerouting { type nat hook prerouting priority dstnat; }'",
    'nft add rule ip nat prerouting iifname "eth3" tcp dport 8080 dnat to 10.128.16.10',
)
FIREWALLS = (
    Mutation(
        "anything to anywhere",
        {FW: nft("insert rule inet govnet forward accept")},
        By.REACH, "tv>prv", FW, "accept",
    ),
    Mutation(
        "anything to anywhere on the standby",
        {FW2: nft("insert rule inet govnet forward accept")},
        By.REACH, "tv>prv", FW2, "accept",
    ),
    Mutation(
        "pair opened too wide",
        {FW: nft("add rule inet govnet prv_jh accept")},
        By.REACH, "prv>jh", FW, "accept",
    ),
    Mutation(
        "pair that is denied opened",
        {FW: nft('insert rule inet govnet forward iifname "bond0.100" oifname "bond0.200" tcp dport 445 accept')},
        By.REACH, "prv>pub", FW, "dport 445",
    ),
    Mutation(
        "permit before its deny",
        {FW: nft(f"insert rule {JH} tcp dport 22 drop", f"insert rule {JH} tcp dport 1-1023 accept")},
        By.REACH, "prv>jh", FW, "1-1023",
    ),
    Mutation(
        "deny shadowed by a wider permit",
        {FW: nft(f"add rule {JH} ip daddr 10.128.96.0/24 accept", f"add rule {JH} tcp dport 22 drop")},
        By.REACH, "prv>jh", FW, "10.128.96.0/24",
    ),
    Mutation(
        "permit that needs no session",
        {FW: nft("insert rule inet govnet forward tcp sport 443 accept")},
        By.REACH, "jh>prv", FW, "sport 443",
    ),
    Mutation(
        "stateless permit of what looks established",
        {FW: nft("insert rule inet govnet forward tcp flags ack accept")},
        By.UNSEEN, "jh>prv", FW, "flags",
    ),
    Mutation(
        "hole by address translation",
        {FW: (*FORWARD_8080, *nft('insert rule inet govnet forward iifname "eth3" tcp dport 8080 accept'))},
        By.REACH, "inet>prv", FW, "8080",
    ),
    Mutation(
        "interface in the wrong zone",
        {
            FW: nft(
                """'delete element inet govnet z_fac { "bond0.1100" }'""",
                """'add element inet govnet z_train { "bond0.1100" }'""",
            )
        },
        By.REACH, "train>fac", FW, "train>train",
    ),
    Mutation(
        "service closed",
        {FW: nft("flush chain inet govnet prv_jh")},
        By.REACH, "prv>jh", FW, "no rule from prv to jh",
    ),
    Mutation(
        "rules flushed",
        {FW: nft("flush ruleset")},
        By.REACH, "tv>prv", FW, "10.128.16.0/24 is connected",
    ),
    Mutation(
        "forwarding off",
        {FW: ("sysctl -w net.ipv4.ip_forward=0",)},
        By.REACH, "prv>jh", FW, "forwarding is off",
    ),
    Mutation(
        "gateway's interface deleted",
        {FW: ("ip link del bond0.103",)},
        By.REACH, "prv>prv", FW, "does not carry VLAN 103",
    ),
    Mutation(
        "wrong mask",
        {FW: ("ip address del 10.128.19.1/24 dev bond0.103", "ip address add 10.128.19.1/28 dev bond0.103")},
        By.REACH, "prv>prv", FW, "eth3",
    ),
    Mutation(
        "wrong gateway address",
        {FW: ("ip address del 10.128.19.1/24 dev bond0.103", "ip address add 10.128.19.9/24 dev bond0.103")},
        By.REACH, "prv>prv", FLOOR, "nobody serves VLAN 103",
    ),
    Mutation(
        "static route into another zone",
        {FW: ("ip route add 10.128.112.11/32 via 10.128.16.9",)},
        By.REACH, "pub>dmz", FW, "bond0.100",
    ),
    Mutation(
        "default route to the wrong neighbour",
        {FW: ("ip route replace default via 10.129.3.1",)},
        By.REACH, "pub>inet", FW, "eth4",
    ),
    Mutation(
        "firewall lets anybody log in",
        {FW: nft("insert rule inet govnet management accept")},
        By.UNSEEN, "prv>jh", FW, "accept is not understood",
    ),
)  # fmt: skip

HARMLESS = {
    "a translation that no rule lets through": {FW: FORWARD_8080},
    "an address on a floor switch without routing": {
        FLOOR: ("interface Vlan 203", "ip address 10.128.35.253 255.255.255.0", "exit")
    },
    "a port isolated from nobody": {TOWN: at(f"{T}1", "port-isolate enable group 9")},
    "a description": {TOWN: at(f"{T}7", "description counter 3")},
    "a port's name": {FLOOR: ("interface Ethernet ALL", 'name port 5 "reception"')},
    "a VLAN that nobody uses": {CORE: ("config vlan 3000 create byport 1 name spare",)},
    "routing instances that share nothing": {AGG: instances("65000:1", "65000:2")},
    "an access list that is bound nowhere": {TOWN: ("acl number 3001", "rule 5 permit ip", "quit")},
    "a deny of what is denied": {
        FW: nft('insert rule inet govnet forward iifname "bond0.100" oifname "bond0.200" drop')
    },
    "a permit of what is permitted": {
        FW: nft("insert rule inet govnet prv_jh ip daddr 10.128.96.11 tcp dport 443 accept")
    },
}

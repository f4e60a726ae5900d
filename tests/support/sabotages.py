"""Sabotages of Laixi, as somebody would type them, and what must be found of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING

from support.laixi import AGG, CORE, FIREWALL, TOWN, floor, network

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR3 = floor(3)
F1 = "tcp/443 to 10.128.96.11 in jh"
CONFIGURE = "configure terminal"
EVERY_PAIR = frozenset(f"{one}>{other}" for one, other in permutations(network().zones, 2))


@dataclass(frozen=True)
class Sabotage:
    """What somebody types, what it breaks, and what must be found.

    Attributes:
        typed: device -> lines.
        extra: pairs through which more gets than may.
        missing: pairs through which less gets than must; a pair may be in both.
        pair: the pair whose witness is looked at.
        packet: that witness's packet.
        hop: the device that lets it through or stops it.
        line: the line of its configuration that does so; empty where no line does.
        why: a part of that hop's words.
        plan: device -> what the plan says, change by change.
    """

    typed: Mapping[str, tuple[str, ...]]
    pair: str
    packet: str
    hop: str
    line: str
    why: str
    plan: Mapping[str, tuple[str, ...]]
    extra: frozenset[str] = field(default_factory=frozenset)
    missing: frozenset[str] = field(default_factory=frozenset)


def pairs(text: str) -> frozenset[str]:
    return frozenset(text.split())


SABOTAGES = {
    "floor port in another zone's VLAN": Sabotage(
        typed={
            FLOOR3: (
                CONFIGURE,
                "vlan members remove 103 5",
                "vlan members add 203 5",
                "vlan ports 5 pvid 203",
            )
        },
        extra=pairs("prv>pub pub>prv prv>inet prv>dmz"),
        missing=pairs("mgt>prv prv>mgt prv>prv prv>jh"),
        pair="prv>pub",
        packet="tcp 10.128.19.10:1024 -> 10.128.35.10:1",
        hop=FLOOR3,
        line="vlan ports 5,11-20 pvid 203",
        why="untagged frames of port 5 enter VLAN 203",
        plan={FLOOR3: ("port 5: access port of VLAN 103",)},
    ),
    "zone VLAN carried on to another town, where a host joins it": Sabotage(
        typed={
            AGG: ("system-view", "interface GigabitEthernet0/0/1", "port trunk allow-pass vlan 122"),
            TOWN: (
                "system-view",
                "vlan 122",
                "quit",
                "interface GigabitEthernet0/0/24",
                "port trunk allow-pass vlan 122",
                "quit",
                "interface GigabitEthernet0/0/7",
                "port default vlan 122",
            ),
        },
        extra=pairs("prv>pub pub>prv pub>jh"),
        missing=pairs("mgt>pub pub>mgt pub>pub pub>inet pub>dmz"),
        pair="pub>prv",
        packet="tcp 10.129.32.10:1024 -> 10.129.17.10:1",
        hop=AGG,
        line="port trunk allow-pass vlan 21 121 to 122 221 321 421 521",
        why="port GigabitEthernet0/0/1 is a member of VLAN 122",
        plan={
            AGG: ("port GigabitEthernet0/0/1: carry 21,121,221,321,421,521 tagged, drop untagged frames",),
            TOWN: (
                "port GigabitEthernet0/0/7: access port of VLAN 221",
                "port GigabitEthernet0/0/24: carry 21,121,221,321,421,521 tagged, drop untagged frames",
                "delete VLAN 122",
            ),
        },
    ),
    "two gateways on a core that route past the firewall": Sabotage(
        typed={
            CORE: (
                "config vlan 101 ip create 10.128.17.254/255.255.255.0",
                "config vlan 201 ip create 10.128.33.254/255.255.255.0",
            )
        },
        extra=pairs("prv>pub pub>prv"),
        pair="prv>pub",
        packet="tcp 10.128.17.10:1024 -> 10.128.33.10:1",
        hop=CORE,
        line="vlan 201 ip create 10.128.33.254/255.255.255.0 mac_offset 0",
        why="10.128.33.0/24 is connected to vlan201",
        plan={
            CORE: (
                "take the address 10.128.17.254/24 from vlan101",
                "take the address 10.128.33.254/24 from vlan201",
            )
        },
    ),
    "anything to anywhere on the firewall": Sabotage(
        typed={FIREWALL: ("nft insert rule inet govnet forward accept",)},
        extra=EVERY_PAIR,
        pair="tv>prv",
        packet="tcp 10.128.208.10:1024 -> 10.128.16.10:1",
        hop=FIREWALL,
        line="accept",
        why="rule 1 in front of the zone rules permits",
        plan={FIREWALL: ("clear the rules in front of the zone rules: permit anything",)},
    ),
    "a pair of zones opened too wide": Sabotage(
        typed={FIREWALL: ("nft add rule inet govnet prv_jh accept",)},
        extra=pairs("prv>jh"),
        pair="prv>jh",
        packet="tcp 10.128.16.10:1024 -> 10.128.96.10:1",
        hop=FIREWALL,
        line="accept",
        why="rule 2 from prv to jh permits",
        plan={FIREWALL: (f"let prv open {F1} instead of {F1} and anything in jh",)},
    ),
    "an interface in the wrong firewall zone": Sabotage(
        typed={
            FIREWALL: (
                'nft delete element inet govnet z_fac { "bond0.1100" }',
                'nft add element inet govnet z_train { "bond0.1100" }',
            )
        },
        extra=pairs("train>fac fac>train fac>inet"),
        pair="train>fac",
        packet="tcp 10.128.160.10:1024 -> 10.128.176.10:1",
        hop=FIREWALL,
        line='counter accept comment "A train>train"',
        why="from train to train permits",
        plan={
            FIREWALL: (
                "firewall zone train: bond0.1000 (was bond0.1000, bond0.1100)",
                "firewall zone fac: bond0.1100",
            )
        },
    ),
    "untagged frames of a trunk in one VLAN here, in another there": Sabotage(
        typed={
            CORE: (
                "config ethernet 1/3 untagged-frames-discard disable",
                "config ethernet 1/3 default-vlan-id 203",
            ),
            FLOOR3: (
                CONFIGURE,
                "vlan ports 49 tagging untagPvidOnly filter-untagged-frame disable",
                "vlan ports 49 pvid 103",
            ),
        },
        extra=pairs("prv>pub pub>prv prv>inet prv>dmz"),
        pair="prv>pub",
        packet="tcp 10.128.19.10:1024 -> 10.128.35.10:1",
        hop=CORE,
        line="ethernet 1/3 default-vlan-id 203",
        why="untagged frames of port 1/3 enter VLAN 203",
        plan={
            CORE: ("port 1/3: carry 51,103,203,303,403,503,803,903,1203,1303 tagged, drop untagged frames",),
            FLOOR3: ("port 49: carry 51,103,203,303,403,503,803,903,1203,1303 tagged, drop untagged frames",),
        },
    ),
    "a VLAN taken off both uplinks": Sabotage(
        typed={FLOOR3: (CONFIGURE, "vlan members remove 103 49-50")},
        missing=pairs("mgt>prv prv>mgt prv>prv prv>jh"),
        pair="prv>prv",
        packet="tcp 10.128.19.10:1024 -> 10.128.16.10:1",
        hop=FLOOR3,
        line="",
        why="lx-adc-u-acc03:49 does not carry VLAN 103, lx-adc-u-core01:1/3 carries VLAN 103 tagged",
        plan={
            FLOOR3: (
                "port 49: carry 51,103,203,303,403,503,803,903,1203,1303 tagged, drop untagged frames",
                "port 50: carry 51,103,203,303,403,503,803,903,1203,1303 tagged, drop untagged frames",
            )
        },
    ),
    "a VLAN deleted on the way to a town": Sabotage(
        typed={AGG: ("system-view", "undo vlan batch 122")},
        missing=pairs("mgt>prv prv>mgt prv>prv prv>jh"),
        pair="prv>prv",
        packet="tcp 10.129.17.10:1024 -> 10.128.16.10:1",
        hop="lx-wangcheng-u-ce01",
        line="",
        why="carries VLAN 122 tagged, lx-adc-u-agg01:GigabitEthernet0/0/2 does not carry VLAN 122",
        plan={AGG: ("create VLAN 122 prv-t02",)},
    ),
    "both uplinks of a floor shut": Sabotage(
        typed={FLOOR3: (CONFIGURE, "interface Ethernet 49-50", "shutdown")},
        missing=pairs(
            "mgt>mgt prv>jh pub>inet pub>dmz inet>dmz health>jh just>jh train>inet dmz>inet"
            " mgt>prv mgt>pub mgt>stat mgt>agri mgt>health mgt>just mgt>voice mgt>tv"
            " prv>mgt pub>mgt stat>mgt agri>mgt health>mgt just>mgt voice>mgt tv>mgt"
            " prv>prv pub>pub inet>inet stat>stat agri>agri health>health just>just voice>voice tv>tv"
        ),
        pair="mgt>mgt",
        packet="tcp 10.129.2.201:1024 -> 10.129.2.43:22",
        hop=CORE,
        line="",
        why="lx-adc-u-core01:1/3 carries VLAN 51 tagged, lx-adc-u-acc03:49 is shut",
        plan={FLOOR3: ("port 49: open it", "port 50: open it")},
    ),
}

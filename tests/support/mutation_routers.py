"""Mistakes at aggregation and town switches, in the words that people type there."""

from __future__ import annotations

from support.mutation_switches import AGG, TOWN
from support.mutations import By, Mutation

T = "GigabitEthernet0/0/"


def at(port: str, *lines: str) -> tuple[str, ...]:
    """Return lines typed at an interface of a VRP switch."""
    return (f"interface {port}", *lines, "quit")


def vrf(name: str, target: str) -> tuple[str, ...]:
    """Return a VPN instance with one route target both ways."""
    number = {"prv": 1, "pub": 2}[name]
    return (
        f"ip vpn-instance {name}",
        "ipv4-family",
        f"route-distinguisher 65000:{number}",
        f"vpn-target {target} both",
        "quit",
        "quit",
    )


def leg(vlan: int, address: str, instance: str = "") -> tuple[str, ...]:
    """Return an address in a VLAN, in a VPN instance or in none."""
    binding = (f"ip binding vpn-instance {instance}",) if instance else ()
    return at(f"Vlanif {vlan}", *binding, f"ip address {address} 255.255.255.0")


def hybrid(port: str, own: int, other: int) -> tuple[str, ...]:
    """Return lines that make a port of one VLAN an untagged member of another as well."""
    leave = ("undo port default vlan", "port link-type hybrid", "undo port hybrid vlan 1")
    return at(f"{T}{port}", *leave, f"port hybrid pvid vlan {own}", f"port hybrid untagged vlan {own} {other}")


def instances(*targets: str) -> tuple[str, ...]:
    """Return two routing instances with these route targets, each with a leg in its town's VLAN."""
    return (
        *vrf("prv", targets[0]),
        *vrf("pub", targets[-1]),
        *leg(121, "10.129.16.254", "prv"),
        *leg(221, "10.129.32.254", "pub"),
    )


TOWNS = (
    Mutation(
        "town's port in another zone's VLAN",
        {TOWN: at(f"{T}7", "port default vlan 121")},
        By.REACH, "pub>prv", TOWN, "port default vlan 121",
    ),
    Mutation(
        "wrong VLAN on a town's circuit",
        {
            AGG: at(f"{T}1", "port trunk allow-pass vlan 122"),
            TOWN: (
                "vlan 122", "quit",
                *at(f"{T}24", "port trunk allow-pass vlan 122"),
                *at(f"{T}7", "port default vlan 122"),
            ),
        },
        By.REACH, "pub>prv", AGG, "port trunk allow-pass vlan",
    ),
    Mutation(
        "native VLANs differ over a town's circuit",
        {
            AGG: at(f"{T}1", "port trunk pvid vlan 221"),
            TOWN: at(f"{T}24", "port trunk pvid vlan 121"),
        },
        By.REACH, "prv>pub", AGG, "port trunk pvid vlan 221",
    ),
    Mutation(
        "two LANs joined by hybrid ports",
        {TOWN: (*hybrid("1", 121, 221), *hybrid("7", 221, 121))},
        By.REACH, "prv>pub", TOWN, "port hybrid",
    ),
    Mutation(
        "gateways of two zones on a town switch",
        {TOWN: (*leg(121, "10.129.16.254"), *leg(221, "10.129.32.254"))},
        By.REACH, "pub>prv", TOWN, "ip address 10.129.16.254",
    ),
    Mutation(
        "gateways of two zones on the aggregation switch",
        {AGG: (*leg(121, "10.129.16.254"), *leg(221, "10.129.32.254"))},
        By.REACH, "prv>pub", AGG, "ip address 10.129.32.254",
    ),
    Mutation(
        "a zone's leg on the switch that routes management",
        {AGG: leg(121, "10.129.16.254")},
        By.REACH, "prv>mgt", AGG, "",
    ),
    Mutation(
        "routing instances leak by a route target",
        {AGG: instances("65000:1")},
        By.REACH, "prv>pub", AGG, "10.129.32.0/24",
    ),
    Mutation(
        "routing instances leak by a static route",
        {
            TOWN: (*leg(121, "10.129.16.253"), *leg(221, "10.129.32.253")),
            AGG: (
                *vrf("prv", "65000:1"),
                *leg(122, "10.129.17.254", "prv"),
                *leg(121, "10.129.16.254", "prv"),
                "ip route-static vpn-instance prv 10.129.32.0 255.255.255.0 10.129.16.253",
            ),
        },
        By.REACH, "prv>pub", TOWN, "10.129.32",
    ),
    Mutation(
        "zone's VLAN deleted on the way to a town",
        {AGG: ("undo vlan batch 122",)},
        By.REACH, "prv>prv", AGG, "does not carry VLAN 122",
    ),
    Mutation(
        "town's uplink an access port",
        {
            TOWN: at(
                f"{T}24",
                "undo port trunk allow-pass vlan 21 121 221 321 421 521",
                "port trunk allow-pass vlan 1",
                "port link-type access",
            )
        },
        By.REACH, "prv>prv", TOWN, "does not carry VLAN 121",
    ),
    Mutation(
        "town's default route gone",
        {TOWN: ("undo ip route-static 0.0.0.0 0.0.0.0 10.129.0.5",)},
        By.REACH, "mgt>mgt", TOWN, "no route to 10.129.2.201",
    ),
    Mutation(
        "traffic filter on a town's port",
        {
            TOWN: (
                "acl number 3000",
                "rule 5 deny ip destination 10.128.96.0 0.0.0.255",
                "quit",
                *at(f"{T}1", "traffic-filter inbound acl 3000"),
            )
        },
        By.UNSEEN, "prv>jh", TOWN, "3000",
    ),
    Mutation(
        "trunk carries more than its towns",
        {AGG: at(f"{T}1", "port trunk allow-pass vlan 121 to 136")},
        By.CONFIG, "", AGG, "GigabitEthernet0/0/1",
    ),
    Mutation(
        "management list taken off the sessions",
        {TOWN: ("user-interface vty 0 4", "undo acl 2999 inbound", "quit")},
        By.CONFIG, "", TOWN, "10.129.2.201",
    ),
    Mutation(
        "management list bound the wrong way round",
        {TOWN: ("user-interface vty 0 4", "undo acl 2999 inbound", "acl 2999 outbound", "quit")},
        By.CONFIG, "", TOWN, "10.129.2.201",
    ),
    Mutation(
        "port isolation removed",
        {TOWN: at(f"{T}13", "undo port-isolate enable group 1")},
        By.REACH, "inet>inet", TOWN, "VLAN 321",
    ),
    Mutation(
        "port isolation in another group",
        {TOWN: at(f"{T}13", "undo port-isolate enable group 1", "port-isolate enable group 2")},
        By.REACH, "inet>inet", TOWN, "VLAN 321",
    ),
    Mutation(
        "port isolation where hosts should meet",
        {TOWN: (*at(f"{T}1", "port-isolate enable group 1"), *at(f"{T}2", "port-isolate enable group 1"))},
        By.REACH, "prv>prv", TOWN, "is in isolation group 1",
    ),
    Mutation("Telnet of a town on", {TOWN: ("telnet server enable",)}, By.CONFIG, "", TOWN, "telnet off"),
)  # fmt: skip

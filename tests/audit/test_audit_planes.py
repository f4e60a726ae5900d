"""The rules on planes as physical worlds: a passing and a failing example of each, and what makes them unknown."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.audits import (
    EMPTY,
    FILE,
    INNER,
    NOON,
    OUTER,
    Case,
    ago,
    declaring,
    edited,
    evidence,
    judged,
    levelled,
    recorded,
    routed,
    table,
    unread,
    verdicts,
    with_address,
    with_rules,
)
from support.isolation import device, hall

from govnet.audit import Evidence
from govnet.audit.tables import (
    ArpEntry,
    Bearer,
    Move,
    Neighbour,
    OtherPlane,
    Registered,
    RunRecord,
    Sight,
    Station,
)
from govnet.config.filtering import Filter
from govnet.config.filtering import Verdict as Decision
from govnet.config.switching import Vlan
from govnet.network.declared import Exchange
from govnet.network.model import Plane
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from govnet.network.model import Network

SERIALS = replace(OUTER, devices={n: replace(d, serial=f"S-{n}") for n, d in OUTER.devices.items()})
MAC = "00:1a:64:00:00:01"
PAIR = "n qh + w hand"
LOOKED = {"neighbours": dict.fromkeys(OUTER.devices, ()), "fdb": dict.fromkeys(OUTER.devices, ())}

SEEN = {"core": (table("0.0.0.0/0 static 10.65.0.1", "10.65.0.0/24 connected", "127.0.0.0/8 connected"),)}
BY_FIREWALL = Registered("portal", "firewall-permit", "office", "2008-017")


def inner_plane(**told: object) -> tuple[OtherPlane, ...]:
    return (replace(OtherPlane("qh", Plane.INNER), **told),)  # type: ignore[arg-type]  # names of the class


def borne(device: str, identity: str) -> dict[str, tuple[Bearer, ...]]:
    return {identity: (Bearer(device, "the inventory"),)}


def seen_there(mac: str = MAC, days: float = 1) -> dict[str, tuple[Sight, ...]]:
    return {mac: (Sight("qh-acc:2/14", ago(days=days)),)}


def with_prometheus(address: str) -> Network:
    prometheus = replace(device("prom", "nms", "", address), plane=Plane.OUTER)
    return replace(OUTER, devices={**OUTER.devices, "prom": prometheus})


def learned(port: str, mac: str = MAC, days: float = 1) -> dict[str, tuple[Station, ...]]:
    return {**LOOKED["fdb"], "acc": (Station(mac, port, 101, ago(days=days)),)}


def exchanging(mechanism: str, approval: str = "2008-017") -> Evidence:
    record = Exchange("approvals", ("n", "w"), mechanism, "办公厅", approval, FILE)
    return evidence(declaring(OUTER, exchanges=(record,)))


CASES = [
    # No device serves two planes.
    Case("ISO-01", "own VLANs", lambda: evidence(OUTER, configs=EMPTY), {"core": "pass"}),
    Case(
        "ISO-01",
        "a VLAN of the other plane",
        lambda: evidence(OUTER, configs={**EMPTY, "core": replace(EMPTY["core"], vlans={110: Vlan(), 210: Vlan()})}),
        {"core": "fail", "acc": "pass"},
    ),
    Case(
        "ISO-01",
        "an address of the other plane",
        lambda: evidence(OUTER, configs={**EMPTY, "core": with_address(EMPTY["core"], 5, "10.96.2.9/24")}),
        {"core": "fail"},
    ),
    Case("ISO-01", "not read", lambda: evidence(OUTER), {"core": "unknown", "other planes": "unknown"}),
    Case(
        "ISO-01",
        "one serial in two planes",
        lambda: evidence(SERIALS, configs=EMPTY, planes=inner_plane(hardware=borne("qh-core", "S-core"))),
        {"core + qh-core": "fail", PAIR: None},
    ),
    Case(
        "ISO-01",
        "serials apart",
        lambda: evidence(SERIALS, configs=EMPTY, planes=inner_plane(hardware=borne("qh-core", "S-other"))),
        {PAIR: "pass"},
    ),
    Case(
        "ISO-01",
        "serials unknown",
        lambda: evidence(OUTER, configs=EMPTY, planes=inner_plane(hardware=borne("qh-core", "S-other"))),
        {"w hand": "unknown", PAIR: None},
    ),
    Case(
        "ISO-01",
        "serials unknown there",
        lambda: evidence(SERIALS, configs=EMPTY, planes=inner_plane(nameless=("qh-acc07",))),
        {"n qh": "unknown", PAIR: None},
    ),
    Case(
        "ISO-01",
        "one name in both inventories",
        lambda: evidence(SERIALS, configs=EMPTY, planes=inner_plane(devices={"core": "core"})),
        {"core": "fail"},
    ),
    Case("ISO-01", "one plane only", lambda: evidence(hall(), configs=EMPTY), {"hand": "not_applicable"}),
    # No link joins two planes.
    Case("ISO-02", "nothing heard", lambda: evidence(OUTER), {"cables": "pass", "other planes": "unknown"}),
    Case(
        "ISO-02",
        "a patch to the other plane",
        lambda: evidence(
            OUTER,
            neighbours={"acc": (Neighbour("48", "aa", "qh-acc07"),)},
            planes=inner_plane(devices={"qh-acc07": "acc"}),
        ),
        {"acc:48 - qh-acc07": "fail"},
    ),
    Case(
        "ISO-02",
        "a chassis of the other plane",
        lambda: evidence(
            OUTER, neighbours={"acc": (Neighbour("48", "aa"),)}, planes=inner_plane(hardware=borne("qh-acc07", "aa"))
        ),
        {"acc:48 - qh-acc07": "fail"},
    ),
    Case(
        "ISO-02",
        "own neighbours",
        lambda: evidence(
            OUTER, neighbours={**LOOKED["neighbours"], "acc": (Neighbour("49", "bb", "core"),)}, planes=inner_plane()
        ),
        {PAIR: "pass"},
    ),
    Case(
        "ISO-02",
        "a table that nobody read there",
        lambda: evidence(OUTER, **LOOKED, planes=inner_plane(unseen={"NEIGHBOURS": ("the neighbour table of x",)})),
        {"n qh": "unknown", PAIR: None},
    ),
    Case(
        "ISO-02",
        "a cable declared",
        lambda: evidence(replace(OUTER, links=(replace(OUTER.links[0], plane=Plane.INNER), *OUTER.links[1:]))),
        {"cables": "fail"},
    ),
    # Every neighbour is in the inventory.
    Case(
        "ISO-03",
        "as cabled, and a stranger",
        lambda: evidence(
            OUTER,
            neighbours={
                "acc": (Neighbour("49", "aa", "core", "1"),),
                "core": (Neighbour("1", "bb", "acc", "49"), Neighbour("12", "cc")),
            },
        ),
        {"acc": "pass", "core": "fail", "neighbour tables": "unknown"},
    ),
    Case(
        "ISO-03",
        "two that speak nothing in common",
        lambda: evidence(
            OUTER,
            neighbours={
                "acc": (Neighbour("48", "aa", protocol="sonmp"),),
                "core": (Neighbour("1", "bb", "acc", "49", "lldp"),),
            },
        ),
        {"acc": "fail", "core": "pass"},
    ),
    Case(
        "ISO-03",
        "one that should be heard is not",
        lambda: evidence(OUTER, neighbours={"acc": (), "core": (Neighbour("1", "bb", "acc", "49"),)}),
        {"acc": "fail", "core": "pass"},
    ),
    Case(
        "ISO-03",
        "the wrong port",
        lambda: evidence(OUTER, neighbours={"acc": (Neighbour("49", "aa", "core", "7"),)}),
        {"acc": "fail"},
    ),
    # No endpoint in two planes.
    Case(
        "ISO-04",
        "seen on both",
        lambda: evidence(OUTER, fdb=learned("1"), planes=inner_plane(stations=seen_there())),
        {MAC: "fail", PAIR: None},
    ),
    Case(
        "ISO-04",
        "on an uplink here",
        lambda: evidence(OUTER, fdb=learned("49"), planes=inner_plane(stations=seen_there())),
        {MAC: "fail"},
    ),
    Case(
        "ISO-04",
        "moved, and stayed there",
        lambda: evidence(
            OUTER,
            fdb=learned("1", days=9),
            planes=inner_plane(stations=seen_there(), moves=(Move(MAC, Plane.OUTER, Plane.INNER, "2008-017"),)),
        ),
        {MAC: "pass", PAIR: "pass"},
    ),
    Case(
        "ISO-04",
        "approved exchange",
        lambda: evidence(recorded(OUTER, "ISO-04", MAC), fdb=learned("1"), planes=inner_plane(stations=seen_there())),
        {MAC: "pass"},
    ),
    Case(
        "ISO-04",
        "too long ago",
        lambda: evidence(OUTER, fdb=learned("1", days=32), planes=inner_plane(stations=seen_there())),
        {PAIR: "pass", MAC: None},
    ),
    Case(
        "ISO-04",
        "a virtual router",
        lambda: evidence(
            OUTER,
            fdb=learned("49", "00:00:5e:00:01:01"),
            planes=inner_plane(stations=seen_there("00:00:5e:00:01:01")),
        ),
        {PAIR: "pass"},
    ),
    Case("ISO-04", "no other plane", lambda: evidence(OUTER, fdb=learned("1")), {"other planes": "unknown"}),
    # Addresses stay in their plane.
    Case(
        "ISO-05",
        "own addresses",
        lambda: evidence(OUTER, configs=EMPTY, arp={"core": (ArpEntry(IPv4Address("10.1.2.3"), MAC),)}, routes={}),
        {"core": "pass"},
    ),
    Case(
        "ISO-05",
        "an ARP entry of the other plane",
        lambda: evidence(OUTER, configs=EMPTY, arp={"core": (ArpEntry(IPv4Address("10.96.2.9"), MAC),)}),
        {"core": "fail", "acc": "pass", "routes": "unknown"},
    ),
    Case(
        "ISO-05",
        "a route of the other plane",
        lambda: evidence(OUTER, configs=routed("10.96.0.0/16", "10.1.0.1")),
        {"core": "fail", "arp": "unknown"},
    ),
    Case(
        "ISO-05",
        "a rule of the other plane",
        lambda: evidence(
            OUTER,
            configs=edited(
                "fw",
                lambda c: with_rules(c, ("prv", "jh"), Filter(Decision.PERMIT, sources=(IPv4Network("10.96.0.0/24"),))),
            ),
        ),
        {"fw": "fail"},
    ),
    Case(
        "ISO-05",
        "a prefix that another network declares",
        lambda: evidence(
            OUTER,
            configs=routed("172.20.1.0/24", "10.1.0.1"),
            planes=inner_plane(prefixes=(IPv4Network("172.20.0.0/16"),)),
        ),
        {"core routes": "fail"},
    ),
    # The inner network has no way out.
    Case(
        "ISO-06",
        "inside, or nowhere",
        lambda: evidence(INNER, configs=routed("0.0.0.0/0", None), routes=SEEN),
        {"core": "pass", "acc": "pass"},
    ),
    Case(
        "ISO-06",
        "to the centre",
        lambda: evidence(INNER, configs=routed("0.0.0.0/0", "10.65.0.1"), routes=SEEN),
        {"core": "pass"},
    ),
    Case("ISO-06", "out", lambda: evidence(INNER, configs=routed("0.0.0.0/0", "203.0.113.1")), {"core": "fail"}),
    Case("ISO-06", "abroad", lambda: evidence(INNER, configs=routed("8.8.8.0/24", "10.65.0.1")), {"core": "fail"}),
    Case(
        "ISO-06",
        "translation",
        lambda: Evidence(INNER, NOON, readings={"core": unread(EMPTY["core"], "nat outbound 2000")}),
        {"core": "fail", "acc": "unknown"},
    ),
    Case(
        "ISO-06",
        "a tunnel nobody understood",
        lambda: Evidence(INNER, NOON, readings={"core": unread(EMPTY["core"], "interface Tunnel0/0/1")}),
        {"core": "unknown"},
    ),
    Case(
        "ISO-06",
        "a learned default route",
        lambda: evidence(
            INNER,
            configs=EMPTY,
            routes={"core": (table("0.0.0.0/0 ospf 203.0.113.1"),)},
        ),
        {"core": "fail"},
    ),
    # Tools stay in their plane.
    Case(
        "ISO-07",
        "one Prometheus in two planes",
        lambda: evidence(
            replace(
                OUTER,
                devices={**OUTER.devices, "prom": replace(device("prom", "nms", "", "10.0.51.9"), plane=Plane.OUTER)},
            ),
            planes=inner_plane(devices={"prom": "nms"}),
            runs=(),
        ),
        {"prom": "fail"},
    ),
    Case(
        "ISO-07",
        "a leg outside",
        lambda: evidence(
            with_prometheus("10.124.0.9"),
        ),
        {"prom": "fail", "runs": "unknown"},
    ),
    Case(
        "ISO-07",
        "runs",
        lambda: evidence(
            OUTER,
            runs=(
                RunRecord("r1", ago(days=1), devices=frozenset({"core"}), planes=frozenset({Plane.OUTER})),
                RunRecord("r2", ago(days=1), planes=frozenset({Plane.OUTER, Plane.INNER})),
                RunRecord("r3", ago(days=1), devices=frozenset({"core", "qh-core"})),
            ),
        ),
        {"run r1": "pass", "run r2": "fail", "run r3": "fail"},
    ),
    # Data crosses offline.
    Case("ISO-08", "by removable media", lambda: exchanging("removable-media"), {"approvals": "pass"}),
    Case("ISO-08", "by a firewall", lambda: exchanging("firewall"), {"approvals": "fail"}),
    Case("ISO-08", "without approval", lambda: exchanging("removable-media", ""), {"approvals": "fail"}),
    Case(
        "ISO-08",
        "registered there, through a firewall",
        lambda: evidence(declaring(OUTER, exchanges=()), planes=inner_plane(exchanges=(BY_FIREWALL,))),
        {"portal": "fail", PAIR: None},
    ),
    Case(
        "ISO-08",
        "nobody wrote a register there",
        lambda: evidence(declaring(OUTER, exchanges=()), planes=inner_plane()),
        {"n qh": "unknown", PAIR: None},
    ),
    Case("ISO-08", "nobody wrote", lambda: evidence(OUTER), {"hand": "unknown"}),
]


@pytest.mark.parametrize("rule", ["ISO-01", "ISO-02", "ISO-04", "ISO-05", "ISO-06", "ISO-07", "ISO-08"])
@pytest.mark.parametrize("network", [INNER, OUTER], ids=["inner", "outer"])
def test_physical_isolation_is_asked_at_any_protection_level(rule: str, network: Network) -> None:
    """The plan for the province asks for it, and knows no levels."""
    judged_alike = [set(verdicts(rule, evidence(one, configs=EMPTY))) for one in (network, levelled(network, 2))]
    assert judged_alike[0] == judged_alike[1]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_planes(case: Case) -> None:
    case.hold()


def test_exchanges_that_a_policy_asks_for() -> None:
    cell = replace(OUTER.policy["prv", "jh"], action=Action.OFFLINE, permits=())
    network = replace(OUTER, policy={**OUTER.policy, ("prv", "jh"): cell})
    assert {f.object: str(f.verdict) for f in judged("ISO-08", evidence(declaring(network, exchanges=())))} == {
        "policy": "fail",
        "other planes": "unknown",
    }

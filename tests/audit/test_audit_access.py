"""The rules on access control: a passing and a failing example of each, and what makes them unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.audits import (
    NOON,
    Case,
    ago,
    edited,
    evidence,
    judged,
    on_plane,
    recorded,
    renamed,
    unread,
    with_rules,
)
from support.isolation import hall, hall_configs

from govnet.audit import Evidence, Verdict
from govnet.audit.permits import RuleLine, useless
from govnet.audit.tables import Sample
from govnet.config.filtering import Acl, AclBinding, Filter
from govnet.config.filtering import Verdict as Decision
from govnet.config.routing import InterfaceKind, IpInterface
from govnet.config.switching import Port, Switchport
from govnet.network.model import Plane
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from govnet.network.model import Network

SERVER = (IPv4Network("10.3.0.11/32"),)
PRV = (IPv4Network("10.1.0.0/24"), IPv4Network("10.1.1.0/24"), IPv4Network("10.1.21.0/24"))
WEB = Filter(Decision.PERMIT, "tcp", (), SERVER, ports=((443, 443),))
ANY = Filter(Decision.PERMIT)
ONE_HOST = Filter(Decision.PERMIT, destinations=SERVER)
PAIR = ("prv", "jh")
DENY = Filter(Decision.DENY, log=True)
SMB = Filter(Decision.PERMIT, "tcp", (), SERVER, ports=((445, 445),))


def switch(default: Decision, *lines: Filter) -> Evidence:
    """Return evidence in which the core has an ACL at work."""
    binding = AclBinding("guard", "vlan101", "in", default)
    configs = edited("core", lambda c: replace(c, acls={"guard": Acl(lines)}, bindings=frozenset({binding})))
    return evidence(hall(), configs=configs)


def firewall(pair: tuple[str, str], *lines: Filter) -> Evidence:
    return evidence(approved(), configs=edited("fw", lambda c: with_rules(c, pair, *lines)))


def from_internet(target: str) -> Evidence:
    """Return a firewall that lets the web from anywhere into a zone."""
    network, configs = renamed(pub="inet", jh="dmz")
    wide = with_rules(configs["fw"], ("inet", target), Filter(Decision.PERMIT, "tcp", ports=((443, 443),)))
    return evidence(network, configs={**configs, "fw": wide})


def approved(review: date | None = date(2009, 1, 1), owner: str = "中心") -> Network:
    """Return the hall with approval, owner and review date on every cell that permits."""
    network = hall()
    cells = {
        pair: replace(cell, approval="2008-001", owner=owner, review=review) if cell.permits else cell
        for pair, cell in network.policy.items()
    }
    return replace(network, policy=cells)


def open_firewall() -> Evidence:
    return evidence(hall(), configs=edited("fw", lambda c: replace(c, firewall=None)))


def apart(*rules: Filter) -> Evidence:
    """Return evidence on a firewall with rules of a zone for itself, the segments of which the matrix keeps apart."""
    network = hall()
    own = replace(network.policy["prv", "prv"], action=Action.DENY, permits=())
    configs = hall_configs()
    configs["fw"] = with_rules(configs["fw"], ("prv", "prv"), *rules)
    return evidence(replace(network, policy={**network.policy, ("prv", "prv"): own}), configs=configs)


def joined() -> Evidence:
    """Return evidence on a floor switch with a port of two zones: frames cross there without any rule list."""
    both = Port(switchport=Switchport(frozenset({101, 201}), frozenset(), 101))
    return evidence(hall(), configs=edited("acc", lambda c: replace(c, ports={**c.ports, "1": both})))


def hits(now: float) -> tuple[Sample, ...]:
    label = {"rule": "prv>jh 1"}
    return tuple(Sample("rule_hits_total", "fw", n, at, label) for n, at in ((5.0, ago(days=91)), (now, NOON)))


def edge(*lines: str, platform: str = "huawei_vrp") -> Evidence:
    """Return evidence in which the bureau's circuit ends on a router whose text has these lines."""
    network, configs = hall(), hall_configs()
    upstream = replace(network.upstreams[0], end=replace(network.upstreams[0].end, device="ce", port="3"))
    devices = {**network.devices, "ce": replace(network.devices["ce"], platform=platform)}
    wan = {"wan": IpInterface(InterfaceKind.PORT, (IPv4Interface("10.9.0.2/30"),), parent="3")}
    read = unread(replace(configs["ce"], interfaces=wan), *lines)
    return Evidence(replace(network, upstreams=(upstream,), devices=devices), NOON, readings={"ce": read})


def sourced() -> Evidence:
    """Return a firewall whose every permit names sources of its own zone."""
    network = hall()
    pair = ("prv", "jh")
    config = hall_configs()["fw"]
    assert config.firewall
    own = replace(config.firewall, pairs={pair: (replace(WEB, sources=PRV),)})
    return evidence(network, configs={"fw": replace(config, firewall=own)})


def departments(*lines: Filter) -> Evidence:
    network, configs = renamed(prv="gong", jh="dishui")
    fw = with_rules(configs["fw"], ("gong", "dishui"), *lines)
    closed = {
        pair: replace(cell, action="D", permits=()) for pair, cell in network.policy.items() if len(set(pair)) > 1
    }
    made = replace(network, policy={**network.policy, **closed})
    return evidence(on_plane(made, Plane.OUTER), configs={**configs, "fw": fw})


CASES = [
    Case("ACL-01", "a zone policy", lambda: evidence(hall(), configs=hall_configs()), {"fw": "pass"}),
    Case("ACL-01", "no policy on a firewall", open_firewall, {"fw": "fail"}),
    Case("ACL-01", "not read", lambda: evidence(hall(), configs={}), {"fw": "unknown"}),
    Case(
        "ACL-01",
        "deny any any log",
        lambda: switch(Decision.PERMIT, WEB, DENY),
        {"core:vlan101 guard in": "pass"},
    ),
    Case(
        "ACL-01",
        "an implicit permit",
        lambda: switch(Decision.PERMIT, WEB),
        {"core:vlan101 guard in": "fail"},
    ),
    Case(
        "ACL-01",
        "a silent drop",
        lambda: switch(Decision.DENY, WEB),
        {"core:vlan101 guard in": "fail"},
    ),
    Case("ACL-02", "narrow", lambda: firewall(PAIR, WEB), {"fw": "pass"}),
    Case("ACL-02", "any any", lambda: firewall(PAIR, ANY), {"fw": "fail"}),
    Case(
        "ACL-02",
        "two whole zones, any service",
        lambda: firewall(PAIR, replace(ANY, sources=PRV)),
        {"fw": "fail"},
    ),
    Case("ACL-02", "a zone within itself", lambda: firewall(("prv", "prv"), ANY), {"fw": "pass"}),
    Case("ACL-02", "a zone whose segments are kept apart", lambda: apart(ANY), {"fw": "fail"}),
    Case(
        "ACL-02",
        "one host, any service",
        lambda: firewall(PAIR, replace(ANY, destinations=SERVER)),
        {"fw": "pass"},
    ),
    Case(
        "ACL-02",
        "on a switch",
        lambda: switch(Decision.DENY, ANY),
        {"core": "fail", "fw": "pass"},
    ),
    Case(
        "ACL-03",
        "each decides",
        lambda: firewall(PAIR, WEB, SMB),
        {"fw": "pass", "fw hit counters": "unknown"},
    ),
    Case("ACL-03", "shadowed", lambda: firewall(PAIR, replace(WEB, ports=((1, 1000),)), WEB), {"fw": "fail"}),
    Case("ACL-03", "redundant", lambda: firewall(PAIR, WEB, replace(WEB, ports=((1, 1000),))), {"fw": "fail"}),
    Case(
        "ACL-03",
        "hit",
        lambda: evidence(hall(), configs=hall_configs(), samples=hits(6)),
        {"fw hit counters": "pass"},
    ),
    Case(
        "ACL-03",
        "never hit",
        lambda: evidence(hall(), configs=hall_configs(), samples=hits(5)),
        {"fw hit counters": "fail"},
    ),
    Case("ACL-04", "a zone policy", lambda: evidence(hall(), configs=hall_configs()), {"fw": "pass"}),
    Case("ACL-04", "none", open_firewall, {"fw": "fail"}),
    Case(
        "ACL-04",
        "established on a switch",
        lambda: switch(Decision.DENY, replace(ANY, protocol="tcp", established=True)),
        {"core": "fail"},
    ),
    Case("ACL-05", "on record", lambda: evidence(recorded(hall(), "ACL-05")), {"hand": "pass"}),
    Case("ACL-05", "not on record", lambda: evidence(hall()), {"hand": "unknown"}),
    Case(
        "ACL-06",
        "a cell with approval",
        lambda: evidence(approved(), configs=hall_configs()),
        {"service F": "pass", "service M": "pass", "service T": "pass"},
    ),
    Case("ACL-06", "no cell", lambda: firewall(("pub", "jh"), WEB), {"fw pub>jh rule 1": "fail"}),
    Case("ACL-06", "wider than its cell", lambda: firewall(PAIR, WEB, SMB), {"fw prv>jh rule 2": "fail"}),
    Case("ACL-06", "the matrix", lambda: evidence(hall(), configs=hall_configs()), {"matrix": "pass"}),
    Case("ACL-06", "two zones in one domain", joined, {"matrix": None, "prv > pub": "fail", "pub > prv": "fail"}),
    Case(
        "ACL-06",
        "what was not seen",
        lambda: evidence(hall(), configs={n: c for n, c in hall_configs().items() if n != "fw"}),
        {"matrix": "unknown"},
    ),
    Case("ACL-06", "a zone within itself", lambda: firewall(("prv", "prv"), WEB), {"fw prv>prv rule 1": None}),
    Case(
        "ACL-06",
        "a zone whose segments are kept apart",
        lambda: apart(replace(WEB, destinations=())),
        {"fw prv>prv rule 1": "fail"},
    ),
    Case("ACL-06", "no approval", lambda: evidence(hall(), configs=hall_configs()), {"service F": "fail"}),
    Case("ACL-06", "no owner", lambda: evidence(approved(owner=""), configs=hall_configs()), {"service F": "fail"}),
    Case(
        "ACL-06",
        "review overdue",
        lambda: evidence(approved(date(2007, 12, 31)), configs=hall_configs()),
        {"service F": "unknown"},
    ),
    Case("ACL-06", "not read", lambda: evidence(hall(), configs={}), {"fw": "unknown"}),
    Case("ACL-07", "none of them", lambda: evidence(approved(), configs=hall_configs()), {"prv > jh": "pass"}),
    Case("ACL-07", "file shares", lambda: firewall(PAIR, WEB, SMB), {"prv > jh": "fail", "mgt > jh": "pass"}),
    Case(
        "ACL-07",
        "SNMP is for management",
        lambda: firewall(("pub", "jh"), Filter(Decision.PERMIT, "udp", ports=((161, 161),))),
        {"pub > jh": "fail"},
    ),
    Case(
        "ACL-07",
        "not seen",
        lambda: evidence(hall(), configs={n: c for n, c in hall_configs().items() if n != "fw"}),
        {"prv > jh": "unknown"},
    ),
    Case("ACL-08", "the text does not tell", lambda: evidence(hall(), configs=hall_configs()), {"fw": "unknown"}),
    Case("ACL-08", "each permit names its sources", sourced, {"fw": "pass"}),
    Case("ACL-08", "reverse path checked", lambda: edge("urpf strict"), {"ce": "pass"}),
    Case("ACL-08", "reverse path not checked", edge, {"ce": "fail"}),
    Case("ACL-08", "turned off", lambda: edge("net.ipv4.conf.all.rp_filter = 0", platform="linux_nft"), {"ce": "fail"}),
    Case("ACL-09", "closed", departments, {"gong > dishui": "pass"}),
    Case("ACL-09", "a way of their own", lambda: departments(WEB), {"gong > dishui": "fail"}),
    Case(
        "ACL-09",
        "joined by the matrix",
        lambda: evidence(on_plane(renamed(prv="gong", jh="dishui")[0], Plane.OUTER), configs={}),
        {"gong > dishui": "not_applicable"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_access(case: Case) -> None:
    case.hold()


def lines(*filters: Filter) -> list[RuleLine]:
    return [RuleLine("fw", "chain", index, one) for index, one in enumerate(filters)]


LOW, HIGH = replace(WEB, ports=((1, 400),)), replace(WEB, ports=((390, 600),))
HTTPS, WIDE = replace(WEB, comment="a"), replace(WEB, ports=((1, 1000),))
USELESS = [
    ("each decides", (WEB, SMB), Decision.DENY, []),
    ("a final deny is said in writing", (WEB, DENY), Decision.DENY, []),
    ("the same twice", (WEB, HTTPS), Decision.DENY, [1]),
    (
        "covered by two together",
        (replace(WEB, ports=((1, 500),)), replace(WEB, ports=((400, 600),)), WEB),
        Decision.DENY,
        [2],
    ),
    ("permit before a wider permit", (WEB, WIDE), Decision.DENY, [0]),
    ("deny before the default", (replace(WEB, verdict=Decision.DENY), SMB), Decision.DENY, [0]),
    ("deny before a wider permit", (replace(WEB, verdict=Decision.DENY), WIDE), Decision.DENY, []),
    ("permit where the default permits", (WEB,), Decision.PERMIT, [0]),
    ("another interface shadows nothing", (replace(WEB, incoming=("eth1",)), WEB), Decision.DENY, [0]),
    ("every interface covers one", (WEB, replace(WEB, incoming=("eth1",))), Decision.DENY, [1]),
    ("open sessions shadow no new ones", (replace(WEB, established=True), WEB), Decision.DENY, [0]),
]


@pytest.mark.parametrize(("name", "filters", "default", "found"), USELESS, ids=[row[0] for row in USELESS])
def test_lines_that_decide_nothing(name: str, filters: tuple[Filter, ...], default: Decision, found: list[int]) -> None:
    assert [line.index for line, _ in useless(lines(*filters), default)] == found, name


def test_a_shadowed_line_names_what_shadows_it() -> None:
    failure = next(f for f in judged("ACL-03", firewall(PAIR, WIDE, WEB)) if f.verdict is Verdict.FAIL)
    assert failure.actual == "fw prv>jh rule 2 is shadowed by fw prv>jh rule 1"
    assert "rule prv>jh 1" in failure.evidence[0].where

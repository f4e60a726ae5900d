"""The rules on the outer network's three areas, on secrecy and on governance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.audits import NOON, Case, circuit, declaring, evidence, on_plane, place, recorded, renamed, verdicts
from support.audits import with_address as addressed
from support.isolation import HERE, device, hall, hall_configs

from govnet.audit import Evidence, Parameters, rules
from govnet.audit.tables import Sample
from govnet.config.filtering import Filter
from govnet.config.filtering import Verdict as Decision
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.config.routing import StaticRoute, Vrf
from govnet.network.cabled import End, Upstream
from govnet.network.declared import Connection
from govnet.network.load import load
from govnet.network.model import Network, Plane
from govnet.network.permitted import Action, Permit, PolicyCell
from govnet.network.served import System, Unit

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig

INVENTORIES = Path(__file__).parents[2] / "inventory"
INSTANCES = {"pub": "PUB", "jh": "JH", "inet": "INET"}


def outer(instances: dict[str, str] | None = None) -> Network:
    """Return the hall on the outer plane: prv carries the internet access, pub is shared, jh is private."""
    network, _ = renamed(prv="inet")
    chosen = INSTANCES if instances is None else instances
    zones = {n: replace(zone, instance=chosen.get(n, "")) for n, zone in network.zones.items()}
    devices = {**network.devices, "core": replace(network.devices["core"], role="pe", software="5.1.0.0")}
    return on_plane(replace(network, zones=zones, devices=devices), Plane.OUTER, "10.0.0.0/10")


def routed(*addresses: tuple[int, str, str], **changes: object) -> dict[str, DeviceConfig]:
    """Return the hall's configurations with addresses (VLAN, address, VRF) on the core."""
    _, configs = renamed(prv="inet")
    core = replace(configs["core"], vrfs={name: Vrf() for name in INSTANCES.values()})
    for vlan, address, vrf in addresses:
        core = addressed(core, vlan, address, vrf)
    return {**configs, "core": replace(core, **changes)}  # type: ignore[arg-type]  # names of the class


APART = ((200, "10.2.0.1/24", "PUB"), (100, "10.1.0.1/24", "INET"), (300, "10.3.0.1/24", "JH"))
OUT = frozenset({StaticRoute(IPv4Network("0.0.0.0/0"), IPv4Address("10.2.0.254"), "PUB")})


def older() -> Evidence:
    network = outer()
    core = replace(network.devices["core"], platform="nortel_passport", software="4.1.0.0")
    return evidence(replace(network, devices={**network.devices, "core": core}), configs=routed(*APART))


def leaking(exports: str) -> Evidence:
    vrfs = {"PUB": Vrf(imports=frozenset({"1:1", "1:9"})), "JH": Vrf(exports=frozenset({exports}))}
    return evidence(outer(), configs=routed(vrfs=vrfs))


def way_out(where: str, *, own: bool = False, registered: bool = False) -> Network:
    network, (box, port) = outer(), where.split(":")
    upstream = Upstream(
        "jh", End(box, port), "c-net", IPv4Interface("203.0.113.2/29"), IPv4Address("203.0.113.1"),
        (IPv4Network("0.0.0.0/0"),), "ISP", HERE,
    )  # fmt: skip
    places = {"hall": place("hall", "department" if own else "province")}
    found = replace(network, upstreams=(upstream,), places=places)
    known = (Connection("c-net", "2008-017", "中心", date(2010, 1, 1), HERE),) if registered else ()
    return declaring(found, connections=known)


def published() -> Evidence:
    """Return an outer network in which the internet may open a session into the shared area."""
    network, configs = renamed(prv="internet")
    network = on_plane(network, Plane.OUTER, "10.0.0.0/8")
    zones = {n: replace(zone, instance=INSTANCES.get(n, "")) for n, zone in network.zones.items()}
    upstream = replace(network.upstreams[0], zone="internet", prefixes=(IPv4Network("0.0.0.0/0"),))
    rdp = with_rdp(configs["fw"])
    return evidence(replace(network, zones=zones, upstreams=(upstream,)), configs={**configs, "fw": rdp})


def with_rdp(config: DeviceConfig) -> DeviceConfig:
    assert config.firewall
    opened = (Filter(Decision.PERMIT, "tcp", ports=((3389, 3389),)),)
    kept = {pair: found for pair, found in config.firewall.pairs.items() if pair != ("internet", "jh")}
    pairs = {**kept, ("internet", "pub"): opened}
    zones = config.firewall.zones
    moved = {**zones, "internet": zones["internet"] | {"eth3"}, "jh": zones["jh"] - {"eth3"}}
    return replace(config, firewall=replace(config.firewall, zones=moved, pairs=pairs))


def upwards() -> Network:
    network = outer()
    upstream = replace(network.upstreams[0], zone="pub", circuit="c-nation", prefixes=(IPv4Network("59.192.0.0/16"),))
    return replace(network, upstreams=(upstream,))


def scheme(plane: Plane, word: str | None, level: int | None = None) -> Network:
    network = on_plane(hall(), plane, "10.64.0.0/10")
    core = replace(network.devices["core"], data={"protection_scheme": word, "djbh_level": level})
    return replace(network, devices={**network.devices, "core": core})


def serving(level: int | None) -> Network:
    network = hall()
    server = replace(device("srv", "srv"), data={"djbh_level": level})
    system = System(
        "oa", "办公自动化", "OA", "prv", ("srv",), ("prv",), "office", "always", "", "", "", (), "", "", (), "", "",
        None, None, "", HERE,
    )  # fmt: skip
    elsewhere = replace(system, slug="far", servers=())
    return replace(network, devices={**network.devices, "srv": server}, systems={"oa": system, "far": elsewhere})


def covered(share: float | None) -> Evidence:
    units = {str(n): Unit(str(n), n, str(n), "", "hall", n < 56, None, None, HERE) for n in range(97)}
    shown = () if share is None else (Sample("govnet_units_with_lan_ratio", "nms", share, NOON),)
    return evidence(replace(hall(), units=units), samples=shown)


def guarded(firewall: date | None, line: date | None) -> Evidence:
    network = hall()
    fw = replace(network.devices["fw"], since=firewall)
    lines = {"c-1": replace(circuit("c-1"), since=line)}
    return evidence(replace(network, devices={**network.devices, "fw": fw}, circuits=lines))


def authorities(*, second: bool = False, reached: bool = True) -> Evidence:
    """Return a hall whose bureau is the certificate authority, prv the offices, and pub a second authority."""
    network, configs = renamed(jh="ca", prv="off", **({"pub": "ca-hx"} if second else {}))
    if not reached:
        cell = PolicyCell("off", "ca", Action.DENY, "", (), HERE)
        network = replace(network, policy={**network.policy, ("off", "ca"): cell})
    return evidence(network, configs=configs)


CASES = [
    Case("EGN-01", "apart", lambda: evidence(outer(), configs=routed(*APART)), {"areas": "pass", "core": "pass"}),
    Case(
        "EGN-01",
        "one instance for two",
        lambda: evidence(outer({**INSTANCES, "inet": "PUB"}), configs=routed(*APART)),
        {"areas": "fail"},
    ),
    Case(
        "EGN-01",
        "no private area",
        lambda: evidence(outer({"pub": "P", "inet": "I"}), configs=routed()),
        {"areas": "fail"},
    ),
    Case(
        "EGN-01",
        "one table for two",
        lambda: evidence(outer(), configs=routed((200, "10.2.0.1/24", "PUB"), (100, "10.1.0.1/24", "PUB"))),
        {"areas": "pass", "core": "fail"},
    ),
    Case("EGN-01", "a default route", lambda: evidence(outer(), configs=routed(*APART, routes=OUT)), {"core": "fail"}),
    Case("EGN-01", "not read", lambda: evidence(outer(), configs={}), {"core": "unknown"}),
    Case("EGN-02", "an instance each", lambda: evidence(outer(), configs=routed(*APART)), {"core": "pass"}),
    Case(
        "EGN-02",
        "in the global table",
        lambda: evidence(outer(), configs=routed((300, "10.3.0.1/24", ""))),
        {"core": "fail"},
    ),
    Case("EGN-02", "no instance", lambda: evidence(outer(), configs=routed(vrfs={"PUB": Vrf()})), {"core": "fail"}),
    Case("EGN-02", "a release without VPNs", older, {"core": "fail"}),
    Case("EGN-03", "on the firewall", lambda: evidence(way_out("fw:eth3")), {"c-net": "pass", "classes": "unknown"}),
    Case("EGN-03", "on a switch", lambda: evidence(way_out("acc:3")), {"c-net": "fail"}),
    Case("EGN-03", "a unit's own", lambda: evidence(way_out("fw:eth3", own=True)), {"c-net": "fail"}),
    Case(
        "EGN-03",
        "a unit's own, registered",
        lambda: evidence(way_out("fw:eth3", own=True, registered=True)),
        {"c-net": "unknown"},
    ),
    Case(
        "EGN-03",
        "class C on record",
        lambda: evidence(recorded(way_out("fw:eth3", own=True, registered=True), "EGN-03")),
        {"c-net": "pass", "classes": "pass"},
    ),
    Case("EGN-04", "published", published, {"internet > pub": "fail", "internet > jh": "pass", "platform": "unknown"}),
    Case("EGN-05", "kept apart", lambda: leaking("1:7"), {"core": "pass"}),
    Case("EGN-05", "leaked", lambda: leaking("1:9"), {"core": "fail"}),
    Case("EGN-05", "no block written", lambda: evidence(upwards(), configs={}), {"c-nation": "unknown"}),
    Case("EGN-06", "classified", lambda: evidence(scheme(Plane.OUTER, "classified")), {"core": "fail"}),
    Case("EGN-06", "nobody says", lambda: evidence(scheme(Plane.OUTER, "internal")), {"hand": "unknown"}),
    Case(
        "EGN-06", "on record", lambda: evidence(recorded(scheme(Plane.OUTER, "internal"), "EGN-06")), {"hand": "pass"}
    ),
    Case("SEC-01", "internal", lambda: evidence(scheme(Plane.INNER, "internal")), {"core": "pass", "acc": "unknown"}),
    Case("SEC-01", "only inventoried", lambda: evidence(scheme(Plane.INNER, "classified")), {"core": "pass"}),
    Case("SEC-01", "graded too", lambda: evidence(scheme(Plane.INNER, "classified", 3)), {"core": "fail"}),
    Case(
        "SEC-01",
        "its configuration is kept",
        lambda: evidence(scheme(Plane.INNER, "classified"), configs=hall_configs()),
        {"core": "fail"},
    ),
    Case("GOV-01", "level 1", lambda: evidence(serving(1)), {"oa": "pass", "far": "unknown"}),
    Case("GOV-01", "level 2, filed", lambda: evidence(recorded(serving(2), "GOV-01", "oa")), {"oa": "pass"}),
    Case("GOV-01", "level 2, not filed", lambda: evidence(serving(2)), {"oa": "unknown"}),
    Case("GOV-01", "nobody wrote any", lambda: evidence(serving(None)), {"oa": "unknown"}),
    Case("GOV-01", "level 7", lambda: evidence(recorded(serving(7), "GOV-01")), {"oa": "fail"}),
    Case("GOV-04", "57.73", lambda: covered(56 / 97), {"coverage": "pass"}),
    Case("GOV-04", "57.5", lambda: covered(0.575), {"coverage": "fail"}),
    Case("GOV-04", "not published", lambda: covered(None), {"coverage": "unknown"}),
    Case("GOV-05", "from its first day", lambda: guarded(date(2004, 6, 1), date(2004, 9, 1)), {"c-1": "pass"}),
    Case("GOV-05", "two years later", lambda: guarded(date(2006, 9, 1), date(2004, 9, 1)), {"c-1": "fail"}),
    Case("GOV-05", "no date", lambda: guarded(None, date(2004, 9, 1)), {"c-1": "unknown"}),
    Case("GOV-06", "one", authorities, {"authorities": "pass", "off > ca": "pass"}),
    Case("GOV-06", "a second in Haixi", lambda: authorities(second=True), {"authorities": "fail"}),
    Case("GOV-06", "offices kept out", lambda: authorities(reached=False), {"off > ca": "fail"}),
    Case("GOV-06", "none here", lambda: evidence(hall()), {"hand": "unknown"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_areas_and_governance(case: Case) -> None:
    case.hold()


@pytest.mark.parametrize(("block", "expected"), [("59.192.0.0/12", "pass"), ("59.255.0.0/16", "fail")])
def test_a_line_upwards_stays_inside_the_assigned_block(block: str, expected: str) -> None:
    chosen = next(one for one in rules(Parameters(national_blocks=(IPv4Network(block),))) if one.id == "EGN-05")
    found = {one.object: str(one.verdict) for one in chosen.judge(evidence(upwards(), configs={}))}
    assert found["c-nation"] == expected


@cache
def qinghai() -> Evidence:
    network = load(INVENTORIES / "qinghai-outer")
    return Evidence(network, NOON, {d.name: Reading(intent(network, d.name)) for d in network.commanded()})


@pytest.mark.parametrize("rule", ["EGN-01", "EGN-02", "EGN-05"])
def test_the_province_keeps_its_areas_apart(rule: str) -> None:
    found = verdicts(rule, qinghai())
    assert {"qh-prov-w-pe01", "qh-haixi-w-pe01"} <= set(found)
    assert set(found.values()) == {"pass"}


def test_a_permit_of_the_matrix_is_what_reaches_the_authority() -> None:
    network = authorities().network
    assert network.policy["off", "ca"].permits[0] == Permit("tcp", ((443, 443),), (), (IPv4Network("10.3.0.11/32"),))

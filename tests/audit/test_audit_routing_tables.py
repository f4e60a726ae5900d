"""The rules that look at what routers route by: what their tables show counts, and what they do not show is unknown."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.audits import EMPTY, INNER, OUTER, Case, declaring, evidence, judged, routed, table

from govnet.audit.tables import OtherPlane
from govnet.config.routing import Vrf
from govnet.network.model import Plane

if TYPE_CHECKING:
    from govnet.audit import Evidence
    from govnet.config.model import DeviceConfig
    from govnet.config.routetable import RoutingTable

ROUTED = routed("0.0.0.0/0", "10.65.0.1")
WITHIN = ("0.0.0.0/0 static 10.65.0.1", "10.65.0.0/24 connected", "127.0.0.0/8 connected")


def inner(*tables: RoutingTable, configs: dict[str, DeviceConfig] = ROUTED) -> Evidence:
    return evidence(INNER, configs=configs, routes={"core": tables})


def other_plane(*prefixes: IPv4Network) -> tuple[OtherPlane, ...]:
    return (OtherPlane("qh", Plane.INNER, prefixes=prefixes),)


VPNS = {
    "nong": Vrf(307, "64600:307", frozenset({"64600:307"}), frozenset({"64600:307"})),
    "fagai": Vrf(302, "64600:302", frozenset({"64600:302", "64600:307"}), frozenset({"64600:302"})),
    "shen": Vrf(304, "64600:304", frozenset({"64600:304"}), frozenset({"64600:304"})),
}
CORE = {
    "": ("10.61.0.0/30 connected",),
    "nong": ("10.7.1.0/24 connected", "10.7.1.1/32 connected", "10.7.64.0/18 static 10.7.1.9"),
    "fagai": ("10.2.1.0/24 connected", "10.7.1.0/24 bgp 10.7.1.1", "10.7.1.1/32 bgp 127.0.0.1"),
    "shen": ("10.4.1.0/24 connected",),
}
FAR = {
    "": ("10.61.0.0/30 connected",),
    "nong": ("10.7.2.0/24 connected", "10.7.1.0/24 ibgp 10.60.0.1"),
    "fagai": ("10.2.2.0/24 connected", "10.7.1.0/24 ibgp 10.60.0.1", "10.7.2.0/24 bgp 10.7.2.1"),
    "shen": ("10.4.2.0/24 connected", "10.4.1.0/24 ibgp 10.60.0.1"),
}


def tabled(rows: dict[str, tuple[str, ...]], **more: tuple[str, ...]) -> tuple[RoutingTable, ...]:
    return tuple(table(*rows[vrf], *more.get(vrf, ()), vrf=vrf) for vrf in rows)


def provider(
    far: tuple[RoutingTable, ...] | None = None, core: tuple[RoutingTable, ...] | None = None, **declared: object
) -> Evidence:
    """Return two provider edges; whoever declares nothing else lets 发改 have the routes of 金农."""
    configs = {**EMPTY, "core": replace(EMPTY["core"], vrfs=VPNS), "fw": replace(EMPTY["fw"], vrfs=VPNS)}
    routes = {"core": tabled(CORE) if core is None else core, "fw": tabled(FAR) if far is None else far}
    return evidence(declaring(OUTER, **({"vpns": {"nong": ("fagai",)}} | declared)), configs=configs, routes=routes)


CASES = [
    Case("ISO-06", "all inside", lambda: inner(table(*WITHIN)), {"core": "pass", "acc": "pass"}),
    Case("ISO-06", "nobody looked", lambda: evidence(INNER, configs=ROUTED), {"core": "unknown", "acc": "pass"}),
    Case("ISO-06", "no table of it", lambda: evidence(INNER, configs=ROUTED, routes={}), {"core": "unknown"}),
    Case("ISO-06", "a row not understood", lambda: inner(table(*WITHIN, unread=("line 9",))), {"core": "unknown"}),
    Case("ISO-06", "learned out", lambda: inner(table(*WITHIN, "0.0.0.0/0 ospf 203.0.113.1")), {"core": "fail"}),
    Case(
        "ISO-06",
        "a way out among what was understood",
        lambda: inner(table("8.8.8.0/24 ospf 10.65.0.1", unread=("line 9",))),
        {"core": "fail"},
    ),
    Case("ISO-06", "a network outside", lambda: inner(table(*WITHIN, "192.168.7.0/24 connected")), {"core": "fail"}),
    Case(
        "ISO-06",
        "in a table that nobody modelled",
        lambda: inner(table(*WITHIN), table("0.0.0.0/0 static 203.0.113.1", vrf="table 100")),
        {"core": "fail"},
    ),
    Case("ISO-06", "it discards", lambda: inner(table(*WITHIN, "0.0.0.0/0 static")), {"core": "pass"}),
    Case("ISO-05", "tables half seen", lambda: inner(table(unread=("line 9",))), {"core": "pass", "routes": "unknown"}),
    Case("ISO-05", "tables seen", lambda: inner(table(*WITHIN)), {"core": "pass", "routes": None}),
    Case("ISO-05", "a learned prefix", lambda: inner(table("10.1.0.0/16 ospf 10.65.0.1")), {"core": "fail"}),
    Case(
        "ISO-02",
        "a next router of the other plane",
        lambda: inner(table("10.65.9.0/24 static 10.1.0.1")),
        {"core the global table": "fail"},
    ),
    Case(
        "ISO-02",
        "a network of the other plane",
        lambda: inner(table("10.1.0.0/16 connected")),
        {"core the global table": "fail"},
    ),
    Case(
        "ISO-02",
        "a next router in what another plane is numbered from",
        lambda: evidence(
            OUTER,
            configs=EMPTY,
            routes={"core": (table("10.9.0.0/16 ospf 172.20.0.1"),)},
            planes=other_plane(IPv4Network("172.20.0.0/16")),
        ),
        {"core the global table - qh": "fail", "core the global table": None},
    ),
    Case("ISO-02", "its own", lambda: inner(table(*WITHIN)), {"cables": "pass", "core the global table": None}),
    Case(
        "ISO-11",
        "金农 in 发改",
        provider,
        {f"{device} {vrf}": "pass" for device in ("core", "fw") for vrf in VPNS} | {"nong": "pass"},
    ),
    Case(
        "ISO-11",
        "金农 in 金审",
        lambda: provider(tabled(FAR, shen=("10.7.1.0/24 ibgp 10.60.0.1",))),
        {"fw shen": "fail", "core shen": "pass"},
    ),
    Case(
        "ISO-11",
        "a static route into another instance",
        lambda: provider(core=tabled(CORE, shen=("10.7.64.0/18 static 10.7.1.9",))),
        {"core shen": "fail", "fw shen": "pass"},
    ),
    Case(
        "ISO-11",
        "what is declared is absent",
        lambda: provider(tabled({**FAR, "fagai": ("10.2.2.0/24 connected",)})),
        {"fw fagai": "fail", "core fagai": "pass"},
    ),
    Case(
        "ISO-11",
        "nobody has it",
        lambda: provider(tabled(FAR, shen=("10.9.0.0/16 ibgp 10.60.0.1",))),
        {"fw shen": "unknown", "fw nong": "pass"},
    ),
    Case("ISO-11", "one table unseen", lambda: provider(tabled(FAR)[:3]), {"fw shen": "unknown", "fw nong": "pass"}),
    Case("ISO-11", "a box without tables", lambda: provider(()), {"fw shen": "unknown", "core shen": "pass"}),
    Case(
        "ISO-11",
        "nobody looked",
        lambda: replace(provider(), routes=None),
        {"routing tables": "unknown", "core shen": None, "nong": "pass"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_says_so(case: Case) -> None:
    case.hold()


def test_a_leak_is_told_with_device_instance_prefix_and_table() -> None:
    found = judged("ISO-11", provider(tabled(FAR, shen=("10.7.1.0/24 ibgp 10.60.0.1",))))
    leak = next(one for one in found if one.object == "fw shen")
    assert leak.actual == "10.7.1.0/24 of nong via 10.60.0.1"
    assert [(one.item, one.where) for one in leak.evidence] == [("routes", "fw shen")]
    absent = judged("ISO-11", provider(tabled({**FAR, "fagai": ("10.2.2.0/24 connected",)})))
    told = next(one.actual for one in absent if one.object == "fw fagai")
    assert told == "none of 10.7.1.0/24, 10.7.2.0/24, 10.7.64.0/18 of nong"

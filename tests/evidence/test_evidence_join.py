"""Two planes held together offline: a table of what may be in one only, put into both; and clean planes, quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.bundles import BLOCKS, NOON, SALT, named, registered, renumbered, seen, unjudged

from govnet.audit import Evidence, Verdict
from govnet.audit.tables import ArpEntry, Move, Neighbour, RunRecord, Sample, Station
from govnet.config.filtering import Acl, Filter
from govnet.config.filtering import Verdict as Does
from govnet.config.routetable import RouteEntry, RoutingTable
from govnet.config.routing import StaticRoute
from govnet.errors import InputError, RefusedError
from govnet.evidence import archive
from govnet.evidence.approved import read_moves
from govnet.evidence.join import Join, Side, crossing_rules, join
from govnet.evidence.pseudonyms import Salt
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAC, OTHER = "00:1a:64:00:00:07", "00:1a:64:00:00:08"
DAY = timedelta(days=1)


def side(evidence: Evidence, salt: Salt = SALT) -> Side:
    """Return evidence as it comes out of a bundle on the auditor's station."""
    return Side(*archive.opened(unjudged(evidence, salt), "bundle.zip"))


def joined(n: Evidence, w: Evidence, moves: tuple[Move, ...] = ()) -> Join:
    return join([side(n), side(w)], moves)


def verdicts(found: Join, rule: str) -> set[str]:
    return {str(finding.verdict) for finding in found.findings if finding.rule == rule}


def with_config(evidence: Evidence, device: str, **changed: object) -> Evidence:
    readings = dict(evidence.readings or {})
    reading = readings[device]
    readings[device] = replace(reading, config=replace(reading.config, **changed))  # type: ignore[arg-type]
    return replace(evidence, readings=readings)


def station(mac: str, days: float = 0, port: str = "1/1") -> Station:
    return Station(mac, port, 101, NOON + days * DAY)


Pair = tuple[Evidence, Evidence]


def clean() -> Pair:
    return seen("n"), seen("w")


def shared_serial() -> Pair:
    n, w = clean()
    core = named(n, "core")
    return n, renumbered(w, named(w, "core"), n.network.devices[core].serial)


def shared_card() -> Pair:
    n, w = clean()
    return n, renumbered(w, named(w, "ups"), n.network.devices[named(n, "ups")].serial)


def shared_base_mac() -> Pair:
    n, w = clean()
    heard = [{named(e, "acc"): (Neighbour("49", MAC, named(e, "core"), "1/1"),)} for e in (n, w)]
    return seen("n", neighbours=heard[0]), seen("w", neighbours=heard[1])


def patched() -> Pair:
    """A core of the inner plane is heard by a floor switch of the outer one."""
    n, w = clean()
    inside = {named(n, "acc"): (Neighbour("49", MAC, named(n, "core"), "1/1"),)}
    return seen("n", neighbours=inside), seen("w", neighbours={named(w, "acc"): (Neighbour("7", MAC),)})


def learned() -> Pair:
    """The base MAC of an inner core is learned by a floor switch of the outer plane."""
    n, w = clean()
    inside = {named(n, "acc"): (Neighbour("49", MAC, named(n, "core"), "1/1"),)}
    return seen("n", neighbours=inside), seen("w", fdb={named(w, "acc"): (station(MAC),)})


def dual_homed(days: float = 6) -> Pair:
    n, w = clean()
    return seen("n", fdb={named(n, "acc"): (station(MAC),)}), seen("w", fdb={named(w, "acc"): (station(MAC, days),)})


def dual_homed_router() -> Pair:
    n, w = clean()
    entry = ArpEntry(IPv4Address("10.20.17.9"), MAC)
    return seen("n", fdb={named(n, "acc"): (station(MAC),)}), seen("w", arp={named(w, "fw"): (entry,)})


def leaked_arp() -> Pair:
    n, w = clean()
    return n, seen("w", arp={named(w, "fw"): (ArpEntry(IPv4Address(f"10.{BLOCKS['n']}.17.9"), OTHER),)})


def leaked_route() -> Pair:
    n, w = clean()
    route = StaticRoute(IPv4Network(f"10.{BLOCKS['n']}.48.0/24"), None)
    return n, with_config(w, named(w, "fw"), routes=frozenset({route}))


def leaked_table() -> Pair:
    n, w = clean()
    rows = (RouteEntry(IPv4Network(f"10.{BLOCKS['n']}.48.0/24"), None),)
    return n, seen("w", routes={named(w, "fw"): (RoutingTable("", rows),)})


def leaked_permit() -> Pair:
    n, w = clean()
    permit = Filter(Does.PERMIT, destinations=(IPv4Network(f"10.{BLOCKS['n']}.48.0/24"),))
    return n, with_config(w, named(w, "agg"), acls={"3000": Acl((permit,))})


def refused_elsewhere() -> Pair:
    """A filter that refuses the other plane's addresses leaks nothing."""
    n, w = clean()
    deny = Filter(Does.DENY, destinations=(IPv4Network(f"10.{BLOCKS['n']}.48.0/24"),))
    return n, with_config(w, named(w, "agg"), acls={"3000": Acl((deny,))})


def run_in_both() -> Pair:
    n, w = clean()
    hosts = frozenset({named(n, "core"), named(w, "core")})
    return seen("n", runs=(RunRecord("r1", NOON, devices=hosts, planes=frozenset({Plane.INNER, Plane.OUTER})),)), w


def polled_across() -> Pair:
    w = seen("w")
    return seen("n", samples=(Sample("up", named(w, "ups"), 1.0, NOON),)), w


def virtual_router() -> Pair:
    n, w = clean()
    shared = station("00:00:5e:00:01:07")
    return seen("n", fdb={named(n, "acc"): (shared,)}), seen("w", fdb={named(w, "acc"): (shared,)})


def exchanging(mechanism: str, approval: str = "2008-017") -> Pair:
    """A system with a part on each plane whose data goes over by some mechanism; registered on one side."""
    n, w = clean()
    record = f"{{system: approvals, planes: [n, w], mechanism: {mechanism}, owner: x, approval: '{approval}'}}"
    return registered(n, record), w


FOUND: dict[str, tuple[Callable[[], Pair], Mapping[str, int]]] = {
    "clean": (clean, {}),
    "one chassis in both": (shared_serial, {"ISO-01": 1}),
    "one base MAC in both": (shared_base_mac, {"ISO-01": 1, "ISO-02": 2}),
    "a UPS card in both": (shared_card, {"ISO-01": 1, "ISO-07": 1}),
    "a patch between planes": (patched, {"ISO-02": 1}),
    "a core learned in the other plane": (learned, {"ISO-02": 1}),
    "a PC in both planes": (dual_homed, {"ISO-04": 1}),
    "a PC in both, by ARP": (dual_homed_router, {"ISO-04": 1}),
    "a PC seen a season later": (lambda: dual_homed(90), {}),
    "an ARP entry of the other plane": (leaked_arp, {"ISO-05": 1}),
    "a route to the other plane": (leaked_route, {"ISO-05": 1}),
    "a learned route to the other plane": (leaked_table, {"ISO-05": 1}),
    "a permit to the other plane": (leaked_permit, {"ISO-05": 1}),
    "a deny to the other plane": (refused_elsewhere, {}),
    "a run in both planes": (run_in_both, {"ISO-07": 1}),
    "a poll across": (polled_across, {"ISO-07": 1}),
    "a virtual router's address": (virtual_router, {}),
    "an exchange by removable media": (lambda: exchanging("removable-media"), {}),
    "an exchange through a firewall": (lambda: exchanging("firewall-permit"), {"ISO-08": 1}),
    "an exchange nobody approved": (lambda: exchanging("one-way-import", ""), {"ISO-08": 1}),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_in_two_planes_is_found_and_nothing_else(name: str) -> None:
    make, expected = FOUND[name]
    found = joined(*make())
    failing = [finding.rule for finding in found.failures]
    assert {rule: failing.count(rule) for rule in failing} == expected, found.failures
    for rule in {one.id for one in crossing_rules()} - expected.keys():
        assert verdicts(found, rule) == {"pass"}, [f for f in found.findings if f.rule == rule]
    for finding in found.failures:
        assert MAC not in finding.actual


def test_without_a_register_of_exchanges_nobody_knows() -> None:
    found = joined(seen("n"), registered(seen("w"), None))
    (doubt,) = found.doubts
    assert (doubt.rule, doubt.object) == ("ISO-08", "w lx")


@pytest.mark.parametrize(
    ("blind", "rules"),
    [
        ("fdb", {"ISO-04"}),
        ("neighbours", {"ISO-02"}),
        ("arp", {"ISO-05"}),
        ("routes", {"ISO-05"}),
        ("readings", {"ISO-05"}),
        ("runs", {"ISO-07"}),
    ],
)
def test_what_nobody_looked_at_is_unknown_and_never_a_pass(blind: str, rules: set[str]) -> None:
    found = joined(seen("n"), replace(seen("w"), **{blind: None}))
    assert {finding.rule for finding in found.doubts} == rules
    for rule in rules:
        assert verdicts(found, rule) == {"unknown"}


def test_a_switch_whose_table_is_missing_leaves_the_rule_unknown_and_is_named() -> None:
    n, w = clean()
    left = named(w, "acc")
    found = joined(n, replace(w, fdb={name: rows for name, rows in (w.fdb or {}).items() if name != left}))
    (doubt,) = [finding for finding in found.doubts if finding.rule == "ISO-04"]
    assert left in doubt.actual


def test_a_device_without_a_serial_number_leaves_the_rule_unknown_and_is_named() -> None:
    n, w = clean()
    nameless = renumbered(w, named(w, "core"), "null")
    (doubt,) = [finding for finding in joined(n, nameless).doubts if finding.rule == "ISO-01"]
    assert named(w, "core") in doubt.actual


MOVES = [
    ("n", "w", 6, Verdict.PASS),
    ("n", "w", -6, Verdict.FAIL),  # seen in the plane that it had left
    ("w", "n", -6, Verdict.PASS),
    ("w", "n", 6, Verdict.FAIL),
]


@pytest.mark.parametrize(("source", "target", "days", "verdict"), MOVES)
def test_a_move_is_approved_when_the_device_stayed_where_it_went(
    source: str, target: str, days: int, verdict: Verdict
) -> None:
    text = f'[{{mac: "{MAC}", from: {source}, to: {target}, change: 2026-017}}]'
    found = joined(*dual_homed(days), read_moves(text, SALT, "moves.yaml"))
    (judged,) = [finding for finding in found.findings if finding.object == SALT.mac(MAC)]
    assert judged.verdict is verdict
    assert "2026-017" in judged.actual
    by_hash = read_moves(text.replace(f'mac: "{MAC}"', f'hash: "{SALT.mac(MAC)}"'), None, "moves.yaml")
    assert by_hash == read_moves(text, SALT, "moves.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no YAML"),
        ("a: 1", "is no list of moves"),
        ("[{from: n, to: w, change: x}]", "has not the fields of one"),
        ("[{mac: a, serial: b, from: n, to: w, change: x}]", "has not the fields of one"),
        ("[{hash: a, from: n, to: n, change: x}]", "which are no two planes"),
        ("[{hash: a, from: n, to: z, change: x}]", "which are no two planes"),
        ("[{hash: a, from: n, to: w, change: ''}]", "names no change"),
        ('[{mac: "00:11", from: n, to: w, change: x}]', "is no MAC address"),
    ],
)
def test_a_register_that_says_too_little_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_moves(text, SALT, "moves.yaml")


def test_hardware_in_the_clear_needs_the_salt() -> None:
    with pytest.raises(InputError, match="give the --salt"):
        read_moves(f'[{{mac: "{MAC}", from: n, to: w, change: x}}]', None, "moves.yaml")


def test_bundles_of_one_plane_or_of_two_salts_are_not_joined() -> None:
    n, w = side(seen("n")), side(seen("w"), Salt(b"z" * 32))
    with pytest.raises(RefusedError, match="all bundles are of one plane"):
        join([n, n])
    with pytest.raises(RefusedError, match="different salts"):
        join([n, w])

"""The page of a full run, read back with a real parser."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from support.html_page import Node, parse
from support.report_runs import FAILED, FIREWALL, SECRET, laixi, plan, proofs, run

from govnet.config.words import words
from govnet.isolation.proof import PairResult
from govnet.network.permitted import Action
from govnet.report import Phase, Run, render

if TYPE_CHECKING:
    from govnet.network.placed import Place

STATES = ("after", "predicted", "before")


@cache
def text() -> str:
    return render(run())


@cache
def page() -> Node:
    return parse(text())


def section(name: str) -> Node:
    return page().one("section", id=name)


def row(within: Node, head: str) -> Node:
    found = [tr for tr in within.all("tr") if tr.all("th", scope="row") and tr.all("th", scope="row")[0].text == head]
    assert len(found) == 1, head
    return found[0]


def test_the_same_run_gives_the_same_page() -> None:
    assert render(run()) == text()


def test_nothing_is_loaded_from_elsewhere() -> None:
    for node in page().all():
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            assert node.attributes.get(name, "#").startswith("#"), (node.tag, node.attributes)
        assert node.tag not in ("link", "img", "iframe", "object", "embed")
    assert not re.findall(r"url\(|@import", text())
    policy = page().one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy.startswith("default-src 'none';")


def test_no_secret_is_on_the_page() -> None:
    assert SECRET not in text()
    assert "snmp-server community ********" in section("coverage").text
    assert "Look at the password of the device" in section("findings").text


def test_the_headline_says_how_many_pairs_break_the_policy() -> None:
    verdict = page().one(id="verdict").text
    assert "0 of 196 zone pairs violate the policy; before: 182; the run failed on 1 device" in verdict
    assert page().one("h1").text == "莱西市行政办公中心 Laixi administrative centre"
    assert "u unified network" in page().one("header").text
    assert page().one("time").attributes["datetime"] == "2026-11-22T10:30:00+00:00"


@pytest.mark.parametrize("state", STATES)
def test_the_matrix_has_a_cell_for_every_pair_with_code_symbol_and_word(state: str) -> None:
    proof = dict(zip(("before", "after"), proofs(), strict=False)) | {"predicted": proofs()[1]}
    table = page().one("table", id=f"matrix-{state}")
    cells = list(table.all("td"))
    assert len(cells) == 196
    heads = [th.all("span")[0].text for th in table.one("tbody").all("th", scope="row")]
    assert heads == [zone.title for zone in laixi().zones.values()]
    for td, pair in zip(cells, proof[state].pairs, strict=True):
        assert pair.cell is not None
        code = pair.cell.service or pair.cell.action.value
        symbol = {"ok": "✓", "violating": "✗", "unknown": "?"}[pair.verdict]
        assert td.text.startswith(f"{code} {symbol} "), (pair.source, pair.target, td.text)
        assert td.attributes["class"] == {"ok": "good", "violating": "bad", "unknown": "unknown"}[pair.verdict]
    words_seen = {td.text.split(" ", 2)[2] for td in cells}
    assert words_seen == ({"ok", "leaks"} if state == "before" else {"ok"})


def test_every_breach_leads_to_its_witness() -> None:
    cells = page().one("table", id="matrix-before").all("td", class_="bad")
    assert len(cells) == 182
    for td in cells:
        target = td.one("a").attributes["href"].removeprefix("#")
        article = page().one("article", id=target)
        assert article.all("table"), target
    article = page().one("article", id="pair-before-mgt-prv")
    pair = proofs()[0].pair("mgt", "prv")
    assert pair.witness
    assert str(pair.witness.packet) in article.text
    assert [tr.all("td")[-1].text for tr in article.all("tr")[1:]] == [
        "no line says so: default", "line 7: iifname bond0.101 accept", "no line says so: default",
    ]  # fmt: skip


def test_every_link_leads_somewhere_and_no_id_is_used_twice() -> None:
    ids = [node.attributes["id"] for node in page().all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for link in page().all("a"):
        assert link.attributes["href"].removeprefix("#") in ids


def test_stand_ins_and_what_answered_are_named_device_by_device() -> None:
    notice = section("standing").text
    assert "a Linux firewall with nftables stands in for it (2): lx-adc-u-fw01, lx-adc-u-fw02" in notice
    assert "emulated (31): lx-adc-u-core01, lx-adc-u-core02, lx-adc-u-agg01" in notice
    assert f"real nft in a network namespace (1): {FIREWALL}" in notice
    assert "not stated (1): lx-adc-u-fw02" in notice


def test_the_plan_says_every_change_and_every_command() -> None:
    total = 0
    for name, device in plan().devices.items():
        details = page().one("details", id=f"plan-{name}")
        assert [th.text for th in details.all("th", scope="row")] == [
            " ".join(words(c).split()) for c in device.changes
        ]
        assert len(details.all("pre")) == len(device.commands)
        marked = [tag for tag in details.all("span", class_="unknown") if tag.text.startswith("? unverified: ")]
        assert len(marked) == len(device.unverified)
        total += len(marked)
    assert 0 < total == plan().unverified


def test_coverage_counts_what_was_not_read() -> None:
    table = section("coverage")
    assert [td.text for td in row(table, FIREWALL).all("td")] == ["fw", "? read in part", "60", "1", "6", "6"]
    assert [td.text for td in row(table, FAILED).all("td")] == [
        "acc",
        "? not read",
        "not seen",
        "not seen",
        "not seen",
        "50",
    ]
    assert [td.text for td in row(table, "lx-adc-u-core01").all("td")] == ["core", "✓ read", "100", "0", "128", "128"]
    assert len(table.one("tbody").all("tr")) == len(laixi().devices)


HEALTH = [
    ("lx-adc-u-ups01", "✓ answers", "6", "charge 87%"),
    ("lx-adc-u-ups01", "✓ answers", "6", "battery batteryNormal"),
    ("lx-adc-u-ups01", "✓ answers", "6", "load 35%"),
    ("lx-adc-u-ups01", "✓ answers", "6", "runtime left ? not seen"),
    ("lx-adc-u-ups01", "✓ answers", "6", "silent ? 1 sensor"),
    ("lx-adc-u-core01", "✓ answers", "1", "CPU 0%"),
    ("lx-adc-u-core01", "✓ answers", "1", "chassis ? not seen"),
    ("lx-adc-u-core02", "✗ no answer", "0", "no answer. Check the community."),
    ("lx-adc-u-agg01", "? answers in part", "1", "the second walk timed out"),
    (FAILED, "? not polled", "not seen", ""),
]


@pytest.mark.parametrize(("device", "state", "samples", "value"), HEALTH)
def test_health_tells_seen_from_not_seen(device: str, state: str, samples: str, value: str) -> None:
    cells = [td.text for td in row(section("health"), device).all("td")]
    assert cells[:2] == [state, samples]
    assert value in cells[3]


def test_circuits_power_and_phases_are_tables() -> None:
    assert (
        "国际互联网出口 carrier 100 Mbit/s shared none not recorded"
        in row(section("circuits"), "c-adc-internet-u-01").text
    )
    assert "7 min on battery" in row(section("power"), "ups01").text
    assert "250 ms to switch over" in row(section("power"), "eps01").text
    assert row(section("phases"), "All").text == "All 1.71"


def test_tables_have_captions_and_scoped_heads() -> None:
    tables = page().all("table")
    assert len(tables) > 190
    for table in tables:
        assert table.one("caption").text
        assert all(th.attributes.get("scope") in ("col", "row") for th in table.all("th"))


def test_the_drawing_shows_every_cabled_device_with_its_chinese_place() -> None:
    svg = page().one("svg")
    assert svg.attributes["role"] == "img"
    assert len(svg.all("rect")) == len(laixi().devices)
    assert len(svg.all("ellipse")) == len(laixi().upstreams)
    towns = [place.title for place in laixi().places.values() if place.kind == "town"]
    shown = {node.text for node in svg.all("text")}
    assert set(towns) <= shown
    assert "acc03 ✗" in shown
    assert "fw01 *" in shown


def test_a_device_that_was_not_read_makes_pairs_unknown_and_the_verdict_too() -> None:
    partial = proofs()[2]
    found = parse(render(replace(run(), after=partial, failures={})))
    verdict = found.one(id="verdict")
    assert verdict.attributes["class"] == "verdict unknown"
    assert "0 of 196 zone pairs violate the policy, 163 unknown" in verdict.text
    unknown = found.one("table", id="matrix-after").all("td", class_="unknown")
    assert len(unknown) == partial.counts[PairResult.UNKNOWN] == 163
    assert all(td.one("a").text == "? unknown" for td in unknown)


def test_what_nobody_did_is_never_shown_as_good() -> None:
    bare = parse(render(Run(laixi(), run().time, "0.1.0")))
    assert bare.one(id="verdict").attributes["class"] == "verdict unknown"
    assert "The state after the change was not proven" in bare.one(id="verdict").text
    figures = {card.one("a").text: card.all("span", class_="figure")[0].text for card in bare.all("li", class_="card")}
    assert figures == {
        "After the change": "? –", "Predicted by the plan": "? –", "Before the change": "? –", "Plan": "? –",
        "Second run": "? –", "Failed devices": "? –", "Coverage": "? –", "Health": "? –",
    }  # fmt: skip
    assert not bare.all("table", class_="matrix")
    kinds = {li.text for li in bare.one("ul", class_="kinds").all("li")}
    assert [kind for kind in kinds if "✓" in kind] == []


def test_a_pair_that_the_proof_leaves_out_is_unknown() -> None:
    after = proofs()[1]
    found = parse(render(replace(run(), after=replace(after, pairs=after.pairs[1:]))))
    cells = found.one("table", id="matrix-after").all("td")
    assert len(cells) == 196
    assert cells[0].text == "A ? unknown"
    assert "195" not in found.one(id="verdict").text


def test_a_second_run_with_changes_is_bad() -> None:
    found = parse(render(replace(run(), second_changes=3)))
    assert "✗ 3" in found.one("section", id="phases").text


def test_hostile_names_stay_text() -> None:
    evil = "<script>alert(1)</script>\"'&"
    network = laixi()
    zone = next(iter(network.zones.values()))
    place = network.places["shuiji"]
    hostile = replace(
        network,
        title=evil,
        zones=network.zones | {zone.slug: replace(zone, title=evil)},
        places=network.places | {place.slug: _named(place, evil)},
    )
    text_ = render(
        replace(run(), network=hostile, failures={FAILED: evil}, phases=(Phase(evil, 1),), backing={FAILED: evil})
    )
    assert "<script>alert" not in text_
    found = parse(text_)
    assert len(found.all("script")) == 1
    assert evil in found.one("h1").text
    assert evil in [node.text for node in found.one("svg").all("text")]
    assert row(found.one("section", id="phases"), evil)


def _named(place: Place, title: str) -> Place:
    return replace(place, title=title)


def test_the_legend_explains_every_code_of_the_policy() -> None:
    used = {cell.action for cell in laixi().policy.values()}
    shown = {dt.text for dt in section("matrix").all("dt")}
    assert shown == {f"{action.value}n" if action is Action.FIREWALL else action.value for action in used}

"""The page of an audit, read back with a real parser, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from support.html_page import Node, parse
from support.report_runs import SECRET, audited, audits, laixi, run

from govnet.audit import Verdict, rules
from govnet.report import render
from govnet.report.words import Language, Text, catalogue, say


@cache
def page(language: Language = Language.EN) -> Node:
    return parse(render(audited(), language))


def section(name: str) -> Node:
    return page().one("section", id=name)


def test_the_counts_are_the_audits_and_stand_apart() -> None:
    counts = audits()[1].counts
    cards = {card.one("a").text: card.one("span", class_="figure").text for card in page().all("li", class_="card")}
    shown = [("Failing", "fail", "✗"), ("Unknown", "unknown", "?"), ("Passing", "pass", "✓"), ("Waived", "waived", "·")]
    for title, name, sign in shown:
        assert cards[title] == f"{sign} {counts[name]}"
        assert counts[name] > 0, name
    verdict = page().one(id="verdict")
    assert verdict.attributes["class"] == "verdict bad"
    assert f"{counts['fail']} findings fail; {counts['unknown']} are unknown" in verdict.text


def test_every_finding_is_on_the_page_with_rule_object_expected_actual_and_evidence() -> None:
    for verdict in Verdict:
        table = section("rules").one("details", id=f"rules-{verdict}")
        rows = [tr for tr in table.all("tr") if tr.all("th", scope="row")]
        found = [finding for finding in audits()[1].findings if finding.verdict is verdict]
        assert sorted((tr.all("td")[0].text, tr.one("th").text) for tr in rows) == sorted(
            (finding.rule, " ".join(finding.object.split())) for finding in found
        )
    failing = section("rules").one("details", id="rules-fail")
    assert "open" in failing.attributes
    assert "GB/T 22239-2019" in failing.text
    assert "running lx-adc-u-fw01, line 7: iifname bond0.101 accept" in failing.text


def test_a_waiver_is_shown_with_owner_reason_expiry_and_what_it_covers() -> None:
    row = section("waivers").one("tbody").one("tr")
    cells = [row.one("th").text, *(td.text for td in row.all("td"))]
    assert cells == ["ACL-02", "*", "计算机中心", "migration", "2026-12-31", str(audits()[1].counts["waived"])]
    assert "waived: 计算机中心, 2026-12-31" in section("rules").text


def test_what_is_other_than_at_the_last_audit_is_a_table() -> None:
    before, now = audits()
    old = {(f.rule, f.object): f.verdict for f in before.findings}
    new = {(f.rule, f.object): f.verdict for f in now.findings}
    rows = section("since").one("tbody").all("tr")
    assert {(tr.one("th").text, tr.all("td")[0].text) for tr in rows} >= {
        key for key in old.keys() & new.keys() if old[key] is not new[key] and "\n" not in key[1]
    }
    assert section("since").one("caption").text == "Verdicts that are other than on 2026-11-23 02:00"


@pytest.mark.parametrize(
    ("last", "said"), [(None, "? there was no audit before this one"), ("same", "✓ no verdict is other than on")]
)
def test_without_another_audit_or_a_difference_it_says_so(last: str | None, said: str) -> None:
    made = replace(audited(), last_audit=audits()[1] if last else None)
    assert said in parse(render(made)).one("section", id="since").text


def test_the_evidence_is_named_by_its_hash() -> None:
    head = page().one("header").text
    assert "lx-u-0002.zip" in head
    assert "ab" * 32 in head
    assert "number 2 of its chain, signed by auditor (key)" in head


def test_a_cell_that_is_ok_leads_to_what_the_policy_permits_and_what_was_computed() -> None:
    proven = parse(render(run()))
    article = proven.one("article", id="pair-after-mgt-prv")
    assert "Computed: just this gets through." in article.text
    assert "tcp/22" in article.text
    nothing = proven.one("article", id="pair-after-prv-mgt")
    assert "Computed: " in nothing.text
    for cell in proven.one("table", id="matrix-after").all("td"):
        assert proven.one("article", id=cell.one("a").attributes["href"].removeprefix("#"))


def test_no_secret_is_on_the_page_and_nothing_is_said_of_a_plan() -> None:
    assert SECRET not in render(audited())
    assert not page().all("section", id="plan")
    assert not page().all("section", id="phases")
    for link in page().all("a"):
        assert page().one(id=link.attributes["href"].removeprefix("#"))


def test_both_languages_say_the_same_and_the_page_opens_in_the_one_that_was_asked_for() -> None:
    english, chinese = page(), page(Language.ZH)
    words = {node.attributes["data-en"]: node.attributes["data-zh"] for node in english.all("span", class_="t")}
    assert len(words) > 120
    pairs = list(zip(english.all("span", class_="t"), chinese.all("span", class_="t"), strict=True))
    for here, there in pairs:
        assert here.attributes == there.attributes
        assert (here.text, there.text) == tuple(" ".join(here.attributes[f"data-{x}"].split()) for x in ("en", "zh"))
    assert chinese.one("html").attributes["lang"] == "zh-Hans"
    assert all(re.search(r"[\u4e00-\u9fff]|^, |[;:：]|#", zh) for zh in words.values()), words


def test_a_rule_says_what_it_demands_in_both_languages() -> None:
    demands = {rule.id: rule.demand for rule in rules()}
    for language in Language:
        heads = page(language).one("section", id="rules").all("tr", class_="rule")
        said = {head.one("code").text: head.one("div").text for head in heads}
        assert len(said) > 5
        assert all(text == demands[name] for name, text in said.items()) is (language is Language.ZH)
        assert not [name for name, text in said.items() if not text or "`" in text]


@pytest.mark.parametrize(("name", "word"), [("circuits", "运营商"), ("power", "市电"), ("topology", "光纤")])
def test_words_of_an_inventory_are_chinese_where_the_catalogue_has_them(name: str, word: str) -> None:
    cells = {td.text for td in page(Language.ZH).one("section", id=name).all("td")}
    assert word in cells
    assert not cells & {english for english, chinese in catalogue().items() if english != chinese} - {"mains"}


def test_the_catalogue_keeps_every_place_that_is_filled_in() -> None:
    for english, chinese in catalogue().items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", chinese)), english
    with pytest.raises(KeyError):
        say("words that nobody put into another language")
    assert say("{count} devices", count=3) == Text("3 devices", "3 台设备")


def test_laixis_own_words_are_not_translated() -> None:
    titles = {zone.title for zone in laixi().zones.values()}
    assert titles <= {th.text for th in page().all("span", lang="zh-Hans")}


def test_a_run_that_changed_and_was_audited_tells_both() -> None:
    judged = audits()[1]
    both = parse(render(replace(run(), audit=judged)))
    verdict = both.one(id="verdict").text
    assert "0 of 196 zone pairs violate the policy; before: 182" in verdict
    assert f"{len(judged.failures)} findings of the audit fail" in verdict
    ids = {node.attributes.get("id") for node in both.all("section")}
    assert {"rules", "plan", "health", "phases"} <= ids
    cards = {card.one("a").text for card in both.all("li", class_="card")}
    assert {"Plan", "Second run", "Failing", "Unknown"} <= cards

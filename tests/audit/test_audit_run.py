"""An audit as a whole: scope, absent evidence, records, waivers, counts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from support.audits import NOON, evidence, judged, unread
from support.isolation import hall, hall_configs

from govnet.audit import Evidence, Kind, Severity, Verdict, audit
from govnet.audit.rule import ConfigRule, DocumentRule, Rule
from govnet.audit.tables import KeptBackup, Sample
from govnet.cli.auditing import of_day
from govnet.errors import InputError
from govnet.network.declared import Declared, Document, Threshold, Waiver
from govnet.network.model import Plane
from govnet.network.placed import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit import Finding
    from govnet.config.reading import Reading
    from govnet.network.built import Device
    from govnet.network.model import Network

HERE = Origin("audit.yaml", 3)


class Failing(Rule):
    """Fails always."""

    id, title, title_en, clause, severity = "GOV-03", "总是失败", "Fails", "none", Severity.HIGH

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        yield self.failed("core", "well", "ill", evidence.running("core"))


class Broken(Failing):
    """Breaks off."""

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        raise KeyError(next(iter(evidence.network.devices)))


class Silent(Failing):
    """Finds nothing to judge."""

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        yield from self.judge(evidence) if evidence.planes else ()


class Needy(Failing):
    """Needs what nobody gathered."""

    needs = (Kind.FDB, Kind.ARP)


class Inner(Failing):
    """For the inner plane."""

    planes = frozenset({Plane.INNER})


class Third(Failing):
    """For level 3."""

    level = 3


class Paper(DocumentRule):
    """Settled by paper."""

    id, title, title_en, clause, severity = "GOV-03", "纸", "Paper", "none", Severity.LOW
    supply = "the plan"


class Looking(ConfigRule):
    """Passes for all that is seen."""

    id, title, title_en, clause, severity = "GOV-03", "看", "Looking", "none", Severity.HIGH
    hidden_by = re.compile("nat")

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        yield self.passed(device.name, reading.config.hostname, "x", evidence.running(device.name))


def declared(*records: Document | Waiver) -> Evidence:
    documents = tuple(r for r in records if isinstance(r, Document))
    waivers = tuple(r for r in records if isinstance(r, Waiver))
    return evidence(replace(hall(), declared=Declared(documents, waivers)), configs=hall_configs())


def waiver(expires: date, rule: str = "GOV-03", name: str = "*") -> Waiver:
    return Waiver(rule, name, "中心", "awaiting parts", expires, HERE)


def document(day: date, rule: str = "GOV-03", name: str = "*") -> Document:
    return Document(rule, name, "2008-017", day, "中心", "plan", HERE)


@pytest.mark.parametrize(
    ("rule", "verdict", "said"),
    [
        (Failing, "fail", "ill"),
        (Broken, "unknown", "the rule broke off with KeyError: 'core'"),
        (Silent, "not_applicable", "nothing that this rule is about"),
        (Needy, "unknown", "supply MAC address tables"),
        (Inner, "not_applicable", "this network is on plane u"),
        (Third, "fail", "ill"),
        (Paper, "unknown", "supply the plan as a record"),
    ],
)
def test_outcomes_are_kept_apart(rule: type[Rule], verdict: str, said: str) -> None:
    first, *_ = audit(evidence(hall(), configs=hall_configs()), [rule()]).findings
    assert str(first.verdict) == verdict
    assert said in first.actual


def test_a_network_of_level_2_is_not_held_to_level_3() -> None:
    network = hall()
    core = replace(network.devices["core"], data={"djbh_level": 2})
    low = evidence(replace(network, devices={**network.devices, "core": core}))
    assert [f.verdict for f in audit(low, [Third()]).findings] == [Verdict.NOT_APPLICABLE]


@pytest.mark.parametrize(
    ("expires", "waived"), [(date(2008, 6, 3), True), (date(2008, 6, 2), False), (date(2008, 6, 1), False)]
)
def test_a_waiver_shows_and_ends_on_its_day(expires: date, *, waived: bool) -> None:
    found = audit(declared(waiver(expires)), [Failing()])
    assert found.counts["waived"] == int(waived)
    assert found.counts["fail"] == int(not waived)
    assert found.findings[0].verdict is Verdict.FAIL
    assert bool(found.failures) is not waived


@pytest.mark.parametrize("other", [waiver(date(2009, 1, 1), "GOV-02"), waiver(date(2009, 1, 1), name="acc*")])
def test_a_waiver_of_something_else_does_not_count(other: Waiver) -> None:
    assert audit(declared(other), [Failing()]).failures


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2008, 6, 2), "pass"),
        (date(2007, 6, 3), "pass"),
        (date(2007, 6, 2), "unknown"),
        (date(2008, 6, 3), "unknown"),
    ],
)
def test_a_record_settles_a_rule_while_it_is_fresh(day: date, verdict: str) -> None:
    found = audit(declared(document(day)), [Paper()]).findings
    assert [str(f.verdict) for f in found] == [verdict]


def test_the_newest_record_counts() -> None:
    found = audit(declared(document(date(2001, 1, 1)), document(date(2008, 1, 1))), [Paper()]).findings[0]
    assert found.verdict is Verdict.PASS
    assert "2008-01-01" in found.actual


@pytest.mark.parametrize("record", [waiver(date(2009, 1, 1), "GOV-77"), document(date(2008, 1, 1), "ABC-01")])
def test_a_record_for_no_rule_is_a_mistake(record: Document | Waiver) -> None:
    with pytest.raises(InputError, match=rf"audit.yaml:3: there is no rule {record.rule}"):
        audit(declared(record), [Failing()])


def test_what_was_not_read_is_unknown_and_what_is_hidden_too() -> None:
    configs = hall_configs()
    readings = {"core": unread(configs["core"], "ip nat outside"), "fw": unread(configs["fw"], "logo on")}
    found = audit(Evidence(hall(), NOON, readings=readings), [Looking()]).findings
    assert {f.object: str(f.verdict) for f in found} == {
        "core": "unknown", "acc": "unknown", "ce": "unknown", "fw": "pass",
    }  # fmt: skip
    hidden = next(f for f in found if f.object == "core")
    assert "ip nat outside" in hidden.actual
    assert hidden.evidence[0].where == "line 1: ip nat outside"


def test_a_text_is_referred_to_by_its_hash() -> None:
    seen = Evidence(hall(), NOON, readings={}, texts={"core": "vlan 1\n"}, digests={"running acc": "ab"})
    assert seen.running("core").sha256 == hashlib.sha256(b"vlan 1\n").hexdigest()
    assert seen.running("acc").sha256 == "ab"
    assert not seen.running("fw").sha256


def test_an_unknown_on_a_grave_rule_is_no_clean_run() -> None:
    grave = audit(evidence(hall()), [Needy()])
    assert not grave.failures
    assert not grave.clean
    light = audit(evidence(hall()), [Paper()])
    assert light.clean


def test_all_rules_answer_about_a_network_of_which_nothing_was_seen() -> None:
    found = audit(Evidence(hall(), datetime(2008, 1, 1, tzinfo=UTC)))
    assert len({finding.rule for finding in found.findings}) == 112
    assert not [f for f in found.findings if "broke off" in f.actual]


def with_parameters(**values: float) -> Network:
    rows = tuple(Threshold(name, float(value), Origin("audit.yaml", 7)) for name, value in values.items())
    return replace(hall(), declared=Declared(parameters=rows))


@pytest.mark.parametrize(("limit", "said"), [(None, "fail"), (48, "pass"), (12, "fail")])
def test_a_network_may_have_thresholds_of_its_own(limit: float | None, said: str) -> None:
    kept = (KeptBackup("core", NOON - timedelta(hours=30)),)
    network = with_parameters(config_backup_max_age_h=limit) if limit else hall()
    found = audit(evidence(network, backups=kept)).findings
    assert [str(f.verdict) for f in found if (f.rule, f.object) == ("CFG-06", "core")] == [said]


@pytest.mark.parametrize(
    ("values", "said"),
    [({"log_days": 3}, "there is no parameter log_days"), ({"login_max_fail": 2.5}, "login_max_fail is 2.5")],
)
def test_a_threshold_that_is_none_is_named(values: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=rf"audit.yaml:7: {said}"):
        audit(evidence(with_parameters(**values)))


READINGS = (Sample("up", "core", 1.0, NOON),)


@pytest.mark.parametrize(
    ("day", "said"),
    [(NOON.date(), "pass"), (date(2007, 6, 30), "unknown"), (date(2009, 1, 1), "unknown")],
    ids=["the same day", "a day before", "a day to come"],
)
def test_a_reading_tells_of_its_own_day_alone(day: date, said: str) -> None:
    """``--as-of`` asks the configurations that are there; nobody measured anything on that other day."""
    seen = of_day(evidence(hall(), configs=hall_configs(), samples=READINGS), day)
    assert seen.day == day
    assert seen.readings
    by = {finding.object: str(finding.verdict) for finding in judged("MGT-14", seen)}
    assert by.get("core", by.get("hand")) == said

"""The rules on what has to be kept up, and those that only a record settles: examples that pass and fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from support.audits import NOON, Case, ago, evidence, levelled, recorded, verdicts
from support.isolation import HERE, cable, device, hall, hall_configs

from govnet.audit import Parameters, rules
from govnet.audit.rules.documents import DECLARED
from govnet.audit.rules.keeping import SourcesNamed
from govnet.audit.tables import Sample
from govnet.network.cabled import Circuit
from govnet.network.model import Plane
from govnet.network.placed import Place
from govnet.network.served import System, TrafficClass

if TYPE_CHECKING:
    from govnet.audit import Evidence


def sensing(*samples: Sample, day: date | None = None) -> Evidence:
    """Return evidence on the hall with a sensor, and a record of its signatures."""
    network = hall()
    network = replace(network, devices={**network.devices, "ids": device("ids", "ids")})
    return evidence(recorded(network, "IDS-02", "ids", day) if day else network, samples=samples)


def up(value: float, **age: float) -> Sample:
    return Sample("up", "ids", value, ago(**age))


def copied(*values: float, hours: float = 1) -> Evidence:
    """Return evidence on a sensor at port 9 of the core, whose counter had these values, the last of them now."""
    seen = sensing(up(1, minutes=2), day=NOON.date())
    rows = tuple(
        Sample("ifHCOutOctets", "core", value, ago(hours=hours * age), {"ifName": "9"})
        for age, value in enumerate(reversed(values))
    )
    network = replace(seen.network, links=(*seen.network.links, cable("core:9", "ids:1", "mirror")))
    return replace(seen, network=network, samples=(*(seen.samples or ()), *rows))


def guarding(days: float | None, *clients: str) -> Evidence:
    """Return evidence on an antivirus server in the management zone whose patterns are some days old."""
    network, zone = hall(), "mgt"
    system = System(
        "antivirus", "防病毒", "Antivirus", zone, ("srv",), clients, "bulk", "always",
        "", "", "", (), "", "", (), "", "", None, None, "", HERE,
    )  # fmt: skip
    network = replace(network, systems={"antivirus": system})
    metric, at = "govnet_antivirus_pattern_timestamp_seconds", ago(minutes=5)
    samples = () if days is None else (Sample(metric, "srv", ago(days=days).timestamp(), at),)
    return evidence(network, configs=hall_configs(), samples=samples)


def lines(
    *, speed: int = 2000, video: int | None = 48, whole: int = 100, venue: bool = True, shown: str | None = None
) -> Evidence:
    """Return evidence on a line to a town, with the shares of its classes and what the town's switch shows."""
    network = hall()
    line = replace(cable("core:2", "ce:49", "town"), a=network.links[1].b, b=network.links[1].a, circuit="line")
    place = Place("town", "镇", "node", 1, HERE, venue=venue)
    ce = replace(network.devices["ce"], place="town")
    classes = {} if video is None else {
        "video": TrafficClass("video", "会议", 34, {2000: video}, HERE),
        "default": TrafficClass("default", "其他", 0, {2000: whole - video}, HERE),
    }  # fmt: skip
    network = replace(
        network,
        links=(network.links[0], line, *network.links[2:]),
        circuits={"line": Circuit("line", "专线", "telecom", speed, True, "", None, None, HERE)},  # noqa: FBT003 - dedicated
        places={"town": place},
        devices={**network.devices, "ce": ce},
        traffic=classes,
    )
    seen = evidence(network, configs=hall_configs())
    return replace(seen, texts={"ce": shown} if shown is not None else {})


def secret(since: date | None, *reviews: date) -> Evidence:
    """Return evidence on an inner network whose hall holds secret zones, connected on a day, reviewed on others."""
    network = replace(hall(), plane=Plane.INNER, places={"hall": Place("hall", "楼", "building", 0, HERE, since=since)})
    zones = {slug: replace(zone, confidential=slug == "prv") for slug, zone in network.zones.items()}
    network = replace(network, zones=zones)
    for day in reviews:
        network = recorded(network, "SEC-02", "hall", day)
    return evidence(network)


def asking(line: str, level: int | None = None) -> Evidence:
    network = levelled(hall(), level) if level else hall()
    return replace(evidence(network, configs=hall_configs()), texts={"core": f"sysname core\n{line}\n"})


CONNECTED, BEFORE, AFTER = date(2006, 8, 1), date(2006, 7, 1), date(2007, 1, 1)
QOS = "qos queue-profile wan"

CASES = [
    Case("IDS-02", "answers, signatures of today", lambda: sensing(up(1, minutes=2), day=NOON.date()), {"ids": "pass"}),
    Case("IDS-02", "answers, nothing of signatures", lambda: sensing(up(1, minutes=2)), {"ids": "unknown"}),
    Case("IDS-02", "is down", lambda: sensing(up(0, minutes=2), day=NOON.date()), {"ids": "fail"}),
    Case("IDS-02", "silent for two hours", lambda: sensing(up(1, hours=2), day=NOON.date()), {"ids": "fail"}),
    Case("IDS-02", "signatures of long ago", lambda: sensing(up(1, minutes=2), day=date(2004, 1, 1)), {"ids": "fail"}),
    Case("IDS-02", "frames are copied to it", lambda: copied(5, 6, 7), {"ids": "pass"}),
    Case("IDS-02", "no frame for two hours", lambda: copied(7, 7, 7), {"ids": "fail"}),
    Case("IDS-02", "one reading of the counter", lambda: copied(7), {"ids": "pass"}),
    Case("IDS-02", "no frame for ten minutes", lambda: copied(5, 7, 7, hours=0.1), {"ids": "pass"}),
    Case("IDS-03", "two days old", lambda: guarding(2), {"antivirus": "pass"}),
    Case("IDS-03", "ninety days old", lambda: guarding(90), {"antivirus": "fail"}),
    Case("IDS-03", "nobody told", lambda: guarding(None), {"antivirus": "unknown"}),
    Case("IDS-03", "served zones", lambda: guarding(2, "prv", "mgt"), {"antivirus": "pass", "prv > mgt": "pass"}),
    Case("IDS-03", "no server here", lambda: evidence(hall()), {"hand": "unknown"}),
    Case("ARC-07", "shares, and a look at the switch", lambda: lines(shown=QOS), {"line": "unknown"}),
    Case("ARC-07", "first come, first served", lambda: lines(shown="sysname ce"), {"line": "fail"}),
    Case("ARC-07", "no classes, and a venue", lambda: lines(video=None), {"line": "fail"}),
    Case("ARC-07", "no classes, no venue", lambda: lines(video=None, venue=False), {"hand": "unknown"}),
    Case("ARC-07", "more than there is", lambda: lines(whole=110), {"line": "fail"}),
    Case("ARC-07", "conferences take most", lambda: lines(video=60), {"line": "fail"}),
    Case("ARC-07", "no share of this speed", lambda: lines(speed=1000), {"line": "fail"}),
    Case("SEC-02", "reviewed before", lambda: secret(CONNECTED, BEFORE, AFTER), {"hall": "pass"}),
    Case("SEC-02", "reviewed after", lambda: secret(CONNECTED, AFTER), {"hall": "fail"}),
    Case("SEC-02", "no reference", lambda: secret(CONNECTED), {"hall": "unknown"}),
    Case("GOV-03", "drilled", lambda: evidence(recorded(hall(), "GOV-03")), {"c-1": "pass", "room hall": "pass"}),
    Case("GOV-03", "no plan", lambda: evidence(hall()), {"c-1": "unknown"}),
    Case("MGT-10", "RADIUS", lambda: asking("radius server host 10.0.50.7"), {"core": "pass", "jump host": "unknown"}),
    Case("MGT-10", "taken off", lambda: asking("undo radius-server authentication 10.0.50.7"), {"core": "unknown"}),
    Case("MGT-10", "passwords alone at level 3", lambda: asking("telnet server enable", 3), {"core": "fail"}),
    Case("MGT-10", "level not declared", lambda: asking("telnet server enable"), {"core": "unknown", "acc": "unknown"}),
    Case("EGN-07", "this release", lambda: evidence(hall()), {"rules": "pass"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case: Case) -> None:
    case.hold()


def test_a_rule_without_a_source_fails() -> None:
    class Silent(SourcesNamed):
        clause = ""
        __module__ = "tests"

    class Incomplete(SourcesNamed):
        def all_rules(self) -> list[type]:
            return [Silent]

    (finding,) = Incomplete().judge(evidence(hall()))
    assert (str(finding.verdict), finding.actual) == ("fail", "EGN-07 has no source")


TERMS = {row.id: getattr(Parameters(), row.term) for row in DECLARED}


@pytest.mark.parametrize("row", DECLARED, ids=lambda row: row.id)
def test_a_record_settles_for_its_term_and_no_longer(row: object) -> None:
    """Beyond it a duty with a term has failed; what is merely described is unknown again."""
    days = TERMS[row.id]
    name = hall().slug
    seen = {age: recorded(hall(), row.id, day=ago(days=age).date()) for age in (days, days + 1)}
    said = {age: verdicts(row.id, evidence(network)) for age, network in seen.items()}
    assert said[days] == {name: "pass"}
    assert said[days + 1] == {name: "fail" if row.dated else "unknown"}
    nothing = next(rule for rule in rules() if rule.id == row.id).judge(evidence(hall()))
    assert [(str(one.verdict), row.supply in one.actual) for one in nothing] == [("unknown", True)]


def test_rows_are_few_and_the_duties_have_terms() -> None:
    assert {row.id for row in DECLARED if row.dated} == {"MGT-07", "GOV-02"}
    assert len(DECLARED) == 10

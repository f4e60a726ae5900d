"""Devices that a person configures: the interchange form, the work order, and a proof that rests on an export."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.linux_configs import HARDWARE
from support.manual_export import export, manual_configs, record
from typer.testing import CliRunner

from govnet.cli.main import app
from govnet.cli.ordering import read_exports
from govnet.config import apply, check, diff, inverse
from govnet.config import reading as element
from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.intent import hardware, intent
from govnet.config.model import DeviceConfig, Management
from govnet.config.reading import Reading
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Port, Switchport
from govnet.errors import GovnetError, InputError, RefusedError
from govnet.isolation.proof import PairResult, prove
from govnet.network.load import load
from govnet.platforms.manual import PLATFORM, Language, read_evidence, work_order
from govnet.platforms.registry import PLATFORMS, by_hand
from govnet.resources import folder
from govnet.workspace import Workspace
from lab.estate import twins
from nornir_tasks.session import open_session

if TYPE_CHECKING:
    from govnet.network.model import Network

LAW = settings(deadline=None)
ORDERS = Path(__file__).parent / "orders"
FIREWALL = "lx-adc-u-fw01"
INTERFACES = ["", "interface,address,zone,vlan", "eth1,10.1.0.1/24,prv,", "eth2,10.2.0.1/24,pub,"]
HEAD = "zone_from,zone_to,source,destination,protocol,ports,action,log,comment"
WEB = Filter(Verdict.PERMIT, "tcp", ports=((443, 443),), log=True, comment="web")
WEB_ROW = "prv,pub,any,any,tcp,443,permit,yes,web"


def text(*rules: str, head: str = HEAD, default: str = "deny", more: tuple[str, ...] = ()) -> str:
    return "\n".join([*record("fw", default), *INTERFACES, "", head, *rules, *more]) + "\n"


def reading(said: str) -> Reading:
    return PLATFORM.read(said, HARDWARE)


def firewall(said: str) -> Firewall:
    found = reading(said).config.firewall
    assert found
    return found


@given(manual_configs())
@LAW
def test_what_is_exported_reads_back(x: DeviceConfig) -> None:
    assert PLATFORM.refuse(x, HARDWARE) == []
    found = reading(export(x))
    assert found.config == x
    assert found.unread == ()
    lines = export(x).split("\n")
    for line in found.sources.values():
        assert lines[line.number - 1] == line.text


@given(manual_configs(), manual_configs())
@LAW
def test_every_change_is_one_step_in_both_languages(a: DeviceConfig, b: DeviceConfig) -> None:
    there = diff(a, b)
    assert check(apply(a, there)) == []
    for changes, running in ((there, a), (inverse(there), b), (diff(PLATFORM.factory(HARDWARE), b), None)):
        steps = PLATFORM.say(changes, running or PLATFORM.factory(HARDWARE))
        assert [step.change for step in steps] == list(range(len(changes)))
        for step in steps:
            tags = [line[:5] for line in step.text.split("\n")]
            assert set(tags) == {"[en] ", "[zh] "}
            assert tags.count("[en] ") == tags.count("[zh] ")


@given(manual_configs(), st.sampled_from(Language))
@LAW
def test_a_work_order_numbers_every_step_once(x: DeviceConfig, language: Language) -> None:
    steps = PLATFORM.say(diff(PLATFORM.factory(HARDWARE), x), PLATFORM.factory(HARDWARE))
    order = work_order("fw", steps, language=language)
    assert [int(n) for n in re.findall(r"^\[ \] +(\d+)\. ", order, re.MULTILINE)] == list(range(1, len(steps) + 1))
    assert "[en]" not in order
    assert "[zh]" not in order


def small() -> tuple[DeviceConfig, DeviceConfig]:
    """Return a box as exported, and as it should be."""
    now = reading(text("any,any,any,any,any,any,permit,no,left by the installer", WEB_ROW)).config
    policy = Firewall(
        {"prv": frozenset({"eth1"}), "jh": frozenset({"eth2"})},
        {("prv", "jh"): (replace(WEB, destinations=(IPv4Network("10.3.0.11/32"),)), Filter(Verdict.DENY, "icmp"))},
    )
    second = IpInterface(InterfaceKind.PORT, (IPv4Interface("10.3.0.1/24"),), parent="eth2")
    wanted = replace(
        now,
        hostname="lx-fw",
        ports={**now.ports, "eth6": Port("spare", enabled=False)},
        interfaces={**now.interfaces, "eth2": second},
        routes=frozenset({StaticRoute(IPv4Network("172.16.0.0/16"), IPv4Address("10.3.0.2"))}),
        firewall=policy,
        management=Management(sources=frozenset({IPv4Network("10.129.2.201/32")}), telnet=False),
        ntp=frozenset({IPv4Address("10.129.2.203")}),
        banner=("Authorised staff only.", "仅限授权人员。"),
    )
    return now, wanted


@pytest.mark.parametrize("language", Language)
def test_a_work_order_is_what_was_agreed(language: Language) -> None:
    now, wanted = small()
    evidence, _ = read_evidence(text(WEB_ROW), HARDWARE)
    order = work_order("lx-fw", PLATFORM.say(diff(now, wanted), now), evidence, language)
    assert order == (ORDERS / f"{language}.txt").read_text(encoding="utf-8")


def test_nothing_to_do_is_said_and_an_empty_box_too() -> None:
    order = work_order("fw", [], language=Language.ENGLISH)
    assert "Nothing is to be done." in order
    assert "Counted from an empty box" in order


RULES = {
    "any": ("prv,pub,any,,any,,permit,no,", Filter(Verdict.PERMIT)),
    "one row": (WEB_ROW, WEB),
    "many": (
        "prv,pub,10.1.0.0/24 10.9.0.1,10.2.0.5;10.2.0.6,udp,53 1000-2000,deny,no,a",
        Filter(
            Verdict.DENY,
            "udp",
            (IPv4Network("10.1.0.0/24"), IPv4Network("10.9.0.1/32")),
            (IPv4Network("10.2.0.5/32"), IPv4Network("10.2.0.6/32")),
            ports=((53, 53), (1000, 2000)),
            comment="a",
        ),
    ),
    "quoted": ('prv,pub,any,any,47,any,PERMIT,No,"a, b"', Filter(Verdict.PERMIT, "47", comment="a, b")),
}


@pytest.mark.parametrize("name", RULES)
def test_a_row_is_a_rule(name: str) -> None:
    row, rule = RULES[name]
    found = reading(text(row))
    assert firewall(text(row)).pairs == {("prv", "pub"): (rule,)}
    assert found.sources[element.firewall_rule("prv", "pub", 0)].text == row
    assert found.sources[element.firewall_rule("prv", "pub", 0)].number == 13


def test_the_order_of_the_table_holds_for_every_pair() -> None:
    policy = firewall(text("any,any,any,any,icmp,,permit,no,top", WEB_ROW, "any,pub,any,any,any,,deny,no,end"))
    assert [rule.comment for rule in policy.prelude] == ["top"]
    assert {pair: [rule.comment for rule in rules] for pair, rules in policy.pairs.items()} == {
        ("prv", "pub"): ["web", "end"],
        ("pub", "pub"): ["end"],
    }


def test_an_any_row_below_reaches_interfaces_that_are_in_no_zone() -> None:
    said = text(WEB_ROW, "any,any,any,any,any,,permit,no,all").replace("eth2,10.2.0.1/24,pub,", "eth2,10.2.0.1/24,,")
    assert ("", "prv") in firewall(said).pairs
    assert firewall(said).pairs["prv", ""][0].comment == "all"


def test_a_default_that_permits_is_a_rule_of_every_pair() -> None:
    said = text(WEB_ROW, default="permit")
    found = reading(said)
    assert [rule.comment for rule in firewall(said).pairs["prv", "pub"]] == ["web", "default action"]
    assert [rule.comment for rule in firewall(said).pairs["pub", "prv"]] == ["default action"]
    assert "default-action: permit" in found.sources[element.firewall_rule("pub", "prv", 0)].text


def test_what_is_not_known_is_kept_and_counted() -> None:
    more = ("", "nat_from,nat_to", "10.1.0.0/24,10.9.0.1", "", "setting,value", "turbo,on")
    found = reading(text(f"{WEB_ROW},worktime", f"{WEB_ROW},", head=f"{HEAD},schedule", more=more))
    assert [(line.number, line.text) for line in found.unread] == [
        (13, "policy column schedule: worktime"),
        (16, "table nat_from: nat_from,nat_to"),
        (17, "table nat_from: 10.1.0.0/24,10.9.0.1"),
        (20, "setting turbo: on"),
    ]
    assert found.read_lines == 6 + 2 + 2


def test_interfaces_limit_rules_only_in_front() -> None:
    head = f"{HEAD},interface_in"
    front = reading(text("any,any,any,any,any,,deny,no,,eth1", head=head))
    assert front.unread == ()
    behind = reading(text("prv,pub,any,any,any,,deny,no,,eth1", head=head))
    assert [line.number for line in behind.unread] == [13]


ROW = "prv,pub,any,any,{},{},permit,no,"
WRONG: dict[str, tuple[str, str]] = {
    "no record": (text().split("\n", 1)[1], "evidence:1: the evidence record does not say `device`"),
    "empty field": (text().replace("王工", ""), "evidence:2: the evidence record does not say `exported-by`"),
    "said twice": ("# date: 2026-01-01\n" + text(), "evidence:4: `date` is said twice"),
    "no date": (text().replace("2026-03-01", "1.3.26"), "evidence:3: '1.3.26' is no date"),
    "no digest": (text().replace("0123456789abcdef", "0", 1), "evidence:5: '0"),
    "default": (text().replace(": deny", ": maybe"), "evidence:6: default-action 'maybe' is neither"),
    "no rules": ("\n".join(record("fw")) + "\n", "evidence: there is no rule table"),
    "no interfaces": ("\n".join([*record("fw"), "", HEAD]), "evidence: there is no interface table"),
    "no column": (text(head=HEAD.replace(",action", "")), "evidence:12: the table has no column action"),
    "column twice": (text(head=f"{HEAD},log"), "evidence:12: column log is there twice"),
    "second table": (text(more=("", HEAD)), "evidence:14: a second table begins with `zone_from`"),
    "cells": (text(f"{WEB_ROW},x,y"), "evidence:13: the row has more cells"),
    "quotes": (text('prv,pub,"any,any'), "evidence:13: is no line of CSV"),
    "action": (text(WEB_ROW.replace("permit", "pass")), "evidence:13: action: action 'pass' is neither"),
    "host bits": (text("prv,pub,10.1.0.1/24,any,any,,deny,no,"), "evidence:13: source: 10.1.0.1/24 has host bits"),
    "ports": (text(ROW.format("tcp", "443-80")), "evidence:13: ports: '443-80' is no port"),
    "protocol": (text(ROW.format("http", "")), "evidence:13: protocol: protocol 'http' is not known"),
    "no ports": (text(ROW.format("icmp", "80")), "evidence:13: protocol icmp has no ports"),
    "log": (text("prv,pub,any,any,any,,deny,maybe,"), "evidence:13: log: 'maybe' is neither yes nor no"),
    "zones": (text(",pub,any,any,any,,deny,no,"), "evidence:13: the rule does not name both its zones"),
    "interface": (text().replace("eth2,", "ge9,"), "evidence:10: interface ge9: it is no port"),
    "prefix length": (text().replace("10.1.0.1/24", "10.1.0.1"), "evidence:9: interface eth1: 10.1.0.1 has no prefix"),
    "vlan": (text().replace("pub,", "pub,7"), "evidence:10: interface eth2: one in VLAN 7 is called"),
    "any zone": (text().replace("prv", "any"), "evidence:9: interface eth1: `any` is no zone"),
    "port": (text(more=("", "port,enabled,description", "eth9,yes,")), "evidence:15: port eth9: the inventory"),
    "setting": (text(more=("", "setting,value", "ssh,perhaps")), "evidence:15: setting ssh: 'perhaps' is neither"),
    "route": (text(more=("", "prefix,next_hop", "10.0.0.0/8,")), "evidence:15: prefix 10.0.0.0/8:"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_line(name: str) -> None:
    said, expected = WRONG[name]
    with pytest.raises(InputError) as caught:
        reading(said)
    assert any(str(problem).startswith(expected) for problem in caught.value.problems), caught.value


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        reading(text("prv,pub,x,y,tcp,z,permit,no,").replace("2026-03-01", "?"))
    assert [problem.line for problem in caught.value.problems] == [3, 13, 13, 13]


def test_what_spreadsheets_add_does_no_harm() -> None:
    said = "\ufeff" + text(WEB_ROW).replace("\n\n", "\n,,,,\n").replace("\n", "\r\n")
    assert reading(said).config == reading(text(WEB_ROW)).config


CANNOT = {
    "switchport": (replace(small()[0], ports={"eth1": Port(switchport=Switchport())}), "port eth1: the interchange"),
    "zone": (replace(small()[0], firewall=Firewall({"Any Zone": frozenset()})), "zone 'Any Zone'"),
    "text": (replace(small()[0], banner=("a\tb",)), "text 'a\\tb'"),
    "name": (replace(small()[0], hostname=""), "hostname"),
    "protocol": (
        replace(small()[0], firewall=Firewall({}, {("a", "b"): (Filter(Verdict.DENY, "http"),)})),
        "rule a>b 1: protocol 'http'",
    ),
    "limited": (
        replace(small()[0], firewall=Firewall({}, {("a", "b"): (Filter(Verdict.DENY, incoming=("eth1",)),)})),
        "rule a>b 1: only rules in front",
    ),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_a_table_cannot_hold_is_refused(name: str) -> None:
    config, why = CANNOT[name]
    assert any(said.startswith(why) for said in PLATFORM.refuse(config, HARDWARE))


@cache
def laixi(where: str) -> Network:
    """Return Laixi with its first firewall configured by hand."""
    copy = Path(where) / "laixi"
    shutil.copytree(folder("inventory") / "laixi", copy)
    models, hosts = copy / "models.yaml", copy / "hosts.yaml"
    own = "  hisense-firewall-web:\n    vendor: Hisense\n    platform: manual\n    ports: [eth1-6]\n"
    own += "    assumed: the source names the maker (海信) only\n"
    models.write_text(models.read_text("utf-8").replace("  ids:\n", f"{own}  ids:\n", 1), "utf-8")
    plain = f"{FIREWALL}: {{groups: [role_fw], data: {{note: active}}}}"
    hand = f"{FIREWALL}: {{groups: [role_fw], platform: manual, data: {{note: active, model: hisense-firewall-web}}}}"
    assert plain in hosts.read_text("utf-8")
    hosts.write_text(hosts.read_text("utf-8").replace(plain, hand), "utf-8")
    return load(copy)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return laixi(str(tmp_path_factory.mktemp("by_hand")))


def others(network: Network) -> dict[str, Reading]:
    """Return what all other devices should have, as read."""
    named = (d.name for d in network.devices.values() if d.platform and d.name != FIREWALL)
    return {name: Reading(intent(network, name)) for name in named}


def exported(network: Network, *rows: str) -> str:
    """Return the export of the firewall as it should be, with ``rows`` at the end of its rules."""
    return export(intent(network, FIREWALL)) + "".join(f"{row}\n" for row in rows)


def test_an_export_of_what_was_asked_for_proves_laixi(network: Network) -> None:
    said = PLATFORM.read(exported(network), hardware(network, FIREWALL))
    assert diff(said.config, intent(network, FIREWALL)) == []
    proof = prove(network, {**others(network), FIREWALL: said})
    assert proof.counts[PairResult.OK] == len(proof.pairs) == 196


def test_an_any_rule_in_the_export_is_the_witness(network: Network) -> None:
    row = "any,any,any,any,any,any,permit,no,for the test,,,,"
    said = exported(network, row)
    proof = prove(network, {**others(network), FIREWALL: PLATFORM.read(said, hardware(network, FIREWALL))})
    number = said.rstrip("\n").count("\n") + 1
    assert proof.violations
    witnesses = [str(pair.witness) for pair in proof.violations]
    assert all(f"line {number}: {row}" in witness for witness in witnesses if FIREWALL in witness)
    assert any(FIREWALL in witness for witness in witnesses)
    assert (proof.pair("inet", "prv").verdict, proof.pair("prv", "prv").verdict) == ("violating", "ok")


def test_a_column_that_nobody_knows_leaves_the_proof_open(network: Network) -> None:
    lines = exported(network).split("\n")
    start = next(index for index, line in enumerate(lines) if line.startswith("zone_from"))
    lines[start:] = [line and line + (",schedule" if i == 0 else ",night") for i, line in enumerate(lines[start:])]
    proof = prove(network, {**others(network), FIREWALL: PLATFORM.read("\n".join(lines), hardware(network, FIREWALL))})
    assert proof.counts[PairResult.UNKNOWN] > 0


def test_nobody_logs_in_to_it(network: Network, tmp_path: Path) -> None:
    work = Workspace(network, tmp_path)
    assert FIREWALL not in work.chosen([])
    assert len(work.chosen([])) == len(network.commanded()) - 1
    with pytest.raises(RefusedError, match=f"configured by hand; print its work order.*workorder laixi {FIREWALL}"):
        work.chosen([FIREWALL])
    host = SimpleNamespace(name=FIREWALL, platform="manual")
    with pytest.raises(RefusedError, match=f"{FIREWALL}: is configured by hand"):
        open_session(cast("Any", SimpleNamespace(host=host)))
    assert FIREWALL not in {twin.name for twin in twins(network)}
    assert [name for name in PLATFORMS if by_hand(name)] == ["manual"]


def test_the_command_prints_a_work_order(network: Network, tmp_path: Path) -> None:
    file, out = tmp_path / "export.csv", tmp_path / "order.txt"
    file.write_text(exported(network, "inet,prv,any,any,any,any,permit,no,,,,,"), "utf-8")
    where = str(network.folder)
    full = CliRunner().invoke(app, ["workorder", where, FIREWALL, "--lang", "zh"])
    assert (full.exit_code, full.stdout.startswith(f"工单：{FIREWALL}")) == (0, True)
    short = CliRunner().invoke(
        app, ["workorder", where, FIREWALL, "--lang", "en", "--evidence", str(file), "-o", str(out)]
    )
    assert short.exit_code == 0
    body = out.read_text("utf-8")
    assert "Steps: 1." in body
    assert "[ ]   1. From zone inet to zone prv: delete every rule." in body
    assert "2026-03-01 by 王工" in body


def test_options_are_held_against_the_inventory(network: Network, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(exported(network), "utf-8")
    record_, said = read_exports(network, [f"{FIREWALL}={file}"])[FIREWALL]
    assert (record_.exported_by, said.unread) == ("王工", ())
    bad: list[tuple[list[str], type[GovnetError], str]] = [
        ([FIREWALL], RefusedError, "DEVICE=FILE"),
        ([f"{FIREWALL}={file}"] * 2, RefusedError, "has an export already"),
        ([f"nobody={file}"], RefusedError, "no such device"),
        ([f"lx-adc-u-fw02={file}"], RefusedError, "has the platform linux_nft"),
        ([f"{FIREWALL}={tmp_path / 'none.csv'}"], InputError, "cannot be read"),
    ]
    for given_, kind, why in bad:
        with pytest.raises(kind, match=why):
            read_exports(network, given_)
    file.write_text(exported(network).replace(f"device: {FIREWALL}", "device: lx-adc-u-fw02"), "utf-8")
    with pytest.raises(InputError, match=r"export\.csv:1: the record says it is of lx-adc-u-fw02"):
        read_exports(network, [f"{FIREWALL}={file}"])


@pytest.mark.parametrize("command", ["prove", "plan", "drift", "audit"])
def test_bad_evidence_is_refused_before_any_session(command: str, network: Network, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(exported(network, "prv,pub,any"), "utf-8")
    done = CliRunner().invoke(
        app, [command, str(network.folder), "--evidence", f"{FIREWALL}={file}", "--build", str(tmp_path)]
    )
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "laixi").exists()

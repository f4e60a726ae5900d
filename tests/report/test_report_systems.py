"""The information systems in the report: carried, isolated, monitored, each with what shows it; unseen is no yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from support.html_page import parse
from support.report_runs import laixi, run

from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.isolation.proof import prove
from govnet.network.load import load
from govnet.network.summary import folder_named
from govnet.report import Run, render
from govnet.report.systems import SystemRow, systems
from govnet.report.tone import Tone


def found(of: Run) -> dict[str, SystemRow]:
    return {row.slug: row for row in systems(of)}


@pytest.mark.parametrize(
    ("system", "carried", "isolated", "monitored"),
    [
        ("jinhong", "yes", "yes", "yes"),
        ("sites", "yes", "yes", "yes"),
        ("statistics", "yes", "yes", "no"),
        ("health", "yes", "yes", "unknown"),
    ],
)
def test_a_network_as_it_should_be(system: str, carried: str, isolated: str, monitored: str) -> None:
    row = found(run())[system]
    assert (row.carried.word, row.isolated.word, row.monitored.word) == (carried, isolated, monitored)


def test_what_shows_it_is_named() -> None:
    row = found(run())["jinhong"]
    assert row.carried.why.en == "proven for prv > jh, health > jh, just > jh"
    assert row.monitored.why.en == "https to lx-adc-u-srv01 (10.128.96.11), lx-adc-u-srv02 (10.128.96.12)"


def test_before_the_change_systems_were_open_to_others() -> None:
    row = found(replace(run(), after=run().before))["jinhong"]
    assert (row.isolated.tone, row.isolated.word) == (Tone.BAD, "no")
    assert row.isolated.why.en.startswith("packets get through from ")


def test_without_a_proof_nothing_is_yes() -> None:
    bare = replace(run(), before=None, predicted=None, after=None)
    assert {(row.carried.word, row.isolated.word) for row in found(bare).values()} == {("unknown", "unknown")}


def test_a_system_that_the_policy_shuts_out_is_not_carried() -> None:
    network = laixi()
    shut = replace(network.systems["jinhong"], clients=("inet",))
    row = found(replace(run(), network=replace(network, systems={"jinhong": shut})))["jinhong"]
    assert (row.carried.word, row.carried.why.en) == ("no", "the policy opens nothing for inet > jh")


def test_the_page_has_a_row_for_each_in_both_languages() -> None:
    page = render(run())
    section = parse(page).one("section", id="systems")
    assert len([row for row in section.all("tr") if row.all("td")]) == len(laixi().systems) == 12
    assert "金宏电子政务系统" in page
    assert "Jinhong office system" in page


@cache
def qinghai(name: str, day: str = "2008-12-31") -> dict[str, SystemRow]:
    """Return the systems of a shipped network as it is meant to be, proven."""
    network = load(folder_named(name), as_of=date.fromisoformat(day))
    seen = {device.name: Reading(intent(network, device.name)) for device in network.commanded()}
    seen |= dict(ordered(network))
    return found(replace(run(), network=network, after=prove(network, seen)))


@pytest.mark.parametrize(
    ("network", "system", "carried", "monitored"),
    [
        ("qinghai-inner", "documents", "yes", "yes"),
        ("qinghai-inner", "generic-oa", "yes", "yes"),
        ("qinghai-outer", "portal", "yes", "yes"),
        ("qinghai-outer", "jinbao", "yes", "unknown"),
        ("qinghai-outer", "jindun", "unknown", "unknown"),
        ("qinghai-outer", "haixi-site", "unknown", "unknown"),
        ("qinghai-outer", "rural-care", "unknown", "unknown"),
    ],
)
def test_every_system_of_qinghai_is_judged_by_what_is_there(
    network: str, system: str, carried: str, monitored: str
) -> None:
    rows = qinghai(network)
    assert (rows[system].carried.word, rows[system].monitored.word) == (carried, monitored)
    assert {row.carried.word for row in rows.values()} <= {"yes", "unknown"}
    assert {row.isolated.word for row in rows.values()} <= {"yes", "unknown"}


def test_sets_in_the_offices_own_networks_are_counted_one_by_one() -> None:
    assert qinghai("qinghai-inner")["generic-oa"].carried.why.en == "users are on the segment of each of 42 servers"
    assert "+32" in qinghai("qinghai-inner")["generic-oa"].monitored.why.en


# The information systems that the sources name, by the network that carries them.
NAMED = {
    "laixi": "金宏 卫生系统 司法系统 统计专网 农经网 莱西政务网 防病毒 培训教室 语音 电视",
    "haixi": "办公自动化 公文交换 电子公章 专网网站 信息查询数据库 多媒体资料数据库 视频会议 应急指挥",
    "qinghai-inner": "电子公文传输 电子公章 安全应用支撑平台 省政府办公厅办公自动化 通用办公自动化 信息采编与上报"
    " 值班 会议 督查 专网网站 政务视频会议 应急指挥 办公业务资源",
    "qinghai-outer": "办公业务资源 金宏 金财 金审 金保 金质 金农 金水 金关 金税 金融监管 金盾"
    " 人口基础数据库 法人单位基础数据库 自然资源和空间地理数据库 宏观经济数据库 交换体系"
    " 招投标 网上审批 环境保护 档案 政府门户网站 政务公开 12316 12396 三电合一 一站式"
    " 海西州公共信息网 站群 网上直播 移动办公 医疗保险 社会保险 劳动就业 新型农村合作医疗 教育 党员远程教育",
}


@pytest.mark.parametrize(("network", "names"), NAMED.items(), ids=NAMED)
def test_every_system_that_the_sources_name_is_an_object(network: str, names: str) -> None:
    titles = " ".join(system.title for system in load(folder_named(network), as_of=date(2008, 12, 31)).systems.values())
    assert [name for name in names.split() if name not in titles] == []

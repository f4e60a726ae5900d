"""The page of coverage and rollout: figures as text, a map for each step, nothing told by colour alone."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from xml.etree import ElementTree as ET

from govnet import resources
from govnet.network.asof import as_of
from govnet.network.load import read_whole
from govnet.network.model import Network  # noqa: TC001 - beside what loads it
from govnet.network.rollout import regions, steps
from govnet.report.map import draw
from govnet.report.rollout import page

SVG = "{http://www.w3.org/2000/svg}"


@cache
def inner() -> Network:
    return read_whole(resources.folder("inventory") / "qinghai-inner")


def test_the_map_shows_every_prefecture_with_its_figures() -> None:
    now = regions(inner(), as_of(inner(), date(2008, 12, 31)))
    drawn = draw(now, "青海", "2008-12-31", {"generic-oa": "办公"})
    root = ET.fromstring(drawn)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"西宁市", "海西蒙古族藏族自治州", "玉树藏族自治州"} <= set(texts)
    assert {"州 1/1", "县 8/8", "乡镇 19/35  54.3 %", "办公 8/8"} <= set(texts)
    assert len(list(root.iter(f"{SVG}rect"))) == 8


def test_tiles_are_apart_and_inside_the_drawing() -> None:
    root = ET.fromstring(draw(regions(inner(), as_of(inner(), date(2006, 1, 1))), "青海", "2006"))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    boxes = [
        tuple(float(rect.attrib[key]) for key in ("x", "y", "width", "height")) for rect in root.iter(f"{SVG}rect")
    ]
    for number, (x, y, w, h) in enumerate(boxes):
        assert x + w <= width
        assert y + h <= height
        for ox, oy, ow, oh in boxes[number + 1 :]:
            assert x + w <= ox or ox + ow <= x or y + h <= oy or oy + oh <= y


def test_a_shade_is_of_what_has_joined() -> None:
    def shades(day: date) -> set[str]:
        drawn = draw(regions(inner(), as_of(inner(), day)), "青海", "")
        return set(re.findall(r'fill="(#\w+)" stroke', drawn))

    assert shades(date(2004, 1, 1)) == {"#f2f2f2"}
    assert shades(date(2005, 12, 31)) == {"#dbe9f6"}, "counties, and no township yet"
    assert shades(date(2008, 12, 31)) == {"#7fb9da"}


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = page(inner(), steps(inner()))
    assert not re.search(r"(src|href)=|@import|url\(", text)
    assert text.count("<svg") == len(steps(inner())) == 9
    assert "201 / 366 (54.9 %)" in text
    assert "2770 / 2770" in text


def test_a_network_without_a_schematic_has_its_table_alone() -> None:
    haixi = read_whole(resources.folder("inventory") / "haixi")
    text = page(haixi, steps(haixi))
    assert "<svg" not in text
    assert "56 / 97 (57.7 %)" in text


def test_the_outer_network_s_map_shows_the_two_pilots_of_2005() -> None:
    outer = read_whole(resources.folder("inventory") / "qinghai-outer")
    drawn = draw(regions(outer, as_of(outer, date(2005, 12, 31))), "青海", "2005")
    counties = [text.text for text in ET.fromstring(drawn).iter(f"{SVG}text") if (text.text or "").startswith("县")]
    assert sorted(counties) == sorted(
        ["县 1/7  14.3 %", "县 1/6  16.7 %", "县 0/4", "县 0/4", "县 0/5", "县 0/6", "县 0/6", "县 0/8"]
    )

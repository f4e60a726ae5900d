"""A schematic of the regions of a network, coloured by how many of their places have joined: an SVG of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.network.figures import Coverage
    from govnet.network.rollout import Region

WIDTH, HEIGHT, GAP, TOP = 150, 104, 8, 56
_SHADES = (
    (0.0, "#f2f2f2"),
    (0.01, "#dbe9f6"),
    (0.25, "#bad6eb"),
    (0.5, "#7fb9da"),
    (0.75, "#3f8fc5"),
    (1.0, "#1b5a96"),
)
"""From this share on, this colour; the last ones are dark enough for white text (contrast over 4.5)."""
_DARK = 0.75
_SHORT = 8
"""Characters of a title that fit a tile in full size."""
_KINDS = {"county": "县", "township": "乡镇", "node": "节点"}


def draw(regions: Sequence[Region], title: str, day: str) -> str:
    """Return the SVG: a tile for each region, its shade the share of townships that have joined, else of counties.

    Figures are written on the tiles, so that nothing is told by colour alone.
    """
    columns = max((region.spot[0] for region in regions), default=0) + 1
    rows = max((region.spot[1] for region in regions), default=0) + 1
    width, height = columns * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP + TOP
    said = f"{title} {day}"
    label = f'role="img" aria-label="{escape(said)}" font-family="sans-serif"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {label}>',
        f"<title>{escape(said)}</title>",
        f'<text x="{GAP}" y="24" font-size="18" font-weight="bold">{escape(title)}</text>',
        f'<text x="{GAP}" y="44" font-size="13">{escape(day)}</text>',
    ]
    for region in regions:
        lines += _tile(region)
    return "\n".join([*lines, "</svg>\n"])


def _tile(region: Region) -> Iterator[str]:
    x, y = GAP + region.spot[0] * (WIDTH + GAP), TOP + region.spot[1] * (HEIGHT + GAP)
    share = _share(region)
    ink = "#ffffff" if share >= _DARK else "#1a1a1a"
    shade = next(colour for least, colour in reversed(_SHADES) if share >= least)
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{shade}" stroke="#5a5a5a"/>'
    title = region.place.title
    size = 15 if len(title) <= _SHORT else 12
    yield f'<text x="{x + 8}" y="{y + 24}" font-size="{size}" font-weight="bold" fill="{ink}">{escape(title)}</text>'
    for number, (kind, covered) in enumerate(_told(region)):
        spoken = f"{_KINDS[kind]} {covered.having}/{covered.of}"
        if covered.percent is not None:
            spoken += f"  {covered.percent:g} %"
        yield f'<text x="{x + 8}" y="{y + 48 + 20 * number}" font-size="13" fill="{ink}">{spoken}</text>'


def _told(region: Region) -> Iterator[tuple[str, Coverage]]:
    yield from ((kind, region.stand.places[kind]) for kind in _KINDS if kind in region.stand.places)


def _share(region: Region) -> float:
    for kind in ("township", "county", "node"):
        covered = region.stand.places.get(kind)
        if covered and covered.of:
            return covered.having / covered.of
    return 0.0

"""A schematic of the regions of a network, coloured by how many of their places have joined: an SVG of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govnet.network.rollout import Region

WIDTH, HEIGHT, GAP, TOP = 180, 84, 8, 56
"""Of a tile with its title and the line of places; each line more is ``LINE`` high."""
LINE = 20
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
_KINDS = {"prefecture": "州", "county": "县", "township": "乡镇", "node": "节点"}


def draw(regions: Sequence[Region], title: str, day: str, systems: Mapping[str, str] | None = None) -> str:
    """Return the SVG: a tile for each region, its shade the share of its places that have joined.

    Figures are written on the tiles, so that nothing is told by colour alone: places, units with a LAN, and the systems
    whose titles are given.
    """
    told = [_told(region, systems or {}) for region in regions]
    tall = HEIGHT + LINE * max((len(lines) - 2 for lines in told), default=0)
    columns = max((region.spot[0] for region in regions), default=0) + 1
    rows = max((region.spot[1] for region in regions), default=0) + 1
    width, height = columns * (WIDTH + GAP) + GAP, rows * (tall + GAP) + GAP + TOP
    said = f"{title} {day}"
    label = f'role="img" aria-label="{escape(said)}" font-family="sans-serif"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {label}>',
        f"<title>{escape(said)}</title>",
        f'<text x="{GAP}" y="24" font-size="18" font-weight="bold">{escape(title)}</text>',
        f'<text x="{GAP}" y="44" font-size="13">{escape(day)}</text>',
    ]
    for region, own in zip(regions, told, strict=True):
        lines += _tile(region, own, tall)
    return "\n".join([*lines, "</svg>\n"])


def _tile(region: Region, told: Sequence[str], tall: int) -> Iterator[str]:
    x, y = GAP + region.spot[0] * (WIDTH + GAP), TOP + region.spot[1] * (tall + GAP)
    share = _share(region)
    ink = "#ffffff" if share >= _DARK else "#1a1a1a"
    shade = next(colour for least, colour in reversed(_SHADES) if share >= least)
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{tall}" rx="6" fill="{shade}" stroke="#5a5a5a"/>'
    title = region.place.title
    size = 15 if len(title) <= _SHORT else 12
    yield f'<text x="{x + 8}" y="{y + 24}" font-size="{size}" font-weight="bold" fill="{ink}">{escape(title)}</text>'
    for number, spoken in enumerate(told):
        yield f'<text x="{x + 8}" y="{y + 48 + LINE * number}" font-size="13" fill="{ink}">{escape(spoken)}</text>'


def _told(region: Region, systems: Mapping[str, str]) -> list[str]:
    """Return a tile's lines: the places level by level, units with a LAN, systems."""
    stand = region.stand
    counted = {title: stand.places[kind] for kind, title in _KINDS.items() if kind in stand.places}
    counted |= {"局域网": stand.lans} if stand.lans.of else {}
    shares = {title: f"  {c.percent:g} %" for title, c in counted.items() if 0 < c.having < c.of}
    counted |= {systems[slug]: found for slug, found in stand.sets.items() if slug in systems}
    return [f"{title} {c.having}/{c.of}{shares.get(title, '')}" for title, c in counted.items()]


def _share(region: Region) -> float:
    joined = region.stand.places.values()
    return sum(found.having for found in joined) / (sum(found.of for found in joined) or 1)

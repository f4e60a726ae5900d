"""How a network grew, as a table and as one page with a map for each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from govnet.network.asof import as_of
from govnet.network.rollout import regions
from govnet.report.map import draw
from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.network.figures import Coverage
    from govnet.network.model import Network
    from govnet.network.rollout import Stand, Step

TITLES = {
    "prefecture": "州",
    "county": "县",
    "township": "乡镇",
    "department": "厅局",
    "node": "节点",
    "lans": "局域网",
    "venues": "分会场",
}
"""What is counted -> its column."""


def named(network: Network, stand: Stand) -> Iterator[tuple[str, Coverage]]:
    """Yield everything that a stand counts under the title of its column; what is never there is left out."""
    for kind, covered in stand.places.items():
        yield TITLES[kind], covered
    for key, covered in (("lans", stand.lans), ("venues", stand.venues)):
        if covered.of:
            yield TITLES[key], covered
    for system, covered in stand.sets.items():
        yield network.systems[system].title, covered


def table(network: Network, found: Sequence[Step]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the columns, and for each step its day and cells; a cell is empty where nothing is left to count."""
    stands = {str(step.day): dict(named(network, step.stand)) for step in found}
    columns = list(dict.fromkeys(title for stand in stands.values() for title in stand))
    rows = [(day, [cell(stand[c]) if c in stand else "" for c in columns]) for day, stand in stands.items()]
    return columns, rows


def cell(covered: Coverage) -> str:
    """Return ``201 / 366 (54.9 %)``; the share only where something has joined and something has not."""
    partly = 0 < covered.having < covered.of
    return f"{covered.having} / {covered.of}" + (f" ({covered.percent} %)" if partly else "")


def page(whole: Network, found: Sequence[Step], profile: str = "") -> str:
    """Return one HTML page that needs no other file; a network without a schematic has no maps."""
    environment = Environment(
        loader=FileSystemLoader(folder("templates") / "report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    columns, rows = table(whole, found)
    drawn = found if whole.schematic else ()
    names = {slug: system.title for slug, system in whole.systems.items() if system.nodes}
    maps = [
        (str(step.day), draw(regions(whole, as_of(whole, step.day, profile)), whole.title, str(step.day), names))
        for step in drawn
    ]
    return environment.get_template("rollout.html.j2").render(network=whole, columns=columns, rows=rows, maps=maps)

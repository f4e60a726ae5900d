"""What every dashboard must hold to, told of its JSON: after the manner of Grafana's dashboard-linter."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from dashboards import units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Json: TypeAlias = Mapping[str, Any]

VARIABLES = ("datasource", "network", "place", "zone")
"""What a person must be able to choose, on every dashboard."""
FILLED = {"$__rate_interval": "4m", "$__range": "6h"}
"""Grafana's own intervals, and one that stands for each where a query is only read."""
_SOURCE = "${datasource}"
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_CHOSEN = frozenset({"network", "place", "zone", "name", "circuit", "source", "instance", "device", "port"})
"""Labels whose values are of one installation: a query never writes one down."""
_RANGE = re.compile(r"(\w+)\s*\((?:[^()]|\([^()]*\))*?\[([^\]]+)\]")
_RANGES = {"rate": "$__rate_interval"}
_LONGEST_UID = 40
_COLUMNS = 24


def complaints(dashboard: Json) -> list[str]:
    """Return what is wrong with a dashboard, in words; empty when nothing is."""
    found = [f"dashboard: {said}" for said in _of_dashboard(dashboard)]
    for panel in panels(dashboard):
        found += [f"{panel.get('title', '?')}: {said}" for rule in PANEL_RULES for said in rule(panel)]
    return found


def panels(dashboard: Json) -> list[Json]:
    """Return the panels of a dashboard, without the headings of rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def _of_dashboard(dashboard: Json) -> Iterator[str]:
    if not 0 < len(dashboard.get("uid") or "") <= _LONGEST_UID:
        yield f"needs a uid of at most {_LONGEST_UID} characters"
    if not dashboard.get("description"):
        yield "has no description"
    names = [variable["name"] for variable in dashboard["templating"]["list"]]
    asked = "".join(target["expr"] for panel in panels(dashboard) for target in panel["targets"])
    for name in VARIABLES:
        if name not in names:
            yield f"lacks the variable {name}"
    for name in names:
        if name != "datasource" and f"${name}" not in asked:
            yield f"no panel asks for ${name}"
    for number, count in Counter(panel.get("id") for panel in dashboard["panels"]).items():
        if number is None or count > 1:
            yield f"{count} panels have the id {number}"
    yield from _overlaps(dashboard["panels"])


def _overlaps(placed: list[Json]) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for panel in placed:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        if at["x"] + at["w"] > _COLUMNS:
            yield f"{panel['title']} reaches past the right edge"
        for other in {taken[cell] for cell in cells & taken.keys()}:
            yield f"{panel['title']} lies on {other}"
        taken |= dict.fromkeys(cells, str(panel["title"]))


def _words(panel: Json) -> Iterator[str]:
    for what in ("title", "description"):
        if not panel.get(what):
            yield f"has no {what}"


def _source(panel: Json) -> Iterator[str]:
    for of in (panel, *panel["targets"]):
        if (of.get("datasource") or {}).get("uid") != _SOURCE:
            yield f"asks a fixed data source instead of {_SOURCE}"


def _legend(panel: Json) -> Iterator[str]:
    if panel["type"] in {"timeseries", "state-timeline"} and not panel["options"]["legend"]["showLegend"]:
        yield "hides its legend"
    for target in panel["targets"]:
        if "{{" not in (target.get("legendFormat") or ""):
            yield f"names no series of {target['expr']}"


def _unit(panel: Json) -> Iterator[str]:
    unit = panel["fieldConfig"]["defaults"].get("unit")
    if not unit:
        yield "has no unit"
        return
    for target in panel["targets"]:
        try:
            derived = units.GRAFANA[units.of(filled(target["expr"]))]
        except units.UnitError as error:
            yield str(error)
            continue
        if derived != unit:
            yield f"shows {unit} where {target['expr']} gives {derived}"


def _ranges(panel: Json) -> Iterator[str]:
    for target in panel["targets"]:
        for function, over in _RANGE.findall(target["expr"]):
            wanted = _RANGES.get(function, "$__range")
            if over != wanted:
                yield f"{function} over [{over}] instead of [{wanted}]"


def _fixed(panel: Json) -> Iterator[str]:
    for target in panel["targets"]:
        matchers = _MATCHER.findall(target["expr"])
        if not any(label == "network" and "$network" in value for label, _, value in matchers):
            yield f"asks all networks at once: {target['expr']}"
        for label, how, value in matchers:
            if label in _CHOSEN and "$" not in value:
                yield f"writes down {label}{how}{value!r}; use a variable"


def filled(expr: str) -> str:
    """Return a query with Grafana's own intervals filled in."""
    for name, value in FILLED.items():
        expr = expr.replace(name, value)
    return expr


PANEL_RULES: tuple[Callable[[Json], Iterator[str]], ...] = (_words, _source, _legend, _unit, _ranges, _fixed)
"""Each yields what is wrong with one panel."""

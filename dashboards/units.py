"""What unit the result of a query has: Prometheus's names carry base units, and PromQL's operators keep or change them.

Only what the dashboards use is known; the rest is refused, so that no panel shows a unit that nobody derived.
"""

from __future__ import annotations

import re
from functools import singledispatch

import promql_parser as promql

from govnet.errors import GovnetError

GRAFANA = {
    "seconds": "s",
    "ratio": "percentunit",
    "celsius": "celsius",
    "watts": "watt",
    "volts": "volt",
    "amperes": "amp",
    "hertz": "hertz",
    "bits/s": "bps",
    "packets/s": "pps",
    "events/s": "cps",
    "milliseconds": "ms",
    "count": "short",
    "truth": "bool_yes_no",
}
"""Unit as it is called here -> id in Grafana's own list of units."""

_BY_NAME = tuple(
    (re.compile(pattern), unit)
    for pattern, unit in (
        (r".*_timestamp_seconds", "moment"),
        (r".*_seconds(_bucket|_sum)?", "seconds"),
        (r".*_bits_per_second", "bits/s"),
        (r".*[_:](seconds|ratio|celsius|watts|volts|amperes|hertz)", r"\1"),
        (r"(up|.*_success|.*_running|.*_alarm|.*_well|.*_kept|.*_(module|sensor)_up|.*:bool)", "truth"),
        (r"(.*_info|.*_end|.*_feed|.*_dark|.*_tier|.*_state|.*_source|ALERTS)", "truth"),
        (r"if(HC)?(In|Out)Octets", "octets"),
        (r"if(HC)?(In|Out)\w*(Errors|Discards|Pkts)", "packets"),
        (r".*_(total|count)", "events"),
        (r".*_(changes|symptoms|violations|present|scraped|returned|sent|retried)", "count"),
    )
)
"""What a metric's name says; the first that fits counts."""
_A_SECOND = {"octets": "octets/s", "packets": "packets/s", "events": "events/s", "seconds": "seconds"}
_SUMMED = {"truth": "count"}
_AVERAGED = {"truth": "ratio"}
_CHANGING = {"rate": _A_SECOND, "avg_over_time": _AVERAGED}
_COUNTING = frozenset({"increase", "resets", "changes", "count_over_time"})
_KEEPING = frozenset(
    {"label_replace", "max_over_time", "min_over_time", "avg_over_time", "histogram_quantile", "clamp_min", "vector"}
)
_COMPARING = frozenset({"==", "!=", ">", "<", ">=", "<="})
_FILTERING = frozenset({"and", "unless"})
_BITS = 8.0
"""In an octet."""


class UnitError(GovnetError):
    """A query whose unit cannot be told."""


def of(query: str) -> str:
    """Return the unit of a query's result, a key of `GRAFANA`.

    Raises:
        UnitError: it mixes units, uses what is not known here, or is no PromQL.
    """
    try:
        parsed = promql.parse(query)
    except ValueError as error:
        raise UnitError(f"{query}: is no PromQL ({error}). Correct the panel's query.") from error
    found = _unit(parsed)
    if found not in GRAFANA:
        raise UnitError(f"{query}: {found} is no unit that a panel shows. Take a rate, or an age.")
    return found


@singledispatch
def _unit(node: object) -> str:
    raise UnitError(f"{node}: unit not known. Teach dashboards/units.py this form, or ask otherwise.")


@_unit.register
def _(node: promql.VectorSelector) -> str:
    name = node.name or ""
    for pattern, unit in _BY_NAME:
        if found := pattern.fullmatch(name):
            return found.expand(unit)
    raise UnitError(f"{name}: the name carries no unit known here. Add it to dashboards/units.py.")


@_unit.register
def _(node: promql.MatrixSelector) -> str:
    return _unit(node.vector_selector)


@_unit.register(promql.ParenExpr)
@_unit.register(promql.UnaryExpr)
@_unit.register(promql.SubqueryExpr)
def _(node: promql.ParenExpr | promql.UnaryExpr | promql.SubqueryExpr) -> str:
    return _unit(node.expr)


@_unit.register
def _(node: promql.NumberLiteral) -> str:
    return "bits" if node.val == _BITS else "number"


@_unit.register
def _(node: promql.AggregateExpr) -> str:
    how, inner = str(node.op), _unit(node.expr)
    if how == "count":
        return "count"
    return {"sum": _SUMMED, "avg": _AVERAGED}.get(how, {}).get(inner, inner)


@_unit.register
def _(node: promql.Call) -> str:
    name, given = node.func.name, node.args
    if name == "time":
        return "moment"
    inner = _unit(given[1 if name == "histogram_quantile" else 0])
    if name in _CHANGING and inner in _CHANGING[name]:
        return _CHANGING[name][inner]
    if name in _COUNTING:
        return "count"
    if name in _KEEPING:
        return inner
    raise UnitError(f"{node}: {name} of {inner} has no unit known here. Teach dashboards/units.py.")


@_unit.register
def _(node: promql.BinaryExpr) -> str:
    how, left, right = str(node.op), _unit(node.lhs), _unit(node.rhs)
    if how in _COMPARING:
        return "truth" if node.modifier and node.modifier.return_bool else left
    if how in _FILTERING:
        return left
    found = {"*": _times, "/": _over}.get(how, _with)(left, right)
    if not found:
        raise UnitError(f"{node}: {left} {how} {right} makes no sense. Correct the query.")
    return found


def _times(left: str, right: str) -> str:
    if {left, right} == {"bits", "octets/s"}:
        return "bits/s"
    # What has no unit leaves the other's; of two such, a share is more than a truth, and a number less than both.
    for plain in ("number", "bits", "truth", "ratio"):
        if plain in {left, right}:
            return right if left == plain else left
    return ""


def _over(left: str, right: str) -> str:
    return "ratio" if left == right else left if right == "number" else ""


def _with(left: str, right: str) -> str:
    """Return the unit of a sum, difference or union."""
    if left == right:
        return "seconds" if left == "moment" else left
    return right if left == "number" else left if right == "number" else ""

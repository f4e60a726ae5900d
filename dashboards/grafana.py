"""Boards as Grafana reads them: its own builders, one document for each board and language."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    statetimeline,
    timeseries,
)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models

from dashboards.panels import DEVICE, Board, Kind, Mark, Panel, Query
from dashboards.words import Language, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Builder: TypeAlias = timeseries.Panel | stat.Panel | bargauge.Panel | statetimeline.Panel

SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
TAG = "govnet"
_HEIGHT = 8
_ALL = models.VariableOption(selected=True, text="All", value="$__all")
_VARIABLES = (
    ("network", "Network", "label_values(govnet_device_info, network)"),
    ("place", "Place", 'label_values(govnet_device_info{network=~"$network"}, place)'),
    ("zone", "Zone", 'label_values(govnet_device_info{network=~"$network"}, zone)'),
)
_OF_DEVICE = f'label_values(up{{job="govnet",{DEVICE}}}, name)'
_WORDS = re.compile(r"(\{\{\w+\}\})|([A-Za-z][A-Za-z %]*[A-Za-z%])")


def document(board: Board, language: Language) -> str:
    """Return one dashboard as JSON text; the same board gives the same text."""
    built = dashboard.Dashboard(say(board.title, language)).uid(f"govnet-{board.slug}-{language}")
    built.description(say(board.says, language)).tags([TAG, language]).readonly().timezone("browser")
    built.time("now-6h", "now").refresh("30s").tooltip(models.DashboardCursorSync.CROSSHAIR)
    built.link(_to_others(language))
    for variable in _variables(board, language):
        built.with_variable(variable)
    for row in board.rows:
        built.with_row(dashboard.Row(say(row.title, language)))
        for panel in row.panels:
            built.with_panel(_panel(panel, language))
    written = json.loads(JSONEncoder().encode(_numbered(built.build())))
    # The builders write what Grafana's own schema no longer has, or has for variables of another kind alone.
    del written["style"]
    for variable in written["templating"]["list"]:
        for key in ("auto", "auto_count", "auto_min", "id"):
            variable.pop(key, None)
    return json.dumps(written, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def _numbered(built: models.Dashboard) -> models.Dashboard:
    """Give every panel an id of its own, in order: links and tests name panels by it."""
    for number, panel in enumerate(built.panels or [], 1):
        panel.id_val = number
    return built


def _to_others(language: Language) -> dashboard.DashboardLink:
    link = dashboard.DashboardLink(say("Dashboards", language)).type(models.DashboardLinkType.DASHBOARDS)
    return link.tags([TAG, language]).as_dropdown(True).include_vars(True).keep_time(True)  # noqa: FBT003 - the only one


def _variables(board: Board, language: Language) -> Iterator[dashboard.DatasourceVariable | dashboard.QueryVariable]:
    yield dashboard.DatasourceVariable("datasource").type("prometheus").label(say("Data source", language))
    for name, label, query in _VARIABLES:
        variable = _variable(name, label, query, language).include_all(True)  # noqa: FBT003 - the only one
        yield variable.all_value(".*").current(_ALL)
    if board.device:
        # Without "all": the ports of all devices are more series than a person can look at.
        yield _variable("device", "Device", _OF_DEVICE, language)


def _variable(name: str, label: str, query: str, language: Language) -> dashboard.QueryVariable:
    variable = dashboard.QueryVariable(name).label(say(label, language)).query(query).datasource(SOURCE)
    variable.multi(True).sort(models.VariableSort.ALPHABETICAL_ASC)  # noqa: FBT003 - the only one
    return variable.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)


def _panel(panel: Panel, language: Language) -> Builder:
    """Return a panel's builder."""
    built = _shown(panel)
    built.title(say(panel.title, language)).description(say(panel.says, language)).datasource(SOURCE)
    built.unit(panel.unit).span(panel.width).height(_HEIGHT).no_value(say("nothing seen", language))
    built.thresholds(_limits(panel.limits))
    if panel.most is not None:
        built.min(0).max(panel.most)
    if panel.marks:
        built.mappings([_mapping(panel.marks, language)])
    for letter, query in zip("ABCDEFGH", panel.queries, strict=False):
        built.with_target(_target(letter, query, panel.kind, language))
    return built


def _shown(panel: Panel) -> Builder:
    """Return the builder of a panel's kind, with what only that kind has."""
    legend = common.VizLegendOptions().show_legend(True)  # noqa: FBT003 - the only one
    legend.display_mode(common_models.LegendDisplayMode.TABLE).placement(common_models.LegendPlacement.RIGHT)
    last = common.ReduceDataOptions().calcs(["lastNotNull"])
    if panel.kind is Kind.GRAPH:
        shown = timeseries.Panel().legend(legend.calcs(["lastNotNull", "max"])).line_width(2).fill_opacity(8)
        return shown.span_nulls(False)  # noqa: FBT003 - the only one
    if panel.kind is Kind.STATES:
        return statetimeline.Panel().legend(_list()).show_value(common_models.VisibilityMode.AUTO).row_height(0.8)
    if panel.kind is Kind.BARS:
        bars = bargauge.Panel().orientation(common_models.VizOrientation.HORIZONTAL).reduce_options(last)
        return bars.display_mode(common_models.BarGaugeDisplayMode.BASIC)  # its bars carry the names, no legend does
    return stat.Panel().reduce_options(last).text_mode(common_models.BigValueTextMode.VALUE_AND_NAME)


def _list() -> common.VizLegendOptions:
    legend = common.VizLegendOptions().show_legend(True)  # noqa: FBT003 - the only one
    legend.display_mode(common_models.LegendDisplayMode.LIST)
    return legend.placement(common_models.LegendPlacement.BOTTOM).calcs([])


def _limits(limits: Iterable[tuple[float, str]]) -> dashboard.ThresholdsConfig:
    steps = [models.Threshold(value=None, color="green" if limits else "blue")]
    steps += [models.Threshold(value=value, color=colour) for value, colour in limits]
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _mapping(marks: Iterable[Mark], language: Language) -> models.ValueMap:
    found = {
        str(mark.value): models.ValueMappingResult(say(mark.words, language), mark.colour, index=number)
        for number, mark in enumerate(marks)
    }
    return models.ValueMap(options=found)


def _target(letter: str, query: Query, kind: Kind, language: Language) -> prometheus.Dataquery:
    asked = prometheus.Dataquery().ref_id(letter).expr(query.expr).legend_format(legend(query.legend, language))
    asked.datasource(SOURCE)
    return asked.instant() if kind in {Kind.NOW, Kind.BARS} else asked.range()


def legend(text: str, language: Language) -> str:
    """Return the name of a series in a language; what stands in braces is a label of the series.

    Raises:
        KeyError: it has words that are not in the table.
    """
    return _WORDS.sub(lambda found: found[1] or say(found[2], language), text)

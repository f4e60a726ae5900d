"""The committed dashboards are what the builder writes, hold to the rules, and say the same in both languages."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards import units
from dashboards.boards import BOARDS
from dashboards.grafana import legend
from dashboards.lint import complaints, filled, panels
from dashboards.words import Language, catalogue, say
from dashboards.written import FOLDER, documents

if TYPE_CHECKING:
    from collections.abc import Callable

WRITTEN = documents()


def test_what_is_committed_is_what_the_builder_writes() -> None:
    committed = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.rglob("*.json")}
    assert committed == WRITTEN, "run `python -m dashboards` and commit monitoring/grafana"


@pytest.mark.parametrize("path", WRITTEN)
def test_every_dashboard_holds_to_the_rules(path: str) -> None:
    assert complaints(json.loads(WRITTEN[path])) == []


@pytest.mark.parametrize("path", WRITTEN)
def test_the_builders_own_model_reads_it(path: str) -> None:
    read = Dashboard.from_json(json.loads(WRITTEN[path]))
    assert (read.uid, len(read.panels or [])) == (
        f"govnet-{path[14:-5]}-{path[11:13]}",
        len(json.loads(WRITTEN[path])["panels"]),
    )


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.slug)
def test_both_languages_ask_the_same(board: Any) -> None:
    def asked(language: str) -> list[Any]:
        found = json.loads(WRITTEN[f"dashboards/{language}/{board.slug}.json"])
        return [(p["id"], p["type"], p["gridPos"], [t["expr"] for t in p["targets"]]) for p in panels(found)]

    assert asked("en") == asked("zh")


def test_every_row_of_the_word_table_is_said() -> None:
    """A row that nobody says is a mistake too: the builder looks each word up, so a missing one never gets here."""
    everything = "\n".join(text for path, text in WRITTEN.items() if "/zh/" in path)
    unsaid = [en for en, zh in catalogue().items() if json.dumps(zh, ensure_ascii=False)[1:-1] not in everything]
    assert unsaid == []


def test_a_word_without_a_row_is_refused() -> None:
    with pytest.raises(KeyError, match="nowhere said"):
        say("nowhere said", Language.ZH)
    assert legend("{{name}} in", Language.ZH) == "{{name}} 入"
    with pytest.raises(KeyError):
        legend("{{name}} sideways", Language.ZH)


UNITS = {
    "up": "truth",
    "sum by (role) (up)": "count",
    "avg_over_time(up[1h])": "ratio",
    "8 * sum(rate(ifHCInOctets[4m]))": "bits/s",
    "rate(ifInErrors[4m])": "packets/s",
    "rate(govnet_snmp_requests_total[4m])": "events/s",
    "time() - govnet_check_timestamp_seconds": "seconds",
    "histogram_quantile(0.9, sum by (le) (rate(govnet_snmp_walk_seconds_bucket[4m])))": "seconds",
    "govnet_circuit_speed_bits_per_second * (1 - govnet:circuit_in:ratio)": "bits/s",
    "ups_output_watts / ups_nominal_output_watts": "ratio",
    "govnet:dark_in:seconds": "seconds",
    "govnet:circuit_loss:ratio * on (circuit) group_left (title) govnet_circuit_end": "ratio",
    "ups_battery_temperature_celsius > 40": "celsius",
    "ups_battery_temperature_celsius > bool 40": "truth",
}


@pytest.mark.parametrize(("query", "unit"), UNITS.items(), ids=str)
def test_the_unit_of_a_query_follows_from_its_names_and_operators(query: str, unit: str) -> None:
    assert units.of(query) == unit


@pytest.mark.parametrize(
    ("query", "why"),
    {
        "ups_output_watts + ups_output_volts": "makes no sense",
        "ifHCInOctets": "no unit that a panel shows",
        "rate(ups_output_watts[4m])": "no unit known here",
        "my_metric": "carries no unit",
        "sum(": "is no PromQL",
        "govnet_check_timestamp_seconds": "no unit that a panel shows",
    }.items(),
    ids=str,
)
def test_a_query_without_a_unit_is_refused(query: str, why: str) -> None:
    with pytest.raises(units.UnitError, match=why):
        units.of(query)


def of(found: dict[str, Any], title: str) -> Any:
    return next(panel for panel in panels(found) if panel["title"] == title)


def requery(found: dict[str, Any], old: str, new: str) -> None:
    target = of(found, "Load")["targets"][0]
    assert old in target["expr"]
    target["expr"] = target["expr"].replace(old, new)


BREAKS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "unit": (lambda found: of(found, "Load")["fieldConfig"]["defaults"].pop("unit"), "has no unit"),
    "wrong unit": (
        lambda found: of(found, "Load")["fieldConfig"]["defaults"].update(unit="percent"),
        "shows percent where .* gives percentunit",
    ),
    "description": (lambda found: of(found, "Load").update(description=""), "has no description"),
    "title": (lambda found: of(found, "Load").update(title=""), "has no title"),
    "source": (
        lambda found: of(found, "Load")["targets"][0]["datasource"].update(uid="abc"),
        r"fixed data source instead of \$\{datasource\}",
    ),
    "series": (lambda found: of(found, "Load")["targets"][0].update(legendFormat=""), "names no series"),
    "legend": (lambda found: of(found, "Load")["options"]["legend"].update(showLegend=False), "hides its legend"),
    "device": (lambda found: requery(found, 'place=~"$place"', 'name="lx-adc-u-ups01"'), "writes down name"),
    "instance": (lambda found: requery(found, 'place=~"$place"', 'instance="127.0.0.1:9116"'), "writes down instance"),
    "network": (lambda found: requery(found, 'network=~"$network",', ""), "asks all networks at once"),
    "interval": (
        lambda found: of(found, "Load")["targets"][0].update(
            expr='sum by (name) (rate(ups_input_line_bads_total{network=~"$network"}[5m]))'
        ),
        r"rate over \[5m\] instead of",
    ),
    "variable": (
        lambda found: found["templating"]["list"].pop(1),
        "lacks the variable network",
    ),
    "unused": (
        lambda found: found["templating"]["list"].append({"name": "floor"}),
        r"no panel asks for \$floor",
    ),
    "place": (lambda found: of(found, "Load")["gridPos"].update(x=20), "past the right edge"),
    "on another": (lambda found: of(found, "Load").update(gridPos=of(found, "Fed from")["gridPos"]), "lies on"),
    "id": (lambda found: of(found, "Load").update(id=1), "2 panels have the id 1"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_rule_can_be_broken(name: str) -> None:
    found = copy.deepcopy(json.loads(WRITTEN["dashboards/en/room.json"]))
    spoil, said = BREAKS[name]
    spoil(found)
    assert any(re.search(said, each) for each in complaints(found))


def test_a_query_is_read_with_intervals_filled_in() -> None:
    assert filled("rate(x_total[$__rate_interval])") == "rate(x_total[4m])"


@pytest.mark.parametrize("file", sorted((FOLDER / "provisioning").rglob("*.yml")), ids=lambda file: file.parent.name)
def test_provisioning_names_what_is_there(file: Any) -> None:
    told = yaml.safe_load(file.read_text())
    assert told["apiVersion"] == 1
    for provider in told.get("providers", []):
        path = provider["options"]["path"].replace("${GOVNET_DASHBOARDS}", str(FOLDER / "dashboards"))
        assert len(list(FOLDER.glob(f"dashboards/{path.rsplit('/', 1)[1]}/*.json"))) == len(BOARDS)
    for source in told.get("datasources", []):
        assert (source["type"], source["jsonData"]["timeInterval"]) == ("prometheus", "30s")

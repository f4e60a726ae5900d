"""What a dashboard is: panels in rows, each a few queries with one unit, a description, and a legend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DEVICE = 'network=~"$network",place=~"$place",zone=~"$zone"'
"""Selects series of a device: those of the network, places and zones that are chosen."""
NETWORK = 'network=~"$network"'
"""Selects series that stand at no place."""
CIRCUIT = 'network=~"$network",zone=~"(.*,)?$zone(,.*)?"'
"""Selects series of a circuit: its zones are written in one label, with commas between."""
FULL_WIDTH = 24


def known(metric: str) -> str:
    """Return what a metric with labels ``network`` and ``name`` says of devices at the chosen places."""
    return f"({metric} and on (network, name) govnet_device_info{{{DEVICE}}})"


def ends_here(metric: str) -> str:
    """Return a circuit's series, of circuits that end at one of the places chosen."""
    at = 'govnet_device_info{network=~"$network",place=~"$place"}'
    return f"({metric} and on (network, circuit) (govnet_circuit_end and on (network, name) {at}))"


class Kind(StrEnum):
    """How a panel shows what it asks."""

    GRAPH = "timeseries"
    NOW = "stat"
    BARS = "bargauge"
    STATES = "state-timeline"


@dataclass(frozen=True, slots=True)
class Query:
    """One question: PromQL, and the name of each series of the answer (``{{label}}``)."""

    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A value of a state, its words and colour."""

    value: int
    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    Attributes:
        title, says: in English, as in the word table; ``says`` is the description.
        unit: Grafana's id of the unit, as `units.of` infers it from every query.
        queries: at least one.
        kind: how it is shown.
        width: of 24 columns.
        marks: what whole numbers mean, where the panel shows states.
        limits: value -> colour from there on.
        most: upper end of the scale, where there is one.
    """

    title: str
    says: str
    unit: str
    queries: tuple[Query, ...]
    kind: Kind = Kind.GRAPH
    width: int = 12
    marks: tuple[Mark, ...] = ()
    limits: tuple[tuple[float, str], ...] = ()
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard; ``device`` gives it a choice of devices too.

    Attributes:
        slug: file name, and the end of the uid.
        title, says: in English, as in the word table.
    """

    slug: str
    title: str
    says: str
    rows: tuple[Row, ...]
    device: bool = False

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in order."""
        return tuple(panel for row in self.rows for panel in row.panels)


ANSWERS = (Mark(0, "silent", "red"), Mark(1, "answers", "green"))
"""What ``up`` says."""
LINE = (Mark(0, "down", "red"), Mark(1, "up", "green"))
"""What a port, cable or circuit says."""
FAULT = (Mark(0, "well", "green"), Mark(1, "failed", "red"))
"""What the share of a failed state says."""
PART = (Mark(0, "failed", "red"), Mark(1, "well", "green"), Mark(2, "unknown", "purple"), Mark(3, "empty", "text"))
"""What `coded` makes of a part's state."""


def coded(metric: str, labels: str, **codes: int) -> str:
    """Return a state set as one number for each part: what is in none of ``codes`` is 0.

    Args:
        metric: a state set, whose own label holds the state.
        labels: what names a part.
        codes: state -> number.
    """
    parts = (f'{code} * max by ({labels}) ({metric}{{{metric}="{state}",{DEVICE}}})' for state, code in codes.items())
    return " + ".join(parts)

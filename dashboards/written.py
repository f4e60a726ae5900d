"""Which files are written."""

from __future__ import annotations

from pathlib import Path

from dashboards.boards import BOARDS
from dashboards.grafana import document
from dashboards.words import Language

FOLDER = Path(__file__).parents[1] / "monitoring" / "grafana"
"""Where they are committed."""


def documents() -> dict[str, str]:
    """Return path below `FOLDER` -> JSON text."""
    return {
        f"dashboards/{language}/{board.slug}.json": document(board, language)
        for language in Language
        for board in BOARDS
    }

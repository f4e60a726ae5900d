"""The page and its state: one HTML document that needs no other file, and asks its own server alone for news."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from govnet.errors import StorageError
from govnet.monitoring import checks
from govnet.monitoring.causes import CIRCUIT, DEVICE, SOURCE, Causes
from govnet.monitoring.wall.checks import tiles as check_tiles
from govnet.monitoring.wall.conditions import conditions
from govnet.monitoring.wall.levels import circuits, levels
from govnet.monitoring.wall.room import air, sources, warm
from govnet.monitoring.wall.seen import Seen, wanted
from govnet.monitoring.wall.tiles import Tile, Tone
from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from collectors.lately import History
    from govnet.audit.tables import Sample
    from govnet.network.model import Network

REFRESH_SECONDS = 5
"""How often the page asks for news."""


class Wall:
    """A front for the exporter: what was read lately of one network."""

    def __init__(self, network: Network, build: Path, asked: Collection[str], refresh: float = REFRESH_SECONDS) -> None:
        """Show a network.

        Args:
            network: what there is.
            build: the folder where the last checks are kept.
            asked: names of the devices that the exporter asks; the others are unseen.
            refresh: how often the page asks for news, in seconds.
        """
        self._refresh = refresh
        self._network, self._build, self._asked = network, build, frozenset(asked)
        self._read: Mapping[tuple[str, float], tuple[Sample, ...]] = {}

    @cached_property
    def _causes(self) -> Causes:
        return Causes(self._network)

    def wants(self, metric: str) -> bool:
        """Whether the page shows anything of a metric."""
        return wanted(metric)

    def state(self, histories: Mapping[str, History], at: float) -> dict[str, Any]:
        """Return what the page shows, as JSON holds it.

        Args:
            histories: target -> its last visits.
            at: Unix time now.
        """
        network, seen = self._network, Seen(histories, self._asked, at, self._read)
        plan = levels(network, seen)
        tiles: dict[str, Sequence[Tile]] = {
            DEVICE: [tile for level in plan for tile in level.tiles],
            CIRCUIT: circuits(network, self._causes, seen),
            SOURCE: sources(network, seen),
            "room": air(network, seen),
            "inside": warm(network, seen),
            "checks": check_tiles(self._last_checks(), at),
        }
        wrong = conditions(network, self._causes, tiles)
        self._read = seen.read
        return {
            "at": at,
            "levels": [asdict(level) for level in plan],
            "conditions": [asdict(condition) for condition in wrong],
            "circuits": [asdict(tile) for tile in tiles[CIRCUIT]],
            "sources": [asdict(tile) for tile in tiles[SOURCE]],
            **{part: [asdict(tile) for tile in tiles[part]] for part in ("room", "inside", "checks")},
            "counts": {"devices": _counts(tiles[DEVICE]), "circuits": _counts(tiles[CIRCUIT])},
        }

    def _last_checks(self) -> Mapping[str, Any]:
        try:
            return checks.kept(self._build)
        except StorageError:
            # Nobody knows what was found: the page says so, and `/metrics` says why.
            return {}

    def page(self) -> str:
        """Return the page; the same network gives the same text."""
        return self._page

    @cached_property
    def _page(self) -> str:
        network = self._network
        return _environment().get_template("page.html.j2").render(
            network=network,
            words=json.dumps(words(), ensure_ascii=False).replace("</", "<\\/"),
            style=_source("wall.css"),
            script=_source("wall.js"),
            refresh=self._refresh,
        )  # fmt: skip

    def security(self) -> str:
        """Return the page's policy: its own style and script, news from its own server, and nothing else."""
        style, script = (_hash(_source(name)) for name in ("wall.css", "wall.js"))
        return (
            f"default-src 'none'; style-src '{style}'; script-src '{script}'; connect-src 'self'; "
            "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )


def _counts(tiles: Iterable[Tile]) -> dict[str, int]:
    found = dict.fromkeys(Tone, 0)
    for tile in tiles:
        found[tile.tone] += 1
    return {str(tone): count for tone, count in found.items()}


@cache
def words() -> dict[str, str]:
    """Return English -> Chinese for every word of the page's own."""
    loaded = yaml.safe_load(_source("zh.yaml"))
    return {str(english): str(chinese) for english, chinese in loaded.items()}


@cache
def _source(name: str) -> str:
    return (folder("templates") / "wall" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(folder("templates") / "wall"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=True,
    )

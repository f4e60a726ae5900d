"""What Prometheus knows, asked over its HTTP API: one value a series, now or at a past moment."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import typer

from govnet.errors import InputError, Problem, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 30

PrometheusUrl = Annotated[
    str,
    typer.Option("--prometheus", metavar="URL", envvar="GOVNET_PROMETHEUS", help="Prometheus to ask what was seen."),
]


class Prometheus:
    """A Prometheus server."""

    def __init__(self, url: str) -> None:
        """Take the address of a server, as ``http://127.0.0.1:9090``.

        Raises:
            InputError: it is no such address.
        """
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
            raise InputError([Problem("--prometheus", 0, f"{url!r} is no address", "Write http://HOST:9090")])
        self.url = url.rstrip("/")

    def values(self, query: str, by: str, at: float | None = None) -> Mapping[str, float]:
        """Return the value of each series of a query, by one of its labels; of two with the same the last.

        Series without that label, and values that are no number, are left out: nothing was seen of them.

        Raises:
            UnreachableError: the server does not answer, or refuses the query.
        """
        asked = {"query": query, **({} if at is None else {"time": f"{at:.3f}"})}
        rows = self._asked("query", asked)["result"]
        found = {row["metric"].get(by, ""): float(row["value"][1]) for row in rows}
        return {name: value for name, value in found.items() if name and not math.isnan(value)}

    def interval(self, group: str) -> float | None:
        """Return how often a group of rules is evaluated, in seconds; None when the server has no such group."""
        groups = self._asked("rules", {"type": "record"})["groups"]
        return next((float(found["interval"]) for found in groups if found["name"] == group), None)

    def _asked(self, what: str, words: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
        try:
            with urlopen(f"{self.url}/api/v1/{what}?{urlencode(words)}", timeout=_SECONDS) as answer:  # noqa: S310
                return json.load(answer)["data"]
        except HTTPError as error:
            raise UnreachableError(self.url, f"answers {error.code} {error.reason}", "Is that a Prometheus?") from error
        except (URLError, OSError, ValueError, KeyError) as error:
            raise UnreachableError(self.url, f"does not answer ({error})", "Start it, or mend the address") from error

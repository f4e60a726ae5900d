"""What every path of the exporter answers with: an exposition, compressed where that is worth it, in time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

from collectors import exposition
from collectors.collect import DEADLINE_SECONDS
from govnet.errors import GovnetError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    from starlette.requests import Request

    from collectors.collect import Target

    T = TypeVar("T", bound=Target)

TIMEOUT_HEADER = "X-Prometheus-Scrape-Timeout-Seconds"
TIMEOUT_OFFSET = 0.5
MIN_SECONDS = 0.1
GZIP_MIN = 1024


class BadRequestError(GovnetError):
    """A request that cannot be served as it is; answered with status 400."""


def seconds(request: Request) -> float:
    """Return the time for a scrape: below the scraper's own, so that it gets an answer."""
    try:
        given = float(request.headers.get(TIMEOUT_HEADER, ""))
    except ValueError:
        return DEADLINE_SECONDS
    # "nan" and "inf" are floats too.
    return max(MIN_SECONDS, given - TIMEOUT_OFFSET) if 0 < given < DEADLINE_SECONDS * 10 else DEADLINE_SECONDS


async def text(request: Request, content: str) -> Response:
    """Return an exposition, compressed where the scraper takes it and it is worth it."""
    headers = {"Content-Type": exposition.CONTENT_TYPE, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(content) >= GZIP_MIN:
        packed = await asyncio.to_thread(exposition.member, content)
        return Response(packed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(content.encode(), headers=headers)


def asked_for(request: Request) -> str:
    """Return the one target that a request names.

    Raises:
        BadRequestError: none or several.
    """
    asked = request.query_params.getlist("target")
    if len(asked) != 1 or not asked[0]:
        raise BadRequestError("'target' parameter must be given once: the name or host:port of a device.")
    return asked[0]


def known(asked: str, targets: Mapping[str, T]) -> T:
    """Return the target of that name.

    Raises:
        BadRequestError: the inventory has none.
    """
    if asked not in targets:
        raise BadRequestError(f"Target {asked!r} is not in the inventory. See /sd for those that are.")
    return targets[asked]

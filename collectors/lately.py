"""What each target gave lately, kept in memory so that a page can show it: bounded by the number of targets.

Whatever else is scraped, the page is fresh: while somebody looks, targets that nobody asked for a while are asked here.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from collectors.collect import Result, Target
    from collectors.exposition import Family

ASK_AFTER_SECONDS = 45.0
"""A target that nobody asked for so long is asked for the page; scrapes every 30 seconds leave nothing to ask."""
_AT_ONCE = 16
_KEPT = 2
_NEVER_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a target: when (Unix time), what it gave, and what went wrong."""

    at: float
    families: tuple[Family, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class History:
    """The last visits to a target.

    Attributes:
        last: the last one, whether it answered or not.
        answered: the last two that gave anything, the newest last: two make a rate.
    """

    last: Visit
    answered: tuple[Visit, ...] = ()


class Front(Protocol):
    """A page that shows what was read lately."""

    def wants(self, metric: str) -> bool:
        """Whether the page shows a metric; the others are not kept."""

    def page(self) -> str:
        """Return the page."""

    def security(self) -> str:
        """Return the page's Content-Security-Policy."""

    def state(self, histories: Mapping[str, History], at: float) -> Mapping[str, object]:
        """Return what the page shows, as JSON holds it; target -> history, and the time now."""


class Lately:
    """Serves a front at ``/`` and what it shows at ``/state``."""

    def __init__(
        self,
        front: Front,
        targets: Sequence[Target],
        read: Callable[[Target], Awaitable[object]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Serve a front.

        Args:
            front: the page.
            targets: what to ask while somebody looks.
            read: asks one of them; it hands what it got to `note`.
            clock: Unix time.
        """
        self._front, self._targets, self._read, self._clock = front, targets, read, clock
        self.histories: dict[str, History] = {}
        self._round: asyncio.Task[None] | None = None

    @property
    def routes(self) -> list[Route]:
        """The page and its state."""
        return [Route("/", self._page), Route("/state", self._state)]

    def note(self, result: Result) -> None:
        """Keep what the front wants of a visit, in place of the one before the last."""
        wanted = (family for reading in result.readings for family in reading.families)
        families = tuple(family for family in wanted if family.rows and self._front.wants(family.name))
        visit = Visit(self._clock(), families, result.error)
        before = self.histories[result.target.name].answered if result.target.name in self.histories else ()
        answered = (*before, visit)[-_KEPT:] if result.samples else before
        self.histories[result.target.name] = History(visit, answered)

    async def close(self) -> None:
        """End the round that is under way."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.wait([self._round])

    async def _page(self, request: Request) -> Response:
        del request
        return HTMLResponse(self._front.page(), headers={"Content-Security-Policy": self._front.security()})

    async def _state(self, request: Request) -> Response:
        """Return what was read lately; it never waits for a device."""
        del request
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._ask())
        shown = await asyncio.to_thread(self._front.state, dict(self.histories), self._clock())
        return JSONResponse(shown, headers=_NEVER_KEPT)

    async def _ask(self) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def ask(target: Target) -> None:
            async with gate:
                await self._read(target)

        await asyncio.gather(*(ask(target) for target in self._targets if self._is_old(target.name)))

    def _is_old(self, name: str) -> bool:
        history = self.histories.get(name)
        return history is None or self._clock() - history.last.at > ASK_AFTER_SECONDS

"""A receiver beside an exporter, in one process and one event loop."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette

    from collectors.receiving.listening import Listening


def alongside(app: Starlette, listening: Listening) -> Starlette:
    """Let a receiver, which has its addresses, listen for as long as an application runs; return the application."""
    own = app.router.lifespan_context

    @asynccontextmanager
    async def both(served: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - Starlette's own signature
        async with own(served) as state:
            await listening.start()
            try:
                yield state
            finally:
                await listening.close()

    app.router.lifespan_context = both
    return app

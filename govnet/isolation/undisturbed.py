"""Work without the cycle collector: a proof makes millions of values and no cycles to be looked for among them."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the cycle collector still; it is on again afterwards if it was on before. Works as a decorator too.

    What was made meanwhile counts as old then: it is looked at in the next full round, not in the very next small one.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.unfreeze()  # the two together only move all that is young to the oldest generation
            gc.enable()

"""What of a device outlives its power: what was saved last, and what the installer left."""

from __future__ import annotations

import pickle  # its own bytes only, never anybody else's
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Collection


class Flash:
    """The memory of one box that keeps its state without power.

    Args:
        box: whose attributes are kept.
        apart: attributes that power does not touch: what the box is, and its files.

    Attributes:
        full: nothing can be saved any more; a fault on demand sets it, and each box has its own words for it.
    """

    def __init__(self, box: object, apart: Collection[str] = ()) -> None:
        self._box, self._apart = box, {*apart, "flash"}
        self._first = self._last = pickle.dumps({})
        self._installed = False
        self.full = False

    def save(self) -> None:
        """Keep the box as it is now; what is kept first is what the installer left."""
        names = getattr(self._box, "__slots__", None) or vars(self._box)
        state = {name: getattr(self._box, name) for name in names if name not in self._apart}
        # Bytes, because a lab of thousands keeps all of them: they are made faster, and are smaller, than a copy.
        self._last = pickle.dumps(state, pickle.HIGHEST_PROTOCOL)
        if not self._installed:
            self._first, self._installed = self._last, True

    def boot(self, *, saved: bool = True) -> None:
        """Let the box come up as it was saved last; without ``saved``, as its installer left it."""
        for name, value in pickle.loads(self._last if saved else self._first).items():  # noqa: S301 - made above
            setattr(self._box, name, value)


@runtime_checkable
class Bootable(Protocol):
    """A personality that can lose its power."""

    flash: Flash

    def boot(self, *, saved: bool) -> None:
        """Restart: what was not saved is gone. Without ``saved``, nothing was since the installer left."""

"""The boxes of a lab in their places: each is made, and set up at its console, when somebody first asks for it.

Of the thousands of a province most are never called, and making them all takes longer, and more memory, than all else
that starts them. Until then a place holds what the lab was told of the box, so nobody who calls can see a difference.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from govnet.errors import LabError
from lab.console import set_up
from lab.flash import Bootable
from lab.personalities import AT_THE_START, make
from lab.terminal import Personality

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator
    from typing import Protocol

    from lab.twin import Twin

    class _Closes(Protocol):
        async def close(self) -> None: ...


class Rack(Mapping[str, Personality]):
    """Device name -> the device itself. Safe to read from another thread than that of the lab.

    Args:
        twins: of the lab; those without a command line are passed over.
        placed: is told of each box that is made.
    """

    def __init__(self, twins: Iterable[Twin], placed: Callable[[str, Personality], None]) -> None:
        self._twins = {twin.name: twin for twin in twins if twin.platform}
        self._placed = placed
        self._made: dict[str, Personality] = {}
        self._making = threading.Lock()

    async def open(self) -> None:
        """Make what cannot wait: boxes that hold something of this machine, and one box of each make.

        One of each, because what a make cannot do is said to who starts the lab and not to who calls first.

        Raises:
            LabError: a platform is unknown, or a console set-up was refused.
        """
        self._made.clear()
        makes: set[tuple[str, ...]] = set()
        for twin in self._twins.values():
            kind = (twin.platform, twin.model, twin.software, twin.kind)
            if twin.platform in AT_THE_START or kind not in makes:
                makes.add(kind)
                self._place(twin, await _installed(twin))

    def __getitem__(self, name: str) -> Personality:
        """Return a box, made now if it was not yet.

        Raises:
            KeyError: no device of that name has a command line.
            LabError: its console set-up was refused.
        """
        if name not in self._made:
            with self._making:
                if name not in self._made:
                    self._place(self._twins[name], _without_waiting(_installed(self._twins[name])))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over all names; this makes no box."""
        return iter(self._twins)

    def __len__(self) -> int:
        """Return how many boxes there are, made or not."""
        return len(self._twins)

    @property
    def made(self) -> Mapping[str, Personality]:
        """The boxes that are made by now."""
        return self._made

    def _place(self, twin: Twin, box: Personality) -> None:
        self._made[twin.name] = box
        self._placed(twin.name, box)

    async def close(self) -> None:
        """Release what the boxes hold of this machine."""
        for box in self._made.values():
            if hasattr(box, "close"):
                await cast("_Closes", box).close()


async def _installed(twin: Twin) -> Personality:
    """Return a box as its installer leaves it."""
    box = make(twin)
    await set_up(twin, box)
    if isinstance(box, Bootable):
        box.flash.save()
    return box


def _without_waiting(step: Coroutine[object, None, Personality]) -> Personality:
    """Return what a coroutine returns that never waits; a console set-up in memory is such a one."""
    try:
        step.send(None)
    except StopIteration as done:
        return cast("Personality", done.value)
    step.close()
    raise LabError("a console set-up waited for something. Add the box's platform to personalities.AT_THE_START.")

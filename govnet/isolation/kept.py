"""Results that are kept from one state of a network to the next, until something that they rest on is another."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

_Result = TypeVar("_Result")
_RestsOn = dict[str, tuple[object, ...]]


class Kept:
    """What was worked out, each result with the very objects that it was worked out from."""

    def __init__(self, results: dict[Hashable, tuple[tuple[object, ...], object]] | None = None) -> None:
        self._results = results or {}

    def copy(self) -> Kept:
        """Return the same results, for another state to add its own to."""
        return Kept(dict(self._results))

    def get(self, key: Hashable, rests_on: tuple[object, ...], work: Callable[[], _Result]) -> _Result:
        """Return a result; it is worked out when it never was, or from other objects than these."""
        was = self._results.get(key)
        if was and len(was[0]) == len(rests_on) and all(map(is_, was[0], rests_on)):
            return cast("_Result", was[1])
        found = work()
        self._results[key] = rests_on, found
        return found

    def each(
        self, key: Hashable, rests_on: Mapping[str, tuple[object, ...]], work: Callable[[str], _Result]
    ) -> Mapping[str, _Result]:
        """Return many results by name; those alone are worked out that never were, or that rest on other objects.

        One that is equal to what it was before stays that very object, and so does the whole when all are.
        """
        before, known = cast("tuple[_RestsOn, dict[str, _Result]]", self.last(key) or ({}, {}))
        again = [name for name, new in rests_on.items() if not (was := before.get(name)) or not all(map(is_, was, new))]
        fresh = {name: work(name) for name in again}
        fresh = {
            name: new
            for name, new in fresh.items()
            if name not in known or not (new is known[name] or new == known[name])
        }
        if fresh or rests_on.keys() != known.keys():
            known = {name: fresh[name] if name in fresh else known[name] for name in rests_on}
        self._results[key] = (), (rests_on, known)
        return known

    def last(self, key: Hashable) -> object:
        """Return the last result, whatever it rests on; None when there was none."""
        was = self._results.get(key)
        return was[1] if was else None

    def keep(self, key: Hashable, found: _Result) -> _Result:
        """Keep a result of which whoever asks knows by itself how long it lasts."""
        self._results[key] = (), found
        return found

    def alike(self, key: Hashable, found: _Result) -> _Result:
        """Return what was found before where the new is equal to it, so that what rests on it stays too."""
        if (was := self._results.get(key)) and was[1] == found:
            return was[1]
        self._results[key] = (), found
        return found

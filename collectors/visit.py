"""One visit to a device, all its modules together, and what stays known of it until the next.

Within a visit no subtree is walked twice, whichever modules want it. From visit to visit the columns that only
give labels (names of ports, descriptions) are remembered for a while: they are read anew when their time is up,
when rows came or went, and when the device has restarted, since it may number its rows otherwise then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from collectors.plan import plan
from snmp import ber, get, walk
from snmp.walk import disjoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collectors.labels import Labels
    from collectors.model import Filter, Module
    from collectors.plan import Plan
    from snmp import Cells, Session

LOOKUP_SECONDS = 300.0
"""For how long labels are believed: a port that is renamed shows its new name by then."""
DEVICES_KEPT = 20_000
_UPTIME = ber.encode_oid("1.3.6.1.2.1.1.3.0")


@dataclass(slots=True)
class Lookups:
    """Columns that give labels, as they were read once.

    Attributes:
        read_at: by the clock of the engine, in seconds.
        rows: the indexes that each table had then.
    """

    columns: dict[bytes, Cells]
    read_at: float
    rows: dict[bytes, tuple[bytes, ...]]


@dataclass(slots=True)
class Known:
    """What is known of one device between visits.

    Attributes:
        labels: of the rows of each table, by module.
        lookups: by module.
        uptime: sysUpTime when it was read last, in hundredths of a second.
    """

    labels: dict[tuple[str, int], Labels] = field(default_factory=dict)
    lookups: dict[str, Lookups] = field(default_factory=dict)
    uptime: int = 0


class Memory:
    """What is known of many devices, by address and name of the credentials; the oldest are forgotten first."""

    def __init__(self, lookup_seconds: float = LOOKUP_SECONDS) -> None:
        self.lookup_seconds = lookup_seconds
        self._devices: dict[tuple[str, str], Known] = {}

    def of(self, address: str, auth: str) -> Known:
        """Return what is known of a device."""
        known = self._devices.get((address, auth))
        if known is None:
            while len(self._devices) >= DEVICES_KEPT:
                del self._devices[next(iter(self._devices))]
            known = self._devices[address, auth] = Known()
        return known


class Visit:
    """What was read of one device so far, for all modules of one scrape."""

    def __init__(self, modules: Sequence[Module], known: Known | None = None, lookup_seconds: float = 0.0) -> None:
        self.known = known or Known()
        self._lookup_seconds = lookup_seconds
        self._covers = _covers(tuple(modules))
        self._walked: dict[bytes, Cells] = {}
        self._got: Cells = {}
        self._asked: set[bytes] = set()

    async def read(self, session: Session, module: Module, now: float) -> dict[str, Cells]:
        """Return the cells under each column that the module wants, by its dotted identifier.

        Args:
            session: the way to the device.
            module: one of those that the visit is for.
            now: by the clock that counts the age of lookups, in seconds.

        Raises:
            SnmpError: the device did not answer, refused, or answered nonsense.
        """
        todo = plan(module)
        await self._get(session, todo.gets)
        held = self._held(module.name, now) if todo.lookups else {}
        await self._walk(session, [root for root in todo.walks if root not in held])
        if held and self._rows(todo) != self.known.lookups[module.name].rows:
            held = {}
            await self._walk(session, todo.lookups)
        if todo.lookups and not held and self._lookup_seconds:
            fresh = {root: self._cells(root, todo) for root in todo.lookups}
            self.known.lookups[module.name] = Lookups(fresh, now, self._rows(todo))
        columns = {oid: held.get(encoded) or self._cells(encoded, todo) for oid, encoded in todo.columns.items()}
        for item in module.filters:
            _filter(item, columns)
        return columns

    async def _get(self, session: Session, oids: Iterable[bytes]) -> None:
        """Read the objects that were not asked for before."""
        new = [oid for oid in oids if oid not in self._asked]
        if new:
            self._got |= await get(session, new)
            self._asked.update(new)
        if _UPTIME in new and _UPTIME in self._got:
            uptime = ber.to_integer(*self._got[_UPTIME])
            if uptime < self.known.uptime:
                self.known.lookups.clear()
            self.known.uptime = uptime

    def _held(self, name: str, now: float) -> dict[bytes, Cells]:
        """Return the lookups of a module that are remembered and young enough."""
        found = self.known.lookups.get(name)
        if found is None or now - found.read_at >= self._lookup_seconds:
            return {}
        return found.columns

    async def _walk(self, session: Session, wanted: Iterable[bytes]) -> None:
        """Walk the subtrees that were not walked before; where another module wants more around one, all of that."""
        new = {self._covers[root] for root in wanted} - self._walked.keys()
        if new:
            self._walked |= await walk(session, new)

    def _rows(self, todo: Plan) -> dict[bytes, tuple[bytes, ...]]:
        """Return the indexes of each table that the module reads values of, by its first column."""
        tables = {root[:-1]: root for root in reversed(todo.walks) if root not in todo.lookups}
        return {root: tuple(self._cells(root, todo)) for root in tables.values()}

    def _cells(self, column: bytes, todo: Plan) -> Cells:
        """Return the cells of a column, from wherever they were read."""
        found = self._walked.get(column)
        if found is None:
            near = {self._covers[root] for root in todo.near[column]} & self._walked.keys()
            found = _under(column, {root: self._walked[root] for root in near}) if near else {}
        scalars = todo.scalars.get(column)
        return found | {oid[len(column) :]: self._got[oid] for oid in scalars if oid in self._got} if scalars else found


@lru_cache(maxsize=1024)
def _covers(modules: tuple[Module, ...]) -> dict[bytes, bytes]:
    """Return each subtree that some modules want -> the largest one around it that they want: what is walked."""
    wanted = {root for module in modules for root in plan(module).walks}
    largest = disjoint(wanted)
    return {root: next(each for each in largest if root.startswith(each)) for root in wanted}


def _under(column: bytes, walked: Mapping[bytes, Cells]) -> Cells:
    """Return the cells of a column out of walks of more than it, or of parts of it."""
    found: Cells = {}
    for root, cells in walked.items():
        if column.startswith(root):
            rest = column[len(root) :]
            found |= {index[len(rest) :]: cell for index, cell in cells.items() if index.startswith(rest)}
        elif root.startswith(column):
            found |= {root[len(column) :] + index: cell for index, cell in cells.items()}
    return found


def _filter(item: Filter, columns: dict[str, Cells]) -> None:
    """Drop the rows of the targets whose filter column holds none of the values."""
    allowed = {
        index
        for index, (tag, content) in columns[item.oid].items()
        if (str(ber.to_integer(tag, content)) if tag == ber.INTEGER else content.decode("utf-8", "replace"))
        in item.values
    }
    for oid, cells in columns.items():
        if any(oid == target or oid.startswith(f"{target}.") for target in item.targets):
            columns[oid] = {index: cell for index, cell in cells.items() if index in allowed}

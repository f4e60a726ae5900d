"""Objects of a MIB that are written in place of a command: for what a box's command line has no public source.

Pure: what is written and what must be found before and after. Who carries it to the box is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.model import DeviceConfig

Value: TypeAlias = int | bytes
"""What an object holds: an INTEGER, or the octets of anything else."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One object that an SNMP SET gives a value.

    Attributes:
        name: as its MIB calls it, with the instance: ``rcVlanRowStatus.303``.
        oid: the same in numbers, ``1.3.6.1.4.1.2272.1.3.2.1.20.303``.
        value: what is written.
        before: what it must hold when the SET is sent, else nothing is sent; None: whatever it holds.
        after: what it holds then; None: its row is gone.
    """

    name: str
    oid: str
    value: Value
    before: Value | None
    after: Value | None

    def ready(self, found: Value | None) -> bool:
        """Return whether what was found is what must be there before."""
        return found is not None and (self.before is None or _same(found, self.before))

    def done(self, found: Value | None) -> bool:
        """Return whether what was found is what the SET leads to."""
        return _same(found, self.after)


def _same(one: Value | None, other: Value | None) -> bool:
    """Compare values; agents shorten port sets, so octets of zero at the end say nothing."""
    if isinstance(one, bytes) and isinstance(other, bytes):
        return one.rstrip(b"\0") == other.rstrip(b"\0")
    return one == other


def shown(value: Value | None) -> str:
    """Return a value as people read it: ``6``, ``0x00e0 (88 octets)``."""
    if isinstance(value, bytes):
        return f"0x{value.rstrip(bytes(1)).hex() or '00'} ({len(value)} octets)"
    return "nothing" if value is None else str(value)


@runtime_checkable
class ObjectWritten(Protocol):
    """A platform that writes some things as objects, and can be read back by a second way.

    Attributes:
        columns: object identifiers of the columns to walk for that.
    """

    columns: tuple[str, ...]

    def disagreements(self, cells: Mapping[str, Value], config: DeviceConfig) -> list[str]:
        """Name everything in which the columns (object identifier -> value) say another thing than ``config``."""

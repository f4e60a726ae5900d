"""A witness: one concrete packet, and at each hop the line of configuration that let it through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govnet.config.reading import Line
    from govnet.isolation.packets import Packet


@dataclass(frozen=True, slots=True)
class Hop:
    """One device on a packet's path.

    Attributes:
        device: its name.
        where_in: port or IP interface that the packet came in by; empty where it started.
        where_out: port or IP interface that it left by; empty where it ended.
        line: the line of the device's running text that let it through; None when no line says so.
        why: the same in words, and what holds by default where no line says so.
    """

    device: str
    where_in: str
    where_out: str
    line: Line | None
    why: str

    def __str__(self) -> str:
        """Return ``core01 1/3 -> 1/7: port 1/3 is a member of VLAN 101 (line 12: vlan 101 ports add 1/3)``."""
        ways = " -> ".join(way for way in (self.where_in, self.where_out) if way)
        return f"{self.device} {ways}: {self.why}" + (f" ({self.line})" if self.line else "")


@dataclass(frozen=True, slots=True)
class Witness:
    """A packet and its path. ``arrives`` is False for a packet that should get through: the last hop stops it."""

    packet: Packet
    hops: tuple[Hop, ...]
    arrives: bool = True

    def __str__(self) -> str:
        """Return the packet and one line for each hop."""
        verdict = "gets through" if self.arrives else "does not get through"
        return "\n".join([f"{self.packet} {verdict}", *(f"  {hop}" for hop in self.hops)])

"""What may flow: the cells of the policy matrix, and the packets that they let open a session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from ipaddress import IPv4Network

    from govnet.network.placed import Origin


class Action(StrEnum):
    """What a cell of the policy matrix says (the letters of the printed matrix)."""

    ALLOW = "A"
    DENY = "D"
    FIREWALL = "F"
    MANAGEMENT = "M"
    TRAPS = "T"
    RETURN = "R"
    NO_PATH = "P"
    OFFLINE = "X"


@dataclass(frozen=True, slots=True, order=True)
class Permit:
    """One kind of packet that may open a session.

    ``protocol`` is ``tcp``, ``udp``, ``icmp`` or ``any``; ``ports`` are inclusive destination port ranges (empty: all
    ports); empty ``sources`` or ``destinations`` mean the whole source or target zone.
    """

    protocol: str
    ports: tuple[tuple[int, int], ...] = ()
    sources: tuple[IPv4Network, ...] = ()
    destinations: tuple[IPv4Network, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyCell:
    """What may flow from one zone to another. ``service`` names what is permitted (``F1``, ``M``, ``T``), or is empty.

    ``permits`` is what may open a session; empty for D, R, P and X. For A it is one ``any`` permit.
    ``approval``, ``owner`` and ``review`` are the approval id, the owner unit and the review date of the service; empty
    and None when it has none.
    """

    source: str
    target: str
    action: Action
    service: str
    permits: tuple[Permit, ...]
    origin: Origin
    approval: str = ""
    review: date | None = None
    owner: str = ""

    @property
    def code(self) -> str:
        """What the printed matrix shows in this cell: ``A``, ``D``, ``R``, ``F1``, ``M``, ..."""
        return self.service or str(self.action)

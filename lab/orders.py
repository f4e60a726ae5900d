"""What a manager may order by SNMP SET, in words that know no object identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True)
class SetMembers:
    """A VLAN has these ports from now on."""

    vid: int
    ports: frozenset[str]


@dataclass(frozen=True, slots=True)
class NameVlan:
    """A VLAN is called so."""

    vid: int
    name: str


@dataclass(frozen=True, slots=True)
class DestroyVlan:
    """A VLAN ends."""

    vid: int


@dataclass(frozen=True, slots=True)
class DestroyAddress:
    """A VLAN's interface ends."""

    vid: int
    address: IPv4Address


Order: TypeAlias = SetMembers | NameVlan | DestroyVlan | DestroyAddress


class OrderRefused(Exception):  # noqa: N818 - the device's ordinary answer, not a failure of the emulator
    """The device's laws forbid an order, the one with this number from 0; none of them was obeyed."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@runtime_checkable
class Managed(Protocol):
    """A personality that takes orders."""

    def obey(self, orders: Sequence[Order]) -> None:
        """Carry out all orders or none; raise `OrderRefused`."""

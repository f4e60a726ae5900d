"""Exact sets of packets: source and destination address, protocol, source and destination port.

A set is a union of blocks, disjoint unless it joins very many; a block is a product of five integer sets. The three
service dimensions of a block are independent of its addresses, so that a compiler can later cut them into atoms.
Invariant: a block with a protocol other than tcp or udp holds all ports, because its packets have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.blocks import SIDES, Block, breadth, coalesced, cut_all, met, overlapping
from govnet.isolation.intervals import ADDRESSES, PORTS, PROTOCOLS, Intervals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ICMP, TCP, UDP = 1, 6, 17
PROTOCOL_NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp"}
WITH_PORTS: Intervals = ((TCP, TCP), (UDP, UDP))

_WHOLE: tuple[Block, ...] = ((ADDRESSES, ADDRESSES, PROTOCOLS, PORTS, PORTS),)
_SHOWN = 3
"""So many blocks, and pieces of a side, are said where there is one line."""
_MANY = 400
"""More blocks than this are not cut apart when sets are joined: overlap costs a little later, cutting a lot now."""


class Packet(NamedTuple):
    """One concrete packet; ports are 0 for a protocol without ports. The order of the fields is the order of sets."""

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    source_port: int
    port: int

    def __str__(self) -> str:
        """Return ``tcp 10.128.17.10:1024 -> 10.128.96.11:443``."""
        name = PROTOCOL_NAMES.get(self.protocol, f"protocol {self.protocol}")
        if self.protocol not in (TCP, UDP):
            return f"{name} {self.source} -> {self.destination}"
        return f"{name} {self.source}:{self.source_port} -> {self.destination}:{self.port}"


@dataclass(frozen=True, slots=True, eq=False)
class PacketSet:
    """An immutable set of packets. Equality is equality of the packets, whatever the blocks look like."""

    blocks: tuple[Block, ...] = ()

    @classmethod
    def everything(cls) -> PacketSet:
        """Return all packets."""
        return cls(_WHOLE)

    @classmethod
    def of(
        cls,
        sources: Intervals = ADDRESSES,
        destinations: Intervals = ADDRESSES,
        protocols: Intervals = PROTOCOLS,
        source_ports: Intervals = PORTS,
        ports: Intervals = PORTS,
    ) -> PacketSet:
        """Return the product of five sides; limited ports keep only the protocols that have ports."""
        if (source_ports, ports) != (PORTS, PORTS):
            protocols = intervals.intersection(protocols, WITH_PORTS)
        block = (sources, destinations, protocols, source_ports, ports)
        return cls((block,) if all(block) else ())

    @classmethod
    def single(cls, packet: Packet) -> PacketSet:
        """Return the set of one packet."""
        ports = packet.protocol in (TCP, UDP)
        sides = [((int(value), int(value)),) for value in packet]
        return cls.of(sides[0], sides[1], sides[2], *(sides[3:] if ports else ()))

    @classmethod
    def all_of(cls, parts: Sequence[PacketSet]) -> PacketSet:
        """Return what is in any of many sets: cheap where they differ in one side only, as many sources do."""
        if len(parts) == 1:
            return parts[0]
        blocks = list(coalesced([block for part in parts for block in part.blocks]))
        if len(blocks) > _MANY or not overlapping(blocks):
            return cls(tuple(blocks))
        apart: list[Block] = []
        for block in sorted(blocks, key=breadth, reverse=True):  # what is wide swallows what is narrow
            apart += cut_all([block], apart)
        return cls(coalesced(apart))

    @classmethod
    def apart(cls, parts: Iterable[PacketSet]) -> PacketSet:
        """Return what is in any of several sets that share nothing."""
        return cls(coalesced([block for part in parts for block in part.blocks]))

    @property
    def is_empty(self) -> bool:
        """True when no packet is in the set."""
        return not self.blocks

    def union(self, *others: PacketSet) -> PacketSet:
        """Return what is in any of the sets."""
        if not self.blocks and len(others) == 1:
            return others[0]
        blocks = list(self.blocks)
        for other in others:
            blocks += cut_all(other.blocks, blocks) if blocks else other.blocks
        return PacketSet(coalesced(blocks)) if len(blocks) > len(self.blocks) else self

    def intersection(self, other: PacketSet) -> PacketSet:
        """Return what is in both."""
        if other.blocks is _WHOLE or other.blocks == _WHOLE:
            return self
        shared: list[Block] = []
        same = True
        for one in self.blocks:
            parts = met(one, other.blocks)
            same = same and len(parts) == 1 and parts[0] is one
            shared += parts
        if same:
            return self
        if len(self.blocks) == 1 or len(other.blocks) == 1:
            return PacketSet(tuple(shared))
        return PacketSet(coalesced(shared))

    def difference(self, other: PacketSet) -> PacketSet:
        """Return what is in this set only."""
        if not other.blocks or not self.blocks:
            return self
        left = cut_all(self.blocks, other.blocks)
        return self if len(left) == len(self.blocks) and tuple(left) == self.blocks else PacketSet(coalesced(left))

    def beyond(self, part: PacketSet) -> PacketSet:
        """Return what is in this set and not in ``part``, which mostly is all of it."""
        return NOTHING if part is self or part.blocks == self.blocks else self.difference(part)

    def without(self, others: Iterable[PacketSet]) -> PacketSet:
        """Return what is in this set and in none of the others; cheaper than the union of the others."""
        blocks = list(self.blocks)
        for other in others:
            if not blocks:
                break
            blocks = cut_all(blocks, other.blocks)
        return PacketSet(coalesced(blocks))

    def towards(self, destinations: Intervals) -> PacketSet:
        """Return the packets to these addresses; itself when that is all of them."""
        found = []
        same = True
        for block in self.blocks:
            side = intervals.intersection(block[1], destinations)
            if side is block[1]:
                found.append(block)
                continue
            same = False
            if side:
                found.append((block[0], side, block[2], block[3], block[4]))
        return self if same else PacketSet(tuple(found))

    def sourced(self, sources: Intervals) -> PacketSet:
        """Return the packets from these addresses."""
        sides = ((block, intervals.intersection(block[0], sources)) for block in self.blocks)
        return PacketSet(tuple((side, *block[1:]) for block, side in sides if side))

    @classmethod
    def widened(cls, parts: Iterable[PacketSet]) -> PacketSet:
        """Return a simple set that holds all parts: for each service all sources towards all destinations."""
        groups: dict[tuple[Intervals, Intervals, Intervals], tuple[list[tuple[int, int]], set[Intervals]]] = {}
        for block in (block for part in parts for block in part.blocks):
            sources, destinations = groups.setdefault(block[2:], ([], set()))
            sources.extend(block[0])
            destinations.add(block[1])
        made = []
        for service, (sources, destinations) in groups.items():
            whole = intervals.normal(piece for one in destinations for piece in one)
            made.append(cls(((intervals.normal(sources), whole, *service),)))
        return cls.all_of(made)

    def reversed(self) -> PacketSet:
        """Return the answers: sources and destinations swapped, ports too."""
        return PacketSet(tuple(sorted((d, s, p, dp, sp) for s, d, p, sp, dp in self.blocks)))

    def contains(self, packet: Packet) -> bool:
        """Return whether ``packet`` is in the set."""
        values = [int(value) for value in packet]
        return any(all(intervals.holds(block[side], values[side]) for side in SIDES) for block in self.blocks)

    def smallest(self) -> Packet:
        """Return the first packet in the order of the fields; the same for equal sets.

        Raises:
            ValueError: the set is empty.
        """
        low = min(tuple(side[0][0] for side in block) for block in self.blocks)
        return Packet(IPv4Address(low[0]), IPv4Address(low[1]), low[2], low[3], low[4])

    def pick(self, wishes: Iterable[PacketSet]) -> Packet:
        """Return the smallest packet that fulfils as many wishes as possible, the first ones first."""
        kept = self
        for wish in wishes:
            narrowed = kept.intersection(wish)
            kept = kept if narrowed.is_empty else narrowed
        return kept.smallest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PacketSet):
            return NotImplemented
        return self.blocks == other.blocks or (self.difference(other).is_empty and other.difference(self).is_empty)

    def __hash__(self) -> int:
        return hash(self.smallest() if self.blocks else None)

    def __or__(self, other: PacketSet) -> PacketSet:
        return self.union(other)

    def __and__(self, other: PacketSet) -> PacketSet:
        return self.intersection(other)

    def __sub__(self, other: PacketSet) -> PacketSet:
        return self.difference(other)

    def __bool__(self) -> bool:
        return bool(self.blocks)

    def __str__(self) -> str:
        """Return ``tcp 10.128.17.0/24 -> 10.128.96.11:443``; blocks apart by ``; ``."""
        return "; ".join(map(_block_words, self.blocks)) or "nothing"

    def brief(self) -> str:
        """Return the same for one line: the first blocks, of each side the first addresses, how many more there are."""
        words = [_block_words(block, _SHOWN) for block in self.blocks[:_SHOWN]]
        more = len(self.blocks) - _SHOWN
        return "; ".join([*words, *([f"and {more} more"] if more > 0 else [])]) or "nothing"


NOTHING = PacketSet()


def _block_words(block: Block, most: int | None = None) -> str:
    source, destination, protocol, source_port, port = block
    start = f"{_side_words(source, most)}{_port_words(source_port)}"
    end = f"{_side_words(destination, most)}{_port_words(port)}"
    return f"{_protocol_words(protocol)} {start} -> {end}"


def _side_words(side: Intervals, most: int | None) -> str:
    """Return addresses; with ``most`` only so many pieces of them, and how many more there are."""
    words = ",".join(intervals.address_words(side[:most]))
    return f"{words} (+{len(side) - most} more)" if most is not None and len(side) > most else words


def _port_words(ports: Intervals) -> str:
    return "" if ports == PORTS else f":{intervals.number_words(ports)}"


def _protocol_words(protocols: Intervals) -> str:
    if protocols == PROTOCOLS:
        return "any"
    named = [name for number, name in PROTOCOL_NAMES.items() if intervals.holds(protocols, number)]
    rest = intervals.difference(protocols, intervals.normal((n, n) for n in PROTOCOL_NAMES))
    return "/".join([*named, *([f"protocol {intervals.number_words(rest)}"] if rest else [])])

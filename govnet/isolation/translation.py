"""Address translation: packet sets before it and after it, with what their headers said before.

A translated packet is followed as it is on the wire; who sent it and for whom it was meant is remembered as its
`Original`. The policy speaks of the sender that was (before source translation) and the host that is reached (after
destination translation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govnet.config.filtering import NatKind
from govnet.isolation import intervals
from govnet.isolation.filters import matched
from govnet.isolation.intervals import PORTS
from govnet.isolation.packets import WITH_PORTS, PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govnet.config.filtering import Filter, Nat
    from govnet.isolation.blocks import Block
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.routers import Treatment


class Original(NamedTuple):
    """What sides of a header were before translation; None for a side that is as it was."""

    sources: Intervals | None = None
    source_ports: Intervals | None = None
    destinations: Intervals | None = None
    ports: Intervals | None = None

    def meant(self, packets: PacketSet) -> PacketSet:
        """Return packets on the wire as the policy speaks of them: from the sender that was, to the host that is."""
        if self.sources is None:
            return packets
        sports = self.source_ports or PORTS
        return PacketSet(tuple((self.sources, b[1], b[2], _ports_of(b, sports), b[4]) for b in packets.blocks))

    def sent(self, packets: PacketSet) -> PacketSet:
        """Return packets as the policy speaks of them as their sender sent them."""
        if self.destinations is None:
            return packets
        ports = self.ports or PORTS
        return PacketSet(tuple((b[0], self.destinations, b[2], b[3], _ports_of(b, ports)) for b in packets.blocks))


class Translated(NamedTuple):
    """Packets after a translation (or none), with what they were; ``line`` is the index of the rule, or None."""

    packets: PacketSet
    original: Original | None
    line: int | None


def _ports_of(block: Block, ports: Intervals) -> Intervals:
    """Return ports for a block that may be of a protocol without any."""
    return ports if not intervals.difference(block[2], WITH_PORTS) else PORTS


class Translator:
    """One device's translation lines at work."""

    def __init__(self, nat: Sequence[Nat], own: Mapping[str, Intervals]) -> None:
        self._own = own
        self._lines = list(enumerate(nat))

    def entering(self, entrance: Treatment | None, packets: PacketSet, original: Original | None) -> list[Translated]:
        """Return packets that came in after destination translation: a set for each line, and what none matches."""
        came = entrance.name if entrance else ""
        lines = [
            (i, nat) for i, nat in self._lines if nat.kind is NatKind.DESTINATION and _named(nat.match.incoming, came)
        ]
        return list(self._apply(lines, packets, original, came)) if entrance else [Translated(packets, original, None)]

    def leaving(
        self, entrance: Treatment | None, leave: Treatment, packets: PacketSet, original: Original | None
    ) -> list[Translated]:
        """Return packets that go out after source translation."""
        came = entrance.name if entrance else ""
        lines = [
            (i, nat)
            for i, nat in self._lines
            if nat.kind is NatKind.SOURCE
            and _named(nat.match.outgoing, leave.name)
            and _named(nat.match.incoming, came)
        ]
        return list(self._apply(lines, packets, original, leave.name))

    def _apply(
        self, lines: list[tuple[int, Nat]], packets: PacketSet, original: Original | None, interface: str
    ) -> Iterator[Translated]:
        rest = packets
        for index, nat in lines:
            here = rest.intersection(matched(nat.match))
            rest = rest.difference(here)
            own = self._own.get(interface, intervals.NONE)[:1]
            address = intervals.of_addresses([nat.address]) if nat.address else own
            for block in here.blocks if address else ():
                after, was = _rewritten(block, nat, address, original or Original())
                yield Translated(PacketSet((after,)), was, index)
        if rest:
            yield Translated(rest, original, None)


def _named(names: tuple[str, ...], interface: str) -> bool:
    return not names or interface in names


def _rewritten(block: Block, nat: Nat, address: Intervals, before: Original) -> tuple[Block, Original]:
    """Return a block after translation and what it was; a source port is taken as anything afterwards."""
    source, destination, protocol, sport, port = block
    address = ((address[0][0], address[0][0]),)
    if nat.kind is NatKind.SOURCE:
        was = before._replace(sources=before.sources or source, source_ports=before.source_ports or sport)
        return (address, destination, protocol, PORTS, port), was
    was = before._replace(destinations=before.destinations or destination, ports=before.ports or port)
    new = ((nat.port, nat.port),) if nat.port is not None else port
    protocol = intervals.intersection(protocol, WITH_PORTS) if nat.port is not None else protocol
    return (source, address, protocol, sport, new), was


def applies(line: Filter, entrance: Treatment, leave: Treatment) -> bool:
    """Return whether a line that may be limited to interfaces is for packets between these."""
    return _named(line.incoming, entrance.name) and _named(line.outgoing, leave.name)


def translated_destinations(lines: Sequence[Nat]) -> Intervals:
    """Return the addresses that some lines may replace by others."""
    found = [matched(nat.match) for nat in lines if nat.kind is NatKind.DESTINATION]
    return intervals.normal(piece for one in found for block in one.blocks for piece in block[1]) if found else ()

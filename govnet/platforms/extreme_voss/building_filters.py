"""Packet filters as a text builds them up: lists, entries, and the places where they are at work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govnet.config import reading
from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.platforms.extreme_voss.filters import acl_name, faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.config.reading import Line
    from govnet.config.routing import IpInterface
    from govnet.platforms.extreme_voss.building import Builder


@dataclass(slots=True)
class EntryState:
    """One entry; it does something only once it has an action and is enabled."""

    filter: Filter
    lines: list[Line]
    acting: bool = False
    enabled: bool = False
    ip: bool = False
    odd: bool = False

    @property
    def whole(self) -> bool:
        """True when `Filter` says all that this entry does, and the box can be told so again."""
        return self.acting and self.enabled and self.ip and not self.odd and not faults(self.filter)


@dataclass(slots=True)
class AclState:
    """One list, and the lines that made it; ``places`` are ports, or VLANs as ``vlan10``."""

    kind: str
    lines: list[Line]
    entries: dict[int, EntryState] = field(default_factory=dict)
    places: dict[str, Line] = field(default_factory=dict)
    drops: Line | None = None
    off: bool = False

    @property
    def whole(self) -> bool:
        """True when the list is on and every entry of it can be modelled."""
        return not self.off and all(entry.whole for entry in self.entries.values())

    def all_lines(self) -> Iterator[Line]:
        """Yield every line about this list."""
        yield from self.lines
        for entry in self.entries.values():
            yield from entry.lines
        yield from self.places.values()
        if self.drops:
            yield self.drops


def finish_filters(
    states: Mapping[int, AclState], interfaces: Mapping[str, IpInterface], builder: Builder
) -> tuple[dict[str, Acl], frozenset[AclBinding]]:
    """Return the lists and where they are at work; a list that cannot be modelled whole is unread as a whole.

    A list on a VLAN without an address is kept as unread: what it filters is not routed here.
    """
    acls: dict[str, Acl] = {}
    bindings: set[AclBinding] = set()
    for number, state in states.items():
        if not state.whole:
            builder.not_understood(list(state.all_lines()))
            continue
        name = acl_name(number, state.kind)
        entries = [entry for _, entry in sorted(state.entries.items())]
        acls[name] = Acl(tuple(entry.filter for entry in entries))
        for index, entry in enumerate(entries):
            builder.sources[reading.acl_filter(name, index)] = entry.lines[0]
        bindings |= _bindings(name, state, interfaces, builder)
    return acls, frozenset(bindings)


def _bindings(name: str, state: AclState, interfaces: Mapping[str, IpInterface], builder: Builder) -> set[AclBinding]:
    direction = "out" if state.kind.startswith("out") else "in"
    default = Verdict.DENY if state.drops else Verdict.PERMIT
    bound = {
        AclBinding(name, place, direction, default)
        for place in state.places
        if not place.startswith("vlan") or place in interfaces
    }
    missing = state.places.keys() - {binding.target for binding in bound}
    builder.not_understood([state.places[place] for place in missing])
    if state.drops and not bound:
        builder.not_understood([state.drops])
    return bound

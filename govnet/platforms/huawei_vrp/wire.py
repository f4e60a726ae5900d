"""How VRP writes a `Switchport`: one of three link types, each with the VLANs that it has by itself.

VRP takes a new link type only on a port whose VLANs are the default (public transcripts: "Please renew the default
configurations"), so changing it means going back to the default of the old type first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from govnet.config.switching import DEFAULT_VLAN, Switchport
from govnet.platforms.huawei_vrp.words import TUNNEL, vlan_lists

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE: Final = frozenset({DEFAULT_VLAN})
FACTORY: Final = Switchport(_ONE, frozenset(), DEFAULT_VLAN)
"""A port out of the box: hybrid, untagged in VLAN 1 (NE portLinkType, NTC display_port_vlan)."""

LAST_GROUP: Final = 64
"""Highest isolation group of an S switch (unverified: by memory of the field)."""

Step = tuple[str, str]
"""A command of the template ``switchport`` by name, and its argument."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A port as VRP keeps it; ``allowed`` belongs to trunks, ``tagged`` and ``untagged`` to hybrid ports."""

    link_type: str = "hybrid"
    pvid: int = DEFAULT_VLAN
    allowed: frozenset[int] = field(default=_ONE)
    tagged: frozenset[int] = frozenset()
    untagged: frozenset[int] = field(default=_ONE)


def wire(port: Switchport) -> Wire:
    """Return the way of writing that govnet chooses: access and trunk where they say it all, else hybrid."""
    pvid = port.pvid or DEFAULT_VLAN
    if replace(port, isolated=0) == FACTORY:
        return Wire()
    if not port.tagged and port.untagged == {port.pvid}:
        return Wire(TUNNEL if port.tunnel else "access", pvid)
    if port.untagged == {port.pvid} or not (port.untagged or port.pvid or DEFAULT_VLAN in port.tagged):
        return Wire("trunk", pvid, allowed=port.members)
    return Wire("hybrid", pvid, tagged=port.tagged, untagged=port.untagged)


def unsayable(port: Switchport) -> str:
    """Return why VRP cannot write this; empty when it can."""
    if port.tunnel and (port.tagged or port.untagged != {port.pvid}):
        return "tunnels (QinQ) and carries more than its PVID, untagged; a tunnel port carries that alone"
    if port.isolated > LAST_GROUP:
        return f"is in isolation group {port.isolated}; the last one is {LAST_GROUP}"
    if port.pvid is None and DEFAULT_VLAN in port.members:
        return "carries VLAN 1 and drops untagged frames; a port whose PVID is 1 takes them. Take VLAN 1 off the port"
    return ""


def steps(before: Switchport, after: Switchport) -> list[Step]:
    """Return the commands, in order, that make one of the other; what goes, goes first."""
    old, new, group = wire(before), wire(after), list(_isolation(before, after))
    if old.link_type == new.link_type:
        return [*_moved(old, new), *group]
    return [
        *_moved(old, Wire(old.link_type)),
        ("link_type", new.link_type),
        *_moved(Wire(new.link_type), new),
        *group,
    ]


def _isolation(before: Switchport, after: Switchport) -> Iterator[Step]:
    """Yield the commands that take a port out of one isolation group and into another; it may be in several."""
    if before.isolated and before.isolated != after.isolated:
        yield "undo_isolate", str(before.isolated)
    if after.isolated and before.isolated != after.isolated:
        yield "isolate", str(after.isolated)


def _moved(old: Wire, new: Wire) -> Iterator[Step]:
    """Yield the commands between two ports of the same link type."""
    kind = old.link_type
    if kind == "trunk":
        yield from _lists("undo_allow", old.allowed - new.allowed)
        yield from _lists("allow", new.allowed - old.allowed)
    elif kind == "hybrid":
        yield from _lists("undo_tagged", old.tagged - new.tagged)
        yield from _lists("undo_untagged", old.untagged - new.untagged)
        yield from _lists("tagged", new.tagged - old.tagged)
        yield from _lists("untagged", new.untagged - old.untagged)
    if old.pvid != new.pvid:
        kind = "access" if kind == TUNNEL else kind
        yield (f"undo_{kind}_pvid", "") if new.pvid == DEFAULT_VLAN else (f"{kind}_pvid", str(new.pvid))


def _lists(name: str, vlans: frozenset[int]) -> Iterator[Step]:
    for text in vlan_lists(vlans):
        yield name, text

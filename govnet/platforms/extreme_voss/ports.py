"""How a VSP makes a `Switchport`: tagging, its default VLAN, whether that one is untagged, and dropping untagged."""

from __future__ import annotations

from dataclasses import dataclass

from govnet.config.switching import Switchport
from govnet.errors import RefusedError


@dataclass(frozen=True, slots=True)
class PortMode:
    """What a port is told apart from its VLANs.

    Attributes:
        tagged: ``encapsulation dot1q``.
        discard: ``untagged-frames-discard``.
        default_vlan: ``default-vlan-id``; None where it does not matter which (an untagged port, or frames dropped).
        untag: ``untag-port-default-vlan``: the default VLAN's frames leave without a tag.
    """

    tagged: bool
    discard: bool
    default_vlan: int | None
    untag: bool


def port_mode(switchport: Switchport) -> PortMode:
    """Return how a VSP makes ``switchport``; without VLANs it is as out of the box.

    Raises:
        RefusedError: it cannot.
    """
    untagged, tagged, pvid = switchport.untagged, switchport.tagged, switchport.pvid
    if len(untagged) > 1:
        raise RefusedError(f"untagged in {len(untagged)} VLANs; one port-based VLAN is the rule")
    discard = pvid is None and bool(switchport.members)
    if not tagged:
        return PortMode(tagged=False, discard=discard, default_vlan=None, untag=False)
    if not untagged:
        return PortMode(tagged=True, discard=discard, default_vlan=pvid, untag=False)
    (native,) = untagged
    if pvid not in {None, native}:
        raise RefusedError(f"untagged frames would enter VLAN {pvid} and leave from VLAN {native}; make it one VLAN")
    return PortMode(tagged=True, discard=discard, default_vlan=native, untag=True)


def switchport(members: frozenset[int], mode: PortMode) -> Switchport:
    """Return what a port in that mode does with its members: the inverse of `port_mode`."""
    if not mode.tagged:
        return Switchport(untagged=members, pvid=None if mode.discard else min(members, default=None))
    own = members & {mode.default_vlan}
    untagged = frozenset(own) if mode.untag else frozenset()
    return Switchport(untagged, members - untagged, mode.default_vlan if own and not mode.discard else None)

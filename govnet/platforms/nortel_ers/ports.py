"""How a stackable makes a `Switchport`: one tagging mode a port, its PVID, and a filter for untagged frames."""

from __future__ import annotations

from dataclasses import dataclass

from govnet.config.switching import Switchport
from govnet.errors import RefusedError

UNTAG_ALL, TAG_ALL, UNTAG_PVID, TAG_PVID = "untagAll", "tagAll", "unTagPvidOnly", "tagPvidOnly"


@dataclass(frozen=True, slots=True)
class PortMode:
    """What is said of a port apart from its members. ``pvid`` None: it does not matter which."""

    tagging: str
    filtering: bool
    pvid: int | None


def port_mode(switchport: Switchport) -> PortMode:
    """Return the mode that makes ``switchport``.

    Raises:
        RefusedError: none does: several VLANs of both kinds, or a PVID that is the wrong one for the mode.
    """
    untagged, tagged, pvid = switchport.untagged, switchport.tagged, switchport.pvid
    filtering = pvid is None and bool(switchport.members)
    if not (tagged and untagged):
        return PortMode(TAG_ALL if tagged else UNTAG_ALL, filtering, pvid)
    for mode, single in ((UNTAG_PVID, untagged), (TAG_PVID, tagged)):
        if len(single) == 1 and (pvid is None or pvid in single):
            return PortMode(mode, filtering, next(iter(single)))
    raise RefusedError(
        f"untagged {sorted(untagged)} with tagged {sorted(tagged)} and PVID {pvid}: a stackable port tags all its "
        "VLANs, none, all but the PVID, or the PVID alone"
    )


def switchport(members: frozenset[int], tagging: str, pvid: int, *, filtering: bool) -> Switchport:
    """Return what a port in that mode does with its members: the inverse of `port_mode`."""
    own = members & {pvid}
    untagged = {UNTAG_ALL: members, TAG_ALL: frozenset(), UNTAG_PVID: own, TAG_PVID: members - own}[tagging]
    return Switchport(untagged, members - untagged, pvid if own and not filtering else None)

"""Whose words are spoken: those of a VSP, or those of an ERS 8600/8800 in NNCLI mode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govnet.config.hardware import Hardware

VRF_FROM = (5, 0)

_ERS = re.compile(r"\b(?:M?ERS|Passport)\b|Ethernet Routing Switch", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What depends on the box.

    Attributes:
        ers: the box is an ERS 8600/8800: VLANs belong to a spanning tree group (``type port 1``) and not to an MSTP
            instance, an inter-switch trunk is an MLT, and a split trunk has a number of its own.
        vrfs: the software knows routing instances.
    """

    ers: bool = False
    vrfs: bool = True


def dialect(hardware: Hardware) -> Dialect:
    """Return how a box speaks. The ERS got VRFs with 5.0; a VSP, which counts its releases anew, always had them."""
    if not _ERS.search(hardware.model):
        return Dialect()
    release = re.match(r"\D*(\d+)\.(\d+)", hardware.software)
    return Dialect(ers=True, vrfs=release is not None and (int(release[1]), int(release[2])) >= VRF_FROM)

"""What a platform understood of a device's running text, what it did not, and which line said what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.filtering import Nat
    from govnet.config.model import DeviceConfig


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line of a device's running text; ``number`` counts from 1."""

    number: int
    text: str

    def __str__(self) -> str:
        """Return ``line 12: vlan 101 ports add ...``."""
        return f"line {self.number}: {self.text.strip()}"


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a running configuration.

    Attributes:
        config: what was understood.
        unread: lines that configure something which is not modelled; kept, never dropped in silence. Comments, section
            marks, blank lines and the frame of the text (``config``, ``back``, ``return``) are not among them.
        read_lines: number of configuring lines that were understood.
        sources: element -> the line that said so. Elements are made by the functions of this module.
        nat: address translation that somebody set up, in the order it is tried. Its lines are among ``unread`` too,
            because govnet does not manage them; the proof knows them by their element.
    """

    config: DeviceConfig
    unread: tuple[Line, ...] = ()
    read_lines: int = 0
    sources: Mapping[str, Line] = field(default_factory=dict)
    nat: tuple[Nat, ...] = ()

    def becoming(self, config: DeviceConfig) -> Reading:
        """Return what is known of the device once it has another configuration.

        Lines that are not modelled stay as they are, translation among them; which line says what is new nobody knows.
        """
        elements = map(nat, range(len(self.nat)))
        kept = {element: self.sources[element] for element in elements if element in self.sources}
        return Reading(config, self.unread, sources=kept, nat=self.nat)


def membership(vlan: int, port: str) -> str:
    """Name the element "this port is a member of this VLAN"."""
    return f"member {vlan} {port}"


def untagged_vlan(port: str) -> str:
    """Name the element "untagged frames of this port enter this VLAN"."""
    return f"pvid {port}"


def address(interface: str) -> str:
    """Name the element "this IP interface has its address"."""
    return f"address {interface}"


def route(prefix: str, next_hop: str, vrf: str = "") -> str:
    """Name the element "this static route exists"."""
    return f"route {vrf} {prefix} {next_hop}"


def route_target(vrf: str, target: str) -> str:
    """Name the element "this routing instance imports or exports this route target"."""
    return f"target {vrf} {target}"


def nat(index: int) -> str:
    """Name the element "line ``index`` (from 0) of the address translation"."""
    return f"nat {index}"


def acl_filter(acl: str, index: int) -> str:
    """Name the element "line ``index`` (from 0) of this ACL"."""
    return f"acl {acl} {index}"


def firewall_rule(source: str, target: str, index: int) -> str:
    """Name the element "rule ``index`` (from 0) from zone ``source`` to zone ``target``"."""
    return f"rule {source}>{target} {index}"


def prelude_rule(index: int) -> str:
    """Name the element "rule ``index`` (from 0) in front of the zone rules"."""
    return f"prelude {index}"


def zone_interface(zone: str, interface: str) -> str:
    """Name the element "this interface belongs to this firewall zone"."""
    return f"zone {zone} {interface}"


def aggregation(number: int) -> str:
    """Name the element "this aggregation exists"."""
    return f"aggregation {number}"

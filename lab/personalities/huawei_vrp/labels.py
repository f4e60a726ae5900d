"""What the box holds of labels and of BGP, and how its configuration shows it (saved configuration of NE's PE1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Labels:
    """Label switching of the whole box."""

    lsr_id: str = ""
    mpls: bool = False
    ldp: bool = False
    longest_match: bool = False


@dataclass(slots=True)
class Neighbour:
    """A BGP peer."""

    asn: int
    source: str = ""
    vpnv4: bool = False
    client: bool = False


@dataclass(slots=True)
class Process:
    """The BGP process."""

    asn: int
    peers: dict[str, Neighbour] = field(default_factory=dict)
    instances: dict[str, list[str]] = field(default_factory=dict)
    filtering: bool = True


def label_sections(labels: Labels) -> Iterator[str]:
    """Yield the sections about labels; the first two have a blank in front (saved configuration of PE1)."""
    if labels.lsr_id:
        yield f" mpls lsr-id {labels.lsr_id}"
    if labels.mpls:
        yield " mpls"
    if labels.ldp:
        yield "mpls ldp" + "\n longest-match" * labels.longest_match


def bgp_sections(process: Process | None) -> Iterator[str]:
    """Yield the section of the process; a ``#`` one blank deep sets its families off (saved configuration of PE1)."""
    if process is None:
        return
    lines = [f"bgp {process.asn}"]
    for address, peer in process.peers.items():
        lines.append(f" peer {address} as-number {peer.asn}")
        lines += [f" peer {address} connect-interface {peer.source}"] if peer.source else []
    lines += [" #", " ipv4-family unicast", "  undo synchronization"]
    lines += [f"  peer {address} enable" for address in process.peers]
    exchanging = {address: peer for address, peer in process.peers.items() if peer.vpnv4}
    if exchanging or not process.filtering:
        lines += [" #", " ipv4-family vpnv4", f"  {'' if process.filtering else 'undo '}policy vpn-target"]
        for address, peer in exchanging.items():
            lines.append(f"  peer {address} enable")
            lines += [f"  peer {address} reflect-client"] if peer.client else []
    for name, protocols in process.instances.items():
        lines += [" #", f" ipv4-family vpn-instance {name}", *(f"  import-route {one}" for one in protocols)]
    yield "\n".join(lines)

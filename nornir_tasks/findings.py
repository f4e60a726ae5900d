"""What is wrong with the ways in that an inventory asks for: needed, perhaps, but never unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessions.wires import Transport, algorithms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.model import Network


@dataclass(frozen=True, slots=True)
class AccessFinding:
    """A weak way in.

    Attributes:
        device: its inventory name.
        text: what is weak about it, and why that matters.
    """

    device: str
    text: str

    def __str__(self) -> str:
        """Return the finding as people read it."""
        return f"{self.device}: {self.text}"


TEXTS = {
    Transport.TELNET: "Telnet carries the password in clear; anybody on the path to it can read and change the session",
    Transport.LEGACY_SSH: "legacy SSH algorithms: "
    + ", ".join(algorithms.WEAK)
    + " are allowed for it; they no longer keep a session secret or prove who answers",
}


def transport_of(data: Mapping[str, object]) -> Transport:
    """Return how a host is reached, from its inventory data: SSH unless the inventory says otherwise."""
    if data.get("transport") == Transport.TELNET.value:
        return Transport.TELNET
    return Transport.LEGACY_SSH if data.get("legacy_ssh") else Transport.SSH


def access_findings(network: Network) -> list[AccessFinding]:
    """Return the weak ways in that govnet uses in a network, in inventory order."""
    reached = {device.name: transport_of(device.data) for device in network.commanded()}
    return [AccessFinding(name, TEXTS[way]) for name, way in reached.items() if way in TEXTS]

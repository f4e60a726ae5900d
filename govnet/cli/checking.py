"""`govnet check`: is the inventory right, and what is in it?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from govnet.cli import screen
from govnet.cli.options import Json, NetworkName
from govnet.config import check as hangs_together
from govnet.config.intent import hardware, intent
from govnet.errors import RefusedError
from govnet.network.summary import network_named
from govnet.platforms.registry import platform
from nornir_tasks.findings import access_findings

if TYPE_CHECKING:
    from govnet.network.model import Network


def check(network: NetworkName, *, as_json: Json = False) -> None:
    """Check an inventory folder; say everything that is wrong with it at once.

    What the folder asks for is checked too: every device's intent must hang together, and be something that its box
    can do.
    """
    loaded = network_named(network)
    refused = refusals(loaded)
    weak = [str(finding) for finding in access_findings(loaded)]
    if as_json:
        screen.print_json({**summary(loaded), "refused": refused, "warnings": weak})
    else:
        _show(loaded)
        for warning in weak:
            screen.out.print(f"[yellow]warning[/yellow]  {warning}", soft_wrap=True)
    if refused:
        raise RefusedError("\n".join(refused))


def refusals(network: Network) -> list[str]:
    """Return what some device of the network cannot do, or what does not hang together; empty when all is well."""
    found = []
    for device in network.commanded():
        wanted = intent(network, device.name)
        cannot = platform(device.platform).refuse(wanted, hardware(network, device.name))
        found += [f"{device.name}: {text}" for text in (*hangs_together(wanted), *cannot)]
    return found


def summary(network: Network) -> dict[str, object]:
    """Return the size of a network in numbers."""
    return {
        "network": network.slug,
        "title": network.title,
        "plane": str(network.plane),
        "as_of": network.iso_day or None,
        "devices": len(network.devices),
        "commanded": len(network.commanded()),
        "links": len(network.links),
        "circuits": len(network.circuits),
        "zones": len(network.zones),
        "segments": len(network.segments),
        "attachments": len(network.attachments),
        "pairs": len(network.policy),
    }


def _show(network: Network) -> None:
    roles = Counter((device.role, device.platform or "monitored only") for device in network.devices.values())
    screen.table(
        screen.heading(network),
        ["role", "platform", "devices"],
        [(role, name, count) for (role, name), count in roles.items()],
        right=["devices"],
    )
    segments = Counter(segment.zone for segment in network.segments)
    plugs = Counter(attachment.zone for attachment in network.attachments)
    screen.table(
        "zones",
        ["zone", "名称", "segments", "ports"],
        [(zone.slug, zone.title, segments[zone.slug], plugs[zone.slug]) for zone in network.zones.values()],
        right=["segments", "ports"],
    )
    numbers = summary(network)
    screen.out.print(
        f"[green]ok[/green]  {numbers['devices']} devices, {numbers['commanded']} of them commanded; "
        f"{numbers['links']} links, {numbers['circuits']} circuits, {numbers['pairs']} zone pairs"
    )

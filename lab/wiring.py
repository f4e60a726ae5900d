"""What the cables of a network lead to, port by port: other devices of the lab, and machines that are no twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.twin import Plug

if TYPE_CHECKING:
    from govnet.network.cabled import Link
    from govnet.network.model import Network


def plugs(network: Network, device: str) -> dict[str, Plug]:
    """Return port -> what its cable leads to."""
    cables = [link for link in network.links_of(device) if link.a.device != link.b.device]
    return {link.end(device).port: _plug(network, link, device) for link in cables}


def _plug(network: Network, link: Link, device: str) -> Plug:
    """Return the far end of a cable; a machine's network card gets a MAC address that no other in the lab has."""
    end, machine = link.other(device), network.devices[link.other(device).device]
    if machine.platform or machine.address is None or link.purpose == "mirror":  # who only listens sends nothing
        return Plug(end.device, end.port)
    number = machine.ports.index(end.port) + 1 if end.port in machine.ports else 0
    own = (machine.oob.ip if machine.oob else None, machine.zone_address, machine.address)
    there = [one.segment.subnet for one in network.attachments_of(device) if one.end == link.end(device)]
    address = next((str(one) for one in own for subnet in there if one and one in subnet), "")
    return Plug(end.device, end.port, bytes((2, *machine.address.packed[1:], 0, number)).hex(":"), address)

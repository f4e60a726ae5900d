"""Links, addresses and routes of the emulated machine, with the kernel's own consequences.

Kept in Python because many kernels lack 802.1Q and bonding; only the packet filter is real. What the kernel
does by itself is done here too: a VLAN follows its parent up and down, a bond's member is taken over while
down and comes up, a link that goes down takes its routes along.
"""

from __future__ import annotations

import ipaddress
import zlib
from dataclasses import dataclass, field
from typing import Final

Network = ipaddress.IPv4Network
MAX_NAME: Final = 15


class KernelError(Exception):
    """The kernel's answer to a request that it refuses, as ``ip`` prints it (exit status 2)."""


def no(reason: str) -> KernelError:
    """Return a refusal that carries only an error number: ``RTNETLINK answers: File exists``."""
    return KernelError(f"RTNETLINK answers: {reason}")


@dataclass(slots=True)
class Link:
    """One interface.

    Attributes:
        kind: empty for a network card, ``loopback``, ``vlan`` or ``bond``.
        opened: it has been up before, so it has a queueing discipline.
        carrier: something is at the other end (of a network card).
    """

    index: int
    name: str
    kind: str = ""
    mac: str = "00:00:00:00:00:00"
    parent: str = ""
    vid: int = 0
    mode: str = ""
    master: str = ""
    up: bool = False
    opened: bool = False
    carrier: bool = True
    alias: str = ""
    addresses: list[ipaddress.IPv4Interface] = field(default_factory=list)


@dataclass(slots=True)
class Route:
    """One static route of the main table."""

    gateway: ipaddress.IPv4Address | None
    device: str


class Net:
    """The network of one machine; names of links are unique."""

    def __init__(self, seed: str, cards: tuple[str, ...]) -> None:
        self.links: dict[str, Link] = {}
        self.routes: dict[Network, Route] = {}
        self._seed = f"{zlib.crc32(seed.encode()):08x}"
        self._next = 1
        self._new("lo", kind="loopback", up=True, opened=True)
        self.links["lo"].addresses.append(ipaddress.IPv4Interface("127.0.0.1/8"))
        for card in cards:
            self._new(card)

    def _new(self, name: str, **facts: object) -> Link:
        link = Link(self._next, name, **facts)  # type: ignore[arg-type]  # the callers below name the fields
        if link.kind != "loopback":
            pairs = [self._seed[at : at + 2] for at in (0, 2, 4, 6)]
            link.mac = ":".join(["52", *pairs, f"{self._next % 256:02x}"])
        self._next += 1
        self.links[name] = link
        return link

    def running(self, link: Link) -> bool:
        """Return whether frames pass: up, with a carrier below."""
        if not link.up:
            return False
        if link.kind == "vlan":
            return self.running(self.links[link.parent])
        if link.kind == "bond":
            return any(self.running(member) for member in self.members(link.name))
        return link.carrier

    def members(self, bond: str) -> list[Link]:
        """Return the links that a bond has taken over."""
        return [link for link in self.links.values() if link.master == bond]

    def add_vlan(self, name: str, parent: str, vid: int) -> None:
        """Create a VLAN interface; it starts down, with the parent's MAC address."""
        if not 0 <= vid < 4095:  # noqa: PLR2004 - 802.1Q's last usable number is 4094
            raise KernelError("Error: 8021q: Invalid VLAN id.")
        same = any(link.parent == parent and link.vid == vid for link in self.links.values())
        if name in self.links or same:
            raise no("File exists")
        self._new(name, kind="vlan", parent=parent, vid=vid).mac = self.links[parent].mac

    def add_bond(self, name: str, mode: str) -> None:
        """Create a bond without members."""
        if name in self.links:
            raise no("File exists")
        self._new(name, kind="bond", mode=mode)

    def delete(self, name: str) -> None:
        """Delete a VLAN or a bond, with the VLANs on top of it; network cards stay."""
        link = self.links[name]
        if link.kind not in {"vlan", "bond"}:
            raise no("Operation not supported")
        for member in self.members(name):
            self.release(member.name)
        for above in [other.name for other in self.links.values() if other.parent == name]:
            self.delete(above)
        self.set_down(name)
        del self.links[name]

    def set_up(self, name: str) -> None:
        """Bring a link up; the VLANs on top of it come up as well."""
        link = self.links[name]
        if link.parent and not self.links[link.parent].up:
            raise no("Network is down")
        if not link.up:
            link.up = link.opened = True
            for above in [other.name for other in self.links.values() if other.parent == name]:
                self.set_up(above)

    def set_down(self, name: str) -> None:
        """Take a link down; VLANs on top follow, and routes over it are gone."""
        self.links[name].up = False
        for above in [other.name for other in self.links.values() if other.parent == name]:
            self.set_down(above)
        self.routes = {prefix: route for prefix, route in self.routes.items() if route.device != name}

    def enslave(self, name: str, bond: str) -> None:
        """Put a link into a bond, which gives it the bond's MAC address and brings it up."""
        link, master = self.links[name], self.links[bond]
        if master.kind != "bond":
            raise KernelError("Error: Device does not allow enslaving to it.")
        if link.up:
            raise KernelError("Error: Device can not be enslaved while up.")
        if not self.members(bond):
            master.mac = link.mac
        link.master = bond
        self.set_up(name)

    def release(self, name: str) -> None:
        """Take a link out of its bond; it goes down."""
        if self.links[name].master:
            self.links[name].master = ""
            self.set_down(name)

    def add_address(self, name: str, address: ipaddress.IPv4Interface) -> None:
        """Give a link an address."""
        if address in self.links[name].addresses:
            raise KernelError("Error: ipv4: Address already assigned.")
        self.links[name].addresses.append(address)

    def delete_address(self, name: str, address: ipaddress.IPv4Interface) -> None:
        """Take an address from a link."""
        if address not in self.links[name].addresses:
            raise KernelError("Error: ipv4: Address not found.")
        self.links[name].addresses.remove(address)

    def towards(self, gateway: ipaddress.IPv4Address) -> str:
        """Return the link on whose network a gateway lies."""
        for link in self.links.values():
            if link.up and any(gateway in address.network for address in link.addresses):
                return link.name
        raise KernelError("Error: Nexthop has invalid gateway.")

    def add_route(self, prefix: Network, route: Route, *, replace: bool = False) -> None:
        """Add a static route, or put it in the place of the one that is there."""
        if prefix in self.routes and not replace:
            raise no("File exists")
        self.routes[prefix] = route

    def delete_route(self, prefix: Network, gateway: ipaddress.IPv4Address | None) -> None:
        """Delete a static route; a gateway, when named, must be the route's."""
        route = self.routes.get(prefix)
        if route is None or (gateway and route.gateway != gateway):
            raise no("No such process")
        del self.routes[prefix]

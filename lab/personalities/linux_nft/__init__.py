"""A Debian firewall as an automation account meets it: a shell, iproute2, and a packet filter that one can read.

Where the machine allows it, ``nft`` is the real program in a network namespace of the device's own; `backing`
says which it is. ``ip``, files and settings are emulated in Python, because many kernels lack 802.1Q and
bonding: an address given here is not in the namespace, so rules that name an interface must use ``iifname``.
The room must not know what the product will write into the filter.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lab.flash import Flash

from .boot import bring_up
from .machine import Machine
from .shell import Shell

if TYPE_CHECKING:
    from lab.terminal import Terminal
    from lab.twin import Twin

    from .net import Link
    from .nft import PacketFilter

__all__ = ["LinuxNft", "build"]

_GIGABIT = 10**9


class LinuxNft:
    """One emulated machine.

    Attributes:
        machine: its state, for faults on demand (``machine.net.links[...].carrier``).
        backing: what answers ``nft``: the real program in a namespace, or an emulation.
        note: the same, for the lab's list of endpoints.
    """

    def __init__(self, twin: Twin, packet_filter: PacketFilter | None = None) -> None:
        self.machine = Machine(twin, packet_filter)
        self.backing = self.machine.filter.backing
        self.note = self.backing
        self.flash = Flash(self.machine, ("filter", "folders"))
        self.machine.flash = self.flash

    @property
    def hostname(self) -> str:
        """Return the name that the prompt shows; ``debian`` from the factory."""
        return self.machine.hostname

    def boot(self, *, saved: bool) -> None:
        """Restart: links, addresses and settings as the installer left them, and what the files in /etc add.

        Files are written as soon as they are typed; without ``saved`` they never reached the disk.
        """
        files = dict(self.machine.files)
        self.flash.boot(saved=False)
        if saved:
            self.machine.files = files
        bring_up(self.machine)

    async def session(self, terminal: Terminal) -> None:
        """Talk to one client until it leaves or hangs up."""
        await Shell(terminal, self.machine).run()

    async def close(self) -> None:
        """Release the namespace; the rules in it are gone."""
        await asyncio.to_thread(self.machine.filter.close)

    def snapshot(self) -> dict[str, object]:
        """Return system names, links (speed in bit/s) and VLANs; a VLAN interface is a tagged member of its parent."""
        links = [link for link in self.machine.net.links.values() if link.kind != "loopback"]
        vlans: dict[int, dict[str, object]] = {}
        for link in links:
            if link.kind == "vlan":
                own = next(map(str, link.addresses), "")
                found = vlans.setdefault(link.vid, {"name": link.name, "untagged": [], "tagged": [], "address": own})
                tagged = found["tagged"]
                if isinstance(tagged, list):
                    tagged.append(link.parent)
        return {
            "sysName": self.hostname,
            "sysLocation": "",
            "sysContact": "",
            "ports": [self._port(link) for link in links],
            "vlans": vlans,
        }

    def _port(self, link: Link) -> dict[str, object]:
        return {
            "name": link.name,
            "alias": link.alias,
            "admin_up": link.up,
            "oper_up": self.machine.net.running(link),
            "speed_bps": _GIGABIT,
            "trunk": link.master,
        }


def build(twin: Twin) -> LinuxNft:
    """Return the emulated machine that stands for an inventory device."""
    return LinuxNft(twin)

"""Passport / Ethernet Routing Switch 8600 at its classic command line (PPCLI), software below 5.0 in the first place.

Sources: the ZipTie captures of a Passport 8606 with software 3.5.0.0, transcripts of two ERS 8806 with 7.x, the error
texts and prompts that Control-CLI-Extreme looks for, the filter grammar of Nipper. What has no public source is
decided here once, and said so beside the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_passport import managed
from lab.personalities.nortel_passport.session import Session
from lab.personalities.nortel_passport.state import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.orders import Order
    from lab.terminal import Terminal
    from lab.twin import Twin


class Passport:
    """One emulated chassis.

    Attributes:
        box: its state, for tests that look inside.
    """

    def __init__(self, twin: Twin) -> None:
        self.box = Box(twin)
        self.flash = self.box.flash

    @property
    def hostname(self) -> str:
        """Return the name in its prompt."""
        return self.box.prompt or self.box.name

    def boot(self, *, saved: bool) -> None:
        """Restart with what was saved; see `Flash`."""
        self.flash.boot(saved=saved)

    async def session(self, terminal: Terminal) -> None:
        """Talk to one client until it leaves or hangs up."""
        await Session(self.box, terminal).run()

    def obey(self, orders: Sequence[Order]) -> None:
        """Carry out what a manager orders by SNMP, all of it or nothing; raise `OrderRefused`."""
        managed.obey(self.box, orders)

    def snapshot(self) -> dict[str, object]:
        """Return plain facts for the SNMP agent."""
        box = self.box
        trunks = {port: f"MLT {number}" for number, mlt in box.mlts.items() for port in mlt.ports}
        ports = [
            {
                "name": port.name,
                "alias": port.alias,
                "admin_up": port.enabled,
                "oper_up": port.enabled,
                "speed_bps": box.chassis.speed(port.name) * 1_000_000,
                "trunk": trunks.get(port.name, ""),
            }
            for port in box.ports.values()
        ]
        vlans = {
            vlan.vid: {
                "name": vlan.name,
                "untagged": [name for name in box.ports if name in vlan.ports and not box.ports[name].tagging],
                "tagged": [name for name in box.ports if name in vlan.ports and box.ports[name].tagging],
                "routed": vlan.address is not None,
                "address": str(vlan.address or ""),
            }
            for vlan in box.vlans.values()
        }
        return {
            "sysName": box.name,
            "sysLocation": box.location,
            "sysContact": box.contact,
            "ports": ports,
            "vlans": vlans,
        }


def build(twin: Twin) -> Passport:
    """Return a chassis as it comes out of its box."""
    return Passport(twin)

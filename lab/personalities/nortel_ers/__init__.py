"""Stackable access switches (BayStack, ERS 4500/5500, the BOSS family) at their Cisco-like command line.

Sources: a transcript of ERS 4550T switches with software 5.7.1, the samples of ntc-templates, the grammar of
ACLI-terminal, the error texts and paging of Control-CLI-Extreme, the Device Manager help for the rules of
``vlan configcontrol``. What has no public source is decided here once, and said so beside the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_ers.session import Session
from lab.personalities.nortel_ers.state import Box

if TYPE_CHECKING:
    from lab.terminal import Terminal
    from lab.twin import Twin


class Stackable:
    """One emulated switch or stack.

    Attributes:
        box: its state, for tests that look inside.
    """

    def __init__(self, twin: Twin) -> None:
        self.box = Box(twin)
        self.flash = self.box.flash

    @property
    def hostname(self) -> str:
        """Return the name in its prompt."""
        return self.box.name or self.box.short_model

    def boot(self, *, saved: bool) -> None:
        """Restart with what was saved; see `Flash`."""
        self.flash.boot(saved=saved)

    async def session(self, terminal: Terminal) -> None:
        """Talk to one client until it leaves or hangs up."""
        await Session(self.box, terminal).run()

    def snapshot(self) -> dict[str, object]:
        """Return plain facts for the SNMP agent."""
        box = self.box
        ports = [
            {
                "name": port.name,
                "alias": port.alias,
                "admin_up": port.enabled,
                "oper_up": port.enabled,
                "speed_bps": box.speed(port.name) * 1_000_000,
            }
            for port in box.ports.values()
        ]
        vlans = {
            vid: {
                "name": vlan.name,
                "untagged": [n for n in box.front.order if n in vlan.ports and not box.tagged(n, vid)],
                "tagged": [n for n in box.front.order if n in vlan.ports and box.tagged(n, vid)],
                "address": box.interface if vid == box.management_vlan else "",
            }
            for vid, vlan in box.vlans.items()
        }
        return {
            "sysName": box.name,
            "sysLocation": box.location,
            "sysContact": box.contact,
            "ports": ports,
            "vlans": vlans,
        }


def build(twin: Twin) -> Stackable:
    """Return a switch as it comes out of its box."""
    return Stackable(twin)

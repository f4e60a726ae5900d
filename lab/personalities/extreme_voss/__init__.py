"""VSP / Fabric Engine ("VOSS"), and the ERS 8600 in NNCLI mode, at their Cisco-like command line.

Sources: the running configurations of a VSP-8284XSQ (sw 7.0, sample of the Ansible module) and of a VSP-8404C (8.10),
show samples of ntc-templates and of that module, table layouts that a public fabric tool expects of 9.x, prompts,
paging and error texts of Control-CLI-Extreme, the commands of Extreme's test framework and published scripts. What has
no public source is decided here once, and said so beside the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.extreme_voss.session import Session
from lab.personalities.extreme_voss.state import Box

if TYPE_CHECKING:
    from lab.terminal import Terminal
    from lab.twin import Twin


class Vsp:
    """One emulated switch.

    Attributes:
        box: its state, for tests that look inside.
    """

    def __init__(self, twin: Twin) -> None:
        self.box = Box(twin)
        self.flash = self.box.flash

    @property
    def hostname(self) -> str:
        """Return the name in its prompt."""
        return self.box.name

    def boot(self, *, saved: bool) -> None:
        """Restart with what was saved; see `Flash`."""
        self.flash.boot(saved=saved)

    async def session(self, terminal: Terminal) -> None:
        """Talk to one client until it leaves or hangs up."""
        await Session(self.box, terminal).run()

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
                "trunk": trunks.get(port.name, ""),
            }
            for port in box.ports.values()
        ]
        vlans = {
            vlan.vid: {
                "name": vlan.name,
                "untagged": [name for name in box.ports if name in vlan.ports and not box.tagged(name, vlan.vid)],
                "tagged": [name for name in box.ports if name in vlan.ports and box.tagged(name, vlan.vid)],
                "routed": vlan.address is not None,
                "address": str(vlan.address or ""),
            }
            for vlan in box.vlans.values()
        }
        system = box.lines["SYSTEM"]
        return {
            "sysName": box.name,
            "sysLocation": system.get("location", "").partition('"')[2].rstrip('"'),
            "sysContact": system.get("contact", "").partition('"')[2].rstrip('"'),
            "ports": ports,
            "vlans": vlans,
        }


def build(twin: Twin) -> Vsp:
    """Return a switch as it comes out of its box."""
    return Vsp(twin)

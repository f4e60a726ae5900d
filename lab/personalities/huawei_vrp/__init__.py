"""A Huawei switch as its command line shows itself: VRP 5, every line live at once, or VRP 8 with its two stages.

The room knows views, abbreviations, the caret, the rules by which the box refuses, and the layouts of
``display``; it knows nothing of the product that will configure it. What VRP 8 adds (candidate and commit, the marks
``~`` and ``*`` in the prompt, trial, rollback) is in `two_stage` and `commit`; the lines between are those of VRP 5,
and its ports are switched from the factory as an S switch's are, which an NE40E's are not.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from . import acl, commit, display, display_ports, display_routes, kept, labelled, ports, system
from .shell import Shell
from .state import factory, runs_eight
from .two_stage import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.terminal import Terminal
    from lab.twin import Twin

__all__ = ["HuaweiVrp", "build", "runs_eight"]

#: Importing these modules fills the register of commands.
_COMMAND_SETS = (acl, commit, display, display_ports, display_routes, kept, labelled, ports, system)


class HuaweiVrp:
    """One emulated switch; its state outlives sessions and is lost with the object.

    Attributes:
        backing: what answers: ``emulated``; `note` is the same, for the lab's list of endpoints.
        box: the state, for faults on demand (``box.links``) and learned addresses (``box.learned``).
        store: commits and trials of a VRP 8 box; None on VRP 5.
    """

    backing = "emulated"
    note = backing

    def __init__(self, twin: Twin, clock: Callable[[], float] = time.time) -> None:
        self.box = factory(twin)
        self.store = Store(self.box, clock) if self.box.two_stage else None
        self.flash = self.box.flash

    @property
    def hostname(self) -> str:
        """Return the configured system name; ``HUAWEI`` from the factory."""
        return self.box.sysname

    def boot(self, *, saved: bool) -> None:
        """Restart with what was saved; see `Flash`. What was on trial is no more."""
        if self.store:
            self.store.trial = None
        self.flash.boot(saved=saved)
        if self.box.backbone:
            self.box.backbone.forget()

    async def session(self, terminal: Terminal) -> None:
        """Talk to one client until it quits or hangs up."""
        await Shell(terminal, self.box, self.store).run()

    async def close(self) -> None:
        """Release nothing: the emulation holds no resources."""

    def snapshot(self) -> dict[str, object]:
        """Return system names, interfaces (speed in bit/s) and VLANs with untagged and tagged members."""
        if self.store:
            self.store.tick()
        return {
            "sysName": self.box.sysname,
            "sysLocation": self._told("location"),
            "sysContact": self._told("contact"),
            "ports": self._ports(),
            "vlans": self._vlans(),
            "lldp": bool(self.box.kept.get("lldp")),
        }

    def _told(self, what: str) -> str:
        prefix = f"snmp-agent sys-info {what} "
        lines = self.box.kept.get("snmp-agent", [])
        return next((line.removeprefix(prefix) for line in lines if line.startswith(prefix)), "")

    def _ports(self) -> list[dict[str, object]]:
        return [
            {
                "name": port.name,
                "alias": port.description,
                "admin_up": not port.shutdown,
                "oper_up": self.box.up(port),
                "speed_bps": self.box.speed(port),
                "trunk": port.trunk,
            }
            for port in self.box.interfaces.values()
        ]

    def _vlans(self) -> dict[int, dict[str, object]]:
        sides = {port.name: port.vlans() for port in self.box.ports()}
        return {
            vid: {
                "name": vlan.name or vlan.description or f"VLAN {vid:04}",
                "untagged": [name for name, (untagged, _) in sides.items() if vid in untagged],
                "tagged": [name for name, (_, tagged) in sides.items() if vid in tagged],
                "address": self._address(f"Vlanif{vid}"),
            }
            for vid, vlan in sorted(self.box.vlans.items())
        }

    def _address(self, name: str) -> str:
        interface = self.box.interfaces.get(name)
        return "/".join(interface.address) if interface and interface.address else ""


def build(twin: Twin, clock: Callable[[], float] = time.time) -> HuaweiVrp:
    """Return the emulated switch that stands for an inventory device; ``clock`` gives seconds of the epoch."""
    return HuaweiVrp(twin, clock)

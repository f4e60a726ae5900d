"""BayStack 470 and ERS 2500/4500/5500 stackables in the command line that they call NNCLI ("BOSS").

Knows how this family writes and shows a configuration; must not know any network.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.config.model import DeviceConfig, Management
from govnet.config.switching import DEFAULT_VLAN, Port, Switchport, Vlan
from govnet.platforms.base import Command
from govnet.platforms.nortel_ers import read as _read
from govnet.platforms.nortel_ers import refuse as _refuse
from govnet.platforms.nortel_ers import say as _say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.changes import Change
    from govnet.config.hardware import ConsoleSetup, Hardware
    from govnet.config.reading import Reading

__all__ = ["PLATFORM", "NortelErs"]

_DEFAULT = Switchport(untagged=frozenset({DEFAULT_VLAN}), pvid=DEFAULT_VLAN)


class NortelErs:
    """See `govnet.platforms.base.Platform`.

    ``save`` is what a BayStack 470 takes; the 45xx were seen with ``save config`` (operator's notes). All of them save
    by themselves within a while unless told not to.
    """

    name = "nortel_ers"
    shows = ("show running-config",)
    enter = ("enable", "configure terminal")
    leave = ("end",)
    save = (Command("copy config nvram"),)
    checkpoint = ()  # a copy under another name goes to a TFTP server only

    def factory(self, hardware: Hardware) -> DeviceConfig:
        """Return the box with every port untagged in VLAN 1, telnet and web on, SSH off, no routing.

        Defaults from the grammar of generated BOSS configurations. The console set-up adds the management VLAN, tagged
        on the uplinks beside their untagged VLAN 1, and the switch's address in it.
        """
        bare = DeviceConfig(
            hostname=hardware.model,
            ports={port: Port(switchport=_DEFAULT) for port in hardware.ports},
            vlans={DEFAULT_VLAN: Vlan()},
            forwarding=False,
            management=Management(vlan=DEFAULT_VLAN, ssh=False, telnet=True, web=True),
        )
        return bare if hardware.console is None else _set_up(bare, hardware.console)

    def read(self, text: str, hardware: Hardware) -> Reading:
        """Understand what `shows` printed. Secrets are masked as comments on this family and so never seen.

        Raises:
            RefusedError: the text is of another family.
        """
        return _read.read(text, self.factory(replace(hardware, console=None)))

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes as typed after `enter`.

        Raises:
            RefusedError: a change that this box cannot do.
        """
        return _say.say(changes, running)

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that this box cannot do."""
        return _refuse.refuse(config, hardware)

    def refusal(self, output: str) -> str | None:
        """Return the switch's error text in an answer; no error text at all means success."""
        return _refuse.refusal(output)


def _set_up(bare: DeviceConfig, console: ConsoleSetup) -> DeviceConfig:
    vlan = console.vlan or DEFAULT_VLAN
    uplink = _DEFAULT if vlan == DEFAULT_VLAN else replace(_DEFAULT, tagged=frozenset({vlan}))
    return replace(
        bare,
        vlans={**bare.vlans, vlan: Vlan()},
        ports={**bare.ports, **{port: Port(switchport=uplink) for port in console.uplinks}},
        management=replace(bare.management, vlan=vlan, address=console.address, gateway=console.gateway),
    )


PLATFORM = NortelErs()

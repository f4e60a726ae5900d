"""VSP and Fabric Engine ("VOSS"), and the ERS 8600/8800 in NNCLI mode, which speaks almost the same.

Knows how this family writes and shows a configuration; must not know any network. Most sources are of the VSP; where
the ERS 8600 differs (`Dialect`), what is said to it is marked as unverified.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from govnet.config.model import DeviceConfig, Management
from govnet.config.switching import DEFAULT_VLAN, Port, Switchport, Vlan
from govnet.platforms.base import Command
from govnet.platforms.extreme_voss import read as _read
from govnet.platforms.extreme_voss import refuse as _refuse
from govnet.platforms.extreme_voss import say as _say
from govnet.platforms.extreme_voss.dialect import Dialect, dialect
from govnet.platforms.nortel_passport.refuse import refusal as _refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.changes import Change
    from govnet.config.hardware import Hardware
    from govnet.config.reading import Reading

__all__ = ["PLATFORM", "ExtremeVoss"]


@dataclass(frozen=True, slots=True)
class ExtremeVoss:
    """See `govnet.platforms.base.Platform`. ``dialect``: whose words `say` uses; a VSP's unless `fitted`."""

    dialect: Dialect = field(default_factory=Dialect)
    name: str = "extreme_voss"
    shows: tuple[str, ...] = ("show running-config",)
    enter: tuple[str, ...] = ("enable", "configure terminal")
    leave: tuple[str, ...] = ("end",)
    save: tuple[Command, ...] = (Command("save config"),)

    def fitted(self, hardware: Hardware) -> ExtremeVoss:
        """Return the platform in the words of this box."""
        return replace(self, dialect=dialect(hardware))

    def factory(self, hardware: Hardware) -> DeviceConfig:
        """Return the box with every port untagged in VLAN 1: shut on a VSP, open on an ERS.

        That a VSP's ports start shut: every port of a new VSP 8284XSQ is down in its capture (sw 7.0), and published
        VSP configurations open each port that they use. The console set-up leaves an address on the management port,
        and SSH on.
        """
        default = Switchport(untagged=frozenset({DEFAULT_VLAN}), pvid=DEFAULT_VLAN)
        console = hardware.console
        enabled = dialect(hardware).ers
        return DeviceConfig(
            hostname=hardware.model,
            ports={port: Port(enabled=enabled, switchport=default) for port in hardware.ports},
            vlans={DEFAULT_VLAN: Vlan()},
            management=Management(
                address=console.address if console else None, ssh=console is not None, telnet=False, web=False
            ),
        )

    def read(self, text: str, hardware: Hardware) -> Reading:
        """Understand what `shows` printed; it gives what differs from the factory.

        Raises:
            RefusedError: the text is of another family.
        """
        start = self.factory(hardware if dialect(hardware).ers else replace(hardware, console=None))
        return _read.read(text, replace(start, management=replace(start.management, ssh=False)))

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes as typed after `enter`.

        Raises:
            RefusedError: a change that this box cannot do.
        """
        return _say.say(changes, running, self.dialect)

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that this box cannot do."""
        return _refuse.refuse(config, hardware)

    def refusal(self, output: str) -> str | None:
        """Return the box's error text in an answer; no error text at all means success.

        The texts are those of the classic command line: Control-CLI-Extreme lists one set for both.
        """
        return _refusal(output)


PLATFORM = ExtremeVoss()

"""Passport 8600 / ERS 8600 in the classic command line (PPCLI).

Knows how this family writes and shows a configuration; must not know any network. What is said is full lines from the
root, so no line depends on where the session stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from govnet.config.model import DeviceConfig, Management
from govnet.config.switching import DEFAULT_VLAN, Port, Switchport, Vlan
from govnet.platforms.base import Command
from govnet.platforms.nortel_passport import mib, say_objects
from govnet.platforms.nortel_passport import read as _read
from govnet.platforms.nortel_passport import refuse as _refuse
from govnet.platforms.nortel_passport import say as _say
from govnet.platforms.nortel_passport.routetable import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.changes import Change
    from govnet.config.hardware import Hardware
    from govnet.config.reading import Reading
    from govnet.config.routetable import RoutingTable
    from govnet.platforms.objects import Value

__all__ = ["PLATFORM", "NortelPassport"]


class NortelPassport:
    """See `govnet.platforms.base.Platform`."""

    name = "nortel_passport"
    shows = ("show config", "show bootconfig config")
    stored: ClassVar[Mapping[str, str]] = {"show config": "more config.cfg"}  # ACLI manual; ZipTie reads it so
    enter = ("box",)
    leave = ()
    save = (Command("save config"),)
    # A second file beside the one that boots; the box asks before it overwrites (XMC backup scripts, ACLI docs).
    checkpoint = (Command("save config file govnet.cfg", answers=("y",)),)

    def fitted(self, hardware: Hardware) -> NortelPassport:
        """Return the platform that says removals as this box is to be told them."""
        return _BY_SET if hardware.write_by == "snmp" else self

    def factory(self, hardware: Hardware) -> DeviceConfig:
        """Return the box with every port untagged in VLAN 1.

        The console set-up leaves an address on the CPU port and SSH on: both are boot settings (``boot.cfg``), and SSH
        needs its cipher module loaded besides (ZipTie capture). Telnet is a boot flag that is off until set.
        """
        default = Switchport(untagged=frozenset({DEFAULT_VLAN}), pvid=DEFAULT_VLAN)
        console = hardware.console
        return DeviceConfig(
            hostname=hardware.model,
            ports={port: Port(switchport=default) for port in hardware.ports},
            vlans={DEFAULT_VLAN: Vlan()},
            management=Management(
                address=console.address if console else None, ssh=console is not None, telnet=False, web=False
            ),
        )

    def read(self, text: str, hardware: Hardware) -> Reading:
        """Understand what `shows` printed; settings kept in ``#!`` comments are among the unread lines.

        Raises:
            RefusedError: the text is of another family.
        """
        return _read.read(text, self.factory(hardware))

    def tables(self, config: DeviceConfig) -> Mapping[str, str]:  # noqa: ARG002 - what an instance's looks like is not on record
        """Return what shows the global table."""
        return {"": "show ip route info"}

    def read_table(self, text: str, vrf: str) -> Sequence[RoutingTable]:
        """Understand the global table."""
        return [read_table(text, vrf)]

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes as full lines from the root.

        Raises:
            RefusedError: a change that this box cannot do.
        """
        return _say.say(changes, running)

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that this box cannot do."""
        return _refuse.refuse(config, hardware)

    def refusal(self, output: str) -> str | None:
        """Return the box's error text in an answer; no error text at all means success."""
        return _refuse.refusal(output)


class NortelPassportBySet(NortelPassport):
    """A Passport whose removals, for which its command line has no public source, go by SNMP SET.

    See `govnet.platforms.objects.ObjectWritten`.
    """

    columns = mib.COLUMNS

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes as full lines from the root, and as SETs what the MIB has a column for.

        Raises:
            RefusedError: a change that this box cannot do.
        """
        return _say.say(changes, running, say_objects.SPEAKERS)

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that this box cannot do."""
        other = [f"write_by: snmp, {hardware.model} numbers its ports in another way; leave it out"]
        return [*_refuse.refuse(config, hardware), *(other if hardware.model.startswith("Accelar") else [])]

    def disagreements(self, cells: Mapping[str, Value], config: DeviceConfig) -> list[str]:
        """Name every VLAN, port and address on which the walked columns say another thing than ``config``."""
        return mib.disagreements(cells, config)


PLATFORM = NortelPassport()
_BY_SET = NortelPassportBySet()

"""`HuaweiVrp`: the platform as the rest of govnet sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

from govnet.config.model import DeviceConfig, Management
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import DEFAULT_VLAN, Aggregation, Port, Switchport, Vlan
from govnet.errors import RefusedError
from govnet.platforms.base import Command
from govnet.platforms.huawei_vrp import read_labelled, read_ports, read_queueing, read_routing, read_services
from govnet.platforms.huawei_vrp.assemble import assembled
from govnet.platforms.huawei_vrp.box import Box
from govnet.platforms.huawei_vrp.limits import refused
from govnet.platforms.huawei_vrp.reader import carry_out
from govnet.platforms.huawei_vrp.routetable import read_table
from govnet.platforms.huawei_vrp.say_ports import say
from govnet.platforms.huawei_vrp.wire import FACTORY
from govnet.platforms.huawei_vrp.words import routed_by_default, trunk_name, two_stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.changes import Change
    from govnet.config.hardware import ConsoleSetup, Hardware
    from govnet.config.reading import Reading
    from govnet.config.routetable import RoutingTable

READERS: Final = (read_labelled, read_ports, read_queueing, read_routing, read_services)
"""The modules that fill the table of phrases by being imported."""

# NOC's profile: "Error:" with and without a blank, and older "% ..." forms; the caret stands on the line before.
_REFUSAL: Final = re.compile(
    r"^\s*(Error\s?:.*|% ?(?:Unrecognized|Wrong|Too many|Incomplete|Ambiguous|Invalid).*)", re.MULTILINE
)


# ``commit`` alone: a comment is spelt differently from release to release, and a refused one leaves all uncommitted. It
# confirms a trial too, in the session that began it (published notes of an operator); NE's pages do not say.
_COMMIT: Final = (Command("commit"),)
_DISCARD: Final = (Command("clear configuration candidate"),)
_ABANDON: Final = (Command("abort trial", answers=("y",)),)
_TRIAL_SECONDS: Final = range(60, 65536)
_TRIAL_LEFT: Final = re.compile(r"Trial status:\s*(IN)?ACTIVE(?:.*\n)*?.*Trial time left \(sec\):\s*(\d+)")


@dataclass(frozen=True, slots=True)
class HuaweiVrp:
    """VRP 5, where each line is live at once; `fitted` to a box with VRP 8, where lines wait for a ``commit``.

    Attributes:
        commit, discard: see `govnet.platforms.base.Staged`; empty on VRP 5. ``commit`` confirms a trial as well, when
            the session that began it types it.
        abandon: takes a trial back at once.
    """

    name: str = "huawei_vrp"
    shows: tuple[str, ...] = ("display current-configuration",)
    stored: ClassVar[Mapping[str, str]] = {"display current-configuration": "display saved-configuration"}
    enter: tuple[str, ...] = ("system-view",)
    leave: tuple[str, ...] = ("return",)
    save: tuple[Command, ...] = (Command("save", answers=("y",)),)
    checkpoint: tuple[Command, ...] = ()  # VRP 5 saves to a named file too, but no capture shows what it asks then
    commit: tuple[Command, ...] = ()
    discard: tuple[Command, ...] = ()
    abandon: tuple[Command, ...] = ()

    def fitted(self, hardware: Hardware) -> HuaweiVrp:
        """Return the platform for one box: two stages where its release is one of VRP 8."""
        if not two_stage(hardware.model, hardware.software):
            return self
        return replace(self, commit=_COMMIT, discard=_DISCARD, abandon=_ABANDON)

    def trial(self, seconds: int) -> tuple[Command, ...]:
        """Return what commits for a while: the box takes it back by itself after ``seconds`` (NE Commit, CfgTrial).

        Raises:
            RefusedError: the box has one stage only, or takes no such time.
        """
        if not self.commit:
            raise RefusedError("VRP 5 has no commit that takes itself back; use a box with VRP 8, or no trial.")
        if seconds not in _TRIAL_SECONDS:
            raise RefusedError(f"a trial lasts 60 to 65535 s on VRP 8, not {seconds}; choose another time.")
        return (Command(f"commit trial {seconds}"),)

    @staticmethod
    def trial_left(output: str) -> int | None:
        """Return the seconds that ``display configuration trial status`` gives; 0 without a trial, None if unclear."""
        found = _TRIAL_LEFT.search(output)
        if found is None:
            return None
        return 0 if found[1] else int(found[2])

    def factory(self, hardware: Hardware) -> DeviceConfig:
        """Return a box out of the carton plus its console set-up: SSH, and the management VLAN tagged on the uplinks.

        Telnet and web listen by default on switches of the period (configurations that turn them off show the
        ``undo`` lines: FIELD); STelnet does not.
        """
        routed = routed_by_default(hardware.model)
        bare = DeviceConfig(
            hostname="HUAWEI",
            ports={port: Port(switchport=_factory_port(port, routed=routed)) for port in hardware.ports},
            vlans={} if routed else {DEFAULT_VLAN: Vlan()},
            management=Management(ssh=hardware.console is not None),
        )
        return _set_up(bare, hardware.console) if hardware.console else bare

    def read(self, text: str, hardware: Hardware) -> Reading:
        """Understand a displayed or saved configuration, or a program typed from the system view."""
        return assembled(carry_out(text, Box(hardware)))

    def tables(self, config: DeviceConfig) -> Mapping[str, str]:
        """Return what shows the public table and that of each VPN instance (Huawei's command references)."""
        shown = "display ip routing-table"
        return {"": shown, **{name: f"{shown} vpn-instance {name}" for name in config.vrfs}}

    def read_table(self, text: str, vrf: str) -> Sequence[RoutingTable]:
        """Understand one table."""
        return [read_table(text, vrf)]

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes; every view that is entered is left again.

        Raises:
            ConflictError: the changes were not made for ``running``.
            RefusedError: VRP has no words for one of them.
        """
        return say(changes, running)

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that this box cannot do."""
        return refused(config, hardware)

    def refusal(self, output: str) -> str | None:
        """Return the ``Error:`` line of an answer."""
        found = _REFUSAL.search(output)
        return found[1].strip() if found else None


def _factory_port(name: str, *, routed: bool) -> Switchport | None:
    return None if routed or name.startswith("MEth") else FACTORY


def _set_up(bare: DeviceConfig, console: ConsoleSetup) -> DeviceConfig:
    """Return ``bare`` with what the installer typed; VLAN 1 stays on the uplinks."""
    ports, vlans = dict(bare.ports), dict(bare.vlans)
    meth = next((name for name in ports if name.startswith("MEth")), None)
    if console.vlan is not None:
        vlans[console.vlan] = Vlan()
        carried = Switchport(FACTORY.untagged, frozenset({console.vlan}), DEFAULT_VLAN)
        ports |= {name: Port(switchport=carried) for name in console.uplinks}
    if console.vlan is None and meth is not None:
        key, interface = meth, IpInterface(InterfaceKind.PORT, (console.address,), parent=meth)
    else:
        vlan = console.vlan or DEFAULT_VLAN
        key, interface = f"vlan{vlan}", IpInterface(InterfaceKind.VLAN, (console.address,), vlan)
    interfaces = {key: interface}
    if console.loopback:
        interfaces["loopback1"] = IpInterface(InterfaceKind.LOOPBACK, (console.loopback,))
    number = console.aggregation
    return DeviceConfig(
        hostname=bare.hostname,
        ports=ports,
        vlans=vlans,
        interfaces=interfaces,
        routes=frozenset(StaticRoute(network, console.gateway) for network in console.beyond if console.gateway),
        aggregations={} if number is None else {number: Aggregation(frozenset(console.uplinks), trunk_name(number))},
        management=bare.management,
    )

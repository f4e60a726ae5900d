"""Changes in the words of a BOSS stackable, port lists where it takes them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.config.routing import InterfaceKind
from govnet.errors import RefusedError
from govnet.platforms.nortel_ers.ports import port_mode
from govnet.platforms.nortel_ers.say_services import SERVICE_SPEAKERS
from govnet.platforms.portlists import lists
from govnet.platforms.speaking import PortWords, Run, Speaker, speak
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface
    from govnet.platforms.base import Command

VLANS_A_LINE = 16

_words = partial(say_change, "nortel_ers")
port_lists = partial(lists, repeat_slot=False)
_ports = PortWords(_words, port_lists)


def say(changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
    """Say changes in the order given; within a run of port changes, all ports leave before any joins.

    Joining a VLAN neither leaves the old one nor moves the PVID (operator's notes), so each is said. Which control mode
    the switch is in is not modelled; before members change it is set to ``flexible``, the one whose result is known.

    Raises:
        RefusedError: a change that this box cannot do.
    """
    return speak(changes, running, _SPEAKERS, "a BOSS stackable")


def _hostname(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("hostname", name=change.after), index)]


def _create_vlans(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for start in range(0, len(run), VLANS_A_LINE):
        part = run[start : start + VLANS_A_LINE]
        said += belonging(_words("create_vlans", vlans=[change.vlan for _, change in part]), part[0][0])
    for index, change in run:
        if change.value.name:
            said += belonging(_words("name_vlan", vlan=change.vlan, name=change.value.name), index)
    return said


def _delete_vlans(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("delete_vlan", vlan=change.vlan), index)]


def _rename_vlans(run: Run, _: DeviceConfig) -> list[Command]:
    return [
        said
        for index, change in run
        for said in belonging(_words("name_vlan", vlan=change.vlan, name=change.after), index)
    ]


def _switchports(run: Run, running: DeviceConfig) -> list[Command]:
    for _, change in run:
        if change.before is None or change.after is None:
            raise RefusedError(f"{running.hostname}: port {change.port} would become or cease to be a routed port")
    known = [(index, change.port, change.before, change.after) for index, change in run]
    modes = [(index, port, port_mode(new)) for index, port, _, new in known]
    return [
        *belonging(_words("flexible"), run[0][0]),
        *_ports.said(
            "leave_vlan", "vlan", ((v, i, p) for i, p, old, new in known for v in sorted(old.members - new.members))
        ),
        *_ports.said("tagging", "mode", (((mode.tagging, mode.filtering), i, p) for i, p, mode in modes)),
        *_ports.said(
            "join_vlan", "vlan", ((v, i, p) for i, p, old, new in known for v in sorted(new.members - old.members))
        ),
        *_ports.said("pvid", "vlan", ((mode.pvid, i, p) for i, p, mode in modes if mode.pvid is not None)),
    ]


def _create_mlts(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        ports = ",".join(port_lists(change.value.ports))
        said += belonging(_words("create_mlt", number=change.number, name=change.value.name, ports=ports), index)
    return said


def _delete_mlts(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("delete_mlt", number=change.number), index)]


def _interfaces(run: Run, running: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        verb = "add" if isinstance(change, c.AddInterface) else "remove"
        said += belonging(_interface(verb, change.name, change.value, running.hostname), index)
    return said


def _interface(verb: str, name: str, value: IpInterface, hostname: str) -> list[Command]:
    if len(value.addresses) != 1 or value.vrf:
        raise RefusedError(f"{hostname}: {name} needs several addresses or a VRF; a stackable has neither")
    address = value.addresses[0]
    if value.kind is InterfaceKind.LOOPBACK:
        return _words(f"{verb}_loopback", number=int(name.removeprefix("loopback")), address=address)
    if value.kind is not InterfaceKind.VLAN:
        raise RefusedError(f"{hostname}: {name} sits on a port; a stackable routes between VLANs only")
    return _words(f"{verb}_vlan_interface", vlan=value.vlan, address=address)


def _routes(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        route = change.value
        if route.next_hop is None or route.vrf:
            raise RefusedError(f"route {route.prefix} discards or is in a VRF; a stackable can do neither")
        macro = "add_route" if isinstance(change, c.AddRoute) else "remove_route"
        said += belonging(_words(macro, prefix=route.prefix, next_hop=route.next_hop), index)
    return said


def _routing(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("routing", on=change.after), index)]


def _mirrors(run: Run, running: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        if len(change.value.sources) != 1:
            raise RefusedError(
                f"{running.hostname}: mirror {change.number} has several sources; a stackable copies one"
            )
        if isinstance(change, c.CreateMirror):
            (source,) = change.value.sources
            words = _words("create_mirror", source=source, destination=change.value.destination)
        else:
            words = _words("delete_mirror")
        said += belonging(words, index)
    return said


_SPEAKERS: dict[type, Speaker] = {
    c.SetHostname: _hostname,
    c.CreateVlan: _create_vlans,
    c.DeleteVlan: _delete_vlans,
    c.RenameVlan: _rename_vlans,
    c.SetPortDescription: _ports.names,
    c.SetPortEnabled: _ports.states,
    c.SetSwitchport: _switchports,
    c.CreateAggregation: _create_mlts,
    c.DeleteAggregation: _delete_mlts,
    c.AddInterface: _interfaces,
    c.RemoveInterface: _interfaces,
    c.AddRoute: _routes,
    c.RemoveRoute: _routes,
    c.SetForwarding: _routing,
    c.CreateMirror: _mirrors,
    c.DeleteMirror: _mirrors,
    **SERVICE_SPEAKERS,
}

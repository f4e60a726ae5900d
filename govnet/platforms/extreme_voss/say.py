"""Changes in the words of a VSP, port lists where it takes them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.config.routing import InterfaceKind
from govnet.errors import RefusedError
from govnet.platforms.extreme_voss.ports import port_mode
from govnet.platforms.extreme_voss.say_filters import FILTER_SPEAKERS
from govnet.platforms.extreme_voss.say_services import SERVICE_SPEAKERS
from govnet.platforms.portlists import lists, sort_ports
from govnet.platforms.speaking import PortWords, Run, Speaker, speak
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface
    from govnet.config.switching import Switchport
    from govnet.platforms.base import Command
    from govnet.platforms.extreme_voss.dialect import Dialect

_words = partial(say_change, "extreme_voss")
port_lists = partial(lists, repeat_slot=True)
_ports = PortWords(_words, port_lists)

NO_IST = "a VSP's inter-switch trunk is virtual and rides the fabric; it is no aggregation, set it up by hand"

_CLOSING = ("tag_default", "tagging", "discard")
_OPENING = ("default_vlan", "untag", "accept")


def say(changes: Sequence[Change], running: DeviceConfig, dialect: Dialect) -> list[Command]:
    """Say changes in the order given; within a run of port changes, all ports leave before any joins.

    An untagged port is in exactly one port-based VLAN, so it must leave before it joins; a port is tagged before it
    joins several, and takes untagged frames again only when it is known where they go.

    Raises:
        RefusedError: a change that this box cannot do.
    """
    speakers: dict[type, Speaker] = {
        **_SPEAKERS,
        c.CreateVlan: partial(_create_vlans, dialect),
        c.CreateAggregation: partial(_create_mlts, dialect),
    }
    return speak(changes, running, speakers, "a VSP")


def _hostname(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("hostname", name=change.after), index)]


def _create_vlans(dialect: Dialect, run: Run, _: DeviceConfig) -> list[Command]:
    return [
        said
        for index, change in run
        for said in belonging(_words("create_vlan", vlan=change.vlan, name=change.value.name, ers=dialect.ers), index)
    ]


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
    leaving = (((vlan,), i, port) for i, port, old, new in known for vlan in sorted(old.members - new.members))
    joining = (((vlan,), i, port) for i, port, old, new in known for vlan in sorted(new.members - old.members))
    return [
        *_ports.said_of("leave_vlan", ("vlan",), leaving),
        *_ports.said_of("closing", _CLOSING, ((_closing(old, new), i, port) for i, port, old, new in known)),
        *_ports.said_of("join_vlan", ("vlan",), joining),
        *_ports.said_of("opening", _OPENING, ((_opening(old, new), i, port) for i, port, old, new in known)),
    ]


def _closing(old: Switchport, new: Switchport) -> tuple[object, ...] | None:
    """Return what a port is told before it joins: stop untagging, tag or not (None: as it is), drop untagged frames.

    A port that was in no VLAN may keep tagging or dropping from before: nothing shows it, so both are said. Which VLAN
    untagged frames would enter if they were not dropped is not known, so dropping is always said.
    """
    was, now, sure = port_mode(old), port_mode(new), bool(old.members)
    tag_default = (was.untag or (not sure and now.tagged)) and not now.untag
    tagging = now.tagged if now.tagged != was.tagged or not sure else None
    told = (tag_default, tagging, now.discard)
    return None if told == (False, None, False) else told


def _opening(old: Switchport, new: Switchport) -> tuple[object, ...] | None:
    """Return what a port is told after it has joined: default VLAN, untag it, take untagged frames again."""
    was, now, sure = port_mode(old), port_mode(new), bool(old.members)
    default = now.default_vlan if now.default_vlan != was.default_vlan else None
    told = (default, now.untag and not (was.untag and sure), not now.discard and (was.discard or not sure))
    return None if told == (None, False, False) else told


def _create_mlts(dialect: Dialect, run: Run, running: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        mlt = change.value
        if mlt.peer is not None and not dialect.ers:
            raise RefusedError(f"{running.hostname}: aggregation {change.number}: {NO_IST}")
        ports = ",".join(port_lists(mlt.ports))
        words = _words(
            "create_mlt",
            number=change.number,
            name=mlt.name,
            ports=ports,
            split=mlt.split,
            peer=mlt.peer,
            ers=dialect.ers,
        )
        said += belonging(words, index)
    return said


def _delete_mlts(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("delete_mlt", number=change.number), index)]


def _vrfs(run: Run, running: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        if isinstance(change, c.DeleteVrf):
            said += belonging(_words("delete_vrf", name=change.name), index)
        elif change.value.number is None:
            raise RefusedError(f"{running.hostname}: VRF {change.name} has no number; a VSP shows one, so give it one")
        else:
            said += belonging(_words("create_vrf", name=change.name, number=change.value.number), index)
    return said


def _interfaces(run: Run, running: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        verb = "add" if isinstance(change, c.AddInterface) else "remove"
        said += belonging(_interface(verb, change.name, change.value, running.hostname), index)
    return said


def _interface(verb: str, name: str, value: IpInterface, hostname: str) -> list[Command]:
    if len(value.addresses) != 1:
        raise RefusedError(f"{hostname}: {name} has {len(value.addresses)} addresses; a VSP interface has one")
    address = value.addresses[0]
    if value.kind is InterfaceKind.LOOPBACK:
        number = int(name.removeprefix("loopback"))
        return _words(f"{verb}_loopback", number=number, address=address, vrf=value.vrf)
    if value.kind is not InterfaceKind.VLAN:
        raise RefusedError(f"{hostname}: {name} sits on a port; a VSP routes between VLANs")
    return _words(f"{verb}_vlan_interface", vlan=value.vlan, address=address, vrf=value.vrf)


def _routes(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        route = change.value
        if route.next_hop is None:
            raise RefusedError(f"route {route.prefix} discards; no source says how a VSP does that")
        macro = "add_route" if isinstance(change, c.AddRoute) else "remove_route"
        said += belonging(_words(macro, prefix=route.prefix, next_hop=route.next_hop, vrf=route.vrf), index)
    return said


def _mirrors(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        for identity, source in enumerate(sort_ports(change.value.sources), change.number):
            if isinstance(change, c.CreateMirror):
                words = _words("create_mirror", id=identity, source=source, destination=change.value.destination)
            else:
                words = _words("delete_mirror", id=identity)
            said += belonging(words, index)
    return said


_SPEAKERS: dict[type, Speaker] = {
    c.SetHostname: _hostname,
    c.DeleteVlan: _delete_vlans,
    c.RenameVlan: _rename_vlans,
    c.CreateVrf: _vrfs,
    c.DeleteVrf: _vrfs,
    c.SetPortDescription: _ports.names,
    c.SetPortEnabled: _ports.states,
    c.SetSwitchport: _switchports,
    c.DeleteAggregation: _delete_mlts,
    c.AddInterface: _interfaces,
    c.RemoveInterface: _interfaces,
    c.AddRoute: _routes,
    c.RemoveRoute: _routes,
    c.CreateMirror: _mirrors,
    c.DeleteMirror: _mirrors,
    **FILTER_SPEAKERS,
    **SERVICE_SPEAKERS,
}

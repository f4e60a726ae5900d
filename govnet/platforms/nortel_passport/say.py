"""Changes in the words of a Passport, port lists where it takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.config.filtering import Verdict
from govnet.config.routing import InterfaceKind
from govnet.errors import RefusedError
from govnet.platforms.nortel_passport import filters
from govnet.platforms.nortel_passport.say_services import SERVICE_SPEAKERS
from govnet.platforms.portlists import lists, sort_ports
from govnet.platforms.speaking import PortWords, Run, Speaker, speak
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface
    from govnet.config.switching import Switchport
    from govnet.platforms.base import Command

PLATFORM = "nortel_passport"

Leave = Callable[[Sequence[tuple[int, int, str]], "DeviceConfig"], list["Command"]]
"""Says that ports leave VLANs: (VLAN, index of the change, port) each, and what the box has now."""

_words = partial(say_change, PLATFORM)
port_lists = partial(lists, repeat_slot=True)
_ports = PortWords(_words, port_lists)


@dataclass(frozen=True, slots=True)
class PortMode:
    """What a port is told apart from its VLANs. ``default_vlan`` matters on tagged ports only."""

    tagged: bool
    discard: bool
    default_vlan: int | None


def port_mode(switchport: Switchport) -> PortMode:
    """Return how a Passport makes ``switchport``; without VLANs it is as out of the box."""
    tagged = bool(switchport.tagged)
    discard = bool(switchport.members) and switchport.pvid is None
    return PortMode(tagged, discard, switchport.pvid if tagged else None)


def say(
    changes: Sequence[Change], running: DeviceConfig, others: Mapping[type, Speaker] | None = None
) -> list[Command]:
    """Say changes in the order given; within a run of port changes, all ports leave before any joins.

    An untagged port is in exactly one port-based VLAN (Device Manager help), so it must leave before it joins; and a
    tagged port must be down to one VLAN before its tagging goes. ``others`` say some kinds of change in another way.

    Raises:
        RefusedError: a change that this box cannot do.
    """
    return speak(changes, running, {**_SPEAKERS, **(others or {})}, "a Passport")


def _hostname(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("hostname", name=change.after), index)]


def _create_vlans(run: Run, _: DeviceConfig) -> list[Command]:
    return [
        said
        for index, change in run
        for said in belonging(_words("create_vlan", vlan=change.vlan, name=change.value.name), index)
    ]


def _delete_vlans(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("delete_vlan", vlan=change.vlan), index)]


def _rename_vlans(run: Run, _: DeviceConfig) -> list[Command]:
    return [
        said
        for index, change in run
        for said in belonging(_words("rename_vlan", vlan=change.vlan, name=change.after), index)
    ]


def switchports(run: Run, running: DeviceConfig, leave: Leave | None = None) -> list[Command]:
    """Say how ports change their VLANs; ``leave`` says in another way that they leave some."""
    for _, change in run:
        if change.before is None or change.after is None:
            raise RefusedError(f"{running.hostname}: port {change.port} would become or cease to be a routed port")
    known = [(index, change.port, change.before, change.after) for index, change in run]
    leaving = [(vlan, i, port) for i, port, old, new in known for vlan in sorted(old.members - new.members)]
    joining = ((vlan, i, port) for i, port, old, new in known for vlan in sorted(new.members - old.members))
    moded = [(i, port, port_mode(old), port_mode(new), bool(old.members)) for i, port, old, new in known]
    # A port that was in no VLAN may keep tagging or discarding from before: nothing shows it, so both are said.
    tagging = ((new.tagged, i, p) for i, p, old, new, sure in moded if new.tagged != old.tagged or not sure)
    # Which VLAN untagged frames would enter if they were not dropped is not known, so dropping is always said.
    closing = ((True, i, p) for i, p, _, new, _ in moded if new.discard)
    opening = ((False, i, p) for i, p, old, new, sure in moded if not new.discard and (old.discard or not sure))
    defaults = (
        (new.default_vlan, i, p)
        for i, p, old, new, _ in moded
        if new.default_vlan is not None and new.default_vlan != old.default_vlan
    )
    return [
        *(leave(leaving, running) if leave else _ports.said("leave_vlan", "vlan", leaving)),
        *_ports.said("tagging", "on", tagging),
        *_ports.said("discard_untagged", "on", closing),
        *_ports.said("join_vlan", "vlan", joining),
        *_ports.said("default_vlan", "vlan", defaults),
        *_ports.said("discard_untagged", "on", opening),
    ]


def _create_mlts(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        mlt = change.value
        said += belonging(
            _words(
                "create_mlt",
                number=change.number,
                name=mlt.name,
                ports=port_lists(mlt.ports),
                split=mlt.split,
                peer=mlt.peer,
            ),
            index,
        )
    return said


def _delete_mlts(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_words("delete_mlt", number=change.number), index)]


def _vrfs(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        if isinstance(change, c.CreateVrf):
            said += belonging(_words("create_vrf", name=change.name, number=change.value.number), index)
        else:
            said += belonging(_words("delete_vrf", name=change.name), index)
    return said


def interfaces(run: Run, running: DeviceConfig) -> list[Command]:
    """Say that interfaces come or go."""
    said: list[Command] = []
    for index, change in run:
        verb = "add" if isinstance(change, c.AddInterface) else "remove"
        said += belonging(_interface(verb, change.name, change.value, running.hostname), index)
    return said


def _interface(verb: str, name: str, value: IpInterface, hostname: str) -> list[Command]:
    if len(value.addresses) != 1:
        raise RefusedError(f"{hostname}: {name} has {len(value.addresses)} addresses; a Passport interface has one")
    address = value.addresses[0]
    if value.kind is InterfaceKind.LOOPBACK:
        return _words(f"{verb}_loopback", number=int(name.removeprefix("loopback")), address=address)
    if value.kind is not InterfaceKind.VLAN:
        raise RefusedError(f"{hostname}: {name} sits on a port; a Passport routes between VLANs only")
    return _words(f"{verb}_vlan_interface", vlan=value.vlan, address=address, vrf=value.vrf)


def _routes(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        route = change.value
        if route.next_hop is None:
            raise RefusedError(f"route {route.prefix} discards; no source says how a Passport does that")
        macro = "add_route" if isinstance(change, c.AddRoute) else "remove_route"
        said += belonging(_words(macro, prefix=route.prefix, next_hop=route.next_hop, vrf=route.vrf), index)
    return said


def _acls(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        number, ids = filters.numbers(change.name, change.value)
        if isinstance(change, c.CreateAcl):
            for line, identity in zip(change.value.filters, ids, strict=True):
                said += belonging(_words("create_filter", **filters.spelt(line, identity)), index)
            said += belonging(_words("create_set", number=number, filters=ids), index)
        else:
            said += belonging(_words("delete_set", number=number, filters=sorted(set(ids))), index)
    return said


def _bind(run: Run, running: DeviceConfig) -> list[Command]:
    """Add sets to ports; the port's default action follows once the first set that wants it is there."""
    said: list[Command] = []
    dropping = {held.target for held in running.bindings if held.default is Verdict.DENY}
    for index, change in run:
        binding = change.value
        said += belonging(_words("bind_set", port=binding.target, number=filters.set_number(binding.acl)), index)
        if binding.default is Verdict.DENY and binding.target not in dropping:
            dropping.add(binding.target)
            said += belonging(_words("default_action", port=binding.target, drop=True), index)
    return said


def _unbind(run: Run, running: DeviceConfig) -> list[Command]:
    """Take sets off ports; a port that drops by default goes on dropping until its last set is off."""
    said: list[Command] = []
    left = {held for held in running.bindings if held.default is Verdict.DENY}
    for index, change in run:
        binding = change.value
        said += belonging(_words("unbind_set", port=binding.target, number=filters.set_number(binding.acl)), index)
        left.discard(binding)
        if binding.default is Verdict.DENY and all(held.target != binding.target for held in left):
            said += belonging(_words("default_action", port=binding.target, drop=False), index)
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
    c.CreateVlan: _create_vlans,
    c.DeleteVlan: _delete_vlans,
    c.RenameVlan: _rename_vlans,
    c.CreateVrf: _vrfs,
    c.DeleteVrf: _vrfs,
    c.SetPortDescription: _ports.names,
    c.SetPortEnabled: _ports.states,
    c.SetSwitchport: switchports,
    c.CreateAggregation: _create_mlts,
    c.DeleteAggregation: _delete_mlts,
    c.AddInterface: interfaces,
    c.RemoveInterface: interfaces,
    c.AddRoute: _routes,
    c.RemoveRoute: _routes,
    c.CreateAcl: _acls,
    c.DeleteAcl: _acls,
    c.BindAcl: _bind,
    c.UnbindAcl: _unbind,
    c.CreateMirror: _mirrors,
    c.DeleteMirror: _mirrors,
    **SERVICE_SPEAKERS,
}

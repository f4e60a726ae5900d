"""What a Passport is told by SNMP SET: a VLAN's ports, name and end, and the end of its interface.

The columns are read-create or read-write in the public MIBs (RC-VLAN-MIB rcVlanTable, RC-IP-MIB rcIpAddrTable), both
with a RowStatus that "is used to create/delete entries". Public tools write them so: PacketFence and a Perl module of
switch operators clear a port's bit in rcVlanPortMembers and leave rcVlanNotAllowToJoin to the agent; Extreme's own test
suite destroys VLANs and addresses by their RowStatus. Which 8600 release takes which column is still to be seen on a
box: that is why each object is read before it is written, and the whole table afterwards.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.config.routing import InterfaceKind
from govnet.platforms.base import Command
from govnet.platforms.nortel_passport.mib import (
    ACTIVE,
    ADDRESS_STATUS,
    DESTROY,
    VLAN_MEMBERS,
    VLAN_NAME,
    VLAN_STATUS,
    Column,
    members,
    port_set,
    router_index,
)
from govnet.platforms.nortel_passport.say import PLATFORM, interfaces, switchports
from govnet.platforms.objects import Assignment, shown
from govnet.platforms.portlists import ranges
from govnet.platforms.speaking import gathered
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from ipaddress import IPv4Address

    from govnet.config.model import DeviceConfig
    from govnet.platforms.objects import Value
    from govnet.platforms.speaking import Run, Speaker


def _command(index: int, assignment: Assignment, words: str) -> Command:
    """Return a SET as a command: object, value and what it does, in one line for people."""
    value = assignment.value
    said = repr(value.decode()) if assignment.name.startswith(VLAN_NAME.name) and isinstance(value, bytes) else ""
    text = f"snmp set {assignment.oid} = {said or shown(value)}  ({assignment.name}: {words})"
    return Command(text, change=index, sets=(assignment,))


def _assignment(
    column: Column, instance: Iterable[int], value: Value, before: Value | None, after: Value | None
) -> Assignment:
    row = ".".join(map(str, instance))
    return Assignment(f"{column.name}.{row}", f"{column.oid}.{row}", value, before, after)


def _leave(leaving: Sequence[tuple[int, int, str]], running: DeviceConfig) -> list[Command]:
    """Take ports out of VLANs: one SET a VLAN, with all the ports that stay."""
    said: list[Command] = []
    for vlan, (index, ports) in gathered(leaving).items():
        before = members(running, vlan)
        stay = before - set(ports)
        written = _assignment(VLAN_MEMBERS, (vlan,), port_set(stay), port_set(before), port_set(stay))
        words = f"take {_listed(ports)} out of VLAN {vlan}, keep {_listed(stay) or 'none'} in it"
        said.append(_command(index, written, words))
    return said


def _listed(ports: Iterable[str]) -> str:
    return ",".join(ranges(ports, repeat_slot=True))


def _delete_vlans(run: Run, _: DeviceConfig) -> list[Command]:
    return [
        _command(
            index,
            _assignment(VLAN_STATUS, (change.vlan,), DESTROY, ACTIVE, None),
            f"destroy VLAN {change.vlan}",
        )
        for index, change in run
    ]


def _rename_vlans(run: Run, running: DeviceConfig) -> list[Command]:
    del running
    return [
        _command(
            index,
            _assignment(
                VLAN_NAME, (change.vlan,), change.after.encode(), change.before.encode() or None, change.after.encode()
            ),
            f"name of VLAN {change.vlan}",
        )
        for index, change in run
    ]


def _remove_interfaces(run: Run, running: DeviceConfig) -> list[Command]:
    """Destroy the addresses of VLANs; a loopback's ifIndex has no public source, so it is taken away as ever."""
    said: list[Command] = []
    for index, change in run:
        value = change.value
        typed = interfaces([(index, change)], running)
        if value.kind is InterfaceKind.VLAN:
            said.append(_destroy_address(index, value.vlan, value.addresses[0].ip))
            typed = belonging(_back_to_global(vlan=value.vlan), index) if value.vrf else []
        said += typed
    return said


_back_to_global = partial(say_change, PLATFORM, "vlan_vrf", vrf="GlobalRouter")


def _destroy_address(index: int, vlan: int, address: IPv4Address) -> Command:
    instance = (router_index(vlan), *address.packed)
    written = _assignment(ADDRESS_STATUS, instance, DESTROY, ACTIVE, None)
    return _command(index, written, f"destroy {address} in VLAN {vlan}")


SPEAKERS: dict[type, Speaker] = {
    c.SetSwitchport: partial(switchports, leave=_leave),
    c.DeleteVlan: _delete_vlans,
    c.RenameVlan: _rename_vlans,
    c.RemoveInterface: _remove_interfaces,
}

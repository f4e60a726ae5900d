"""How a stackable is told of management, SNMP, syslog, time and its banner."""

from __future__ import annotations

from functools import partial
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.errors import RefusedError
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from govnet.config.model import DeviceConfig, Management
    from govnet.platforms.base import Command
    from govnet.platforms.speaking import Run, Speaker

SERVERS = 2  # syslog and SNTP know a primary and a secondary one (grammar of generated BOSS configurations)
EVERYBODY = IPv4Network("0.0.0.0/0")

_words = partial(say_change, "nortel_ers")


def _management(run: Run, running: DeviceConfig) -> list[Command]:
    kind = "stack" if any("/" in port for port in running.ports) else "switch"
    return [said for index, change in run for said in belonging(_one(change.before, change.after, kind), index)]


def _one(before: Management, after: Management, kind: str) -> list[Command]:
    said = []
    if before.vlan != after.vlan:
        if after.vlan is None:
            raise RefusedError("a stackable always has a management VLAN; name one")
        said += _words("management_vlan", vlan=after.vlan)
    if before.address != after.address:
        said += _words("address", address=after.address, kind=kind)
    if before.gateway != after.gateway:
        said += _words("gateway", gateway=after.gateway)
    if before.sources != after.sources:
        said += _sources(before.sources, after.sources)
    for service in ("ssh", "telnet", "web"):
        if getattr(before, service) != getattr(after, service):
            said += _words(service, on=getattr(after, service))
    return said


def _sources(before: frozenset[IPv4Network], after: frozenset[IPv4Network]) -> list[Command]:
    """Write the access list anew, slot by slot; from the far end when it grows, so that what is allowed stays so."""
    slots = list(enumerate(sorted(after) or [EVERYBODY], 1))
    if len(after) > len(before):
        slots.reverse()
    said = [said for slot, network in slots for said in _words("allow_source", slot=slot, network=network)]
    for slot in range(len(slots) + 1, len(before) + 1):
        said += _words("forget_source", slot=slot)
    return said


def _snmp(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        before, after = change.before, change.after
        for word in ("location", "contact"):
            if getattr(before, word) != getattr(after, word):
                said += belonging(_words("system_text", word=word, text=getattr(after, word)), index)
        for address in sorted(before.trap_receivers - after.trap_receivers):
            said += belonging(_words("remove_trap_receiver", address=address), index)
        for address in sorted(after.trap_receivers - before.trap_receivers):
            said += belonging(_words("add_trap_receiver", address=address), index)
    return said


def _syslog(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for i, change in run for said in belonging(_servers("syslog", change.before, change.after), i)]


def _ntp(run: Run, _: DeviceConfig) -> list[Command]:
    return [said for i, change in run for said in belonging(_servers("ntp", change.before, change.after), i)]


def _servers(what: str, before: frozenset[IPv4Address], after: frozenset[IPv4Address]) -> list[Command]:
    """Write both places anew: which of two servers is the primary one is not modelled."""
    if len(after) > SERVERS:
        raise RefusedError(f"{what}: {len(after)} servers; a stackable knows a primary and a secondary one")
    said = _words(what, addresses=sorted(after))
    if len(before) == SERVERS > len(after):
        said += _words(f"{what}_single")
    if before and not after:
        said += _words(f"{what}_off")
    if after and not before:
        said += _words(f"{what}_on")
    return said


def _banner(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        for number, line in enumerate(change.after, 1):
            said += belonging(_words("banner_line", number=number, line=line), index)
        for number in range(len(change.after) + 1, len(change.before) + 1):
            said += belonging(_words("no_banner_line", number=number), index)
        if not change.after:
            said += belonging(_words("no_banner"), index)
    return said


SERVICE_SPEAKERS: dict[type, Speaker] = {
    c.SetManagement: _management,
    c.SetSnmp: _snmp,
    c.SetSyslog: _syslog,
    c.SetNtp: _ntp,
    c.SetBanner: _banner,
}

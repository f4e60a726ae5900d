"""How a VSP is told of management, SNMP, syslog, time and its banner."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.errors import RefusedError
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.model import DeviceConfig, Management
    from govnet.platforms.base import Command
    from govnet.platforms.speaking import Run, Speaker

FIRST_POLICY = 2  # policy 1 is there out of the box, as on the Passport

_words = partial(say_change, "extreme_voss")


def _management(run: Run, running: DeviceConfig) -> list[Command]:
    return [said for index, change in run for said in belonging(_one(change.before, change.after, running), index)]


def _one(before: Management, after: Management, running: DeviceConfig) -> list[Command]:
    if _port(before) != _port(after):
        raise RefusedError(
            f"{running.hostname}: the management port's address is what this session may come in by; set it at the "
            "console"
        )
    said: list[Command] = []
    for service in ("ssh", "telnet", "web"):
        if getattr(before, service) != getattr(after, service):
            said += _words(service, on=getattr(after, service))
    if before.sources != after.sources:
        said += _sources(before.sources, after.sources)
    return said


def _port(management: Management) -> tuple[object, ...]:
    return management.address, management.vlan, management.gateway


def _sources(before: frozenset[IPv4Network], after: frozenset[IPv4Network]) -> list[Command]:
    """Replace the access policies; they are off in between, because a half list could shut the runner out."""
    said = _words("access_policy", on=False) if before else []
    for identity in range(FIRST_POLICY, FIRST_POLICY + len(before)):
        said += _words("forget_source", id=identity)
    for identity, network in enumerate(sorted(after), FIRST_POLICY):
        said += _words("allow_source", id=identity, network=network)
    return said + (_words("access_policy", on=True) if after else [])


def _snmp(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        before, after = change.before, change.after
        for word in ("location", "contact"):
            if getattr(before, word) != getattr(after, word):
                said += belonging(_words("system_text", word=word, text=getattr(after, word)), index)
        said += belonging(_differing("trap_receiver", before.trap_receivers, after.trap_receivers), index)
    return said


def _differing(what: str, before: frozenset[IPv4Address], after: frozenset[IPv4Address]) -> list[Command]:
    """Remove the addresses that go, add those that come."""
    return [
        *(said for address in sorted(before - after) for said in _words(f"remove_{what}", address=address)),
        *(said for address in sorted(after - before) for said in _words(f"add_{what}", address=address)),
    ]


def _syslog(run: Run, _: DeviceConfig) -> list[Command]:
    """Number the servers anew: which of them has which number is not modelled."""
    said: list[Command] = []
    for index, change in run:
        for identity in range(1, len(change.before) + 1):
            said += belonging(_words("remove_syslog", id=identity), index)
        for identity, address in enumerate(sorted(change.after), 1):
            said += belonging(_words("add_syslog", id=identity, address=address), index)
    return said


def _ntp(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        said += belonging(_differing("ntp", change.before, change.after), index)
        if bool(change.before) != bool(change.after):
            said += belonging(_words("ntp", on=bool(change.after)), index)
    return said


def _banner(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        if change.before:
            said += belonging(_words("clear_banner"), index)
        if change.after:
            said += belonging(_words("banner", lines=change.after), index)
    return said


SERVICE_SPEAKERS: dict[type, Speaker] = {
    c.SetManagement: _management,
    c.SetSnmp: _snmp,
    c.SetSyslog: _syslog,
    c.SetNtp: _ntp,
    c.SetBanner: _banner,
}

"""`LinuxNft`: the platform as the rest of govnet sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.reading import Reading
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, AggregationMode, Port
from govnet.platforms.base import Command
from govnet.platforms.linux_nft import shows
from govnet.platforms.linux_nft.files import read_files
from govnet.platforms.linux_nft.limits import refused
from govnet.platforms.linux_nft.links import read_addresses, read_links, read_routes
from govnet.platforms.linux_nft.policy import policy_of
from govnet.platforms.linux_nft.routetable import read_tables
from govnet.platforms.linux_nft.say import keep, say
from govnet.platforms.linux_nft.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.changes import Change
    from govnet.config.hardware import ConsoleSetup, Hardware
    from govnet.config.reading import Line
    from govnet.config.routetable import RoutingTable

# bash, iproute2, nft and sysctl (LAB; samples of refused rulesets). `cat` of a missing file is no refusal.
_REFUSAL: Final = re.compile(
    r"^(?:-?bash: .*|sh: .*|.*: command not found|.*?\bError: .*|RTNETLINK answers: .*|Cannot find device .*"
    r"|Device \S+ does not exist.*|sysctl: .*|hostnamectl: .*|Could not set .*|.*: Permission denied"
    r"|.*Operation not permitted.*|.*: No space left on device|(?:ip|nft|rm): .*)$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class LinuxNft:
    """A Linux host as firewall. What makes a change survive a reboot is part of `say`, so ``save`` is empty.

    The files that are loaded at boot (nftables.conf, interfaces.d, sysctl.d) hold the state after the change, which
    a fixed list of commands could write only with the shell's redirection of a listing.
    """

    name: str = "linux_nft"
    shows: tuple[str, ...] = shows.SHOWS
    enter: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    save: tuple[Command, ...] = ()
    checkpoint: tuple[Command, ...] = (
        Command("nft -s list ruleset > /var/tmp/govnet.ruleset"),
        Command("ip -4 address show > /var/tmp/govnet.addresses"),
        Command("ip -4 route show > /var/tmp/govnet.routes"),
    )

    def factory(self, hardware: Hardware) -> DeviceConfig:
        """Return a freshly installed host plus its console set-up: a bond over the uplinks, and SSH."""
        bare = DeviceConfig(
            hostname="debian",
            ports={name: Port(enabled=False) for name in hardware.ports},
            forwarding=False,
            management=Management(ssh=True, telnet=False, web=False),
        )
        return _set_up(bare, hardware.console) if hardware.console else bare

    def read(self, text: str, hardware: Hardware) -> Reading:
        """Understand the outputs of `shows`."""
        parts = shows.sections(text)
        kept = read_files(parts)
        net = read_links(parts[shows.LINKS], hardware.ports, kept.labels)
        read_addresses(parts[shows.ADDRESSES], net)
        read_routes(parts[shows.ROUTES], net)
        policy = policy_of(parse(parts[shows.RULESET]))
        hostname, forwarding, odd = _first_lines(parts)
        config = DeviceConfig(
            hostname=hostname,
            ports=net.ports,
            interfaces=net.interfaces,
            routes=frozenset(net.routes),
            firewall=policy.firewall,
            aggregations=net.aggregations,
            forwarding=forwarding,
            management=Management(sources=policy.management, ssh=True, telnet=False, web=False),
            snmp=Snmp(kept.location, kept.contact, frozenset(kept.traps)),
            syslog=frozenset(kept.syslog),
            ntp=frozenset(kept.ntp),
            banner=kept.banner,
        )
        unread = tuple(sorted({*odd, *kept.unread, *net.unread, *policy.unread}))
        head = bool(parts[shows.HOSTNAME]) + bool(parts[shows.FORWARDING])
        count = head + kept.read_lines + net.read_lines + policy.read_lines
        return Reading(config, unread, count, {**net.elements, **policy.elements}, policy.nat)

    def tables(self, config: DeviceConfig) -> Mapping[str, str]:  # noqa: ARG002 - one command shows all
        """Return what shows every table, those included that the configuration does not model."""
        return {"": "ip -4 route show table all"}

    def read_table(self, text: str, vrf: str) -> Sequence[RoutingTable]:  # noqa: ARG002 - as above
        """Understand all tables."""
        return read_tables(text)

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes; everything about the firewall goes out as one checked, atomic transaction.

        Raises:
            ConflictError: the changes were not made for ``running``.
            RefusedError: a Linux host has no words for one of them.
        """
        return say(changes, running)

    def keep(self, changes: Sequence[Change], config: DeviceConfig) -> list[Command]:
        """Say what writes the files that are loaded at boot, as far as ``changes`` touch them, for ``config``."""
        return keep(changes, config)

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that this host cannot do."""
        return refused(config, hardware)

    def refusal(self, output: str) -> str | None:
        """Return the first error line of an answer."""
        found = _REFUSAL.search(output)
        return found[0].strip() if found else None


def _first_lines(parts: Mapping[str, list[Line]]) -> tuple[str, bool, list[Line]]:
    """Return host name and forwarding, and lines of those outputs that say neither."""
    hostname, forwarding = "", False
    odd = [line for line in parts[""] if line.text.strip()]
    for line in parts[shows.HOSTNAME]:
        odd += [line] if hostname and line.text.strip() else []
        hostname = hostname or line.text.strip()
    for line in parts[shows.FORWARDING]:
        found = re.fullmatch(r"net\.ipv4\.ip_forward = ([012])", line.text.strip())
        if found:
            forwarding = found[1] == "1"
        else:
            odd.append(line)
    return hostname, forwarding, odd


def _set_up(bare: DeviceConfig, console: ConsoleSetup) -> DeviceConfig:
    """Return ``bare`` with the management address on the bond's VLAN, or on the first uplink itself."""
    ports = {**bare.ports, **{name: Port() for name in console.uplinks}}
    number = console.aggregation or 0
    bond = f"bond{number}"
    members = frozenset(console.uplinks)
    bonded = console.aggregation is not None or len(members) > 1
    bundles = {number: Aggregation(members, bond, AggregationMode.ACTIVE_BACKUP)} if bonded else {}
    parent = bond if bonded else next(iter(console.uplinks), next(iter(bare.ports)))
    if console.vlan is None:
        key, interface = parent, IpInterface(InterfaceKind.PORT, (console.address,), parent=parent)
    else:
        key = f"{parent}.{console.vlan}"
        interface = IpInterface(InterfaceKind.SUBINTERFACE, (console.address,), console.vlan, parent)
    gateway = {StaticRoute(IPv4Network("0.0.0.0/0"), console.gateway)} if console.gateway else set()
    return DeviceConfig(
        hostname=bare.hostname,
        ports=ports,
        interfaces={key: interface},
        routes=frozenset(gateway),
        aggregations=bundles,
        forwarding=False,
        management=bare.management,
    )

"""The small files that govnet owns on the host: what stands in them, and what they say.

Port labels, log and time servers, trap receivers and the login banner each have one file. The daemons read theirs
again by themselves: the console set-up makes systemd watch the files (a path unit each), because no reload is sent.
The SNMP user ``govnet`` and its keys are console work too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from govnet.platforms.linux_nft import shows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Line

_LABEL: Final = re.compile(r"(\S+?)=(.+)")
_SYSLOG: Final = re.compile(r"\*\.\* @([0-9.]+):514")
_NTP: Final = re.compile(r"server ([0-9.]+) iburst")
_TRAP: Final = re.compile(r"trapsess -v 3 -u govnet -l authPriv ([0-9.]+)")


@dataclass(slots=True)
class Files:
    """What the files say."""

    labels: dict[str, str] = field(default_factory=dict)
    syslog: set[IPv4Address] = field(default_factory=set)
    ntp: set[IPv4Address] = field(default_factory=set)
    traps: set[IPv4Address] = field(default_factory=set)
    location: str = ""
    contact: str = ""
    banner: tuple[str, ...] = ()
    unread: list[Line] = field(default_factory=list)
    read_lines: int = 0


def read_files(sections: Mapping[str, list[Line]]) -> Files:
    """Read the files' sections."""
    found = Files()
    for name in shows.FILES:
        lines = sections[f"cat {name}"]
        if name == shows.BANNER_FILE:
            found.banner = tuple(line.text for line in lines)
            found.read_lines += len(lines)
            continue
        for line in lines:
            if not line.text.strip() or line.text.startswith("#"):
                continue
            if _line(found, name, line.text.strip()):
                found.read_lines += 1
            else:
                found.unread.append(line)
    return found


def _line(found: Files, name: str, text: str) -> bool:
    if name == shows.SNMP_FILE:
        return _snmp(found, text)
    if name == shows.LABELS_FILE:
        label = _LABEL.fullmatch(text)
        if label:
            found.labels[label[1]] = label[2]
        return label is not None
    pattern, into = (_SYSLOG, found.syslog) if name == shows.SYSLOG_FILE else (_NTP, found.ntp)
    return _address(pattern, into, text)


def _address(pattern: re.Pattern[str], into: set[IPv4Address], text: str) -> bool:
    match = pattern.fullmatch(text)
    try:
        into.update({IPv4Address(match[1])} if match else ())
    except ValueError:
        return False
    return match is not None


def _snmp(found: Files, text: str) -> bool:
    word, _, value = text.partition(" ")
    if word == "sysLocation":
        found.location = value
    elif word == "sysContact":
        found.contact = value
    else:
        return _address(_TRAP, found.traps, text)
    return True


def label_lines(config: DeviceConfig) -> list[str]:
    """Return the labels file."""
    return [f"{name}={port.description}" for name, port in config.ports.items() if port.description]


def syslog_lines(servers: Iterable[IPv4Address]) -> list[str]:
    """Return the rsyslog file: everything to every server, over UDP."""
    return [f"*.* @{address}:514" for address in sorted(servers)]


def ntp_lines(servers: Iterable[IPv4Address]) -> list[str]:
    """Return the chrony file."""
    return [f"server {address} iburst" for address in sorted(servers)]


def snmp_lines(config: DeviceConfig) -> list[str]:
    """Return the snmpd file."""
    named = (("sysLocation", config.snmp.location), ("sysContact", config.snmp.contact))
    texts = [f"{word} {text}" for word, text in named if text]
    traps = sorted(config.snmp.trap_receivers)
    return texts + [f"trapsess -v 3 -u govnet -l authPriv {address}" for address in traps]


def sysctl_lines(config: DeviceConfig) -> list[str]:
    """Return the sysctl file that keeps routing on or off over a reboot."""
    return [f"net.ipv4.ip_forward = {int(config.forwarding)}"]


def interface_lines(config: DeviceConfig) -> list[str]:
    """Return the ifupdown file that brings bonds, addresses and routes back after a reboot (MAN interfaces)."""
    lines: list[str] = []
    for bundle in config.aggregations.values():
        lines += [f"auto {bundle.name}", f"iface {bundle.name} inet manual", f"  bond-mode {bundle.mode.value}"]
        lines += [f"  bond-slaves {' '.join(sorted(bundle.ports))}"]
    for name, port in config.ports.items():
        if port.enabled and name not in config.interfaces:
            lines += [f"auto {name}", f"iface {name} inet manual", f"  up ip link set {name} up"]
    for name, interface in config.interfaces.items():
        if interface.parent in config.ports and not config.ports[interface.parent].enabled:
            continue
        device = "lo" if name == "loopback0" else name
        for address in interface.addresses:
            lines += [f"auto {device}", f"iface {device} inet static", f"  address {address}"]
            lines += [f"  vlan-raw-device {interface.parent}"] if interface.vlan else []
            lines += [
                f"  up ip route replace {route.prefix} via {route.next_hop}"
                for route in sorted(config.routes, key=str)
                if route.next_hop is not None and route.next_hop in address.network
            ]
    discarded = [str(route.prefix) for route in sorted(config.routes, key=str) if route.next_hop is None]
    if discarded:
        lines += ["auto lo", "iface lo inet loopback"]
    return lines + [f"  up ip route replace blackhole {prefix}" for prefix in discarded]

"""A stackable's tables: pure functions from what `show` prints to rows.

Layouts: an operator's transcripts of ERS 4550T stacks, ntc-templates' captures of ERS 48xx, NOC's profile for the
BayStack 425 that prints two stations a line, a public blog's transcript of ``show autotopology nmm-table``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from custom_napalm._tables import clock, field, mac, ports, rows

_PORT = r"\d+(?:/\d+)?"
_MAC = r"[0-9A-F]{2}(?:-[0-9A-F]{2}){5}"
_INTERFACE = re.compile(
    rf"({_PORT})\s+(?:(\d+)\s+)?(Enable|Disable)\s+(?:Up|Down)\s+(Up|Down)(?:\s+\S+\s+\S+(?:\s+(\d+)(M|G)bps)?.*)?"
)
_NAME = re.compile(rf"({_PORT})(?:\s+(\S.*?))?\s*")
_VLAN = re.compile(r"(\d+)\s+(\S.*?)\s+\S+\s+\S+\s+0x[0-9A-Fa-f]+\s+(?:Yes|No)\s+.*")
_MEMBERS = re.compile(r"\s+Port Members:\s*(.*)")
_MORE_MEMBERS = re.compile(r"\s+((?:\d+|ALL|[\d/,-]+)[\d/,A-Z-]*)\s*")
_STATION = re.compile(rf"({_MAC})\s+(\d+)\s+(Dynamic|Static|Self)\s*(?:Unit:\s*\d+\s+)?(?:Port:\s*({_PORT}))?")
_NEIGHBOUR = re.compile(
    r"\s*(\d+/\s*\d+)\s+(\d+\.\d+\.\d+\.\d+)\s+0x\w+\s+([0-9A-Fa-f]{12})\s+(\S.*?)\s+\d+\s+\w+\s+\w+\s+(NA|\d+/\s*\d+)"
)
_UPTIME = re.compile(r"sysUpTime:\s+(\d+) days?, (\d+):(\d+):(\d+)")
_SOFTWARE = re.compile(r"Operational Software:.*\bSW:v?(\S+)")
_MODEL = re.compile(r"sysDescr:\s+(\S.*?)\s*$", re.MULTILINE)
_FULL_WIDTH = "ALL"


@dataclass(frozen=True, slots=True)
class System:
    """``show sys-info``."""

    name: str
    model: str
    software: str
    serial: str
    uptime: float
    mac: str
    power: str


@dataclass(frozen=True, slots=True)
class Interface:
    """A row of ``show interfaces``; speed in Mbit/s, -1 when it is not shown."""

    port: str
    enabled: bool
    up: bool
    speed: float


def system(text: str) -> System:
    """Read ``show sys-info``."""
    model, software, uptime = _MODEL.search(text), _SOFTWARE.search(text), _UPTIME.search(text)
    return System(
        name=field(text, "sysName"),
        model=re.sub(r"^Ethernet Routing Switch\s+", "ERS-", model[1]) if model else "",
        software=software[1] if software else "",
        serial=field(text, "Serial #"),
        uptime=clock(*uptime.groups()) if uptime else -1.0,
        mac=mac(field(text, "MAC Address")),
        power=field(text, "Power Status"),
    )


def interfaces(text: str) -> list[Interface]:
    """Read ``show interfaces``; a stack's ports are ``1/31``, a single switch's ``31``."""
    return [
        Interface(
            row[1],
            row[3] == "Enable",
            row[4] == "Up",
            float(row[5]) * (1000 if row[6] == "G" else 1) if row[5] else -1.0,
        )
        for row in rows(text, _INTERFACE)
    ]


def names(text: str) -> dict[str, str]:
    """Read port -> name from ``show interfaces name``."""
    return {row[1]: row[2] or "" for row in rows(text, _NAME)}


def vlans(text: str, known: list[str]) -> dict[int, tuple[str, list[str]]]:
    """Read VLAN -> name and ports from ``show vlan``; long port lists go on below. ``known`` is what ALL means."""
    found: dict[int, tuple[str, str]] = {}
    vlan = 0
    for line in text.splitlines():
        head, members, more = _VLAN.fullmatch(line.rstrip()), _MEMBERS.fullmatch(line), _MORE_MEMBERS.fullmatch(line)
        if head:
            vlan = int(head[1])
            found[vlan] = head[2], ""
        elif vlan and (members or more):
            name, so_far = found[vlan]
            found[vlan] = name, so_far + (members or more or [""])[1].strip()
    return {vlan: (name, _members(listed, known)) for vlan, (name, listed) in found.items()}


def _members(listed: str, known: list[str]) -> list[str]:
    found: list[str] = []
    for item in listed.split(","):
        if item == _FULL_WIDTH:
            found += known
        elif item.endswith(f"/{_FULL_WIDTH}"):
            found += [port for port in known if port.startswith(item.removesuffix(_FULL_WIDTH))]
        else:
            found += ports(item)
    return found


def stations(text: str) -> list[tuple[str, int, str, str]]:
    """Read (MAC, VLAN, type, port) from ``show mac-address-table``; one or two entries a line."""
    return [(mac(row[1]), int(row[2]), row[3], row[4] or "") for row in _STATION.finditer(text)]


def neighbours(text: str) -> list[tuple[str, str, str]]:
    """Read (port, neighbour's address, its port) from ``show autotopology nmm-table``; the own row is left out."""
    found = [(row[1].replace(" ", ""), row[2], row[5].replace(" ", "")) for row in rows(text, _NEIGHBOUR)]
    return [row for row in found if row[0] != "0/0"]

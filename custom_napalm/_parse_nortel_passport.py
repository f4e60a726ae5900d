"""A Passport's tables: pure functions from what `show` prints to rows.

Layouts: ZipTie captures (sw 3.5.0.0, a blank line after every line), an operator's transcripts of ERS-8806 (7.x, hand
anonymised, so columns are never counted), PyNT's reader of 4.x and 5.x, Control-CLI-Extreme for the ERS 8300.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from custom_napalm._tables import clock, field, mac, rows

_MAC = r"[0-9a-fA-F:]{17}"
_IP = r"\d+\.\d+\.\d+\.\d+"
_INTERFACE = re.compile(
    rf"(\d+/\d+)\s+\d+\s+(?:(\S.*?)\s+)?(?:true|false)\s+(?:true|false)\s+(\d+)\s+({_MAC})\s+(up|down)\s+(\S+)"
)
_NAME = re.compile(r"(\d+/\d+)\s+(?:(\S.*?)\s+)?\S+\s+(?:up|down)\s+(?:full|half)\s+(\d+)\s+(?:Access|Tagged)")
_VLAN = re.compile(r"(\d+)\s+(\S.*?)\s+by\w*\s+\d+\s+\S+\s+\S+\s+\S+")
_PORT_VLANS = re.compile(
    r"(\d+/\d+)\s+(?:enable|disable)\s+(?:true|false)\s+(?:true|false)\s+\d+\s+((?:\d+\s+)*\d+)?((?:\s*[a-z]+)*)"
)
_PORT_VLANS_8300 = re.compile(
    r"(\d+/\d+)\s+(?:enable|disable)\s+(?:enable|disable)\s+\d+\s+(?:enable|disable)\s+([\d ]+)"
)
_MORE_VLANS = re.compile(r"\s+((?:\d+\s+)*\d+)((?:\s+[a-z]+)*)")
_ADDRESS = re.compile(rf"\s*(\S+)\s+({_IP})\s+({_IP})\s+.*")
_ARP = re.compile(rf"\s*({_IP})\s+({_MAC})\s+(\d+)\s+(\S+(?: \d+)?)\s+([A-Z]+)\s+\d+")
_FDB = re.compile(rf"\s*(\d+)\s+(\w+)\s+({_MAC})\s+(\S+)\s+(?:true|false)\s+\d+\s+(?:true|false)")
_NEIGHBOUR = re.compile(rf"\s*(\d+/\d+)\s+({_IP})\s+0x\w+\s+([0-9a-f]{{12}})\s+(\S.*?)\s+\d+\s+\w+\s+\w+\s+(\S+)")
_VRF = re.compile(r"\s*(\S+)\s+(\d+)(?:\s+(?:TRUE|FALSE)){5}\s+\d+\s+\d+")
_UPTIME = re.compile(r"(\d+) day\(s\), (\d+):(\d+):(\d+)")
_FAN = re.compile(r"\s*Fan#(\d+): (\w+).*")
_SUPPLY = re.compile(r"\s*Ps#(\d+) Status\s*: (\w+)")
_CARD = re.compile(r"# Slot\s+(\d+) (\w+)\s+0x.*")


@dataclass(frozen=True, slots=True)
class System:
    """``show sys info``."""

    name: str
    model: str
    software: str
    serial: str
    uptime: float


@dataclass(frozen=True, slots=True)
class Interface:
    """A row of ``show ports info interface``."""

    port: str
    kind: str
    mtu: int
    mac: str
    enabled: bool
    up: bool

    @property
    def speed(self) -> float:
        """Mbit/s as the port's kind says (``100BaseTX``); -1 for a kind that does not say it."""
        found = re.match(r"(\d+)(G?)Base", self.kind)
        return float(found[1]) * (1000 if found[2] else 1) if found else -1.0


def system(text: str) -> System:
    """Read ``show sys info``."""
    described = re.search(r"SysDescr\s*:\s*(\S+)\s+\((\S+)\)", text)
    uptime = _UPTIME.search(text)
    return System(
        name=field(text, "SysName"),
        model=described[1] if described else "",
        software=described[2] if described else "",
        serial=field(text, "Serial#"),
        uptime=clock(*uptime.groups()) if uptime else -1.0,
    )


def cards(text: str) -> dict[int, str]:
    """Read slot -> card from the head of ``show config``."""
    return {int(row[1]): row[2] for row in rows(text, _CARD)}


def interfaces(text: str) -> list[Interface]:
    """Read ``show ports info interface``."""
    return [
        Interface(row[1], row[2] or "", int(row[3]), mac(row[4]), row[5] == "up", row[6] == "up")
        for row in rows(text, _INTERFACE)
    ]


def names(text: str) -> dict[str, tuple[str, float]]:
    """Read port -> name and speed in Mbit/s from ``show ports info name``; unnamed ports have an empty name."""
    return {row[1]: (row[2] or "", float(row[3])) for row in rows(text, _NAME)}


def vlans(text: str) -> dict[int, str]:
    """Read VLAN -> name from ``show vlan info basic``, from the right: a long name pushes what follows it."""
    return {int(row[1]): row[2] for row in rows(text, _VLAN)}


def port_vlans(text: str) -> dict[str, list[int]]:
    """Read port -> VLANs from ``show ports info vlans``, in any of its four layouts; long lists go on below."""
    found: dict[str, list[int]] = {}
    port = ""
    for line in text.splitlines():
        row = _PORT_VLANS.fullmatch(line.rstrip()) or _PORT_VLANS_8300.fullmatch(line.rstrip())
        more = _MORE_VLANS.fullmatch(line.rstrip())
        if row:
            port = row[1]
            found[port] = [int(vid) for vid in (row[2] or "").split()]
        elif more and port:
            found[port] += [int(vid) for vid in more[1].split()]
    return found


def addresses(text: str) -> list[tuple[str, str, str]]:
    """Read (interface, address, mask) from ``show ip interface``."""
    return [(row[1], row[2], row[3]) for row in rows(text, _ADDRESS)]


def arp(text: str) -> list[tuple[str, str, str]]:
    """Read (address, MAC, port) from ``show ip arp info``; ``MLT 1`` is one port, ``-`` the box itself."""
    return [(row[1], mac(row[2]), "" if row[4] == "-" else row[4]) for row in rows(text, _ARP)]


def stations(text: str) -> list[tuple[int, str, str, str]]:
    """Read (VLAN, status, MAC, port) from ``show vlan info fdb-entry``; the port is ``IST`` or empty at times."""
    return [
        (int(row[1]), row[2], mac(row[3]), "" if row[4] == "-" else row[4].removeprefix("Port-"))
        for row in rows(text, _FDB)
    ]


def neighbours(text: str) -> list[tuple[str, str, str]]:
    """Read (port, neighbour's address, its port) from ``show sys topology``; the box's own row is left out."""
    return [(row[1], row[2], row[5]) for row in rows(text, _NEIGHBOUR) if row[1] != "0/0"]


def vrfs(text: str) -> list[str]:
    """Read the routing instances from ``show ip vrf info``, the global one among them."""
    return [row[1] for row in rows(text, _VRF)]


def fans(text: str) -> dict[str, bool]:
    """Read fan -> whether it turns from ``show sys info``."""
    return {row[1]: row[2] == "up" for row in rows(text, _FAN)}


def supplies(text: str) -> dict[str, bool]:
    """Read power supply -> whether it works from ``show sys info``; empty slots are left out."""
    return {row[1]: row[2] == "up" for row in rows(text, _SUPPLY) if row[2] != "empty"}


def temperature(text: str) -> float | None:
    """Read the chassis's temperature in degrees Celsius; None when it is not shown."""
    found = re.search(r"Temperature\s*:\s*(-?\d+) C", text)
    return float(found[1]) if found else None


def cpu(text: str) -> float | None:
    """Read the load of the CPU in percent from ``show sys perf``; None when it is not shown."""
    found = re.search(r"CpuUtil\s*:\s*(\d+)\s*%", text)
    return float(found[1]) if found else None

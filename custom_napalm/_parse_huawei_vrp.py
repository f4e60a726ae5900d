"""VRP's tables: pure functions from what `display` prints to rows.

Layouts: ntc-templates' captures of S, AR, NE and ATN boxes, Huawei's NE40E documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Interface

from custom_napalm._tables import mac, rows, seconds

_MAC = r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}"
_IP = r"\d+\.\d+\.\d+\.\d+"
_LONG = {
    "GE": "GigabitEthernet",
    "XGE": "XGigabitEthernet",
    "Eth": "Ethernet",
    "MGE": "MultiGE",
}
_RELEASE = re.compile(r"VRP \(R\) software, Version (\S+) \((.+?)\)", re.IGNORECASE)
_UPTIME = re.compile(
    r"^(?:HUAWEI|Quidway) (.+?)(?: Router| Terabit.*| Routing Switch)? uptime is(.*)$", re.MULTILINE | re.IGNORECASE
)
_BRIEF = re.compile(
    r"\s*([A-Za-z][\w./:-]*?|\d+GE[\d/.]+)(?:\(\d+G\))?\s+([*^#-]?)(up|down)(?:\(\w+\))?\s+(?:up|down)\S*\s+\S+%?\s.*"
)
_DESCRIPTION = re.compile(r"(\S+)\s+[*^#-]?(?:up|down)(?:\(\w+\))?\s+(?:up|down)(?:\(\w+\))?(?:\s+(\S.*?))?\s*")
_VLAN = re.compile(r"(\d+)\s+(?:enable|disable)\s+\S+\s+(?:enable|disable)\s+(?:enable|disable)(?:\s+(\S.*?))?\s*")
_VLAN_8 = re.compile(
    r"(\d+)\s+\w+\s+(?:enable|disable)\s+\S+\s+(?:enable|disable)\s+\w+(?:\s+(?:FWD|DROP)){3}(?:\s+(\S.*))?"
)
_PORT = re.compile(r"([A-Za-z0-9-]+?[\d/.]+)\([UD]\)")
_PORT_VLAN = re.compile(r"(\S+)\s+(access|trunk|hybrid|\S+)\s+(\d+)\s+([-\d ]+)")
_MORE = re.compile(r"\s{20,}([-\d ]+)")
_ARP = re.compile(rf"({_IP})\s+({_MAC})\s+(?:\d+\s+)?(I -|[DS]\S*(?: -)?)\s+(\S+)(?:\s+(\S+))?\s*")
_STATION = re.compile(rf"\s*({_MAC})\s+(\d+)/\S+\s+(\S+)\s+(\w+)\s*")
_VPN = re.compile(r"\s{1,3}(\S+)(?:\s+(\S+:\S+))?\s+IPv4\s*")
_REPLY = re.compile(rf"\s*Reply from ({_IP}): bytes=\d+ Sequence=\d+ ttl=\d+ time=(\d+) ms\s*")
_NEIGHBOUR = re.compile(r"^(\S+)\s+has\s+\d+\s+neighbor\S*\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class System:
    """``display version``."""

    model: str
    version: str
    release: str
    uptime: float


def full(name: str) -> str:
    """Return a port's name as the configuration writes it: ``GE0/0/1`` is ``GigabitEthernet0/0/1``.

    >>> full("XGE0/0/1"), full("40GE0/0/1"), full("Eth-Trunk0")
    ('XGigabitEthernet0/0/1', '40GE0/0/1', 'Eth-Trunk0')
    """
    found = re.fullmatch(r"([A-Za-z]+)(\d[\d/.]*)", name)
    return f"{_LONG.get(found[1], found[1])}{found[2]}" if found else name


def system(text: str) -> System:
    """Read ``display version``; the parenthesis names family and release, the line with the uptime the model."""
    release, uptime = _RELEASE.search(text), _UPTIME.search(text)
    return System(
        model=uptime[1] if uptime else "",
        version=release[1] if release else "",
        release=release[2].rpartition(" ")[2] if release else "",
        uptime=seconds(uptime[2]) if uptime else -1.0,
    )


def interfaces(text: str) -> dict[str, tuple[bool, bool]]:
    """Read interface -> (enabled, up) from ``display interface brief``; members stand indented under their trunk."""
    return {full(row[1]): (row[2] != "*", row[3] == "up") for row in rows(text, _BRIEF) if row[1] != "NULL0"}


def descriptions(text: str) -> dict[str, str]:
    """Read interface -> description from ``display interface description``."""
    return {full(row[1]): row[2] or "" for row in rows(text, _DESCRIPTION)}


def blocks(text: str) -> dict[str, str]:
    """Cut ``display interface`` into one text an interface."""
    parts = re.split(r"(?m)^(\S+) current state\s*:", text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def number(block: str, pattern: str) -> int:
    """Return the first number that ``pattern`` captures in a block; -1 when it is not shown."""
    found = re.search(pattern, block)
    return int(found[1]) if found else -1


def counters(block: str) -> dict[str, int]:
    """Read the counters of one interface; what it does not count is -1."""
    found: dict[str, int] = {}
    for side, name in (("rx", "Input"), ("tx", "Output")):
        part = re.search(rf"(?ms)^[ \t]*{name}:(.*?)(?=^[ \t]*Output:|\Z)", block)
        counted = part[1] if part else ""
        found |= {
            f"{side}_octets": number(counted, r"packets, (\d+) bytes"),
            f"{side}_unicast_packets": number(counted, r"Unicast:\s+(\d+)"),
            f"{side}_multicast_packets": number(counted, r"Multicast:\s+(\d+)"),
            f"{side}_broadcast_packets": number(counted, r"Broadcast:\s+(\d+)"),
            f"{side}_errors": number(counted, r"Total Error:\s+(\d+)"),
            f"{side}_discards": number(counted, r"Discard:\s+(\d+)"),
        }
    return found


def vlans(text: str) -> dict[int, str]:
    """Read VLAN -> description from ``display vlan``, of a switch or of an NE40E."""
    found = [*rows(text, _VLAN), *rows(text, _VLAN_8)]
    return {int(row[1]): row[2] or "" for row in found}


def vlan_ports(text: str) -> dict[int, list[str]]:
    """Read VLAN -> ports from ``display vlan`` of a switch: groups ``UT:`` and ``TG:``, wrapped over lines."""
    found: dict[int, list[str]] = {}
    vlan = 0
    for line in text.splitlines():
        row = re.match(r"(\d+)\s+\w+\s+(?=UT:|TG:|$)", line)
        vlan = int(row[1]) if row else vlan if line.startswith(" ") else 0
        if vlan:
            found.setdefault(vlan, []).extend(full(port[1]) for port in _PORT.finditer(_without_mark(line)))
    return found


def _without_mark(line: str) -> str:
    return re.sub(r"\b(?:UT|TG):", " ", line)


def port_vlans(text: str) -> dict[str, set[int]]:
    """Read port -> VLANs from ``display port vlan``; long lists go on below, ``-`` is none."""
    found: dict[str, set[int]] = {}
    port = ""
    for line in text.splitlines():
        row, more = _PORT_VLAN.fullmatch(line.rstrip()), _MORE.fullmatch(line.rstrip())
        if row:
            port = full(row[1])
            # The list shows the tagged VLANs; what is untagged is the PVID, which on 0 is none.
            found[port] = _numbers(row[4]) | ({int(row[3])} - {0})
        elif more and port:
            found[port] |= _numbers(more[1])
    return found


def _numbers(text: str) -> set[int]:
    found: set[int] = set()
    for item in text.split():
        low, _, high = item.partition("-")
        if low:
            found |= set(range(int(low), int(high or low) + 1))
    return found


def arp(text: str) -> list[tuple[str, str, str, str]]:
    """Read (address, MAC, interface, VPN instance) from ``display arp all``; VLANs stand on lines of their own."""
    return [(row[1], mac(row[2]), full(row[4]), row[5] or "") for row in rows(text, _ARP)]


def stations(text: str) -> list[tuple[str, int, str, str]]:
    """Read (MAC, VLAN, interface, type) from ``display mac-address``."""
    return [(mac(row[1]), int(row[2]), full(row[3]), row[4]) for row in rows(text, _STATION)]


def instances(text: str) -> dict[str, str]:
    """Read VPN instance -> route distinguisher from ``display ip vpn-instance``; empty when it has none."""
    return {row[1]: row[2] or "" for row in rows(text, _VPN)}


def neighbours(text: str) -> list[tuple[str, str, str]]:
    """Read (port, neighbour's name, its port) from ``display lldp neighbor``."""
    parts = _NEIGHBOUR.split(text)
    found = []
    for port, block in zip(parts[1::2], parts[2::2], strict=True):
        names = re.findall(r"(?m)^\s*System name\s*:[ \t]*(.*?)[ \t\r]*$", block)
        far = re.findall(r"(?m)^\s*Port ID\s*:[ \t]*(.*?)[ \t\r]*$", block)
        found += [(full(port), name, end) for name, end in zip(names, far, strict=False)]
    return found


def routed(text: str) -> list[tuple[str, str, IPv4Interface]]:
    """Read (interface, VPN instance, address) from the interfaces of ``display current-configuration``."""
    found = []
    for section in re.split(r"(?m)^#\s*$", text):
        head = re.match(r"\s*interface (\S+)\s*$", section, re.MULTILINE)
        if head:
            vpn = re.search(r"(?m)^ ip binding vpn-instance (\S+)", section)
            for address, mask in re.findall(rf"(?m)^ ip address ({_IP}) (\S+)", section):
                found.append((head[1], vpn[1] if vpn else "", IPv4Interface(f"{address}/{mask}")))
    return found


def replies(text: str) -> tuple[int, int, list[tuple[str, float]]] | None:
    """Read (sent, received, (address, milliseconds) each) from ``ping``; None when it did not get to send."""
    sent, received = number(text, r"(\d+) packet\(s\) transmitted"), number(text, r"(\d+) packet\(s\) received")
    if sent < 0 or received < 0:
        return None
    return sent, received, [(row[1], float(row[2])) for row in rows(text, _REPLY)]

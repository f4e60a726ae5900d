"""What iproute2, iputils and /proc say on a Linux firewall: pure functions from texts to rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from custom_napalm._tables import mac, rows

_LINK = re.compile(r"\d+: ([^:@\s]+)(?:@(\S+))?: <([^>]*)> mtu (\d+) (.*)")
_ADDRESS = re.compile(r"\d+: (\S+)\s+inet (\d+\.\d+\.\d+\.\d+)(?:/(\d+))? .*")
_NEIGHBOUR = re.compile(r"(\d+\.\d+\.\d+\.\d+) dev (\S+) (?:.*?)lladdr ([0-9a-f:]{17}).*")
_COUNTERS = re.compile(r"\s*(\S+?):\s*((?:\d+\s+){15}\d+)")
_REPLY = re.compile(r"\d+ bytes from (\S+?):? .*time=([\d.]+) ms.*")
_LOSS = re.compile(r"(\d+) packets transmitted, (\d+) (?:packets )?received")


@dataclass(frozen=True, slots=True)
class Link:
    """A line of ``ip -d -o link show``; ``vlan`` is None for what is no VLAN."""

    name: str
    parent: str
    mtu: int
    enabled: bool
    up: bool
    mac: str
    label: str
    vlan: int | None
    physical: bool


def links(text: str) -> list[Link]:
    """Read ``ip -d -o link show``; a physical port is an Ethernet link that is no VLAN, bond or bridge."""
    return [_link(row) for row in rows(text, _LINK)]


def _link(row: re.Match[str]) -> Link:
    flags, rest = row[3].split(","), row[5]
    vlan = re.search(r"vlan protocol \S+ id (\d+)", rest)
    address = re.search(r"link/ether ([0-9a-f:]{17})", rest)
    label = re.search(r"\\\s+alias (.*?)\s*$", rest)
    made = re.search(r"\b(?:bond mode|bridge forward_delay|vlan protocol|veth|dummy|tun type)\b", rest)
    return Link(
        name=row[1],
        parent=row[2] or "",
        mtu=int(row[4]),
        enabled="UP" in flags,
        up="LOWER_UP" in flags,
        mac=mac(address[1]) if address else "",
        label=label[1] if label else "",
        vlan=int(vlan[1]) if vlan else None,
        physical=address is not None and made is None,
    )


def addresses(text: str) -> list[tuple[str, str, int]]:
    """Read (interface, address, prefix length) from ``ip -o -4 address show``."""
    return [(row[1], row[2], int(row[3] or 32)) for row in rows(text, _ADDRESS)]


def neighbours(text: str) -> list[tuple[str, str, str]]:
    """Read (address, interface, MAC) from ``ip -4 neighbour show``; unresolved entries have no MAC and are no rows."""
    return [(row[1], row[2], mac(row[3])) for row in rows(text, _NEIGHBOUR)]


def counters(text: str) -> dict[str, list[int]]:
    """Read interface -> the 16 columns of ``/proc/net/dev``."""
    return {row[1]: [int(number) for number in row[2].split()] for row in rows(text, _COUNTERS)}


def uptime(text: str) -> float:
    """Read seconds from ``/proc/uptime``; -1 for anything else."""
    found = re.match(r"\s*(\d+\.\d+)\s", text)
    return float(found[1]) if found else -1.0


def release(text: str) -> str:
    """Read the distribution's name from ``/etc/os-release``."""
    found = re.search(r'^PRETTY_NAME="?(.*?)"?\s*$', text, re.MULTILINE)
    return found[1] if found else ""


def replies(text: str) -> tuple[int, int, list[tuple[str, float]]] | None:
    """Read (sent, received, (address, milliseconds) each) from ``ping``; None when it did not get to send."""
    counted = _LOSS.search(text)
    if counted is None:
        return None
    return int(counted[1]), int(counted[2]), [(row[1], float(row[2])) for row in rows(text, _REPLY)]

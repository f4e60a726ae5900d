"""What a personality says about itself, read into typed facts.

A personality's snapshot holds, all of it optional::

    {"sysName": "core1", "sysContact": "", "sysLocation": "",
     "ports": [{"name": "1/1", "alias": "to core", "admin_up": True, "oper_up": True, "speed_bps": 1_000_000_000}],
     "vlans": {10: {"name": "office", "untagged": ["1/1"], "tagged": ["1/2"], "routed": True,
                    "address": "10.1.1.1/24"}}}

It is built anew at each call. A port may also tell its ``pvid`` (default VLAN) and its ``trunk`` (the aggregation that
it is a member of), a device its ``lldp`` (whether it speaks that). What is absent falls back to the twin: every front
port present, enabled and linked; named as the inventory does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.twin import Twin

_SPEEDS = (  # Mbit/s by what a port's name, or a chassis card's name, begins or ends with
    ("100GE", 100_000),
    ("40GE", 40_000),
    ("XGigabit", 10_000),
    ("10GE", 10_000),
    ("Gigabit", 1000),
    ("GE", 1000),
    ("Ethernet", 100),
)


@dataclass(frozen=True, slots=True)
class Port:
    """One front port: `speed` in Mbit/s, the speed that it has, or would have, with a link."""

    name: str
    admin: bool = True
    link: bool = True
    speed: int = 1000
    alias: str = ""
    tagged: bool = False
    pvid: int | None = None
    trunk: str = ""

    @property
    def up(self) -> bool:
        """Whether frames pass: enabled, and a link."""
        return self.admin and self.link


@dataclass(frozen=True, slots=True)
class Vlan:
    """One VLAN with its ports, in the platform's own spelling."""

    vid: int
    name: str
    untagged: tuple[str, ...] = ()
    tagged: tuple[str, ...] = ()
    routed: bool = False
    address: IPv4Interface | None = None

    @property
    def members(self) -> frozenset[str]:
        """All its ports."""
        return frozenset((*self.untagged, *self.tagged))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the agent knows of its device's state."""

    name: str
    contact: str
    location: str
    ports: tuple[Port, ...]
    vlans: tuple[Vlan, ...]
    lldp: bool = False

    def without(self, cut: AbstractSet[str]) -> Facts:
        """Return the facts with the cables of some ports cut."""
        return replace(self, ports=tuple(replace(p, link=p.link and p.name not in cut) for p in self.ports))


def read(twin: Twin, snapshot: Mapping[str, object]) -> Facts:
    """Return the facts in a snapshot, completed from the twin."""
    told = {str(record.get("name")): record for record in _records(snapshot.get("ports"))}
    vlans = tuple(sorted(_vlans(snapshot.get("vlans")), key=lambda vlan: vlan.vid))
    tagging = {name for vlan in vlans for name in vlan.tagged}
    names = [*twin.ports, *(name for name in told if name not in twin.ports)]
    return Facts(
        name=str(snapshot.get("sysName") or twin.name),
        contact=str(snapshot.get("sysContact") or ""),
        location=str(snapshot.get("sysLocation") or ""),
        ports=tuple(_port(twin, name, told.get(name, {}), tagged=name in tagging) for name in names),
        vlans=vlans,
        lldp=bool(snapshot.get("lldp")),
    )


def _records(told: object) -> list[Mapping[str, object]]:
    """Return the records of a list."""
    listed = told if isinstance(told, Sequence) else ()
    return [record for record in listed if isinstance(record, Mapping)]


def _names(told: object) -> tuple[str, ...]:
    """Return the names of a list."""
    return tuple(map(str, told)) if isinstance(told, Sequence) and not isinstance(told, str) else ()


def _port(twin: Twin, name: str, record: Mapping[str, object], *, tagged: bool) -> Port:
    """Return one port."""
    speed, pvid = record.get("speed_bps"), record.get("pvid")
    return Port(
        name=name,
        admin=bool(record.get("admin_up", True)),
        link=bool(record.get("oper_up", True)),
        # A speed of 0 is that of a link that is down, or of a logical interface: the nominal speed stays.
        speed=(int(speed) // 1_000_000 if isinstance(speed, (int, float)) else 0) or _speed(twin, name),
        alias=str(record.get("alias") or ""),
        tagged=tagged,
        pvid=pvid if isinstance(pvid, int) else None,
        trunk=str(record.get("trunk") or ""),
    )


def _speed(twin: Twin, port: str) -> int:
    """Return a port's speed in Mbit/s: from its name, else from its card or model (8648TX is 10/100)."""
    for start, speed in _SPEEDS:
        if port.startswith(start):
            return speed
    slot = port.partition("/")[0]
    card = twin.cards.get(int(slot), "") if slot.isdigit() else ""
    fast = card.endswith("48TX") or "450" in twin.model.partition("-")[0] or twin.model.endswith("4550T")
    return 100 if fast else 1000


def _vlans(told: object) -> list[Vlan]:
    """Return the VLANs of a snapshot."""
    known = told if isinstance(told, Mapping) else {}
    return [
        Vlan(
            vid=int(vid),
            name=str(record.get("name") or f"VLAN-{vid}"),
            untagged=_names(record.get("untagged")),
            tagged=_names(record.get("tagged")),
            routed=bool(record.get("routed", False)),
            address=IPv4Interface(str(record["address"])) if record.get("address") else None,
        )
        for vid, record in known.items()
        if isinstance(record, Mapping)
    ]

"""What a personality says about itself, read into typed facts.

A personality's snapshot holds, all of it optional::

    {"sysName": str, "sysContact": str, "sysLocation": str,
     "ports": {"1/1": {"admin": True, "up": True, "speed": 1000, "alias": "to core", "tagged": True, "pvid": 1}},
     "vlans": {10: {"name": "office", "members": ["1/1", "1/2"], "routed": True}}}

A port may also be a bare boolean (its link), a VLAN a bare list of its ports; ``"up"``/``"down"`` stand for booleans.
What is absent falls back to the twin: every front port present, enabled and linked; no name configured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.twin import Twin

_FALSE = {"down", "false", "disable", "disabled", "no", "off", "0", ""}
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

    @property
    def up(self) -> bool:
        """Whether frames pass: enabled, and a link."""
        return self.admin and self.link


@dataclass(frozen=True, slots=True)
class Vlan:
    """One VLAN with its ports, in the platform's own spelling."""

    vid: int
    name: str
    members: tuple[str, ...] = ()
    routed: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the agent knows of its device's state."""

    name: str
    contact: str
    location: str
    ports: tuple[Port, ...]
    vlans: tuple[Vlan, ...]


def read(twin: Twin, snapshot: Mapping[str, object]) -> Facts:
    """Return the facts in a snapshot, completed from the twin."""
    ports = _named(snapshot.get("ports"), "name")
    known = [*twin.ports, *(name for name in ports if name not in twin.ports)]
    return Facts(
        name=str(snapshot.get("sysName") or twin.name),
        contact=str(snapshot.get("sysContact") or ""),
        location=str(snapshot.get("sysLocation") or ""),
        ports=tuple(_port(twin, name, ports.get(name, {})) for name in known),
        vlans=tuple(sorted(_vlans(snapshot.get("vlans")), key=lambda vlan: vlan.vid)),
    )


def _named(told: object, key: str) -> dict[str, object]:
    """Return a mapping by name of what may also be a sequence of records that hold their name."""
    if isinstance(told, Mapping):
        return {str(name): record for name, record in told.items()}
    if isinstance(told, Sequence) and not isinstance(told, str):
        return {str(record[key]): record for record in told if isinstance(record, Mapping) and key in record}
    return {}


def _flag(told: object, *, default: bool) -> bool:
    """Return a boolean that may be spelled as the device spells it."""
    if told is None:
        return default
    return told.strip().lower() not in _FALSE if isinstance(told, str) else bool(told)


def _number(told: object, default: int) -> int:
    """Return a whole number; what is none counts as not told."""
    if isinstance(told, str) and told.strip().isdigit():
        return int(told)
    return int(told) if isinstance(told, (int, float)) else default


def _first(record: Mapping[str, object], *keys: str) -> object:
    """Return the first of several spellings of a fact that a record holds."""
    return next((record[key] for key in keys if record.get(key) is not None), None)


def _port(twin: Twin, name: str, told: object) -> Port:
    """Return one port; a bare flag tells of its link alone."""
    record: Mapping[str, object] = told if isinstance(told, Mapping) else {"up": told}
    pvid = _first(record, "pvid", "default_vlan", "native_vlan")
    return Port(
        name=name,
        admin=_flag(_first(record, "admin", "enabled", "admin_up"), default=True),
        link=_flag(_first(record, "up", "link", "oper"), default=True),
        speed=_number(record.get("speed"), _speed(twin, name)),
        alias=str(_first(record, "alias", "name", "description") or ""),
        tagged=_flag(_first(record, "tagged", "tagging", "trunk"), default=False),
        pvid=_number(pvid, 0) if pvid is not None else None,
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
    vlans = []
    for spelled, entry in _named(told, "id").items():
        record: Mapping[str, object] = entry if isinstance(entry, Mapping) else {"members": entry}
        members = _first(record, "members", "ports")
        ports = members if isinstance(members, (Sequence, set, frozenset)) and not isinstance(members, str) else ()
        vlans.append(
            Vlan(
                vid=int(spelled),
                name=str(record.get("name") or f"VLAN-{spelled}"),
                members=tuple(sorted(map(str, ports))),
                routed=bool(_first(record, "routed", "ip", "address")),
            )
        )
    return vlans

"""What the traps mean that this field sends: identifier -> kind and severity.

Sources: RFC 3418 and 2863 (standard traps), RFC 1628 section 4 (UPS), RFC 4188 (bridges), RFC 2787 (VRRP), and
RAPID-CITY v311 of 1999, the Accelar's and the Passport 8000's, for the first fourteen of rcTraps (2272.1.21). Later
releases go on from there at 2272.1.21.0 (rcnIsisPlsbAdjState is 281): what is not named is counted by family, and its
text has the number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.receiving.events import AUTHENTICATION_FAILURE, LINK_DOWN, LINK_UP, Event, clean, readable
from snmp import ber
from snmp.errors import MalformedError

if TYPE_CHECKING:
    from snmp import Notification

_STANDARD = "1.3.6.1.6.3.1.1.5"
_UPS = "1.3.6.1.2.1.33.2"
_BRIDGE = "1.3.6.1.2.1.17.0"
_VRRP = "1.3.6.1.2.1.68.0"
_RAPID_CITY = "1.3.6.1.4.1.2272.1.21"
_NAMED = {
    f"{_STANDARD}.1": ("cold_start", "warning", "coldStart"),
    f"{_STANDARD}.2": ("warm_start", "notice", "warmStart"),
    f"{_STANDARD}.3": (LINK_DOWN, "error", "linkDown"),
    f"{_STANDARD}.4": (LINK_UP, "notice", "linkUp"),
    f"{_STANDARD}.5": (AUTHENTICATION_FAILURE, "warning", "authenticationFailure"),
    f"{_STANDARD}.6": ("neighbor_loss", "warning", "egpNeighborLoss"),
    f"{_UPS}.1": ("ups_on_battery", "critical", "upsTrapOnBattery"),
    f"{_UPS}.2": ("ups_test_completed", "info", "upsTrapTestCompleted"),
    f"{_UPS}.3": ("ups_alarm_added", "error", "upsTrapAlarmEntryAdded"),
    f"{_UPS}.4": ("ups_alarm_removed", "notice", "upsTrapAlarmEntryRemoved"),
    f"{_BRIDGE}.1": ("spanning_tree_root", "warning", "newRoot"),
    f"{_BRIDGE}.2": ("topology_change", "notice", "topologyChange"),
    f"{_VRRP}.1": ("vrrp_master", "warning", "vrrpTrapNewMaster"),
    f"{_VRRP}.2": (AUTHENTICATION_FAILURE, "warning", "vrrpTrapAuthFailure"),
    f"{_RAPID_CITY}.1": ("card_down", "error", "rcCardDown"),
    f"{_RAPID_CITY}.2": ("card_up", "notice", "rcCardUp"),
    f"{_RAPID_CITY}.3": ("device_error", "error", "rcErrorNotification"),
    f"{_RAPID_CITY}.4": ("spanning_tree_root", "warning", "rcStpNewRoot"),
    f"{_RAPID_CITY}.5": ("topology_change", "notice", "rcStpTopologyChange"),
    f"{_RAPID_CITY}.6": ("power_supply_down", "error", "rcChasPowerSupplyDown"),
    f"{_RAPID_CITY}.7": ("fan_down", "error", "rcChasFanDown"),
    f"{_RAPID_CITY}.8": ("link_oscillation", "error", "rcLinkOscillation"),
    f"{_RAPID_CITY}.9": ("mac_violation", "warning", "rcMacViolation"),
    f"{_RAPID_CITY}.11": ("card_down", "error", "rc2kCardDown"),
    f"{_RAPID_CITY}.12": ("card_up", "notice", "rc2kCardUp"),
    f"{_RAPID_CITY}.13": ("temperature_high", "critical", "rc2kTemperature"),
    f"{_RAPID_CITY}.14": ("power_supply_up", "notice", "rcChasPowerSupplyUp"),
}
_FAMILIES = {
    f"{_RAPID_CITY}.": ("rcn", "warning", "rcn trap"),
    "1.3.6.1.4.1.45.": ("stackable_trap", "warning", "Nortel stackable's trap"),
    "1.3.6.1.4.1.2011.": ("huawei_trap", "warning", "Huawei trap"),
}
_OTHER = ("trap", "notice", "trap")
_NUMBERS_SHOWN = 4


def event_of(found: Notification) -> Event:
    """Return the event that a notification tells.

    Raises:
        MalformedError: an object in it has a name or a number that is none.
    """
    trap = ber.dotted(found.trap)
    kind, severity, name = _meaning(trap)
    told = "; ".join(_said(binding) for binding in found.bindings[:_NUMBERS_SHOWN])
    for binding in found.bindings[_NUMBERS_SHOWN:]:
        _said(binding)  # what is not shown is held to the same rules
    known = name if trap in _NAMED or _without_zero(trap) in _NAMED else f"{name} {trap}"
    return Event(kind, severity, clean(f"{known} {told}"))


def _meaning(trap: str) -> tuple[str, str, str]:
    """Return kind, severity and name of a trap."""
    named = _NAMED.get(trap) or _NAMED.get(_without_zero(trap))
    if named:
        return named
    return next((meaning for prefix, meaning in _FAMILIES.items() if trap.startswith(prefix)), _OTHER)


def _without_zero(trap: str) -> str:
    """Return an SNMPv1 enterprise's trap as its SNMPv2 module may have it: without the 0 (RFC 3584 section 3.1)."""
    front, zero, last = trap.rpartition(".0.")
    return f"{front}.{last}" if zero else trap


def _said(binding: ber.VarBind) -> str:
    """Return an object as ``...2.2.1.1.5=5``: the last numbers of its name, and its value."""
    oid, tag, content = binding
    name = ber.decode_oid(oid)
    short = ".".join(map(str, name[-_NUMBERS_SHOWN:]))
    return f"{short}={_value(tag, content)}"


def _value(tag: int, content: bytes) -> str:
    """Return a value for people."""
    if tag in ber.NUMBERS:
        return str(ber.to_integer(tag, content))
    if tag == ber.OID:
        return ber.dotted(content)
    if tag == ber.IP_ADDRESS:
        if len(content) != 4:  # noqa: PLR2004 - octets of an IPv4 address
            raise MalformedError("an IpAddress of another length")
        return ".".join(map(str, content))
    return readable(content[:256])

"""Records of Suricata (EVE JSON, doc/userguide/output/eve): one object a line, by syslog or in a file."""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING, Any

from collectors.receiving.events import IDS_ALERT, Alarm, Event, clean
from collectors.receiving.syslog import SyslogError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_RECORD = 262_144
"""Octets of one record: an alert carries the packet that raised it, and a page of HTTP at times."""
_SEVERITIES = {1: "alert", 2: "warning", 3: "notice"}
_ACTIONS = frozenset(("allowed", "blocked"))


def looks_like(text: str) -> bool:
    """Tell whether a line of syslog is meant as a record."""
    return text.startswith("{") and '"event_type"' in text


def record(text: str) -> Mapping[str, Any]:
    """Return one record.

    Raises:
        SyslogError: no JSON object with an ``event_type``.
    """
    if len(text) > MAX_RECORD:
        raise SyslogError("an EVE record that is too long")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SyslogError("an EVE record that is no JSON") from error
    if not isinstance(found, dict) or not isinstance(found.get("event_type"), str):
        raise SyslogError("an EVE record without event_type")
    return found


def event_of(found: Mapping[str, Any]) -> Event | None:
    """Return the event of an alert; None for any other record: that it came is what it tells.

    Raises:
        SyslogError: an alert without the fields of one.
    """
    if found["event_type"] != "alert":
        return None
    alert = found.get("alert")
    if not isinstance(alert, dict) or not isinstance(alert.get("signature"), str):
        raise SyslogError("an EVE alert without a signature")
    number, action = alert.get("severity"), alert.get("action")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1 or action not in _ACTIONS:
        raise SyslogError("an EVE alert whose severity or action is none")
    source, target = (address(str(found.get(key, ""))) for key in ("src_ip", "dest_ip"))
    known = number in _SEVERITIES
    text = clean(f"{alert['signature']} ({source} to {target})")
    alarm = Alarm(str(number) if known else "other", str(action))
    return Event(IDS_ALERT, _SEVERITIES.get(number, "info"), text, alarm)


def address(text: str) -> str:
    """Return an IP address as Python writes it.

    Raises:
        SyslogError: it is none.
    """
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise SyslogError("an address that is none") from error


def counters(found: Mapping[str, Any]) -> dict[str, float] | None:
    """Return packets seen and lost since the sensor started, of a ``stats`` record; None for any other.

    Old releases and trimmed records leave fields out: what is not said is not there.
    """
    stats = found.get("stats")
    if found["event_type"] != "stats" or not isinstance(stats, dict):
        return None
    capture = stats.get("capture")
    given = capture if isinstance(capture, dict) else {}
    return {key: float(given[key]) for key in ("kernel_packets", "kernel_drops") if _is_count(given.get(key))}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64

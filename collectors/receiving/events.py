"""One thing that a device said, whatever it was said in."""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
"""By the number that syslog gives them (RFC 5424 section 6.2.1)."""
TEXT = 160
_ENCODINGS = ("utf-8", "gb18030")

LINK_DOWN, LINK_UP, AUTHENTICATION_FAILURE = "link_down", "link_up", "authentication_failure"
DENY, IDS_ALERT = "deny", "ids_alert"
TOLD = (LINK_DOWN, AUTHENTICATION_FAILURE, DENY, IDS_ALERT)
"""Kinds that alerts count: they stand at 0 before the first one, since ``increase`` sees no birth of a series."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Packet that a firewall let not through: addresses in digits, as the firewall wrote them."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """What an IDS made of a packet.

    Attributes:
        severity: ``1`` (high) to ``3`` (low) as Suricata has it; ``other`` for anything else.
        action: ``allowed`` or ``blocked``, of the IDS's own rule; it is not the firewall's verdict.
    """

    severity: str
    action: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a device said.

    Attributes:
        kind: one word of a fixed set: ``link_down``, ``deny``, ``syslog``, ...
        severity: one of `SEVERITIES`.
        text: for people; printable, and at most `TEXT` characters.
    """

    kind: str
    severity: str
    text: str
    detail: Denied | Alarm | None = None


def readable(data: bytes) -> str:
    """Return octets as text: UTF-8 or, as devices in China write, GB 18030; what is neither keeps its ASCII."""
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("ascii", "replace")


def clean(text: str, most: int = TEXT) -> str:
    """Return text that can stand in a label, a message or a page: no control or format characters, no markup, short."""
    seen = "".join(each if each.isprintable() and each not in "<>" else " " for each in text[: 4 * most])
    words = " ".join(seen.split())
    return words if len(words) <= most else words[: most - 1] + "…"

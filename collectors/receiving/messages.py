"""What a line of syslog tells: links, failed log-ins, packets that a firewall let not through, alarms of an IDS.

Only lines whose form is recorded have a meaning; all others are counted as ``syslog`` under their severity. Sources:
the log of an ERS (BOSS: ``Link Down Trap for Port: 41``, ``Unauthorized connection attempt from IP address: ...``),
console captures of VRP (``%%01IFNET/4/IF_STATE(l)[0]:Interface ... has turned into UP state``), OpenSSH's ``Failed
password for``, the kernel's netfilter log, and published logs of TopsecOS (``id=tos ... rule=deny``). No log of an
NSFOCUS box was to be had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.receiving import eve
from collectors.receiving.events import AUTHENTICATION_FAILURE, DENY, LINK_DOWN, LINK_UP, Denied, Event, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.receiving.syslog import Message

OTHER, LET_THROUGH = "syslog", "firewall_log"
_PHRASES = (
    ("Link Down Trap for Port", LINK_DOWN, "error"),
    ("Link Up Trap for Port", LINK_UP, "notice"),
    ("has turned into DOWN state", LINK_DOWN, "error"),
    ("has turned into UP state", LINK_UP, "notice"),
    ("Unauthorized connection attempt from", AUTHENTICATION_FAILURE, "warning"),
    ("Failed password for", AUTHENTICATION_FAILURE, "warning"),
    ("Failed keyboard-interactive/pam for", AUTHENTICATION_FAILURE, "warning"),
)
_REFUSALS = ("deny", "drop", "reject", "block", "govnet input")
"""Words of a netfilter log prefix that say the packet ended there; ours are ``govnet deny`` and ``govnet input``."""


def event_of(message: Message) -> Event:
    """Return the event in a syslog message.

    Raises:
        SyslogError: a firewall's fields that begin well and go wrong.
    """
    text = message.text
    if " SRC=" in text and " PROTO=" in text:
        return _netfilter(message)
    if text.startswith("id=tos "):
        return _topsec(message)
    for phrase, kind, severity in _PHRASES:
        if phrase in text:
            return Event(kind, severity, clean(text))
    return Event(OTHER, message.severity, clean(f"{message.app}: {text}" if message.app else text))


def _netfilter(message: Message) -> Event:
    """Read a line of the kernel's netfilter log: a prefix that a person chose, then KEY=VALUE."""
    prefix, _, rest = message.text.partition("IN=")
    fields = dict(word.split("=", 1) for word in f"IN={rest}".split(" ") if "=" in word)
    if not any(word in prefix.lower() for word in _REFUSALS):
        return Event(LET_THROUGH, message.severity, clean(message.text))
    return _denied(fields, "SRC", "DST", "PROTO", "DPT")


def _topsec(message: Message) -> Event:
    """Read a line of a TopsecOS firewall."""
    fields = quoted_fields(message.text)
    if fields.get("rule") != "deny":
        return Event(LET_THROUGH, message.severity, clean(message.text))
    return _denied(fields, "src", "dst", "proto", "dport")


def quoted_fields(text: str) -> dict[str, str]:
    """Return ``key=value key="value with blanks"`` as a mapping; words without a sign are left out."""
    found: dict[str, str] = {}
    rest = text
    while rest:
        key, sign, rest = rest.partition("=")
        if not sign:
            break
        name = key.rpartition(" ")[2]
        if rest.startswith('"'):
            value, _, rest = rest[1:].partition('"')
        else:
            value, _, rest = rest.partition(" ")
        found.setdefault(name, value)
    return found


def _denied(fields: Mapping[str, str], source: str, target: str, protocol: str, port: str) -> Event:
    """Return the denial of a packet whose addresses are in these fields.

    Raises:
        SyslogError: one of them is no address.
    """
    ends = [eve.address(fields.get(name, "")) for name in (source, target)]
    to = f" port {fields[port]}" if fields.get(port) else ""
    text = clean(f"{fields.get(protocol, '?')} from {ends[0]} to {ends[1]}{to}")
    return Event(DENY, "warning", text, Denied(*ends))

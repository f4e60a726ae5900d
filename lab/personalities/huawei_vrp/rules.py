"""The text of one access-list rule, put into the form in which the box shows it."""

from __future__ import annotations

import ipaddress
from typing import Final

#: Port names: ``www`` by capture (NTC display_acl_all); the others are the well-known names, no capture read.
_NAMES: Final = {
    "tcp": {"ftp": 21, "telnet": 23, "smtp": 25, "www": 80, "pop3": 110},
    "udp": {"dns": 53, "tftp": 69, "ntp": 123, "snmp": 161, "snmptrap": 162, "syslog": 514},
}
_PROTOCOLS: Final = ("ip", "icmp", "igmp", "tcp", "udp", "gre", "ospf", "ipinip")
_OPERATORS: Final = ("eq", "gt", "lt", "range")
_LAST_PORT: Final = 65535
_LAST_PROTOCOL: Final = 255


class _Words:
    """The words of a rule, taken one after another; `ValueError` says ``incomplete`` at the end."""

    def __init__(self, text: str) -> None:
        self._words = text.split()

    def __bool__(self) -> bool:
        return bool(self._words)

    def take(self) -> str:
        if not self._words:
            raise ValueError("incomplete")
        return self._words.pop(0)

    def choose(self, *choices: str) -> str:
        """Take a keyword, shortened or not."""
        word = self.take().lower()
        exact = [choice for choice in choices if choice == word]
        meant = exact or [choice for choice in choices if choice.startswith(word)]
        if len(meant) != 1:
            raise ValueError(word)
        return meant[0]


def _wildcard(words: _Words) -> str:
    """Read ``any`` (shown as nothing) or address and wildcard mask (``0`` is a host)."""
    first = words.take()
    if first.lower() == "any":
        return ""
    address = ipaddress.IPv4Address(first)
    second = words.take()
    wild = ipaddress.IPv4Address(0 if second == "0" else second)
    return f"{ipaddress.IPv4Address(int(address) & ~int(wild))} {'0' if int(wild) == 0 else wild}"


def _number(words: _Words, names: dict[str, int]) -> int:
    word = words.take().lower()
    number = names[word] if word in names else int(word)
    if not 0 <= number <= _LAST_PORT:
        raise ValueError(word)
    return number


def _ports(words: _Words, protocol: str) -> str:
    names = _NAMES[protocol]
    operator = words.choose(*_OPERATORS)
    if operator == "range":
        return f"range {_number(words, names)} {_number(words, names)}"
    number = _number(words, names)
    shown = next((name for name, value in names.items() if value == number), str(number))
    return f"{operator} {shown if operator == 'eq' else number}"


def _protocol(words: _Words) -> str:
    word = words.take().lower()
    if word.isdecimal() and int(word) <= _LAST_PROTOCOL:
        return {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp"}.get(int(word), word)
    if word not in _PROTOCOLS:
        raise ValueError(word)
    return word


def normal_rule(text: str, *, advanced: bool) -> str:
    """Return a rule as ``display acl`` shows it, without number; raise `ValueError` when it is none.

    >>> normal_rule("permit tcp destination-port eq 80 source any destination 10.0.0.9 0.0.0.0", advanced=True)
    'permit tcp destination 10.0.0.9 0 destination-port eq www'
    """
    words = _Words(text)
    action = words.choose("permit", "deny")
    protocol = _protocol(words) if advanced else ""
    allowed = ["source", *(["destination"] if advanced else [])]
    if protocol in _NAMES:
        allowed += ["source-port", "destination-port"]
    parts: dict[str, str] = {}
    while words:
        key = words.choose(*allowed, "logging")
        if key in parts:
            raise ValueError(key)
        if key == "logging":
            parts[key] = key
        elif key.endswith("-port"):
            parts[key] = f"{key} {_ports(words, protocol)}"
        else:
            seen = _wildcard(words)
            parts[key] = f"{key} {seen}" if seen else ""
    order = ("source", "source-port", "destination", "destination-port", "logging")
    shown = [parts[key] for key in order if parts.get(key)]
    return " ".join([action, *([protocol] if protocol else []), *shown])

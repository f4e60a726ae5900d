"""Secrets in device text: one rule for backups, reports, evidence and the NAPALM drivers.

A secret becomes one fixed mark, whatever it was and however it is encrypted, so that masked text still reads and two
texts that differ in a secret alone are the same.
"""

from __future__ import annotations

import re

MASK = "********"
"""Stands for a secret; the mark that BOSS itself prints (published running configuration of a 4550T, sw 5.7.1)."""

_WORDS = r"\w*community6?|createUser|password|passwd|secret|cipher|irreversible-cipher|passphrase|key"
_SECRET = re.compile(rf"(?im)^(?!# .*CONFIGURATION$)(.*?\b(?:{_WORDS})\b[ \t]+)(\S.*)$")
# Users of SNMPv3, in the words of all four families: what stands behind the name of an algorithm is a password.
_USER_LINE = re.compile(r"(?im)^.*\b(?:usm|usm-user|snmp-server user|snmp-v3)\b.*$")
_USER_WORDS = re.compile(r"(?i)\b(md5|sha(?:-?\d+)?|3?des\w*|aes\w*|auth|priv)([ \t]+)(?!\b(?:auth|priv)\b)(\S+)")
_PEM = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)\n.*?(-----END [A-Z ]*PRIVATE KEY-----)", re.DOTALL)
# What a message quotes from a device: between quotes, or as the proof names a line that nobody understood.
_QUOTED = re.compile(r"([`'\"])(.+?)(\1)|(line \d+: )(.+?)( is not understood)", re.DOTALL)


def masked(text: str) -> str:
    """Return device text in which every secret is `MASK`."""
    text = _PEM.sub(rf"\1\n{MASK}\n\2", text)
    text = _USER_LINE.sub(lambda line: _USER_WORDS.sub(rf"\1\2{MASK}", line[0]), text)
    return _SECRET.sub(rf"\1{MASK}", text)


def masked_prose(text: str) -> str:
    """Return a message with the secrets masked that it quotes from a device; its own words stay."""
    return _QUOTED.sub(_mask_quoted, text)


def _mask_quoted(found: re.Match[str]) -> str:
    before, quoted, after = (part for part in found.groups() if part is not None)
    return f"{before}{masked(quoted)}{after}"

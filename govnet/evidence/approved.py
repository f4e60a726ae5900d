"""The register of what may be seen in two planes: a device that was moved from one to the other, under a change.

::

    - {mac: "00:1a:64:00:00:07", from: n, to: w, change: 2026-017}
    - {hash: "sn~5d0c...", from: n, to: w, change: 2026-018}

Who keeps the register writes the address or serial number; who joins hashes it with the salt. Or the hash is copied
from a finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from govnet.audit.tables import Move
from govnet.errors import InputError, Problem
from govnet.evidence.pseudonyms import is_mac
from govnet.network.model import Plane

if TYPE_CHECKING:
    from govnet.evidence.pseudonyms import Salt

_KEYS = frozenset({"from", "to", "change"})
_WHAT = frozenset({"mac", "serial", "hash"})


def read_moves(text: str, salt: Salt | None, file: str) -> tuple[Move, ...]:
    """Return the register in a YAML text.

    Raises:
        InputError: it is none; an address in the clear needs the salt.
    """
    try:
        entries = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise InputError([Problem(file, 0, f"is no YAML ({error})", "Mend it")]) from error
    if not isinstance(entries, list):
        raise InputError([Problem(file, 0, "is no list of moves", "Begin each move with '- '")])
    problems, moves = [], []
    for number, entry in enumerate(entries, 1):
        if cause := _wrong(entry, salt):
            problems.append(Problem(file, 0, f"move {number} {cause}", "Write mac, serial or hash; from; to; change"))
        else:
            moves.append(_move(entry, salt))
    if problems:
        raise InputError(problems)
    return tuple(moves)


def _wrong(entry: object, salt: Salt | None) -> str:
    if not isinstance(entry, dict) or entry.keys() - _WHAT != _KEYS or len(entry.keys() & _WHAT) != 1:
        return "has not the fields of one"
    if {str(entry["from"]), str(entry["to"])} - set(Plane) or entry["from"] == entry["to"]:
        return f"is from {entry['from']!r} to {entry['to']!r}, which are no two planes"
    if not str(entry["change"] or "").strip():
        return "names no change that allowed it"
    if "mac" in entry and not is_mac(str(entry["mac"])):
        return f"names {entry['mac']!r}, which is no MAC address"
    return "names hardware in the clear: give the --salt of the bundles" if salt is None and "hash" not in entry else ""


def _move(entry: dict[str, object], salt: Salt | None) -> Move:
    if salt is None or "hash" in entry:
        identity = str(entry["hash"])
    else:
        identity = salt.mac(str(entry["mac"])) if "mac" in entry else salt.serial(str(entry["serial"]))
    return Move(identity, Plane(str(entry["from"])), Plane(str(entry["to"])), str(entry["change"]))

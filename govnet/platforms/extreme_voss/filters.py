"""Packet filters: numbered lists (ACL) of numbered entries (ACE), each enabled one by one.

An ACL has a number, a type that says where it can be bound, and one default action for all places. Its name here is
its number, with the type behind it where that is not ``inPort``: ``1``, ``2:inVlan``, ``3:outPort``. Entries decide in
the order of their numbers; those that govnet makes are numbered from 1.

Sources: published VSP filters that shut in guests and drop foreign spanning tree; Extreme's test framework.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.filtering import Verdict
from govnet.errors import RefusedError

if TYPE_CHECKING:
    from govnet.config.filtering import Filter

PROTOCOLS = ("tcp", "udp", "icmp")
TYPES = ("inPort", "inVlan", "outPort")
LAST_ENTRY = 1999
PORT_WORDS = {"dns": 53, "bootpserver": 67, "bootpclient": 68}
"""Words for ports that the published filters use, in lower case."""

_NAME = re.compile(r"(\d+)(?::(inVlan|outPort))?")


def acl_name(number: int, kind: str) -> str:
    """Name an ACL so that its number and type follow from the name."""
    return str(number) if kind == TYPES[0] else f"{number}:{kind}"


def identity(name: str) -> tuple[int, str]:
    """Return the number and type in an ACL's name.

    Raises:
        RefusedError: the name is none of a VSP's.
    """
    match = _NAME.fullmatch(name)
    if match is None or not int(match[1]):
        raise RefusedError(
            f"packet filter {name!r}: a VSP knows ACLs by number and type; call it 1 (what enters a port), 2:inVlan "
            "or 3:outPort"
        )
    return int(match[1]), match[2] or TYPES[0]


def spelt(line: Filter) -> dict[str, object]:
    """Return what the template needs to say one entry.

    Raises:
        RefusedError: one entry cannot say this line; see `faults`.
    """
    if found := faults(line):
        raise RefusedError("; ".join(found))
    return {
        "name": line.comment,
        "deny": line.verdict is Verdict.DENY,
        "source": line.sources[0] if line.sources else None,
        "destination": line.destinations[0] if line.destinations else None,
        "protocol": "" if line.protocol == "any" else line.protocol,
        "source_port": line.source_ports[0][0] if line.source_ports else None,
        "port": line.ports[0][0] if line.ports else None,
    }


def faults(line: Filter) -> list[str]:
    """Name what one entry cannot say of ``line``; empty when it can say it all."""
    found = []
    for what, networks in (("source", line.sources), ("destination", line.destinations)):
        if len(networks) > 1:
            found.append(f"it has {len(networks)} {what} networks, an entry has one")
        found += [f"its {what} names every address; leave it empty" for network in networks if not network.prefixlen]
    for what, ports in (("source", line.source_ports), ("destination", line.ports)):
        if ports and (len(ports) > 1 or ports[0][0] != ports[0][1]):
            found.append(f"{what} ports {list(ports)} are more than one port, and no source shows how to say a range")
        if ports and line.protocol not in {"tcp", "udp"}:
            found.append(f"{what} ports need protocol tcp or udp")
    if line.protocol not in {*PROTOCOLS, "any"}:
        found.append(f"protocol {line.protocol} has no word that a source confirms")
    if line.established or line.log:
        found.append("it asks for session state or logging")
    if line.incoming or line.outgoing:
        found.append("it names interfaces; an ACL is bound to ports or VLANs instead")
    return found


def port_number(word: str) -> int:
    """Return the port of ``53`` or ``dns``.

    Raises:
        ValueError: a word that is not known, or no port.
    """
    number = PORT_WORDS[word.lower()] if word.lower() in PORT_WORDS else int(word)
    if not 0 <= number < 1 << 16:
        raise ValueError(f"{word}: no port")
    return number

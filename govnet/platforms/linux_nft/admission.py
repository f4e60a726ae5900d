"""Who may manage a Linux host: what govnet's own input chain lets in, and from which networks."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from govnet.config.reading import Line
    from govnet.platforms.linux_nft.syntax import Statement, Table

MANAGEMENT: Final = "management"
_INPUT_RULES: Final = frozenset(
    {
        "ct state established , related accept",
        'iifname "lo" accept',
        "ct state invalid counter drop",
        "tcp dport 22 jump management",
        "udp dport 161 jump management",
        "meta l4proto icmp jump management",
        'counter log prefix "govnet input: " comment "default deny"',
    }
)


class Admission(NamedTuple):
    """The networks that may manage, how many lines said so, and the lines that say something else."""

    networks: frozenset[IPv4Network]
    read_lines: int
    unread: list[Line]


def admission(table: Table) -> Admission:
    """Return what the chains ``input`` and ``management`` of govnet's table say.

    Raises:
        KeyError: the table has no chain ``input``.
    """
    chain, listed = table.chains["input"], table.chains.get(MANAGEMENT)
    lines, unread = 0, []
    if chain.hook_line is not None and chain.policy == "drop":
        lines += 1
    elif chain.hook_line is not None:  # whoever no rule names may manage: the list is not all
        unread.append(chain.hook_line)
    for rule in chain.rules:
        if " ".join(map(str, rule)) in _INPUT_RULES:
            lines += 1
        else:
            unread.append(rule[0].line)
    found = set()
    for rule in listed.rules if listed else ():
        network = _admitted(rule)
        if network is None:
            unread.append(rule[0].line)
        else:
            found.add(network)
            lines += 1
    return Admission(frozenset(found), lines, unread)


def _admitted(rule: Statement) -> IPv4Network | None:
    """Return the network of a rule as govnet writes it, or None for any other."""
    words = [token.text for token in rule]
    if words[:2] != ["ip", "saddr"] or words[3:] != ["accept", "comment", MANAGEMENT]:
        return None
    try:
        return IPv4Network(words[2])
    except ValueError:
        return None

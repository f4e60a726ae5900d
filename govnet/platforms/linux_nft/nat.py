"""Address translation as nft lists it: chains of type nat on the prerouting and postrouting hooks.

govnet sets up no translation and takes none away, so its lines stay unread; what they do is told beside them, because
a proof must know. Chains that say anything else are left to the reader of unread lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from govnet.config.filtering import Filter, Nat, NatKind, Verdict
from govnet.platforms.linux_nft.rules import Rule, RuleParser, UnmodelledError

if TYPE_CHECKING:
    from govnet.config.reading import Line
    from govnet.platforms.linux_nft.syntax import Statement, Table, Token

# What nft 1.0.6 lists after `type nat hook`: destinations are translated before routing, sources after it.
_KINDS: Final = {"prerouting": NatKind.DESTINATION, "postrouting": NatKind.SOURCE}
_WORDS: Final = {
    "dnat": NatKind.DESTINATION,
    "redirect": NatKind.DESTINATION,
    "snat": NatKind.SOURCE,
    "masquerade": NatKind.SOURCE,
}


@dataclass(slots=True)
class Translations:
    """What chains of a table translate, each with its line; ``settled`` are chains of which nothing else is unread."""

    lines: list[tuple[Nat, Line]] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)


def translations(table: Table) -> Translations:
    """Return the translations of a table, chain by chain."""
    found, parser = Translations(), _NatParser(table.sets)
    for name, chain in table.chains.items():
        kind = _KINDS.get(chain.hook) if chain.type == "nat" else None
        lines = [_translation(parser, rule, kind) for rule in chain.rules] if kind else []
        found.lines += [(nat, rule[0].line) for nat, rule in zip(lines, chain.rules, strict=False) if nat]
        if kind and all(lines) and chain.policy == "accept":
            found.settled.add(name)
    return found


def _translation(parser: RuleParser, statement: Statement, kind: NatKind) -> Nat | None:
    """Return a rule as a translation; None when it is anything else or narrower than one can say."""
    try:
        rule = parser.parse(statement)
    except UnmodelledError:
        return None
    new = not rule.states or "new" in rule.states
    if _WORDS.get(rule.verdict) is not kind or rule.narrowed or not new:
        return None
    address, _, port = rule.target.partition(":")
    try:
        return Nat(kind, _match(rule), IPv4Address(address) if address else None, int(port) if port else None)
    except ValueError:
        return None  # a range of addresses or ports, or a map


def _match(rule: Rule) -> Filter:
    return Filter(
        Verdict.PERMIT,
        rule.protocol,
        rule.networks.get("saddr", ()),
        rule.networks.get("daddr", ()),
        rule.ports.get("sport", ()),
        rule.ports.get("dport", ()),
        comment=rule.comment,
        incoming=rule.incoming.names if rule.incoming else (),
        outgoing=rule.outgoing.names if rule.outgoing else (),
    )


class _NatParser(RuleParser):
    """Knows the statements that translate; ``Rule.target`` is the new address, the new port or both."""

    def _action(self, rule: Rule, word: str, rest: list[Token]) -> None:
        if word not in _WORDS:
            super()._action(rule, word, rest)
            return
        rule.verdict = word
        if rest and rest[0].text == "ip":
            del rest[0]
        if rest and rest[0].text == "to":
            del rest[0]
            rule.target = rest.pop(0).text

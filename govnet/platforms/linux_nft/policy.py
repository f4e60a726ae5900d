"""From tables to a `Firewall`: which chain filters forwarded packets, which chains belong to which pair of zones.

govnet's own table is ``inet govnet``. A host that has no such forward chain but exactly one other is read by that
one, so that a firewall somebody else set up can be audited; more than one, and all but govnet's stay unread.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from govnet.config import reading
from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.platforms.linux_nft.admission import MANAGEMENT, admission
from govnet.platforms.linux_nft.nat import translations
from govnet.platforms.linux_nft.rules import Names, Rule, RuleParser, UnmodelledError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network

    from govnet.config.filtering import Nat
    from govnet.config.reading import Line
    from govnet.platforms.linux_nft.syntax import Chain, Ruleset, Statement, Table

FAMILY: Final = "inet"
OWN_TABLE: Final = "govnet"
ZONE_PREFIX: Final = "z_"
_DEPTH: Final = 8

Placed = tuple[Filter, "Line"]


@dataclass(slots=True)
class Policy:
    """What the ruleset says. ``sources`` of management are empty when the input chain is not govnet's."""

    firewall: Firewall | None = None
    management: frozenset[IPv4Network] = frozenset()
    read_lines: int = 0
    unread: list[Line] = field(default_factory=list)
    elements: dict[str, Line] = field(default_factory=dict)
    nat: tuple[Nat, ...] = ()


def policy_of(ruleset: Ruleset) -> Policy:
    """Return the zone policy of a ruleset, and the lines that are not part of it."""
    policy = Policy(unread=list(ruleset.odd))
    chosen = _chosen(ruleset)
    for table in ruleset.tables:
        policy.unread += table.odd
        own = (table.family, table.name) == (FAMILY, OWN_TABLE)
        if table is chosen:
            _Forward(table, policy).read()
        if own and "input" in table.chains:
            admitted = admission(table)
            policy.management = admitted.networks
            policy.read_lines += admitted.read_lines
            policy.unread += admitted.unread
        if table is not chosen:
            _foreign(table, policy, own=own)
    placed = [found for table in ruleset.tables for found in translations(table).lines]
    policy.nat = tuple(nat for nat, _ in placed)
    policy.elements |= {reading.nat(index): line for index, (_, line) in enumerate(placed)}
    policy.unread.sort()
    return policy


def _chosen(ruleset: Ruleset) -> Table | None:
    """Return the table whose forward chain is the policy."""
    forwarding = [table for table in ruleset.tables if any(chain.hook == "forward" for chain in table.chains.values())]
    own = [table for table in forwarding if (table.family, table.name) == (FAMILY, OWN_TABLE)]
    return own[0] if own else forwarding[0] if len(forwarding) == 1 else None


def _foreign(table: Table, policy: Policy, *, own: bool) -> None:
    """Keep a table that is somebody else's: its sets, hooks and rules are not modelled.

    Of govnet's own table, where it filters nothing, only other hooks do something.
    """
    settled = translations(table).settled
    for name, chain in table.chains.items():
        if own and (name == "input" or not chain.hook):
            continue
        policy.read_lines += name in settled
        policy.unread += [line for line in (chain.hook_line,) if line and name not in settled]
        policy.unread += [rule[0].line for rule in chain.rules]
    policy.unread += [named.line for named in table.sets.values() if not own]


class _Forward:
    """Walks the forward chain of one table."""

    def __init__(self, table: Table, policy: Policy) -> None:
        self.table, self.policy = table, policy
        self.parser = RuleParser(table.sets)
        self.zones: dict[str, frozenset[str]] = {}
        self.pairs: dict[tuple[str, str], list[Placed]] = {}
        self.prelude: list[Placed] = []
        self.late: list[Placed] = []
        self.seen: set[str] = set()

    def read(self) -> None:
        """Fill the policy from the table."""
        for name, named in self.table.sets.items():
            self.policy.read_lines += 1
            self.policy.unread += named.odd
            self.policy.unread += [part[1].line for part in named.elements if name.startswith(ZONE_PREFIX) and part[1:]]
            if name.startswith(ZONE_PREFIX):
                self._zone(Names((), name))
                for interface in self.zones.get(name.removeprefix(ZONE_PREFIX), ()):
                    self.policy.elements[reading.zone_interface(name.removeprefix(ZONE_PREFIX), interface)] = named.line
        for name, chain in self.table.chains.items():
            if chain.hook == "forward":
                self._base(name, chain)
            elif chain.hook and not (self.table.name == OWN_TABLE and name == "input"):
                self._other_hook(name, chain)
        self._unused_chains()
        prelude = self.prelude + self.late
        self.policy.firewall = Firewall(
            {zone: names for zone, names in self.zones.items() if names},
            {pair: tuple(rule for rule, _ in rules) for pair, rules in self.pairs.items() if rules},
            tuple(rule for rule, _ in prelude),
        )
        for index, (_, line) in enumerate(prelude):
            self.policy.elements[reading.prelude_rule(index)] = line
        for (source, target), rules in self.pairs.items():
            for index, (_, line) in enumerate(rules):
                self.policy.elements[reading.firewall_rule(source, target, index)] = line

    def _other_hook(self, name: str, chain: Chain) -> None:
        """Keep what a base chain on another hook does; an empty one that accepts does nothing."""
        self.seen.add(name)
        lines = [rule[0].line for rule in chain.rules]
        if name in translations(self.table).settled:
            self.policy.read_lines += 1
        elif chain.hook_line and (lines or chain.policy != "accept"):
            lines.insert(0, chain.hook_line)
        else:
            self.policy.read_lines += 1
        self.policy.unread += lines

    def _unused_chains(self) -> None:
        """Chains that nothing jumps to have no effect; those that another hook uses are kept."""
        for name, chain in self.table.chains.items():
            if name not in self.seen and not (self.table.name == OWN_TABLE and name in {"input", MANAGEMENT}):
                self.policy.unread += [rule[0].line for rule in chain.rules]

    def _base(self, name: str, chain: Chain) -> None:
        """Read a base chain. One that accepts at its end lets everything through that the zone rules do not name."""
        self.seen.add(name)
        self._forward(chain, _DEPTH)
        if chain.hook_line is None:
            return
        if chain.policy == "accept" and not self._closed(chain):
            self.late.append((Filter(Verdict.PERMIT), chain.hook_line))
            self.policy.unread.append(chain.hook_line)
        else:
            self.policy.read_lines += 1

    def _closed(self, chain: Chain) -> bool:
        """True when the last rule drops whatever got there."""
        rules = [self._rule(statement, count=False) for statement in chain.rules[-1:]]
        return any(rule is not None and _catches_all(rule) for rule in rules)

    def _rule(self, statement: Statement, *, count: bool = True) -> Rule | None:
        """Take a rule apart; None when it is not modelled, and then it is kept."""
        try:
            rule = self.parser.parse(statement)
        except UnmodelledError:
            if count:
                self.policy.unread.append(statement[0].line)
            return None
        self.policy.read_lines += count
        return rule

    def _forward(self, chain: Chain, depth: int) -> None:
        for statement in chain.rules:
            rule = self._rule(statement)
            if rule is None:
                continue
            if rule.vmap is not None:
                for incoming, outgoing, verdict, target in rule.vmap:
                    self._pair(replace(rule, vmap=None, verdict=verdict, target=target), incoming, outgoing)
            elif rule.verdict in {"jump", "goto"}:
                self._jump(rule, depth)
            else:
                self._verdict(rule)

    def _jump(self, rule: Rule, depth: int) -> None:
        target = self.table.chains.get(rule.target)
        if rule.incoming and rule.outgoing and not rule.matches_traffic:
            self._pair(rule, rule.incoming, rule.outgoing)
        elif target is not None and depth and not (rule.incoming or rule.outgoing or rule.matches_traffic):
            self.seen.add(rule.target)
            self._forward(target, depth - 1)
        else:
            self._keep(rule.line)

    def _keep(self, line: Line) -> None:
        self.policy.read_lines -= 1
        self.policy.unread.append(line)

    def _verdict(self, rule: Rule) -> None:
        """Place a rule of the forward chain itself: the frame of a stateful policy, or a person's rule."""
        open_sessions = bool(rule.states) and rule.states <= {"established", "related"}
        if open_sessions and rule.verdict == "accept" and not (rule.networks or rule.ports or rule.incoming):
            return
        try:
            found = rule.as_filter()
        except UnmodelledError:
            self._keep(rule.line)
            return
        if found is None or rule.verdict == "return":
            return
        if not self.pairs:
            self.prelude.append((found, rule.line))
        elif found.verdict is Verdict.PERMIT:
            self.late.append((found, rule.line))

    def _pair(self, rule: Rule, incoming: Names, outgoing: Names) -> None:
        source, target = self._zone(incoming), self._zone(outgoing)
        placed = self.pairs.setdefault((source, target), [])
        limits = self._limit(source, incoming), self._limit(target, outgoing)
        for found, line in self._filters(rule, _DEPTH):
            both = found.incoming or limits[0], found.outgoing or limits[1]
            placed.append((replace(found, incoming=both[0], outgoing=both[1]), line))

    def _limit(self, zone: str, names: Names) -> tuple[str, ...]:
        return () if names.set or frozenset(names.names) == self.zones[zone] else names.names

    def _zone(self, names: Names) -> str:
        """Return the zone that these interfaces make or belong to; note its interfaces."""
        if names.set:
            zone = names.set.removeprefix(ZONE_PREFIX)
            elements = self.table.sets[names.set].elements
            self.zones.setdefault(zone, frozenset(element[0].text for element in elements))
            return zone
        wanted = frozenset(names.names)
        zone = next((zone for zone, held in self.zones.items() if wanted <= held), "+".join(names.names))
        self.zones.setdefault(zone, wanted)
        return zone

    def _filters(self, rule: Rule, depth: int) -> Iterator[Placed]:
        """Yield what a dispatching rule leads to: its own verdict, or the rules of the chain it jumps to."""
        if rule.verdict in {"accept", "drop"}:
            yield Filter(Verdict.PERMIT if rule.verdict == "accept" else Verdict.DENY), rule.line
            return
        chain = self.table.chains.get(rule.target)
        if chain is None or not depth:
            return
        first_time = rule.target not in self.seen
        self.seen.add(rule.target)
        for statement in chain.rules:
            inner = self._rule(statement, count=first_time)
            if inner is not None:
                yield from self._inner(inner, depth)

    def _inner(self, rule: Rule, depth: int) -> Iterator[Placed]:
        if rule.verdict in {"jump", "goto"}:
            if rule.incoming or rule.outgoing or rule.matches_traffic:
                self._keep(rule.line)
            else:
                yield from self._filters(rule, depth - 1)
            return
        try:
            found = rule.as_filter()
        except UnmodelledError:
            self._keep(rule.line)
            return
        if found is not None:
            yield found, rule.line


def _catches_all(rule: Rule) -> bool:
    return rule.verdict in {"drop", "reject"} and not (rule.matches_traffic or rule.incoming or rule.outgoing)

"""The rule table as a zone policy: one ordered list becomes a list for each pair of zones, in the same order."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, TypeVar

from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.reading import Line, firewall_rule, prelude_rule
from govnet.platforms.manual import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from govnet.platforms.manual.evidence import Complaints, Evidence
    from govnet.platforms.manual.tables import Row

T = TypeVar("T")
UNZONED = ""
"""How the pairs of a policy call the interfaces that are in no zone."""
_NEXT = "Mend the row; leave a cell empty where everything is meant"
_STATES = {"": False, "any": False, "established": True}


@dataclass(slots=True)
class Policy:
    """A zone policy in the making.

    Attributes:
        names: every zone, and `UNZONED` when some interface is in none.
        front: rules from any zone to any zone before all others.
        pairs: the others, by pair of zones.
        sources: element -> line of the file.
        unread: what a row says that the model does not hold.
    """

    names: tuple[str, ...]
    front: list[Filter] = field(default_factory=list)
    pairs: dict[tuple[str, str], list[Filter]] = field(default_factory=dict)
    sources: dict[str, Line] = field(default_factory=dict)
    unread: list[Line] = field(default_factory=list)

    def add(self, rule: Filter, ends: tuple[str, str], line: Line) -> None:
        """Put a rule behind all that were added before it."""
        if ends == (cells.ANY, cells.ANY) and not self.pairs:
            self.sources[prelude_rule(len(self.front))] = line
            self.front.append(rule)
            return
        if rule.incoming or rule.outgoing:
            text = "policy: interfaces limit this rule, which is understood in front of all zone rules only"
            self.unread.append(Line(line.number, f"{text}: {line.text.strip()}"))
        starts, targets = (self.names if end == cells.ANY else (end,) for end in ends)
        for source, target in product(starts, targets):
            rules = self.pairs.setdefault((source, target), [])
            self.sources[firewall_rule(source, target, len(rules))] = line
            rules.append(rule)


def read_rules(
    rows: Iterable[Row],
    zones: Mapping[str, frozenset[str]],
    known: Iterable[str],
    evidence: Evidence,
    wrong: Complaints,
) -> tuple[Firewall, Policy]:
    """Return the policy that the rows and the default action make; ``known`` are all interfaces."""
    read = [(row, _ends(row, wrong), read_rule(row, wrong)) for row in rows]
    named = {end for _, ends, _ in read for end in ends if end not in {"", cells.ANY}}
    free = set(known) - {name for names in zones.values() for name in names}
    policy = Policy(tuple(sorted(named | zones.keys() | ({UNZONED} if free else set()))))
    for row, ends, rule in read:
        policy.add(rule, ends, row.line)
    if evidence.default is Verdict.PERMIT:
        rest = Filter(Verdict.PERMIT, comment="default action")
        policy.add(rest, (cells.ANY, cells.ANY), evidence.default_line)
    pairs = {pair: tuple(rules) for pair, rules in policy.pairs.items()}
    return Firewall(zones, pairs, tuple(policy.front)), policy


def _ends(row: Row, wrong: Complaints) -> tuple[str, str]:
    ends = row["zone_from"], row["zone_to"]
    if not all(ends):
        wrong.add(row.line.number, "the rule does not name both its zones", "Name them, or write `any`")
    source, target = (cells.ANY if end.lower() == cells.ANY else end for end in ends)
    return source, target


def read_rule(row: Row, wrong: Complaints) -> Filter:
    """Return a row as a filter; what makes no sense goes to ``wrong``."""

    def cell(column: str, read: Callable[[str], T], instead: T) -> T:
        try:
            return read(row[column])
        except ValueError as error:
            wrong.add(row.line.number, f"{column}: {error}", _NEXT)
            return instead

    rule = Filter(
        cell("action", cells.verdict, Verdict.DENY),
        cell("protocol", cells.protocol, cells.ANY),
        cell("source", cells.networks, ()),
        cell("destination", cells.networks, ()),
        cell("source_ports", cells.ranges, ()),
        cell("ports", cells.ranges, ()),
        established=cell("state", _state, instead=False),
        log=cell("log", cells.yes, instead=False),
        comment=row["comment"],
        incoming=tuple(cells.items(row["interface_in"])),
        outgoing=tuple(cells.items(row["interface_out"])),
    )
    if (rule.ports or rule.source_ports) and rule.protocol not in cells.WITH_PORTS:
        cause = f"protocol {rule.protocol} has no ports"
        wrong.add(row.line.number, cause, "Write tcp or udp, each in a row of its own, or take the ports away")
    return rule


def _state(text: str) -> bool:
    if text.lower() not in _STATES:
        raise ValueError(f"{text!r} is neither empty nor `established`")
    return _STATES[text.lower()]

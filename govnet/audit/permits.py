"""What rule lists decide, as packet sets: the view of the rules that judge access control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.config.filtering import Verdict
from govnet.isolation.filters import matched
from govnet.isolation.packets import PacketSet
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Reference
    from govnet.config.filtering import Filter
    from govnet.config.reading import Line, Reading


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One line of a rule list that is at work on a device.

    ``source`` and ``target`` are the zones of a firewall's pair; both are empty for an ACL and for the prelude.
    ``chain`` and ``index`` say which line it is, ``line`` the running text behind it, if known.
    """

    device: str
    chain: str
    index: int
    filter: Filter
    source: str = ""
    target: str = ""
    line: Line | None = None

    def __str__(self) -> str:
        """Return ``fw01 prv>jh rule 2``, counted from 1."""
        return f"{self.device} {self.chain} rule {self.index + 1}"

    def seen(self, evidence: Evidence) -> Reference:
        """Return the reference to the line."""
        return evidence.running(self.device, self.line)


def chains(device: str, reading: Reading) -> Iterator[tuple[str, list[RuleLine], Verdict]]:
    """Yield (name, lines in order, what becomes of the rest) of each rule list at work on a device."""
    config, sources = reading.config, reading.sources
    if config.firewall:
        for pair, rules in config.firewall.pairs.items():
            names = [element.firewall_rule(*pair, index) for index in range(len(rules))]
            chain = ">".join(pair)
            found = [RuleLine(device, chain, n, rule, *pair, sources.get(names[n])) for n, rule in enumerate(rules)]
            yield chain, found, Verdict.DENY
        prelude = [
            RuleLine(device, "prelude", n, rule, line=sources.get(element.prelude_rule(n)))
            for n, rule in enumerate(config.firewall.prelude)
        ]
        if prelude:
            yield "prelude", prelude, Verdict.DENY
    for binding in sorted(config.bindings):
        if acl := config.acls.get(binding.acl):
            lines = [
                RuleLine(device, binding.acl, n, rule, line=sources.get(element.acl_filter(binding.acl, n)))
                for n, rule in enumerate(acl.filters)
            ]
            yield binding.acl, lines, binding.default


def all_permits(evidence: Evidence) -> Iterator[RuleLine]:
    """Yield every line that permits, of every device that was read; lines of open sessions are no permits."""
    for device, reading in (evidence.readings or {}).items():
        for _, lines, _ in chains(device, reading):
            yield from (one for one in lines if one.filter.verdict is Verdict.PERMIT and not one.filter.established)


def inside(evidence: Evidence, line: RuleLine) -> bool:
    """Return whether a line is of one zone whose own segments the matrix lets meet: it permits nothing between."""
    cell = evidence.network.policy.get((line.source, line.target))
    return bool(line.source) and line.source == line.target and cell is not None and cell.action is Action.ALLOW


def covers(earlier: Filter, later: Filter) -> bool:
    """Return whether an earlier line is at work at least wherever the later one is: interfaces and session state."""
    wide = not earlier.established or later.established
    for one, two in ((earlier.incoming, later.incoming), (earlier.outgoing, later.outgoing)):
        wide = wide and (not one or (bool(two) and set(two) <= set(one)))
    return wide


def useless(lines: Sequence[RuleLine], default: Verdict) -> Iterator[tuple[RuleLine, str]]:
    """Yield (line, why) of each line that decides nothing: shadowed by those before it, or redundant.

    A line is redundant when every packet that it decides gets the same verdict without it. A final deny of everything
    is kept out of this: it says in writing what would happen anyway, and logs it.
    """
    shadowed = {index: why for index in range(len(lines)) if (why := _shadow(lines, index))}
    for index, one in enumerate(lines):
        after = [lines[other] for other in range(index + 1, len(lines)) if other not in shadowed]
        if index in shadowed:
            yield one, f"shadowed by {shadowed[index]}"
        elif _same_without(after, one, _decided(lines, index), default) and not _final_deny(lines, index):
            yield one, "redundant: the lines after it decide the same"


def _before(lines: Sequence[RuleLine], index: int) -> list[RuleLine]:
    """Return the earlier lines that are at work wherever a line is."""
    return [other for other in lines[:index] if covers(other.filter, lines[index].filter)]


def _decided(lines: Sequence[RuleLine], index: int) -> PacketSet:
    """Return the packets that come to a line and match it."""
    return matched(lines[index].filter).without(matched(other.filter) for other in _before(lines, index))


def _shadow(lines: Sequence[RuleLine], index: int) -> str:
    """Return what shadows a line; empty when some packet is left to it."""
    return "" if _decided(lines, index) else _culprit(_before(lines, index), lines[index])


def _culprit(before: Sequence[RuleLine], one: RuleLine) -> str:
    """Return the first line that shadows alone, or all that share packets with the shadowed one."""
    packets = matched(one.filter)
    if not packets:
        return "nothing: it matches no packet"
    for other in before:
        if not packets.difference(matched(other.filter)):
            return str(other)
    return ", ".join(str(other) for other in before if packets.intersection(matched(other.filter)))


def _same_without(after: Sequence[RuleLine], one: RuleLine, rest: PacketSet, default: Verdict) -> bool:
    """Return whether later lines and the default decide all of ``rest`` as the line does; in doubt they do not."""
    for other in after:
        here = matched(other.filter).intersection(rest)
        if not here:
            continue
        if other.filter.verdict is not one.filter.verdict or not covers(other.filter, one.filter):
            return False
        rest = rest.difference(here)
    return not rest or default is one.filter.verdict


def _final_deny(lines: Sequence[RuleLine], index: int) -> bool:
    last = index == len(lines) - 1
    return (
        last and lines[index].filter.verdict is Verdict.DENY and matched(lines[index].filter) == PacketSet.everything()
    )

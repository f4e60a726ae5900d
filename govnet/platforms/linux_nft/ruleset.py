"""The lines of a transaction: what turns the host's zone policy into the one that is wanted, all at once or not at all.

Zone sets, the dispatching chain and the input chain are written whole in every transaction, so it does not matter
what an earlier one, half undone, left in them. A pair's chain is touched only when the pair changes, and the forward
chain only when its prelude does: what a person added elsewhere stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from govnet.config import changes as c
from govnet.config.filtering import Firewall, Verdict
from govnet.platforms.linux_nft.rules import PROTOCOLS
from govnet.platforms.templating import say_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govnet.config.filtering import Filter
    from govnet.config.model import DeviceConfig

NAME: Final = "linux_nft"
FIREWALL_CHANGES: Final = (
    c.EnableFirewall,
    c.DisableFirewall,
    c.SetFirewallZone,
    c.SetFirewallPair,
    c.SetFirewallPrelude,
)

Pair = tuple[str, str]


def transaction(changes: Sequence[c.Change], running: DeviceConfig, final: DeviceConfig) -> list[str]:
    """Return the lines that lead from ``running`` to ``final``, given every change in between."""
    before, after = running.firewall or Firewall(), final.firewall
    pairs = _touched(changes, before, after)
    zones = {change.zone for change in changes if isinstance(change, c.SetFirewallZone)} | set(before.zones)
    rewritten = any(isinstance(change, (c.EnableFirewall, c.SetFirewallPrelude)) for change in changes)
    return _lines(final, touched=pairs, known_zones=zones, rewritten=rewritten)


def whole(final: DeviceConfig) -> list[str]:
    """Return the lines that make the policy of ``final`` on a host that has none: what is loaded at boot."""
    pairs = set(final.firewall.pairs) if final.firewall else set()
    head = ["add table inet govnet", "delete table inet govnet"]
    return head + _lines(final, touched=pairs, known_zones=set(), rewritten=True)


def _touched(changes: Sequence[c.Change], before: Firewall, after: Firewall | None) -> set[Pair]:
    named = {(change.source, change.target) for change in changes if isinstance(change, c.SetFirewallPair)}
    return named | (set(before.pairs) if after is None else set())


def _lines(final: DeviceConfig, *, touched: set[Pair], known_zones: set[str], rewritten: bool) -> list[str]:
    lines = _macro("table")
    policy = final.firewall
    if policy is None and not final.management.sources:
        return lines + _macro("no_table")
    if policy is None:
        lines += _macro("no_forward")
    else:
        lines += _macro("forward")
        if rewritten:
            lines += _macro("forward_rules", prelude=[clauses(rule) for rule in policy.prelude])
    kept = policy or Firewall()
    for pair in sorted(touched - kept.pairs.keys()):
        lines += _macro("no_pair", chain=chain_of(pair))
    lines += _zones(kept, known_zones)
    for pair in sorted(touched & kept.pairs.keys()):
        lines += _macro("pair", chain=chain_of(pair), rules=[clauses(rule) for rule in kept.pairs[pair]])
    for pair in sorted(kept.pairs):
        lines += _macro("dispatch", source=pair[0], target=pair[1], chain=chain_of(pair))
    sources = sorted(final.management.sources)
    return lines + (_macro("input", networks=[str(network) for network in sources]) if sources else _macro("no_input"))


def _zones(policy: Firewall, known: set[str]) -> list[str]:
    """Write every zone that has interfaces or is named by a pair; take the others away."""
    wanted = set(policy.zones) | {zone for pair in policy.pairs for zone in pair}
    lines: list[str] = []
    for zone in sorted(wanted):
        lines += _macro("zone", zone=zone, interfaces=sorted(policy.zones.get(zone, ())))
    for zone in sorted(known - wanted):
        lines += _macro("no_zone", zone=zone)
    return lines


def _macro(name: str, **values: Any) -> list[str]:  # noqa: ANN401 - whatever the macro takes
    return [command.text for command in say_change(NAME, name, **values)]


def chain_of(pair: Pair) -> str:
    """Return the chain that holds a pair's rules."""
    return "_".join(pair)


def clauses(rule: Filter) -> dict[str, str]:
    """Return the parts of a rule for the template, in nft's words; absent parts are empty."""
    return {
        "incoming": _names(rule.incoming),
        "outgoing": _names(rule.outgoing),
        "saddr": _set(map(str, rule.sources)),
        "daddr": _set(map(str, rule.destinations)),
        "l4proto": "" if rule.protocol == "any" or rule.ports or rule.source_ports else rule.protocol,
        "protocol": rule.protocol,
        "sport": _set(_range(*pair) for pair in rule.source_ports),
        "dport": _set(_range(*pair) for pair in rule.ports),
        "established": "ct state established,related" if rule.established else "",
        "log": 'log prefix "govnet: "' if rule.log else "",
        "verdict": "accept" if rule.verdict is Verdict.PERMIT else "drop",
        "comment": rule.comment,
    }


def _names(names: Iterable[str]) -> str:
    return _set(f'"{name}"' for name in names)


def _set(values: Iterable[str]) -> str:
    found = list(values)
    return found[0] if len(found) == 1 else "{ " + ", ".join(found) + " }" if found else ""


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def protocol_known(text: str) -> bool:
    """True for a protocol that is written as nft reads it back: a name of three, or a number of no such name."""
    named = {"tcp", "udp", "icmp"}
    if text in named | {"any"}:
        return True
    limit = 255
    return (
        text.isdigit()
        and str(int(text)) == text
        and int(text) <= limit
        and int(text) not in {PROTOCOLS[name] for name in named}
    )

"""Which lines decide on the packets of one zone to another: every rule, list line and default on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.config.filtering import Verdict
from govnet.isolation.filters import matched_opening
from govnet.isolation.routed import rule_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.filtering import AclBinding
    from govnet.config.reading import Line
    from govnet.isolation.fabric import Fabric
    from govnet.isolation.packets import PacketSet
    from govnet.isolation.routers import Router, Treatment
    from govnet.isolation.surroundings import Entrance


@dataclass(frozen=True, slots=True)
class Decision:
    """A line that decides on some of the packets between two zones.

    Attributes:
        device: where.
        permits: it lets them on; otherwise it stops them.
        words: the line in words, or the default.
        line: as the device says it; None for a default.
        packets: those that it decides on.
    """

    device: str
    permits: bool
    words: str
    line: Line | None
    packets: PacketSet


def decisions(fabric: Fabric, source: str, target: str) -> Iterator[Decision]:
    """Yield what decides on packets of zone ``source`` that are meant for zone ``target``, router by router.

    Raises:
        KeyError: the network has no such zone.
    """
    space = fabric.ground.spaces[target]
    for entrance, packets in fabric.spread(source).flow.seen.items():
        towards = packets.towards(space)
        if towards:
            yield from _at(fabric, entrance, towards)


def _at(fabric: Fabric, entrance: Entrance, packets: PacketSet) -> Iterator[Decision]:
    router, treatment = fabric.hostile.routers[entrance.device], entrance.treatment
    inside = packets
    for binding in treatment.acls if treatment else ():
        yield from _by_list(fabric, router, binding, inside)
    inside = router.incoming(treatment, inside, established=False)
    for leave, _, towards, _ in router.ways(treatment, inside, established=False):
        yield from _by_rules(fabric, router, treatment, leave, towards)
        passed = towards.intersection(router.zone_policy(treatment, leave))
        for binding in leave.acls:
            yield from _by_list(fabric, router, binding, passed)


def _by_list(fabric: Fabric, router: Router, binding: AclBinding, packets: PacketSet) -> Iterator[Decision]:
    acl = router.config.acls.get(binding.acl)
    sources = fabric.readings[router.device].sources
    rest = packets
    for index, rule in enumerate(acl.filters if acl else ()):
        here = rest.intersection(matched_opening(rule))
        rest = rest.difference(here)
        if here:
            permits = rule.verdict is Verdict.PERMIT
            words = f"ACL {binding.acl} line {index + 1} on {binding.target} {'permits' if permits else 'denies'}"
            yield Decision(router.device, permits, words, sources.get(element.acl_filter(binding.acl, index)), here)
    if rest and acl:
        permits = binding.default is Verdict.PERMIT
        words = f"ACL {binding.acl} on {binding.target} {'permits' if permits else 'denies'} what it does not name"
        yield Decision(router.device, permits, words, None, rest)


def _by_rules(
    fabric: Fabric, router: Router, treatment: Treatment | None, leave: Treatment, packets: PacketSet
) -> Iterator[Decision]:
    sources = fabric.readings[router.device].sources
    for chain in router.chains(treatment, leave) if treatment else ():
        rest = packets
        for key, rule in zip(chain.keys, chain.lines, strict=True):
            here = rest.intersection(matched_opening(rule))
            rest = rest.difference(here)
            if here:
                permits = rule.verdict is Verdict.PERMIT
                line, words = rule_words(sources, key, rule, "permits" if permits else "denies")
                yield Decision(router.device, permits, words, line, here)
        if rest:
            zones = f"from {'/'.join(treatment.zones) or 'no zone'}" if treatment else ""
            words = f"no rule {zones} to {'/'.join(leave.zones) or 'no zone'} names it: denied and logged"
            yield Decision(router.device, permits=False, words=words, line=None, packets=rest)

"""The information systems: is each carried, isolated, monitored, and what shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.isolation.proof import PairResult
from govnet.network.figures import askable
from govnet.network.permitted import Action
from govnet.network.served import PLANNED
from govnet.report.tone import Tone
from govnet.report.words import Text, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govnet.isolation.proof import PairVerdict
    from govnet.network.model import Network
    from govnet.network.served import System
    from govnet.report.run import Run

_OPEN = frozenset({Action.ALLOW, Action.FIREWALL})
_NAMED = 3
_SERVERS = 10
"""Names of pairs, and of servers, that a cell shows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no or unknown to one question about a system, and what shows it."""

    tone: Tone
    word: str
    why: Text


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One information system.

    Attributes:
        carried: its users reach it.
        isolated: nobody else does.
        monitored: something asks it whether it answers.
    """

    slug: str
    title: str
    title_en: str
    zone: str
    owner: str
    state: str
    exemption: str
    servers: tuple[str, ...]
    clients: tuple[str, ...]
    traffic: str
    availability: str
    carried: Answer
    isolated: Answer
    monitored: Answer


def systems(run: Run) -> tuple[SystemRow, ...]:
    """Return a row for each system of the network, in the inventory's order, judged by the run's last proof."""
    proof = run.after or run.predicted or run.before
    pairs = {(pair.source, pair.target): pair for pair in proof.pairs} if proof else {}
    return tuple(_row(run.network, system, pairs) for system in run.network.systems.values())


def _row(network: Network, system: System, pairs: Mapping[tuple[str, str], PairVerdict]) -> SystemRow:
    return SystemRow(
        slug=system.slug,
        title=system.title,
        title_en=system.title_en,
        zone=system.zone,
        owner=system.owner,
        state=system.state,
        exemption=system.exemption,
        servers=system.servers,
        clients=system.clients,
        traffic=system.traffic_class,
        availability=system.availability,
        carried=_carried(network, system, pairs),
        isolated=_isolated(network, system, pairs),
        monitored=_monitored(network, system),
    )


def _carried(network: Network, system: System, pairs: Mapping[tuple[str, str], PairVerdict]) -> Answer:
    """Ask of each zone of users: does the policy let it open sessions, and do all that it lets get through?

    Where the policy keeps a zone's own segments apart, users of a server in it are those on the server's segment.
    """
    cells = network.policy
    asked = [(zone, system.zone) for zone in system.clients]
    if not asked or system.state == PLANNED:
        return Answer(Tone.UNKNOWN, "unknown", say("nothing of it runs yet" if asked else "no users are written"))
    plugged = {a.zone for a in network.attachments} | {upstream.zone for upstream in network.upstreams}
    if not plugged & {*system.clients}:
        return Answer(Tone.UNKNOWN, "unknown", say("none of its users plugs in here"))
    shut = [pair for pair in asked if pair not in cells or cells[pair].action not in _OPEN]
    if shut == asked == [(system.zone, system.zone)] and system.servers:
        return _on_own_segments(network, system)
    if shut:
        return Answer(Tone.BAD, "no", say("the policy opens nothing for {pairs}", pairs=_names(shut)))
    broken = [pair for pair in asked if pair in pairs and pairs[pair].missing]
    if broken:
        return Answer(Tone.BAD, "no", say("packets that may pass are stopped: {pairs}", pairs=_names(broken)))
    return _judged(asked, pairs, "proven for {pairs}")


def _on_own_segments(network: Network, system: System) -> Answer:
    """Say whether each server that is there is on a segment on which users of its place plug in too."""
    plugs = Counter(attachment.segment.subnet for attachment in network.attachments if attachment.zone == system.zone)
    apart = [
        name
        for name in system.servers
        if (box := network.devices.get(name))
        and sum(count for subnet, count in plugs.items() if box.zone_address and box.zone_address in subnet) <= 1
    ]
    if apart:
        return Answer(Tone.BAD, "no", say("no users plug in beside {servers}", servers=_few(apart)))
    there = sum(name in network.devices for name in system.servers)
    return Answer(Tone.GOOD, "yes", say("users are on the segment of each of {count} servers", count=there))


def _isolated(network: Network, system: System, pairs: Mapping[tuple[str, str], PairVerdict]) -> Answer:
    """Ask of each zone that the policy keeps out: does it stay out?"""
    users = {*system.clients, system.zone}
    asked = [
        (zone, system.zone)
        for zone in network.zones
        if zone not in users and ((zone, system.zone) not in network.policy or not _opens(network, zone, system.zone))
    ]
    if not asked:
        return Answer(Tone.UNKNOWN, "unknown", say("the policy keeps nobody out"))
    leaking = [pair for pair in asked if pair in pairs and (pairs[pair].extra or pairs[pair].layer2)]
    if leaking:
        return Answer(Tone.BAD, "no", say("packets get through from {pairs}", pairs=_names(leaking)))
    return _judged(asked, pairs, "proven against {count} zones", count=len(asked))


def _opens(network: Network, source: str, target: str) -> bool:
    return bool(network.policy[source, target].permits)


def _judged(
    asked: list[tuple[str, str]], pairs: Mapping[tuple[str, str], PairVerdict], said: str, **words: object
) -> Answer:
    unseen = [pair for pair in asked if pair not in pairs or pairs[pair].verdict is PairResult.UNKNOWN]
    if unseen:
        return Answer(Tone.UNKNOWN, "unknown", say("not proven: {pairs}", pairs=_names(unseen)))
    return Answer(Tone.GOOD, "yes", say(said, **{"pairs": _names(asked), **words}))


def _monitored(network: Network, system: System) -> Answer:
    """Say whether anything asks its servers; what the answers were is told by the alerts, not here."""
    asked = [f"{name} ({host})" for name, host in askable(network, system)]
    if asked:
        return Answer(Tone.GOOD, "yes", say("{probe} to {servers}", probe=system.probe, servers=_few(asked)))
    if not system.servers:
        return Answer(Tone.UNKNOWN, "unknown", say("no server of it is in this network"))
    return Answer(Tone.BAD, "no", say("no probe is written for it"))


def _names(pairs: Iterable[tuple[str, str]]) -> str:
    return _few([f"{source} > {target}" for source, target in pairs], _NAMED)


def _few(names: Sequence[str], most: int = _SERVERS) -> str:
    more = f" +{len(names) - most}" if len(names) > most else ""
    return ", ".join(names[:most]) + more

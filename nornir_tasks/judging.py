"""May a plan be carried out? What it opens or closes between zones, and whether every device stays within reach.

The proof is of the state that the plan leads to; the way in is followed after each wave. What cannot be shown is not
taken as good: a plan whose proof has an unknown is refused until somebody accepts that by name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govnet.config.handoff import ordered
from govnet.isolation.fabric import Fabric
from govnet.isolation.management import WayIn, lost_ways, management_paths
from govnet.isolation.proof import PairResult, compare, prove_fabric
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.config.reading import Reading
    from govnet.isolation.management import ManagementPath
    from govnet.isolation.proof import PairVerdict, Proof
    from govnet.network.model import Network
    from nornir_tasks.planning import Plan
    from nornir_tasks.waves import Waves


@dataclass(frozen=True, slots=True)
class PairFinding:
    """How one ordered pair of zones changes. ``broken`` says that the plan makes it worse than the policy allows."""

    source: str
    target: str
    before: str
    after: str
    gained: str
    lost: str
    witness: str
    broken: bool


@dataclass(frozen=True, slots=True)
class WaveFinding:
    """One wave, and the devices that the runner cannot reach any more once it is done, each with its witness."""

    devices: tuple[str, ...]
    cut: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of a plan before anything is sent.

    Attributes:
        pairs: the zone pairs that gain or lose reachability.
        violating: zone pairs that still break the policy afterwards, whoever is to blame.
        unknown: zone pairs of which the predicted state cannot be shown.
        unseen: devices that were not read, or not wholly understood, with the reason.
        waves: the order, with what each wave cuts off.
        ways: device -> state of its way in after the last wave.
        notes: what was changed in the order, and why.
    """

    pairs: tuple[PairFinding, ...]
    violating: int
    unknown: int
    unseen: tuple[str, ...]
    waves: tuple[WaveFinding, ...]
    ways: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def order(self) -> Waves:
        """The devices of each wave."""
        return tuple(wave.devices for wave in self.waves)

    def refused(self, *, accept_unknown: bool) -> tuple[str, ...]:
        """Return every reason why the plan may not be carried out; none when it may."""
        return (*self._broken(), *self._cut(), *([] if accept_unknown else self._unknown()))

    def _broken(self) -> Iterator[str]:
        for pair in self.pairs:
            if pair.broken:
                what = f"opens {pair.gained}" if pair.gained else f"would be {pair.after}, it is {pair.before} now"
                yield f"{pair.source} > {pair.target}: {what}\n{pair.witness}".strip()

    def _cut(self) -> Iterator[str]:
        for number, wave in enumerate(self.waves, 1):
            for device, why in wave.cut:
                back = self.ways.get(device) not in {None, str(WayIn.CUT)}
                step = ". A later wave brings it back: with a larger --batch both are one" if back else ""
                yield f"{device} could not be reached any more after wave {number}: {why}{step}"

    def _unknown(self) -> Iterator[str]:
        if self.unknown:
            because = "; ".join(self.unseen[:3]) or "something on the way was not seen"
            more = f"; and {len(self.unseen) - 3} more" if len(self.unseen) > 3 else ""  # noqa: PLR2004 - named before
            yield f"{self.unknown} zone pairs cannot be shown ({because}{more}); mend that, or pass --accept-unknown"


def judge(network: Network, readings: Mapping[str, Reading], plan: Plan, order: Waves) -> Judgement:
    """Return what a plan does to isolation and to the runner's way in.

    Args:
        network: what should be.
        readings: device name -> what it says now; all devices that could be read, not only those of the plan. A
            carrier's switch is taken as its circuits were ordered, unless it is among them.
        plan: the changes.
        order: its devices in waves. Where a wave would cut a device off that the next one brings back, both are made
            one.
    """
    readings = {**ordered(network), **readings}
    before = Fabric(network, readings)
    after = Fabric(network, {**readings, **plan.predicted(readings)})
    old, new = prove_fabric(before), prove_fabric(after)
    waves, ways, notes = _walk(network, readings, plan, order)
    return Judgement(
        pairs=tuple(_pairs(old, new)),
        violating=len(new.violations),
        unknown=new.counts[PairResult.UNKNOWN],
        unseen=tuple(f"{hole.device}: {hole.why}" for hole in new.holes),
        waves=_only_new(waves),
        ways={name: str(way.state) for name, way in ways.items()},
        notes=notes,
    )


def _pairs(old: Proof, new: Proof) -> Iterator[PairFinding]:
    for change in compare(old, new):
        was, now = old.pair(change.source, change.target), new.pair(change.source, change.target)
        opened = now.extra.difference(was.extra)
        witness = now.witness if now.witness and now.verdict is PairResult.VIOLATING else was.witness
        yield PairFinding(
            source=change.source,
            target=change.target,
            before=str(change.before),
            after=str(change.after),
            gained=str(opened) if opened else "",
            lost=str(change.lost) if change.lost else "",
            witness=str(witness or ""),
            broken=_worse(was, now, opened=bool(opened)),
        )


def _worse(was: PairVerdict, now: PairVerdict, *, opened: bool) -> bool:
    """Return whether a pair breaks the policy more than before; what was broken already and stays so is not blamed."""
    if now.verdict is PairResult.OK:
        return False
    free = now.cell is not None and now.cell.action is Action.ALLOW
    joined = now.layer2 and not was.layer2 and not free
    return was.verdict is PairResult.OK or opened or joined


def _walk(
    network: Network, readings: Mapping[str, Reading], plan: Plan, order: Waves
) -> tuple[tuple[WaveFinding, ...], Mapping[str, ManagementPath], tuple[str, ...]]:
    """Follow the way in through the waves; make waves one where only their end is good."""
    predicted, now = plan.predicted(readings), dict(readings)
    first = ways = management_paths(Fabric(network, now))
    found: list[WaveFinding] = []
    notes: list[str] = []
    for wave in order:
        now |= {name: predicted[name] for name in wave}
        ways = management_paths(Fabric(network, now))
        cut = {way.device: way.why for way in lost_ways(first, ways)}
        if found and (healed := sorted(dict(found[-1].cut).keys() - cut.keys())):
            notes.append(f"waves {len(found)} and {len(found) + 1} are one: between them {healed[0]} is out of reach")
            wave = (*found.pop().devices, *wave)  # noqa: PLW2901 - the wave grows
        found.append(WaveFinding(wave, tuple(sorted(cut.items()))))
    return tuple(found), ways, tuple(notes)


def _only_new(found: tuple[WaveFinding, ...]) -> tuple[WaveFinding, ...]:
    """Return waves that name each device that is cut off once, at the wave that does it."""
    told: set[str] = set()
    shown = []
    for wave in found:
        shown.append(replace(wave, cut=tuple(pair for pair in wave.cut if pair[0] not in told)))
        told |= {device for device, _ in wave.cut}
    return tuple(shown)

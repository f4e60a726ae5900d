"""The policy matrix with its computed verdicts, one table a proof, and the witnesses that cells link to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.isolation.proof import PairResult
from govnet.masking import masked, masked_prose
from govnet.network.permitted import Action
from govnet.report.tone import Tone
from govnet.report.words import Text, say

if TYPE_CHECKING:
    from govnet.isolation.packets import PacketSet
    from govnet.isolation.proof import PairVerdict, Proof
    from govnet.isolation.witness import Hop
    from govnet.network.model import Network
    from govnet.network.permitted import Permit, PolicyCell
    from govnet.network.placed import Zone
    from govnet.report.run import Run

_BLOCKS_SHOWN = 4
_TONES = {PairResult.OK: Tone.GOOD, PairResult.VIOLATING: Tone.BAD, PairResult.UNKNOWN: Tone.UNKNOWN}

_LEGEND = {
    Action.ALLOW: "allowed, same zone",
    Action.DENY: "denied and logged",
    Action.FIREWALL: "through the firewall, the named service only",
    Action.MANAGEMENT: "management sessions from the management zone",
    Action.TRAPS: "traps, syslog and time to the collectors only",
    Action.RETURN: "return traffic of permitted sessions only",
    Action.NO_PATH: "no path may exist",
    Action.OFFLINE: "offline transfer only",
}


@dataclass(frozen=True, slots=True)
class HopView:
    """One device on a witness's path; ``line`` is its configuration line, empty when none says so."""

    device: str
    where_in: str
    where_out: str
    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One ordered pair in one proof.

    Attributes:
        anchor: id of the pair's article; empty when there is nothing more to tell.
        code: what the policy says, as in the printed matrix.
        word: the verdict: ``ok``, ``leaks``, ``blocks``, ``leaks, blocks``, ``violates`` or ``unknown``.
        why: the proof's own line about it.
        permits: what the policy lets open a session, a line each.
        extra, missing: packets beyond and below the policy, a line a block; empty for none.
        packet: the witness's packet; empty without a witness. ``arrives``: whether it gets through.
    """

    source: str
    target: str
    anchor: str
    code: str
    tone: Tone
    word: str
    why: str = ""
    permits: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    packet: str = ""
    arrives: bool = True
    hops: tuple[HopView, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """All cells of one source zone."""

    zone: Zone
    cells: tuple[Cell, ...]

    @property
    def told(self) -> tuple[Cell, ...]:
        """The cells with an article."""
        return tuple(cell for cell in self.cells if cell.anchor)


@dataclass(frozen=True, slots=True)
class Matrix:
    """One proof as a table. ``key`` makes ids, ``title`` is for people; ``proven`` is False without a proof."""

    key: str
    title: Text
    proven: bool
    rows: tuple[Row, ...]

    def count(self, tone: Tone) -> int:
        """Return how many pairs have a verdict."""
        return sum(cell.tone is tone for row in self.rows for cell in row.cells)

    @property
    def total(self) -> int:
        """Number of ordered pairs of zones."""
        return sum(len(row.cells) for row in self.rows)

    @property
    def tone(self) -> Tone:
        """Good only when every pair was proven to keep the policy."""
        if self.count(Tone.BAD):
            return Tone.BAD
        return Tone.GOOD if self.proven and self.count(Tone.GOOD) == self.total else Tone.UNKNOWN

    @property
    def sentence(self) -> Text:
        """Return ``0 of 196 zone pairs violate the policy``, with what is unknown."""
        if not self.proven:
            return say("no proof was made")
        bad, unknown = self.count(Tone.BAD), self.count(Tone.UNKNOWN)
        one = "{bad} of {total} zone pairs violates the policy"
        said = say(one if bad == 1 else "{bad} of {total} zone pairs violate the policy", bad=bad, total=self.total)
        return said + say(", {unknown} unknown", unknown=unknown) if unknown else said


def matrices(run: Run) -> tuple[Matrix, ...]:
    """Return the state that was read; of a change: the state after, the predicted and the state before."""
    if run.only_audited:
        return (_matrix(run, "after", say("As read"), run.after, whole=True),)
    proven = [run.after, run.predicted, run.before]
    final = next((proof for proof in proven if proof), None)
    return (
        _matrix(run, "after", say("After the change"), run.after, whole=run.after is final),
        _matrix(run, "predicted", say("Predicted by the plan"), run.predicted, whole=run.predicted is final),
        _matrix(run, "before", say("Before the change"), run.before, whole=run.before is final),
    )


def _matrix(run: Run, key: str, title: Text, proof: Proof | None, *, whole: bool) -> Matrix:
    """Return one proof; ``whole``: pairs that are ok have an article too."""
    pairs = {(pair.source, pair.target): pair for pair in proof.pairs} if proof else {}
    zones = run.network.zones
    rows = tuple(
        Row(
            zone,
            tuple(
                _cell(run, key, (zone.slug, target), pairs.get((zone.slug, target)), whole=whole) for target in zones
            ),
        )
        for zone in zones.values()
    )
    return Matrix(key, title, proof is not None, rows)


def _cell(run: Run, key: str, ends: tuple[str, str], pair: PairVerdict | None, *, whole: bool) -> Cell:
    policy = run.network.policy.get(ends)
    code = policy_code(policy)
    if pair is None:
        return Cell(*ends, "", code, Tone.UNKNOWN, "unknown", "no proof speaks of this pair")
    tone = _TONES[pair.verdict]
    witness = pair.witness or (run.paths.get(ends) if whole else None)
    return Cell(
        *ends, f"pair-{key}-{'-'.join(ends)}" if whole or tone is not Tone.GOOD else "",
        code, tone, _word(pair), masked_prose(pair.why),
        permits=tuple(map(_permit, policy.permits)) if policy else (),
        extra=_packets(pair.extra), missing=_packets(pair.missing),
        packet=str(witness.packet) if witness else "",
        arrives=witness.arrives if witness else True,
        hops=tuple(map(_hop, witness.hops)) if witness else (),
    )  # fmt: skip


def _permit(permit: Permit) -> str:
    """Return ``tcp/443 to 10.128.96.11/32`` or the like."""
    ports = ",".join(str(low) if low == high else f"{low}-{high}" for low, high in permit.ports)
    ways = [("from", permit.sources), ("to", permit.destinations)]
    ends = "".join(f" {way} {', '.join(map(str, prefixes))}" for way, prefixes in ways if prefixes)
    return f"{permit.protocol}{'/' if ports else ''}{ports}{ends}"


def _hop(hop: Hop) -> HopView:
    return HopView(
        hop.device, hop.where_in, hop.where_out, masked(str(hop.line)) if hop.line else "", masked_prose(hop.why)
    )


def legend(network: Network) -> dict[str, str]:
    """Return code -> meaning for the actions that the policy of a network uses."""
    used = {cell.action for cell in network.policy.values()}
    return {action.value: text for action, text in _LEGEND.items() if action in used}


def policy_code(cell: PolicyCell | None) -> str:
    """Return the code of the printed matrix; a cell that says nothing denies."""
    return "D" if cell is None else cell.code


def _word(pair: PairVerdict) -> str:
    if pair.verdict is not PairResult.VIOLATING:
        return str(pair.verdict.value)
    leaks = bool(pair.extra) or (pair.layer2 and not pair.missing)
    return ", ".join(["leaks"] * leaks + ["blocks"] * bool(pair.missing)) or "violates"


def _packets(packets: PacketSet) -> tuple[str, ...]:
    """Return a set in words, a line a block; after a few only their number, since a set may have thousands."""
    if not packets:
        return ()
    blocks = str(packets).split("; ")
    more = len(blocks) - _BLOCKS_SHOWN
    return (*blocks[:_BLOCKS_SHOWN], *([f"and {more} more blocks"] if more > 0 else []))

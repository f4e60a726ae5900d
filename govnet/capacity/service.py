"""A month of leased lines against the carrier's contract: what was promised, what was seen, what is to be given back.

Time in which nobody looked is neither up nor down. A promise counts as kept only if it holds even had the line been
down all that time, as broken only if it fails even had it been up; in between nobody knows. A credit is claimed for
what was seen, never for what was not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.network.cabled import Circuit
    from govnet.network.model import Network
    from govnet.network.served import Contract

_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Month:
    """What was seen of one circuit in a month; None: not measured.

    Attributes:
        seconds: the month's length.
        seen: for how many of them its state is known.
        down: for how many of those it was down.
        loss, delay, jitter: ratio, and seconds one way, of the circuit alone.
    """

    seconds: float
    seen: float = 0.0
    down: float = 0.0
    loss: float | None = None
    delay: float | None = None
    jitter: float | None = None

    @property
    def availability(self) -> float | None:
        """Per cent of the seen time that it was up; None when nothing was seen."""
        return None if not self.seen else _WHOLE * (1 - self.down / self.seen)

    @property
    def best(self) -> float:
        """Availability had it been up whenever nobody looked, in per cent."""
        return _WHOLE * (1 - self.down / self.seconds)

    @property
    def worst(self) -> float:
        """Availability had it been down whenever nobody looked, in per cent."""
        return _WHOLE * (self.seen - self.down) / self.seconds


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the credit sheet. ``credit`` is per cent of the month's fee that is to be given back at least."""

    circuit: Circuit
    contract: Contract | None
    month: Month
    availability: Outcome
    quality: Outcome
    credit: float
    said: str


def sheet(network: Network, months: Mapping[str, Month], seconds: float) -> Iterator[Line]:
    """Yield one line for each leased line of a carrier, in the inventory's order; ``seconds`` is the month's length."""
    for circuit in network.circuits.values():
        if circuit.owner == "carrier":
            contract = network.contracts.get(circuit.contract)
            yield _line(circuit, contract, months.get(circuit.id, Month(seconds)))


def _line(circuit: Circuit, contract: Contract | None, month: Month) -> Line:
    if contract is None:
        nothing = Outcome.NOT_APPLICABLE
        return Line(circuit, None, month, nothing, nothing, 0.0, "no contract is written for it")
    quality, said = _quality(contract, month)
    credit = max((step.percent for step in contract.credits if month.best < step.below), default=0.0)
    return Line(circuit, contract, month, _available(contract, month), quality, credit, said)


def _available(contract: Contract, month: Month) -> Outcome:
    if month.best < contract.availability:
        return Outcome.FAIL
    return Outcome.PASS if month.worst >= contract.availability else Outcome.UNKNOWN


def _quality(contract: Contract, month: Month) -> tuple[Outcome, str]:
    """Hold loss, delay and jitter against what is promised of them; what is not promised is not asked for."""
    rows = (
        ("loss", month.loss, contract.loss, "{:.2%}"),
        ("delay", month.delay, contract.delay, "{:.3f} s"),
        ("jitter", month.jitter, contract.jitter, "{:.3f} s"),
    )
    asked = [(name, value, limit, shape) for name, value, limit, shape in rows if limit is not None]
    if not asked:
        return Outcome.NOT_APPLICABLE, "nothing is promised but availability"
    over = [f"{n} {shape.format(v)} of {shape.format(m)}" for n, v, m, shape in asked if v is not None and v > m]
    if over:
        return Outcome.FAIL, "; ".join(over)
    unseen = [name for name, value, _, _ in asked if value is None]
    if unseen:
        return Outcome.UNKNOWN, f"{' and '.join(unseen)} not measured"
    return Outcome.PASS, "as promised"


def by_carrier(lines: Iterable[Line]) -> Mapping[str, tuple[int, int, int]]:
    """Return carrier -> lines that broke their promise of availability, lines of which nobody can tell, all lines."""
    found: dict[str, tuple[int, int, int]] = {}
    for line in lines:
        name = line.contract.carrier if line.contract else line.circuit.maintainer or "?"
        broken, unknown, count = found.get(name, (0, 0, 0))
        broken += line.availability is Outcome.FAIL
        unknown += line.availability is Outcome.UNKNOWN
        found[name] = (broken, unknown, count + 1)
    return found


def alone(far: float | None, near: float | None, *, ratio: bool = False) -> float | None:
    """Return what a circuit itself adds: the measure at its far end less that at its near end, never below 0.

    ``ratio``: losses multiply instead of adding up. None when either end is unknown.
    """
    if far is None or near is None:
        return None
    if ratio:
        return 1.0 if near >= 1 else max(0.0, 1 - (1 - far) / (1 - near))
    return max(0.0, far - near)

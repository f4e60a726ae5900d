"""Whether a video conference fits: per venue its way, what is reserved, what is left, how good the lines are.

A stream takes 1.2 times its media rate on a line (packet headers and bursts; the usual figure for H.323 rooms). A venue
calls the nearest MCU; with cascading an MCU calls the centre once for all its venues, without it every venue does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.capacity.lines import Lines, guaranteed, speed
from govnet.errors import InputError, Problem, near
from govnet.network.lines import VIDEO
from govnet.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.cabled import Circuit
    from govnet.network.model import Network

RATE_KBPS = 768
"""Media rate of a venue where a plan says none."""
OVERHEAD_PERCENT = 120
DELAY, JITTER, LOSS = 0.150, 0.050, 0.01
"""What a conference bears: seconds one way, seconds, ratio of packets."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A meeting as somebody plans it: who takes part, at which media rate (kbit/s), by cascaded MCUs or not."""

    title: str
    venues: tuple[str, ...]
    rate_kbps: int = RATE_KBPS
    cascade: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a circuit lately; None: nobody knows.

    Attributes:
        used: ratio of its speed, in the busier direction.
        loss: ratio of packets that the prober sent to the circuit's far end, so of the whole way up to there.
        delay, jitter: seconds one way, of the same way.
    """

    used: float | None = None
    loss: float | None = None
    delay: float | None = None
    jitter: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a venue: ``path``, ``reserved``, ``headroom``, ``quality`` or ``registered``."""

    name: str
    outcome: Outcome
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class VenueCheck:
    """All that was asked about a venue, its MCU and the circuits between them and the centre."""

    venue: str
    mcu: str
    circuits: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def outcome(self) -> Outcome:
        """Fail (no-go) when anything fails, else unknown when anything is, else pass (go)."""
        found = {check.outcome for check in self.checks}
        return next((o for o in (Outcome.FAIL, Outcome.UNKNOWN) if o in found), Outcome.PASS)


class Call:
    """The streams of a plan on the lines of a network.

    Raises:
        InputError: the network has no MCU, or a venue is no venue of it.
    """

    def __init__(self, network: Network, plan: Plan, file: str = "") -> None:
        """Work out who calls whom; ``file`` is where the plan was written, for messages."""
        self.network, self.plan, self.lines = network, plan, Lines(network)
        self._mcus = [device.name for device in network.of_role("mcu")]
        problems = list(_wrong(network, plan, self._mcus, file or network.folder))
        if problems:
            raise InputError(problems)

    @cached_property
    def centre(self) -> str:
        """The MCU that is nearest to all others: the first level."""
        ways = {name: self.lines.to(name) for name in self._mcus}
        far = sum(map(len, ways[self._mcus[0]].values())) + 1
        return min(self._mcus, key=lambda name: sum(len(ways[name].get(o, "?" * far)) for o in self._mcus))

    def mcu_of(self, venue: str) -> str:
        """Return the MCU that a venue calls: the nearest by circuits, of two the one at its own place."""
        if not self.plan.cascade:
            return self.centre
        places = {name: self.network.devices[name].place for name in self._mcus}
        ways = {name: self.lines.between(venue, name) for name in self._mcus}
        reached = [name for name in self._mcus if ways[name] is not None]
        return min(reached, key=lambda name: (len(ways[name] or ()), places[name] != venue), default=self.centre)

    def way(self, venue: str) -> tuple[str, ...] | None:
        """Return the circuits that a venue depends on, all the way to the centre; None without a way."""
        mcu = self.mcu_of(venue)
        first = self.lines.between(venue, mcu)
        second = self.lines.to(self.centre).get(mcu)
        return None if first is None or second is None else tuple(dict.fromkeys(first + second))

    @cached_property
    def streams(self) -> Mapping[str, int]:
        """Circuit -> how many streams the meeting puts on it, in each direction."""
        found: Counter[str] = Counter()
        for venue in self.plan.venues:
            found.update(self.lines.between(venue, self.mcu_of(venue)) or ())
        for mcu in dict.fromkeys(self.mcu_of(venue) for venue in self.plan.venues):
            found.update(self.lines.to(self.centre).get(mcu, ()))
        return found

    def needed(self, circuit: str) -> int:
        """Return what the meeting takes of a circuit, in kbit/s."""
        return needed(self.streams[circuit], self.plan.rate_kbps)


def needed(streams: int, rate_kbps: int = RATE_KBPS) -> int:
    """Return what streams of a media rate take of a line, in kbit/s, rounded up."""
    return -(-streams * rate_kbps * OVERHEAD_PERCENT // 100)


def admitted(network: Network, circuit: Circuit, rate_kbps: int = RATE_KBPS) -> int | None:
    """Return how many streams fit the video share of a circuit; None where no share is written."""
    share = guaranteed(network, circuit, VIDEO)
    return None if share is None else share * 100 // (rate_kbps * OVERHEAD_PERCENT)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known from outside: of circuits, and of MCUs (does it answer its venues?). Absent: nobody looked."""

    circuits: Mapping[str, Measured] = field(default_factory=dict)
    mcus: Mapping[str, bool] = field(default_factory=dict)


def examine(call: Call, seen: Seen) -> Iterator[VenueCheck]:
    """Yield what speaks for and against each venue of a call, in the plan's order."""
    for venue in call.plan.venues:
        mcu, way = call.mcu_of(venue), call.way(venue)
        if way is None:
            checks: tuple[Check, ...] = (Check("path", Outcome.FAIL, f"a way to {mcu}", "no cable leads there"),)
        else:
            checks = (
                Check("path", Outcome.PASS, f"a way to {mcu}", f"{len(way)} circuits"),
                _reserved(call, way),
                _headroom(call, way, seen),
                _quality(way, seen),
                _registered(call, mcu, seen),
            )
        yield VenueCheck(venue, mcu, way or (), checks)


def _reserved(call: Call, way: tuple[str, ...]) -> Check:
    """Hold each circuit's share for video against what the meeting takes of it."""
    circuits = call.network.circuits
    shares = {name: guaranteed(call.network, circuits[name], VIDEO) for name in way}
    unknown = [name for name, share in shares.items() if share is None]
    short = [
        f"{name} guarantees {share} of {call.needed(name)} kbit/s"
        for name, share in shares.items()
        if share is not None and share < call.needed(name)
    ]
    said = f"no share is written for {', '.join(unknown)}" if unknown else "every circuit guarantees it"
    return _check("reserved", "video share covers the meeting on every circuit", short, unknown, said)


def _headroom(call: Call, way: tuple[str, ...], seen: Seen) -> Check:
    """Hold what is free on each circuit now against what the meeting adds."""
    network = call.network
    full, unknown = [], []
    for name in way:
        used, whole = seen.circuits.get(name, Measured()).used, speed(network, network.circuits[name])
        if used is None:
            unknown.append(name)
        elif used * whole + call.needed(name) > whole:
            full.append(f"{name} carries {used:.0%} of {whole} kbit/s now, the meeting adds {call.needed(name)}")
    said = f"load of {', '.join(unknown)} not seen" if unknown else "room on every circuit"
    return _check("headroom", "load now and the meeting fit every circuit", full, unknown, said)


def _quality(way: tuple[str, ...], seen: Seen) -> Check:
    """Hold what was measured up to the venue's own circuit against what a conference bears."""
    expected = f"loss <= {LOSS:.0%}, delay < {DELAY * 1000:g} ms, jitter < {JITTER * 1000:g} ms"
    if not way:
        return Check("quality", Outcome.PASS, expected, "no leased line on the way")
    found = seen.circuits.get(way[0], Measured())
    rows = (
        ("loss", found.loss, LOSS, "{:.2%}"),
        ("delay", found.delay, DELAY, "{:.3f} s"),
        ("jitter", found.jitter, JITTER, "{:.3f} s"),
    )
    unknown = [name for name, value, _, _ in rows if value is None]
    said = [(value > limit, f"{name} {shape.format(value)}") for name, value, limit, shape in rows if value is not None]
    bad = [words for over, words in said if over]
    measured = ", ".join(words for _, words in said)
    missing = f"{' and '.join(unknown)} of {way[0]} not measured"
    return _check("quality", expected, bad, unknown, missing if unknown else measured)


def _registered(call: Call, mcu: str, seen: Seen) -> Check:
    asked = dict.fromkeys((mcu, call.centre))
    silent = [f"{name} does not answer" for name in asked if seen.mcus.get(name) is False]
    unknown = [name for name in asked if name not in seen.mcus]
    return _check(
        "registered",
        "the MCUs answer their registration port",
        silent,
        unknown,
        f"{', '.join(unknown)} not asked" if unknown else "they answer",
    )


def _check(name: str, expected: str, bad: list[str], unknown: list[str], said: str) -> Check:
    if bad:
        return Check(name, Outcome.FAIL, expected, "; ".join(bad))
    return Check(name, Outcome.UNKNOWN if unknown else Outcome.PASS, expected, said)


def _wrong(network: Network, plan: Plan, mcus: list[str], file: str) -> Iterator[Problem]:
    if not mcus:
        yield Problem(network.folder, 0, f"{network.title} has no MCU", "Add a device of role mcu")
    known = [place.slug for place in network.places.values() if place.venue]
    for venue, count in Counter(plan.venues).items():
        if venue not in known:
            step = f"It has {len(known)}, among them {', '.join(near(venue, known))}" if known else "It has none"
            yield Problem(file, 0, f"{venue!r} is no venue of {network.title}", step)
        if count > 1:
            yield Problem(file, 0, f"{venue!r} is there {count} times", "Name each venue once")
    if not plan.venues:
        yield Problem(file, 0, "the plan names no venue", "Name venues, or write all")

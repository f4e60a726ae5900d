"""The fault table: one box for each fault at each command of a change, all of one kind of box in one lab.

Each box has the same change before it. A fault of its own strikes it while the k-th command is typed; what becomes of
it is held against what the journal says. A box is in a third state when it is neither as planned nor as before, or not
what the journal says.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from govnet.config.diff import diff
from govnet.config.intent import hardware
from govnet.config.ops import apply
from govnet.platforms.base import Staged
from govnet.platforms.registry import platform
from lab.console import set_up
from lab.faults import DropAfter, FlashFull, GarbleEcho, Hang, Once, Reboot, Refuse
from lab.flash import Bootable
from lab.personalities.linux_nft import LinuxNft
from lab.personalities.linux_nft.nft_emulated import EmulatedNft
from lab.server import running_lab
from nornir_tasks.changes import INTERRUPTED, begin, carry_out, resume, standing, unfinished
from nornir_tasks.job import Ending, Job
from nornir_tasks.journal import Journal
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, PlanFile, Request, make_file, read_file
from nornir_tasks.planning import Plan, plan_towards
from nornir_tasks.runner import Runner
from nornir_tasks.tasks import describe
from support.consoles import shown
from support.fault_changes import COMMANDS, before_and_after
from support.laixi import ROOT, access_to, until
from support.row_of_boxes import MAKES, row, twins_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from govnet.config.changes import Change
    from govnet.config.reading import Reading
    from govnet.network.model import Network
    from govnet.platforms.base import Command, Platform
    from lab.faults import Fault
    from lab.server import Lab

CHANGE = "table"
REFUSED = {
    "passport": "\aError: no",
    "ers": "% Invalid input detected at '^' marker.",
    "voss": "Error: no",
    "vrp5": "Error: Unrecognized command found at '^' position.",
    "vrp8": "Error: Unrecognized command found at '^' position.",
    "linux": "RTNETLINK answers: Operation not permitted",
}


@dataclass(frozen=True)
class Kind:
    """A fault of the table.

    Attributes:
        words: what the table calls it.
        strike: what strikes, given the text with which the box refuses.
        early: it strikes with the line before, because it garbles the echo of the command itself.
        unsaved: the box was never saved since the installer left.
    """

    words: str
    strike: Callable[[str], Any]
    early: bool = False
    unsaved: bool = False


KINDS = (
    Kind("session dropped, line lost", lambda _: DropAfter(1, "lost")),
    Kind("session dropped, line obeyed", lambda _: DropAfter(1, "silent")),
    Kind("command refused", lambda text: Refuse("", text)),
    Kind("echo garbled", lambda _: GarbleEcho(3), early=True),
    Kind("reboot, configuration saved", lambda _: Reboot(seconds=0.2)),
    Kind("reboot, configuration not saved", lambda _: Reboot(saved=False, seconds=0.2), unsaved=True),
    Kind("flash full", lambda _: FlashFull()),
)
HANG = Kind("hang past the deadline", lambda _: Hang())
KILL = Kind("kill -9 of the runner", lambda _: Hang())


@dataclass
class Row:
    """What became of the cases of one fault."""

    cases: int = 0
    struck: int = 0
    as_planned: int = 0
    as_before: int = 0
    resumed: int = 0
    third: list[str] = field(default_factory=list)


def strikes(commands: Sequence[Command], at: int, first: str, kind: Kind, refusal: str) -> Fault:
    """Return the fault that comes true with the command at an index; ``first`` is the line typed before them all."""
    lines = [first, *(command.text.partition("\n")[0] for command in commands)]
    upto = lines[: at + 1 if kind.early else at + 2]
    return Once(upto[-1], kind.strike(refusal), upto.count(upto[-1]))


class Table:
    """All boxes of one kind in one lab, each with its fault."""

    def __init__(self, lab: Lab, network: Network, folder: Path, make: str, cases: dict[str, tuple[Kind, int]]) -> None:
        self.lab, self.network, self.folder, self.make = lab, network, folder, make
        self.access = access_to(lab, folder, patience=10)
        self.cases = cases
        self.rows: dict[str, Row] = {}

    def of(self, *kinds: Kind) -> list[str]:
        """Name the boxes of some faults."""
        return [name for name, (kind, _) in self.cases.items() if kind in kinds]

    def read(self, *names: str) -> dict[str, Reading]:
        """Read boxes at their consoles: what they are is not asked over the way in that is tried."""
        return {name: self._read(name) for name in names}

    def _read(self, name: str) -> Reading:
        box = hardware(self.network, name)
        speaks = platform(self.network.devices[name].platform, box)
        return speaks.read(shown(self.lab.personalities[name], speaks), box)

    def plan(self, names: Sequence[str], readings: Mapping[str, Reading], changes: Sequence[Change]) -> PlanFile:
        """Return the plan of one wave that makes the changes at boxes; each has an address of its own."""
        own = {name: apply(readings[name].config, changes) for name in names}
        plan = Plan("row", {name: plan_towards(self.network, name, readings[name], own[name]) for name in names})
        assert not plan.refused
        judgement = judge(self.network, {name: readings[name] for name in names}, plan, (tuple(names),))
        return make_file(self.network, plan, judgement, Request(Author("ann"), accept_unknown=True))

    def arm(self, plan: PlanFile) -> None:
        """Set the fault of each box."""
        for name, device in plan.plan.devices.items():
            kind, at = self.cases[name]
            entered = platform(device.platform, hardware(self.network, name)).enter
            first = entered[-1] if entered else "ip -4 route show > /var/tmp/govnet.routes"
            self.lab.faults.set(name, strikes(device.commands, at, first, kind, REFUSED[self.make]))

    def job(self, plan: PlanFile, journal: Journal, deadline: float) -> Job:
        """Return the job of a plan."""
        many = len(plan.plan.devices)
        return Job(self.network, plan.plan.devices, CHANGE, journal, True, deadline, many)  # noqa: FBT003 - unverified

    def carry_out(self, plan: PlanFile, path: Path, *, deadline: float, patience: float, workers: int) -> None:
        """Carry a plan out while the faults strike; take up afterwards what was left to be looked at."""
        self.arm(plan)
        access = replace(self.access, patience=patience)
        with Journal(path) as journal:
            begin(journal, plan, CHANGE)
            with Runner(self.network, access, journal, workers=workers) as runner:
                carry_out(runner, plan, self.job(plan, journal, deadline))
            self.settle(plan, journal)

    def settle(self, plan: PlanFile, journal: Journal) -> None:
        """Mend what was broken, resume the change, and note what became of each box."""
        struck = {name: self.lab.faults.struck(name) for name in plan.plan.devices}
        for name in struck:
            self.lab.faults.clear(name)
        left = {n for n, s in standing(journal, plan, CHANGE).items() if s in (INTERRUPTED, Ending.LOOK)}
        if left:
            with Runner(self.network, self.access, journal) as runner:
                resume(runner, plan, self.job(plan, journal, 120), go_on=False)
        assert unfinished(journal) == []
        assert journal.verify() == []
        self._note(plan, standing(journal, plan, CHANGE), struck, left)

    def _note(self, plan: PlanFile, stood: Mapping[str, str], struck: Mapping[str, bool], left: set[str]) -> None:
        now = self.read(*plan.plan.devices)
        kept = self._restarted(plan)
        for name, device in plan.plan.devices.items():
            kind, at = self.cases[name]
            found = self.rows.setdefault(kind.words, Row())
            found.cases += 1
            found.struck += struck[name]
            found.resumed += name in left
            found.as_planned += stood[name] == Ending.AS_PLANNED
            found.as_before += stood[name] == Ending.AS_BEFORE
            wanted = {Ending.AS_PLANNED: device.predicted, Ending.AS_BEFORE: device.running}.get(Ending(stood[name]))
            place = f"{self.make}, {kind.words}, command {at + 1}: {stood[name]}"
            if wanted is None or diff(now[name].config, wanted):
                found.third.append(place)
            elif not kind.unsaved and (left_over := diff(kept[name].config, wanted)):
                found.third.append(f"{place}, but after a restart {describe(left_over)}")

    def _restarted(self, plan: PlanFile) -> dict[str, Reading]:
        """Return what the boxes say after another restart: what ran must have been saved, or put back there too."""
        for name in plan.plan.devices:
            box = self.lab.personalities[name]
            assert isinstance(box, Bootable)
            box.boot(saved=True)
        return self.read(*plan.plan.devices)

    def kill(self, plan: PlanFile, path: Path) -> None:
        """Carry a plan out in a process of its own, and kill it when every box is at its command; then resume."""
        self.arm(plan)
        file = self.folder / "killed.json"
        file.write_text(plan.text())
        access = self.access
        given: dict[str, Any] = {"username": access.username, "password": access.password, "patience": 300}
        given |= {"addresses": dict(access.addresses), "known_hosts": str(access.known_hosts)}
        words = [sys.executable, "-m", "support.change_runner", str(path), str(file), str(self.network.folder)]
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT}/tests"}
        ) as run:
            assert run.stdin
            run.stdin.write(json.dumps(given))
            run.stdin.close()
            until(lambda: run.poll() is not None or all(map(self.lab.faults.struck, plan.plan.devices)), 480)
            run.kill()
        assert run.returncode == -9
        with Journal(path) as journal:
            again = read_file(journal.plan_text(CHANGE), self.network, "plan", carried_out=True)
            assert set(standing(journal, again, CHANGE).values()) == {INTERRUPTED}
            self.settle(again, journal)
            for name in plan.plan.devices:
                steps = [row.step for row in journal.of_change(CHANGE) if (row.device, row.state) == (name, "begun")]
                assert steps[steps.index("send") + 1] == "look", (
                    f"{name} was not read before anything was sent: {steps}"
                )


def _known(texts: Sequence[Command], speaks: Platform) -> tuple[str, ...]:
    """Return what is typed at a console for some commands."""
    commit = speaks.commit if isinstance(speaks, Staged) else ()
    typed = [line for command in (*texts, *commit) for line in (*command.text.split("\n"), *command.answers)]
    return (*speaks.enter, *typed, *speaks.leave)


@contextmanager
def table(make: str, folder: Path, block: int, *kinds: Kind) -> Iterator[tuple[Table, list[Change]]]:
    """Run a lab with a box for every fault at every command, all as before the change; yield it and the change."""
    probe = row(folder / "probe", MAKES[make], 1, block)
    name, kind = next(iter(probe.devices)), MAKES[make].platform
    speaks = platform(kind, hardware(probe, name))
    with running_lab(twins_of(probe), port=0, snmp_port=None) as lab:
        factory = Table(lab, probe, folder, make, {}).read(name)[name].config
    start, goal = before_and_after(factory, speaks)
    changes = diff(start, goal)
    count = len(speaks.say(changes, start))
    network = row(folder / "row", MAKES[make], count * len(kinds), block)
    cases = dict(zip(network.devices, ((kind, at) for kind in kinds for at in range(count)), strict=True))
    lines = _known(speaks.say(diff(factory, start), factory), speaks)
    with running_lab(twins_of(network), port=0, snmp_port=None) as lab:
        for twin in lab.twins:
            box = lab.personalities[twin.name]
            if isinstance(box, LinuxNft) and cases[twin.name][0] is not KILL:
                # A process for each word to the real filter takes longer than all the rest; one column has it.
                box.machine.filter = EmulatedNft()
            asyncio.run(set_up(replace(twin, console=lines), box))
            assert isinstance(box, Bootable)
            if not cases[twin.name][0].unsaved:
                box.flash.save()
        yield Table(lab, network, folder, make, cases), changes


def all_faults(make: str, folder: Path, block: int) -> dict[str, Row]:
    """Let every fault strike at every command; return what became of the boxes, fault by fault."""
    with table(make, folder, block, *KINDS, HANG, KILL) as (found, changes):
        readings = found.read(*found.cases)
        struck, hung, killed = (found.plan(found.of(*kinds), readings, changes) for kinds in (KINDS, (HANG,), (KILL,)))
        with ThreadPoolExecutor(2) as others:
            # Waiting for those that hang costs nothing: the others have their turn meanwhile, once all of them do.
            waits = others.submit(found.carry_out, hung, folder / "hung.sqlite", deadline=20, patience=120, workers=40)
            until(lambda: waits.done() or all(map(found.lab.faults.struck, hung.plan.devices)), 480)
            dies = others.submit(found.kill, killed, folder / "killed.sqlite")
            found.carry_out(struck, folder / "struck.sqlite", deadline=120, patience=20, workers=20)
            dies.result()
            waits.result()
    return found.rows


def insist(rows: Mapping[str, Row]) -> None:
    """Insist that every fault struck in every case, and that no box is left in a third state."""
    assert set(rows) == {kind.words for kind in (*KINDS, HANG, KILL)}
    for words, found in rows.items():
        assert found.third == [], words
        assert found.cases == found.struck >= COMMANDS, words
        assert found.as_planned + found.as_before == found.cases, words


def rendered(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """Return the tables of several makes as one: cases run and, behind the stroke, boxes left in a third state.

    Args:
        found: make -> fault -> a `Row` as plain data.
    """
    makes = [make for make in MAKES if make in found]
    wide = max(len(kind.words) for kind in (*KINDS, HANG, KILL))
    head = "fault".ljust(wide) + "".join(f"{make:>10}" for make in makes)
    lines = [head]
    for kind in (*KINDS, HANG, KILL):
        cells = [found[make].get(kind.words, {"cases": 0, "third": []}) for make in makes]
        texts = [f"{cell['cases']} / {len(cell['third'])}" for cell in cells]
        lines.append(kind.words.ljust(wide) + "".join(f"{text:>10}" for text in texts))
    return lines

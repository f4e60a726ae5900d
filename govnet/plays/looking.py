"""Steps that change no device: keep its configuration, write down what it should be told, compare, prove."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.config.handoff import ordered
from govnet.config.intent import hardware, intent
from govnet.files import write_whole
from govnet.isolation.proof import PairResult
from govnet.isolation.proof import prove as prove_isolation
from govnet.platforms.registry import platform
from govnet.plays.play import Step, Told
from govnet.workspace import backup_vault
from nornir_tasks import tasks
from nornir_tasks.store import SEALED, BackupStore

if TYPE_CHECKING:
    from govnet.isolation.proof import Proof
    from govnet.network.model import Network
    from govnet.plays.play import Play

VIOLATED = 7
"""Exit code of the `govnet` program when the proof finds a violation."""
_PAIRS_SHOWN = 5


def backup(play: Play) -> Step:
    """Keep the running configuration of every device of the play; one that differs from the last is a change.

    In check mode they are read and compared, and nothing is kept.
    """
    folder = play.work.backups
    before = {name: _texts(folder, name) for name in play.hosts}
    with tempfile.TemporaryDirectory(prefix="govnet-check-") as scratch:
        kept = Path(scratch) if play.check else folder
        store = BackupStore(kept, None if play.check else backup_vault())
        with play.runner() as (runner, _):
            found = runner.run(tasks.backup, play.hosts, network=play.work.network, store=store)
        told = {name: _kept(before[name], _texts(kept, name), folder / f"{name}.cfg") for name in found.done}
    told |= {name: Told(error=error) for name, error in found.failed.items()}
    if play.check or not found.done:
        return Step(told, f"{len(found.done)} configurations read and compared; nothing was written")
    revision = store.commit(f"Backup of {len(found.done)} devices of {play.work.network.slug}", found.done)
    return Step(
        told, f"{len(found.done)} configurations in {folder}, revision {revision}", facts={"revision": revision}
    )


def _texts(folder: Path, name: str) -> tuple[str, str]:
    """Return what is kept of a device: the sanitized text, and the encrypted one."""
    return _text(folder / f"{name}.cfg"), _text(folder / f"{name}.cfg{SEALED}")


def _kept(before: tuple[str, str], after: tuple[str, str], path: Path) -> Told:
    told = _written(before[0], after[0], path)
    if told.changed or not after[1] or before[1] == after[1]:
        return told
    return Told(f"{path}{SEALED} differs", changed=True)


def _written(before: str, after: str, path: Path) -> Told:
    if before == after:
        return Told(f"{path} is as it was")
    shown = {"before": before, "after": after, "before_header": path.name, "after_header": path.name}
    return Told(f"{path} differs", changed=True, diff=shown)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def render(play: Play) -> Step:
    """Write what each device would be told on its way from the factory to its intent; no device is asked."""
    folder = play.work.folder / "rendered"
    told = {}
    for name in play.hosts:
        path, text = folder / f"{name}.txt", rendered(play.work.network, name)
        told[name] = _written(_text(path), text, path)
        if told[name].changed and not play.check:
            write_whole(path, text)
    return Step(told, f"{len(told)} devices rendered to {folder}")


def rendered(network: Network, name: str) -> str:
    """Return the commands that make a device straight from the factory what the network says."""
    box = hardware(network, name)
    speaks = platform(network.devices[name].platform, box)
    factory = speaks.factory(box)
    lines = [command.text for command in speaks.say(diff(factory, intent(network, name)), factory)]
    return "\n".join([*speaks.enter, *lines, *speaks.leave]) + "\n"


def verify(play: Play) -> Step:
    """Compare every device of the play with its intent; one that differs has failed."""
    with play.runner() as (runner, _):
        found = runner.run(tasks.verify, play.hosts, network=play.work.network)
    told = {name: Told("is as the inventory says") for name in found.done}
    told |= {name: Told(error=error) for name, error in found.failed.items()}
    return Step(told, f"{len(found.done)} devices are as the inventory says, {len(found.failed)} are not")


def prove(play: Play) -> Step:
    """Prove from what all devices of the network say which zone reaches which; anything but clean has failed.

    A zone pair that cannot be shown has failed as well: nothing seen is no success.
    """
    with play.runner() as (runner, _):
        readings, failed = play.read_all(runner)
    proof = prove_isolation(play.work.network, {**ordered(play.work.network), **readings})
    counts = {str(verdict): count for verdict, count in proof.counts.items()}
    bad = bool(proof.violations) or bool(proof.counts[PairResult.UNKNOWN])
    told = {name: Told(error=failed[name]) if name in failed else Told("was read") for name in play.hosts}
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    text = f"{len(proof.pairs)} zone pairs: {said}"
    return Step(told, text, facts={"counts": counts}, lines=_shown(proof), failed=bad, exit_code=VIOLATED)


def _shown(proof: Proof) -> tuple[str, ...]:
    """Return the first deviations in words, and how many more there are."""
    odd = [pair for pair in proof.pairs if pair.verdict is not PairResult.OK]
    lines = [f"{p.source} > {p.target}: {p.verdict} {p.witness or p.why}" for p in odd[:_PAIRS_SHOWN]]
    more = len(odd) - len(lines)
    return (*lines, *([f"and {more} more"] if more else []))

"""The step that judges a network by the rules of the audit, from what its devices say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govnet.audit import audit
from govnet.audit.formats import as_object
from govnet.files import write_whole
from govnet.plays.play import Step, Told
from govnet.spoken import spoken
from nornir_tasks import tasks

if TYPE_CHECKING:
    from govnet.audit import Audit
    from govnet.plays.play import Play

FAILED = 7
"""Exit code of the `govnet` program when a rule fails."""
_SHOWN = 8


def judge(play: Play, *, strict: bool) -> Step:
    """Judge all devices of the network, and keep every finding in ``audit.json`` of the build folder.

    A rule that fails, or a grave one that is unknown, fails the step only when it is ``strict``: many rules wait for
    what no device can say. In check mode nothing is written.
    """
    with play.runner() as (runner, _):
        read = runner.run(tasks.read, play.work.chosen([]), network=play.work.network, whole=True)
    found = audit(spoken(play.work.network, datetime.now(UTC).replace(microsecond=0), read.done))
    path = play.work.folder / "audit.json"
    if not play.check:
        write_whole(path, json.dumps(as_object(found), ensure_ascii=False, indent=2) + "\n")
    told = {name: Told(error=read.failed[name]) if name in read.failed else Told("was judged") for name in play.hosts}
    counts = ", ".join(f"{count} {verdict}" for verdict, count in found.counts.items())
    text = f"{len(found.findings)} findings: {counts}; all in {path}"
    failed = strict and not found.clean
    facts = {"counts": dict(found.counts), "path": str(path)}
    return Step(told, text, facts=facts, lines=_shown(found), failed=failed, exit_code=FAILED)


def _shown(found: Audit) -> tuple[str, ...]:
    """Return the rules that fail, each with its first object, and how many more there are."""
    first = {finding.rule: finding for finding in reversed(found.failures)}
    rules = sorted(first)
    lines = [f"{rule} {first[rule].object}: {first[rule].actual}" for rule in rules[:_SHOWN]]
    more = len(rules) - _SHOWN
    return (*lines, *([f"and {more} more rules"] if more > 0 else []))

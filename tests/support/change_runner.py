"""A runner that a test can kill: carries a plan out in a process of its own. Access on standard input, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from govnet.network.load import load
from nornir_tasks.changes import begin, carry_out
from nornir_tasks.job import Job
from nornir_tasks.journal import Journal
from nornir_tasks.planfile import read_file
from nornir_tasks.runner import Access, Runner
from support.laixi import network


def main() -> None:
    """Carry out the plan in the file named second, writing the journal named first.

    A third word names an inventory folder, where it is not Laixi's; there every device is changed at once.
    """
    given = json.load(sys.stdin)
    given["known_hosts"] = Path(given["known_hosts"])
    of, change = (load(sys.argv[3]), "table") if sys.argv[3:] else (network(), "killed")
    plan = read_file(Path(sys.argv[2]).read_text(), of, "plan")
    many = max(20, *map(len, plan.waves))
    with (
        Journal(Path(sys.argv[1])) as journal,
        journal.alone(),
        Runner(of, Access(**given), journal, workers=many) as runner,
    ):
        begin(journal, plan, change)
        carry_out(runner, plan, Job(of, plan.plan.devices, change, journal, accept_unverified=True))


if __name__ == "__main__":
    main()

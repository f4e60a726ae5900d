"""A runner that a test can kill: carries a plan out in a process of its own. Access on standard input, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nornir_tasks.changes import begin, carry_out
from nornir_tasks.changing import Job
from nornir_tasks.journal import Journal
from nornir_tasks.planfile import read_file
from nornir_tasks.runner import Access, Runner
from support.laixi import network


def main() -> None:
    """Carry out the plan in the file named second, writing the journal named first."""
    given = json.load(sys.stdin)
    given["known_hosts"] = Path(given["known_hosts"])
    plan = read_file(Path(sys.argv[2]).read_text(), network(), "plan")
    with Journal(Path(sys.argv[1])) as journal, journal.alone(), Runner(network(), Access(**given), journal) as runner:
        begin(journal, plan, "killed")
        carry_out(runner, plan, Job(network(), plan.plan.devices, "killed", journal, accept_unverified=True))


if __name__ == "__main__":
    main()

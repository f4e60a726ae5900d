"""The circle on every platform through real sessions: running, plan, apply, rollback, and running again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.claims import own_block
from support.fault_changes import COMMANDS
from support.fault_table import KINDS, table
from support.row_of_boxes import MAKES

from govnet.config.diff import diff
from nornir_tasks import tasks
from nornir_tasks.changes import begin, carry_out, standing
from nornir_tasks.job import Ending, Job
from nornir_tasks.journal import Journal
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, Request, make_file
from nornir_tasks.readiness import way_back
from nornir_tasks.runner import Runner
from nornir_tasks.sanitize import sanitized

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("make", MAKES)
def test_after_there_and_back_a_box_says_what_it_said_before(tmp_path: Path, make: str) -> None:
    with (
        table(make, tmp_path, own_block(), KINDS[0]) as (found, changes),
        Journal(tmp_path / "circle.sqlite") as journal,
        Runner(found.network, found.access, journal) as runner,
    ):
        name = next(iter(found.network.devices))

        def read() -> tasks.DeviceRead:
            outcome = runner.run(tasks.read, [name], network=found.network)
            assert not outcome.failed
            said: tasks.DeviceRead = outcome.done[name]
            return said

        before = read()
        there = found.plan([name], {name: before.reading}, changes)
        assert len(there.plan.devices[name].commands) >= COMMANDS
        begin(journal, there, "there")
        job = Job(found.network, there.plan.devices, "there", journal, accept_unverified=True)
        assert carry_out(runner, there, job).devices == {name: Ending.AS_PLANNED}
        between = read()
        assert not diff(between.reading.config, there.plan.devices[name].predicted)
        readings = {name: between.reading}
        plan, waves = way_back(found.network, readings, there, standing(journal, there, "there"))
        judgement = judge(found.network, readings, plan, waves)
        back = make_file(found.network, plan, judgement, Request(Author("ann"), reverts="there", accept_unknown=True))
        begin(journal, back, "back")
        job = Job(found.network, plan.devices, "back", journal, accept_unverified=True)
        assert carry_out(runner, back, job).devices == {name: Ending.AS_PLANNED}
        after = read()
        platform = found.network.devices[name].platform
        assert not diff(after.reading.config, before.reading.config)
        assert sorted(sanitized(after.text, platform).splitlines()) == sorted(
            sanitized(before.text, platform).splitlines()
        )
        assert journal.verify() == []

"""Routing tables are asked for in the session that reads a device; what goes wrong then costs nothing read before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.laixi import AGG, CORE, FIREWALL, Estate, floor, lab_of

from lab.faults import DropAfter, Hang, Refuse
from nornir_tasks import tasks
from nornir_tasks.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.routetable import RoutingTable
    from lab.faults import Fault

pytestmark = pytest.mark.lab
ASKED = {AGG: "display ip routing-table", CORE: "show ip route info", FIREWALL: "ip -4 route show table all"}


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with lab_of(*ASKED, floor(1)) as lab:
        made = Estate(lab, tmp_path_factory.mktemp("routing"), patience=5)
        yield made
        made.close()


def tables(estate: Estate, *names: str) -> dict[str, tuple[RoutingTable, ...] | None]:
    outcome = estate.runner.run(tasks.read, names, network=estate.network, whole=True)
    assert not outcome.failed
    assert all(found.reading.read_lines for found in outcome.done.values())
    return {name: found.routing for name, found in outcome.done.items()}


def test_each_router_shows_its_table_and_a_stackable_has_none(estate: Estate) -> None:
    found = tables(estate, *ASKED, floor(1))
    assert found[floor(1)] is None
    for name in ASKED:
        (table,) = found[name] or ()
        assert (name, table.unread) == (name, ())
    (agg,) = found[AGG] or ()
    assert {row.source for row in agg.rows} == {"connected"}  # as its installer left it


def test_whoever_asks_for_the_configuration_alone_gets_no_tables(estate: Estate) -> None:
    assert {found.routing for found in estate.outcome(*ASKED).done.values()} == {None}


FAULTS: dict[str, tuple[str, Fault, str]] = {
    "refused": (AGG, Refuse("routing-table", "Error: You do not have permission to run the command."), "refused `disp"),
    "another form": (CORE, Refuse("ip route info", "Route cache is being rebuilt"), "no part of it: Route cache"),
    "silence": (AGG, Hang("routing-table"), "fell silent for"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_table_that_cannot_be_had_is_told_and_the_rest_stays_read(estate: Estate, case: str) -> None:
    name, fault, said = FAULTS[case]
    estate.lab.faults.set(name, fault)
    try:
        (table,) = tables(estate, name)[name] or ()
    finally:
        estate.lab.faults.clear(name)
    assert said in " ".join(table.unread)
    assert table.rows == ()
    (again,) = tables(estate, name)[name] or ()
    assert (again.unread, bool(again.rows)) == ((), name != CORE)


def test_a_session_that_ends_before_the_table_leaves_the_configuration_read(estate: Estate) -> None:
    """The line that ends it differs with what a driver types first, so each in turn is tried."""
    told: list[tuple[str, ...]] = []
    for line in range(3, 9):
        estate.lab.faults.set(AGG, DropAfter(line, "silent"))
        try:
            with Runner(estate.network, estate.access, estate.journal) as runner:
                outcome = runner.run(tasks.read, [AGG], network=estate.network, whole=True)
        finally:
            estate.lab.faults.clear(AGG)
        if told := [table.unread for found in outcome.done.values() for table in found.routing if table.unread]:
            break
    assert any("closed the session" in " ".join(unread) for unread in told)

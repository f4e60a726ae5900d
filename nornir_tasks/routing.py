"""A device's routing tables, asked for in the session in which its configuration was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.routetable import unseen
from govnet.errors import DeviceError
from govnet.platforms.base import Routing
from nornir_tasks.session import open_session, speaking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nornir.core.task import Task

    from govnet.config.model import DeviceConfig
    from govnet.config.routetable import RoutingTable
    from govnet.platforms.base import Platform
    from sessions.drivers.base import GovnetSSH


def routing_tables(task: Task, speaks: Platform, config: DeviceConfig) -> tuple[RoutingTable, ...] | None:
    """Return the table of every routing instance of ``config``; None where no form of it is on record for the box.

    What was read of the box before stays read: a command that it refuses, or a session that it ends here, leaves a
    table not seen, with the cause.
    """
    if not isinstance(speaks, Routing):
        return None
    found: list[RoutingTable] = []
    asked = speaks.tables(config)
    try:
        session = open_session(task)
        with speaking(task.host.name):
            for vrf, command in asked.items():
                found += _table(session, speaks, vrf, command)
    except DeviceError as error:
        task.host.close_connections()
        had = {table.vrf for table in found}
        found += [unseen(vrf, str(error)) for vrf in asked if vrf not in had]
    return tuple(found)


def _table(session: GovnetSSH, speaks: Routing, vrf: str, command: str) -> Sequence[RoutingTable]:
    answer = session.ask(command)
    if refusal := speaks.refusal(answer):
        return [unseen(vrf, f"the box refused `{command}`: {refusal}")]
    return speaks.read_table(answer, vrf)

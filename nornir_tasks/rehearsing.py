"""A rehearsal: every device of a revision is restored into emulated ones and read back; no real one is spoken to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.errors import GovnetError
from nornir_tasks import tasks
from nornir_tasks.restoring import Rehearsed, compared, plan_restore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govnet.network.model import Network
    from nornir_tasks.planning import DevicePlan
    from nornir_tasks.restoring import Backup
    from nornir_tasks.runner import Runner


def rehearse(
    runner: Runner, network: Network, backups: Iterable[Backup]
) -> tuple[list[Rehearsed], dict[str, GovnetError]]:
    """Restore devices from what they are now to what their backups say; return how each looks, and who failed and why.

    A device that could be read back is in the first, even when it failed on the way; then it is in both.

    Args:
        runner: over emulated devices only: commands of unverified syntax are sent.
        network: whose devices they are.
        backups: what they are restored to.
    """
    wanted = {backup.device: backup for backup in backups}
    before = runner.run(tasks.read, wanted, network=network)
    failed = dict(before.failed)
    plans: dict[str, DevicePlan] = {}
    for name, found in before.done.items():
        try:
            plans |= plan_restore(network, {name: found.reading}, [wanted[name]]).devices
        except GovnetError as error:
            failed[name] = error
    failed |= runner.run(tasks.apply, plans, network=network, plans=plans, accept_unverified=True).failed
    after = runner.run(tasks.read, wanted, network=network)
    return [compared(wanted[name], found.reading) for name, found in after.done.items()], {**after.failed, **failed}

"""What the action plugins have in common: arguments in, one step for all hosts of the play, results out."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from govnet.errors import GovnetError
from govnet.plays.changing import Consent
from govnet.plays.play import Announced, play_of

if TYPE_CHECKING:
    from govnet.plays.play import Play, Step

_PR_SET_PDEATHSIG = 1
CONSENT: dict[str, dict[str, Any]] = {
    "accept_unverified": {"type": "bool", "default": False},
    "accept_unknown": {"type": "bool", "default": False},
    "break_glass": {"type": "str", "default": ""},
    "budget": {"type": "int", "default": 0},
    "deadline": {"type": "float", "default": 300.0},
}
"""Arguments of all actions that change devices; see `govnet.plays.changing.Consent`."""


class GovnetAction(ActionBase):  # type: ignore[misc]  # Ansible ships no types
    """One step of a playbook: run it with ``run_once``, for it does all hosts of the play at once.

    Sessions are shared among its devices, waves span them, and a proof needs them all. The result's ``devices`` say
    what became of each host; the action ``govnet_outcome`` tells each host its own.
    """

    arguments: ClassVar[dict[str, dict[str, Any]]] = {}

    def step(self, play: Play, arguments: dict[str, Any]) -> Step:
        """Do the work."""
        raise NotImplementedError

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ansible: run the action."""
        super().run(tmp, task_vars)
        _, arguments = self.validate_argument_spec(argument_spec=self.arguments)
        end_with_parent()
        variables = task_vars or {}
        hosts = [str(host) for host in variables["ansible_play_batch"]]
        progress = Announced(Display().display)
        try:
            play = play_of(variables, hosts, progress, check=bool(self._task.check_mode))
            return self.step(play, arguments).as_result()
        except GovnetError as error:
            return {"failed": True, "msg": str(error), "exit_code": error.exit_code, "devices": {}}

    @staticmethod
    def consent(arguments: dict[str, Any], *, unapproved_in_lab: bool = False) -> Consent:
        """Return what the arguments let happen."""
        return Consent(unapproved_in_lab=unapproved_in_lab, **{name: arguments[name] for name in CONSENT})

    @staticmethod
    def plan_path(play: Play, named: str) -> Path:
        """Return where the plan is kept: where somebody says, or in the build folder."""
        return Path(named).expanduser().absolute() if named else play.work.folder / "plan.json"


def end_with_parent() -> None:
    """Have the kernel end this process with the one that started it.

    Ansible's workers are sessions of their own: without this, whoever kills `ansible-playbook` leaves a worker behind
    that goes on changing devices. What it leaves is what `govnet resume` takes up.
    """
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)

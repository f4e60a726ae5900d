"""Action ``govnet_outcome``: tell each host what a step that did all hosts at once did to it."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Turn one host's part of a step's result into that host's result.

    It is given that part alone: Ansible renders what an action is given anew for each host, every line of it.
    """

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ansible: run the action."""
        super().run(tmp, task_vars)
        part = {"type": "dict"}
        _, arguments = self.validate_argument_spec(
            argument_spec={"device": part, "whole": part, "show": {"type": "bool", "default": False}},
            mutually_exclusive=[("device", "whole")],
            required_one_of=[("device", "whole")],
        )
        if arguments["whole"] is not None:
            return _whole(arguments["whole"])
        host = str((task_vars or {})["inventory_hostname"])
        told = arguments["device"]
        if not told:
            return {"failed": True, "msg": f"{host}: the step before says nothing of this device. See what stopped it."}
        shown = {"_ansible_verbose_always": True} if arguments["show"] and told.get("lines") else {}
        return {**told, **shown}


def _whole(step: dict[str, Any]) -> dict[str, Any]:
    """Return what became of a step as a whole; one that does not say that it is clean has failed."""
    failed = step.get("clean") is not True
    return {"failed": failed, "msg": step.get("msg", ""), "exit_code": step.get("exit_code", 4) if failed else 0}

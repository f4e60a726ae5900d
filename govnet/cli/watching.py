"""What ansible-runner's events become: progress on the terminal, rows of the journal, figures for the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from govnet.cli import screen
from govnet.cli.workspace import TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nornir_tasks.journal import Journal

_PROGRESS = re.compile(r"govnet: (\w+) (\d+)/(\d+) (\S+) (ok|failed)\s*$")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ENDINGS = {"runner_on_ok": "done", "runner_on_failed": "failed", "runner_on_unreachable": "failed"}
OUTCOME = "govnet_outcome"


class Watch:
    """Hears every event of a run; what breaks in here breaks nothing there, and is told at the end."""

    def __init__(self, terminal: bool, *, aloud: bool | None) -> None:  # noqa: FBT001 - the only one
        """Watch a run.

        Args:
            terminal: show progress bars.
            aloud: repeat all that Ansible says; None keeps standard output free.
        """
        self._bars = screen.Bars(TITLES) if terminal else None
        self._aloud = aloud
        self.journal: Journal | None = None
        self.step = ""
        self.failed: dict[str, str] = {}
        self.changed: set[str] = set()
        self.seen: set[str] = set()
        self.codes: list[int] = []
        self.no_hosts = False
        self.said = ""
        self.broke: Exception | None = None

    def __call__(self, event: Mapping[str, Any]) -> bool:
        """ansible-runner: an event. Returns True: it is to be kept in the artifacts."""
        try:
            self._hear(str(event.get("event")), event.get("event_data") or {}, str(event.get("stdout") or ""))
        except Exception as error:  # noqa: BLE001 - ansible-runner would end the run in the middle of a change
            self.broke = self.broke or error
        return True

    def _hear(self, kind: str, data: Mapping[str, Any], text: str) -> None:
        if kind == "playbook_on_no_hosts_matched":
            self.no_hosts = True
        elif kind in _ENDINGS:
            self._ending(_ENDINGS[kind], data)
        if not self._progressed(text):
            self._repeat(text)

    def _ending(self, state: str, data: Mapping[str, Any]) -> None:
        """Note how a task ended on a host; a row of the journal for what concerns that host alone."""
        result, host, own = data.get("res") or {}, str(data.get("host")), data.get("task_action") == OUTCOME
        self.seen.add(host)
        if result.get("changed"):
            self.changed.add(host if own else "")
        if state == "failed":
            self.failed[host if own else str(data.get("task"))] = str(result.get("msg", "failed"))
            self.codes.append(int(result.get("exit_code", 4)))
        if own and self.journal and (state == "failed" or result.get("changed")):
            self.journal.write(host, self.step, state, f"{data.get('task')}: {result.get('msg', '')}")

    def _progressed(self, text: str) -> bool:
        """Advance the bar that a line of progress is about; return whether it was one."""
        found = _PROGRESS.search(_COLOUR.sub("", text))
        if not found:
            return False
        title, at, total, device, how = found.groups()
        if self._bars:
            if at == "1":
                self._bars.begin(title, int(total))
            self._bars.advance(device, failed=how == "failed")
            if at == total:
                self._bars.end()
        return True

    def _repeat(self, text: str) -> None:
        plain = _COLOUR.sub("", text).replace("\r", "")
        if "[ERROR]:" in plain:
            self.said = plain.partition("[ERROR]:")[2].strip()
        if self._aloud and plain.strip():
            screen.out.print(plain, markup=False, soft_wrap=True)

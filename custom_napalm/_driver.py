"""Configuration by govnet's own machinery, behind NAPALM's methods: load, compare, commit, confirm, go back.

None of these devices has a candidate, a commit or a rollback. A candidate is a text that is read here; its difference
to what runs is said in commands, sent, and read back; going back is the inverse, said and read back likewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    MergeConfigException,
    NapalmException,
    ReplaceConfigException,
)

from custom_napalm import _session
from custom_napalm._base import GovnetConnection
from custom_napalm._box import Committed, described, running_text
from custom_napalm._candidate import Candidate, given_text, refuse_unread
from custom_napalm._guard import Guard, GuardState
from govnet.config import diff, inverse
from govnet.errors import GovnetError

if TYPE_CHECKING:
    from custom_napalm._box import Box
    from custom_napalm._session import Session
    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.platforms.base import Command


class GovnetDriver(GovnetConnection):
    """Base of the drivers: NAPALM's configuration methods.

    A platform says how texts are put together (`_whole`, `_merged`) and what keeps a way back on the device while a
    commit waits for its confirmation (`_checkpoint`, `_settle`).
    """

    _loaded: Candidate | None = None
    _compared: tuple[Change, ...] | None = None
    _done: Committed | None = None

    def _whole(self, text: str, running: str) -> str:
        """Return a replacing candidate with what it need not say taken from the running text."""
        del running
        return text

    def _merged(self, text: str, running: str) -> str:
        """Return the running text with a merging candidate typed after it."""
        return f"{running.rstrip()}\n{text}\n"

    def _checkpoint(self, running: str) -> tuple[tuple[Command, ...], tuple[Command, ...]]:
        """Return what keeps a way back before an unconfirmed change: typed in the exec mode, then in config mode."""
        raise NotImplementedError

    def _settle(self) -> tuple[Command, ...]:
        """Return what undoes `_checkpoint` once the change is confirmed or taken back, in config mode."""
        return ()

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take a text as the whole configuration that the device shall have.

        Raises:
            ReplaceConfigException: a line is not understood, the box cannot do it, or the device has lines that are not
                modelled and that the text leaves out: govnet never deletes what it does not understand.
        """
        self._load(Candidate(given_text(filename, config, ReplaceConfigException), replace=True))

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take a text as lines to be typed after the running configuration.

        Raises:
            MergeConfigException: a line is not understood, or the box cannot do it.
        """
        self._load(Candidate(given_text(filename, config, MergeConfigException), replace=False))

    def _load(self, candidate: Candidate) -> None:
        self._target(candidate)
        self._loaded, self._compared = candidate, None

    def _target(self, candidate: Candidate) -> tuple[Reading, DeviceConfig]:
        """Return the state that runs now and the one that a candidate makes of it."""
        box = self._known()
        text = self._running()
        try:
            running = box.speaks.read(text, box.hardware)
            whole = (self._whole if candidate.replace else self._merged)(candidate.text, text)
            wanted = box.speaks.read(whole, box.hardware)
            refuse_unread(candidate, running, wanted)
            could = set(box.speaks.refuse(running.config, box.hardware))
            odd = [line for line in box.speaks.refuse(wanted.config, box.hardware) if line not in could]
        except (GovnetError, ValueError) as error:
            raise candidate.error(f"{self.hostname}: {error}") from error
        if odd:
            raise candidate.error(f"{self.hostname}: this box cannot do that: {'; '.join(odd)}")
        return running, wanted.config

    def _difference(self, candidate: Candidate) -> tuple[tuple[Change, ...], DeviceConfig, DeviceConfig]:
        running, wanted = self._target(candidate)
        try:
            return tuple(diff(running.config, wanted)), running.config, wanted
        except ValueError as error:
            raise candidate.error(f"{self.hostname}: {error}") from error

    def compare_config(self) -> str:
        """Return what a commit would change, each change in words with its commands below; empty for nothing."""
        if self._loaded is None:
            return ""
        changes, running, _ = self._difference(self._loaded)
        self._compared = changes
        try:
            return described(changes, self._known().commands(changes, running))
        except GovnetError as error:
            raise self._loaded.error(str(error)) from error

    def discard_config(self) -> None:
        """Forget the candidate; the device never knew of it."""
        self._loaded = self._compared = None

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Send the difference, read the device back, and save it when it is as asked for.

        With ``revert_in`` (seconds) it is not saved, and is taken back unless `confirm_commit` comes in time. The clock
        runs in this process: a script that ends is kept until the change is confirmed or taken back, but when the
        process is killed or the machine fails, the change stays. See docs/napalm.md for the way back then.

        Raises:
            NotImplementedError: ``message`` is given; these devices keep none.
            CommitConfirmException: ``revert_in`` is less than a second.
            CommitError: nothing is loaded, a commit waits for its confirmation, the device has changed since
                `compare_config`, or unverified syntax would be needed. Nothing was sent.
            ReplaceConfigException, MergeConfigException: the device refused a line or is not as asked for; it was
                brought back to where it was, or the message says that it was not.
        """
        if message:
            raise NotImplementedError(f"{self.platform_name} keeps no message with a commit")
        if revert_in is not None and revert_in < 1:
            raise CommitConfirmException(f"{self.hostname}: revert_in is {revert_in}. Give at least one second.")
        if self.has_pending_commit():
            raise CommitError(f"{self.hostname}: a commit waits for its confirmation. Confirm it or roll it back.")
        if self._loaded is None:
            raise CommitError(f"{self.hostname}: nothing is loaded. Load a candidate first.")
        candidate = self._loaded
        changes, before, wanted = self._difference(candidate)
        if self._compared is not None and self._compared != changes:
            raise CommitError(f"{self.hostname}: has changed since compare_config. Compare again, then commit.")
        done = Committed(before, changes, wanted)
        self._refuse_unspeakable(done, revert=revert_in is not None)
        self._compared = None
        if changes:
            self._send(candidate, done, revert_in)

    def _refuse_unspeakable(self, done: Committed, *, revert: bool) -> None:
        box = self._known()
        try:
            box.refuse_unverified(box.commands(done.changes, done.before))
            if revert:
                box.refuse_unverified(box.commands(inverse(done.changes), done.after))
        except GovnetError as error:
            raise CommitError(str(error)) from error

    def _send(self, candidate: Candidate, done: Committed, revert_in: int | None) -> None:
        box = self._known()
        try:
            with _session.speaking(self.hostname):
                if revert_in is not None:
                    self._keep_way_back(box, self._live())
                box.tell(self._live(), done.changes, done.before)
                if revert_in is None:
                    box.type(self._live(), box.speaks.save)
        except (GovnetError, NapalmException) as error:
            raise candidate.error(f"{error} {self._backed_out(done)}") from error
        self._done = done
        if revert_in is not None:
            self._guard = Guard(self.hostname, revert_in, lambda: self._time_is_up(done))

    def _keep_way_back(self, box: Box, session: Session) -> None:
        kept, configured = self._checkpoint(running_text(session, box.speaks))
        box.type(session, kept)
        if configured:
            box.configure(session, configured)

    def _backed_out(self, done: Committed) -> str:
        """Bring the device back after a commit went wrong; return what became of that."""
        try:
            self._revert_alone(done)
        except (GovnetError, NapalmException) as error:
            return f"And it could not be brought back: {error}"
        return "It was brought back to where it was."

    def _settled(self, box: Box, session: Session) -> None:
        settling = self._settle()
        if settling:
            box.configure(session, settling)

    def _revert_alone(self, done: Committed) -> None:
        """Take a commit back over a session of its own: the one it was made over may be lost."""
        with _session.speaking(self.hostname):
            session = self._dial()
            try:
                box = self._known()
                box.take_back(session, done)
                self._settled(box, session)
            finally:
                session.disconnect()

    def _time_is_up(self, done: Committed) -> None:
        self._revert_alone(done)
        self._done = None

    def has_pending_commit(self) -> bool:
        """Return whether a commit waits for its confirmation, in this process."""
        return self._guard is not None and self._guard.pending

    def confirm_commit(self) -> None:
        """Keep the change: stop the clock and save.

        Raises:
            CommitConfirmException: no commit waits, or it was too late and the change was taken back.
            CommitError: it is kept, but could not be saved.
        """
        guard = self._guard
        if guard is None or not guard.call_off():
            late = guard is not None and guard.state is not GuardState.CONFIRMED
            why = "its time was up and it is taken back" if late else "no commit waits for a confirmation"
            raise CommitConfirmException(f"{self.hostname}: {why}. Load and commit again.")
        self._guard = None
        box = self._known()
        try:
            with _session.speaking(self.hostname):
                self._settled(box, self._live())
                box.type(self._live(), box.speaks.save)
        except GovnetError as error:
            raise CommitError(f"{error} The change runs, but is not saved.") from error

    def rollback(self) -> None:
        """Take the last commit back, confirmed or not, and see that the device is as it was; nothing to do is fine.

        Raises:
            CommitError: it could not be taken back; says what is left.
        """
        guard, self._guard = self._guard, None
        waiting = guard is not None and guard.call_off()
        if guard is not None and guard.pending:
            guard.wait()
        if self._done is None:
            return
        box = self._known()
        try:
            with _session.speaking(self.hostname):
                box.take_back(self._live(), self._done)
                if waiting:
                    self._settled(box, self._live())
                box.type(self._live(), box.speaks.save)
        except GovnetError as error:
            raise CommitError(str(error)) from error
        self._done = None
        self.discard_config()

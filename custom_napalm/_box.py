"""One device and its platform: read it, tell it changes and see that they are there, take them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config import apply, diff, inverse
from govnet.config.ops import ConflictError
from govnet.config.words import words
from govnet.errors import CommandRefusedError, RefusedError, VerifyError
from govnet.platforms.staging import commit, discard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from custom_napalm._session import Session
    from govnet.config.changes import Change
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.platforms.base import Command, Platform


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: the state before it, the changes, and the state after."""

    before: DeviceConfig
    changes: tuple[Change, ...]
    after: DeviceConfig


@dataclass(frozen=True, slots=True)
class Box:
    """A device as the platforms know it.

    Attributes:
        name: what to call it in messages.
        speaks: its platform.
        hardware: its ports, model and release.
        accept_unverified: whether commands without a public source may be sent.
        evidence: families of such commands that somebody saw work on this release.
    """

    name: str
    speaks: Platform
    hardware: Hardware
    accept_unverified: bool = False
    evidence: frozenset[str] = frozenset()

    def read(self, session: Session) -> Reading:
        """Read the running configuration back."""
        return self.speaks.read(running_text(session, self.speaks), self.hardware)

    def commands(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Return changes in the device's words.

        Raises:
            RefusedError: the platform has no words for one of them.
        """
        return list(self.speaks.say(changes, running))

    def refuse_unverified(self, commands: Sequence[Command]) -> None:
        """Let nothing through that no public source confirms, unless somebody vouched for it.

        Raises:
            RefusedError: names the families of commands.
        """
        doubtful = {c.family for c in commands if c.unverified and c.family not in self.evidence}
        if doubtful and not self.accept_unverified:
            families = ", ".join(sorted(doubtful))
            raise RefusedError(
                f"{self.name}: commands without a public source are needed ({families}). Set the optional argument "
                "govnet_accept_unverified, or name those seen to work in govnet_syntax_evidence."
            )

    def tell(self, session: Session, changes: Sequence[Change], running: DeviceConfig) -> DeviceConfig:
        """Send changes, read the device back, return its state.

        Raises:
            RefusedError: nothing was sent, because something cannot be said or is unverified.
            CommandRefusedError: the device refused a command; nothing after it was sent.
            VerifyError: the state read back is not the one that was asked for.
        """
        commands = self.commands(changes, running)
        self.refuse_unverified(commands)
        self.configure(session, commands)
        found = self.read(session).config
        left = diff(found, apply(running, changes))
        if left:
            raise VerifyError(self.name, f"is not as asked for: {_few(left)}", "Look at it before trying again")
        return found

    def configure(self, session: Session, commands: Sequence[Command]) -> None:
        """Type commands in configuration mode; the mode is left again whatever happens.

        On a box with two stages they are committed at the end, or none of them is.

        Raises:
            CommandRefusedError: it refused a command, or did not commit them.
        """
        for line in self.speaks.enter:
            session.ask(line)
        try:
            self.type(session, commands)
            if why := commit(session, self.speaks):
                raise CommandRefusedError(self.name, "did not commit the commands", why)
        finally:
            discard(session, self.speaks)
            for line in self.speaks.leave:
                session.ask(line)

    def type(self, session: Session, commands: Sequence[Command]) -> None:
        """Type commands where the session stands; stop at the first that is refused.

        Raises:
            CommandRefusedError: names the command and the device's own words.
        """
        for index, command in enumerate(commands, 1):
            refusal = self.speaks.refusal(session.ask(command.text, command.answers))
            if refusal:
                first = command.text.partition("\n")[0]
                cause = f"refused command {index} of {len(commands)}, `{first}`: {refusal.strip()}"
                raise CommandRefusedError(self.name, cause, "Mend the configuration and load it again")

    def take_back(self, session: Session, done: Committed) -> None:
        """Bring the device back to where it was before ``done``, whether all of it happened or only a part.

        What others changed since stays, where that is possible.

        Raises:
            GovnetError: as `tell`.
        """
        found = self.read(session).config
        changes = inverse(done.changes)
        try:
            apply(found, changes)
        except ConflictError:
            changes = diff(found, done.before)
        if changes:
            self.tell(session, changes, found)


def running_text(session: Session, platform: Platform) -> str:
    """Return the running configuration as `Platform.read` takes it: several outputs each under its command."""
    if len(platform.shows) == 1:
        return session.ask(platform.shows[0])
    return "\n".join(f"### {command}\n{session.ask(command)}" for command in platform.shows)


def described(changes: Sequence[Change], commands: Sequence[Command]) -> str:
    """Return changes in words, each followed by its commands; empty for no changes."""
    lines: list[str] = []
    for index, change in enumerate(changes):
        lines.append(f"# {words(change)}")
        for command in commands:
            if command.change == index:
                mark = "  (no public source for this syntax)" if command.unverified else ""
                lines += [f"{line}{mark}" for line in command.text.splitlines()]
    return "\n".join(lines)


def _few(changes: Sequence[Change], most: int = 3) -> str:
    said = "; ".join(words(change) for change in changes[:most])
    return said if len(changes) <= most else f"{said}; and {len(changes) - most} more"

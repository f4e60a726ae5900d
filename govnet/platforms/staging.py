"""The end of a change on a box with two stages: what was typed runs, or nothing of it is left.

Pure but for the session that it is handed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from govnet.platforms.base import Staged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.platforms.base import Command, Platform


NO_WORDS: Final = "its prompt says that lines wait for a commit, which the release that is known of it does not have"


class Talk(Protocol):
    """A session, as far as committing needs it."""

    @property
    def uncommitted(self) -> bool | None:
        """Return whether lines typed wait for a commit, by the last prompt; None when the box has no such thing."""

    def ask(self, text: str, answers: Sequence[str] = ()) -> str:
        """Type a line and return what the device says to it."""


def commit(session: Talk, platform: Platform) -> str:
    """Make what waits run. Return why it does not, and then nothing waits any more; empty when all is well.

    Only the prompt is believed: a commit that was refused in words nobody knows leaves it as it was.
    """
    if not session.uncommitted:
        return ""
    words = platform.commit if isinstance(platform, Staged) else ()
    refusal = _type(session, platform, words) if words else NO_WORDS
    if not refusal and _waits(session) is False:
        return ""
    return f"{refusal or 'its prompt still says that something is uncommitted'}. {discard(session, platform)}"


def discard(session: Talk, platform: Platform) -> str:
    """Throw away what waits; return in words what became of it, empty when nothing waited."""
    if not session.uncommitted:
        return ""
    if isinstance(platform, Staged):
        _type(session, platform, platform.discard)
    if _waits(session):
        return "What is uncommitted could not be cleared: it goes with the session"
    return "Nothing of it runs, what was uncommitted is cleared; see what is wrong with it and begin anew"


def _waits(session: Talk) -> bool | None:
    """Look at the prompt again: it changes with every line typed."""
    return session.uncommitted


def _type(session: Talk, platform: Platform, commands: Sequence[Command]) -> str:
    """Type commands up to the first that is refused; return the refusal."""
    for command in commands:
        if refusal := platform.refusal(session.ask(command.text, command.answers)):
            return refusal
    return ""

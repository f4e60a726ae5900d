"""The line discipline between an SSH channel and an emulated command line."""

from __future__ import annotations

from typing import Protocol


class SessionClosed(Exception):  # noqa: N818 - an end, not an error: the other side hung up
    """The client hung up, or a fault on demand dropped the session."""


class Terminal(Protocol):
    """What a personality may do with the person or program at the other end."""

    def write(self, text: str) -> None:
        r"""Send text; ``\n`` leaves as CR LF."""

    async def read_line(self, *, echo: bool = True) -> str:
        """Return one edited line (backspace, Ctrl-U) without its end; raise `SessionClosed` at hang-up."""

    async def read_key(self) -> str:
        """Return one character as typed, not echoed (paging, menus, Ctrl-Y); raise `SessionClosed` at hang-up."""


class Personality(Protocol):
    """One emulated device: its state, and how it talks. State outlives sessions."""

    hostname: str

    async def session(self, terminal: Terminal) -> None:
        """Talk to one client until it leaves (return) or hangs up (`SessionClosed` passes through)."""

    def snapshot(self) -> dict[str, object]:
        """Return plain facts for the SNMP agent: ``sysName``, ports up/down and speed, VLANs with members."""

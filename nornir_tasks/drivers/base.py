"""One session with one device: type a line, wait for what it says, answer when it asks back.

Reads are driven by what arrives, not by a timer: a line costs a round trip, not a sleep. A device that stays silent
for longer than its patience is given up on, with the last thing it said.
"""

from __future__ import annotations

import re
import time
from codecs import getincrementaldecoder
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, cast

from netmiko import BaseConnection
from netmiko.exceptions import ReadTimeout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paramiko import Channel

_CHUNK = 65536
_GOODBYE = 2.0
"""Seconds that a device has to hang up after it was told to."""
_ESCAPE = re.compile(r"\x1b\[\d+D *\x1b\[\d+D|\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x07")
"""Terminal codes. The first takes a paging prompt away: back, blanks over it, back again; the blanks are no text."""
_CUT_CODE = re.compile(r"\x1b(?:[()]?|\[[0-9;?]*|\[\d+D *(?:\x1b(?:\[(?:\d+D?)?)?)?)$")
"""The start of such a code at the end of a packet; the next one brings the rest."""
_TAIL = 200
"""How much of the end of the buffer a prompt or question is looked for in: longer than any of them."""


class SessionEndedError(Exception):
    """The device closed the session; carries what it said last."""


class Hearing:
    """Bytes into text without terminal codes, wherever packets cut a character or a code in two."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._cut = ""

    def take(self, data: bytes) -> str:
        """Return the text of a packet; a code that it ends in waits for the rest of it."""
        raw = self._cut + self._decoder.decode(data)
        cut = _CUT_CODE.search(raw)
        self._cut = cut[0] if cut else ""
        return _ESCAPE.sub("", raw[: len(raw) - len(self._cut)])


@dataclass(frozen=True, slots=True)
class Style:
    """How a platform's session behaves. Patterns are searched for at the very end of what has arrived.

    Attributes:
        prompt: a line that waits for a command, in any view.
        question: a line that waits for an answer (``(y/n)``, ``[Y/N]:``).
        pager: text of the paging prompt; answered with ``pager_key``.
        pager_key: what asks for the next page.
        prepare: lines typed after login that last for the session only.
        logout: lines that leave.
    """

    prompt: re.Pattern[str]
    question: re.Pattern[str] = re.compile(r"[\[(](?:y/n|Y/N)[\])]\s*[:?]?\s*$")
    pager: re.Pattern[str] | None = None
    pager_key: str = " "
    prepare: tuple[str, ...] = ()
    logout: tuple[str, ...] = field(default=("exit",))


class GovnetSSH(BaseConnection):
    """Base of the drivers. `ask` is the whole of it; the rest is netmiko's connection handling."""

    style: ClassVar[Style]
    patience: float = 30.0
    """Seconds of silence after which a device is given up on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - netmiko's own forty parameters
        self._heard = ""
        self._lost = False
        self._hearing = Hearing()
        self.patience = float(kwargs.get("read_timeout_override") or self.patience)
        super().__init__(*args, **kwargs)

    @property
    def _wire(self) -> Channel:
        """The SSH channel, which netmiko also knows under its older, wider type."""
        return cast("Channel", self.remote_conn)

    def session_preparation(self) -> None:
        """Get to a prompt and make the session fit for a program."""
        self.greet()
        for line in self.style.prepare:
            self.ask(line)

    def greet(self) -> None:
        """Get from the first byte to a prompt. Drivers with menus and banners override this."""
        self.wait_for(self.style.prompt)

    def ask(self, text: str, answers: Sequence[str] = ()) -> str:
        """Type ``text`` and return what the device says to it, without echo, pager marks and prompt.

        ``answers`` are typed, in order, when the device asks back; a question without one is answered with ``n`` and
        left in the output.

        Raises:
            ReadTimeout: the device fell silent before it gave a prompt.
            SessionEndedError: it closed the session.
        """
        left = list(answers)
        self._heard = ""
        self.type(text + "\n")
        said = ""
        while True:
            part, question = self._until_it_waits()
            said += part
            if not question:
                return self._clean(said, text)
            self.type((left.pop(0) if left else "n") + "\n")

    def type(self, text: str) -> None:
        """Send characters as they are.

        Raises:
            SessionEndedError: the device closed the session.
        """
        try:
            self._wire.sendall(text.encode())
        except OSError as error:
            raise self._ended() from error

    def _until_it_waits(self) -> tuple[str, bool]:
        """Read up to a prompt or a question; turn pages on the way. Return the text and whether it is a question."""
        while True:
            tail = self._heard[-_TAIL:]
            if self.style.pager and (found := self.style.pager.search(tail)):
                self._heard = self._heard[: len(self._heard) - len(tail) + found.start()]
                self.type(self.style.pager_key)
            elif self.style.question.search(tail):
                heard, self._heard = self._heard, ""
                return heard, True
            elif self.style.prompt.search(tail):
                heard, self._heard = self._heard, ""
                return heard, False
            self._hear()

    def wait_for(self, *patterns: re.Pattern[str]) -> int:
        """Read until one of the patterns is found at the end; return which, and forget what was read.

        Raises:
            ReadTimeout: the device fell silent.
            SessionEndedError: it closed the session.
        """
        while True:
            for index, pattern in enumerate(patterns):
                if pattern.search(self._heard[-_TAIL:]):
                    self._heard = ""
                    return index
            self._hear()

    def _hear(self) -> None:
        """Take in what the device says next; wait for it if need be."""
        self._wire.settimeout(self.patience)
        started = time.monotonic()
        try:
            data = self._wire.recv(_CHUNK)
        except TimeoutError as error:
            self._lost = True
            waited = time.monotonic() - started
            raise ReadTimeout(f"silent for {waited:.0f} s after {self._heard[-_TAIL:]!r}") from error
        except OSError as error:
            raise self._ended() from error
        if not data:
            raise self._ended()
        self._heard += self._hearing.take(data)

    def _ended(self) -> SessionEndedError:
        self._lost = True
        return SessionEndedError(self._heard[-_TAIL:])

    def _clean(self, said: str, typed: str) -> str:
        """Drop the echo of what was typed and the prompt; bring line ends into one form."""
        lines = said.replace("\r\n", "\n").replace("\r", "").split("\n")
        lines.pop()  # the prompt
        block = typed.split("\n")
        echoed = bool(lines) and block[0].strip() in lines[0]
        return "\n".join(lines[len(block) :] if echoed else lines)

    def disconnect(self) -> None:
        """Leave politely: log out and wait until the device hangs up; hang up on one that was given up on."""
        if not self._lost:
            with suppress(OSError, AttributeError):
                self._take_leave()
        self.paramiko_cleanup()

    def _take_leave(self) -> None:
        for line in self.style.logout:
            self._wire.sendall(f"{line}\n".encode())
        self._wire.settimeout(_GOODBYE)
        while self._wire.recv(_CHUNK):
            pass

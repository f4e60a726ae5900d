"""One session with one device: type a line, wait for what it says, answer when it asks back.

Reads are driven by what arrives, not by a timer: a line costs a round trip, not a sleep. A device that stays silent
for longer than its patience is given up on, with the last thing it said.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from netmiko import BaseConnection, log
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadTimeout
from paramiko import RejectPolicy

from sessions.drivers.block import answers, clean
from sessions.drivers.hearing import Hearing
from sessions.drivers.login import Login
from sessions.wires import HostKeyError, SessionEndedError, Transport, legacy, ssh, telnet
from sessions.wires.base import HEIGHT, WIDTH

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from paramiko import Channel, SSHClient

    from sessions.drivers.style import Style
    from sessions.wires import Wire

_GOODBYE = 2.0
"""Seconds that a device has to hang up after it was told to."""
_TAIL = 200
"""How much of the end of the buffer a prompt or question is looked for in: longer than any of them."""


class GovnetSSH(BaseConnection):
    """Base of the drivers. `ask` is the whole of it; the rest is netmiko's connection handling."""

    style: ClassVar[Style]
    patience: float = 30.0
    """Seconds of silence after which a device is given up on."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - netmiko's own forty parameters
        transport: str = Transport.SSH,
        **kwargs: Any,  # noqa: ANN401 - the same
    ) -> None:
        """Open a session as netmiko's own connections do; ``transport`` is a value of `Transport`."""
        self._heard = ""
        self._lost = False
        self._hearing = Hearing()
        self._wire: Wire | None = None
        self._transport = Transport(transport)
        self._login: Login | None = None
        self.patience = float(kwargs.get("read_timeout_override") or self.patience)
        if self._transport is Transport.TELNET:
            kwargs["port"] = kwargs.get("port") or telnet.PORT
        super().__init__(*args, **kwargs)

    def establish_connection(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Open the wire that the transport names.

        Raises:
            HostKeyError, OldAlgorithmsError, NetmikoAuthenticationException, NetmikoTimeoutException, OSError: it
                cannot be had.
        """
        match self._transport:
            case Transport.SSH:
                self._wire = self._open_ssh(width, height)
            case Transport.LEGACY_SSH:
                self._wire = self._open_legacy()
            case Transport.TELNET:
                self._wire = telnet.TelnetWire(self.host, self.port, self.conn_timeout)
                self._login = Login(self.username or "", self.password or "")

    def _open_ssh(self, width: int, height: int) -> Wire:
        try:
            super().establish_connection(width, height)
        except NetmikoTimeoutException as error:
            ssh.explain(error.__context__)
            raise
        except HostKeyError:
            self.paramiko_cleanup()
            raise
        return ssh.ChannelWire(cast("Channel", self.remote_conn))

    def _connect_params_dict(self) -> dict[str, Any]:
        """Netmiko: return what paramiko's client is given."""
        return super()._connect_params_dict() | {"transport_factory": ssh.prompt_transport}

    def _build_ssh_client(self) -> SSHClient:
        """Netmiko: return the client that will connect; a strict one says which key it does not know."""
        if not isinstance(self.key_policy, RejectPolicy):
            return super()._build_ssh_client()
        self.key_policy = ssh.RefuseUnknown()
        known, self.alt_host_keys, self.system_host_keys = self._known_hosts, False, False
        client = super()._build_ssh_client()
        ssh.trust(client, known, self.host, self.port)
        return client

    @property
    def _known_hosts(self) -> Path:
        chosen = self.alt_key_file if self.alt_host_keys else None
        return Path(chosen or "~/.ssh/known_hosts").expanduser()

    def _open_legacy(self) -> Wire:
        account = (self.username or "", self.password or "")
        known, seconds = self._known_hosts, self.conn_timeout
        return legacy.open_legacy(self.host, self.port, *account, known_hosts=known, seconds=seconds)

    @property
    def _open_wire(self) -> Wire:
        if self._wire is None:
            raise SessionEndedError("")
        return self._wire

    def _try_session_preparation(self, force_data: bool = True) -> None:  # noqa: FBT001, FBT002 - netmiko's signature
        """Prepare the session, or leave none behind.

        Netmiko types an empty line first (``force_data``). Over Telnet that would be an empty user name; over SSH its
        prompt would come late and be taken for the answer to the first line.
        """
        del force_data
        try:
            self.session_preparation()
        except Exception:
            self.disconnect()
            raise

    def session_preparation(self) -> None:
        """Get to a prompt and make the session fit for a program."""
        try:
            self.greet()
        except SessionEndedError as error:
            if self._login and self._login.spent:  # that is how some boxes refuse
                raise NetmikoAuthenticationException("hung up on the account") from error
            raise
        self._login = None
        for line in self.style.prepare:
            self.ask(line)

    @property
    def uncommitted(self) -> bool | None:
        """Return whether lines typed wait for a commit; None when the box has no such thing."""
        return None

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
                return clean(said, text)
            self.type((left.pop(0) if left else "n") + "\n")

    def ask_block(self, lines: Sequence[str]) -> list[str]:
        """Type several lines at once and return what the device says to each, as `ask` would.

        Only for lines that are not asked back: a question would take the line behind it for its answer.

        Raises:
            ReadTimeout: the device fell silent before it had answered them all.
            SessionEndedError: it closed the session.
        """
        if len(lines) == 1:
            return [self.ask(lines[0])]
        self._heard = ""
        self.type("".join(f"{line}\n" for line in lines))
        heard = ""
        while True:
            part, question = self._until_it_waits()
            heard += part
            if question:
                self.type("n\n")
            elif len(found := answers(heard, lines, self.style.prompt)) == len(lines):
                return found
            else:
                self._heard = heard  # the prompt of an earlier line: the next is still to be read
                self._hear()
                heard = ""

    def type(self, text: str) -> None:
        """Send characters as they are.

        Raises:
            SessionEndedError: the device closed the session.
        """
        try:
            self._open_wire.send(text.encode())
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
            self._log_in()
            self._hear()

    def _log_in(self) -> None:
        """Type the account when the device asks for it, and it is the device that has to."""
        if self._login is None:
            return
        try:
            answer = self._login.answer(self._heard[-_TAIL:])
        except NetmikoAuthenticationException:
            self._lost = True  # there is no session to leave politely
            raise
        if answer is not None:
            self._heard = ""
            self.type(answer + "\n")

    def _hear(self) -> None:
        """Take in what the device says next; wait for it if need be."""
        started = time.monotonic()
        try:
            data = self._open_wire.receive(self.patience)
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

    def disconnect(self) -> None:
        """Leave politely: log out and wait until the device hangs up; hang up on one that was given up on."""
        wire, self._wire = self._wire, None
        if wire:
            if not self._lost:
                with suppress(OSError):
                    self._take_leave(wire)
            with suppress(OSError):
                wire.close()
        if self._transport is Transport.SSH:
            self.paramiko_cleanup()
        log.removeFilter(self._secrets_filter)

    def _take_leave(self, wire: Wire) -> None:
        for line in self.style.logout:
            wire.send(f"{line}\n".encode())
        end = time.monotonic() + _GOODBYE
        while (left := end - time.monotonic()) > 0 and wire.receive(left):
            pass

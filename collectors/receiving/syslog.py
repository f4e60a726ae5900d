"""Syslog messages, RFC 5424 and RFC 3164, taken apart; and streams of them over TCP (RFC 6587)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from collectors.receiving.events import SEVERITIES, readable
from govnet.errors import GovnetError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MESSAGE = 8192
"""Octets of one message: RFC 5425 section 4.3.1 asks for that much."""
_FACILITIES = 24
_DEFAULT = 13
"""Priority of a message that names none: user.notice (RFC 3164 section 4.3.3)."""
_MONTHS = frozenset(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"))
_LIMITS = (255, 48, 128, 32)
"""Longest host name, application, process and message identifier (RFC 5424 section 6)."""
_HEADER_WORDS = 6


class SyslogError(GovnetError):
    """Octets that are no syslog message; counted, never shown."""


class Message(NamedTuple):
    """A syslog message.

    Attributes:
        severity: one of `SEVERITIES`.
        app: the program that wrote it, where the message says; else empty.
        text: what it says, as it came.
    """

    severity: str
    app: str
    text: str


def parse(data: bytes) -> Message:
    """Return the message in a datagram or frame.

    Raises:
        SyslogError: empty, a priority above 191, or an RFC 5424 header that breaks its grammar.
    """
    text = readable(data[:MAX_MESSAGE]).strip("\r\n\0 ")
    if not text:
        raise SyslogError("an empty message")
    priority, rest = _priority(text)
    severity = SEVERITIES[priority % len(SEVERITIES)]
    if rest.startswith("1 ") and rest != text:
        return _rfc5424(severity, rest[2:])
    app, said = _rfc3164(rest)
    return Message(severity, app, said)


def _priority(text: str) -> tuple[int, str]:
    """Return the priority and what follows it."""
    if not text.startswith("<"):
        return _DEFAULT, text
    digits, closed, rest = text[1:5].partition(">")
    if not closed or not (digits.isascii() and digits.isdecimal()):
        raise SyslogError("a priority that is no number")
    if int(digits) >= _FACILITIES * len(SEVERITIES):
        raise SyslogError("a priority above 191")
    return int(digits), rest + text[5:]


def _rfc5424(severity: str, text: str) -> Message:
    """Read what follows the version: six words, one of them structured data."""
    words = text.split(" ", 5)
    if len(words) < _HEADER_WORDS:
        raise SyslogError("an RFC 5424 header that ends early")
    time, host, app, process, identifier, rest = words
    if not _is_time(time) or not all(
        0 < len(word) <= most for word, most in zip((host, app, process, identifier), _LIMITS, strict=True)
    ):
        raise SyslogError("an RFC 5424 header with a word that is none")
    after = 1 if rest.startswith("-") else _structured(rest)
    if after < len(rest) and rest[after] != " ":
        raise SyslogError("structured data that runs into the message")
    return Message(severity, "" if app == "-" else app, rest[after + 1 :].removeprefix("\ufeff"))


def _is_time(word: str) -> bool:
    """Tell whether a word is a time of RFC 3339 as RFC 5424 narrows it, or the sign for none."""
    shape = word[:19].translate(_DIGITS)
    return word == "-" or (shape == "9999-99-99T99:99:99" and (word.endswith("Z") or word[-6:-5] in {"+", "-"}))


_DIGITS = str.maketrans("012345678", "9" * 9)


def _structured(text: str) -> int:
    """Return where structured data ends (RFC 5424 section 6.3): brackets, and quotes with escapes in them."""
    if not text.startswith("["):
        raise SyslogError("structured data that does not begin with a bracket")
    quoted, pos = False, 0
    while pos < len(text):
        sign = text[pos]
        if quoted and sign == "\\":
            pos += 1
        elif sign == '"':
            quoted = not quoted
        elif sign == "]" and not quoted and text[pos + 1 : pos + 2] != "[":
            return pos + 1
        pos += 1
    raise SyslogError("structured data that does not end")


def _rfc3164(text: str) -> tuple[str, str]:
    """Return program and text; a header that is not there, or a vendor's own, stays in the text."""
    words = text.split(" ")
    start = _after_time(words)
    if start is None:
        return _tagged(text)
    rest = " ".join(words[start:])
    host, _, said = rest.partition(" ")
    # `logger` and local senders leave the host out: what comes first is then the tag.
    return _tagged(rest) if host.endswith(":") else _tagged(said)


def _after_time(words: list[str]) -> int | None:
    """Return the word after ``Mmm dd hh:mm:ss``, ``Mmm  d hh:mm:ss`` or ``Mmm dd yyyy hh:mm:ss+zz``; None without."""
    if not words or words[0] not in _MONTHS:
        return None
    for at in range(2, min(5, len(words))):
        if words[at][:8].translate(_DIGITS) == "99:99:99":
            return at + 1
    return None


def _tagged(text: str) -> tuple[str, str]:
    """Split ``sshd[811]: text`` into program and text; no tag, no program."""
    tag, colon, said = text.partition(": ")
    app = tag.partition("[")[0]
    if colon and app and len(tag) <= _LIMITS[1] and app.replace("-", "").replace("_", "").replace("/", "").isalnum():
        return app, said
    return "", text


@dataclass(slots=True)
class Framer:
    """Cuts a TCP stream into messages: by count of octets where one begins with a digit, else by lines (RFC 6587).

    Attributes:
        waiting: octets of a message that has not ended; never more than `MAX_MESSAGE` and a count.
    """

    waiting: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take octets in; yield the messages that they end.

        Raises:
            SyslogError: a message is too long, or a count is none: where the next one begins is then unknown, and the
                connection must be closed.
        """
        self.waiting += data
        while (message := self._next()) is not None:
            if message:
                yield message

    def _next(self) -> bytes | None:
        """Return the next whole message, empty for a blank line; None when it has not ended."""
        return self._counted() if self.waiting[:1].isdigit() else self._line()

    def _counted(self) -> bytes | None:
        count, space, _ = self.waiting[:6].partition(b" ")
        if not space:
            if len(self.waiting) >= 6 or not count.isdigit():  # noqa: PLR2004 - digits and the blank
                raise SyslogError("a count of octets that is none")
            return None
        if not count.isdigit() or int(count) > MAX_MESSAGE:
            raise SyslogError("a count of octets that is none, or too large")
        start, size = len(count) + 1, int(count)
        if len(self.waiting) < start + size:
            return None
        message = bytes(self.waiting[start : start + size])
        del self.waiting[: start + size]
        return message

    def _line(self) -> bytes | None:
        end = self.waiting.find(b"\n", 0, MAX_MESSAGE + 1)
        if end < 0:
            if len(self.waiting) > MAX_MESSAGE:
                raise SyslogError("a line without an end")
            return None
        message = bytes(self.waiting[:end]).rstrip(b"\r")
        del self.waiting[: end + 1]
        return message

"""One UDP socket for all devices: who asked for what, and what became of the replies."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from snmp import pdu
from snmp.errors import MalformedError, RefusedReplyError, SnmpTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

Address: TypeAlias = tuple[str, int]
"""IPv4 address in digits, and port."""

MAX_DATAGRAM = 65535
READS_A_WAKE = 64
RECEIVE_BUFFER = 4 << 20


class Wrapper(Protocol):
    """How a version of SNMP wraps a PDU into a message."""

    @property
    def version(self) -> int:
        """The number in the message."""

    def seal(self, request: pdu.Request, message_id: int) -> bytes:
        """Return the datagram for a request."""

    def open(self, data: bytes, message_id: int) -> pdu.Pdu:
        """Return the PDU of a reply that verifies."""


@dataclass(slots=True)
class Counters:
    """What went over the socket since it was opened.

    Attributes:
        sent, received: datagrams; `octets_received` their size.
        retries: requests sent again.
        refused: replies dropped, by reason (``mac``, ``engine_id``, ``time_window``, ``version``, ...).
    """

    sent: int = 0
    received: int = 0
    octets_received: int = 0
    retries: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Pending:
    """A request in flight.

    Attributes:
        source: who may answer; None for anybody who knows the identifier, as a last resort.
        refused: replies to it that were dropped, by reason: the cause to name if nothing better comes.
    """

    source: Address | None
    wrapper: Wrapper
    future: asyncio.Future[pdu.Pdu | None]
    refused: Counter[str]


class Transport:
    """A UDP socket that gives each verified reply to the request that it answers.

    Attributes:
        elsewhere: devices known to answer from another address than they were asked at.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.counters = Counters()
        self.clock = clock
        self.elsewhere: set[Address] = set()
        self._loop = asyncio.get_running_loop()
        self._pending: dict[int, Pending] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._socket.bind(("", 0))
        self._loop.add_reader(self._socket.fileno(), self._readable)

    @property
    def in_flight(self) -> tuple[int, ...]:
        """The identifiers of requests that wait for a reply."""
        return tuple(self._pending)

    def close(self) -> None:
        """Close the socket; requests in flight end as timeouts."""
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
        for pending in tuple(self._pending.values()):
            _expire(pending.future)
        self._pending.clear()

    async def exchange(
        self, address: Address, wrapper: Wrapper, request: pdu.Request, wait: float, refused: Counter[str]
    ) -> pdu.Pdu | None:
        """Send once and return the verified reply; None when `wait` seconds pass without one.

        Raises:
            SnmpTimeoutError: the datagram cannot be sent at all (no route, closed).
        """
        message_id = self._fresh_id()
        future: asyncio.Future[pdu.Pdu | None] = self._loop.create_future()
        source = None if address in self.elsewhere else address
        self._pending[message_id] = Pending(source, wrapper, future, refused)
        timer = self._loop.call_later(wait, _expire, future)
        try:
            self._send(wrapper.seal(request, message_id), address)
            return await future
        finally:
            timer.cancel()
            self._pending.pop(message_id, None)

    def _fresh_id(self) -> int:
        """Return an identifier that nobody can guess: the only guard of SNMPv2c against blind forgery."""
        while (number := secrets.randbits(31)) in self._pending or not number:
            pass
        return number

    def _send(self, datagram: bytes, address: Address) -> None:
        """Hand a datagram to the kernel; a full buffer counts as a lost datagram, and is retried as one."""
        self.counters.sent += 1
        try:
            self._socket.sendto(datagram, address)
        except BlockingIOError:
            self.counters.refused["send_buffer"] += 1
        except OSError as error:
            raise SnmpTimeoutError(f"{address[0]}:{address[1]}: cannot send: {error}. Check the route.") from error

    def _readable(self) -> None:
        """Take what has arrived, but let others run after a while."""
        for _ in range(READS_A_WAKE):
            try:
                data, source = self._socket.recvfrom(MAX_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                # An ICMP error of some earlier datagram: the request it belongs to will time out.
                continue
            self.receive(data, (source[0], source[1]))

    def receive(self, data: bytes, source: Address) -> None:
        """Give one datagram to the request that it answers, or drop and count it."""
        self.counters.received += 1
        self.counters.octets_received += len(data)
        pending = None
        try:
            _, message_id = pdu.peek_id(data)
            pending = self._pending.get(message_id)
            asked = _asked(pending, source)
            asked.future.set_result(asked.wrapper.open(data, message_id))
        except RefusedReplyError as error:
            self._drop(error.reason, pending)
        except MalformedError:
            self._drop("malformed", pending)

    def _drop(self, reason: str, pending: Pending | None) -> None:
        """Count a reply that will not become a value."""
        self.counters.refused[reason] += 1
        if pending is not None:
            pending.refused[reason] += 1


def _expire(future: asyncio.Future[pdu.Pdu | None]) -> None:
    """End the wait for a reply that has not come."""
    if not future.done():
        future.set_result(None)


def _asked(pending: Pending | None, source: Address) -> Pending:
    """Return the request that a reply from `source` may answer.

    Raises:
        RefusedReplyError: nobody waits for it (any more): late, a duplicate, a replay; or another source.
    """
    if pending is None or pending.future.done():
        raise RefusedReplyError("unexpected")
    if pending.source not in (None, source):
        raise RefusedReplyError("address")
    return pending

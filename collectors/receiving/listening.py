"""The sockets and files behind the receiver: traps over UDP, syslog over UDP and TCP, EVE from a file."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from socket import AF_INET, SO_RCVBUF, SO_REUSEADDR, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, SocketKind, socket
from typing import TYPE_CHECKING, cast

from collectors.receiving import eve, messages, syslog, trapnames
from collectors.receiving.follow import Follower
from collectors.receiving.sources import Gate, Source
from collectors.receiving.streams import Streams
from collectors.receiving.tally import Tally
from govnet.errors import RefusedError
from snmp import MalformedError
from snmp.receiver import DISCOVERY, REPEATED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from collectors.receiving.events import Event
    from collectors.receiving.zones import ZoneMap
    from snmp import Address, Receiver

TRAP, SYSLOG, EVE = "trap", "syslog", "eve"
STREAM = "syslog over TCP"
LOOK_SECONDS = 0.5
"""How often a followed file is looked at: the standard library cannot wait for one to grow."""
STRANGERS_NAMED = 100
"""Strangers that the log names, so that none can fill a disk with forged addresses."""
RECEIVE_BUFFER = 4 << 20
"""Octets that the kernel is asked to hold of a burst."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to listen.

    Attributes:
        traps: UDP address for traps and informs; None for none.
        syslog: UDP and TCP address for syslog; None for none.
        eve: the file that an IDS on this host writes -> the IDS.
    """

    traps: Address | None = None
    syslog: Address | None = None
    eve: Mapping[Path, Source] = field(default_factory=dict)


class Listening:
    """What listens, and what it has heard.

    Args:
        plan: where to listen.
        known: address -> device that may speak.
        zones: the zone of each address.
        judge: who verifies notifications.
        clock: Unix time, for last words and for what each device may send.

    Attributes:
        tally: what was heard, for a registry.
        addresses: way -> where it listens; filled by `bind`, for port 0.
    """

    def __init__(
        self,
        plan: Plan,
        known: Mapping[str, Source],
        zones: ZoneMap,
        judge: Receiver,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.plan, self._judge, self._clock = plan, judge, clock
        self.gate = Gate(known)
        self.tally = Tally(zones, self.gate, clock)
        self.addresses: dict[str, Address] = {}
        self._sockets: dict[str, socket] = {}
        self._transports: list[asyncio.DatagramTransport] = []
        self._streams: Streams | None = None
        self._following: list[asyncio.Task[None]] = []
        self._named = 0
        for source in plan.eve.values():
            self.tally.expect(source.name, EVE)

    def bind(self) -> None:
        """Take the addresses; call before `start`, so that a refusal can be told in words.

        Raises:
            RefusedError: one cannot be listened on.
        """
        if self.plan.traps:
            self.addresses[TRAP] = self._bound(TRAP, SOCK_DGRAM, self.plan.traps)
        if self.plan.syslog:
            self.addresses[SYSLOG] = self._bound(SYSLOG, SOCK_DGRAM, self.plan.syslog)
            self._bound(STREAM, SOCK_STREAM, self.addresses[SYSLOG])

    def _bound(self, use: str, kind: SocketKind, address: Address) -> Address:
        self._sockets[use] = made = socket(AF_INET, kind)
        made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        made.setsockopt(SOL_SOCKET, *((SO_REUSEADDR, 1) if kind == SOCK_STREAM else (SO_RCVBUF, RECEIVE_BUFFER)))
        try:
            made.bind(address)
        except OSError as error:
            self.unbind()
            raise RefusedError(
                f"{address[0]}:{address[1]}: cannot listen for {use} there ({error.strerror}). "
                "Choose another port, or stop what listens there; ports below 1024 want CAP_NET_BIND_SERVICE."
            ) from error
        found = made.getsockname()
        return found[0], found[1]

    def unbind(self) -> None:
        """Give the addresses back."""
        for held in self._sockets.values():
            held.close()
        self._sockets = {}

    async def start(self) -> None:
        """Listen on the addresses that `bind` took, and follow the files."""
        heard = {TRAP: self.trap, SYSLOG: self._syslog_datagram}
        loop = asyncio.get_running_loop()
        for use, sock in self._sockets.items():
            if use == STREAM:
                self._streams = Streams(self.gate.known, self._line, self._turned_away)
                await self._streams.open(sock)
            else:
                transport, _ = await loop.create_datagram_endpoint(partial(_Ear, heard[use]), sock=sock)
                self._transports.append(transport)
        self._following = [asyncio.create_task(self._follow(path, who)) for path, who in self.plan.eve.items()]

    async def close(self) -> None:
        """Stop listening."""
        for transport in self._transports:
            transport.abort()
        if self._streams:
            await self._streams.close()
        for task in self._following:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._transports, self._streams, self._following = [], None, []
        self.unbind()

    def trap(self, data: bytes, sender: Address) -> bytes | None:
        """Take a datagram on the trap port; return what to answer."""
        source = self._admitted(TRAP, sender[0])
        if source is None:
            return None
        outcome = self._judge.receive(data, sender[0])
        try:
            event = trapnames.event_of(outcome.notification) if outcome.notification else None
        except MalformedError:
            self.tally.refused[source.name, TRAP, "malformed"] += 1
            return None
        if event:
            self._said(source, TRAP, event)
        elif outcome.refused not in {DISCOVERY, REPEATED}:
            self.tally.refused[source.name, TRAP, outcome.refused] += 1
        return outcome.reply

    def _syslog_datagram(self, data: bytes, sender: Address) -> None:
        self._line(data, sender[0])

    def _line(self, data: bytes, host: str) -> None:
        """Take one syslog message."""
        source = self._admitted(SYSLOG, host)
        if source is None:
            return
        try:
            message = syslog.parse(data)
            if eve.looks_like(message.text):
                self._eve(source, message.text)
            else:
                self._said(source, SYSLOG, messages.event_of(message))
        except syslog.SyslogError:
            self.tally.refused[source.name, SYSLOG, "malformed"] += 1

    def _said(self, source: Source, via: str, event: Event | None) -> None:
        """Count what a device said; that it said anything is worth knowing too."""
        self.tally.heard(source, via)
        if event:
            self.tally.note(source, via, event)

    def _admitted(self, via: str, host: str) -> Source | None:
        """Return who sent a message; None where it is not read."""
        self.tally.messages[via] += 1
        source = self.gate.known.get(host)
        if source is None:
            self._stranger(via, host)
        elif not self.gate.admits(host, self._clock()):
            self.tally.shed[source.name, via] += 1
            return None
        return source

    def _turned_away(self, host: str) -> None:
        """Count a connection that was not taken: of a stranger, or one too many."""
        if source := self.gate.known.get(host):
            self.tally.shed[source.name, SYSLOG] += 1
        else:
            self._stranger(SYSLOG, host)

    def _stranger(self, via: str, host: str) -> None:
        self.tally.unknown[via] += 1
        if self.gate.is_new(host) and self._named < STRANGERS_NAMED:
            self._named += 1
            _LOG.warning("%s: sends %s, and is no address of the inventory; it is counted and not read", host, via)

    async def _follow(self, path: Path, source: Source) -> None:
        """Read what an IDS writes to a file."""
        file = Follower(path, eve.MAX_RECORD)
        try:
            while True:
                lines = file.lines()
                for line in lines:
                    self.record(source, line)
                if file.overlong:
                    self.tally.refused[source.name, EVE, "malformed"] += file.overlong
                    file.overlong = 0
                await asyncio.sleep(0 if lines else LOOK_SECONDS)
        finally:
            file.close()

    def record(self, source: Source, line: bytes) -> None:
        """Take one record of an IDS's file."""
        self.tally.messages[EVE] += 1
        try:
            self._eve(source, line.decode("utf-8", "replace"))
        except syslog.SyslogError:
            self.tally.refused[source.name, EVE, "malformed"] += 1

    def _eve(self, source: Source, text: str) -> None:
        """Count a record of an IDS, however it came: what cannot be read is no sign of life."""
        found = eve.record(text)
        event = eve.event_of(found)
        if counters := eve.counters(found):
            self.tally.packets(source, counters)
        self._said(source, EVE, event)


class _Ear(asyncio.DatagramProtocol):
    """Hands datagrams on, and sends back what is answered."""

    def __init__(self, heard: Callable[[bytes, Address], bytes | None]) -> None:
        self._heard = heard
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        # Python 3.11's own transport for datagrams does not say that it is a DatagramTransport.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Take one datagram."""
        answer = self._heard(data, addr)
        if answer and self._transport:
            self._transport.sendto(answer, addr)

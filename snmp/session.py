"""The manager's side of one device: retries, discovery, deadlines, and replies of a fitting size."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Self

from snmp import pdu
from snmp.device import FIRST_BINDINGS, Device, Limits
from snmp.errors import AgentError, SnmpAuthError, SnmpTimeoutError, UnansweredError
from snmp.transport import Transport
from snmp.v3 import Usm, report_name

if TYPE_CHECKING:
    from types import TracebackType

    from snmp.credentials import Auth
    from snmp.transport import Address

MAX_REPORTS = 3
"""Reports that one request may meet: discovery, a clock set anew, a device replaced meanwhile."""

AUTH_REASONS = frozenset(("mac", "user", "security_level", "community", "decryption", "unsigned_report"))
REPORT_HINTS = {
    "unsupportedSecLevels": "the device does not offer this security level to the user",
    "unknownUserNames": "the device does not know the user",
    "wrongDigests": "the password or auth_protocol is wrong",
    "decryptionErrors": "the priv_password or priv_protocol is wrong",
    "notInTimeWindows": "the device's clock does not settle",
    "unknownEngineIDs": "the device does not accept its own engine ID",
}


class Manager:
    """An SNMP manager: one socket, any number of devices.

    Use as an async context manager, or call `close`.
    """

    def __init__(self, transport: Transport | None = None) -> None:
        self.transport = transport or Transport()
        self._devices: dict[tuple[Address, Auth], Device] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self.transport.close()

    def session(
        self, address: Address, auth: Auth, limits: Limits | None = None, deadline: float | None = None
    ) -> Session:
        """Return a visit to a device that must end by `deadline` (this transport's clock, seconds).

        Raises:
            SnmpAuthError: the credentials cannot work.
        """
        limits = limits or Limits()
        device = self._devices.get((address, auth))
        if device is None:
            auth.check()
            device = self._devices[address, auth] = Device(self._wrapper(auth), min(FIRST_BINDINGS, limits.bindings))
        return Session(self.transport, address, device, limits, deadline)

    def _wrapper(self, auth: Auth) -> pdu.Community | Usm:
        """Return the message wrapper for credentials."""
        if auth.version == pdu.V3:
            return Usm(auth, self.transport.clock)
        return pdu.Community(auth.version - 1, auth.community.encode())


class Session:
    """One visit to one device.

    Attributes:
        requests, retries, returned: requests sent, those sent again, and variable bindings received.
    """

    def __init__(
        self, transport: Transport, address: Address, device: Device, limits: Limits, deadline: float | None
    ) -> None:
        self.address, self.device, self.limits = address, device, limits
        self.requests = self.retries = self.returned = 0
        self._transport, self._deadline = transport, deadline
        self._slots = asyncio.Semaphore(limits.in_flight)
        if limits.any_source:
            transport.elsewhere.add(address)

    @property
    def name(self) -> str:
        """The device as errors name it."""
        return f"{self.address[0]}:{self.address[1]}"

    @property
    def version(self) -> int:
        """The version number in messages: 0 for SNMPv1, 1 for SNMPv2c, 3 for SNMPv3."""
        return self.device.wrapper.version

    async def ask(self, request: pdu.Request) -> pdu.Pdu:
        """Send a request until a verified response comes.

        Raises:
            SnmpTimeoutError: retries or the deadline are used up.
            SnmpAuthError: the device refuses the user, or only replies came that do not verify.
        """
        async with self._slots:
            wrapper = self.device.wrapper
            if isinstance(wrapper, Usm) and not wrapper.ready:
                await self._discover(wrapper)
            for _ in range(MAX_REPORTS):
                answer = await self._try(request)
                if answer.type != pdu.REPORT:
                    self.returned += len(answer.bindings)
                    return answer
                await self._heed(answer)
        raise SnmpAuthError(f"{self.name}: answers every request with a report. Check its SNMPv3 engine.")

    async def tell(self, request: pdu.Request) -> pdu.Pdu:
        """Send a request that changes something: one datagram, whatever becomes of it.

        Over SNMPv3 the device's engine and clock must be known by then: read something from it first.

        Raises:
            UnansweredError: no response that verifies came; the device may have obeyed or not.
            SnmpAuthError: the device reports that it does not take this user or level; it did not obey.
        """
        async with self._slots:
            refused: Counter[str] = Counter()
            wrapper, wait = self.device.wrapper, self._patience(self.limits.timeout)
            if wait <= 0 or (isinstance(wrapper, Usm) and not wrapper.authentic):
                why = "there was no time left" if wait <= 0 else "its engine is not known yet; read from it first"
                raise SnmpTimeoutError(f"{self.name}: nothing was sent: {why}.")
            self.requests += 1
            answer = await self._transport.exchange(self.address, wrapper, request, wait, refused)
        if answer is None:
            dropped = "".join(f"; {count} replies refused for {reason}" for reason, count in sorted(refused.items()))
            raise UnansweredError(f"{self.name}: did not answer a SET within {wait:g} s{dropped}. Read it first.")
        if answer.type == pdu.REPORT:
            raise SnmpAuthError(self._report_text(answer))
        return answer

    async def _discover(self, wrapper: Usm) -> None:
        """Learn the device's engine, once however many requests wait for it."""
        async with self.device.discovery:
            if not wrapper.ready:
                answer = await self._try(pdu.Request(pdu.GET, ()))
                if not wrapper.ready:
                    raise SnmpAuthError(self._report_text(answer))

    async def _heed(self, report: pdu.Pdu) -> None:
        """Do what a report asks for, where there is something to do.

        Raises:
            SnmpAuthError: the report is a refusal.
        """
        name, wrapper = report_name(report), self.device.wrapper
        if name == "unknownEngineIDs" and isinstance(wrapper, Usm):
            wrapper.forget()
            await self._discover(wrapper)
        elif name != "notInTimeWindows":
            raise SnmpAuthError(self._report_text(report))

    def _report_text(self, report: pdu.Pdu) -> str:
        """Return the message for a report that ends the visit."""
        name = report_name(report)
        hint = REPORT_HINTS.get(name, "the device reports an error that USM does not define")
        return f"{self.name}: SNMPv3 report {name}: {hint}. Compare the auth with the device's SNMPv3 user."

    async def _try(self, request: pdu.Request) -> pdu.Pdu:
        """Send, and send again with growing patience.

        Raises:
            SnmpTimeoutError, SnmpAuthError: nothing acceptable came.
        """
        refused: Counter[str] = Counter()
        patience, tries = self.limits.timeout, 0
        while tries <= self.limits.retries:
            await self._in_turn()
            if (wait := self._patience(patience)) <= 0:
                break
            self._count(tries)
            answer = await self._transport.exchange(self.address, self.device.wrapper, request, wait, refused)
            if answer is not None:
                return answer
            tries, patience = tries + 1, patience * self.limits.backoff
            if request.type == pdu.GET_BULK:
                request = self._smaller(request)
        raise self._gave_up(tries, refused)

    async def _in_turn(self) -> None:
        """Wait until the device may be asked once more, but not past the deadline."""
        delay = self.device.pace.delay(self._transport.clock(), self.limits.rate)
        if delay > 0:
            await asyncio.sleep(max(0.0, self._patience(delay)))

    def _patience(self, wanted: float) -> float:
        """Return how long to wait for a reply: never past the deadline."""
        if self._deadline is None:
            return wanted
        return min(wanted, self._deadline - self._transport.clock())

    def _count(self, tries: int) -> None:
        """Count a request that is sent after so many tries."""
        self.requests += 1
        if tries:
            self.retries += 1
            self._transport.counters.retries += 1

    def _smaller(self, request: pdu.Request) -> pdu.Request:
        """Return a GETBULK for half the rows: what was lost may have been too big."""
        self.device.lost()
        return pdu.Request(request.type, request.oids, request.first, max(1, request.second // 2))

    def _gave_up(self, tries: int, refused: Counter[str]) -> SnmpTimeoutError | SnmpAuthError:
        """Return the error that names why nothing acceptable came."""
        dropped = ", ".join(f"{count} for {reason}" for reason, count in sorted(refused.items()))
        if AUTH_REASONS & refused.keys():
            return SnmpAuthError(
                f"{self.name}: only replies that fail verification came ({dropped}). "
                "Check passwords and protocols; if they are right, somebody forges replies."
            )
        seen = f"; replies refused: {dropped}" if dropped else ""
        return SnmpTimeoutError(
            f"{self.name}: no answer in {tries} tries{seen}. "
            "Check that the device is up, that this host may ask it, and the community or user."
        )

    def agent_error(self, answer: pdu.Pdu) -> AgentError:
        """Return the error for a response with an error-status."""
        status = answer.error_status
        name = pdu.ERROR_NAMES[status] if 0 <= status < len(pdu.ERROR_NAMES) else str(status)
        return AgentError(f"{self.name}: answered with {name} at object {answer.error_index}. See the device's log.")

"""One conversation with a Modbus server over TCP: frames and PDUs are pymodbus's, time and refusals are kept here.

A gateway with RTU devices behind it speaks either Modbus TCP (framing ``tcp``) or passes the serial line's own frames
on (framing ``rtu``). Requests go one at a time, as a serial line wants it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ExceptionResponse
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from collectors.modbus import errors
from collectors.modbus.errors import ModbusError
from collectors.modbus.model import BITS, COILS, DISCRETE, HOLDING, INPUT

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from pymodbus.framer import FramerBase
    from pymodbus.pdu import ModbusPDU

    from collectors.modbus.model import Block

FRAMINGS: dict[str, type[FramerSocket | FramerRTU]] = {"tcp": FramerSocket, "rtu": FramerRTU}
_REQUESTS: dict[int, type[ModbusPDU]] = {
    COILS: ReadCoilsRequest,
    DISCRETE: ReadDiscreteInputsRequest,
    HOLDING: ReadHoldingRegistersRequest,
    INPUT: ReadInputRegistersRequest,
}
_MOST_OCTETS = 4096
"""More than one reply and one that came late: who sends more without a frame in it sends garbage."""
_T = TypeVar("_T")


class Conversation:
    """An open connection; use `connect`, and `close` it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: str, where: str) -> None:
        self._reader, self._writer, self._where = reader, writer, where
        self._framer: FramerBase = FRAMINGS[framing](DecodePDU(is_server=False))
        self._held = b""
        self._last = 0
        self.requests = 0

    async def ask(self, unit: int, block: Block, seconds: float) -> list[int]:
        """Return the registers or bits of a block.

        Args:
            unit: number of the device on its line, 0 to 255.
            block: what to read.
            seconds: how long to wait for the answer.

        Raises:
            ModbusError: no answer, a refusal, or nonsense; its kind says which.
        """
        self._last = self._last % 0xFFFF + 1
        request = _REQUESTS[block.function](address=block.address, count=block.count, dev_id=unit)
        request.transaction_id = self._last
        self.requests += 1
        # A serial line's frames carry no number: what is left over from before answers nothing that is asked now.
        self._held = b""
        self._writer.write(self._framer.buildFrame(request))
        reply = await self._within(seconds, self._answer(unit), f"unit {unit} did not answer in {seconds:.3g} s")
        return self._content(unit, block, reply)

    async def _answer(self, unit: int) -> ModbusPDU:
        """Return the reply to the last request; replies to earlier ones are passed over."""
        while True:
            reply = self._taken(unit)
            if reply is not None:
                return reply
            if len(self._held) > _MOST_OCTETS:
                raise self._failed(errors.MALFORMED, "sent octets that hold no frame")
            try:
                more = await self._reader.read(_MOST_OCTETS)
            except OSError as error:
                raise self._failed(errors.CLOSED, f"the connection broke: {error.strerror}") from error
            if not more:
                raise self._failed(errors.CLOSED, "the connection was closed before the answer")
            self._held += more

    def _taken(self, unit: int) -> ModbusPDU | None:
        """Return the reply in what was received so far, if it is whole; frames passed over are dropped."""
        while self._held:
            try:
                used, said, number, content = self._framer.decode(self._held)
            except (IndexError, ValueError) as error:
                raise self._failed(errors.MALFORMED, f"sent a broken frame: {error}") from error
            self._held = self._held[used:]
            if not used:
                return None
            if not content:
                raise self._failed(errors.MALFORMED, "sent a frame that is broken")
            if number not in (0, self._last):
                continue
            if said != unit:
                raise self._failed(errors.WRONG_UNIT, f"unit {said} answered in the place of unit {unit}")
            return self._decoded(content)
        return None

    def _decoded(self, content: bytes) -> ModbusPDU:
        """Return the reply in a frame."""
        decoder: DecodePDU = self._framer.decoder
        try:
            reply = decoder.decode(content)
        except (ModbusException, IndexError, ValueError) as error:
            raise self._failed(errors.MALFORMED, f"sent a reply that is none: {error}") from error
        if reply is None:
            raise self._failed(errors.MALFORMED, "sent a reply that is none")
        return reply

    def _content(self, unit: int, block: Block, reply: ModbusPDU) -> list[int]:
        """Return what a reply holds.

        Raises:
            ModbusError: it is a refusal, or the answer to another question.
        """
        what = f"unit {unit}, function {block.function}, {block.count} from {block.address}"
        if isinstance(reply, ExceptionResponse):
            kind = errors.EXCEPTIONS.get(reply.exception_code, "exception")
            raise self._failed(kind, f"{what}: exception {reply.exception_code} ({kind})")
        bits = block.function in BITS
        held = list(map(int, reply.bits[: block.count])) if bits else list(reply.registers)
        if reply.function_code != block.function or len(held) != block.count:
            raise self._failed(errors.MALFORMED, f"{what}: the reply holds {len(held)} values")
        return held

    async def _within(self, seconds: float, work: Awaitable[_T], late: str) -> _T:
        """Return what comes of some work, in time.

        Raises:
            ModbusError: it took too long.
        """
        try:
            return await asyncio.wait_for(work, seconds)
        except TimeoutError as error:
            raise self._failed(errors.TIMEOUT, late) from error

    def _failed(self, kind: str, cause: str) -> ModbusError:
        return ModbusError(kind, f"{self._where}: {cause}. {_STEPS.get(kind, _STEPS[''])}")

    async def close(self) -> None:
        """End the connection."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


_STEPS = {
    errors.TIMEOUT: "Look at its power and cable, and whether the unit number is right.",
    errors.WRONG_UNIT: "Correct the unit numbers, or the gateway that mixes them up.",
    errors.MALFORMED: "Check whether the gateway speaks Modbus TCP or passes RTU frames on (framing: tcp or rtu).",
    "gateway_target": "The gateway cannot reach that unit: look at the unit, its line and its number.",
    "gateway_path": "The gateway has no line for that unit: correct its number or the gateway's settings.",
    "illegal_address": "The device has no such register: correct the register map.",
    "illegal_function": "The device does not know that function: correct the register map.",
    "": "Look at the device; ask again.",
}
"""Kind of error -> what to do next."""


async def connect(host: str, port: int, framing: str, seconds: float) -> Conversation:
    """Open a connection.

    Raises:
        ModbusError: nobody listens there, or not in time.
    """
    where = f"{host}:{port}"
    try:
        streams = await asyncio.wait_for(asyncio.open_connection(host, port), seconds)
    except (OSError, TimeoutError) as error:
        cause = getattr(error, "strerror", None) or "no connection in time"
        step = "Look at its power and cable, and whether it listens on that port."
        raise ModbusError(errors.CONNECT, f"{where}: {cause}. {step}") from error
    return Conversation(*streams, framing, where)

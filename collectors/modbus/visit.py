"""One visit to a device that speaks Modbus, and one round over many: from target to samples."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from collectors.collect import DEADLINE_SECONDS, Reading, Result
from collectors.modbus import errors
from collectors.modbus.decode import number, samples
from collectors.modbus.errors import ModbusError
from collectors.modbus.model import Block, blocks
from collectors.modbus.wire import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from collectors.modbus.model import Point, RegisterMap
    from collectors.modbus.targets import ModbusTarget, Unit
    from collectors.modbus.wire import Conversation

ANSWER_SECONDS = 2.0
"""How long one request waits: serial lines of nine units at 9,600 bit/s need a few tenths."""
_TARGETS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class UnitReading(Reading):
    """What one unit gave on one visit; ``error`` is the first of `errors`.

    Attributes:
        unit: its number.
        errors: everything that went wrong.
    """

    unit: int = 0
    errors: tuple[ModbusError, ...] = ()


@dataclass(frozen=True, slots=True)
class Gateways:
    """Who is talked to now: an address is asked by one visit at a time, since a serial line carries one question."""

    _busy: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def at(self, address: str) -> asyncio.Lock:
        """Return what to hold while talking to an address."""
        return self._busy[address]


async def visit(
    target: ModbusTarget,
    maps: Mapping[str, RegisterMap],
    gateways: Gateways,
    seconds: float = DEADLINE_SECONDS,
    patience: float = ANSWER_SECONDS,
) -> Result:
    """Read all units of a target in at most `seconds` altogether; what goes wrong is in the readings, not raised.

    Args:
        target: what to read.
        maps: register maps by name.
        gateways: shared by all visits of this process.
        seconds: for the whole visit, waiting for another one at the same gateway included.
        patience: for one request.
    """
    begun = time.perf_counter()
    end = begun + seconds
    readings: list[UnitReading] = []
    gate = gateways.at(target.address)
    try:
        await asyncio.wait_for(gate.acquire(), seconds)
    except TimeoutError:
        cause = f"{target.address}: another visit held the gateway for {seconds:.3g} s. Ask less often."
        readings += [_unread(unit, maps[unit.map], ModbusError(errors.TIMEOUT, cause)) for unit in target.units]
    else:
        try:
            readings += [reading async for reading in _units(target, maps, end, patience)]
        finally:
            gate.release()
    if not any(reading.bindings for reading in readings):
        # A device that said nothing has no samples: not even that its sensors are silent.
        readings = [replace(reading, families=()) for reading in readings]
    said = list(dict.fromkeys(str(error) for reading in readings for error in reading.errors))
    total = sum(reading.samples for reading in readings)
    return Result(target, total, time.perf_counter() - begun, "; ".join(said) or None, tuple(readings))


async def _units(
    target: ModbusTarget, maps: Mapping[str, RegisterMap], end: float, patience: float
) -> AsyncIterator[UnitReading]:
    """Yield what each unit gave. A connection in doubt is opened anew; one that cannot be opened ends the visit."""
    talk: Conversation | None = None
    refused: ModbusError | None = None
    try:
        for unit in target.units:
            if talk is None and refused is None:
                try:
                    talk = await connect(*_spot(target.address), target.framing, min(patience, _left(end)))
                except ModbusError as error:
                    refused = error
            if talk is None:
                yield _unread(unit, maps[unit.map], refused or ModbusError(errors.CONNECT, target.address))
                continue
            reading = await _unit(talk, unit, maps[unit.map], end, patience)
            yield reading
            # After silence, a late answer would be taken for the next unit's.
            if any(error.kind in _DOUBTED for error in reading.errors):
                await talk.close()
                talk = None
    finally:
        if talk is not None:
            await talk.close()


_DOUBTED = frozenset({errors.TIMEOUT, errors.CLOSED, errors.MALFORMED, errors.WRONG_UNIT})


def _spot(address: str) -> tuple[str, int]:
    """Return host and port."""
    host, _, port = address.rpartition(":")
    return host, int(port)


def _left(end: float) -> float:
    """Return the seconds left, never none."""
    return max(0.05, end - time.perf_counter())


def _unread(unit: Unit, by: RegisterMap, error: ModbusError) -> UnitReading:
    """Return the reading of a unit that was not reached: its sensors are not up."""
    families = samples(by.points, {}, unit.labels)
    return UnitReading(by.name, families, 0.0, error=error, unit=unit.number, errors=(error,))


async def _unit(talk: Conversation, unit: Unit, by: RegisterMap, end: float, patience: float) -> UnitReading:
    """Read one unit."""
    begun, asked = time.perf_counter(), talk.requests
    read: dict[Point, float] = {}
    failed: list[ModbusError] = []
    todo = list(blocks(by.points, by.gap))
    while todo:
        block = todo.pop(0)
        try:
            words = await talk.ask(unit.number, block, min(patience, _left(end)))
        except ModbusError as error:
            failed.append(error)
            if error.kind in errors.ENDING:
                break
            todo = [*_apart(block, error), *todo]
        else:
            read |= _numbers(block, words)
    families = samples(by.points, read, unit.labels)
    took, requests = time.perf_counter() - begun, talk.requests - asked
    first = failed[0] if failed else None
    return UnitReading(
        by.name, families, took, requests, bindings=len(read), error=first, unit=unit.number, errors=tuple(failed)
    )


def _apart(block: Block, error: ModbusError) -> Sequence[Block]:
    """Return the points of a block one by one, when an option that is not fitted made the device refuse them all."""
    if error.kind != "illegal_address" or len(block.points) == 1:
        return ()
    return [Block(block.function, point.address, point.size, (point,)) for point in block.points]


def _numbers(block: Block, words: Sequence[int]) -> dict[Point, float]:
    """Return point -> raw number."""
    return {
        point: number(point.type, point.order, words[start : start + point.size])
        for point in block.points
        for start in [point.address - block.address]
    }


async def collect_modbus(
    targets: Sequence[ModbusTarget],
    maps: Mapping[str, RegisterMap],
    *,
    seconds: float = DEADLINE_SECONDS,
    patience: float = ANSWER_SECONDS,
) -> list[Result]:
    """Read every target once and return the results in the order of the targets."""
    gateways, gate = Gateways(), asyncio.Semaphore(_TARGETS_AT_ONCE)

    async def one(target: ModbusTarget) -> Result:
        async with gate:
            return await visit(target, maps, gateways, seconds, patience)

    return list(await asyncio.gather(*map(one, targets)))

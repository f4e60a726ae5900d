"""All Modbus servers of a lab: one TCP listener for each address, one or more units behind it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.modbus.boxes import BOXES
from lab.modbus.frames import FRAMINGS
from lab.modbus.panel import refusal
from lab.modbus.room import MachineRoom
from lab.taken import why

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lab.modbus.boxes import Box
    from lab.modbus.frames import Asked, Framing
    from lab.twin import Twin

_NO_ANSWER = 11
"""Exception of a gateway whose unit does not answer (gateway target device failed to respond)."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a scenario says about the line behind an address.

    Attributes:
        silent: requests are taken and not answered.
        dead: units that do not answer their gateway; it says so.
        refusal: exception code that every request is answered with; 0 for none.
        speaks_as: unit number that stands in every reply instead of the right one; -1 for the right one.
        garbled: replies are cut short.
    """

    silent: bool = False
    dead: frozenset[int] = frozenset()
    refusal: int = 0
    speaks_as: int = -1
    garbled: bool = False


@dataclass(slots=True)
class _Address:
    """One address with its units."""

    framing: Framing
    units: Mapping[int, Box]
    line: Line = field(default_factory=Line)
    server: asyncio.Server | None = None
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it leaves."""
        self.writers.add(writer)
        try:
            while True:
                asked = await self.framing.read(reader)
                if asked is not None:
                    writer.write(self._reply(asked))
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self.writers.discard(writer)
            writer.close()

    def _reply(self, asked: Asked) -> bytes:
        """Return the reply to a request; nothing for silence."""
        line, box = self.line, self.units.get(asked.unit)
        # A gateway says that a unit is not there; on a bare serial line nobody does.
        if line.silent or (box is None and self.framing is FRAMINGS["rtu"]):
            return b""
        if box is None or asked.unit in line.dead:
            content = refusal(asked.content[0], _NO_ANSWER)
        elif line.refusal:
            content = refusal(asked.content[0], line.refusal)
        else:
            content = box.panel.answer(asked.content)
        frame = self.framing.wrap(asked, asked.unit if line.speaks_as < 0 else line.speaks_as, content)
        return frame[: len(frame) // 2] if line.garbled else frame


class Servers:
    """The running servers; close them, or let scenarios play on them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self.room = clock, MachineRoom(clock)
        self._at: dict[str, _Address] = {}
        self._boxes: dict[str, Box] = {}

    def names(self) -> tuple[str, ...]:
        """Return the twins that speak Modbus."""
        return tuple(self._at)

    def boxes(self) -> tuple[str, ...]:
        """Return the boxes that scenarios can name: a device, or device and unit of one that has several."""
        return tuple(self._boxes)

    def port(self, name: str) -> int:
        """Return the TCP port at which a twin answers; 0 for one that does not."""
        at = self._at.get(name)
        return int(at.server.sockets[0].getsockname()[1]) if at and at.server else 0

    def set(self, box: str, **facts: object) -> None:
        """Let something happen to a box: ``set("x-eps01", mains=False)``, ``set("x-env01 3", broken=True)``.

        Raises:
            LabError: no such box, no such fact, or a value out of range.
        """
        if box not in self._boxes:
            raise LabError(f"{box}: no such box in this lab. Boxes: {', '.join(self._boxes)}.")
        self._boxes[box].set(**facts)

    def set_line(self, name: str, **facts: object) -> None:
        """Let something happen to the line behind a twin's address; see `Line`.

        Raises:
            LabError: no such twin or fact.
        """
        at = self._at.get(name)
        known = [each.name for each in fields(Line)]
        if at is None:
            raise LabError(f"{name}: speaks no Modbus. Twins that do: {', '.join(self._at)}.")
        if unknown := sorted(set(facts) - set(known)):
            raise LabError(f"{name}: unknown fact {unknown[0]!r} of a line. Use some of: {', '.join(known)}.")
        at.line = replace(at.line, **facts)  # type: ignore[arg-type]  # names are checked above

    async def open(self, twin: Twin, port: int) -> None:
        """Serve a twin.

        Raises:
            LabError: it has a unit of an unknown kind, or its address cannot be bound.
        """
        units: dict[int, Box] = {}
        for entry in twin.modbus:
            number, kind, name = entry.split(" ", 2)
            if kind not in BOXES:
                raise LabError(f"{name}: nobody knows what a {kind} shows. Use one of: {', '.join(BOXES)}.")
            units[int(number)] = self._boxes[name] = BOXES[kind](name, self._clock, self.room)
        at = self._at[twin.name] = _Address(FRAMINGS[twin.modbus_framing], units)
        try:
            at.server = await asyncio.start_server(at.serve, twin.address, port)
        except OSError as error:
            raise LabError(why(twin.name, (twin.address, port), error, "--modbus-port")) from error

    async def close(self) -> None:
        """Close all listeners and connections."""
        for at in self._at.values():
            for writer in tuple(at.writers):
                writer.close()
            if at.server:
                at.server.close()
                with suppress(OSError):
                    await at.server.wait_closed()


async def start(twins: Sequence[Twin], port: int, clock: Callable[[], float] = time.monotonic) -> Servers:
    """Serve every twin that has Modbus units, on its own address.

    Args:
        twins: of the lab; those without units are passed over.
        port: TCP port on each address; 0 lets the kernel choose for each.
        clock: seconds, never going back.

    Raises:
        LabError: as `Servers.open`.
    """
    servers = Servers(clock)
    try:
        for twin in twins:
            if twin.modbus:
                await servers.open(twin, port)
    except LabError:
        await servers.close()
        raise
    return servers

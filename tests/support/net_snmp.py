"""net-snmp's agent on loopback, and somebody between it and its manager."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from snmp import Limits, ber, pdu
from support.claims import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from pathlib import Path

    from snmp import Address

SNMPD = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def agent(folder: Path, host: str, lines: list[str]) -> Iterator[tuple[str, int]]:
    """Start snmpd with a configuration; end it with the block. It must let the community ``public`` read."""
    if SNMPD is None or shutil.which("snmpbulkwalk") is None:
        pytest.skip("needs snmpd and snmpbulkwalk (Debian: snmpd, snmp)")
    port = free_port()
    (folder / "snmpd.conf").write_text("\n".join([f"agentaddress udp:{host}:{port}", *lines]) + "\n", "utf-8")
    command = [SNMPD, "-f", "-C", "-c", str(folder / "snmpd.conf"), "-Lf", str(folder / "log"), "-I", "-smux"]
    process = subprocess.Popen(command, env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""})
    try:
        wait_for_agent(host, port)
        yield host, port
    finally:
        process.terminate()
        process.wait(60)


def wait_for_agent(host: str, port: int) -> None:
    question = pdu.Community(pdu.V2C, b"public").seal(pdu.Request(pdu.GET_NEXT, (ber.encode_oid("1.3.6.1"),)), 7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.1)
        until = time.monotonic() + 15
        while time.monotonic() < until:
            probe.sendto(question, (host, port))
            try:
                probe.recv(65535)
            except OSError:
                continue
            return
    pytest.fail(f"snmpd on {host}:{port} did not answer")


class Middle(asyncio.DatagramProtocol):
    """Forwards between manager and agent; `meddle` returns what the manager gets to see."""

    def __init__(self, agent: Address, meddle: Callable[[bytes, bytes], list[bytes]]) -> None:
        self.agent, self.meddle = agent, meddle
        self.client: Any = None
        self.asked = b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        if source[:2] == tuple(self.agent):
            for message in self.meddle(self.asked, data):
                self.transport.sendto(message, self.client)
        else:
            self.client, self.asked = source, data
            self.transport.sendto(data, self.agent)


PATIENT = Limits(timeout=20, retries=1)
"""For an agent that answers, however busy the machine is; two tries are enough to see that each is refused."""


async def lied_to(asking: Coroutine[Any, Any, object], refused: Callable[[], int], tries: int = 2) -> None:
    """Await what gets only answers that are refused; once it has got one, each of its tries has waited long enough.

    The clock of the event loop is put forward then. Its time-outs cost no time so, and none of them is over before
    the answer came.
    """
    loop = asyncio.get_running_loop()
    clock, task = loop.time, asyncio.ensure_future(asking)
    try:
        for number in range(1, tries + 1):
            while refused() < number and not task.done():  # noqa: ASYNC110 - a count that is another's: no event
                await asyncio.sleep(0.005)
            ahead = loop.time() - clock() + 10 * PATIENT.timeout
            loop.time = lambda ahead=ahead: clock() + ahead  # type: ignore[method-assign, misc]
        await task
    finally:
        task.cancel()
        loop.time = clock  # type: ignore[method-assign]


@asynccontextmanager
async def between(agent: Address, meddle: Callable[[bytes, bytes], list[bytes]]) -> AsyncIterator[Address]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Middle(agent, meddle), local_addr=("127.81.16.3", 0))
    try:
        yield transport.get_extra_info("sockname")[:2]
    finally:
        transport.close()

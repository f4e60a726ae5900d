"""CPU for one device's interfaces: our engine, snmp_exporter and pysnmp on the same agent, in one run.

The work: module if_mib (2 GETs, 31 columns) against a responder with 50 ports, in a process of its own.
CPU seconds are those of the client process alone, text exposition included (not for pysnmp, which only
walks). Run: ``python benchmarks/snmp_engine.py [rounds]``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from bisect import bisect_right
from multiprocessing import Event, Process, Queue
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import yaml

from collectors.collect import read_module, resolve
from collectors.exposition import write
from collectors.loader import BUILT_IN, load
from snmp import Auth, Manager, ber, pdu

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Event as Flag

HOST, PORTS, VISITS, PYSNMP_VISITS = "127.81.17.1", 50, 200, 3


def rows() -> list[tuple[tuple[int, ...], bytes]]:
    """Return name and encoded binding of each cell, in order."""
    cells: dict[tuple[int, ...], bytes] = {(1, 3, 6, 1, 2, 1, 1, 3, 0): ber.integer(123456, ber.TIMETICKS)}
    cells[1, 3, 6, 1, 2, 1, 2, 1, 0] = ber.integer(PORTS)
    # Something after the tables, so that every walk ends by leaving its subtree.
    cells[1, 3, 6, 1, 3, 1, 0] = ber.integer(0)
    for table, columns in (((1, 3, 6, 1, 2, 1, 2, 2, 1), 22), ((1, 3, 6, 1, 2, 1, 31, 1, 1, 1), 19)):
        for column in range(1, columns + 1):
            for port in range(1, PORTS + 1):
                cells[*table, column, port] = cell(table, column, port)
    return [
        (name, ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, ber.encode_oid(name)) + value))
        for name, value in sorted(cells.items())
    ]


def cell(table: tuple[int, ...], column: int, port: int) -> bytes:
    """Return one encoded value of the type that the column has."""
    extended = table[5] != 2  # noqa: PLR2004 - ifXTable lies under 31
    if column in (1, 18) if extended else column == 2:  # noqa: PLR2004 - columns
        return ber.octets(f"port 1/{port}".encode())
    if extended and 6 <= column <= 13:  # noqa: PLR2004 - the 64-bit counters
        return ber.integer(port * 10**12 + column, ber.COUNTER64)
    return ber.integer(port * 1000 + column if column > 8 else 1, ber.COUNTER32 if column > 8 else ber.INTEGER)  # noqa: PLR2004


def respond(ready: Queue[int], stop: Flag) -> None:
    """Answer SNMPv2c until told to stop."""
    table = rows()
    names, bindings = [name for name, _ in table], [binding for _, binding in table]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HOST, 0))
        server.settimeout(0.2)
        ready.put(server.getsockname()[1])
        while not stop.is_set():
            try:
                data, source = server.recvfrom(65535)
            except TimeoutError:
                continue
            server.sendto(reply(data, names, bindings), source)


def reply(data: bytes, names: list[tuple[int, ...]], bindings: list[bytes]) -> bytes:
    """Return the response to a request."""
    _, pos = pdu.open_message(data)
    start, stop = ber.expect(data, pos, len(data), ber.OCTET_STRING)
    asked = pdu.decode(data, stop, len(data))
    oids = [ber.decode_oid(oid) for oid, _, _ in asked.bindings]
    if asked.type == pdu.GET:
        found = [bindings[bisect_right(names, oid) - 1] for oid in oids]
    else:
        places = [bisect_right(names, oid) for oid in oids]
        count = asked.error_index if asked.type == pdu.GET_BULK else 1
        end = len(names) - 1
        found = [bindings[min(place + step, end)] for step in range(count) for place in places]
    numbers = ber.integer(asked.request_id) + b"\x02\x01\x00\x02\x01\x00"
    body = ber.tlv(pdu.RESPONSE, numbers + ber.tlv(ber.SEQUENCE, b"".join(found)))
    return ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.octets(data[start:stop]) + body)


def ours(port: int, auth: Auth | None = None) -> tuple[float, int]:
    """Return CPU seconds a device, and samples a device, of our engine."""

    async def run() -> tuple[float, int]:
        module, address = load().modules["if_mib"], await resolve(f"{HOST}:{port}")
        async with Manager() as manager:
            begun, samples = 0.0, 0
            for visit in range(VISITS + 20):
                if visit == 20:  # noqa: PLR2004 - caches are warm
                    begun = time.process_time()
                reading = await read_module(manager, address, module, auth or Auth(2), manager.transport.clock() + 20)
                write(reading.families).encode()
                samples = reading.samples
                assert reading.error is None, reading.error
        return (time.process_time() - begun) / VISITS, samples

    return asyncio.run(run())


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def old_layout() -> str:
    """Return our module as snmp_exporter before 0.23 reads it."""
    module = yaml.safe_load((BUILT_IN / "if_mib.yml").read_text("utf-8"))["modules"]["if_mib"]
    for metric in module["metrics"]:
        metric.pop("govnet", None)
    return yaml.safe_dump({"if_mib": {**module, "version": 2, "auth": {"community": "public"}}})


def exporter(port: int) -> tuple[float, int] | None:
    """Return the same of snmp_exporter; None where it is not installed."""
    program = shutil.which("prometheus-snmp-exporter")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        (Path(folder) / "snmp.yml").write_text(old_layout(), "utf-8")
        command = [program, f"--config.file={folder}/snmp.yml", f"--web.listen-address={listen}", "--log.level=error"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            return scrape(process.pid, f"http://{listen}/snmp?target={HOST}:{port}&module=if_mib")
        finally:
            process.terminate()
            process.wait(10)


def scrape(pid: int, url: str) -> tuple[float, int]:
    """Scrape until warm, then measure."""
    text = b""
    for _ in range(100):
        try:
            text = urllib.request.urlopen(url, timeout=5).read()
            break
        except OSError:
            time.sleep(0.05)
    before = cpu_of(pid)
    for _ in range(VISITS):
        text = urllib.request.urlopen(url, timeout=5).read()
    samples = [line for line in text.splitlines() if line and not line.startswith((b"#", b"snmp_scrape"))]
    return (cpu_of(pid) - before) / VISITS, len(samples)


def pysnmp(port: int) -> tuple[float, int]:
    """Return CPU seconds of pysnmp's walk of the same columns, and how many cells it read."""
    from pysnmp.hlapi.v3arch import asyncio as hlapi  # noqa: PLC0415 - importing it takes a second

    columns = sorted({metric.oid for metric in load().modules["if_mib"].metrics if metric.indexes})

    async def run() -> tuple[float, int]:
        engine, cells = hlapi.SnmpEngine(), 0
        target = await hlapi.UdpTransportTarget.create((HOST, port), timeout=5)
        begun = time.process_time()
        for _ in range(PYSNMP_VISITS):
            for column in columns:
                walk = hlapi.bulk_walk_cmd(
                    engine, hlapi.CommunityData("public"), target, hlapi.ContextData(), 0, 25,
                    hlapi.ObjectType(hlapi.ObjectIdentity(column)), lexicographicMode=False, lookupMib=False,
                )  # fmt: skip
                async for _, _, _, bindings in walk:
                    cells += len(bindings)
        engine.close_dispatcher()
        return (time.process_time() - begun) / PYSNMP_VISITS, cells // PYSNMP_VISITS

    return asyncio.run(run())


def compare(port: int, rounds: int) -> None:
    """Run each client in turn, `rounds` times, and print medians and ratios."""
    clients: dict[str, Callable[[int], tuple[float, int] | None]] = {
        "govnet": ours,
        "snmp_exporter": exporter,
        "pysnmp (walk only)": pysnmp,
    }
    figures: dict[str, list[tuple[float, int]]] = {}
    for _ in range(rounds):
        for name, client in clients.items():
            if (figure := client(port)) is not None:
                figures.setdefault(name, []).append(figure)
    own = median(seconds for seconds, _ in figures["govnet"])
    print(f"{'client':20}{'ms CPU/device':>15}{'samples':>9}{'samples/CPU-s':>15}{'govnet is':>11}")
    for name, found in figures.items():
        seconds, samples = median(s for s, _ in found), found[-1][1]
        print(f"{name:20}{seconds * 1000:15.2f}{samples:9}{samples / seconds:15.0f}{seconds / own:10.1f}x")


def main() -> None:
    ready: Queue[int] = Queue()
    stop = Event()
    server = Process(target=respond, args=(ready, stop), daemon=True)
    server.start()
    try:
        compare(ready.get(timeout=10), int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    finally:
        stop.set()
        server.join(5)


if __name__ == "__main__":
    main()

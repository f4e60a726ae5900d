"""CPU for one device: our engine, snmp_exporter and pysnmp on the same agents and the same walk, in one run.

The work: GET sysUpTime and 10 UPS scalars, walk ifTable and ifXTable of 50 ports, all 41 columns; 1,911 samples as text
(pysnmp only walks). Devices answer from a process of their own. Seconds are CPU seconds of the client process alone.
Of a device nothing is remembered that saves it a column; what its labels look like is, as long as they read the same.
Replies of SNMPv3 (authPriv, SHA and AES) are verified. Run: ``python -m benchmarks.snmp_engine [rounds]``; it leaves
with 1 when a mark is missed.
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
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import _agents
from collectors import old_layout
from collectors.collect import Target, Terms, read_target, relax_gc
from collectors.exposition import write
from collectors.visit import Memory
from snmp import Limits, Manager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from snmp import Auth

PORTS, DEVICES, VISITS, PYSNMP_VISITS = 50, 25, 100, 2
MODULE = _agents.module("full", _agents.every_column())
MARKS = {("v2c", "snmp_exporter"): 6.0, ("v3", "snmp_exporter"): 3.5, ("v2c", "pysnmp"): 50.0, ("v3", "pysnmp"): 50.0}
VERSIONS = {"v2c": _agents.V2C, "v3": _agents.V3}


def ours(port: int, auth: Auth, lookup_seconds: float = 0.0) -> tuple[float, int]:
    """Return CPU seconds a device, and samples a device, of our engine."""

    async def run() -> tuple[float, int]:
        terms = Terms(20, Memory(lookup_seconds), Limits(rate=0))
        targets = [Target(f"d{n}", f"{_agents.address(n)}:{port}", ("full",), "a") for n in range(DEVICES)]
        async with Manager() as manager:
            begun, samples = 0.0, 0
            for visit in range(VISITS + DEVICES):
                if visit == DEVICES:  # every device is known
                    begun = time.process_time()
                result = await read_target(manager, targets[visit % DEVICES], [MODULE], auth, terms)
                assert result.error is None, result.error
                text = write(result.families).encode()
                samples = result.samples
                assert len(text) > samples
        return (time.process_time() - begun) / VISITS, samples

    return asyncio.run(run())


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def exporter(auth: Auth) -> Iterator[tuple[int, str] | None]:
    """Run snmp_exporter on the same module; yield its process and address, None where it is not installed."""
    program = shutil.which("prometheus-snmp-exporter")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        (Path(folder) / "snmp.yml").write_text(old_layout.write([MODULE], auth), "utf-8")
        command = [program, f"--config.file={folder}/snmp.yml", f"--web.listen-address={listen}", "--log.level=error"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _fetch(f"http://{listen}/", tries=200)
            yield process.pid, f"http://{listen}/snmp?module=full&target="
        finally:
            process.terminate()
            process.wait(10)


def _fetch(url: str, tries: int = 1) -> bytes:
    """Return what an address serves, waiting for it to start."""
    for left in reversed(range(tries)):
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                return bytes(answer.read())
        except OSError:
            if not left:
                raise
            time.sleep(0.05)
    return b""


def scrape(peer: tuple[int, str], port: int) -> tuple[float, int]:
    """Return CPU seconds and samples a device of snmp_exporter."""
    pid, url = peer
    text = _fetch(f"{url}{_agents.address(0)}:{port}")
    before = cpu_of(pid)
    for visit in range(VISITS):
        text = _fetch(f"{url}{_agents.address(visit % DEVICES)}:{port}")
    samples = [line for line in text.splitlines() if line and not line.startswith((b"#", b"snmp_scrape"))]
    return (cpu_of(pid) - before) / VISITS, len(samples)


def pysnmp(port: int, auth: Auth) -> tuple[float, int]:
    """Return CPU seconds of pysnmp's walk of the same tables, and how many cells it read."""
    from pysnmp.hlapi.v3arch import asyncio as hlapi  # noqa: PLC0415 - importing it takes a second

    user: Any = hlapi.CommunityData("public")
    if auth.version == 3:  # noqa: PLR2004 - the version
        protocols = (hlapi.USM_AUTH_HMAC96_SHA, hlapi.USM_PRIV_CFB128_AES)
        user = hlapi.UsmUserData(auth.username, auth.password, auth.priv_password, *protocols)

    async def run() -> tuple[float, int]:
        engine, cells = hlapi.SnmpEngine(), 0
        target = await hlapi.UdpTransportTarget.create((_agents.address(0), port), timeout=5)
        begun = 0.0
        for visit in range(PYSNMP_VISITS + 1):
            if visit == 1:
                begun, cells = time.process_time(), 0
            for oid in MODULE.walk:
                walk = hlapi.bulk_walk_cmd(
                    engine, user, target, hlapi.ContextData(), 0, 25,
                    hlapi.ObjectType(hlapi.ObjectIdentity(oid)), lexicographicMode=False, lookupMib=False,
                )  # fmt: skip
                async for error, _, _, bindings in walk:
                    assert not error, error
                    cells += len(bindings)
        engine.close_dispatcher()
        return (time.process_time() - begun) / PYSNMP_VISITS, cells // PYSNMP_VISITS

    return asyncio.run(run())


def compare(port: int, version: str, rounds: int) -> bool:
    """Run each client in turn, `rounds` times; print medians and ratios; tell whether the marks are reached."""
    auth = VERSIONS[version]
    with exporter(auth) as peer:
        clients: dict[str, Callable[[], tuple[float, int]]] = {"govnet": lambda: ours(port, auth)}
        if peer is not None:
            clients["snmp_exporter"] = lambda: scrape(peer, port)
        clients["pysnmp"] = lambda: pysnmp(port, auth)
        clients["govnet, labels remembered"] = lambda: ours(port, auth, 300.0)
        figures = [{name: client() for name, client in clients.items()} for _ in range(rounds)]
    good = True
    print(f"{version:28}{'ms CPU/device':>15}{'samples':>9}{'govnet is':>11}   mark")
    for name in clients:
        seconds = median(round_[name][0] for round_ in figures)
        ratio = median(round_[name][0] / round_["govnet"][0] for round_ in figures)
        mark = MARKS.get((version, name))
        good = good and (mark is None or ratio >= mark)
        said = "" if mark is None else f"   {mark:g}x {'reached' if ratio >= mark else 'MISSED'}"
        print(f"{name:28}{seconds * 1000:15.2f}{figures[0][name][1]:9}{ratio:10.1f}x{said}")
    return good


def main() -> int:
    relax_gc()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with _agents.running(PORTS) as port:
        missed = [version for version in VERSIONS if not compare(port, version, rounds)]
        return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

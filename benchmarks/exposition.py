"""150,000 samples as text, beside prometheus_client; and a gzip scrape of them by a real Prometheus.

Ours writes each device's chunk from its values; the gzip members of all devices are joined (RFC 1952 section 2.2),
which a real Prometheus must read to the last sample. prometheus_client's custom collector yields the same metrics.
Seconds are CPU seconds of this process; rounds of both alternate. Run: ``python -m benchmarks.exposition``; it leaves
with 1 when a mark is missed.
"""

from __future__ import annotations

import gzip
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from collectors.exposition import CONTENT_TYPE, Family, member, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEVICES, METRICS, PORTS, ROUNDS, MARK = 100, 30, 50, 5, 25.0
SAMPLES = DEVICES * METRICS * PORTS


def devices() -> list[list[Family]]:
    """Return the metrics of each device, as a visit leaves them."""
    return [
        [
            Family(
                f"if_metric_{metric}_total",
                "counter",
                "Octets of an interface.",
                [(f'if_metric_{metric}_total{{device="d{n}",ifIndex="{port}",ifName="1/{port}"}}', n * metric * port)
                 for port in range(PORTS)],
                distinct=True,
            )
            for metric in range(METRICS)
        ]
        for n in range(DEVICES)
    ]  # fmt: skip


class Peer(Collector):
    """The same metrics by prometheus_client's own means."""

    def collect(self) -> Iterable[CounterMetricFamily]:
        """Yield each metric with the samples of all devices."""
        for metric in range(METRICS):
            family = CounterMetricFamily(
                f"if_metric_{metric}", "Octets of an interface.", labels=["device", "ifIndex", "ifName"]
            )
            for n in range(DEVICES):
                for port in range(PORTS):
                    family.add_metric([f"d{n}", str(port), f"1/{port}"], n * metric * port)
            yield family


def cpu(*works: Callable[[], object]) -> list[float]:
    """Return the median CPU seconds of pieces of work, done in turn."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            begun = time.process_time()
            work()
            taken.append(time.process_time() - begun)
    return [median(taken) for taken in times]


def seen_by_prometheus(body: bytes) -> int | None:
    """Return how many samples a real Prometheus gets out of a scrape; None where there is none."""
    program = shutil.which("prometheus")
    if program is None:
        return None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.81.18.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        return _scraped(program, f"127.81.18.1:{server.server_port}")
    finally:
        server.shutdown()


def _scraped(program: str, target: str) -> int:
    """Run Prometheus until it has scraped the target once; return its own count of the samples."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        job = {"job_name": "ours", "scrape_interval": "2s", "static_configs": [{"targets": [target]}]}
        (Path(folder) / "prometheus.yml").write_text(json.dumps({"scrape_configs": [job]}), "utf-8")
        command = [program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
        command += [f"--web.listen-address={listen}", "--log.level=error"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            return _asked(f"http://{listen}/api/v1/query?query=" + urllib.parse.quote("max(scrape_samples_scraped)"))
        finally:
            process.terminate()
            process.wait(20)


def _asked(url: str) -> int:
    """Return the answer to a query as soon as there is one; 0 when none comes within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                found = json.load(answer)["data"]["result"]
        except OSError:
            found = []
        if found and float(found[0]["value"][1]):
            return int(float(found[0]["value"][1]))
        time.sleep(0.2)
    return 0


def main() -> int:
    known, registry = devices(), CollectorRegistry()
    registry.register(Peer())
    members = [member(write(families)) for families in known]
    ours, theirs, packed, theirs_packed = cpu(
        # As `/snmp` serves them: a device is a scrape.
        lambda: [write(families).encode() for families in known],
        lambda: generate_latest(registry),
        lambda: b"".join(members),
        lambda: gzip.compress(generate_latest(registry)),
    )
    print(f"{SAMPLES} samples                           ms CPU     prometheus_client takes")
    print(f"prometheus_client                      {theirs * 1e3:9.1f}")
    print(f"ours                                   {ours * 1e3:9.1f}{theirs / ours:9.1f}x   mark {MARK:g}x")
    print(f"prometheus_client, gzip                {theirs_packed * 1e3:9.1f}")
    print(f"ours, gzip members made when polled    {packed * 1e3:9.1f}{theirs_packed / max(packed, 1e-6):9.1f}x")
    got = seen_by_prometheus(b"".join(members))
    print("a real Prometheus scraped the members: " + ("not installed" if got is None else f"{got} samples"))
    good = theirs / ours >= MARK and got in (None, SAMPLES)
    print("mark reached" if good else "mark MISSED")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

"""What is asked from outside, by the real Blackbox exporter and smokeping prober, and what Prometheus makes of it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import start_http_server
from support.claims import free_port
from support.laixi import until
from support.probing import PATIENCE, is_ready, running

from govnet.capacity.conference import Seen
from govnet.cli.conferences import seen
from govnet.cli.prometheus import Prometheus
from govnet.errors import InputError, UnreachableError
from govnet.monitoring import NetworkFacts, Settings, render
from govnet.monitoring.probes import circuits, services
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govnet.network.model import Network

ALIVE, DEAD = "127.93.1.1", "203.0.113.77"
"""An address that answers a ping, and one of RFC 5737 that nobody has."""


@cache
def haixi() -> Network:
    return network_named("haixi")


def test_each_server_of_a_system_that_can_be_asked_is_asked() -> None:
    found = {(probe.system.slug, probe.server.name, probe.target()) for probe in services(haixi())}
    assert ("documents", "hx-zf-n-srv02", "https://10.96.8.11:443") in found
    assert ("video", "hx-zf-n-mcu01", "10.96.16.11:1720") in found
    asked = {system for system, _, _ in found}
    assert "seals" not in asked, "the CA stands in the province: no server of it is here"
    assert "emergency" not in asked, "nothing is known that answers"


def test_each_line_with_a_far_end_of_ours_is_pinged_there() -> None:
    found = {probe.circuit: probe.host for probe in circuits(haixi())}
    assert found["c-hxtel-n017-n-01"] == "10.126.142.70"
    assert found["c-qhpe-zf-n-01"] == "10.125.8.1"
    assert "c-hxtel-zf-n-01" not in found, "its lower end is the carrier's switch"
    assert len(found) == 63


def test_ten_mcus_are_asked_for_their_calls() -> None:
    calls = [probe for probe in services(network_named("qinghai-inner")) if probe.kind == "h323"]
    assert len(calls) == 10


class Answer(BaseHTTPRequestHandler):
    """Answers every request with one status."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "oa")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certs, keys = folder / "cert.pem", folder / "key.pem"
    certs.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    keys.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certs, keys


@contextmanager
def web(folder: Path, status: int, *, tls: bool) -> Iterator[str]:
    """Serve one status; yield ``host:port``."""
    server = ThreadingHTTPServer((ALIVE, 0), type("One", (Answer,), {"status": status}))
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate(folder))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"{ALIVE}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def succeeded(exporter: str, module: str, target: str) -> float:
    with urlopen(f"http://{exporter}/probe?{urlencode({'module': module, 'target': target})}", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("probe_success ")))


@pytest.mark.needs("blackbox_exporter")
def test_services_are_judged_as_their_users_would(tmp_path: Path) -> None:
    exporter = f"127.0.0.1:{free_port()}"
    (tmp_path / "blackbox.yml").write_text(render(haixi(), Settings())["blackbox.yml"])
    with ExitStack() as stack:
        well = stack.enter_context(web(tmp_path, 200, tls=True))
        login = stack.enter_context(web(tmp_path, 401, tls=True))
        broken = stack.enter_context(web(tmp_path, 500, tls=True))
        bare = stack.enter_context(web(tmp_path, 200, tls=False))
        ocsp = stack.enter_context(web(tmp_path, 405, tls=False))
        calls = stack.enter_context(socket.create_server((ALIVE, 0)))
        mcu = "{}:{}".format(*calls.getsockname())
        options = (f"--config.file={tmp_path / 'blackbox.yml'}", f"--web.listen-address={exporter}")
        stack.enter_context(running(tmp_path, "blackbox_exporter", *options, address=exporter))
        asked = [
            ("https", f"https://{well}", 1),
            ("https", f"https://{login}", 1),
            ("https", f"https://{broken}", 0),
            ("https", f"http://{bare}", 0),
            ("ocsp", f"http://{ocsp}", 1),
            ("ocsp", f"http://{ALIVE}:{free_port()}", 0),
            ("h323", mcu, 1),
            ("h323", f"{ALIVE}:{free_port()}", 0),
        ]
        assert [(module, target, succeeded(exporter, module, target)) for module, target, _ in asked] == asked


def told_apart(found: Seen, well: str, lost: str) -> bool:
    """Return whether one line is seen to lose nothing and be quick, and the other to lose everything."""
    if not {well, lost} <= found.circuits.keys() or found.circuits[well].jitter is None:
        return False
    loss, delay = found.circuits[well].loss, found.circuits[well].delay
    return loss is not None and loss < 0.2 and 0 < (delay or 0) < 0.05 and found.circuits[lost].loss == pytest.approx(1)


@pytest.mark.needs("smokeping_prober", "prometheus")
def test_a_line_that_loses_everything_is_told_from_one_that_loses_nothing(tmp_path: Path) -> None:
    lines = {probe.circuit: probe.host for probe in circuits(haixi())}
    reached = dict.fromkeys(lines.values(), ALIVE)
    well, lost = "c-hxtel-n001-n-01", "c-hxtel-n002-n-01"
    reached[lines[lost]] = DEAD
    registry = CollectorRegistry()
    registry.register(NetworkFacts(haixi(), reached))
    facts, thread = start_http_server(0, "127.0.0.1", registry)
    prober, server = (f"127.0.0.1:{free_port()}" for _ in range(2))
    settings = Settings(
        exporter=f"127.0.0.1:{facts.server_port}", smokeping=prober, reached=reached, scrape=1, evaluate=1, timeout=1
    )
    for name, text in render(haixi(), settings).items():
        (tmp_path / name).write_text(text)
    try:
        with ExitStack() as stack:
            options = (f"--config.file={tmp_path / 'smokeping.yml'}", f"--web.listen-address={prober}", "--privileged")
            stack.enter_context(running(tmp_path, "smokeping_prober", *options, address=prober))
            options = (
                f"--config.file={tmp_path / 'prometheus.yml'}",
                f"--storage.tsdb.path={tmp_path / 'tsdb'}",
                f"--web.listen-address={server}",
            )
            stack.enter_context(running(tmp_path, "prometheus", *options, address=server))
            until(lambda: is_ready(server), PATIENCE)
            asked = Prometheus(f"http://{server}")
            # The first look may have come between a ping and its answer, which looks like loss; it is outweighed soon.
            until(lambda: told_apart(seen(haixi(), asked), well, lost), 3 * PATIENCE)
            found = seen(haixi(), asked)
    finally:
        facts.shutdown()
        facts.server_close()
        thread.join()
    assert found.circuits[lost].loss == pytest.approx(1)
    assert found.circuits[lost].delay is None, "nothing came back"
    assert found.circuits[well].jitter is not None
    assert found.circuits[well].used is None, "no device was asked for its counters"
    assert found.mcus == {}, "nobody asked them"
    assert found != Seen()


def test_a_prometheus_that_is_not_there_is_named() -> None:
    with pytest.raises(UnreachableError, match="does not answer"):
        Prometheus(f"http://127.0.0.1:{free_port()}").values("up", "job")
    with pytest.raises(InputError, match="'nonsense' is no address"):
        Prometheus("nonsense")


def test_targets_that_stand_elsewhere_are_asked_there() -> None:
    groups = json.loads(render(haixi(), Settings(reached={"10.96.8.11:443": "127.0.0.9:8443"}))["probes.json"])
    assert ["https://127.0.0.9:8443"] in [group["targets"] for group in groups]

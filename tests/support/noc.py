"""A NOC for tests: emulated devices, the exporter, Prometheus, Alertmanager, and somebody who is notified."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import urlopen

import uvicorn

from collectors.exporter import build_app
from collectors.loader import load
from collectors.modbus import load_maps, modbus_targets
from collectors.modbus.serving import ModbusProbe
from collectors.receiving import alongside
from collectors.targets import targets
from govnet.cli import background, noc
from govnet.monitoring import NetworkFacts, Settings, render
from govnet.monitoring.checks import Checks
from lab.server import running_lab
from snmp import Auth
from support.claims import free_port
from support.laixi import network, twin, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prometheus_client.registry import Collector
    from starlette.applications import Starlette

    from collectors.receiving import Listening
    from lab.modbus import Servers
    from lab.server import Lab
    from lab.twin import Twin

UPS = "lx-adc-u-ups01"
PATIENCE = 90.0
"""Seconds for something that takes ten on an idle machine."""


@dataclass
class Post:
    """Whoever is notified; keeps every notification."""

    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def told(self, status: str = "firing") -> list[tuple[str, dict[str, Any]]]:
        """Return (owner whose address was used, alert) of each alert told with a status, in order of arrival."""
        found = [(owner, alert) for owner, note in list(self.notes) for alert in note["alerts"]]
        return [(owner, alert) for owner, alert in found if alert["status"] == status]

    def names(self, status: str = "firing") -> list[str]:
        """Return the names of the alerts told with a status."""
        return [alert["labels"]["alertname"] for _, alert in self.told(status)]


@dataclass
class Noc:
    """What a scenario needs: the lab to break, the API to ask, the post to read."""

    lab: Lab
    agents: Any
    post: Post
    prometheus: str
    folder: Path

    @property
    def plant(self) -> Servers:
        """The Modbus servers."""
        assert self.lab.plant is not None
        return self.lab.plant

    def ask(self, query: str, *, span: float = 0) -> list[dict[str, Any]]:
        """Return the result of an instant query, or of one over the last ``span`` seconds in steps of two."""
        now = time.time()
        over = {"start": now - span, "end": now, "step": 2} if span else {}
        where = "query_range" if span else "query"
        with urlopen(
            f"http://{self.prometheus}/api/v1/{where}?{urlencode({'query': query, **over})}", timeout=10
        ) as answer:
            return list(json.load(answer)["data"]["result"])

    def value(self, query: str) -> float | None:
        """Return the value of a query with one series; None when it has none."""
        found = self.ask(query)
        return float(found[0]["value"][1]) if found else None

    def alerts(self, state: str = "firing") -> set[str]:
        """Return the names of Prometheus's alerts in a state, hidden ones too."""
        return {found["metric"]["alertname"] for found in self.ask(f'ALERTS{{alertstate="{state}"}}')}

    def wait(self, happened: Callable[[], bool]) -> None:
        """Wait for what Prometheus or Alertmanager is to notice."""
        until(happened, PATIENCE)

    def settle(self) -> None:
        """Wait until nothing is wrong and all that was told is resolved; then forget what was told."""
        self.wait(lambda: not self.ask("ALERTS") and sorted(self.post.names()) == sorted(self.post.names("resolved")))
        self.post.notes.clear()

    def evaluations(self, count: int) -> None:
        """Let every rule be evaluated some more times, so that what was to fire would have."""
        query = 'max(prometheus_rule_group_iterations_total{rule_group=~".*govnet_reachable"})'
        start = self.value(query) or 0
        self.wait(lambda: (self.value(query) or 0) >= start + count)


def quick(exporter: int, alertmanager: int, post: int) -> Settings:
    """Return settings with which minutes become seconds."""
    hooks = {owner: f"http://127.0.0.1:{post}/{owner}" for owner in ("government", "carrier")}
    return Settings(
        exporter=f"127.0.0.1:{exporter}",
        alertmanager=f"127.0.0.1:{alertmanager}",
        webhooks=hooks,
        scrape=4,
        evaluate=0.5,
        timeout=4,
        pending=0.5,
        patience=6,
        keep=7,
        group_wait=1,
        blackbox="",
        smokeping="",
        group_interval=1,
        repeat=3600,
        slow=0.01,
    )


@contextmanager
def post_office() -> Iterator[tuple[Post, int]]:
    """Serve a webhook; yield what it gets, and its port."""
    post = Post()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            note = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            post.notes.append((self.path.strip("/"), note))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield post, server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def exporter(lab: Lab, port: int, extra: list[Collector], heard: Listening | None = None) -> Iterator[None]:
    """Serve the exporter of some devices in a thread, with a receiver beside it if there is one."""
    auth = Auth(version=2, community=lab.credentials.community)
    spots = lab.endpoints.values()
    polled = targets(network(), "lab", {e.name: f"{e.address}:{e.snmp_port}" for e in spots})
    maps = load_maps()
    asked = modbus_targets(network(), maps, {e.name: f"{e.address}:{e.modbus_port}" for e in spots if e.modbus_port})
    app = build_app(polled, load().modules, {"lab": auth}, extra=[*extra, ModbusProbe(asked, maps)])
    if heard:
        alongside(app, heard)
    with served(app, port):
        yield


@contextmanager
def served(app: Starlette, port: int) -> Iterator[None]:
    """Serve an application on loopback in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join()


def small(name: str) -> Twin:
    """Return a device with few ports: a whole one takes seconds to walk on a busy machine."""
    whole = twin(name)
    if not whole.cards:
        return replace(whole, ports=whole.ports[:2] + whole.ports[2:][-2:])
    slot = min(whole.cards)
    ports = tuple(port for port in whole.ports if port.startswith(f"{slot}/"))
    return replace(whole, cards={slot: whole.cards[slot]}, ports=ports)


@contextmanager
def running_noc(
    folder: Path,
    *devices: str,
    whole: Sequence[str] = (),
    extra: Sequence[Collector] = (),
    heard: Listening | None = None,
    **other: Any,
) -> Iterator[Noc]:
    """Watch some of Laixi's devices; yield once Prometheus has read every one of them.

    ``whole`` are those that have all their ports; ``extra`` is served beside the inventory's facts and the last checks,
    and so is what the receiver ``heard``. ``other`` are `Settings` that are to be other than those of `quick`.
    """
    exporter_port, prometheus, alertmanager = free_port(), f"127.0.0.1:{free_port()}", free_port()
    with ExitStack() as stack:
        post, post_port = stack.enter_context(post_office())
        lab = stack.enter_context(
            running_lab([twin(name) if name in whole else small(name) for name in devices], port=0, snmp_port=0)
        )
        settings = replace(quick(exporter_port, alertmanager, post_port), **other)
        facts = NetworkFacts(network(), settings.reached)
        told = [facts, Checks(folder), *extra, *([heard.tally] if heard else [])]
        stack.enter_context(exporter(lab, exporter_port, told, heard))
        for name, text in with_self(render(network(), settings), prometheus).items():
            (folder / name).write_text(text)
        programs = {name: noc.program(name) for name in noc.PROGRAMS}
        noc.launch(folder, programs, prometheus, settings.alertmanager)
        stack.callback(background.stop, folder, *noc.PROGRAMS)
        until(lambda: noc.first_round(prometheus) == (len(devices), len(devices)), PATIENCE)
        yield Noc(lab, lab.agents, post, prometheus, folder)


def once(noc: Noc, *alerts: str, hidden: frozenset[str] = frozenset()) -> list[tuple[str, dict[str, Any]]]:
    """Wait until some alerts are told; return who was told and the alert, each told once and nothing beside them.

    ``hidden`` are alerts that must fire in Prometheus and must not be told.
    """
    noc.wait(lambda: set(alerts) <= set(noc.post.names()) and hidden <= noc.alerts())
    noc.evaluations(10)
    assert sorted(noc.post.names()) == sorted(alerts)
    return sorted(noc.post.told(), key=lambda told: alerts.index(told[1]["labels"]["alertname"]))


def healed(noc: Noc, *alerts: str) -> None:
    """Wait until all that was told is resolved; nothing else was told meanwhile, and each once."""
    noc.wait(lambda: set(alerts) <= set(noc.post.names("resolved")) and not noc.alerts())
    noc.evaluations(6)
    assert sorted(noc.post.names("resolved")) == sorted(alerts)
    assert sorted(noc.post.names()) == sorted(alerts)


def with_self(files: dict[str, str], prometheus: str) -> dict[str, str]:
    """Let Prometheus also scrape itself, so that a test can count evaluations."""
    own = f'  - job_name: prometheus\n    static_configs: [{{targets: ["{prometheus}"]}}]\n'
    return {**files, "prometheus.yml": files["prometheus.yml"] + own}

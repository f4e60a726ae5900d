"""The exporter: `/snmp` as snmp_exporter's, `/sd` for Prometheus, `/metrics` of its own work, and a page for people.

Only targets that were told by value are read, unless any target is allowed: whoever may ask the
exporter could otherwise let it send credentials to any address.
"""

from __future__ import annotations

import html
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from collectors import answers, exposition
from collectors.answers import BadRequestError
from collectors.collect import DEADLINE_SECONDS, Result, Target, Terms, check_targets, read_target, relax_gc
from collectors.exposition import Family
from collectors.lately import Lately
from collectors.modbus.serving import ModbusProbe
from collectors.modbus.targets import ModbusTarget
from collectors.selfmetrics import SelfMetrics
from collectors.visit import Memory
from snmp import Manager

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from prometheus_client.registry import Collector
    from starlette.requests import Request

    from collectors.lately import Front
    from collectors.model import Module
    from snmp import Auth

__all__ = ["Target", "build_app", "serve"]

DEFAULT_AUTH = "public_v2"
DEFAULT_MODULE = "if_mib"


class Exporter:
    """The exporter's state: targets, modules, credentials and one engine for all requests."""

    def __init__(
        self,
        targets: Sequence[Target],
        modules: Mapping[str, Module],
        auths: Mapping[str, Auth],
        *,
        any_target: bool,
        extra: Sequence[Collector] = (),
    ) -> None:
        check_targets(targets, modules, auths)
        self.targets, self.modules, self.auths, self.any_target = targets, modules, auths, any_target
        self.own = SelfMetrics()
        self.own.watch(lambda: self.manager.transport.counters if self.manager else None)
        for collector in extra:
            self.own.registry.register(collector)
        self.manager: Manager | None = None
        self.memory = Memory()
        self.probes = [each for each in extra if isinstance(each, ModbusProbe)]
        self.listed: list[Target] = [*targets, *(target for probe in self.probes for target in probe.targets)]
        self._known = {key: target for target in targets for key in (target.name, target.address)}
        self.lately: Lately | None = None

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Open the engine's socket for as long as the application runs."""
        del app
        async with Manager() as self.manager:
            yield
            if self.lately is not None:
                await self.lately.close()
        self.manager = None

    def show(self, front: Front) -> None:
        """Serve a front: it is told every visit from now on, and has devices asked that nobody else asks."""
        self.lately = Lately(front, self.listed, self.look_at)
        for probe in self.probes:
            probe.heard = self.lately.note

    async def look_at(self, target: Target) -> None:
        """Visit one of the targets for the front's sake."""
        for probe in self.probes:
            if isinstance(target, ModbusTarget) and target in probe.targets:
                await probe.read(target)
                return
        modules = [self.modules[name] for name in target.modules]
        await self._visit(target, modules, self.auths[target.auth], DEADLINE_SECONDS)

    async def _visit(self, target: Target, modules: Sequence[Module], auth: Auth, seconds: float) -> Result:
        """Read modules from a target and count it; the front is told what it gave when that is all of it."""
        if self.manager is None:
            raise BadRequestError("The exporter is not started. Run it under a server that knows lifespan.")
        result = await read_target(self.manager, target, modules, auth, Terms(seconds, self.memory))
        for reading in result.readings:
            self.own.note(reading)
        if self.lately is not None and target.name in self._known and {m.name for m in modules} >= {*target.modules}:
            self.lately.note(result)
        return result

    async def snmp(self, request: Request) -> Response:
        """Read the modules asked for from one target."""
        try:
            target, modules, auth = self._asked(request)
        except BadRequestError as error:
            self.own.scrapes.labels("refused").inc()
            return PlainTextResponse(f"{error}\n", 400)
        result = await self._visit(target, modules, auth, answers.seconds(request))
        if all(reading.error for reading in result.readings):
            self.own.scrapes.labels("failed").inc()
            return PlainTextResponse(f"error reading target {target.name}: {result.error}\n", 500)
        self.own.scrapes.labels("partial" if result.error else "ok").inc()
        text = exposition.write([*result.families, *scrape_families(result, modules)])
        return await answers.text(request, text)

    def _asked(self, request: Request) -> tuple[Target, list[Module], Auth]:
        """Return target, modules and credentials that a request asks for.

        Raises:
            BadRequestError: one of them is missing or unknown.
        """
        query = request.query_params
        target = self._target(answers.asked_for(request))
        names = [name for value in query.getlist("module") for name in value.split(",") if name]
        names = list(dict.fromkeys(names)) or list(target.modules) or [DEFAULT_MODULE]
        for name in names:
            if name not in self.modules:
                raise BadRequestError(f"Unknown module {name!r}. Use one of: {', '.join(sorted(self.modules))}.")
        auths = query.getlist("auth") or [target.auth or DEFAULT_AUTH]
        if len(auths) != 1 or auths[0] not in self.auths:
            raise BadRequestError(f"Unknown auth {','.join(auths)!r}. Use one of: {', '.join(sorted(self.auths))}.")
        return target, [self.modules[name] for name in names], self.auths[auths[0]]

    def _target(self, asked: str) -> Target:
        """Return the target of that name or address.

        Raises:
            BadRequestError: one that the inventory does not know.
        """
        if self.any_target and asked not in self._known:
            return Target(asked, asked, (), "")
        return answers.known(asked, self._known)

    async def discovery(self, request: Request) -> Response:
        """Return the targets as Prometheus's HTTP service discovery reads them."""
        del request
        return JSONResponse([discovered(target) for target in self.listed])

    async def metrics(self, request: Request) -> Response:
        """Return what the exporter counted of its own work."""
        return await answers.text(request, generate_latest(self.own.registry).decode())

    async def index(self, request: Request) -> Response:
        """Return a page with a link for each target."""
        del request
        rows = "".join(
            f'<li><a href="{target.path}?target={html.escape(target.name)}">{html.escape(target.name)}</a> '
            f"{html.escape(', '.join(target.modules))}</li>"
            for target in self.listed
        )
        links = '<a href="/metrics">metrics</a> <a href="/sd">service discovery</a>'
        page = f'<!doctype html><meta charset="utf-8"><title>govnet collectors</title><p>{links}</p><ul>{rows}</ul>'
        return HTMLResponse(page)


def discovered(target: Target) -> dict[str, Any]:
    """Return one target group of Prometheus's HTTP service discovery."""
    own = {"name": target.name, "module": ",".join(target.modules)}
    meta = {
        "__meta_govnet_address": target.address,
        "__meta_govnet_auth": target.auth,
        "__metrics_path__": target.path,
        "__param_module": ",".join(target.modules),
        "__param_auth": target.auth,
    }
    return {"targets": [target.address], "labels": {**target.labels, **own, **meta}}


def scrape_families(result: Result, modules: Iterable[Module]) -> list[Family]:
    """Return what snmp_exporter tells of a scrape, and which modules could be read."""
    done = {reading.module: reading for reading in result.readings}
    up = Family("govnet_module_up", "gauge", "Whether a module was read (1) or not (0).")
    up.rows = [
        (f'govnet_module_up{{module="{m.name}"}}', int(m.name in done and not done[m.name].error)) for m in modules
    ]
    table = (
        ("snmp_scrape_walk_duration_seconds", "Time SNMP walk/bulkwalk took.", "seconds"),
        ("snmp_scrape_packets_sent", "Packets sent for get, bulkget, and walk; including retries.", "requests"),
        ("snmp_scrape_packets_retried", "Packets retried for get, bulkget, and walk.", "retries"),
        ("snmp_scrape_pdus_returned", "PDUs returned from get, bulkget, and walk.", "bindings"),
        ("snmp_scrape_duration_seconds", "Total SNMP time scrape took (walk and processing).", "seconds"),
    )
    families = [up]
    for name, text, attribute in table:
        rows = [(f'{name}{{module="{key}"}}', getattr(reading, attribute)) for key, reading in done.items()]
        families.append(Family(name, "gauge", text, rows))
    return families


def build_app(  # noqa: PLR0913 - the parts that an exporter is made of, each with a name
    targets: Sequence[Target],
    modules: Mapping[str, Module],
    auths: Mapping[str, Auth],
    *,
    any_target: bool = False,
    extra: Sequence[Collector] = (),
    front: Front | None = None,
) -> Starlette:
    """Return the exporter as an ASGI application.

    Args:
        targets: the devices that may be read.
        modules: modules by name.
        auths: credentials by name.
        any_target: read addresses outside `targets` too; for a closed management network only.
        extra: what `/metrics` tells besides, asked at each scrape; a `ModbusProbe` has a path of its own too.
        front: the page at ``/``; without one, the list of targets is there.

    Raises:
        InputError: a target names a module or credentials that are not there.
    """
    exporter = Exporter(targets, modules, auths, any_target=any_target, extra=extra)
    routes = [
        Route("/targets", exporter.index),
        Route("/snmp", exporter.snmp),
        Route("/sd", exporter.discovery),
        Route("/metrics", exporter.metrics),
    ]
    routes += [Route(ModbusTarget.path, probe.scrape) for probe in exporter.probes]
    if front is not None:
        exporter.show(front)
    routes += exporter.lately.routes if exporter.lately else [Route("/", exporter.index)]
    return Starlette(routes=routes, lifespan=exporter.lifespan)


def serve(app: Starlette, listening: socket.socket) -> None:
    """Run the application on a listening socket until interrupted."""
    relax_gc()
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])

"""What was read lately: kept for a page, bounded, and asked for only while somebody looks and nobody else asks."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx

from collectors.collect import Result, Target
from collectors.exporter import build_app
from collectors.exposition import Family
from collectors.lately import ASK_AFTER_SECONDS, Lately, Visit
from collectors.loader import load
from snmp import Auth, ber

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from collectors.lately import History

MODULES = load().modules
ROWS = {
    "1.3.6.1.2.1.1.3.0": (ber.TIMETICKS, b"\x01\x00"),
    "1.3.6.1.2.1.1.5.0": (ber.OCTET_STRING, b"core-1"),
    "1.3.6.1.2.1.2.2.1.8.1": (ber.INTEGER, b"\x01"),
}


class Front:
    """A page that shows whatever was kept of one metric."""

    def wants(self, metric: str) -> bool:
        return metric == "ifOperStatus"

    def page(self) -> str:
        return "<!doctype html><title>wall</title>"

    def security(self) -> str:
        return "default-src 'none'"

    def state(self, histories: Mapping[str, History], at: float) -> Mapping[str, object]:
        found = {name: [row for f in history.last.families for row in f.rows] for name, history in histories.items()}
        return {"at": at, "found": found, "errors": {name: history.last.error for name, history in histories.items()}}


@asynccontextmanager
async def client(*targets: Target) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app(targets, MODULES, {"v2": Auth(2)}, any_target=True, front=Front())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://exporter") as http,
    ):
        yield http


def target(address: tuple[str, int], name: str = "core-1") -> Target:
    return Target(name, f"{address[0]}:{address[1]}", ("system", "if_mib"), "v2", {})


async def told(http: httpx.AsyncClient, name: str) -> dict[str, Any]:
    """Ask until the page knows a device, as the page itself does."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        state = (await http.get("/state")).json()
        if name in state["found"]:
            return dict(state)
        await asyncio.sleep(0.05)
    raise AssertionError(f"{name} was never read")


async def test_devices_are_asked_while_somebody_looks(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client(target(address)) as http:
        assert (await http.get("/state")).json()["found"] == {}
        state = await told(http, "core-1")
    assert [value for _, value in state["found"]["core-1"]] == [1]
    assert state["errors"] == {"core-1": None}


async def test_what_prometheus_asks_is_not_asked_again(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client(target(address), target(address, "other")) as http:
        assert (await http.get("/snmp", params={"target": "core-1"})).status_code == 200
        await told(http, "other")
        metrics = (await http.get("/metrics")).text
    assert 'govnet_snmp_walk_seconds_count{module="if_mib"} 2.0' in metrics


async def test_a_visit_to_a_part_or_to_a_stranger_is_not_kept(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client(target(("127.0.0.1", 1), "dead"), target(address)) as http:
        await http.get("/snmp", params={"target": "core-1", "module": "system"})
        await http.get("/snmp", params={"target": f"127.0.0.1:{address[1]}", "auth": "v2"})
        assert set((await http.get("/state")).json()["found"]) <= {"dead"}


async def test_the_state_never_waits_for_a_device() -> None:
    async with client(target(("127.0.0.1", 9), "dead")) as http:
        begun = time.monotonic()
        state = (await http.get("/state")).json()
        assert time.monotonic() - begun < 2
    assert state["found"] == {}


async def test_the_page_and_the_list_of_targets_are_served(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client(target(address)) as http:
        page = await http.get("/")
        targets = (await http.get("/targets")).text
    assert page.headers["content-security-policy"] == "default-src 'none'"
    assert page.text.endswith("<title>wall</title>")
    assert "/snmp?target=core-1" in targets


def result(of: Target, rows: int, error: str | None = None) -> Result:
    families = [Family("ifOperStatus", "gauge", "", [(f'ifOperStatus{{ifName="{n}"}}', 1) for n in range(rows)])]
    families.append(Family("sysName", "gauge", "", [("sysName", 1)]))
    reading = type("Reading", (), {"families": families})()
    return Result(of, rows, 0.1, error, (reading,))  # type: ignore[arg-type]


def test_two_answers_are_kept_and_the_last_attempt() -> None:
    now = 1000.0

    async def nothing(_: Target) -> None:
        """Ask nobody."""

    device = target(("127.0.0.1", 161))
    lately = Lately(Front(), [device], nothing, lambda: now)
    for number, rows in enumerate((1, 2, 3, 0)):
        now = 1000.0 + number
        lately.note(result(device, rows, None if rows else "no answer"))
    history = lately.histories["core-1"]
    assert [(visit.at, len(visit.families[0].rows)) for visit in history.answered] == [(1001.0, 2), (1002.0, 3)]
    assert history.last == Visit(1003.0, (), "no answer")
    assert {family.name for visit in history.answered for family in visit.families} == {"ifOperStatus"}


async def test_only_what_is_old_is_asked() -> None:
    now, asked = 1000.0, []

    async def ask(device: Target) -> None:
        asked.append(device.name)

    devices = [target(("127.0.0.1", 161), name) for name in ("fresh", "old", "never")]
    lately = Lately(Front(), devices, ask, lambda: now)
    lately.note(result(devices[1], 1))
    now += ASK_AFTER_SECONDS + 1
    lately.note(result(devices[0], 1))
    await lately._ask()  # noqa: SLF001 - the round, without a server around it
    assert asked == ["old", "never"]

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import subprocess
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from collectors import exposition
from collectors.answers import MIN_SECONDS, TIMEOUT_HEADER, seconds
from collectors.collect import DEADLINE_SECONDS, Target
from collectors.exporter import build_app
from collectors.loader import load
from govnet.errors import InputError
from snmp import Auth, ber

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODULES = load().modules
AUTHS = {"v2": Auth(2), "wrong": Auth(2, community="wrong")}
ROWS = {f"1.3.6.1.2.1.1.{n}.0": (ber.OCTET_STRING, f"文本 {n}".encode()) for n in (1, 4, 5, 6)}
ROWS |= {
    "1.3.6.1.2.1.1.3.0": (ber.TIMETICKS, b"\x01\x00"),
    "1.3.6.1.2.1.1.2.0": (ber.OID, ber.encode_oid("1.3.6.1.4.1.2272.30")),
}
ROWS |= {f"1.3.6.1.2.1.2.2.1.8.{n}": (ber.INTEGER, b"\x01") for n in range(1, 30)}
LABELS = {"network": "laixi", "plane": "w", "place": "青海", "zone": "pub", "role": "core", "owner": "信息中心"}


@asynccontextmanager
async def client(targets: list[Target], **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app(targets, MODULES, AUTHS, **options)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://exporter") as http,
    ):
        yield http


def target(address: tuple[str, int], name: str = "core-1", modules: tuple[str, ...] = ("system",)) -> Target:
    return Target(name, f"{address[0]}:{address[1]}", modules, "v2", LABELS)


async def test_a_scrape_is_what_prometheus_reads(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client([target(address)]) as http:
        answer = await http.get("/snmp", params={"target": "core-1", "module": "system,if_mib"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        families = {family.name: family for family in text_string_to_metric_families(answer.text)}
        assert families["sysName"].samples[0].labels == {"sysName": "文本 5"}
        assert families["system_uptime_seconds"].samples[0].value == 2.56
        assert len(families["ifOperStatus"].samples) == 29
        assert {s.labels["module"]: s.value for s in families["govnet_module_up"].samples} == {"system": 1, "if_mib": 1}
        assert families["snmp_scrape_pdus_returned"].samples[0].value == 6
        own = (await http.get("/metrics")).text
        assert 'govnet_snmp_scrapes_total{outcome="ok"} 1.0' in own
        assert 'govnet_snmp_walk_seconds_count{module="if_mib"} 1.0' in own


async def test_the_targets_own_modules_are_the_default_and_gzip_is_one_member(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client([target(address, modules=("system", "if_mib"))]) as http:
        async with http.stream("GET", "/snmp", params={"target": "core-1"}) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert b"ifOperStatus" in gzip.decompress(raw)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no target": ({}, "'target' parameter"),
    "two targets": ({"target": ["core-1", "core-1"]}, "'target' parameter"),
    "a target outside the inventory": ({"target": "127.0.0.1:22"}, "not in the inventory"),
    "an unknown module": ({"target": "core-1", "module": "nope"}, "Unknown module 'nope'"),
    "an unknown auth": ({"target": "core-1", "auth": "nope"}, "Unknown auth 'nope'"),
    "two auths": ({"target": "core-1", "auth": ["v2", "wrong"]}, "Unknown auth"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_bad_requests_are_refused_with_a_reason_and_nothing_is_sent(serve: Any, case: str) -> None:
    params, word = REFUSED[case]
    async with serve(ROWS) as (address, agent), client([target(address)]) as http:
        answer = await http.get("/snmp", params=params)
        assert (answer.status_code, word in answer.text) == (400, True)
        assert agent.asked == 0


async def test_any_target_is_read_only_where_that_is_allowed(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client([], any_target=True) as http:
        params = {"target": f"{address[0]}:{address[1]}", "module": "system", "auth": "v2"}
        assert "sysName" in (await http.get("/snmp", params=params)).text


@pytest.mark.parametrize(
    ("said", "left"),
    [("2", 1.5), ("0.3", MIN_SECONDS), ("0", DEADLINE_SECONDS), ("soon", DEADLINE_SECONDS), ("nan", DEADLINE_SECONDS)],
)
def test_an_answer_comes_before_the_scraper_gives_up(said: str, left: float) -> None:
    assert seconds(Request({"type": "http", "headers": [(TIMEOUT_HEADER.lower().encode(), said.encode())]})) == left


async def test_a_device_that_does_not_answer_is_an_error_in_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.81.16.4", 0))
        async with client([target(silent.getsockname())]) as http:
            begun = time.monotonic()
            answer = await http.get(
                "/snmp", params={"target": "core-1"}, headers={"X-Prometheus-Scrape-Timeout-Seconds": "2"}
            )
            assert time.monotonic() - begun < DEADLINE_SECONDS / 2, "not as long as without the scraper's word"
            assert answer.status_code == 500
            assert "core-1" in answer.text
            own = (await http.get("/metrics")).text
            assert 'govnet_snmp_errors_total{kind="timeout",module="system"} 1.0' in own


async def test_service_discovery_tells_what_prometheus_needs(serve: Any) -> None:
    async with serve(ROWS) as (address, _), client([target(address)]) as http:
        (group,) = (await http.get("/sd")).json()
        assert group["targets"] == [f"{address[0]}:{address[1]}"]
        assert LABELS.items() <= group["labels"].items()
        assert group["labels"]["name"] == "core-1"
        assert group["labels"]["module"] == group["labels"]["__param_module"] == "system"
        assert all(isinstance(value, str) for value in group["labels"].values())
        assert "core-1" in (await http.get("/")).text


def test_targets_that_cannot_be_read_are_refused_at_the_start() -> None:
    with pytest.raises(InputError, match="unknown module 'nope'"):
        build_app([Target("a", "127.0.0.1", ("nope",), "v2")], MODULES, AUTHS)


def test_gzip_members_join_into_one_stream() -> None:
    assert gzip.decompress(exposition.member("a 1\n") + exposition.member("b 2\n")) == b"a 1\nb 2\n"


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1"), (0.1, "0.1"), (float("inf"), "+Inf"), (float("-inf"), "-Inf"), (float("nan"), "NaN")]
)
def test_numbers_as_prometheus_reads_them(value: float, text: str) -> None:
    assert exposition.number(value) == text


@pytest.mark.needs("promtool")
async def test_promtool_finds_no_syntax_error(serve: Any) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool (Debian: prometheus)")
    async with serve(ROWS) as (address, _), client([target(address)]) as http:
        text = (await http.get("/snmp", params={"target": "core-1", "module": "system,if_mib"})).text
    command = ["promtool", "check", "metrics"]
    done = await asyncio.to_thread(subprocess.run, command, input=text, capture_output=True, text=True, check=False)
    # Exit code 3 is advice on names, which here are the MIB's own.
    assert done.returncode in (0, 3), done.stderr


NAMED = st.dictionaries(st.from_regex(r"[a-z_][a-z0-9_]{0,9}", fullmatch=True), st.text(), max_size=4)


@given(NAMED)
def test_labels_are_read_back_as_they_were_written(labels: dict[str, str]) -> None:
    inner = ",".join(f'{name}="{exposition.escape_label(value)}"' for name, value in labels.items())
    series = f"metric{{{inner}}}" if labels else "metric"
    assert exposition.labelled(series) == ("metric", labels)


@pytest.mark.parametrize("value", ["文本", 'a"b', "a\\nb", "line\nfeed", "}", '",x="y', "a\\\\", ""])
def test_labels_are_read_as_prometheus_own_client_reads_them(value: str) -> None:
    series = f'metric{{one="{exposition.escape_label(value)}",two="2"}}'
    (family,) = text_string_to_metric_families(f"{series} 1\n")
    assert exposition.labelled(series) == (family.samples[0].name, family.samples[0].labels)

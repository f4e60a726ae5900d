"""The receiver on its sockets: outside programs and emulated devices speak, metrics say what was heard."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from support.laixi import CORE, FIREWALL, floor, network, twin
from support.noc import UPS

from collectors.exporter import build_app
from collectors.receiving import Listening, Plan, Source, ZoneMap, alongside, sources_of
from collectors.receiving.listening import TRAP
from collectors.receiving.sources import BURST
from collectors.receiving.streams import EACH
from govnet.errors import RefusedError
from govnet.write_accounts import authenticated
from lab.estate import loopback_of
from lab.server import Lab
from snmp import Receiver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

IDS = "lx-adc-u-ids01"
ADDRESS = {device.name: loopback_of(device.address) for device in network().devices.values() if device.address}
USER = authenticated("govnet", "auth-password", "priv-password")
HERE = "127.81.18.1"
EVE_SAMPLES = Path(__file__).parents[1] / "fixtures" / "events"
PATIENCE = 60.0
"""Seconds for what takes a tenth of one on an idle machine; only a failure waits so long."""


class Clock:
    """Time that stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def heard(
    eve: Path | None = None, user: Any = USER, clock: Clock | None = None, here: str = CORE
) -> AsyncIterator[Listening]:
    """Listen; programs that cannot choose their address speak as the device ``here``."""
    at = (HERE, 0)
    plan = Plan(at, at, {eve: Source(IDS, "ids", "mgt")} if eve else {})
    judge = Receiver({user.username.encode(): user}, (b"community",), b"\x80\x00\x7e\xd9\x05laixi", 1, clock or Clock())
    known = sources_of(network(), ADDRESS) | {"127.0.0.1": Source(here, "fw", "mgt")}
    listening = Listening(plan, known, ZoneMap.of(network()), judge, clock or Clock())
    listening.bind()
    await listening.start()
    try:
        yield listening
    finally:
        await listening.close()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - a socket is another's: there is no event to wait for
            await asyncio.sleep(0.01)


def metrics(listening: Listening) -> list[str]:
    registry = CollectorRegistry()
    registry.register(listening.tally)
    return generate_latest(registry).decode().splitlines()


def send(listening: Listening, way: str, data: bytes, device: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((ADDRESS.get(device, device), 0))
        sender.sendto(data, listening.addresses[way])


async def run(*command: str, **environment: str) -> int:
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment})
    return await asyncio.wait_for(process.wait(), PATIENCE)


@pytest.mark.needs("snmptrap", "snmpinform")
@pytest.mark.parametrize("version", ["1", "2c", "3"])
@pytest.mark.parametrize("program", ["snmptrap", "snmpinform"])
async def test_net_snmp_speaks_from_a_devices_address(tmp_path: Path, version: str, program: str) -> None:
    if (version, program) == ("1", "snmpinform"):
        pytest.skip("SNMPv1 has no informs")
    who = ["-u", "govnet", "-l", "authPriv", "-a", "SHA", "-A", "auth-password", "-x", "AES", "-X", "priv-password"]
    who = who if version == "3" else ["-c", "community"]
    trap = ["", "", "2", "0", ""] if version == "1" else ["", "1.3.6.1.6.3.1.1.5.3"]
    async with heard() as listening:
        host, port = listening.addresses[TRAP]
        front = [program, f"-v{version}", *who, f"--clientaddr={ADDRESS[CORE]}", f"{host}:{port}"]
        code = await run(*front, *trap, "1.3.6.1.2.1.2.2.1.1.5", "i", "5", MIBS="", SNMP_PERSISTENT_DIR=str(tmp_path))
        assert code == 0, "an inform ends well only when it was answered"
        await until(lambda: bool(listening.tally.events))
        told = metrics(listening)
    assert f'govnet_events_total{{kind="link_down",name="{CORE}",severity="error",via="trap",zone="mgt"}} 1.0' in told
    assert f'govnet_last_event_info{{kind="link_down",name="{CORE}",text="linkDown 2.1.1.5=5"}} 1.0' in told


@pytest.mark.needs("logger")
@pytest.mark.parametrize("framing", [["--udp"], ["--tcp"], ["--tcp", "--octet-count"]], ids=" ".join)
@pytest.mark.parametrize("form", ["--rfc3164", "--rfc5424"])
async def test_logger_speaks(framing: list[str], form: str) -> None:
    async with heard(here=FIREWALL) as listening:
        host, port = listening.addresses["syslog"]
        said = ["-p", "daemon.err", "-t", "nft", "防火墙"]
        assert await run("logger", *framing, form, "-n", host, "-P", str(port), *said) == 0
        await until(lambda: bool(listening.tally.messages))
        told = metrics(listening)
    labels = f'kind="syslog",name="{FIREWALL}",severity="error",via="syslog",zone="mgt"'
    assert f"govnet_events_total{{{labels}}} 1.0" in told
    assert f'govnet_last_event_info{{kind="syslog",name="{FIREWALL}",text="nft: 防火墙"}} 1.0' in told


async def test_a_denial_is_counted_by_its_pair_of_zones() -> None:
    pub, prv = (next(s for s in network().segments if s.zone == zone) for zone in ("pub", "prv"))
    line = f"<4>kernel: govnet deny: IN=bond0.1 OUT=bond0.2 SRC={pub.subnet[9]} DST={prv.subnet[9]} PROTO=TCP DPT=445"
    async with heard() as listening:
        for _ in range(3):
            send(listening, "syslog", line.encode(), FIREWALL)
        await until(lambda: listening.tally.messages["syslog"] == 3)
        told = metrics(listening)
    pair = f'govnet_firewall_denies_total{{name="{FIREWALL}",source_zone="pub",target_zone="prv"}} 3.0'
    assert pair in told
    assert f'govnet_source_last_heard_timestamp_seconds{{name="{FIREWALL}",role="fw",via="syslog"}} 1e+06' in told


async def test_an_ids_by_syslog_and_by_file_through_its_rotation(tmp_path: Path) -> None:
    alert, stats = ((EVE_SAMPLES / f"eve_{name}.json").read_bytes() for name in ("alert", "stats"))
    path = tmp_path / "eve.json"
    path.write_bytes(alert * 5)
    async with heard(path) as listening:
        tally = listening.tally
        assert f'govnet_ids_alerts_total{{action="",name="{IDS}",severity="1"}} 0.0' in metrics(listening)
        await asyncio.sleep(0)
        with path.open("ab") as writer:
            writer.write(alert)
        await until(lambda: bool(tally.alarms))
        path.rename(tmp_path / "eve.json.1")
        path.write_bytes(alert + stats + b"{\n")
        await until(lambda: tally.refused[IDS, "eve", "malformed"] == 1)
        send(listening, "syslog", b"<13>Nov 23 06:00:00 ids suricata[7]: " + alert.strip(), IDS)
        await until(lambda: tally.messages["syslog"] == 1)
        told = metrics(listening)
    assert f'govnet_ids_alerts_total{{action="allowed",name="{IDS}",severity="3"}} 3.0' in told, "history is not news"
    assert f'govnet_ids_packets{{name="{IDS}",what="kernel_packets"}} 522.0' in told
    assert f'govnet_source_last_heard_timestamp_seconds{{name="{IDS}",role="ids",via="eve"}} 1e+06' in told


async def test_a_flood_is_shed_from_its_sender_alone() -> None:
    clock = Clock()
    async with heard(clock=clock) as listening:
        for _ in range(int(BURST) + 500):
            listening._line(b"<13>x", ADDRESS[CORE])  # noqa: SLF001 - a flood faster than loopback is lossless
        send(listening, "syslog", b"<13>still heard", FIREWALL)
        await until(lambda: listening.tally.messages["syslog"] == BURST + 501)
        told = metrics(listening)
        clock.now += 1
        listening._line(b"<13>x", ADDRESS[CORE])  # noqa: SLF001
        assert listening.tally.shed[CORE, "syslog"] == 500, "its bucket fills again"
    assert f'govnet_receiver_shed_total{{name="{CORE}",via="syslog"}} 500.0' in told
    assert (
        f'govnet_events_total{{kind="syslog",name="{FIREWALL}",severity="notice",via="syslog",zone="mgt"}} 1.0' in told
    )


async def test_a_stranger_is_counted_and_never_read_nor_answered() -> None:
    async with heard() as listening:
        for number in range(50):
            send(listening, "syslog", b"<0>1 - lx-adc-u-core01 x - - - I am the core", f"127.81.19.{number + 1}")
            send(listening, "trap", b"\x30\x02\x01\x00", f"127.81.19.{number + 1}")
        await until(lambda: sum(listening.tally.unknown.values()) == 100)
        told = metrics(listening)
    assert {'govnet_receiver_unknown_total{via="syslog"} 50.0', "govnet_receiver_unknown_sources 50.0"} <= set(told)
    assert not listening.tally.events
    assert not any(line.startswith("govnet_source_last_heard") for line in told)


async def test_what_does_not_verify_is_counted_by_reason_and_is_no_sign_of_life() -> None:
    async with heard() as listening:
        send(listening, "trap", b"\x30\x02\x01\x00", CORE)
        send(listening, "syslog", b"<999>x", CORE)
        await until(lambda: sum(listening.tally.refused.values()) == 2)
        told = metrics(listening)
    for via in ("trap", "syslog"):
        assert f'govnet_receiver_refused_total{{name="{CORE}",reason="malformed",via="{via}"}} 1.0' in told
    assert not any(line.startswith("govnet_source_last_heard") for line in told)


async def connection(listening: Listening, device: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(*listening.addresses["syslog"], local_addr=(ADDRESS.get(device, device), 0))


async def test_connections_are_few_for_each_device_and_none_for_a_stranger() -> None:
    async with heard() as listening:
        slow = [await connection(listening, CORE) for _ in range(EACH)]
        for _, writer in slow:
            writer.write(b"<13>never en")  # and one octet a second at the most
        for turned_away in (CORE, "127.81.19.99"):
            reader, writer = await connection(listening, turned_away)
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
            writer.close()
        _, other = await connection(listening, FIREWALL)
        other.write(b"<13>heard all the same\n")
        await until(lambda: bool(listening.tally.events))
        assert listening.tally.shed[CORE, "syslog"] == 1
        assert listening.tally.unknown["syslog"] == 1
        for _, writer in slow:
            writer.close()
        await until(lambda: listening.tally.messages["syslog"] == EACH + 1)
        other.close()


async def test_a_connection_that_loses_its_frame_is_ended_and_counted() -> None:
    async with heard() as listening:
        reader, writer = await connection(listening, CORE)
        writer.write(b"<13>fine\n99999 no end")
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        writer.close()
        assert listening.tally.refused[CORE, "syslog", "malformed"] == 1
        assert sum(listening.tally.events.values()) == 1


async def test_an_address_in_use_is_refused_in_words() -> None:
    async with heard() as listening:
        again = Listening(
            Plan(syslog=listening.addresses["syslog"]),
            {},
            ZoneMap([]),
            listening._judge,  # noqa: SLF001
        )
        with pytest.raises(RefusedError, match=r"127\.81\.18\.1:\d+: cannot listen for syslog there"):
            again.bind()


async def test_the_exporter_serves_what_was_heard() -> None:
    listening = Listening(
        Plan(syslog=(HERE, 0)), sources_of(network(), ADDRESS), ZoneMap([]), Receiver({}, (), b"\x80" * 5, 1, Clock())
    )
    listening.bind()
    app = alongside(build_app([], {}, {}, extra=[listening.tally]), listening)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://e") as http:
        send(listening, "syslog", b"<13>x", CORE)
        await until(lambda: bool(listening.tally.events))
        assert f'govnet_events_total{{kind="syslog",name="{CORE}"' in (await http.get("/metrics")).text
    assert not listening.addresses or not await reachable(listening.addresses["syslog"])


async def reachable(address: tuple[str, int]) -> bool:
    try:
        _, writer = await asyncio.open_connection(*address)
    except OSError:
        return False
    writer.close()
    return True


@pytest.mark.lab
async def test_emulated_devices_tell_what_happens_to_them() -> None:
    edge = floor(1)
    async with Lab([twin(UPS), twin(edge)], port=0, snmp_port=0) as lab:
        account = lab.credentials
        user = authenticated(account.snmp_user, account.snmp_auth, account.snmp_priv)
        async with heard(user=user) as listening:
            agents, to = lab.agents, listening.addresses[TRAP]
            assert agents
            agents.report_to(to)
            agents.set_ups(UPS, mains=False)
            agents.set_health(edge, cut_ports=frozenset({twin(edge).ports[4]}))
            agents.set_health(edge, cut_ports=frozenset())
            agents.reboot(edge)
            agents.tell(edge, "authenticationFailure", to)
            lab.log(edge, "<14>Link Down Trap for Port: 41", listening.addresses["syslog"])
            await until(lambda: sum(listening.tally.events.values()) == 6)
            told = metrics(listening)
    kinds = {(name, via, kind) for name, _, via, kind, _ in listening.tally.events}
    assert kinds == {
        (UPS, "trap", "ups_on_battery"), (edge, "trap", "link_down"), (edge, "trap", "link_up"),
        (edge, "trap", "cold_start"), (edge, "trap", "authentication_failure"), (edge, "syslog", "link_down"),
    }  # fmt: skip
    assert not listening.tally.refused
    text = next(line for line in told if line.startswith("govnet_last_event_info") and "upsTrapOnBattery" in line)
    assert "1.2.3.0=6" in text, "minutes that remain"


def test_the_samples_are_json() -> None:
    for path in EVE_SAMPLES.glob("*.json"):
        assert json.loads(path.read_text("utf-8"))["event_type"]

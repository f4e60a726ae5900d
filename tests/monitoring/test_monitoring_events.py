"""What devices tell, end to end: a real Prometheus counts it, a real Alertmanager tells the right one, once."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.laixi import FIREWALL, floor, network
from support.noc import UPS, Noc, healed, once, running_noc

from collectors.receiving import Listening, Plan, Source, ZoneMap, sources_of
from lab.estate import loopback_of
from snmp import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.lab, pytest.mark.needs("prometheus", "promtool", "alertmanager", "amtool")]
IDS, EDGE = "lx-adc-u-ids01", floor(2)
ADDRESS = {device.name: loopback_of(device.address) for device in network().devices.values() if device.address}
SAMPLES = Path(__file__).parents[1] / "fixtures" / "events"
STATS = (SAMPLES / "eve_stats.json").read_bytes()
PUB, PRV = (next(s.subnet for s in network().segments if s.zone == zone) for zone in ("pub", "prv"))


class Voices:
    """Devices that speak while they are told to: an IDS that is alive, and a firewall that is busy."""

    def __init__(self, eve: Path, to: tuple[str, int]) -> None:
        self.eve, self.to = eve, to
        self.alive, self.storm, self.over = threading.Event(), threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.speak, daemon=True)

    def speak(self) -> None:
        while not self.over.wait(0.2):
            if self.alive.is_set():
                self.write(STATS)
            if self.storm.is_set():
                packet = f"IN=bond0.1 OUT=bond0.2 SRC={PUB[9]} DST={PRV[9]} PROTO=TCP DPT=445"
                self.say(FIREWALL, f"<4>kernel: govnet deny: {packet}", 10)

    def write(self, record: bytes) -> None:
        with self.eve.open("ab") as file:
            file.write(record)

    def say(self, device: str, line: str, times: int = 1) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((ADDRESS[device], 0))
            for _ in range(times):
                sender.sendto(line.encode(), self.to)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Noc, Voices]]:
    folder = tmp_path_factory.mktemp("events")
    eve = folder / "eve.json"
    judge = Receiver({}, (), b"\x80\x00\x7e\xd9\x05laixi", 1, time.monotonic)
    plan = Plan(syslog=("127.81.20.1", 0), eve={eve: Source(IDS, "ids", "mgt")})
    heard = Listening(plan, sources_of(network(), ADDRESS), ZoneMap.of(network()), judge)
    heard.bind()
    voices = Voices(eve, heard.addresses["syslog"])
    voices.alive.set()
    voices.thread.start()
    try:
        # Prometheus looks every four seconds: six, which `quick` calls silence, would be one look that came late.
        with running_noc(folder, UPS, heard=heard, slow=0.02) as noc:
            yield noc, voices
    finally:
        voices.over.set()
        voices.thread.join()


def test_an_ids_that_stops_is_one_fault_and_is_over_when_it_speaks_again(scene: tuple[Noc, Voices]) -> None:
    noc, voices = scene
    noc.evaluations(10)
    assert noc.post.notes == []
    voices.alive.clear()
    ((told, alert),) = once(noc, "IdsSilent")
    assert told == "government"
    assert {"name": IDS, "severity": "critical", "owner": "government", "zone": "mgt"}.items() <= alert[
        "labels"
    ].items()
    assert alert["annotations"]["summary"].startswith(f"{IDS} has said nothing for ")
    assert alert["annotations"]["call"]
    voices.alive.set()
    healed(noc, "IdsSilent")


def test_what_devices_tell_is_told_once_each_with_their_last_words(scene: tuple[Noc, Voices]) -> None:
    noc, voices = scene
    noc.post.notes.clear()
    record = json.loads((SAMPLES / "eve_alert.json").read_text("utf-8"))
    record["alert"] |= {"severity": 1, "signature": "ET WORM <b>seen</b>"}
    voices.write(json.dumps(record).encode() + b"\n")
    voices.say(EDGE, "<14>Link Down Trap for Port: 41", 9)
    voices.say(EDGE, "<14>Unauthorized connection attempt from IP address: 10.221.240.158 by TELNET.", 9)
    voices.storm.set()
    wanted = {
        "IdsAlarm": (IDS, "mgt", "in ten minutes; the last: ET WORM b seen /b (10.0.0.5 to 179.60.192.3)"),
        "LinkFlapping": (EDGE, "mgt", "the last: Link Down Trap for Port: 41"),
        "AuthenticationFailures": (EDGE, "mgt", "10.221.240.158 by TELNET."),
        "DenyStorm": (FIREWALL, "pub", "from pub to prv; the last: TCP from"),
    }
    for (told, alert), (name, (device, zone, said)) in zip(once(noc, *wanted), wanted.items(), strict=True):
        assert (told, alert["labels"]["alertname"]) == ("government", name)
        assert (alert["labels"]["name"], alert["labels"]["zone"]) == (device, zone)
        assert said in alert["annotations"]["summary"]
        assert alert["annotations"]["runbook_url"].endswith(f"events.md#{name.lower()}")

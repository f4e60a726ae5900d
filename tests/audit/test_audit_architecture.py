"""The rules on architecture: a passing and a failing example of each, and what makes them unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.audits import (
    NOON,
    Case,
    ago,
    circuit,
    edited,
    evidence,
    judged,
    levelled,
    place,
    recorded,
    renamed,
    town_hall,
    with_address,
)
from support.isolation import HERE, cable, device, hall, hall_configs, segment

from govnet.audit import Evidence, Severity
from govnet.audit.tables import Sample
from govnet.config.queueing import Queueing
from govnet.network.served import TrafficClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.network.model import Network

CPU = "nortel_cpu_utilization_ratio"
SUPPLY = "nortel_power_supply_state"


def month(value: float, name: str = CPU, thing: str = "core") -> tuple[Sample, ...]:
    """Return samples of office hours over a month, all of one value."""
    return tuple(Sample(name, thing, value, ago(days=days, hours=1)) for days in range(30))


def octets(kbps: float, days: int = 30) -> tuple[Sample, ...]:
    """Return the counters of the town's line at its hub, in one direction, as it would grow at this rate."""
    hours = range(0, days * 24 + 1, 6)
    start = ago(days=days)
    return tuple(
        Sample("ifHCInOctets", "core", kbps * 125 * 3600 * hour, start + timedelta(hours=hour), {"ifName": "2"})
        for hour in hours
    )


def venue(delay: float, loss: float = 0.0) -> Evidence:
    network = town_hall()
    places = {**network.places, "t1": place("t1", "town", venue=True)}
    values = {"video_delay_seconds": delay, "video_jitter_seconds": 0.01, "video_loss_ratio": loss}
    samples = tuple(Sample(name, "t1", value, ago(days=1)) for name, value in values.items())
    return evidence(replace(network, places=places), samples=samples)


def important(port: str, *, routed: bool = False) -> Evidence:
    """Return evidence on a zone ``doc`` with one port; the town's switch is where a carrier's line ends."""
    network, configs = renamed(pub="doc")
    line = replace(network.links[1], circuit="c-town")
    plug = next(a for a in network.attachments if (a.zone, a.segment.vlan) == ("doc", 200))
    name, number = port.split(":")
    moved = replace(plug, end=replace(plug.end, device=name, port=number))
    links, lines = (network.links[0], line, network.links[2]), {"c-town": circuit("c-town")}
    if routed:
        configs[name] = with_address(configs[name], 200, "10.2.0.1/24")
    made = replace(network, circuits=lines, links=links, attachments=(moved,))
    return evidence(made, configs=configs)


def twice(*roles: str) -> Network:
    """Return the town hall with a second box of some roles, each joined to the core."""
    network = town_hall()
    more = {f"{role}2": device(f"{role}2", role) for role in roles}
    links = tuple(cable(f"core:2{n}", f"{name}:1") for n, name in enumerate(more))
    return replace(network, devices={**network.devices, **more}, links=(*network.links, *links))


def second_line(circuit_id: str) -> Network:
    network = twice("core")
    line = replace(cable("core2:9", "ce:50", "town"), circuit=circuit_id)
    return replace(network, links=(*network.links, line), circuits={**network.circuits, "c-2": circuit("c-2")})


def chassis(*cards: str) -> Network:
    network = town_hall()
    core = replace(network.devices["core"], cards=dict(enumerate(cards, 1)))
    return replace(network, devices={**network.devices, "core": core})


def supplies(*states: str) -> tuple[Sample, ...]:
    return tuple(
        Sample(SUPPLY, "core", float(state == label), NOON, {"power_supply": str(n), SUPPLY: label})
        for n, state in enumerate(states)
        for label in ("up", "down")
    )


def shaping(rate: int | None) -> Evidence:
    """Return evidence on a town's line of 10 Mbit/s whose router shapes, as a box does whose queues are modelled."""
    network, configs = town_hall(), hall_configs()
    ce = replace(network.devices["ce"], platform="huawei_vrp")
    classes = {"default": TrafficClass("default", "其他", 0, {10000: 100}, HERE)}
    queueing = {"49": Queueing(rate, {0: 100})}
    configs["ce"] = replace(configs["ce"], queueing=queueing)
    made = replace(network, devices={**network.devices, "ce": ce}, traffic=classes)
    return evidence(made, configs=configs)


def conferring(speed: int, *venues: str) -> Evidence:
    """Return evidence on venues behind the town's line, half of which is for conferences, and an MCU at the hall."""
    network = town_hall(town=circuit("c-town", speed_kbps=speed))
    box, line = device("mcu", "mcu"), cable("core:30", "mcu:1", "service")
    here = replace(box, place="hall")
    behind = {name: replace(device(f"room-{name}", "mcu-terminal"), place=name) for name in venues}
    cables = tuple(cable(f"ce:{n}", f"room-{name}:1", "floor") for n, name in enumerate(venues, 30))
    places = {**network.places, **{name: place(name, "unit", venue=True) for name in venues}}
    devices = {**network.devices, "mcu": here, **{one.name: one for one in behind.values()}}
    classes = {"video": TrafficClass("video", "会议", 34, {speed: 50}, HERE)}
    links = (*network.links, line, *cables)
    return evidence(replace(network, devices=devices, links=links, places=places, traffic=classes))


def overlapping() -> Network:
    network = hall()
    return replace(network, segments=(*network.segments, segment("pub", 209, "10.1.0.128/25")))


CASES = [
    Case("ARC-01", "a calm month", lambda: evidence(hall(), samples=month(0.46)), {"core": "pass", "acc": "unknown"}),
    Case("ARC-01", "a busy month", lambda: evidence(hall(), samples=month(0.88)), {"core": "fail"}),
    Case("ARC-01", "one day alone", lambda: evidence(hall(), samples=month(0.46)[:2]), {"core": "unknown"}),
    Case("ARC-01", "nobody asked", lambda: evidence(hall()), {"hand": "unknown"}),
    Case("ARC-01", "level 2", lambda: evidence(levelled(hall(), 2)), {"hand": "not_applicable"}),
    Case("ARC-02", "61 %", lambda: evidence(town_hall(), samples=octets(6100)), {"c-town": "pass", "c-1": "unknown"}),
    Case("ARC-02", "96 %", lambda: evidence(town_hall(), samples=octets(9600)), {"c-town": "fail"}),
    Case("ARC-02", "a week alone", lambda: evidence(town_hall(), samples=octets(9600, 7)), {"c-town": "unknown"}),
    Case("ARC-03", "measured", lambda: evidence(recorded(town_hall(), "ARC-03", "c-town")), {"c-town": "pass"}),
    Case("ARC-03", "not measured", lambda: evidence(town_hall()), {"c-town": "unknown"}),
    Case("ARC-03", "a shaper of its speed", lambda: shaping(10000), {"c-town": "pass"}),
    Case("ARC-03", "a shaper of another speed", lambda: shaping(2000), {"c-town": "fail"}),
    Case("ARC-03", "a router that holds back nothing", lambda: shaping(None), {"c-town": "fail"}),
    Case(
        "ARC-03",
        "its cable says otherwise",
        lambda: evidence(recorded(town_hall(town=circuit("c-town", speed_kbps=2000)), "ARC-03")),
        {"c-town": "fail"},
    ),
    Case(
        "ARC-03",
        "a county with 2M after the upgrade",
        lambda: evidence(
            replace(
                town_hall(town=circuit("c-town", speed_kbps=2000)),
                places={"t1": place("t1", "county"), "hall": place("hall", "building")},
            )
        ),
        {"c-town": "fail"},
    ),
    Case(
        "ARC-03",
        "a county upgraded in time",
        lambda: evidence(
            recorded(
                replace(
                    town_hall(town=circuit("c-town", speed_kbps=2000, upgrades=((date(2008, 1, 1), 10000),))),
                    places={"t1": place("t1", "county"), "hall": place("hall", "building")},
                ),
                "ARC-03",
            )
        ),
        {"c-town": "pass"},
    ),
    Case(
        "ARC-04",
        "as planned",
        lambda: evidence(hall(), configs=hall_configs()),
        {"address plan": "pass", "fw": "pass", "core": "pass"},
    ),
    Case(
        "ARC-04",
        "numbered from another zone",
        lambda: evidence(hall(), configs=edited("core", lambda c: with_address(c, 101, "10.2.1.1/24"))),
        {"core": "fail", "acc": "pass"},
    ),
    Case("ARC-04", "overlapping blocks", lambda: evidence(overlapping(), configs={}), {"address plan": "fail"}),
    Case("ARC-05", "behind the firewall", lambda: important("acc:3"), {"doc": "pass"}),
    Case("ARC-05", "carried beside the line", lambda: important("ce:3"), {"doc": "pass"}),
    Case("ARC-05", "routed where the line ends", lambda: important("ce:3", routed=True), {"doc": "fail"}),
    Case(
        "ARC-06",
        "one of each",
        lambda: evidence(town_hall()),
        {"role core": "fail", "role fw": "fail", "t1": "fail"},
    ),
    Case("ARC-06", "two cores", lambda: evidence(twice("core", "fw")), {"role core": "pass", "role fw": "pass"}),
    Case("ARC-06", "a second line of its own", lambda: evidence(second_line("c-2")), {"t1": "pass"}),
    Case("ARC-06", "two ends of one line", lambda: evidence(second_line("c-town")), {"t1": "fail"}),
    Case(
        "ARC-06",
        "two modules, two supplies",
        lambda: evidence(chassis("8690SF", "8690SF"), samples=supplies("up", "up")),
        {"core control modules": "pass", "core power supplies": "pass"},
    ),
    Case(
        "ARC-06",
        "one module, one supply",
        lambda: evidence(chassis("8690SF", "8648TX"), samples=supplies("up", "down")),
        {"core control modules": "fail", "core power supplies": "fail"},
    ),
    Case("ARC-06", "nobody asked", lambda: evidence(chassis("8690SF")), {"core power supplies": "unknown"}),
    Case("ARC-08", "unprotected", lambda: evidence(town_hall()), {"c-town": "fail", "c-1": "unknown"}),
    Case(
        "ARC-08",
        "with certificate",
        lambda: evidence(recorded(town_hall(town=circuit("c-town", protection="link-encryptor")), "ARC-08", "c-town")),
        {"c-town": "pass"},
    ),
    Case(
        "ARC-08",
        "without certificate",
        lambda: evidence(town_hall(town=circuit("c-town", protection="ipsec"))),
        {"c-town": "unknown"},
    ),
    Case(
        "ARC-08",
        "an algorithm that is on no list",
        lambda: evidence(town_hall(town=circuit("c-town", protection="ipsec-des"))),
        {"c-town": "fail"},
    ),
    Case("ARC-09", "good", lambda: venue(0.100), {"t1": "pass"}),
    Case("ARC-09", "slow", lambda: venue(0.200), {"t1": "fail"}),
    Case("ARC-09", "lossy", lambda: venue(0.100, 0.02), {"t1": "fail"}),
    Case("ARC-09", "one venue on 2M", lambda: conferring(2000, "v1"), {"c-town": "pass"}),
    Case("ARC-09", "three venues on 2M", lambda: conferring(2000, "v1", "v2", "v3"), {"c-town": "unknown"}),
    Case("ARC-09", "a line too slow for one", lambda: conferring(1500, "v1"), {"c-town": "fail"}),
    Case("ARC-09", "no venue", lambda: evidence(town_hall()), {"hand": "not_applicable"}),
    Case("ARC-07", "on record", lambda: evidence(recorded(hall(), "ARC-07")), {"hand": "pass"}),
    Case("ARC-07", "not on record", lambda: evidence(hall()), {"hand": "unknown"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_architecture(case: Case) -> None:
    case.hold()


def severities(network: Network) -> Iterator[Severity]:
    return (finding.severity for finding in judged("ARC-06", evidence(network)))


def test_redundancy_is_advice_below_level_3() -> None:
    assert set(severities(levelled(town_hall(), 2))) == {Severity.LOW}
    assert set(severities(levelled(town_hall(), 3))) == {Severity.HIGH}
    assert set(severities(town_hall())) == {Severity.HIGH}


def test_what_cuts_a_place_off_is_named() -> None:
    found = {finding.object: finding.actual for finding in judged("ARC-06", evidence(twice("core")))}
    assert found["t1"] == "cut off without c-town"


def test_the_internet_is_no_line_to_protect() -> None:
    network = town_hall()
    anywhere = replace(network.upstreams[0], prefixes=(IPv4Network("0.0.0.0/0"),))
    found = {finding.object for finding in judged("ARC-08", evidence(replace(network, upstreams=(anywhere,))))}
    assert found == {"c-town"}

"""The rules on zones, VPNs and lines of one plane: a passing and a failing example of each."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.audits import (
    EMPTY,
    NOON,
    OUTER,
    Case,
    circuit,
    declaring,
    edited,
    evidence,
    judged,
    levelled,
    on_plane,
    place,
    renamed,
    routed,
    town_hall,
    unread,
    with_address,
    with_rules,
)
from support.isolation import HERE, cable, device, hall, hall_configs

from govnet.audit import Evidence, Verdict
from govnet.config.filtering import Filter
from govnet.config.filtering import Verdict as Decision
from govnet.config.routing import Vrf
from govnet.network.cabled import End, Upstream
from govnet.network.model import Plane

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig


def vpns(exports: str, imports: str) -> dict[str, DeviceConfig]:
    vrfs = {
        "nong": Vrf(307, "64600:307001", frozenset({"64600:307"}), frozenset({exports})),
        "fagai": Vrf(302, "64600:302001", frozenset({imports}), frozenset({"64600:302"})),
        "shen": Vrf(304, "64600:304001", frozenset({"64600:304"}), frozenset({"64600:304"})),
    }
    return {**EMPTY, "core": replace(EMPTY["core"], vrfs=vrfs)}


def internet(where: str) -> Upstream:
    device_, port = where.split(":")
    return Upstream(
        "pub", End(device_, port), "c-net", IPv4Interface("203.0.113.2/29"), IPv4Address("203.0.113.1"),
        (IPv4Network("0.0.0.0/0"),), "ISP", HERE,
    )  # fmt: skip


def two_towns(*links: object) -> Evidence:
    network = town_hall()
    devices = {**network.devices, "ce2": replace(device("ce2", "ce"), place="t2")}
    places = {**network.places, "t2": place("t2", "town")}
    return evidence(replace(network, devices=devices, places=places, links=(*network.links, *links)))


def shared_vlan() -> Evidence:
    network, configs = town_hall(), hall_configs()
    second = replace(cable("core:1", "ce2:49", "town"), circuit="c-two")
    devices = {**network.devices, "ce2": replace(device("ce2", "ce"), place="t2")}
    lines = {**network.circuits, "c-two": circuit("c-two")}
    links = (*[link for link in network.links if link.circuit], second)
    places = {**network.places, "t2": place("t2", "town")}
    joined = replace(configs["core"].ports["2"], switchport=configs["core"].ports["1"].switchport)
    configs["core"] = replace(configs["core"], ports={**configs["core"].ports, "2": joined})
    configs["ce2"] = configs["ce"]
    return evidence(replace(network, devices=devices, circuits=lines, links=links, places=places), configs=configs)


def confidential(medium: str) -> Evidence:
    network = hall()
    zones = {name: replace(zone, confidential=name == "prv") for name, zone in network.zones.items()}
    return evidence(replace(network, zones=zones, links=tuple(replace(x, medium=medium) for x in network.links)))


def with_internet() -> tuple[Evidence, Evidence]:
    """Return evidence on a hall with an internet zone, closed to prv and open to it."""
    network, configs = renamed(pub="inet")
    wide = with_rules(configs["fw"], ("prv", "inet"), Filter(Decision.PERMIT, "tcp", ports=((443, 443),)))
    return evidence(network, configs=configs), evidence(network, configs={**configs, "fw": wide})


def named_networks(*, merged: bool = False) -> Evidence:
    """Return a hall whose zones prv, pub and jh are named networks; ``merged`` gives two of them one VLAN."""
    network, configs = renamed(prv="stat", pub="agri")
    if merged:
        parts = (replace(s, vlan=100) if (s.zone, s.vlan) == ("agri", 200) else s for s in network.segments)
        network = replace(network, segments=tuple(parts))
    return evidence(network, configs=configs)


CASES = [
    # The internet only through the firewall.
    Case(
        "ISO-09",
        "on the firewall",
        lambda: evidence(replace(OUTER, upstreams=(internet("fw:eth4"),)), configs=EMPTY),
        {"c-net": "pass", "default routes": "pass"},
    ),
    Case(
        "ISO-09",
        "an own line on an access switch",
        lambda: evidence(replace(OUTER, upstreams=(internet("acc:3"),))),
        {"c-net": "fail", "default routes": "unknown"},
    ),
    Case(
        "ISO-09",
        "a default route out",
        lambda: evidence(OUTER, configs=routed("0.0.0.0/0", "203.0.113.1")),
        {"default routes": "fail"},
    ),
    # Private zones never reach the internet.
    Case("ISO-10", "no internet zone", lambda: evidence(hall(), configs=hall_configs()), {"hand": "not_applicable"}),
    # VPNs.
    Case(
        "ISO-11",
        "as declared",
        lambda: evidence(declaring(OUTER, vpns={"nong": ("fagai",)}), configs=vpns("64600:307", "64600:307")),
        {"nong": "pass", "fagai": "pass", "shen": "pass", "route distinguishers": "pass"},
    ),
    Case(
        "ISO-11",
        "one import too many",
        lambda: evidence(declaring(OUTER, vpns={}), configs=vpns("64600:307", "64600:307")),
        {"nong": "fail", "shen": "pass"},
    ),
    Case(
        "ISO-11",
        "one import too few",
        lambda: evidence(declaring(OUTER, vpns={"nong": ("fagai",)}), configs=vpns("64600:307", "64600:999")),
        {"nong": "fail"},
    ),
    Case(
        "ISO-11",
        "one distinguisher twice",
        lambda: evidence(
            declaring(OUTER, vpns={}),
            configs={
                **EMPTY,
                "core": replace(EMPTY["core"], vrfs={n: Vrf(n, "1:1") for n in ("a", "b")}),
            },
        ),
        {"route distinguishers": "fail"},
    ),
    Case("ISO-11", "no matrix", lambda: evidence(OUTER, configs=vpns("a:1", "a:2")), {"hand": "unknown"}),
    # No routing between zones on the core.
    Case("ISO-12", "no gateway on the core", lambda: evidence(hall(), configs=hall_configs()), {"core": "pass"}),
    Case(
        "ISO-12",
        "two zones in the global table",
        lambda: evidence(
            hall(),
            configs=edited("core", lambda c: with_address(with_address(c, 101, "10.1.1.1/24"), 201, "10.2.1.1/24")),
        ),
        {"core": "fail", "acc": "pass"},
    ),
    Case(
        "ISO-12",
        "a VRF each",
        lambda: evidence(
            hall(),
            configs=edited(
                "core", lambda c: with_address(with_address(c, 101, "10.1.1.1/24", "a"), 201, "10.2.1.1/24", "b")
            ),
        ),
        {"core": "pass"},
    ),
    Case(
        "ISO-12",
        "an address nobody understood",
        lambda: Evidence(
            hall(), NOON, readings={"core": unread(hall_configs()["core"], "vlan 101 ip create 10.1.1.1/24")}
        ),
        {"core": "unknown", "acc": "unknown"},
    ),
    # Dedicated lines.
    Case("ISO-17", "VLANs of its own", lambda: evidence(town_hall(), configs=hall_configs()), {"c-town": "pass"}),
    Case("ISO-17", "a VLAN on two lines", shared_vlan, {"c-town": "fail", "c-two": "fail"}),
    Case(
        "ISO-17",
        "a shared line",
        lambda: evidence(town_hall(town=circuit("c-town", dedicated=False)), configs=hall_configs()),
        {"c-town": "fail"},
    ),
    Case("ISO-17", "not read", lambda: evidence(town_hall()), {"c-town": "unknown"}),
    # No back door.
    Case("ISO-18", "a star", lambda: two_towns(cable("core:12", "ce2:49", "town")), {"towns": "pass"}),
    Case("ISO-18", "a fibre between towns", lambda: two_towns(cable("ce:3", "ce2:3")), {"towns": "fail"}),
    # Encryption over the carrier.
    Case(
        "ISO-20",
        "an encryptor",
        lambda: evidence(on_plane(town_hall(town=circuit("c-town", protection="link-encryptor")), Plane.INNER)),
        {"c-town": "pass", "c-1": "fail"},
    ),
    Case(
        "ISO-20",
        "integrity is for level 2",
        lambda: evidence(levelled(on_plane(town_hall(town=circuit("c-town", protection="integrity")), Plane.INNER), 2)),
        {"c-town": "pass"},
    ),
    Case(
        "ISO-20",
        "integrity is not for level 3",
        lambda: evidence(levelled(on_plane(town_hall(town=circuit("c-town", protection="integrity")), Plane.INNER), 3)),
        {"c-town": "fail"},
    ),
    # Cables.
    Case("ISO-21", "fibre", lambda: confidential("fiber"), {"cables": "pass"}),
    Case("ISO-21", "unshielded", lambda: confidential("utp"), {"core:1 - acc:49": "fail"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_zones(case: Case) -> None:
    case.hold()


def test_private_zones_and_the_internet() -> None:
    closed, opened = with_internet()
    assert {str(f.verdict) for f in judged("ISO-10", closed)} == {"pass"}
    found = {f.object: f for f in judged("ISO-10", opened)}
    assert found["prv > inet"].verdict is Verdict.FAIL
    assert found["inet > prv"].verdict is Verdict.PASS
    assert ":443" in found["prv > inet"].actual
    unseen = evidence(closed.network, configs={n: c for n, c in hall_configs().items() if n != "fw"})
    assert {str(f.verdict) for f in judged("ISO-10", unseen)} == {"unknown"}


def test_named_networks_stand_apart() -> None:
    found = {f.object: str(f.verdict) for f in judged("ISO-19", named_networks())}
    assert found["stat"] == found["stat > agri"] == found["stat > jh"] == "pass"
    shared = {f.object: str(f.verdict) for f in judged("ISO-19", named_networks(merged=True))}
    assert (shared["stat"], shared["agri"], shared["jh"]) == ("fail", "fail", "pass")


def test_the_failure_names_the_line() -> None:
    configs = edited("core", lambda c: with_address(with_address(c, 101, "10.1.1.1/24"), 201, "10.2.1.1/24"))
    failure = next(f for f in judged("ISO-12", evidence(hall(), configs=configs)) if f.verdict is Verdict.FAIL)
    assert [one.where.partition(": ")[2] for one in failure.evidence] == ["address vlan101", "address vlan201"]
    assert "vlan101 in prv" in failure.actual

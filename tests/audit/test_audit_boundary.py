"""The rules on boundaries, ports and units: a passing and a failing example of each, and what makes them unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import pytest
from support.audits import (
    FILE,
    Case,
    ago,
    declaring,
    edited,
    evidence,
    judged,
    on_plane,
    place,
    renamed,
    town_hall,
    with_address,
    with_rules,
)
from support.isolation import HERE, access, hall, hall_configs

from govnet.audit import Evidence, Severity, Verdict
from govnet.audit.tables import ArpEntry, Probe, Sighting, Station
from govnet.config.filtering import Filter
from govnet.config.filtering import Verdict as Decision
from govnet.network.declared import Connection, Endpoint, Lan, LanProfile
from govnet.network.model import Plane
from govnet.network.served import System, Unit

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig

PC, PHONE, STRANGER = "00:1a:64:00:00:01", "00:1a:64:00:00:02", "00:1a:64:00:00:03"
PORT = "acc:1"


def plugged(*macs: str, kinds: tuple[str, ...] = ("pc",), days: float = 1) -> Evidence:
    """Return evidence on the floor's first port: what was seen there, and what is registered."""
    registered = tuple(Endpoint(mac, PORT, kind, "中心", FILE) for mac, kind in zip((PC, PHONE), kinds, strict=False))
    rows = tuple(Station(mac, "1", 101, ago(days=days)) for mac in macs)
    return evidence(declaring(hall(), endpoints=registered), fdb={"acc": rows})


def hub() -> Evidence:
    """Return evidence of three machines on the floor's first port, and no register of what may be there."""
    return evidence(hall(), fdb={"acc": tuple(Station(mac, "1", 101, ago(days=1)) for mac in (PC, PHONE, STRANGER))})


def bridge(vlan: int, *, days: int = 1) -> Evidence:
    """Return evidence of a machine behind a port of prv that is also learned in another VLAN, over the uplink."""
    rows = (Station(PC, "1", 101, ago(days=days)), Station(PC, "49", vlan, ago(days=days)))
    routers = tuple(Station(STRANGER, "49", each, ago(days=1)) for each in (101, 201))
    return evidence(hall(), fdb={"acc": (*rows, *routers)})


def gateway(mac: str) -> Evidence:
    return evidence(hall(), arp={"fw": (ArpEntry(GATEWAY, mac),)})


def port(**change: Any) -> dict[str, DeviceConfig]:
    """Return configurations in which the floor's spare port is otherwise."""
    configs = {name: shut(config, name) for name, config in hall_configs().items()}
    acc = configs["acc"]
    return {**configs, "acc": replace(acc, ports={**acc.ports, "3": replace(acc.ports["3"], **change)})}


def shut(config: DeviceConfig, name: str) -> DeviceConfig:
    """Return a configuration in which every port without use is shut."""
    network = hall()
    used = {end.port for link in network.links for end in (link.a, link.b) if end.device == name}
    used |= {a.end.port for a in network.attachments if a.end.device == name}
    used |= {up.end.port for up in network.upstreams if up.end.device == name}
    ports = {key: replace(one, enabled=key in used) for key, one in config.ports.items()}
    return replace(config, ports=ports)


def usual() -> Evidence:
    return evidence(hall(), configs=hall_configs())


def unzoned() -> Evidence:
    """Return a firewall that has an interface in no zone."""
    config = hall_configs()["fw"]
    assert config.firewall
    zones = {**config.firewall.zones, "prv": config.firewall.zones["prv"] - {"bond0.101"}}
    return evidence(
        hall(), configs={**hall_configs(), "fw": replace(config, firewall=replace(config.firewall, zones=zones))}
    )


def registered(expires: date, circuit: str = "c-1") -> Evidence:
    return evidence(declaring(town_hall(), connections=(Connection(circuit, "2008-017", "中心", expires, FILE),)))


def training(*lines: Filter) -> Evidence:
    network, configs = renamed(pub="train")
    return evidence(
        network, configs={**configs, "fw": with_rules(configs["fw"], ("train", "jh"), *lines)} if lines else configs
    )


def profile(role: str, *planes: str, devices: tuple[str, ...] = ("a", "b"), planned: bool = False) -> Evidence:
    lans = tuple(Lan(plane, (device,)) for plane, device in zip(planes, devices, strict=False))
    made = LanProfile("caizheng", role, "province", lans, FILE)
    return evidence(replace(declaring(on_plane(hall(), Plane.OUTER), lan_profiles=(made,)), planned=planned))


def joined(since: date | None, *, planned: bool = False) -> Evidence:
    network = replace(on_plane(town_hall(), Plane.INNER), planned=planned)
    return evidence(replace(network, places={"geermu": place("geermu", "county", since=since)}))


def unit(*probes: Probe | None, where: str = "hall") -> Evidence:
    made = Unit("u44", 44, "财政局", "department", where, lan=True, since=None, until=None, origin=HERE)
    network = replace(on_plane(hall(), Plane.INNER), units={"u44": made})
    return evidence(network, probes=None if probes == (None,) else tuple(one for one in probes if one))


def reached(*, answered: bool, hours: float = 2) -> Probe:
    return Probe("reach platform", "u44", answered, ago(hours=hours))


def system(state: str, since: date | None = None, exemption: str = "") -> Evidence:
    made = System(
        "jinzhi", "金质", "quality", "pub", (), (), "office", "always", "", "", "质监局", (), state, exemption, (),
        "", "", since, None, "", HERE,
    )  # fmt: skip
    return evidence(replace(hall(), systems={"jinzhi": made}))


def sighted(*found: Sighting, plane: Plane = Plane.UNIFIED, **more: Any) -> Evidence:
    return evidence(on_plane(hall(), plane), sightings=found, **more)


GATEWAY = IPv4Address("10.3.0.1")
DHCP = Sighting("dhcp-server", "acc:1", STRANGER, "192.168.1.1 offers on VLAN 101")
AP = Sighting("wireless", "acc:1", STRANGER)

CASES = [
    Case(
        "BND-01",
        "all bound",
        lambda: evidence(hall(), configs=hall_configs()),
        {"fw": "pass", "broadcast domains": "pass"},
    ),
    Case("BND-01", "an interface without policy", unzoned, {"fw": "fail"}),
    Case(
        "BND-01",
        "a core that routes between zones",
        lambda: evidence(
            hall(),
            configs=edited("core", lambda c: with_address(with_address(c, 101, "10.1.1.1/24"), 201, "10.2.1.1/24")),
        ),
        {"core": "fail"},
    ),
    Case(
        "BND-01",
        "zones in one broadcast domain",
        lambda: evidence(
            hall(),
            configs=edited(
                "core", lambda c: replace(c, ports={**c.ports, "6": replace(c.ports["6"], switchport=access(100))})
            ),
        ),
        {"broadcast domains": "fail"},
    ),
    Case(
        "BND-01",
        "not seen",
        lambda: evidence(hall(), configs={n: c for n, c in hall_configs().items() if n != "core"}),
        {"broadcast domains": "unknown", "core": "unknown"},
    ),
    Case("BND-02", "shut and parked", lambda: evidence(hall(), configs=port()), {"acc": "pass", "fw": "pass"}),
    Case("BND-02", "up", lambda: evidence(hall(), configs=port(enabled=True)), {"acc": "fail", "core": "pass"}),
    Case(
        "BND-02",
        "shut in a zone's VLAN",
        lambda: evidence(hall(), configs=port(switchport=access(101))),
        {"acc": "fail"},
    ),
    Case("BND-03", "one known machine", lambda: plugged(PC), {"acc": "pass", "port authentication": "unknown"}),
    Case("BND-03", "a telephone beside it", lambda: plugged(PC, PHONE, kinds=("pc", "phone")), {"acc": "pass"}),
    Case("BND-03", "a stranger", lambda: plugged(PC, STRANGER), {"acc": "fail", "core": "unknown"}),
    Case("BND-03", "two machines, no telephone", lambda: plugged(PC, PHONE, kinds=("pc", "pc")), {"acc": "fail"}),
    Case("BND-03", "a stranger of long ago", lambda: plugged(STRANGER, days=40), {"acc": "pass"}),
    Case("BND-03", "no register", lambda: evidence(hall(), fdb={}), {"hand": "unknown"}),
    Case("BND-03", "a machine in two zones", lambda: bridge(201), {"hand": "unknown", PORT: "fail"}),
    Case("BND-03", "a machine in one zone, a router in two", lambda: bridge(101), {"hand": "unknown"}),
    Case("BND-03", "a machine in two zones, long ago", lambda: bridge(201, days=40), {"hand": "unknown"}),
    Case("BND-03", "a hub, and no register", hub, {"hand": "unknown", PORT: "fail"}),
    Case("BND-04", "nobody", sighted, {"sightings": "pass", "gateways": "unknown"}),
    Case("BND-04", "one for each gateway", lambda: gateway(PC), {"sightings": "unknown", "gateways": "pass"}),
    Case("BND-04", "a rogue DHCP server", lambda: sighted(DHCP), {"acc:1": "fail"}),
    Case(
        "BND-04",
        "two that answer for a gateway",
        lambda: sighted(
            arp={
                "fw": (ArpEntry(GATEWAY, PC),),
                "core": (ArpEntry(GATEWAY, STRANGER),),
            }
        ),
        {"10.3.0.1": "fail"},
    ),
    Case(
        "BND-04",
        "a virtual router beside the gateway",
        lambda: sighted(
            arp={"fw": (ArpEntry(GATEWAY, PC), ArpEntry(GATEWAY, "00:00:5e:00:01:07"))},
        ),
        {"sightings": "pass", "gateways": "pass"},
    ),
    Case("BND-04", "nobody looked", lambda: evidence(hall()), {"sightings": "unknown", "gateways": "unknown"}),
    Case("BND-05", "none", sighted, {"survey": "pass"}),
    Case("BND-05", "in the private zone", lambda: sighted(AP), {"acc:1": "fail"}),
    Case("BND-05", "elsewhere, behind the firewall", lambda: sighted(replace(AP, where="acc:2")), {"acc:2": "pass"}),
    Case(
        "BND-05",
        "on the inner network",
        lambda: sighted(replace(AP, where="acc:2"), plane=Plane.INNER),
        {"acc:2": "fail"},
    ),
    Case("BND-05", "nobody knows where", lambda: sighted(replace(AP, where="roof")), {"roof": "unknown"}),
    Case("BND-06", "registered", lambda: registered(date(2008, 6, 3)), {"c-1": "pass"}),
    Case("BND-06", "expired", lambda: registered(date(2008, 6, 2)), {"c-1": "fail"}),
    Case("BND-06", "not registered", lambda: registered(date(2009, 1, 1), "c-9"), {"c-1": "unknown", "c-9": "unknown"}),
    Case("BND-07", "logs alone", training, {"train > jh": "pass", "train > mgt": "pass"}),
    Case(
        "BND-07",
        "a training PC at the server",
        lambda: training(Filter(Decision.PERMIT, "tcp", ports=((443, 443),))),
        {"train > jh": "fail"},
    ),
    Case(
        "BND-07",
        "not seen",
        lambda: evidence(renamed(pub="train")[0], configs={}),
        {"train > jh": "unknown"},
    ),
    Case("ISO-13", "two LANs apart", lambda: profile("key", "n", "w"), {"caizheng": "pass"}),
    Case("ISO-13", "one LAN of a key unit", lambda: profile("four-offices", "w"), {"caizheng": "fail"}),
    Case("ISO-13", "a shared switch", lambda: profile("key", "n", "w", devices=("a", "a")), {"caizheng": "fail"}),
    Case("ISO-13", "one LAN of another", lambda: profile("other", "w"), {"caizheng": "pass"}),
    Case("ISO-13", "two LANs of another", lambda: profile("other", "n", "w"), {"caizheng": "fail"}),
    Case("ISO-13", "an inner LAN as built", lambda: profile("other", "n"), {"caizheng": "pass"}),
    Case(
        "ISO-13",
        "an inner LAN by the plan",
        lambda: profile("other", "n", planned=True),
        {"caizheng": "fail"},
    ),
    Case("ISO-13", "an outer LAN, by the plan", lambda: profile("other", "w", planned=True), {"caizheng": "pass"}),
    Case("ISO-13", "no profile", lambda: evidence(on_plane(hall(), Plane.OUTER)), {"units without profile": "unknown"}),
    Case("ISO-14", "since 2006", lambda: joined(date(2006, 1, 1)), {"geermu": "pass"}),
    Case("ISO-14", "under the plan", lambda: joined(date(2004, 3, 1)), {"geermu": "fail"}),
    Case("ISO-14", "a profile of what was planned", lambda: joined(date(2006, 1, 1), planned=True), {"geermu": "fail"}),
    Case("ISO-14", "nobody knows when", lambda: joined(None), {"geermu": "unknown"}),
    Case("ISO-15", "reached", lambda: unit(reached(answered=True)), {"u44": "pass"}),
    Case("ISO-15", "silent", lambda: unit(reached(answered=False)), {"u44": "fail"}),
    Case("ISO-15", "too long ago", lambda: unit(reached(answered=True, hours=30)), {"u44": "unknown"}),
    Case("ISO-15", "no line", lambda: unit(where="nowhere"), {"u44": "fail"}),
    Case("ISO-15", "nobody probed", lambda: unit(None), {"u44": "unknown"}),
    Case("ISO-16", "integrated", lambda: system("integrated"), {"jinzhi": "pass"}),
    Case("ISO-16", "exempt", lambda: system("independent", date(2007, 1, 1), "国办 2003-18"), {"jinzhi": "pass"}),
    Case("ISO-16", "a new network", lambda: system("independent", date(2007, 1, 1)), {"jinzhi": "fail"}),
    Case("ISO-16", "frozen before", lambda: system("frozen", date(2003, 1, 1)), {"jinzhi": "pass"}),
    Case("ISO-16", "no day", lambda: system("frozen"), {"jinzhi": "unknown"}),
    Case("ISO-16", "no register", lambda: evidence(hall()), {"hand": "unknown"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_boundary(case: Case) -> None:
    case.hold()


@pytest.mark.parametrize(("rule", "found"), [("BND-04", DHCP), ("BND-05", AP)])
def test_on_the_inner_network_they_are_critical(rule: str, found: Sighting) -> None:
    failing = [one for one in judged(rule, sighted(found, plane=Plane.INNER)) if one.verdict is Verdict.FAIL]
    assert [one.severity for one in failing] == [Severity.CRITICAL]

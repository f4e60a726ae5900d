"""What emulated devices learn of each other: frames go where VLANs and cables let them, and no further."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from govnet.network.summary import network_named
from lab.estate import twins
from lab.snmp.device import Device
from lab.snmp.plant import AGE, Plant
from lab.snmp.values import oid
from lab.snmp.views import VIEWS
from lab.twin import Plug, Twin

if TYPE_CHECKING:
    from lab.terminal import Terminal

PC = Plug("pc", "eth0", "02:0a:00:00:00:01", "10.1.0.9")
CORE = Twin(
    "core", "switch", "nortel_passport", "ERS-8610", "4.1.0.0", "127.84.0.1",
    ports=("1/1", "1/2"), snmp=("system", "if", "learned"), known_as="10.9.0.1",
    plugs={"1/1": Plug("acc", "49")},
)  # fmt: skip
ACC = Twin(
    "acc", "switch", "nortel_ers", "ERS-4550T", "5.7.1.021", "127.84.0.2",
    ports=("1", "49", "50"), snmp=("system", "if", "learned"), known_as="10.9.0.2",
    plugs={"1": PC, "49": Plug("core", "1/1"), "50": Plug("agg", "GE0/0/1")},
)  # fmt: skip
AGG = Twin(
    "agg", "switch", "huawei_vrp", "S5300", "V100R006", "127.84.0.3",
    ports=("GE0/0/1", "GE0/0/2"), snmp=("system", "if", "learned"), known_as="10.9.0.3",
    plugs={"GE0/0/1": Plug("acc", "50"), "GE0/0/2": Plug("town", "GE0/0/24")},
)  # fmt: skip
TOWN = replace(AGG, name="town", address="127.84.0.4", ports=("GE0/0/24",), plugs={"GE0/0/24": Plug("agg", "GE0/0/2")})


@dataclass
class Told:
    """A box that says what a test has told it."""

    vlans: dict[int, dict[str, object]]
    trunks: dict[str, str] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    lldp: bool = False

    async def session(self, terminal: Terminal) -> None:
        """Talk to nobody."""

    def itself(self) -> Told:
        """Return the box."""
        return self

    def snapshot(self) -> dict[str, object]:
        """Return it, with the ports that are special."""
        names = {**dict.fromkeys(self.down, ""), **self.trunks}
        ports = [{"name": n, "oper_up": n not in self.down, "trunk": t} for n, t in names.items()]
        return {"vlans": {vid: dict(vlan) for vid, vlan in self.vlans.items()}, "ports": ports, "lldp": self.lldp}


class Site:
    """Four boxes and a machine; time passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.core = Told({10: {"tagged": ["1/1"], "address": "10.1.0.1/24"}})
        self.acc = Told({10: {"untagged": ["1"], "tagged": ["49", "50"]}, 20: {"untagged": []}})
        self.agg = Told({10: {"tagged": ["GE0/0/1", "GE0/0/2"]}})
        self.town = Told({10: {"tagged": ["GE0/0/24"]}})
        boxes = ((CORE, self.core), (ACC, self.acc), (AGG, self.agg), (TOWN, self.town))
        self.devices = {twin.name: Device(twin, box.itself, lambda: self.now, VIEWS) for twin, box in boxes}
        self.plant = Plant(self.devices, lambda: self.now)

    def ports(self, mac: str = PC.mac) -> dict[str, str]:
        """Return device -> where it has learned an address, a moment later."""
        self.now += AGE
        sought = bytes.fromhex(mac.replace(":", ""))
        rows = [(name, one) for name in self.devices for one in self.plant.learned(name).seen if one.mac == sought]
        return {name: f"{one.port} {one.vlan}" for name, one in rows}


EVERYWHERE = {"acc": "1 10", "core": "1/1 10", "agg": "GE0/0/1 10", "town": "GE0/0/24 10"}


def test_every_bridge_of_the_vlan_learns_where_a_machine_is() -> None:
    assert Site().ports() == EVERYWHERE


CHANGES = {
    "its port in a VLAN that goes nowhere": (
        lambda s: s.acc.vlans.update({10: {"tagged": ["49"]}, 20: {"untagged": ["1"]}}),
        {"acc": "1 20", "core": None, "agg": None, "town": None},
    ),
    "tagged on one end only": (lambda s: s.core.vlans.update({10: {"untagged": ["1/1"]}}), {"core": None}),
    "untagged on both, in two VLANs": (
        lambda s: (
            s.acc.vlans.update({10: {"untagged": ["1", "49"]}}),
            s.core.vlans.update({10: {}, 30: {"untagged": ["1/1"]}}),
        ),
        {"core": "1/1 30", "agg": None, "town": None},
    ),
    "an uplink without a link": (lambda s: s.acc.down.add("50"), {"agg": None, "town": None}),
    "a machine switched off": (lambda s: s.acc.down.add("1"), dict.fromkeys(EVERYWHERE)),
    "ports in an aggregation": (lambda s: s.core.trunks.update({"1/1": "MLT 3"}), {"core": "MLT 3 10"}),
    "an aggregation that carries the VLAN for its members": (
        lambda s: (
            s.agg.trunks.update({"GE0/0/1": "Eth-Trunk1"}),
            s.agg.vlans.update({10: {"tagged": ["Eth-Trunk1", "GE0/0/2"]}}),
        ),
        {"agg": "Eth-Trunk1 10"},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_learned_follows_what_the_devices_are_told(name: str) -> None:
    change, expected = CHANGES[name]
    site = Site()
    assert site.ports() == EVERYWHERE
    change(site)
    assert site.ports() == {device: port for device, port in (EVERYWHERE | expected).items() if port}


def test_a_router_resolves_who_is_in_its_subnet_and_shows_itself_as_its_own() -> None:
    site = Site()
    rows = site.plant.learned("core").resolved
    assert {(str(one.address), one.own) for one in rows} == {("10.1.0.1", True), ("10.1.0.9", False)}
    site.now += AGE
    site.core.vlans[10] = {"tagged": ["1/1"], "address": "10.2.0.1/24"}
    assert [one.address for one in site.plant.learned("core").resolved] == [IPv4Address("10.2.0.1")]


def test_nortel_hears_nortel_and_lldp_only_who_switched_it_on() -> None:
    site = Site()
    (one,) = site.plant.learned("acc").heard
    assert (one.port, one.device, one.far_port, one.protocol) == ("49", "core", "1/1", "sonmp")
    assert not site.plant.learned("agg").heard
    site.agg.lldp = site.town.lldp = True
    site.now += AGE
    (one,) = site.plant.learned("agg").heard
    assert (one.port, one.device, one.far_port, one.protocol) == ("GE0/0/2", "town", "GE0/0/24", "lldp")


def test_a_neighbour_is_told_by_slot_and_port_and_mlt_by_its_index() -> None:
    site = Site()
    site.core.trunks["1/1"] = "MLT 3"
    device = site.devices["core"]
    device.plant = site.plant
    tree = device.tree()
    topology = oid("1.3.6.1.4.1.45.1.6.13.2.1.1")
    assert bytes(tree.get((*topology, 5, 1, 1, 10, 9, 0, 2, 0x000131))) == site.devices["acc"].base_mac  # port 1/49
    assert bytes(tree.get((*topology, 5, 0, 0, 10, 9, 0, 1, 0))) == device.base_mac
    port = tree.get((*oid("1.3.6.1.2.1.17.4.3.1.2"), *bytes.fromhex(PC.mac.replace(":", ""))))
    assert int(port) == 4095 + 3


def test_cables_of_a_shipped_network_lead_where_its_inventory_says() -> None:
    network = network_named("laixi")
    by_name = {twin.name: twin for twin in twins(network)}
    core = by_name["lx-adc-u-core01"]
    assert core.known_as == "10.129.2.1"
    assert core.plugs["1/1"] == Plug("lx-adc-u-acc01", "49")
    assert by_name["lx-adc-u-acc01"].plugs["49"] == Plug("lx-adc-u-core01", "1/1")
    assert core.plugs["3/1"].address == str(network.devices["lx-adc-u-srv01"].address)
    assert core.plugs["1/16"].mac == ""  # the IDS listens there, and says nothing
    macs = [plug.mac for twin in by_name.values() for plug in twin.plugs.values() if plug.mac]
    assert len(macs) == len(set(macs)) == sum(link.purpose == "endpoint" for link in network.links)

"""Old switch, new switch: names, what does not carry over, and whether the same still reaches the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from ipaddress import IPv4Interface, IPv4Network

import pytest
from support.laixi import AGG, CORE, TOWN, estate, floor, network

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.hardware import Hardware
from govnet.config.intent import hardware, intent
from govnet.config.model import DeviceConfig, Management
from govnet.config.reading import Reading
from govnet.config.switching import Port, Switchport, Vlan
from govnet.errors import RefusedError
from govnet.platforms.registry import platform
from nornir_tasks.migration import Migration, migrate, port_names, replaced, successor
from nornir_tasks.translation import port_map, translate


@cache
def readings() -> dict[str, Reading]:
    return {device.name: Reading(intent(network(), device.name)) for device in network().commanded()}


def migrated(device: str, to: str, model: str = "", **given: str) -> Migration:
    new = successor(network(), device, to, model, "7.2.0.0")
    return migrate(network(), device, readings(), new, given or None)


@pytest.mark.parametrize(
    ("device", "to", "model", "lost"),
    [
        (CORE, "extreme_voss", "", ["aggregation 32: trunk between the chassis (IST)"]),
        (CORE, "extreme_voss", "ERS-8810", []),
        (floor(1), "extreme_voss", "", ["not routing between its interfaces"]),
        (floor(1), "huawei_vrp", "", ["not routing between its interfaces"]),
        (TOWN, "extreme_voss", "", []),
        (AGG, "extreme_voss", "", []),
    ],
)
def test_the_matrix_is_the_same_and_what_is_lost_is_named(device: str, to: str, model: str, lost: list[str]) -> None:
    found = migrated(device, to, model)
    assert (found.pairs, found.cut, found.unknown, found.translation.refused) == ((), (), (0, 0), ())
    assert found.same
    assert [one.what for one in found.translation.concessions if one.lost] == lost
    assert all(one.why for one in found.translation.concessions)
    assert found.commands


def test_a_core_said_for_vrp_loses_the_two_chassis_and_keeps_its_reach() -> None:
    found = migrated(CORE, "huawei_vrp")
    lost = [one.what for one in found.translation.concessions if one.lost]
    assert len([what for what in lost if "split over two chassis" in what]) == 13
    assert any("IST" in what for what in lost)
    moved = [one.what for one in found.translation.concessions if not one.lost]
    assert moved == ["management address 10.129.2.1/24 moves to VLAN 51"]
    assert found.same
    assert found.ports["3/10"] == "GigabitEthernet3/0/10"


@pytest.mark.parametrize(("device", "to"), [(CORE, "huawei_vrp"), (floor(1), "extreme_voss"), (TOWN, "extreme_voss")])
def test_the_program_for_the_successor_says_its_whole_configuration(device: str, to: str) -> None:
    found = migrated(device, to)
    box = replace(hardware(replaced(network(), device, found.successor, found.ports), device), console=None)
    speaks = platform(to, box)
    again = speaks.read("\n".join([*speaks.enter, *(one.text for one in found.commands), *speaks.leave]), box)
    assert (again.config, again.unread) == (found.translation.config, ())


def test_cables_move_with_the_port_map() -> None:
    names = network().devices[floor(1)].ports
    given = dict(zip(names, port_names("huawei_vrp", names), strict=True))
    given["1"], given["49"] = given["49"], given["1"]
    found = migrated(floor(1), "huawei_vrp", **given)
    assert found.same
    assert found.translation.config.ports[given["49"]].description.startswith("lx-adc-u-core")


def test_a_reach_that_changes_is_told() -> None:
    lines = tuple(Filter(Verdict.PERMIT, "tcp", ports=((port, port),)) for port in range(1, 2001))
    old = readings()[CORE].config
    filtered = replace(old, acls={"1": Acl(lines)}, bindings=frozenset({AclBinding("1", "1/1", "in", Verdict.DENY)}))
    now = {**readings(), CORE: Reading(filtered)}
    found = migrate(network(), CORE, now, successor(network(), CORE, "extreme_voss", "ERS-8810", "7.2.0.0"))
    assert [one.what for one in found.translation.concessions] == ["filter 1, wherever it is at work"]
    assert found.pairs
    assert not found.same


def test_a_filter_that_does_not_carry_over_changes_the_matrix() -> None:
    """A Passport filters what enters a port and drops the rest; a list too long for its successor is left out."""
    lines = tuple(Filter(Verdict.PERMIT, "tcp", ports=((port, port),)) for port in range(1, 2001))
    config = DeviceConfig(
        hostname="x",
        ports={"1/1": Port(switchport=Switchport(frozenset({1}), pvid=1))},
        vlans={1: Vlan()},
        acls={"1": Acl(lines)},
        bindings=frozenset({AclBinding("1", "1/1", "in", Verdict.DENY)}),
    )
    box = Hardware("VSP", "8.0", ("1/1",))
    said = translate(config, {"1/1": "1/1"}, platform("extreme_voss"), box, None)
    assert said.refused == ()
    assert not said.config.acls
    assert [one.what for one in said.concessions] == ["filter 1, wherever it is at work"]
    assert "has up to 1999" in said.concessions[0].why


def test_a_default_that_the_successor_has_not_becomes_a_last_line() -> None:
    config = DeviceConfig(
        hostname="x",
        ports={"1/1": Port(switchport=Switchport(frozenset({1}), pvid=1))},
        vlans={1: Vlan()},
        acls={"3000": Acl((Filter(Verdict.PERMIT, "tcp"),))},
        bindings=frozenset({AclBinding("3000", "1/1", "in", Verdict.DENY)}),
        management=Management(address=IPv4Interface("10.0.0.1/24"), sources=frozenset({IPv4Network("10.0.0.9/32")})),
    )
    box = Hardware("S5700", "", ("GigabitEthernet1/0/1",))
    said = translate(config, {"1/1": "GigabitEthernet1/0/1"}, platform("huawei_vrp"), box, None)
    assert said.refused == ()
    (binding,) = said.config.bindings
    assert (binding.target, binding.default) == ("GigabitEthernet1/0/1", Verdict.PERMIT)
    assert said.config.acls["3000"].filters[-1] == Filter(Verdict.DENY)
    assert {one.what: one.lost for one in said.concessions} == {
        "management address 10.0.0.1/24": True,
        "filter 3000 on GigabitEthernet1/0/1: its default becomes a last line, deny any": False,
    }


@pytest.mark.parametrize(
    ("old", "new", "used", "given", "said"),
    [
        (["1", "2"], ["a"], {"1", "2"}, None, "2 ports are used and the successor has 1"),
        (["1", "2"], ["a", "b"], {"1"}, {"9": "a"}, "9 is no port of the old device"),
        (["1", "2"], ["a", "b"], {"1"}, {"1": "z"}, "goes to z, which is no port of the successor"),
        (["1", "2"], ["a", "b"], {"1"}, {"1": "a", "2": "a"}, "a is given to two ports"),
        (["1", "2"], ["a", "b"], {"1", "2"}, {"1": "a"}, "2 in use and not in the file"),
    ],
)
def test_a_port_map_that_does_not_fit_is_refused(
    old: list[str], new: list[str], used: set[str], given: dict[str, str] | None, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        port_map(old, new, frozenset(used), given)


def test_ports_go_in_order_and_unused_ones_give_way() -> None:
    assert port_map(["1", "2"], ["a", "b", "c"], frozenset()) == {"1": "a", "2": "b"}
    assert port_map(["1", "2", "3"], ["a", "b"], frozenset({"1", "3"})) == {"1": "a", "3": "b"}


def test_a_model_of_another_platform_is_refused() -> None:
    with pytest.raises(RefusedError, match="ERS-4550T: speaks nortel_ers, not huawei_vrp"):
        successor(network(), CORE, "huawei_vrp", "ERS-4550T")
    with pytest.raises(RefusedError, match="'ios' is no platform"):
        successor(network(), CORE, "ios")


@pytest.mark.lab
def test_what_a_running_switch_says_is_migrated(tmp_path: object) -> None:
    with estate(tmp_path, floor(1)) as laixi:  # type: ignore[arg-type]
        laixi.read()
        laixi.mend()
        laixi.type(floor(1), "configure terminal", "vlan create 77 type port", "vlan members add 77 3")
        laixi.read()
        now = {**readings(), **laixi.readings}
        found = migrate(network(), floor(1), now, successor(network(), floor(1), "huawei_vrp"))
    assert 77 in found.translation.config.vlans
    assert 77 in (found.translation.config.ports["GigabitEthernet0/0/3"].switchport or Switchport()).members
    assert found.same

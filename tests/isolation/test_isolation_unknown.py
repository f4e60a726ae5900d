"""What was not seen is unknown, never a pass; and a breach that was seen stays one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.isolation import hall, hall_configs, reading

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.reading import Line, Reading
from govnet.config.switching import Port
from govnet.isolation.fabric import Fabric
from govnet.isolation.holes import matters
from govnet.isolation.proof import PairResult, prove


def readings() -> dict[str, Reading]:
    return {name: reading(config) for name, config in hall_configs().items()}


def without(name: str) -> dict[str, Reading]:
    return {key: value for key, value in readings().items() if key != name}


def test_a_missing_floor_switch_leaves_its_zones_unknown() -> None:
    proof = prove(hall(), without("acc"))
    assert [hole.device for hole in proof.holes] == ["acc"]
    assert proof.violations == ()
    for pair in (("prv", "pub"), ("pub", "prv"), ("prv", "prv"), ("mgt", "prv"), ("pub", "jh")):
        assert proof.pair(*pair).verdict is PairResult.UNKNOWN
        assert "acc: there is no reading of it" in proof.pair(*pair).why
    assert proof.pair("jh", "pub").verdict is PairResult.OK  # jh is behind the firewall, which lets nothing out


@pytest.mark.parametrize("name", ["core", "fw"])
def test_without_the_middle_nothing_is_known(name: str) -> None:
    proof = prove(hall(), without(name))
    assert proof.counts[PairResult.OK] == 0
    assert proof.counts[PairResult.VIOLATING] == 0


def test_nothing_seen_is_nothing_known() -> None:
    assert prove(hall(), {}).counts == {PairResult.OK: 0, PairResult.VIOLATING: 0, PairResult.UNKNOWN: 16}


def test_a_breach_that_was_seen_stays_one() -> None:
    wide = replace(hall_configs()["fw"].firewall, prelude=(Filter(Verdict.PERMIT),))
    seen = without("acc") | {"fw": reading(replace(hall_configs()["fw"], firewall=wide))}
    assert prove(hall(), seen).pair("jh", "pub").verdict is PairResult.VIOLATING


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("ip dhcp-relay fwd-path 10.0.0.1", True),
        ("nat outbound 2000", True),
        ("config vlan 7 something new", True),
        ("blarg 12", True),
        ("snmp-server contact x", False),
        ("clock timezone CST add 08:00:00", False),
        ("ntp access-group vlan 3", True),
    ],
)
def test_unread_lines_count_unless_they_are_about_something_else(text: str, *, counts: bool) -> None:
    assert matters(Line(1, text)) is counts
    seen = readings()
    seen["core"] = replace(seen["core"], unread=(Line(1, text),))
    proof = prove(hall(), seen)
    assert (proof.counts[PairResult.UNKNOWN] > 0) is counts
    assert proof.counts[PairResult.OK] == (0 if counts else 16)


def test_an_unread_line_on_a_town_switch_touches_its_zones_only() -> None:
    seen = readings()
    seen["ce"] = replace(seen["ce"], unread=(Line(3, "traffic-policy p1 inbound"),))
    proof = prove(hall(), seen)
    assert proof.pair("prv", "pub").verdict is PairResult.UNKNOWN
    assert "line 3: traffic-policy p1 inbound" in proof.pair("prv", "pub").why
    assert proof.pair("jh", "pub").verdict is PairResult.OK


def test_a_cabled_port_that_the_reading_lacks_is_a_hole() -> None:
    config = hall_configs()["core"]
    ports = {name: port for name, port in config.ports.items() if name != "1"}
    proof = prove(hall(), readings() | {"core": reading(replace(config, ports=ports))})
    assert "port 1 of the inventory is not in the reading" in proof.holes[0].why
    assert proof.counts[PairResult.OK] == 0


def test_an_acl_on_a_switchport_is_no_isolation_and_not_followed() -> None:
    config = hall_configs()["core"]
    guarded = replace(
        config,
        acls={"x": Acl((Filter(Verdict.DENY),))},
        bindings=frozenset({AclBinding("x", "5", "in")}),
    )
    proof = prove(hall(), readings() | {"core": reading(guarded)})
    assert proof.pair("prv", "jh").verdict is PairResult.UNKNOWN


def test_update_is_the_same_as_building_anew() -> None:
    shut = hall_configs()["acc"]
    shut = reading(
        replace(shut, ports={**shut.ports, "49": Port(enabled=False, switchport=shut.ports["49"].switchport)})
    )
    updated = Fabric(hall(), readings()).update("acc", shut)
    fresh = Fabric(hall(), readings() | {"acc": shut})
    for source in hall().zones:
        for target in hall().zones:
            assert updated.reach(source, target) == fresh.reach(source, target)
    with pytest.raises(KeyError):
        fresh.reach("prv", "nowhere")

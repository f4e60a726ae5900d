"""Isolated ports: VRP's words for them are unverified and say so; other platforms have none and refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.huawei_configs import HARDWARE, PORTS

from govnet.config import apply, diff, inverse
from govnet.config.hardware import Hardware
from govnet.config.model import DeviceConfig
from govnet.config.switching import Port, Switchport
from govnet.platforms.registry import platform

APART = Switchport(frozenset({10}), pvid=10, isolated=1)
VRP = platform("huawei_vrp", HARDWARE)


def with_group(group: int) -> DeviceConfig:
    factory = VRP.factory(HARDWARE)
    port = factory.ports[PORTS[3]]
    assert port.switchport
    ports = {**factory.ports, PORTS[3]: replace(port, switchport=replace(port.switchport, isolated=group))}
    return replace(factory, ports=ports)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0, 1, ["port-isolate enable group 1"]),
        (1, 0, ["undo port-isolate enable group 1"]),
        (1, 2, ["undo port-isolate enable group 1", "port-isolate enable group 2"]),
    ],
)
def test_vrp_says_groups_and_marks_them_unverified(before: int, after: int, said: list[str]) -> None:
    running, wanted = with_group(before), with_group(after)
    changes = diff(running, wanted)
    commands = [command for command in VRP.say(changes, running) if "port-isolate" in command.text]
    assert [command.text for command in commands] == said
    assert all(command.unverified and command.family == "port-isolate" for command in commands)
    assert apply(apply(running, changes), inverse(changes)) == running


def test_vrp_has_sixty_four_groups() -> None:
    assert VRP.refuse(with_group(64), HARDWARE) == []
    (why,) = VRP.refuse(with_group(65), HARDWARE)
    assert "isolation group 65" in why


@pytest.mark.parametrize("name", ["nortel_passport", "nortel_ers", "extreme_voss", "linux_nft"])
def test_who_has_no_words_refuses(name: str) -> None:
    box = Hardware("any", "4.1.0", ("1/1",))
    config = DeviceConfig("x", ports={"1/1": Port(switchport=APART)})
    assert any("1/1 is isolated" in why for why in platform(name, box).refuse(config, box))

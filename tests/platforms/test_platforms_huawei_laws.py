"""The laws of the vocabulary, on configurations that a Huawei switch can have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from support.huawei_configs import HARDWARE, huawei_configs, switchports

from govnet.config import apply, check, diff, inverse
from govnet.platforms.huawei_vrp import PLATFORM
from govnet.platforms.huawei_vrp.wire import steps, unsayable

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig

BARE = PLATFORM.factory(replace(HARDWARE, console=None))
FACTORY = PLATFORM.factory(HARDWARE)
LAW = settings(deadline=None)


def program(*stages: DeviceConfig) -> str:
    """Return what is typed to lead a box out of the carton through all stages."""
    typed = []
    for before, after in zip((BARE, *stages), stages, strict=False):
        typed += [command.text for command in PLATFORM.say(diff(before, after), before)]
    return "\n".join(typed)


@given(huawei_configs())
@LAW
def test_what_is_said_from_the_factory_reads_back(x: DeviceConfig) -> None:
    assert PLATFORM.refuse(x, HARDWARE) == []
    assert check(x) == []
    assert PLATFORM.say(diff(x, x), x) == []
    changes = diff(FACTORY, x)
    commands = PLATFORM.say(changes, FACTORY)
    assert [command.change for command in commands] == sorted(command.change for command in commands)
    assert all(0 <= command.change < len(changes) for command in commands)
    assert_views_are_left([command.text for command in commands])
    reading = PLATFORM.read(program(FACTORY, x), HARDWARE)
    assert reading.config == x
    assert reading.unread == ()


@given(huawei_configs(), huawei_configs())
@LAW
def test_an_update_its_rollback_and_one_from_half_way_read_back(a: DeviceConfig, b: DeviceConfig) -> None:
    there = diff(a, b)
    assert PLATFORM.read(program(a, b), HARDWARE).config == b == apply(a, there)
    back = [command.text for command in PLATFORM.say(inverse(there), b)]
    assert PLATFORM.read("\n".join([program(a, b), *back]), HARDWARE).config == a
    done = there[: len(there) // 2]
    state = apply(a, done)
    half = [command.text for command in (*PLATFORM.say(done, a), *PLATFORM.say(inverse(done), state))]
    assert PLATFORM.read("\n".join([program(a), *half]), HARDWARE).config == a


def assert_views_are_left(texts: list[str]) -> None:
    openers = ("interface ", "vlan ", "acl ", "user-interface ", "ip vpn-instance ", "ipv4-family", "bgp ", "mpls")
    depth, inside = 0, ""
    for text in texts:
        if text == "quit":
            depth -= 1
        elif text.startswith("mpls") and (text.startswith("mpls lsr-id") or (depth and inside == "interface")):
            pass  # configures, and opens nothing
        elif text.startswith(openers) and not text.startswith("vlan batch") and not (depth and text.startswith("acl ")):
            depth, inside = depth + 1, text.partition(" ")[0]
        assert depth >= 0
    assert depth == 0


@given(st.data())
@LAW
def test_a_list_of_vlans_never_has_more_than_ten_items(data: st.DataObject) -> None:
    vlans = sorted(data.draw(st.sets(st.integers(1, 4094), min_size=1, max_size=200)))
    before, after = (data.draw(switchports(vlans).filter(lambda port: not unsayable(port))) for _ in range(2))
    for name, text in steps(before, after):
        if "allow" in name or "tagged" in name:
            assert 1 <= len(text.replace(" to ", "-").split()) <= 10

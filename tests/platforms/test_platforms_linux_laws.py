"""The laws of the vocabulary, on configurations that a Linux firewall can have; the rulesets are loaded by real nft."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from support.linux_configs import HARDWARE, PORTS, linux_configs
from support.linux_host import Host, loaded, loaded_by_stages, needs_nft, new_host

from govnet.config import apply, check, diff, inverse
from govnet.config.changes import SetFirewallPair
from govnet.platforms.linux_nft import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading

BARE = PLATFORM.factory(replace(HARDWARE, console=None))
FACTORY = PLATFORM.factory(HARDWARE)
LAW = settings(deadline=None)
REAL_LAW = settings(deadline=None)


def host_after(*stages: DeviceConfig) -> Host:
    host = new_host(PORTS)
    for before, after in zip((BARE, *stages), stages, strict=False):
        carry_out(host, diff(before, after), before)
    return host


def carry_out(host: Host, changes: Sequence[Change], running: DeviceConfig) -> None:
    for command in PLATFORM.say(changes, running):
        host.run(command.text)


def reading(host: Host, *, real: bool) -> Reading:
    return PLATFORM.read(host.show(loaded(*host.nft) if real else ""), HARDWARE)


def readings(stages: Sequence[Host]) -> list[Reading]:
    """Return what a host says at each of its stages; real nft takes every transaction once."""
    ends = [len(host.nft) for host in stages]
    blocks = [stages[-1].nft[start:end] for start, end in pairwise([0, *ends])]
    listed = loaded_by_stages(*blocks)
    return [PLATFORM.read(host.show(said), HARDWARE) for host, said in zip(stages, listed, strict=True)]


def without_rules(config: DeviceConfig) -> DeviceConfig:
    management = replace(config.management, sources=frozenset())
    return replace(config, firewall=None, management=management)


@given(linux_configs())
@LAW
def test_what_is_said_from_the_factory_reads_back(x: DeviceConfig) -> None:
    assert PLATFORM.refuse(x, HARDWARE) == []
    assert check(x) == []
    assert PLATFORM.say(diff(x, x), x) == []
    found = reading(host_after(FACTORY, x), real=False)
    assert found.config == without_rules(x)
    assert found.unread == ()


@given(linux_configs(), linux_configs())
@LAW
def test_an_update_and_its_rollback_read_back(a: DeviceConfig, b: DeviceConfig) -> None:
    there = diff(a, b)
    host = host_after(a, b)
    assert reading(host, real=False).config == without_rules(b)
    carry_out(host, inverse(there), apply(a, there))
    assert reading(host, real=False).config == without_rules(a)


@given(linux_configs(), linux_configs())
@LAW
def test_rules_are_checked_first_and_go_out_all_at_once(a: DeviceConfig, b: DeviceConfig) -> None:
    changes = diff(a, b)
    commands = PLATFORM.say(changes, a)
    assert [command.change for command in commands] == sorted(command.change for command in commands)
    blocks = [command for command in commands if command.text.startswith("nft ")]
    checks, loads = blocks[::2], blocks[1::2]
    assert [load.text.replace("nft -f", "nft -c -f", 1) for load in loads] == [check.text for check in checks]
    pairs = [index for index, change in enumerate(changes) if isinstance(change, SetFirewallPair)]
    assert len({max(load.change for load in loads if load.change <= index) for index in pairs}) <= 1


@needs_nft
@given(linux_configs(), linux_configs())
@REAL_LAW
def test_real_nft_takes_every_transaction_and_lists_the_same_policy(a: DeviceConfig, b: DeviceConfig) -> None:
    host = host_after(FACTORY, a)
    stages = [deepcopy(host)]
    for before, steps in ((a, diff(a, b)), (b, inverse(diff(a, b)))):
        carry_out(host, steps, before)
        stages.append(deepcopy(host))
    found = readings(stages)
    assert [one.config for one in found] == [a, b, a]
    assert [one.unread for one in found] == [(), (), ()]


@needs_nft
@given(linux_configs(), linux_configs())
@REAL_LAW
def test_a_half_done_update_can_be_taken_back(a: DeviceConfig, b: DeviceConfig) -> None:
    """A plan stops between two commands: what was done before the failing one is taken back."""
    changes = diff(a, b)
    host = host_after(a)
    commands = PLATFORM.say(changes, a)
    half = commands[len(commands) // 2].change if commands else 0
    for command in commands:
        if command.change < half:
            host.run(command.text)
    done = changes[:half]
    carry_out(host, inverse(done), apply(a, done))
    assert reading(host, real=True).config == a


@needs_nft
@given(linux_configs())
@REAL_LAW
def test_what_is_loaded_at_boot_is_what_runs(x: DeviceConfig) -> None:
    host = host_after(x)
    if "/etc/nftables.conf" in host.files:
        boot = "\n".join(["nft -f - <<'BOOT'", *host.files["/etc/nftables.conf"], "BOOT"])
        assert reading(replace(host, nft=[boot, boot]), real=True).config == x

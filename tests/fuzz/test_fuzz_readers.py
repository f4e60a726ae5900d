"""Every reader against malformed, truncated and hostile texts: no crash, no hang past a second, no silent drop."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from support.consoles import console
from support.fuzz import garbled, laced, undisturbed, window
from support.linux_configs import HARDWARE as FIREWALL
from support.manual_export import export
from support.nortel_examples import CORE, EDGE
from support.voss_configs import ERS, VSP

from govnet.config.filtering import Firewall
from govnet.config.intent import hardware, intent
from govnet.errors import GovnetError
from govnet.network.load import load
from govnet.platforms.registry import platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govnet.config.hardware import Hardware
    from govnet.config.reading import Reading

TESTS = Path(__file__).parents[1]
LAIXI = TESTS.parent / "inventory" / "laixi"
# A long look where it counts; elsewhere as much as the laws' examples ask for, a twentieth of it by default.
SHARE = 1.0 if os.environ.get("CI") else settings.default.max_examples / 1000
SECOND = 1.0


@pytest.fixture(autouse=True)
def _undisturbed() -> Iterator[None]:
    with undisturbed():
        yield


def inputs(whole: int) -> range:
    """Return the numbers of the inputs that a reader gets; each number is one text, the same everywhere."""
    return range(max(20, int(whole * SHARE)))


def fixture(name: str) -> str:
    return (TESTS / "fixtures" / name).read_text()


@dataclass(frozen=True)
class Family:
    """A box of a platform, and texts that such boxes have shown.

    ``head`` lines start every piece of a text. ``spans``: a statement may go over lines, and is unread by its first.
    """

    hardware: Hardware
    texts: tuple[str, ...]
    head: int = 0
    spans: bool = False

    @cached_property
    def lines(self) -> list[str]:
        """All lines of the texts that say something."""
        return [line for text in self.texts for line in text.splitlines() if line.strip()]


def shown(name: str) -> str:
    """Return what an emulated device of Laixi shows when it is provisioned."""
    box = console(load(LAIXI), name)
    try:
        box.provision()
        return box.text()
    finally:
        box.close()


def rules_shown() -> list[str]:
    """Return a firewall's text in pieces that keep the mark of their section."""
    sections = re.split(r"^(?=### )", shown("lx-adc-u-fw01"), flags=re.MULTILINE)
    return [section for section in sections if section.strip()]


def exported() -> str:
    """Return Laixi's firewall as a person would write its export down, with two of its zones."""
    config = intent(load(LAIXI), "lx-adc-u-fw01")
    kept = {name: i for name, i in config.interfaces.items() if i.vlan in {None, 100, 600}}
    wall = config.firewall or Firewall()
    zones = {zone: names & kept.keys() for zone, names in wall.zones.items() if names & kept.keys()}
    pairs = {pair: rules for pair, rules in wall.pairs.items() if zones.keys() >= set(pair)}
    return export(replace(config, interfaces=kept, firewall=Firewall(zones, pairs)))


FAMILIES: dict[str, Callable[[], Family]] = {
    "nortel_passport": lambda: Family(CORE, (fixture("nortel/passport_7x.txt"), shown("lx-adc-u-core01"))),
    "nortel_ers": lambda: Family(EDGE, (fixture("nortel/boss_5_7.txt"), shown("lx-adc-u-acc03"))),
    "extreme_voss": lambda: Family(VSP, (fixture("extreme_voss/core_8x.txt"),)),
    "extreme_voss on ERS": lambda: Family(ERS, (fixture("extreme_voss/core_8x.txt"),)),
    "huawei_vrp": lambda: Family(
        hardware(load(LAIXI), "lx-adc-u-agg01"), (shown("lx-adc-u-agg01"), shown("lx-shuiji-u-ce01"))
    ),
    "linux_nft": lambda: Family(
        FIREWALL, (fixture("linux_nft/gateway.txt"), fixture("linux_nft/host.txt"), *rules_shown()), head=1, spans=True
    ),
    "manual": lambda: Family(hardware(load(LAIXI), "lx-adc-u-fw01"), (exported(),), head=999),
}
BOXES = {
    "nortel_passport": CORE,
    "nortel_ers": EDGE,
    "extreme_voss": VSP,
    "huawei_vrp": hardware(load(LAIXI), "lx-adc-u-agg01"),
    "linux_nft": FIREWALL,
}
COUNTS = dict.fromkeys(FAMILIES, 8000) | {"extreme_voss on ERS": 4000, "manual": 4000, "linux_nft": 12000}


def texts_of(family: Family, name: str, whole: int) -> Iterator[tuple[int, Random, str]]:
    strangers = family.lines
    for number in inputs(whole):
        rng = Random(f"{name} {number}")
        text = window(rng, rng.choice(family.texts), family.head)
        yield number, rng, garbled(rng, text, strangers)


def read(name: str, hardware: Hardware, text: str) -> Reading | None:
    """Return the reading of a text, or None when it was refused as it should be.

    Raises:
        AssertionError: it took more than a second.
    """
    speaks = platform(name.split(maxsplit=1)[0], hardware)
    begun = time.thread_time()
    try:
        return speaks.read(text, hardware)
    except GovnetError:
        return None
    finally:
        assert time.thread_time() - begun < SECOND, "hangs"


def kept(family: Family, word: str, found: Reading) -> bool:
    """Return whether a word was modelled or is shown among the lines that were not understood."""
    shown_there = any(word in line.text or family.spans for line in found.unread)
    return shown_there or word in repr(found.config)


RULESET = "### nft -s list ruleset\ntable inet govnet {\n chain forward {\n type filter hook forward priority 0;\n }\n"
BROKEN = [
    ("nortel_ers", "ip address switch 10.0.0.1\nip address netmask 255"),
    ("nortel_passport", "vlan 4294967296 create byport 1"),
    ("huawei_vrp", "interface Vlanif21interface Vlanif21\n ip address 10.0.0.1 255.255.255.0"),
    ("huawei_vrp", "interface Vlanif21.*\n ip address 10.0.0.1 255.255.255.0"),
    ("extreme_voss", "vlan create 19 type port-mstprstp 1\ninterface Vlan 19\nip address 10.0.0.1 255.255.255.0 odd"),
    ("linux_nft", "### cat /etc/rsyslog.d/60-govnet.conf\n*.* @10.19999.2.203:514"),
    ("linux_nft", "lines before any mark"),
    ("linux_nft", f"{RULESET} set z_a {{\n type ifname\n timeout 5s\n }}\n}}"),
    ("linux_nft", f'{RULESET} chain other {{\n iifname "eth0 accept\n }}\n}}'),
    ("linux_nft", f"{RULESET} chain input {{ }}\n}}".replace("hook forward", "hook prerouting")),
    ("linux_nft", f"{RULESET} chain input {{\n type filter hook input priority filter; policy accept;\n }}\n}}"),
]


@pytest.mark.parametrize(("name", "text"), BROKEN, ids=[text.replace("\n", " / ")[:60] for _, text in BROKEN])
def test_what_was_once_a_crash_or_a_silent_drop_is_unread(name: str, text: str) -> None:
    found = read(name, BOXES[name], text)
    assert found is not None
    assert found.unread


@pytest.mark.parametrize("name", FAMILIES)
def test_running_texts_are_read_or_refused(name: str) -> None:
    """Nothing but our own errors, in time; and no line is lost among the others."""
    family = FAMILIES[name]()
    problems = []
    for number, rng, garbage in texts_of(family, name, COUNTS[name]):
        text, word = laced(rng, garbage, family.lines) if number % 3 else (garbage, "")
        try:
            found = read(name, family.hardware, text)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            problems.append(f"{name} {number}: {type(error).__name__} {error}")
            continue
        if found and not kept(family, word, found):
            problems.append(f"{name} {number}: {word} is nowhere")
    assert problems == []

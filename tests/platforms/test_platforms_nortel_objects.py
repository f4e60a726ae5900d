"""A Passport's removals as SNMP SETs: in words, guarded, and obeyed by an emulated box that shares no line with us."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysnmp.proto import rfc1902
from support.emulated import talk, twin

from govnet.config import changes as c
from govnet.config.diff import diff
from govnet.config.hardware import Hardware
from govnet.config.ops import inverse
from govnet.config.routing import InterfaceKind, IpInterface
from govnet.config.switching import Port, Switchport, Vlan
from govnet.platforms.nortel_passport import NortelPassportBySet, mib
from govnet.platforms.objects import Assignment, ObjectWritten
from govnet.platforms.registry import platform
from lab.personalities.nortel_passport import Passport
from lab.snmp.command import SET, Request
from lab.snmp.device import Device
from lab.snmp.values import oid
from lab.snmp.views import VIEWS
from lab.snmp.views.rapid_city import port_set as lab_port_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.model import DeviceConfig
    from govnet.platforms.base import Command
    from govnet.platforms.objects import Value

PORTS = tuple(f"{slot}/{number}" for slot in (1, 3) for number in range(1, 5))
BOX = Hardware("ERS-8610", "4.1.0.0", PORTS, {1: "8608GBM", 3: "8648TX"}, write_by="snmp")
WORDS = platform("nortel_passport", BOX)
FAMILIES = {"vlan delete", "vlan ports remove", "vlan ip delete", "vlan name"}
TAGGED = Switchport(tagged=frozenset({1, 10, 20}), pvid=1)


def small(**more: Any) -> DeviceConfig:
    start = WORDS.factory(BOX)
    ports = {**start.ports, "1/1": Port(switchport=TAGGED), "3/1": Port(switchport=TAGGED)}
    home = IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.1.0.1/24"),), 10)
    return replace(
        start, ports=ports, vlans={1: Vlan(), 10: Vlan("prv"), 20: Vlan("pub")}, interfaces={"vlan10": home}, **more
    )


def said(*changes: c.Change) -> list[Command]:
    return WORDS.say(changes, small())


def test_the_inventory_chooses_how_removals_are_said() -> None:
    assert isinstance(WORDS, NortelPassportBySet)
    assert isinstance(WORDS, ObjectWritten)
    typed = platform("nortel_passport", replace(BOX, write_by="cli"))
    assert not isinstance(typed, ObjectWritten)
    changes = [c.DeleteVlan(20, Vlan("pub"))]
    assert [(one.text, one.family) for one in typed.say(changes, small())] == [("config vlan 20 delete", "vlan delete")]


VLAN, ADDRESS = "1.3.6.1.4.1.2272.1.3.2.1", "1.3.6.1.4.1.2272.1.8.2.1"
MEMBERS = bytes.fromhex("0000000000000000" + "80") + bytes(79)
BEFORE = bytes.fromhex("0000000000000000" + "80" + "00" * 15 + "80") + bytes(63)
# A change, the object that is written, and the line that people read.
SAID = {
    "a VLAN": (
        c.DeleteVlan(20, Vlan("pub")),
        Assignment("rcVlanRowStatus.20", f"{VLAN}.20.20", 6, 1, None),
        f"snmp set {VLAN}.20.20 = 6  (rcVlanRowStatus.20: destroy VLAN 20)",
    ),
    "a port of a VLAN": (
        c.SetSwitchport("3/1", TAGGED, replace(TAGGED, tagged=frozenset({1, 10}))),
        Assignment("rcVlanPortMembers.20", f"{VLAN}.11.20", MEMBERS, BEFORE, MEMBERS),
        (
            f"snmp set {VLAN}.11.20 = 0x000000000000000080 (88 octets)  "
            "(rcVlanPortMembers.20: take 3/1 out of VLAN 20, keep 1/1 in it)"
        ),
    ),
    "a VLAN's address": (
        c.RemoveInterface("vlan10", small().interfaces["vlan10"]),
        Assignment("rcIpAdEntRowStatus.2058.10.1.0.1", f"{ADDRESS}.6.2058.10.1.0.1", 6, 1, None),
        f"snmp set {ADDRESS}.6.2058.10.1.0.1 = 6  (rcIpAdEntRowStatus.2058.10.1.0.1: destroy 10.1.0.1 in VLAN 10)",
    ),
    "a name": (
        c.RenameVlan(10, "prv", "内网"),
        Assignment("rcVlanName.10", f"{VLAN}.2.10", "内网".encode(), b"prv", "内网".encode()),
        f"snmp set {VLAN}.2.10 = '内网'  (rcVlanName.10: name of VLAN 10)",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_a_removal_is_a_set_with_its_object_in_words_and_numbers(case: str) -> None:
    change, written, text = SAID[case]
    (command,) = said(change)
    assert (command.sets, command.text) == ((written,), text)
    assert not command.unverified
    assert command.family == ""


UNSOURCED = {
    "a loopback": (
        c.RemoveInterface("loopback1", IpInterface(InterfaceKind.LOOPBACK, (IPv4Interface("10.0.0.1/32"),))),
        "circuitless-ip-int delete",
    ),
    "a VLAN's VRF": (
        c.RemoveInterface("vlan10", replace(small().interfaces["vlan10"], vrf="red")),
        "vlan vrf",
    ),
}


@pytest.mark.parametrize("case", UNSOURCED)
def test_what_no_mib_removes_stays_unverified(case: str) -> None:
    change, family = UNSOURCED[case]
    start = small()
    names = {change.name: change.value}
    last = WORDS.say([change], replace(start, interfaces=names))[-1]
    assert (last.unverified, last.family, last.sets) == (True, family, ())


def test_an_accelar_is_refused_by_name() -> None:
    old = replace(BOX, model="Accelar-1100")
    assert any("Accelar-1100 numbers its ports in another way" in text for text in WORDS.refuse(small(), old))


GUARDS = [
    # what is found, ready for the SET, what it leads to
    (BEFORE, True, False),
    (BEFORE[:25], True, False),
    (MEMBERS, False, True),
    (MEMBERS[:9], False, True),
    (b"\x00", False, False),
    (None, False, False),
    (1, False, False),
]


@pytest.mark.parametrize(("found", "ready", "done"), GUARDS)
def test_an_object_is_told_by_what_it_holds(found: Value | None, *, ready: bool, done: bool) -> None:
    written = SAID["a port of a VLAN"][1]
    assert (written.ready(found), written.done(found)) == (ready, done)


def test_a_name_that_nobody_gave_may_be_anything_but_the_row_must_be_there() -> None:
    unnamed = replace(small(), vlans={**small().vlans, 10: Vlan()})
    ((written,),) = [command.sets for command in WORDS.say([c.RenameVlan(10, "", "x")], unnamed)]
    assert written.ready(b"VLAN-10")
    assert not written.ready(None)


@given(st.sets(st.sampled_from([f"{slot}/{number}" for slot in range(1, 11) for number in range(1, 49)])))
def test_a_port_set_is_that_of_the_emulated_agent(ports: set[str]) -> None:
    indexes = [int(slot) * 64 + int(number) - 1 for slot, number in (port.split("/") for port in ports)]
    assert mib.port_set(ports).rstrip(b"\0") == lab_port_set(indexes, 88).rstrip(b"\0")


class InHand:
    """An emulated Passport with its agent, told things without a wire."""

    def __init__(self) -> None:
        self.box = Passport(replace(twin("nortel_passport", BOX, ""), snmp=("rapid_city",)))
        self.agent = Device(self.box.box.twin, lambda: self.box, lambda: 0.0, VIEWS)

    def cells(self) -> dict[str, Value]:
        tree, found = self.agent.tree(), {}
        for column in mib.COLUMNS:
            for name, value in tree.after(oid(column)):
                if name[: len(oid(column))] != oid(column):
                    break
                held = bytes(value) if isinstance(value, rfc1902.OctetString | rfc1902.IpAddress) else int(value)
                found[".".join(map(str, name))] = held
        return found

    def shown(self) -> DeviceConfig:
        answers = talk(self.box, ["config cli more false", *WORDS.shows])[1:]
        marked = [f"### {command}\n{text}" for command, text in zip(WORDS.shows, answers, strict=True)]
        return WORDS.read("\n".join(marked), BOX).config

    def take(self, commands: Sequence[Command]) -> None:
        for by_set, run in groupby(commands, lambda command: bool(command.sets)):
            lines = [] if by_set else [command.text for command in run]
            for command in run if by_set else ():
                self.set(command.sets)
            answers = talk(self.box, ["config cli more false", *lines])[1:]
            refused = [(line, why) for line, text in zip(lines, answers, strict=True) if (why := WORDS.refusal(text))]
            assert refused == []

    def set(self, written: Sequence[Assignment]) -> None:
        assert all(one.ready(self.held(one.oid)) for one in written)
        values = tuple(
            rfc1902.OctetString(one.value) if isinstance(one.value, bytes) else rfc1902.Integer32(one.value)
            for one in written
        )
        request = Request(v1=False, kind=SET, request_id=1, first=0, second=0, bindings=b"",
                          names=tuple(oid(one.oid) for one in written), values=values)  # fmt: skip
        assert self.agent.write(request) == (0, 0), written
        assert all(one.done(self.held(one.oid)) for one in written)

    def held(self, name: str) -> Value | None:
        value = self.agent.tree().get(oid(name))
        if isinstance(value, rfc1902.OctetString):
            return bytes(value)
        return int(value) if isinstance(value, rfc1902.Integer32) else None


@st.composite
def switchports(draw: st.DrawFn) -> Switchport:
    vlans = draw(st.sets(st.sampled_from([1, 10, 20, 30]), max_size=3))
    if not vlans:
        return Switchport()
    if draw(st.booleans()):
        return Switchport(tagged=frozenset(vlans), pvid=draw(st.sampled_from(sorted(vlans))))
    return Switchport(untagged=frozenset({min(vlans)}), pvid=min(vlans))


@st.composite
def layouts(draw: st.DrawFn) -> DeviceConfig:
    """Draw VLANs, ports and addresses; nothing else of a box."""
    start = WORDS.factory(BOX)
    modes = {name: draw(switchports()) for name in PORTS}
    routed = draw(st.sets(st.sampled_from([10, 20, 30, 40])))
    used = {vid for mode in modes.values() for vid in mode.members} | routed
    vlans = {vid: Vlan(draw(st.sampled_from(["prv", "pub"]))) for vid in sorted(used - {1})}
    addresses = {vid: IPv4Interface(f"10.{vid}.{draw(st.integers(0, 1))}.1/24") for vid in routed}
    return replace(
        start,
        ports={name: Port(switchport=mode) for name, mode in modes.items()},
        vlans={1: Vlan(), **vlans},
        interfaces={f"vlan{v}": IpInterface(InterfaceKind.VLAN, (address,), v) for v, address in addresses.items()},
    )


@settings(max_examples=60)  # each types six sessions
@given(layouts(), layouts())
def test_a_box_obeys_and_both_ways_show_it_there_and_back(one: DeviceConfig, other: DeviceConfig) -> None:
    box = InHand()
    start = box.shown()
    one, other = (replace(start, **parts(layout)) for layout in (one, other))
    box.take(WORDS.say(diff(start, one), start))
    assert not diff(box.shown(), one)
    assert isinstance(WORDS, NortelPassportBySet)
    changes = diff(one, other)
    commands = WORDS.say(changes, one)
    assert not FAMILIES & {command.family for command in commands}
    box.take(commands)
    assert not diff(box.shown(), other)
    assert WORDS.disagreements(box.cells(), other) == []
    back = WORDS.say(inverse(changes), other)
    assert not [command for command in back if command.unverified]
    box.take(back)
    assert not diff(box.shown(), one)
    assert WORDS.disagreements(box.cells(), one) == []
    assert bool(WORDS.disagreements(box.cells(), other)) == bool(layer_changes(diff(one, other)))


def parts(layout: DeviceConfig) -> dict[str, Any]:
    return {name: getattr(layout, name) for name in ("ports", "vlans", "interfaces")}


def layer_changes(changes: Sequence[c.Change]) -> list[c.Change]:
    """Return the changes that the second way can see: names, tagging and default VLANs it does not show."""
    kinds = (c.CreateVlan, c.DeleteVlan, c.AddInterface, c.RemoveInterface)
    return [
        change
        for change in changes
        if isinstance(change, kinds)
        or (
            isinstance(change, c.SetSwitchport)
            and change.before
            and change.after
            and change.before.members != change.after.members
        )
    ]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({f"{VLAN}.20.20": 2}, "VLAN 20 is there on the command line only"),
        ({f"{VLAN}.10.20": 4}, "VLAN 20 is there on the command line only"),
        ({f"{VLAN}.11.20": MEMBERS}, "VLAN 20 has ports 1/1,3/1 on the command line, 1/1 by SNMP"),
        ({f"{VLAN}.11.20": b"\0"}, "VLAN 20 has ports 1/1,3/1 on the command line, none by SNMP"),
        ({f"{VLAN}.11.10": BEFORE[:40] + b"\x80"}, "VLAN 10 has ifIndex 320 by SNMP, which is no front port"),
        ({f"{VLAN}.6.10": 2059}, "VLAN 10 has the address 10.1.0.1/24 on the command line, none by SNMP"),
        (
            {f"{ADDRESS}.3.2058.10.1.0.1": bytes((255, 255, 0, 0))},
            "the address 10.1.0.1/24 on the command line, 10.1.0.1/16 by SNMP",
        ),
        (
            {f"{VLAN}.10.30": 1, f"{VLAN}.11.30": b"\0", f"{VLAN}.20.30": 1},
            "VLAN 30 is there by SNMP only",
        ),
    ],
)
def test_where_the_two_ways_differ_they_are_quoted(spoil: dict[str, Value], words: str) -> None:
    assert isinstance(WORDS, NortelPassportBySet)
    box = InHand()
    start = box.shown()
    box.take(WORDS.say(diff(start, replace(start, **parts(small()))), start))
    cells = box.cells()
    assert WORDS.disagreements(cells, small()) == []
    assert words in " / ".join(WORDS.disagreements(cells | spoil, small()))

"""Address translation: a hole towards a server, a crowd behind one address, and what filters see of both."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from support.isolation import hall, hall_configs, reading

from govnet.config import reading as element
from govnet.config.filtering import Filter, Nat, NatKind, Verdict
from govnet.config.reading import Line, Reading
from govnet.isolation.fabric import Fabric
from govnet.isolation.packets import Packet, PacketSet
from govnet.isolation.proof import PairResult, prove

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTSIDE = IPv4Address("10.9.0.2")
SERVER = IPv4Address("10.1.0.77")
HOLE = Nat(
    NatKind.DESTINATION, Filter(Verdict.PERMIT, "tcp", ports=((8022, 8022),), incoming=("eth3",)), SERVER, 22
)  # fmt: skip
HIDE = Nat(NatKind.SOURCE, Filter(Verdict.PERMIT, sources=(IPv4Network("10.1.0.0/16"),), outgoing=("eth3",)), OUTSIDE)


def seen(*nat: Nat, rules: Mapping[tuple[str, str], tuple[Filter, ...]] | None = None) -> dict[str, Reading]:
    """Return the town hall with translation on its firewall."""
    found = {name: reading(config) for name, config in hall_configs().items()}
    fw = found["fw"].config
    policy = replace(fw.firewall, pairs={**fw.firewall.pairs, **(rules or {})})
    lines = {element.nat(index): Line(70 + index, f"nat {one.kind}") for index, one in enumerate(nat)}
    found["fw"] = replace(reading(replace(fw, firewall=policy)), nat=nat, unread=tuple(lines.values()))
    return found | {"fw": replace(found["fw"], sources={**found["fw"].sources, **lines})}


SSH_IN = {("jh", "prv"): (Filter(Verdict.PERMIT, "tcp", ports=((22, 22),)),)}
ALL_OUT = {("prv", "jh"): (Filter(Verdict.PERMIT),)}


def test_translation_alone_opens_nothing_that_the_rules_close() -> None:
    proof = prove(hall(), seen(HOLE, HIDE))
    assert proof.counts[PairResult.OK] == 16
    assert proof.holes == ()  # its lines are unread, and known all the same


def test_a_hole_is_found_at_the_server_and_told_from_the_outside() -> None:
    readings = seen(HOLE, rules=SSH_IN)
    pair = prove(hall(), readings).pair("jh", "prv")
    assert pair.verdict is PairResult.VIOLATING
    bureau = Packet(IPv4Address("172.16.0.1"), SERVER, 6, 1024, 22)
    assert pair.extra.contains(bureau)
    witness = Fabric(hall(), readings).witness("jh", "prv", PacketSet.single(bureau))
    assert str(witness.packet) == "tcp 172.16.0.1:1024 -> 0.0.0.0:8022"
    (hop,) = (hop for hop in witness.hops if hop.device == "fw")
    assert "translation 1 makes its destination 10.1.0.77:22" in hop.why


def test_who_hides_behind_an_address_is_still_who_he_was() -> None:
    readings = seen(HIDE, rules=ALL_OUT)
    pair = prove(hall(), readings).pair("prv", "jh")
    towards = IPv4Address("172.16.5.5")
    assert pair.extra.contains(Packet(IPv4Address("10.1.0.10"), towards, 17, 1024, 53))
    assert not pair.extra.contains(Packet(OUTSIDE, towards, 17, 1024, 53))
    witness = Fabric(hall(), readings).witness("prv", "jh", PacketSet.of(destinations=((int(towards), int(towards)),)))
    assert witness.packet.source in IPv4Network("10.1.0.0/16")
    assert any("translation 1 makes its source 10.9.0.2" in hop.why for hop in witness.hops)


def test_filters_see_the_new_destination() -> None:
    """A rule that names the old port lets nothing in; nft's forward hook comes after destination translation."""
    old = {("jh", "prv"): (Filter(Verdict.PERMIT, "tcp", ports=((8022, 8022),)),)}
    extra = prove(hall(), seen(HOLE, rules=old)).pair("jh", "prv").extra
    assert not extra.contains(Packet(IPv4Address("172.16.0.1"), SERVER, 6, 1024, 22))

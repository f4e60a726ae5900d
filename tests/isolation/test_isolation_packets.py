"""The algebra of packet sets against brute force on single packets."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.isolation_walker import matches

from govnet.config.filtering import Filter, Verdict
from govnet.isolation import intervals
from govnet.isolation.filters import deciding, matched, permitted
from govnet.isolation.packets import Packet, PacketSet

Pieces = list[tuple[int, int]]
# A tiny corner of the address and port space, so that sets overlap and touch often.
BASE = int(IPv4Address("10.0.0.0"))
near = st.integers(0, 15).map(lambda n: IPv4Address(BASE + n))
nets = st.builds(lambda a, length: IPv4Network((int(a), length), strict=False), near, st.integers(28, 32))
some_nets = st.lists(nets, max_size=2).map(tuple)
small = st.integers(0, 7)
ranges = st.lists(st.tuples(small, small).map(lambda p: (min(p), max(p))), max_size=2).map(tuple)
packets = st.builds(
    lambda s, d, p, sp, dp: Packet(s, d, p, sp if p in (6, 17) else 0, dp if p in (6, 17) else 0),
    near, near, st.sampled_from([1, 6, 17, 89]), small, small,
)  # fmt: skip
lines = st.builds(
    Filter, st.sampled_from(Verdict), st.sampled_from(["any", "tcp", "udp"]), some_nets, some_nets, ranges, ranges,
    st.sampled_from([False, False, False, True]),
)  # fmt: skip
sets = st.lists(lines.map(matched), max_size=3).map(lambda parts: PacketSet().union(*parts))
OUTSIDE = tuple(map(IPv4Network, ("0.0.0.0/1", "128.0.0.0/4", "240.0.0.0/4")))
pieces = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6)).map(lambda p: (p[0], p[0] + p[1])), max_size=8)


@given(st.lists(sets, min_size=1, max_size=6), st.lists(packets, min_size=20, max_size=20))
def test_many_sets_joined_hold_what_any_of_them_holds(parts: list[PacketSet], samples: list[Packet]) -> None:
    whole = PacketSet.all_of(parts)
    assert whole == PacketSet().union(*parts)
    for packet in samples:
        assert whole.contains(packet) == any(part.contains(packet) for part in parts)


def test_what_is_lost_between_all_of_many_sites_is_one_block() -> None:
    hosts = [((BASE + 2 * n, BASE + 2 * n),) for n in range(200)]
    whole = PacketSet.all_of([PacketSet.of(one, other) for one in hosts for other in hosts])
    assert len(whole.blocks) == 1


def test_a_line_holds_the_first_of_many_addresses_and_says_how_many_more_there_are() -> None:
    targets = tuple((BASE + 2 * n, BASE + 2 * n) for n in range(5))
    web = PacketSet.of(destinations=targets, protocols=((6, 6),), ports=((443, 443),))
    assert web.brief() == "tcp any -> 10.0.0.0,10.0.0.2,10.0.0.4 (+2 more):443"
    others = [PacketSet.of(protocols=((number, number),), sources=targets[:number]) for number in (1, 2, 3, 4)]
    assert PacketSet.all_of(others).brief().endswith("; and 1 more")
    assert (others[0].brief(), PacketSet().brief()) == (str(others[0]), "nothing")


@given(pieces, pieces)
def test_intervals_are_sets_of_integers(one: Pieces, two: Pieces) -> None:
    first, second = intervals.normal(one), intervals.normal(two)
    a = {n for low, high in one for n in range(low, high + 1)}
    b = {n for low, high in two for n in range(low, high + 1)}
    for result, expected in (
        (intervals.union(first, second), a | b),
        (intervals.intersection(first, second), a & b),
        (intervals.difference(first, second), a - b),
    ):
        assert {n for low, high in result for n in range(low, high + 1)} == expected
        assert result == intervals.normal(result)
        assert all(this[1] + 1 < following[0] for this, following in pairwise(result))


@given(sets, sets, st.lists(packets, min_size=20, max_size=20))
def test_algebra_is_that_of_sets(one: PacketSet, two: PacketSet, samples: list[Packet]) -> None:
    for packet in samples:
        a, b = one.contains(packet), two.contains(packet)
        assert one.union(two).contains(packet) == (a or b)
        assert one.intersection(two).contains(packet) == (a and b)
        assert one.difference(two).contains(packet) == (a and not b)
        assert one.without([two]).contains(packet) == (a and not b)
        assert not a or PacketSet.widened([one]).contains(packet)
        back = Packet(packet.destination, packet.source, packet.protocol, packet.port, packet.source_port)
        assert one.reversed().contains(back) == a


@given(sets, sets)
def test_equality_is_of_packets_not_of_blocks(one: PacketSet, two: PacketSet) -> None:
    rebuilt = one.difference(two).union(one.intersection(two))
    assert rebuilt == one
    assert hash(rebuilt) == hash(one)
    assert (one == two) == (not one.difference(two) and not two.difference(one))
    assert one.union(two) == two.union(one)
    if one:
        assert rebuilt.smallest() == one.smallest()
        assert one.contains(one.smallest())


@given(sets, sets)
def test_blocks_never_overlap(one: PacketSet, two: PacketSet) -> None:
    for result in (one, one.union(two), one.difference(two), one.intersection(two), PacketSet.widened([one])):
        for index, block in enumerate(result.blocks):
            assert not any(PacketSet((block,)).intersection(PacketSet((o,))) for o in result.blocks[index + 1 :])


@given(st.lists(lines, max_size=5).map(tuple), st.sampled_from(Verdict), st.lists(packets, min_size=20, max_size=20))
def test_first_match_decides(chain: tuple[Filter, ...], default: Verdict, samples: list[Packet]) -> None:
    passed = permitted(chain, default)
    for packet in samples:
        first = next((n for n, line in enumerate(chain) if matches(line, packet)), None)
        expected = default if first is None else chain[first].verdict
        assert passed.contains(packet) == (expected is Verdict.PERMIT)
        assert deciding(chain, packet) == first


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (PacketSet(), "nothing"),
        (PacketSet.everything(), "any any -> any"),
        (
            matched(
                Filter(
                    Verdict.PERMIT, "tcp", (IPv4Network("10.128.17.0/24"),), (IPv4Network("10.128.96.11/32"),),
                    ports=((443, 443),),
                )
            ),
            "tcp 10.128.17.0/24 -> 10.128.96.11:443",
        ),
        (matched(Filter(Verdict.PERMIT, ports=((53, 53),))), "tcp/udp any -> any:53"),
        (matched(Filter(Verdict.PERMIT, "89")), "protocol 89 any -> any"),
        (
            matched(Filter(Verdict.PERMIT, "udp", source_ports=((1, 2), (9, 9)))).difference(
                matched(Filter(Verdict.PERMIT, destinations=OUTSIDE))
            ),
            "udp any:1-2,9 -> 144.0.0.0-239.255.255.255",
        ),
    ],
)  # fmt: skip
def test_words(made: PacketSet, words: str) -> None:
    assert str(made) == words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Filter(Verdict.PERMIT, "what"), PacketSet.everything()),
        (Filter(Verdict.DENY, "what"), PacketSet()),
        (Filter(Verdict.PERMIT, "icmp", ports=((1, 1),)), PacketSet.of(protocols=((1, 1),))),
        (Filter(Verdict.DENY, "icmp", ports=((1, 1),)), PacketSet()),
    ],
)
def test_a_line_without_sense_never_helps_a_proof(line: Filter, expected: PacketSet) -> None:
    assert matched(line) == expected


def test_established_lines_match_open_tcp_sessions_only() -> None:
    chain = (Filter(Verdict.PERMIT, established=True), Filter(Verdict.DENY))
    assert permitted(chain, Verdict.PERMIT).is_empty
    assert permitted(chain, Verdict.PERMIT, established=True) == PacketSet.of(protocols=((6, 6),))


def test_the_empty_set_has_no_smallest_packet() -> None:
    with pytest.raises(ValueError, match="empty"):
        PacketSet().smallest()

"""Who of many sends some packets, against asking each; and which of many results are worked out again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govnet.isolation.intervals import normal
from govnet.isolation.kept import Kept
from govnet.isolation.packets import PacketSet
from govnet.isolation.senders import Senders
from govnet.isolation.surroundings import Entrance

SPANS = st.tuples(st.integers(0, 20), st.integers(0, 5)).map(lambda one: (one[0], one[0] + one[1]))
SIDES = st.lists(SPANS, min_size=1, max_size=3).map(normal)
SOME = st.builds(
    lambda sources, targets, ports: PacketSet.of(sources, targets, ((6, 6),), ports=ports), SIDES, SIDES, SIDES
)
SETS = st.lists(SOME, min_size=1, max_size=3).map(PacketSet.all_of)


@given(whole=SETS, own=st.lists(SIDES, max_size=6), others=st.lists(SETS, max_size=2), asked=SETS)
def test_senders_that_send_alike_are_told_apart_by_source(
    whole: PacketSet, own: list[tuple[tuple[int, int], ...]], others: list[PacketSet], asked: PacketSet
) -> None:
    sent = [*(whole.sourced(sources) for sources in own), *others]  # the former have the very same other sides
    entries = {Entrance(f"r{number}", None): packets for number, packets in enumerate(sent)}
    each = {entrance: packets.intersection(asked) for entrance, packets in entries.items()}
    assert Senders(entries).of(asked) == {entrance: part for entrance, part in each.items() if part}


def test_only_what_rests_on_others_is_worked_out_again_and_what_is_equal_stays() -> None:
    kept, asked = Kept(), []
    one, two, other = [1], [2], [1]

    def work(name: str) -> tuple[str, bool]:
        asked.append(name)
        return name, len(asked) > 3

    first = kept.each("k", {"a": (one,), "b": (two,)}, work)
    assert kept.each("k", {"a": (one,), "b": (two,)}, work) is first
    assert asked == ["a", "b"]
    assert kept.each("k", {"a": (other,), "b": (two,)}, work) is first, "equal, though it rests on another object"
    assert asked == ["a", "b", "a"]
    third = kept.each("k", {"a": (one,), "b": (two,)}, work)
    assert (asked[3:], third, first["a"]) == (["a"], {"a": ("a", True), "b": ("b", False)}, ("a", False))
    assert third["b"] is first["b"]
    assert kept.each("k", {"b": (two,)}, work) == {"b": ("b", False)}
    assert asked[4:] == []

"""The small notations of the inventory, and files that are no proper YAML."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govnet.errors import InputError
from govnet.network import rules
from govnet.network.cabled import End
from govnet.network.document import parse, read
from govnet.network.summary import devices_of, folder_named, network_named, zones_on

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("expression", "value"),
    [("7", 7), ("z", 3), ("100z", 300), ("100z+f", 305), ("100z + 20 + f", 325), ("16z-1", 47), ("-2 + z", 1)],
)
def test_sums(expression: str, value: int) -> None:
    assert rules.evaluate(expression, {"z": 3, "f": 5}) == value


@pytest.mark.parametrize(
    "expression", ["", " ", "z*2", "(z)", "z z", "1 2", "z+", "--1", "zz", "1.5", "q", "__import__"]
)
def test_what_is_no_sum(expression: str) -> None:
    with pytest.raises(rules.RuleError):
        rules.evaluate(expression, {"z": 3})


@given(st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 4094), st.sampled_from(["", "z", "f"])), min_size=1))
def test_sums_are_the_sums_of_their_terms(terms: list[tuple[str, int, str]]) -> None:
    numbers = {"z": 13, "f": 7, "": 1}
    text = "".join(f"{sign} {factor}{name} " for sign, factor, name in terms)
    expected = sum((1 if sign == "+" else -1) * factor * numbers[name] for sign, factor, name in terms)
    assert rules.evaluate(text, numbers) == expected


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("10.129.(16z+t-1).0/24", "10.129.17.0/24"),
        ("c-adc-{place}-u-01", "c-adc-guhe-u-01"),
        ("{place}:(t)/(z)", "guhe:2/1"),
        ("plain", "plain"),
    ],
)
def test_templates(template: str, filled: str) -> None:
    assert rules.fill(template, {"z": 1, "t": 2}, {"place": "guhe"}) == filled


@pytest.mark.parametrize("template", ["{floor}", "(q)", "()", "{}"])
def test_templates_with_unknown_names(template: str) -> None:
    with pytest.raises(rules.RuleError):
        rules.fill(template, {"z": 1}, {"place": "guhe"})


@pytest.mark.parametrize(
    ("ranges", "ports"),
    [
        (["1-3"], ["1", "2", "3"]),
        (["3/9-11"], ["3/9", "3/10", "3/11"]),
        (["GigabitEthernet0/0/1-2", "eth0"], ["GigabitEthernet0/0/1", "GigabitEthernet0/0/2", "eth0"]),
        (["5-5"], ["5"]),
        ([], []),
    ],
)
def test_ranges(ranges: list[str], ports: list[str]) -> None:
    assert list(rules.expand(ranges)) == ports


@pytest.mark.parametrize("text", ["3-1", "1-99999999"])
def test_ranges_that_do_not_count_up(text: str) -> None:
    with pytest.raises(rules.RuleError, match="does not count up"):
        rules.expand([text])


def test_ends() -> None:
    assert rules.end("lx-adc-u-core01:1/14") == End("lx-adc-u-core01", "1/14")
    for text in ("lx-adc-u-core01", ":1/14", "lx-adc-u-core01:"):
        with pytest.raises(rules.RuleError, match="no end of a cable"):
            rules.end(text)


def test_the_examples_in_the_docstrings() -> None:
    result = doctest.testmod(rules)
    assert (result.failed, result.attempted > 2) == (0, True)


def test_scalars_stay_text_and_lines_are_known() -> None:
    document, problems = parse("off: {release: 4.10, none: ~, text: 'null'}\nlist:\n  - a\n  - b: 1\n", "x.yaml")
    assert not problems
    assert document is not None
    assert document.value == {
        "off": {"release": "4.10", "none": None, "text": "null"},
        "list": ["a", {"b": "1"}],
    }
    assert [document.line(path) for path in ((), ("off", "release"), ("list",), ("list", 1, "b"))] == [1, 1, 2, 4]
    assert document.line(("list", 1, "missing")) == 4


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"a: [1, 2", "this is not YAML"),
        (b"a: 1\n---\nb: 2\n", "a second document begins here"),
        (b"a: \x00\n", "this is not YAML"),
        (b"a: \xff\xfe\n", "cannot be read"),
        (b"", "the file is empty"),
        (b"? [1, 2]\n: 3\n", "a key is not plain text"),
        (b"a: !!python/object/apply:os.system [id]\n", "the tag .*os.system is used here"),
        (b"a: &a [*a]\n", "an anchor is used here"),
        (b"snmp: {community: public}\n", "the secret 'community' is typed"),
        (b"a: {priv_key: x}\n", "the secret 'priv_key' is typed"),
        (b"[" * 50000, "nested deeper than 50"),
        (b"- " * 50000, "nested deeper than 50"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else "",
)
def test_files_that_cannot_be_used(tmp_path: Path, content: bytes, cause: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    _, problems = read(file, "x.yaml")
    with pytest.raises(InputError, match=cause):
        raise InputError(problems)


@pytest.mark.parametrize("text", ["password: null", "password_file: /run/secret", "password_env: GOVNET_PASSWORD"])
def test_references_to_secrets_are_no_secrets(text: str) -> None:
    _, problems = parse(f"{text}\n", "x.yaml")
    assert not problems


def test_a_network_is_found_by_name_and_by_path() -> None:
    assert network_named("laixi") == network_named(folder_named("laixi"))
    with pytest.raises(InputError, match="there is no such network"):
        network_named("atlantis")


def test_zones_on_a_device() -> None:
    net = network_named("laixi")
    assert zones_on(net, "lx-adc-u-core01") == tuple(net.zones)
    assert zones_on(net, "lx-adc-u-srv04") == ("stat",)
    assert [device.name for device in devices_of(net, "fw")] == ["lx-adc-u-fw01", "lx-adc-u-fw02"]

"""Plan files: the same input gives the same bytes, an altered one is found out, one that does harm is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import pytest
from support.laixi import FIREWALL, FOLDER, TOWN, floor, network
from support.plans import HARM, altered, factory, good, harmless, plan_file

from govnet.config import reading as element
from govnet.config.filtering import Filter, Nat, NatKind, Verdict
from govnet.config.intent import intent
from govnet.config.reading import Line, Reading
from govnet.errors import GovnetError, InputError, RefusedError
from govnet.isolation.fabric import Fabric
from govnet.isolation.management import WayIn, management_paths
from govnet.isolation.proof import prove
from govnet.network.asof import View
from govnet.network.load import load
from govnet.network.summary import network_named
from nornir_tasks.judging import Judgement, WaveFinding
from nornir_tasks.planfile import Author, PlanFile, Request, inventory_hash, make_file, read_file
from nornir_tasks.planhead import view_of
from nornir_tasks.planning import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


NODE = "hx-n017-n-cpe01"


@pytest.fixture(scope="module")
def plan() -> PlanFile:
    return plan_file(good(), harmless())


def whole(plan: PlanFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plan.text())
    return found


def rehashed(data: dict[str, Any]) -> str:
    """Return the text of a plan whose hash somebody has mended after altering it."""
    data["hash"] = PlanFile(data["plan"], None).hash  # type: ignore[arg-type]
    return json.dumps(data)


def test_a_plan_file_is_read_back_as_it_was_written(plan: PlanFile) -> None:
    again = read_file(plan.text(), network(), "p")
    assert again.text() == plan.text()
    assert again.hash == plan.hash
    assert again.plan.devices[floor(1)].commands == plan.plan.devices[floor(1)].commands
    assert plan.refused == ()
    assert plan.waves == ((floor(1),),)
    assert plan.text() == plan_file(dict(reversed(good().items())), harmless()).text()


def test_a_plan_of_all_devices_from_the_box_is_good_and_reads_back() -> None:
    wanted = {name: reading.config for name, reading in good().items()}
    made = plan_file(factory(), wanted)
    assert made.refused == ()
    assert made.content["judgement"]["violating"] == 0
    assert set(made.content["judgement"]["ways"].values()) == {WayIn.OPEN}
    assert [name for wave in made.waves for name in wave if name not in wanted] == []
    assert read_file(made.text(), network(), "p").text() == made.text()


@pytest.mark.parametrize("harm", HARM)
def test_a_plan_that_does_harm_is_marked_refused_with_a_witness(harm: str) -> None:
    make, name, change, witness = HARM[harm]
    made = plan_file(good(), make(name, change))
    assert made.refused
    assert witness in "\n".join(made.refused)
    assert read_file(made.text(), network(), "p").refused == made.refused
    assert made.content["judgement"]["pairs"] or made.content["judgement"]["waves"][0]["cut"]


def test_one_of_two_trunks_may_go() -> None:
    made = plan_file(good(), altered(floor(1), lambda c: replace(c, banner=("x",))))
    assert made.refused == ()


def test_what_was_not_seen_refuses_until_it_is_accepted() -> None:
    seen = {name: reading for name, reading in good().items() if name != TOWN}
    assert "cannot be shown" in plan_file(seen, harmless()).refused[0]
    assert TOWN in plan_file(seen, harmless()).refused[0]
    assert plan_file(seen, harmless(), request=Request(Author("ann"), accept_unknown=True)).refused == ()


def test_a_carrier_s_switch_that_nobody_reads_is_taken_as_its_circuits_were_ordered() -> None:
    haixi = network_named("haixi")
    seen = {device.name: Reading(intent(haixi, device.name)) for device in haixi.commanded()}
    wanted = {NODE: replace(seen[NODE].config, banner=("Be kind.",))}
    made = plan_file(seen, wanted, haixi)
    assert (made.content["judgement"]["unknown"], made.content["judgement"]["unseen"]) == (0, [])
    assert made.refused == ()


def translated(reading: Reading) -> Reading:
    """Return a firewall's reading with a line that lets the internet into a private server by the firewall's door."""
    towards = Filter(Verdict.PERMIT, "tcp", ports=((8022, 8022),))
    nat = Nat(NatKind.DESTINATION, towards, IPv4Address("10.128.96.11"), 22)
    line = Line(1, "tcp dport 8022 dnat to 10.128.96.11:22")
    rules = dict(reading.config.firewall.pairs) if reading.config.firewall else {}
    opened = replace(reading.config.firewall, pairs=rules | {("inet", "jh"): (Filter(Verdict.PERMIT, "tcp"),)})
    config = replace(reading.config, firewall=opened)
    return replace(reading, config=config, nat=(nat,), unread=(line,), sources={element.nat(0): line})


def test_a_line_of_translation_is_there_after_the_plan_as_it_was_before() -> None:
    """Lost, it would close a hole on paper; taken for a line that nobody understands, nothing could be shown."""
    seen = {**good(), FIREWALL: translated(good()[FIREWALL])}
    made = plan_file(seen, {FIREWALL: replace(seen[FIREWALL].config, banner=("Be kind.",))})
    before = prove(network(), seen)
    assert before.violations
    judged = made.content["judgement"]
    assert (judged["violating"], judged["unknown"], judged["pairs"]) == (len(before.violations), 0, [])


def test_every_way_in_of_the_intent_is_open() -> None:
    ways = management_paths(Fabric(network(), good()))
    assert {way.state for way in ways.values()} == {WayIn.OPEN}
    assert len(ways) == len(network().commanded())


def _device(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["plan"]["devices"][floor(1)]
    return found


def _command(data: dict[str, Any]) -> None:
    _device(data)["commands"][0]["text"] = "vlan members remove 51 49,50"


def _change(data: dict[str, Any]) -> None:
    _device(data)["changes"][0]["value"]["after"] = ["Mine now."]


def _running(data: dict[str, Any]) -> None:
    _device(data)["running"]["hostname"] = "other"


def _vouched(data: dict[str, Any]) -> None:
    entry = _device(data)["commands"][0]
    entry["unverified"] = not entry["unverified"]


def _way_back(data: dict[str, Any]) -> None:
    _device(data)["back"] = []


def _waves(data: dict[str, Any]) -> None:
    data["plan"]["waves"] = []


def _stranger(data: dict[str, Any]) -> None:
    data["plan"]["devices"]["lx-adc-u-sw99"] = _device(data)


def _not_ours(data: dict[str, Any]) -> None:
    data["plan"]["devices"]["lx-adc-u-srv01"] = _device(data)


def _kind(data: dict[str, Any]) -> None:
    _device(data)["changes"][0]["kind"] = "Explode"


def _plane(data: dict[str, Any]) -> None:
    data["plan"]["plane"] = "n"


def _unrefused(data: dict[str, Any]) -> None:
    data["plan"]["format"] = 2


ALTERED: dict[Callable[[dict[str, Any]], None], str] = {
    _command: "its commands are not what govnet says",
    _change: "was altered",
    _running: "was altered",
    _vouched: "its commands are not what govnet says",
    _way_back: "its back are not what govnet says",
    _waves: "its waves are not its devices",
    _stranger: "lx-adc-u-sw99: no such device",
    _not_ours: "lx-adc-u-srv01: has no command line",
    _kind: "is no change",
    _plane: "is a plan of lx on plane n",
    _unrefused: "of another format",
}


@pytest.mark.parametrize("alter", ALTERED, ids=lambda alter: alter.__name__)
def test_an_altered_plan_is_found_out_even_with_its_hash_mended(
    plan: PlanFile, alter: Callable[[dict[str, Any]], None]
) -> None:
    data = whole(plan)
    alter(data)
    with pytest.raises(RefusedError, match="its hash is not that of its content"):
        read_file(json.dumps(data), network(), "p")
    with pytest.raises(GovnetError, match=ALTERED[alter]):
        read_file(rehashed(data), network(), "p")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"plan": {}, "hash": "", "approvals": 1, "x": 2}'])
def test_what_is_no_plan_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InputError):
        read_file(text, network(), "p")


def test_a_plan_of_an_inventory_that_was_changed_since_is_refused(plan: PlanFile, tmp_path: Path) -> None:
    folder = tmp_path / "laixi"
    shutil.copytree(FOLDER, folder)
    with (folder / "policy.yaml").open("a") as stream:
        stream.write("# a remark\n")
    with pytest.raises(RefusedError, match="was changed since the plan was made"):
        read_file(plan.text(), load(folder), "p")


def test_a_row_of_a_table_is_as_much_the_inventory_as_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "haixi"
    shutil.copytree(FOLDER.parent / "haixi", folder)
    before = inventory_hash(load(folder))
    table = folder / "sites.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2006-11-01", "2006-11-02", 1), encoding="utf-8")
    assert inventory_hash(load(folder)) != before


def test_a_carriers_device_is_refused_before_anything_is_opened(plan: PlanFile) -> None:
    device = replace(network().devices[floor(1)], config_authority="carrier")
    theirs = replace(network(), devices={**network().devices, floor(1): device})
    with pytest.raises(RefusedError, match="is configured by the carrier; govnet does not log in to it"):
        read_file(plan.text(), theirs, "p")


def test_a_plan_is_for_the_network_of_its_day() -> None:
    """Planned for a day, it is read and proven again on the network of that day, and is refused on another."""
    then, now = (load(FOLDER.parent / "haixi", as_of=day) for day in (date(2008, 12, 31), None))
    made = make_file(then, Plan(then.slug, {}), Judgement((), 0, 0, (), (), {}, ()), Request(Author("hou")))
    assert view_of(made.text(), "p") == View(date(2008, 12, 31))
    assert read_file(made.text(), then, "p").hash == made.hash
    with pytest.raises(RefusedError, match="for the network of 2008-12-31; that of 2006-12-31 is meant here"):
        read_file(made.text(), now, "p")


@pytest.mark.parametrize(("way", "told"), [("open", "with a larger --batch both are one"), ("cut", "the cable is out")])
def test_a_device_that_a_later_wave_brings_back_is_told_how(way: str, told: str) -> None:
    waves = (WaveFinding(("acc01",), (("core02", "the cable is out"),)), WaveFinding(("core02",), ()))
    (reason,) = Judgement((), 0, 0, (), waves, {"core02": way}, ()).refused(accept_unknown=False)
    assert reason.startswith("core02 could not be reached any more after wave 1: the cable is out")
    assert reason.endswith(told)

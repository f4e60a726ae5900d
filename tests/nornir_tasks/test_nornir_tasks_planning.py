"""Plans: the same input gives the same bytes; what has no public source is counted until somebody vouches for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laixi import AGG, CORE, FIREWALL, FOLDER, ROOT, floor, network

from govnet.config import apply, diff
from govnet.config.intent import hardware, intent
from govnet.config.reading import Line, Reading
from govnet.errors import DeviceError
from govnet.network.load import load
from govnet.platforms.registry import platform
from nornir_tasks.planning import Plan, make_plan, plan_device, state_of
from nornir_tasks.tasks import describe

if TYPE_CHECKING:
    from pathlib import Path

    from govnet.network.model import Network

DEVICES = (CORE, FIREWALL, AGG, floor(1))


def factory_readings(of: Network, *names: str) -> dict[str, Reading]:
    return {name: Reading(platform(of.devices[name].platform).factory(hardware(of, name))) for name in names}


def plan_of(of: Network, *names: str) -> Plan:
    return make_plan(of, factory_readings(of, *names))


def as_bytes(plan: Plan) -> str:
    return json.dumps(plan.as_json(), ensure_ascii=False)


PRINT = """
import sys
from test_nornir_tasks_planning import CORE, FIREWALL, as_bytes, network, plan_of
sys.stdout.write(as_bytes(plan_of(network(), CORE, FIREWALL)))
"""


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    """Sets are iterated in another order in each process, unless their members are put in order."""
    path = f"{ROOT}:{ROOT / 'tests'}:{ROOT / 'tests' / 'nornir_tasks'}"
    texts = {
        subprocess.run(
            [sys.executable, "-c", PRINT],
            env=os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {as_bytes(plan_of(network(), CORE, FIREWALL))}


def test_the_order_of_readings_does_not_matter() -> None:
    assert as_bytes(plan_of(network(), *DEVICES)) == as_bytes(plan_of(network(), *reversed(DEVICES)))
    assert list(plan_of(network(), *reversed(DEVICES)).devices) == [n for n in network().devices if n in DEVICES]


def test_a_plan_may_be_made_of_a_part() -> None:
    found = factory_readings(network(), *DEVICES)
    part = make_plan(network(), found, only=[AGG, floor(2)])
    assert list(part.devices) == [AGG]


@pytest.mark.parametrize("name", DEVICES)
def test_a_plan_leads_to_the_intent_and_then_is_empty(name: str) -> None:
    first = plan_of(network(), name)
    assert first.changes > 0
    assert first.commands > 0
    assert first.refused == ()
    then = make_plan(network(), first.predicted())
    assert (then.changes, then.commands, then.unverified) == (0, 0, 0)
    assert first.predicted()[name].config == intent(network(), name)


def test_what_is_not_modelled_stays_in_the_plan_and_in_its_fingerprint() -> None:
    bare = factory_readings(network(), CORE)[CORE]
    odd = replace(bare, unread=(Line(7, "  sys mroute-stream-limit true"),))
    plan = plan_device(network(), CORE, odd)
    assert plan.unread == odd.unread
    assert plan.fingerprint == state_of(odd) != state_of(bare)
    assert plan.fingerprint == state_of(replace(bare, unread=(Line(9, "sys mroute-stream-limit true"),)))
    assert plan.fingerprint != state_of(replace(bare, unread=(Line(7, "sys mroute-stream-limit false"),)))
    assert Plan("lx", {CORE: plan}).predicted()[CORE].unread == odd.unread


def test_unverified_commands_are_counted_until_somebody_vouches_for_them(tmp_path: Path) -> None:
    doubted = plan_of(network(), CORE)
    families = {command.family for command in doubted.devices[CORE].unverified}
    assert "vlan ports remove" in families
    count = sum(command.family == "vlan ports remove" for command in doubted.devices[CORE].commands)
    assert 0 < count <= doubted.unverified

    vouched = plan_of(vouching(tmp_path, "vlan ports remove"), CORE)
    assert vouched.unverified == doubted.unverified - count
    assert vouched.commands == doubted.commands
    marked = [c for c in vouched.as_json()["devices"][CORE]["commands"] if c["unverified"]]  # type: ignore[index]
    assert len(marked) == vouched.unverified
    assert all(command["family"] != "vlan ports remove" for command in marked)

    everything = vouching(tmp_path / "all", *families)
    assert plan_of(everything, CORE).unverified == 0


def vouching(folder: Path, *families: str) -> Network:
    """Return Laixi with an engineer's word for some families of commands on its cores."""
    copy = folder / "laixi"
    shutil.copytree(FOLDER, copy)
    groups = copy / "groups.yaml"
    text = groups.read_text()
    old = "    cards: {1: 8616SXE"
    assert text.count(old) == 1
    words = ", ".join(f"{family}: an engineer saw it work on 4.1.0.0" for family in families)
    groups.write_text(text.replace(old, f"    syntax_evidence: {{{words}}}\n{old}"))
    return load(copy)


def test_a_device_with_other_ports_than_the_inventory_is_named() -> None:
    found = factory_readings(network(), CORE)[CORE]
    ports = {name: port for name, port in found.config.ports.items() if name != "1/1"}
    with pytest.raises(DeviceError) as caught:
        plan_device(network(), CORE, replace(found, config=replace(found.config, ports=ports)))
    assert str(caught.value) == (
        f"{CORE}: has other ports than the inventory says (1/1). Check its model and cards in hosts.yaml."
    )


def test_differences_are_told_in_part_and_counted() -> None:
    found = factory_readings(network(), CORE)[CORE]
    changes = diff(found.config, intent(network(), CORE))
    assert describe(changes).endswith(f"; and {len(changes) - 3} more")
    assert describe(changes[:1]) == str(changes[0])
    assert diff(apply(found.config, changes), intent(network(), CORE)) == []

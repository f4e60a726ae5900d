from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from nornir import InitNornir

from govnet import resources
from govnet.errors import InputError, RefusedError
from govnet.network.summary import network_named
from nornir_tasks.inventory import GovnetInventory

if TYPE_CHECKING:
    from pathlib import Path

    from nornir.core import Nornir

LAIXI = resources.folder("inventory") / "laixi"
COMMANDED = 33


def start(**inventory: Any) -> Nornir:
    return InitNornir(
        runner={"plugin": "serial"}, logging={"enabled": False}, inventory={"plugin": "govnet", "options": inventory}
    )


@pytest.fixture(scope="module")
def nr() -> Nornir:
    return start(network="laixi")


def test_nornirs_own_plugin_loads_the_files_as_they_stand() -> None:
    options = {key: str(LAIXI / f"{stem}.yaml") for key, stem in
               {"host_file": "hosts", "group_file": "groups", "defaults_file": "defaults"}.items()}  # fmt: skip
    nr = InitNornir(
        runner={"plugin": "serial"},
        logging={"enabled": False},
        inventory={"plugin": "SimpleInventory", "options": options},
    )
    assert list(nr.inventory.hosts) == list(network_named("laixi").devices)
    core = nr.inventory.hosts["lx-adc-u-core01"]
    assert (core.platform, core["plane"], core["owner"], core["managed"]) == (
        "nortel_passport",
        "u",
        "government",
        True,
    )
    assert len(nr.filter(role="acc").inventory.hosts) == 12


def test_both_inheritances_agree() -> None:
    """Our own inheritance gives every host the record that Nornir's gives."""
    hosts = GovnetInventory("laixi").load().hosts
    for name, device in network_named("laixi").devices.items():
        inherited = {key for group in hosts[name].extended_groups() for key in group.data}
        assert device.data.keys() <= inherited | hosts[name].data.keys()
        for group in reversed(hosts[name].extended_groups()):
            assert "maintainer" not in group.data or device.maintainer == group.data["maintainer"]
        assert hosts[name].get("level") == ("town" if device.role == "ce" else "city")


@pytest.mark.parametrize(
    ("host", "address", "platform"),
    [
        ("lx-adc-u-core02", "10.129.2.2", "nortel_passport"),
        ("lx-adc-u-acc12", "10.129.2.52", "nortel_ers"),
        ("lx-adc-u-agg01", "10.129.2.31", "huawei_vrp"),
        ("lx-adc-u-fw02", "10.129.2.12", "linux_nft"),
        ("lx-hetoudian-u-ce01", "10.129.0.66", "huawei_vrp"),
        ("lx-adc-u-nms03", "10.129.2.203", None),
        ("lx-adc-u-ups01", "10.128.176.11", None),
    ],
)
def test_hosts_have_the_computed_addresses(nr: Nornir, host: str, address: str, platform: str | None) -> None:
    found = nr.inventory.hosts[host]
    assert (found.hostname, found.platform) == (address, platform)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"role": "core"}, 2),
        ({"role": "ce"}, 16),
        ({"commanded": True}, COMMANDED),
        ({"place": "adc-f03"}, 1),
        ({"site": "adc"}, 33),
        ({"plane": "u"}, 49),
        ({"network": "lx"}, 49),
    ],
)
def test_filters(nr: Nornir, wanted: dict[str, Any], count: int) -> None:
    assert len(nr.filter(**wanted).inventory.hosts) == count


def test_zones_can_be_filtered(nr: Nornir) -> None:
    just = nr.filter(filter_func=lambda host: "just" in host["zones"])
    assert {host["role"] for host in just.inventory.hosts.values()} == {"core", "fw", "acc"}


def test_a_lab_may_answer_elsewhere() -> None:
    nr = start(network="laixi", addresses={"lx-adc-u-core01": ["127.1.2.3", 2022]})
    assert (nr.inventory.hosts["lx-adc-u-core01"].hostname, nr.inventory.hosts["lx-adc-u-core01"].port) == (
        "127.1.2.3",
        2022,
    )
    assert nr.inventory.hosts["lx-adc-u-core02"].hostname == "10.129.2.2"
    with pytest.raises(InputError, match="there is no host 'lx-adc-u-core09'"):
        GovnetInventory("laixi", addresses={"lx-adc-u-core09": ["127.1.2.3", 22]}).load()


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVNET_USERNAME", "runner")
    monkeypatch.setenv("OTHER_VARIABLE", "a-secret")
    nr = start(network=str(LAIXI), password_env="OTHER_VARIABLE")
    host = nr.inventory.hosts["lx-adc-u-core01"]
    assert (host.username, host.password) == ("runner", "a-secret")
    monkeypatch.delenv("OTHER_VARIABLE")
    assert start(network="laixi", password_env="OTHER_VARIABLE").inventory.hosts["lx-adc-u-core01"].password is None


def other_network(folder: Path, plane: str) -> str:
    """A copy of Laixi under another name, on a plane."""
    shutil.copytree(LAIXI, folder)
    for file in folder.iterdir():
        text = re.sub(r"\blx-([a-z0-9]+)-u-", rf"ly-\1-{plane}-", file.read_text(encoding="utf-8"))
        text = re.sub(r"^slug: lx", "slug: ly", text, flags=re.MULTILINE).replace("network: lx", "network: ly")
        text = re.sub(r"^plane: u", f"plane: {plane}", text, flags=re.MULTILINE).replace(
            "{plane: u}", f"{{plane: {plane}}}"
        )
        file.write_text(text, encoding="utf-8")
    return str(folder)


def test_one_run_touches_one_plane(tmp_path: Path) -> None:
    inner = other_network(tmp_path / "inner", "n")
    with pytest.raises(RefusedError, match="One run may touch one plane only, not lx on u, ly on n"):
        GovnetInventory(["laixi", inner]).load()
    assert len(GovnetInventory(inner).load().hosts) == 49


def test_networks_of_one_plane_run_together(tmp_path: Path) -> None:
    both = GovnetInventory(["laixi", other_network(tmp_path / "ly", "u")]).load()
    assert len(both.hosts) == 98
    assert both.hosts["ly-adc-u-core01"]["network"] == "ly"
    with pytest.raises(RefusedError, match="is in two of the networks"):
        GovnetInventory(["laixi", "laixi"]).load()


def test_no_network_and_unknown_networks_are_refused() -> None:
    with pytest.raises(RefusedError, match="No network is named"):
        GovnetInventory([]).load()
    with pytest.raises(InputError, match=r"nowhere: there is no such network\. Give the path .* laixi"):
        GovnetInventory("nowhere")

"""The NAPALM drivers of emulated devices: one device a platform, and what is merged into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from napalm import get_network_driver

from support.laixi import AGG, CORE, FIREWALL, floor

if TYPE_CHECKING:
    from nornir_tasks.runner import Access

DEVICES = {"nortel_passport": CORE, "nortel_ers": floor(1), "huawei_vrp": AGG, "linux_nft": FIREWALL}
KINDS = sorted(DEVICES)


class Words(NamedTuple):
    """What is merged, in which words the difference shows, one command of it, and a line that is a mistake."""

    merge: str
    words: str
    command: str
    typo: str


WORDS = {
    "nortel_passport": Words(
        'vlan 77 create byport 1 name "lab77"\nvlan 77 ports add 1/1 member portmember\n',
        "# create VLAN 77 lab77",
        "config vlan 77 create byport 1",
        "vlan 78 crate byport 1",
    ),
    "nortel_ers": Words(
        'vlan create 77 type port\nvlan name 77 "lab77"\n', "# create VLAN 77 lab77", "vlan create 77", "vlan crate 78"
    ),
    "huawei_vrp": Words(
        "vlan batch 77\nvlan 77\n description lab77\n", "# create VLAN 77 lab77", "vlan", "vlan bach 78"
    ),
    "linux_nft": Words(
        "### sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 1\n",
        "# start routing between interfaces",
        "sysctl -w",
        "### sysctl net.ipv4.ip_forward\nnet.ipv4.ip_foward = 1\n",
    ),
}


CHECKPOINTS = {
    "nortel_passport": "more /flash/govnet.cfg",
    "huawei_vrp": "display saved-configuration",
    "linux_nft": "cat /root/govnet-checkpoint.txt",
}


def driver(access: Access, kind: str, **options: object) -> Any:
    host, port = access.addresses[DEVICES[kind]]
    given = {
        "port": port,
        "alt_host_keys": True,
        "alt_key_file": str(access.known_hosts),
        "system_host_keys": False,
        "govnet_accept_unverified": True,
        **options,
    }
    return get_network_driver(kind)(host, access.username, access.password, timeout=15, optional_args=given)


def running(device: Any) -> str:
    text: str = device.get_config(retrieve="running")["running"]
    return "\n".join(line for line in text.splitlines() if " UTC" not in line)

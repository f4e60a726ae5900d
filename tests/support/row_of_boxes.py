"""A network that is nothing but many small boxes of one kind in a row: for faults, each of which spoils its own box.

Nothing is cabled and there is one zone: what is tried here is the change of a box, and not the proof of a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govnet.network.load import load
from lab.estate import loopback_of
from lab.twin import Twin

if TYPE_CHECKING:
    from pathlib import Path

    from govnet.network.model import Network


class Make(NamedTuple):
    """A kind of box: its platform, model, release, and the ports of the small box that is tried.

    ``slots`` is what stands in models.yaml for it; ``cards`` what stands in hosts.yaml.
    """

    platform: str
    model: str
    software: str
    ports: str
    cards: str = ""


MAKES = {
    "passport": Make("nortel_passport", "ERS-8603", "7.2.26", "slots: 3", "cards: {1: eight-ports}"),
    "ers": Make("nortel_ers", "ERS-4550T", "5.7.1.021", "ports: [1-8]"),
    "voss": Make("extreme_voss", "VSP-8284XSQ", "8.10.0.0", "ports: [1/1-8]"),
    "vrp5": Make("huawei_vrp", "S5700-28C-EI", "5.170", "ports: [GigabitEthernet0/0/1-8]"),
    "vrp8": Make("huawei_vrp", "CE6810-48S", "8.180", "ports: [GigabitEthernet0/0/1-8]"),
    "linux": Make("linux_nft", "firewall", "", "ports: [eth1-6]"),
}
_OWN_PORT = ("nortel_passport", "extreme_voss")
_FILES = {
    "network": "slug: row\ntitle: 一排\ntitle_en: A row\nplane: u\nblocks: [10.{block}.0.0/16]\nhome: hall\n"
    "gateway_mode: firewall\nparking_vlan: 1999\npeer: {{vlan: 4000, subnet: 10.{block}.255.0/30}}\n"
    "numbering:\n  servers: {{vlan: 100z, subnet: 10.{block}.254.0/24, name: srv}}\n"
    "  oob: {{vlan: 100z + 1, subnet: 10.{block}.0.0/20, name: oob, gateway: none}}\n"
    "services: {{runner: [], trap: [], syslog: [], ntp: [], contact: hall, banner: []}}\n",
    "defaults": "data: {{}}\n",
    "groups": "all:\n  data: {{network: row, plane: u, place: hall, owner: government, config_authority: government,"
    " managed: true,"
    " maintainer: hall, responsible_unit: hall}}\n",
    "models": "cards:\n  eight-ports: {{ports: 8}}\nmodels:\n  {model}:"
    " {{vendor: any, platform: {platform}, {ports}}}\n",
    "places": "buildings:\n  hall: {{title: 大厅}}\n",
    "zones": "mgt: {{z: 1, title: 管理, title_en: Management, reach: [servers, oob]}}\n",
    "policy": "services: {{}}\nmatrix: |\n  from\\to mgt\n  mgt A\n",
    "links": "{{}}\n",
    "circuits": "{{}}\n",
    "power": "mains: {{kind: mains}}\n",
}


def row(folder: Path, make: Make, count: int, block: int) -> Network:
    """Write the inventory of ``count`` boxes into a new folder and load it; box n answers at 10.<block>.x.y."""
    folder.mkdir()
    for name, text in _FILES.items():
        (folder / f"{name}.yaml").write_text(text.format(block=block, **make._asdict()))
    fixed = f"role: core, model: {make.model}, software: '{make.software}', zones: [mgt], power_source: [mains]"
    cards = f", {make.cards}" if make.cards else ""
    hosts = (
        f"row-hall-u-core{number:03}: {{groups: [all], platform: {make.platform},"
        f" data: {{{fixed}{cards}, oob: 10.{block}.{number // 250}.{number % 250 + 1}/20}}}}\n"
        for number in range(1, count + 1)
    )
    (folder / "hosts.yaml").write_text("".join(hosts))
    return load(folder)


def twins_of(network: Network) -> list[Twin]:
    """Return the emulated boxes of a row, as they come out of the carton."""
    return [
        Twin(
            device.name,
            device.role,
            device.platform,
            device.model,
            device.software,
            loopback_of(device.address),
            management=str(device.oob) if device.platform in _OWN_PORT else "",
            ports=device.ports,
            cards=device.cards,
        )
        for device in network.devices.values()
    ]

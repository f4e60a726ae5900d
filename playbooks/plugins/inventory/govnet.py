"""Ansible inventory plugin: the devices of a network, from the same folder that govnet and Nornir read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

from govnet.errors import GovnetError
from govnet.network.load import load
from govnet.network.summary import folder_named, zones_on

if TYPE_CHECKING:
    from govnet.network.built import Device
    from govnet.network.model import Network

DOCUMENTATION = """
name: govnet
short_description: Devices of a government network
description:
  - Reads a network's inventory folder. Every device that govnet logs in to becomes a host.
  - Hosts are grouped by role, place, zone and platform, for example C(role_acc), C(place_adc_f01), C(zone_prv),
    C(platform_nortel_ers).
  - No account and no secret is in the inventory; the actions take them from the lab or the environment themselves.
options:
  plugin:
    description: Marks the file as one for this plugin.
    required: true
    choices: [govnet]
  network:
    description: Name of a shipped network, or path of an inventory folder; a relative path starts at this file.
    required: true
  build:
    description: Where results are kept, one folder a network; a relative path in the file starts at this file.
    env: [{name: GOVNET_BUILD}]
    default: ../build
  lab:
    description: Talk to the lab (true) or to the real devices (false); without either, to the lab if one runs.
    type: bool
    env: [{name: GOVNET_LAB}]
  everything:
    description: Also list devices that nobody logs in to; the actions refuse these.
    type: bool
    default: false
"""

EXAMPLES = """
plugin: govnet
network: laixi
"""


class InventoryModule(BaseInventoryPlugin):
    """Turns a network into hosts and groups."""

    NAME = "govnet"

    def verify_file(self, path: str) -> bool:
        """Ansible: is this file for us?"""
        return bool(super().verify_file(path)) and path.endswith(("govnet.yml", "govnet.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:  # noqa: ANN401, FBT001, FBT002 - Ansible's signature
        """Ansible: fill the inventory.

        Raises:
            AnsibleParserError: there is no such network, or its folder has problems; it names them all.
        """
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        here = Path(path).resolve().parent
        try:
            folder = self._folder(here)
            network = load(folder)
        except GovnetError as error:
            raise AnsibleParserError(str(error)) from error
        build = self.get_option("build")
        origin = Path.cwd() if os.environ.get("GOVNET_BUILD") == build else here
        inventory.set_variable("all", "govnet_network", str(folder))
        inventory.set_variable("all", "govnet_build", str((origin / Path(build).expanduser()).resolve()))
        inventory.set_variable("all", "govnet_lab", self.get_option("lab"))
        for device in network.devices.values():
            if device.commanded or self.get_option("everything"):
                self._add(network, device)

    def _folder(self, here: Path) -> Path:
        named = str(self.get_option("network"))
        beside = here / Path(named).expanduser()
        return beside if "/" in named and beside.is_dir() else folder_named(named).resolve()

    def _add(self, network: Network, device: Device) -> None:
        """Add one device, its groups and what a playbook may want to know of it."""
        self.inventory.add_host(device.name)
        zones = list(zones_on(network, device.name))
        groups = {"role": [device.role], "place": [device.place], "zone": zones, "platform": [device.platform]}
        for kind, names in groups.items():
            for name in filter(None, names):
                group = self.inventory.add_group(f"{kind}_{name}".replace("-", "_"))
                self.inventory.add_child(group, device.name)
        for key, value in facts(device, zones).items():
            self.inventory.set_variable(device.name, key, value)


def facts(device: Device, zones: list[str]) -> dict[str, Any]:
    """Return a device's variables."""
    address = {"ansible_host": str(device.address)} if device.address else {}
    return address | {
        "govnet_role": device.role,
        "govnet_place": device.place,
        "govnet_plane": device.plane.value,
        "govnet_platform": device.platform,
        "govnet_model": device.model,
        "govnet_software": device.software,
        "govnet_owner": device.owner,
        "govnet_commanded": device.commanded,
        "govnet_zones": zones,
    }

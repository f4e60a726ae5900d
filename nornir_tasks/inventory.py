"""Nornir's view of a network: its own files, completed with the addresses and zones that the rules give.

inventory:
  plugin: govnet
  options: {network: laixi}
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from nornir.core.inventory import Host, ParentGroups
from nornir.plugins.inventory import SimpleInventory

from govnet.errors import InputError, Problem, RefusedError
from govnet.network.load import load
from govnet.network.summary import folder_named, zones_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nornir.core.inventory import Inventory

    from govnet.network.built import Device
    from govnet.network.model import Network


class GovnetInventory:
    """Inventory plugin ``govnet``.

    Every device becomes a host, also those that nobody logs in to: ``nr.filter(commanded=True)`` selects the others.
    A host's data holds its whole record (typed, inherited or computed): ``network``, ``plane``, ``place``, ``role``,
    ``zones`` (a list), ``commanded``, ``owner`` and so on.

    Args:
        network: name of a shipped network or path of an inventory folder; a list runs several of one plane together.
        addresses: host name -> (address, port), for devices that answer elsewhere than the inventory says (a lab).
        as_of: day whose network is meant, as ``2006-12-31``; without it the network's reference day.
        profile: which dates count (see `govnet.network.load`).
        username_env: environment variable that holds the account's name.
        password_env: environment variable that holds its password.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - Nornir hands over the options of its configuration one by one
        self,
        network: str | Sequence[str],
        addresses: Mapping[str, Sequence[str | int]] | None = None,
        as_of: date | str | None = None,
        profile: str = "",
        username_env: str = "GOVNET_USERNAME",
        password_env: str = "GOVNET_PASSWORD",  # noqa: S107 the name of a variable
    ) -> None:
        self._folders = [folder_named(name) for name in ([network] if isinstance(network, str) else network)]
        self._addresses = addresses or {}
        self._day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        self._profile = profile
        self._username_env, self._password_env = username_env, password_env

    def load(self) -> Inventory:
        """Return the hosts of the network.

        Raises:
            InputError: the folder has problems, or ``addresses`` names a host that does not exist.
            RefusedError: the networks are on different planes, or share a host.
        """
        if not self._folders:
            raise RefusedError("No network is named. Give at least one.")
        networks = [load(folder, self._day, self._profile) for folder in self._folders]
        _refuse_planes(networks)
        inventory = _plain(self._folders[0])
        for folder in self._folders[1:]:
            _merge(inventory, _plain(folder), folder)
        _keep_only(inventory, networks)
        for network in networks:
            for device in network.devices.values():
                _complete(_host(inventory, device), network, device)
        self._overlay(inventory)
        inventory.defaults.username = os.environ.get(self._username_env) or inventory.defaults.username
        inventory.defaults.password = os.environ.get(self._password_env)
        return inventory

    def _overlay(self, inventory: Inventory) -> None:
        for name, (address, port) in self._addresses.items():
            if name not in inventory.hosts:
                problem = Problem("addresses", 0, f"there is no host {name!r}", "Name hosts of the inventory")
                raise InputError([problem])
            inventory.hosts[name].hostname, inventory.hosts[name].port = str(address), int(port)


def _plain(folder: Path) -> Inventory:
    """Load a folder as Nornir itself would."""
    files = (str(folder / f"{stem}.yaml") for stem in ("hosts", "groups", "defaults"))
    return SimpleInventory(*files).load()


def _refuse_planes(networks: Sequence[Network]) -> None:
    planes = {network.plane.value: network.slug for network in networks}
    if len(planes) > 1:
        named = ", ".join(f"{slug} on {plane}" for plane, slug in planes.items())
        raise RefusedError(f"One run may touch one plane only, not {named}. Run govnet once for each plane.")


def _merge(inventory: Inventory, other: Inventory, folder: Path) -> None:
    doubled = inventory.hosts.keys() & other.hosts.keys()
    if doubled:
        raise RefusedError(f"{folder}: {min(doubled)} is in two of the networks. Run them one after another.")
    # A host keeps the groups of its own folder: groups of the same name may differ between networks.
    inventory.hosts.update(other.hosts)
    for name, group in other.groups.items():
        inventory.groups.setdefault(name, group)


def _keep_only(inventory: Inventory, networks: Sequence[Network]) -> None:
    """Take out the hosts that are written down but not there on the day."""
    there = {name for network in networks for name in network.devices}
    for name in [name for name in inventory.hosts if name not in there]:
        del inventory.hosts[name]


def _host(inventory: Inventory, device: Device) -> Host:
    """Return the host of a device; one that an archetype gives is made here, in the archetype's groups."""
    if device.name not in inventory.hosts:
        groups = ParentGroups(inventory.groups[name] for name in device.groups)
        inventory.hosts[device.name] = Host(device.name, groups=groups, defaults=inventory.defaults)
    return inventory.hosts[device.name]


def _complete(host: Host, network: Network, device: Device) -> None:
    """Give a host what the rules say of it."""
    host.hostname = str(device.address) if device.address else None
    host.platform = device.platform or None
    place = network.places[device.place]
    host.data |= {
        **device.data,
        "network": network.slug,
        "plane": device.plane.value,
        "place": device.place,
        "site": place.site,
        "role": device.role,
        "vendor": device.vendor,
        "model": device.model,
        "software": device.software,
        "owner": device.owner,
        "config_authority": device.config_authority,
        "managed": device.managed,
        "commanded": device.commanded,
        "zones": list(zones_on(network, device.name)),
        "oob": str(device.oob) if device.oob else None,
        "loopback": str(device.loopback) if device.loopback else None,
        "power_source": list(device.power),
        "since": device.since,
        "until": device.until,
    }

"""From a network to what is polled: every device that speaks SNMP, its modules, and the labels that Prometheus gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.collect import SNMP_PORT, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.built import Device
    from govnet.network.model import Network

MODULES = {
    "nortel_passport": ("system", "if_mib", "nortel_8600"),
    "extreme_voss": ("system", "if_mib", "nortel_voss"),
    "nortel_ers": ("system", "if_mib", "nortel_ers"),
    "huawei_vrp": ("system", "if_mib", "huawei_vrp"),
    "linux_nft": ("system", "if_mib"),
}
"""Platform -> modules that its devices answer."""
MODULES_BY_MODEL = {
    "acrc": ("system", "apc_inrow"),
    "ads": ("system", "net_snmp", "nsfocus"),
    "liebert": ("system", "liebert"),
    "net agent": ("ups_netagent",),
    "netagent": ("ups_netagent",),
    "ngfw4000": ("system", "if_mib", "topsec"),
    "sensorprobe": ("system", "if_mib", "akcp"),
    "sr88": ("system", "if_mib", "h3c_comware"),
    "ups5000": ("system", "ups_huawei"),
    "vsos": ("system", "if_mib", "venustech"),
    "watchdog": ("system", "if_mib", "geist"),
}
"""How the model of a device begins, in small letters -> modules that it answers; before its platform and its role."""
MODULES_BY_ROLE = {"ups": ("system", "ups")}
"""Role -> modules of devices without a command line."""


def targets(network: Network, auth: str, addresses: Mapping[str, str] | None = None) -> list[Target]:
    """Return the SNMP targets of a network, in inventory order.

    Args:
        network: the network; its devices are all of one plane, so its targets are too.
        auth: name of the credentials.
        addresses: device -> ``host:port`` where that is not the inventory's address and port 161 (a lab). When
            given, devices that are not in it are no targets: what is not emulated cannot be polled.
    """
    found = []
    for device in network.devices.values():
        modules = modules_of(device)
        address = _address(device, addresses)
        if modules and address:
            found.append(Target(device.name, address, modules, auth, labels_of(network, device)))
    return found


def modules_of(device: Device) -> tuple[str, ...]:
    """Return the modules that a device answers; none for one that speaks no SNMP as far as anybody knows."""
    model = device.model.lower()
    by_model = next((names for start, names in MODULES_BY_MODEL.items() if model.startswith(start)), ())
    return by_model or MODULES.get(device.platform, ()) or MODULES_BY_ROLE.get(device.role, ())


def _address(device: Device, addresses: Mapping[str, str] | None) -> str:
    if addresses is not None:
        return addresses.get(device.name, "")
    return f"{device.address}:{SNMP_PORT}" if device.address else ""


def labels_of(network: Network, device: Device) -> dict[str, str]:
    """Return the labels that every sample of a device gets."""
    return {
        "network": network.slug,
        "plane": str(device.plane),
        "place": device.place,
        "zone": device.zone or "mgt",
        "role": device.role,
        "owner": device.owner,
    }

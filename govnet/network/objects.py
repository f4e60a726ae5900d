"""`write_by: snmp`: which devices may ask for it, and how the account for it is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.network.inheritance import written

if TYPE_CHECKING:
    from govnet.network.built import Device
    from govnet.network.folder import Folder
    from govnet.network.model import Network

WRITTEN = ("nortel_passport",)
"""Platforms of whose boxes a public MIB says how VLANs are taken away."""
DEFAULT_ACCOUNT = "env:GOVNET_SNMP_WRITE"
_REFERENCE = re.compile(r"env:[A-Z][A-Z0-9_]*|file:/\S+")


def written_by_snmp(folder: Folder, network: Network) -> None:
    """SNMP writes only where a MIB says how, and its account is named and never typed."""
    for device in network.devices.values():
        by_snmp = device.data.get("write_by") == "snmp"
        if by_snmp and device.platform not in WRITTEN:
            cause = f"{device.name} is to be written by SNMP, but is of platform {device.platform or 'none'}"
            _problem(folder, device, "write_by", cause, f"Leave it out; only {', '.join(WRITTEN)} has a MIB for that")
        account = device.data.get("write_account")
        if account is None:
            continue
        if not _REFERENCE.fullmatch(str(account)):  # what was typed there may be the secret itself: it is not shown
            cause = f"write_account of {device.name} names no account"
            _problem(folder, device, "write_account", cause, "Write env:NAME or file:/path; secrets are never typed")
        elif not by_snmp:
            cause = f"{device.name} has a write_account, but is not written by SNMP"
            _problem(folder, device, "write_account", cause, "Add write_by: snmp, or leave it out")


def _problem(folder: Folder, device: Device, key: str, cause: str, step: str) -> None:
    _, origin = written(folder, device.name, key)
    folder.problem(origin, cause, step)

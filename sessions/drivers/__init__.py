"""Netmiko drivers for the platforms of govnet, registered under the platforms' own names.

Netmiko's stock drivers misjudge these boxes: on a Passport `extreme_ers` sends ``terminal length 0``, does not notice
the refusal, and hangs at the first pager; a refused line inside a context is returned as plain text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sessions.drivers.extreme_voss import ExtremeVossSSH
from sessions.drivers.huawei_vrp import HuaweiVrpSSH
from sessions.drivers.linux_nft import LinuxNftSSH
from sessions.drivers.nortel_ers import NortelErsSSH
from sessions.drivers.nortel_passport import NortelPassportSSH

if TYPE_CHECKING:
    from sessions.drivers.base import GovnetSSH

DRIVERS: dict[str, type[GovnetSSH]] = {
    "extreme_voss": ExtremeVossSSH,
    "huawei_vrp": HuaweiVrpSSH,
    "linux_nft": LinuxNftSSH,
    "nortel_ers": NortelErsSSH,
    "nortel_passport": NortelPassportSSH,
}


def register() -> None:
    """Make the drivers known to netmiko, so that `ConnectHandler(device_type="nortel_passport")` finds them."""
    dispatcher = import_module("netmiko.ssh_dispatcher")  # the package hides its module behind a function of that name
    dispatcher.CLASS_MAPPER.update(DRIVERS)
    dispatcher.platforms[:] = sorted({*dispatcher.platforms, *DRIVERS})

"""The thresholds of the rules, with the values that an auditor starts from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet.errors import InputError, Problem
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.model import Network

_BLOCKS = {Plane.INNER: IPv4Network("10.64.0.0/10"), Plane.OUTER: IPv4Network("10.0.0.0/10")}
_VLANS = {
    Plane.INNER: (range(100, 200), range(1100, 1400)),
    Plane.OUTER: (range(200, 400), range(2100, 2400)),
}


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds that several rules share; times in the unit of their names.

    No clause gives most of these numbers: where no source is named they are assumed, and each network may have its
    own, under ``parameters:`` of its ``audit.yaml``.
    ``log_retention_days``: "not less than six months" (Cybersecurity Law), and the longest six months have 184
    days. ``cpu_peak_fail``, ``link_peak_fail``: per cent, assessors' custom. ``ups_minutes``: GB 50174-2017 annex A, by
    class of the room; class C is decided for each site. ``eps_transfer_max_ms``: what a server rides through.
    ``inspection_max_age_days``: one whole inspection within the year. ``plane_blocks``, ``plane_vlans``: what each
    plane is numbered from, so that a number of one plane that is seen on the other is evidence.
    ``room_classes``: place -> class of its machine room where it is another than the inventory's (GB 50174);
    ``room_edition``: 2017 or 2008, the one that rooms were built to; ``vendor_celsius``: place -> limit that a vendor
    allows where altitude leaves no band.
    ``national_blocks``: what was assigned nationally to the shared area of the outer network.
    """

    log_retention_days: int = 184
    cpu_peak_warn: float = 70.0
    cpu_peak_fail: float = 80.0
    link_peak_warn: float = 70.0
    link_peak_fail: float = 80.0
    fdb_window_days: int = 30
    acl_zero_hit_days: int = 90
    password_min_len: int = 8
    password_classes: int = 3
    password_max_age_days: int = 90
    login_max_fail: int = 5
    idle_timeout_s: int = 600
    config_backup_max_age_h: float = 24.0
    inspection_max_age_days: int = 365
    document_max_age_days: int = 365
    drill_max_age_days: int = 365
    log_backup_max_age_days: int = 7
    alert_drill_max_age_days: int = 30
    signature_max_age_days: int = 30
    pattern_max_age_days: int = 7
    heartbeat_s: int = 300
    ups_minutes: Mapping[str, float] = field(default_factory=lambda: {"A": 15.0, "B": 7.0})
    eps_transfer_max_ms: float = 20.0
    room_classes: Mapping[str, str] = field(default_factory=dict)
    room_edition: int = 2017
    vendor_celsius: Mapping[str, float] = field(default_factory=dict)
    national_blocks: tuple[IPv4Network, ...] = ()
    plane_blocks: Mapping[Plane, IPv4Network] = field(default_factory=lambda: dict(_BLOCKS))
    plane_vlans: Mapping[Plane, tuple[range, ...]] = field(default_factory=lambda: dict(_VLANS))


NUMBERS = {one.name: type(one.default) for one in fields(Parameters) if isinstance(one.default, (int, float))}
"""The thresholds that a network may have its own of, and whether each is a whole number."""


def parameters_of(network: Network) -> Parameters:
    """Return the thresholds of a network: its own where it has written them, else the usual ones.

    Raises:
        InputError: it has written one that does not exist, or a fraction of what is counted.
    """
    own, problems = network.declared.parameters, []
    for one in own:
        file, line = str(Path(network.folder) / one.origin.file), one.origin.line
        if one.name not in NUMBERS:
            step = f"There are: {', '.join(NUMBERS)}"
            problems.append(Problem(file, line, f"there is no parameter {one.name}", step))
        elif NUMBERS[one.name] is int and not one.value.is_integer():
            problems.append(Problem(file, line, f"{one.name} is {one.value:g}", "Write a whole number"))
    if problems:
        raise InputError(problems)
    values: dict[str, Any] = {one.name: NUMBERS[one.name](one.value) for one in own}
    return Parameters(**values)

"""The thresholds of the rules, with the values that an auditor starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds that several rules share; times in the unit of their names.

    No clause gives most of these numbers: where no source is named they are assumed, and each network may have its
    own. ``log_retention_days``: "not less than six months" (Cybersecurity Law), and the longest six months have 184
    days. ``cpu_peak_fail``, ``link_peak_fail``: per cent, assessors' custom. ``ups_minutes``: GB 50174-2017 annex A, by
    class of the room; class C is decided for each site. ``eps_transfer_max_ms``: what a server rides through.
    ``inspection_max_age_days``: one whole inspection within the year.
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
    ups_minutes: Mapping[str, float] = field(default_factory=lambda: {"A": 15.0, "B": 7.0})
    eps_transfer_max_ms: float = 20.0

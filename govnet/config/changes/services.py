"""Steps on what every device is told besides its traffic: its name, who logs in, logs, traps and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from govnet.config.model import Management, Snmp


@dataclass(frozen=True, slots=True)
class SetHostname:
    """Rename the device."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SetManagement:
    """Change how people and runners get in."""

    before: Management
    after: Management


@dataclass(frozen=True, slots=True)
class SetSnmp:
    """Change what the SNMP agent says of itself and where traps go."""

    before: Snmp
    after: Snmp


@dataclass(frozen=True, slots=True)
class SetSyslog:
    """Change the syslog servers."""

    before: frozenset[IPv4Address]
    after: frozenset[IPv4Address]


@dataclass(frozen=True, slots=True)
class SetNtp:
    """Change the time servers."""

    before: frozenset[IPv4Address]
    after: frozenset[IPv4Address]


@dataclass(frozen=True, slots=True)
class SetBanner:
    """Change the text shown at login, line by line."""

    before: tuple[str, ...]
    after: tuple[str, ...]

"""How to get in to devices, as values: who only holds or hands on a way in needs no session for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govnet.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from snmp import Auth

PORT = 161
"""UDP port of an SNMP agent."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Where a device's SNMP agent answers, and as whom it is written to.

    Attributes:
        address: IPv4 address in digits, and UDP port.
        auth: the SNMPv3 account; never shown.
        timeout: seconds to wait for an answer, the first time.
    """

    address: tuple[str, int]
    auth: Auth = field(repr=False)
    timeout: float = 2.0


def nobody(device: str) -> Agent:
    """Refuse: no account was given.

    Raises:
        RefusedError: always.
    """
    raise RefusedError(f"{device}: is written by SNMP (`write_by: snmp`), but no SNMPv3 account for that is given.")


@dataclass(frozen=True, slots=True)
class Access:
    """How to get in.

    Attributes:
        username, password: the account; never shown.
        known_hosts: file of host keys that are trusted; None trusts the user's own ``known_hosts``.
        addresses: device -> (address, port), where that is not the inventory's address and port 22 (a lab).
        patience: seconds of silence after which a device is given up on.
        agents: device -> where its SNMP agent is written to, and as whom; asked only for what goes by SNMP SET. It
            raises where no account is given.
    """

    username: str
    password: str = field(repr=False)
    known_hosts: Path | None = None
    addresses: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    patience: float = 30.0
    agents: Callable[[str], Agent] = field(default=nobody, repr=False)

"""VRP's spellings: lists of VLANs, names of interfaces, wildcard masks."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


ITEMS_A_LINE: Final = 10
"""A command takes at most ten VLANs or ranges (NE batchCreateVLan)."""

TUNNEL: Final = "dot1q-tunnel"
"""Link type of a QinQ port (CE Example_for_Configuring_Basic_QinQ); its PVID is said as an access port's."""
LAST_VLAN: Final = 4094
_ROUTED_MODELS: Final = re.compile(r"(NE|CX|ATN|AR|ME)\d", re.IGNORECASE)
_EIGHT: Final = re.compile(r"(?:^|[^\d.])8\.\d|\bV8\d\dR\d|\bV(?:RP ?)?8\b", re.IGNORECASE)
_ALWAYS_EIGHT: Final = re.compile(r"(?:CE|CloudEngine ?)\d", re.IGNORECASE)
_LOGICAL: Final = re.compile(r"(Vlanif|LoopBack|Eth-Trunk|NULL)\s*(\d+)(\.\d+)?", re.IGNORECASE)
_SPELLING: Final = {"vlanif": "Vlanif", "loopback": "LoopBack", "eth-trunk": "Eth-Trunk", "null": "NULL"}
_FRONT_PORT: Final = re.compile(r"(?:[A-Za-z]*Ethernet|MEth|\d+GE|GE|XGE)\s*(\d+(?:/\d+)*)(\.\d+)?")


def vlans_in(text: str) -> frozenset[int]:
    """Read ``10 20 to 30``.

    Raises:
        ValueError: not a list of VLANs.
    """
    words = text.split()
    found: set[int] = set()
    while words:
        first = last = int(words.pop(0))
        if len(words) > 1 and words[0] == "to":
            last = int(words[1])
            del words[:2]
        if not 1 <= first <= last <= LAST_VLAN:
            raise ValueError(f"{text!r} is no list of VLANs")
        found.update(range(first, last + 1))
    return frozenset(found)


def vlan_items(vlans: Iterable[int]) -> list[str]:
    """Return VLANs as VRP lists them, neighbours as ranges.

    >>> vlan_items([7, 16, 17, 18])
    ['7', '16 to 18']
    """
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and vlan == runs[-1][1] + 1:
            runs[-1][1] = vlan
        else:
            runs.append([vlan, vlan])
    return [f"{first} to {last}" if last > first else str(first) for first, last in runs]


def vlan_lists(vlans: Iterable[int]) -> list[str]:
    """Return VLANs cut into lists that fit into one command each."""
    items = vlan_items(vlans)
    return [" ".join(items[at : at + ITEMS_A_LINE]) for at in range(0, len(items), ITEMS_A_LINE)]


def spelled(name: str) -> str:
    """Return an interface name without the blank that people type in ``Eth-Trunk 27``."""
    logical = _LOGICAL.fullmatch(name.strip())
    if logical:
        return f"{_SPELLING[logical[1].lower()]}{logical[2]}{logical[3] or ''}"
    return re.sub(r"\s+", "", name)


def is_front_port(name: str) -> bool:
    """True for a physical port, false for what lies on one."""
    found = _FRONT_PORT.fullmatch(name)
    return found is not None and not found[2]


def trunk_name(number: int) -> str:
    """Return what VRP calls aggregation ``number``."""
    return f"Eth-Trunk{number}"


def trunk_number(name: str) -> int | None:
    """Return the number of an Eth-Trunk, or None when ``name`` is another interface."""
    return int(name.removeprefix("Eth-Trunk")) if re.fullmatch(r"Eth-Trunk\d+", name) else None


def canonical(name: str) -> str:
    """Return the vendor-neutral key of an interface: ``vlan10``, ``loopback1``, or its own name."""
    for prefix, neutral in (("Vlanif", "vlan"), ("LoopBack", "loopback")):
        if name.startswith(prefix):
            return neutral + name.removeprefix(prefix)
    return name


def vendor_name(key: str) -> str:
    """Return VRP's name for a vendor-neutral key."""
    for prefix, ours in (("vlan", "Vlanif"), ("loopback", "LoopBack")):
        if re.fullmatch(rf"{prefix}\d+", key):
            return ours + key.removeprefix(prefix)
    return key


def wildcard(network: IPv4Network) -> str:
    """Return ``10.0.0.0 0.255.255.255``; a host has ``0`` (NTC display_acl_all)."""
    mask = "0" if network.prefixlen == network.max_prefixlen else str(network.hostmask)
    return f"{network.network_address} {mask}"


def network_of(address: str, mask: str) -> IPv4Network:
    """Read an address and a wildcard mask.

    Raises:
        ValueError: the mask has holes, so it is no network.
    """
    wild = int(IPv4Address(mask)) if "." in mask else int(mask)
    if wild & (wild + 1):
        raise ValueError(f"{mask} has holes")
    return IPv4Network((int(IPv4Address(address)) & ~wild & 0xFFFFFFFF, 32 - wild.bit_length()))


def prefix_of(address: str, mask: str) -> str:
    """Return ``10.0.0.1/24`` from an address and a mask or prefix length.

    Raises:
        ValueError: the mask is none.
    """
    if "." not in mask:
        return f"{address}/{int(mask)}"
    ones = int(IPv4Address(mask))
    holes = ones ^ 0xFFFFFFFF
    if holes & (holes + 1):
        raise ValueError(f"{mask} is no mask")
    return f"{address}/{32 - holes.bit_length()}"


def routed_by_default(model: str) -> bool:
    """True for routers, whose ports route until told ``portswitch`` (NE portswitch)."""
    return _ROUTED_MODELS.match(model) is not None


def two_stage(model: str, software: str) -> bool:
    """True for a box that runs VRP 8, whose lines wait for a ``commit``.

    The release says so (``8.180``, ``V800R011C00``, ``V8``); the data-centre switches run VRP 8 under releases that
    read like those of VRP 5 (NE, and Huawei's CE6800 documentation).

    >>> two_stage("NE40E-X2", "V800R012C10"), two_stage("S5700", "V200R005C00"), two_stage("S5700", "5.170")
    (True, False, False)
    """
    return _EIGHT.search(software) is not None or _ALWAYS_EIGHT.match(model) is not None

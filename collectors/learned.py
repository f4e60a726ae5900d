"""MAC tables, ARP tables and neighbours out of one visit to a device: rows as values, each as its device tells it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from collectors.exposition import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prometheus_client.samples import Sample

    from collectors.collect import Result

MODULES = {
    "nortel_passport": ("mac_table_rapid_city", "arp", "sonmp"),
    "extreme_voss": ("mac_table_rapid_city", "arp", "sonmp", "lldp"),
    "nortel_ers": ("mac_table", "sonmp", "lldp"),
    "huawei_vrp": ("mac_table_huawei", "arp", "lldp"),
    "linux_nft": ("arp",),
}
"""Platform -> modules that read what its devices have learned."""
_LEARNED = 3  # dot1dTpFdbStatus, dot1qTpFdbStatus
_TRUE_ARP = (3, 4)  # dynamic, static; other is the device itself, or nobody
_LLDP_MAC = 4  # LldpChassisIdSubtype
_SLOT = 256


@dataclass(frozen=True, slots=True)
class Station:
    """A MAC address, ``00:1a:64:00:00:01``, and the name and index of the interface that it was learned on.

    ``vlan`` is None where the table of the device knows no VLANs.
    """

    mac: str
    interface: str
    index: int
    vlan: int | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """Which MAC address answers for an IPv4 address, on which interface."""

    address: IPv4Address
    mac: str
    interface: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who is heard on a port: ``port`` and ``far_port`` as the protocol spells them, ``1/6`` in SONMP.

    Attributes:
        protocol: ``sonmp`` or ``lldp``.
        chassis: its MAC address; empty when it names itself otherwise.
        address, name: management address and system name; None and empty where the protocol does not tell.
    """

    protocol: str
    port: str
    chassis: str
    far_port: str
    address: IPv4Address | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """What a device has learned; None for a table that it did not show. One that it shows may be empty."""

    stations: tuple[Station, ...] | None
    arp: tuple[Resolved, ...] | None
    neighbours: tuple[Neighbour, ...] | None


def tables(result: Result) -> Tables:
    """Return the tables in what one visit gave; a table of which not one row came was not shown.

    A device's own entries are no rows of it, but show that there is a table.
    """
    found: dict[str, list[Sample]] = defaultdict(list)
    for family in text_string_to_metric_families(write(result.families)):
        found[family.name] += family.samples
    macs = [name for name in ("dot1qTpFdbStatus", "hwDynFdbPort", "dot1dTpFdbStatus") if found[name]]
    return Tables(
        tuple(_stations(macs[0], found)) if macs else None,
        tuple(_resolved(found["ipNetToMediaType"])) if found["ipNetToMediaType"] else None,
        tuple(_neighbours(found)) if found["s5EnMsTopNmmCurState"] or found["lldpLocPortId"] else None,
    )


def _stations(name: str, found: Mapping[str, list[Sample]]) -> Iterator[Station]:
    databases = _databases(found["dot1qVlanFdbId"])
    for row in found[name]:
        if name != "hwDynFdbPort" and row.value != _LEARNED:
            continue
        vlan = int(row.labels["vlan"]) if "vlan" in row.labels else databases.get(row.labels.get("fdb", ""))
        index = row.labels["ifIndex"]
        yield Station(row.labels["mac"].lower(), row.labels["ifName"], int(index) if index else 0, vlan)


def _databases(rows: Iterable[Sample]) -> dict[str, int]:
    """Return filtering database -> its VLAN, for those of one VLAN."""
    vlans: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        vlans[str(int(row.value))].append(int(row.labels["vlan"]))
    return {database: of[0] for database, of in vlans.items() if len(of) == 1}


def _resolved(rows: Iterable[Sample]) -> Iterator[Resolved]:
    for row in rows:
        if row.value in _TRUE_ARP and row.labels["mac"]:
            yield Resolved(IPv4Address(row.labels["address"]), row.labels["mac"].lower(), row.labels["ifName"])


def _neighbours(found: Mapping[str, list[Sample]]) -> Iterator[Neighbour]:
    for row in found["s5EnMsTopNmmCurState"]:
        said = row.labels
        if said["port"] != "0":
            slot, port = divmod(int(said["segment"]), _SLOT)
            far = f"{slot}/{port}" if slot < _SLOT else ""  # hubs tell half of their MAC address instead
            own, address = f"{said['slot']}/{said['port']}", IPv4Address(said["address"])
            yield Neighbour("sonmp", own, said["mac"].lower(), far, address)
    for row in found["lldpRemChassisIdSubtype"]:
        said = row.labels
        digits = said["chassis"].removeprefix("0x").lower() if row.value == _LLDP_MAC else ""
        chassis = ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
        yield Neighbour("lldp", said["port"], chassis, said["farPort"], name=said["name"])

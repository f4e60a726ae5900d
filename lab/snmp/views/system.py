"""SNMPv2-MIB, system group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.snmp.families import Family, describe, family, object_id
from lab.snmp.values import integer, pointer, text, ticks
from lab.snmp.views.build import scalars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.snmp.device import Device
    from lab.snmp.values import Cell

# sysServices as recorded: VSP 8404 6, S12704 78; a stackable bridges (2), a host serves applications (72).
_SERVICES = {Family.CHASSIS: 6, Family.STACKABLE: 2, Family.HUAWEI: 78, Family.PLAIN: 72}


def system(device: Device) -> Iterator[Cell]:
    """Yield sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation, sysServices."""
    twin, facts = device.twin, device.facts
    return scalars(
        "1.3.6.1.2.1.1",
        {
            1: lambda: text(describe(twin)),
            2: lambda: pointer(object_id(twin)),
            3: lambda: ticks(device.uptime()),
            4: lambda: text(facts.contact),
            5: lambda: text(facts.name),
            6: lambda: text(facts.location),
            7: lambda: integer(_SERVICES[family(twin)]),
        },
    )

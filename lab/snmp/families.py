"""How each family of devices names itself and numbers its interfaces."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from lab.snmp.values import Oid, oid

if TYPE_CHECKING:
    from lab.twin import Twin

_RAPID_CITY = oid("1.3.6.1.4.1.2272")
_SYNOPTICS = oid("1.3.6.1.4.1.45.3")
_NET_SNMP_LINUX = oid("1.3.6.1.4.1.8072.3.2.10")  # what UPS cards on Linux were seen to answer
_HUAWEI = oid("1.3.6.1.4.1.2011.2")

# RAPID-CITY registrations: product -> last arc, also the value of rcChasType.
_CHASSIS = {
    "8610co": 37,
    "8610": 30,
    "8606": 31,
    "8603": 34,
    "8310": 47,
    "8306": 48,
    "8010": 49,
    "8006": 50,
    "8404": 208,
    "8608": 212,
    "9012": 201,
}
# SYNOPTICS-ROOT-MIB registrations; the last arc of the 45xx where a public inventory script names it.
_STACKABLE = {
    "4548GT-PWR": "71.2",
    "4548GT": "71.1",
    "4526GTX": "71.7",
    "4526T-PWR": "71.9",
    "4526T": "71.10",
    "4524GT": "71.8",
    "45": "71.12",  # other 45xx, 4550T among them: last arc not sourced
    "5510-24": "52.1",
    "5510-48": "53.1",
    "5520-24": "59.1",
    "5520-48": "59.2",
    "5530": "65",
    "5698TFD-PWR": "74.1",
    "5698TFD": "74.2",
    "5650TD-PWR": "74.3",
    "5650TD": "74.4",
    "5632FD": "74.5",
    "4826": "78.1",
    "4850": "78.2",
    "470-48": "46.1",
    "470-24": "54.1",
    "460": "49.1",
    "420": "43.1",
    "425-24": "57.2",
    "425": "57.1",
    "450": "35.1",
    "2000": "40.1",
}
_HUAWEI_PRODUCTS = {"S12704": "279.3"}  # recorded; others answer the parent node


class Family(Enum):
    """The four ways of numbering interfaces and of spelling a description."""

    CHASSIS = auto()  # Passport/ERS 8600
    STACKABLE = auto()  # BayStack, ERS 2500..5600 (BOSS)
    HUAWEI = auto()
    PLAIN = auto()


def family(twin: Twin) -> Family:
    """Return a twin's family, from its platform, else from the views that it serves."""
    if twin.platform in {"nortel_passport", "extreme_voss"}:
        return Family.CHASSIS
    if twin.platform == "nortel_ers" or "s5" in twin.snmp:
        return Family.STACKABLE
    if twin.platform == "huawei_vrp" or "huawei" in twin.snmp:
        return Family.HUAWEI
    return Family.CHASSIS if "rapid_city" in twin.snmp else Family.PLAIN


def chassis_type(model: str) -> int:
    """Return rcChasType; unknown(1) for a model without a registration."""
    return next((arc for product, arc in _CHASSIS.items() if product in model), 1)


def long_name(twin: Twin) -> str:
    """Return a stackable's product name as its agent spells it: ``Ethernet Routing Switch 4550T``."""
    return re.sub(r"^ERS[- ]?", "Ethernet Routing Switch ", twin.model)


def describe(twin: Twin) -> str:
    """Return sysDescr in the shape that the family was recorded with."""
    match family(twin):
        case Family.CHASSIS:
            return f"{twin.model} ({twin.software})"
        case Family.STACKABLE if twin.model.startswith("BayStack"):
            return f"{twin.model} HW:RevB  FW:V1.48 SW:v{twin.software.lstrip('v')} ISVN:3"
        case Family.STACKABLE:
            software = twin.software.lstrip("v")
            firmware = ".".join(software.split(".")[:2]) + ".0.7"
            build = int(re.findall(r"\d+", software or "0")[-1])
            name = long_name(twin)
            return f"{name:<38}HW:32       FW:{firmware:<10}SW:v{software} BN:{build:02d} (c) Avaya Networks"
        case Family.HUAWEI:
            return twin.model
        case _:
            return " ".join(part for part in (twin.model, twin.software) if part)


def object_id(twin: Twin) -> Oid:
    """Return sysObjectID."""
    match family(twin):
        case Family.CHASSIS:
            return (*_RAPID_CITY, chassis_type(twin.model))
        case Family.STACKABLE:
            arcs = next((arcs for product, arcs in _STACKABLE.items() if product in twin.model), "71")
            return _SYNOPTICS + oid(arcs)
        case Family.HUAWEI:
            arcs = _HUAWEI_PRODUCTS.get(twin.model, "")
            return _HUAWEI + (oid(arcs) if arcs else ())
        case _:
            return _NET_SNMP_LINUX


def enterprise(twin: Twin) -> int:
    """Return the enterprise number that goes into the engine id."""
    numbers = {Family.CHASSIS: 2272, Family.STACKABLE: 45, Family.HUAWEI: 2011, Family.PLAIN: 8072}
    return numbers[family(twin)]


def split(port: str) -> tuple[int, ...]:
    """Return the numbers of a port's name: ``GigabitEthernet1/0/3`` -> (1, 0, 3)."""
    tail = re.search(r"[\d/]+$", port.replace(":", "/"))
    return tuple(int(number) for number in tail.group().split("/") if number) if tail else ()


def stack_factor(twin: Twin) -> int:
    """Return how many ifIndexes a unit of a stack takes (as SNMP::Info documents it)."""
    if twin.model.startswith("BayStack 4"):
        return 64 if "470" in twin.model else 32
    major = int(re.findall(r"\d+", twin.software or "0")[0])
    wide = re.search(r"(55|56|49|59)\d\d", twin.model) is not None
    return 128 if wide and major >= 6 else 64  # noqa: PLR2004 - release 6 widened the index


def nortel_index(twin: Twin, port: str) -> int | None:
    """Return a Nortel port's ifIndex, None for a name without numbers.

    Passport/ERS 8600: slot * 64 + port - 1 (ZipTie, SNMP::Info). Stackables: the port number, later units of a stack
    shifted by the stack's factor.
    """
    numbers = split(port)
    if not numbers:
        return None
    unit, front = (numbers[0], numbers[-1]) if len(numbers) > 1 else (1, numbers[0])
    if family(twin) is Family.CHASSIS:
        return unit * 64 + front - 1
    return (unit - 1) * stack_factor(twin) + front

"""What the switch holds: interfaces, VLANs, filters, VPN instances. It outlives sessions.

The factory default of an S-series switch: every port hybrid, PVID 1, untagged in VLAN 1
(NTC display_port_vlan; NE portLinkType: the default link type is hybrid).
"""

from __future__ import annotations

import ipaddress
import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lab.flash import Flash

from .labels import Labels, Process

if TYPE_CHECKING:
    from lab.twin import Twin

    from .routes import Backbone

SWITCHED: Final = ("GigabitEthernet", "XGigabitEthernet", "40GE", "Ethernet", "Eth-Trunk")
_SPEEDS: Final = {
    "GigabitEthernet": 10**9,
    "XGigabitEthernet": 10**10,
    "40GE": 4 * 10**10,
    "Ethernet": 10**8,
    "MEth": 10**8,
}


@dataclass(slots=True)
class Interface:
    """One interface; ``kept`` holds the lines that are shown as they were entered."""

    name: str
    description: str = ""
    shutdown: bool = False
    link_type: str = "hybrid"
    pvid: int = 1
    allowed: set[int] = field(default_factory=lambda: {1})
    tagged: set[int] = field(default_factory=set)
    untagged: set[int] = field(default_factory=lambda: {1})
    trunk: str = ""
    mode: str = ""
    address: tuple[str, str] | None = None
    vpn: str = ""
    kept: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Return the type part of the name: ``GigabitEthernet``."""
        return re.sub(r"\d[\d/.]*$", "", self.name)

    @property
    def switched(self) -> bool:
        """Return whether VLANs can be put on it."""
        return self.kind in SWITCHED

    @property
    def pristine(self) -> bool:
        """Return whether the VLAN part is as the link type's default leaves it."""
        sets = {
            "access": True,
            "trunk": self.allowed == {1},
            "hybrid": not self.tagged and self.untagged == {1},
        }
        return self.pvid == 1 and sets[self.link_type]

    def vlans(self) -> tuple[set[int], set[int]]:
        """Return the VLANs sent untagged and those sent tagged."""
        if self.trunk or not self.switched:
            return set(), set()
        if self.link_type == "access":
            return {self.pvid}, set()
        if self.link_type == "trunk":
            return self.allowed & {self.pvid}, self.allowed - {self.pvid}
        return set(self.untagged), set(self.tagged)

    def reset_vlans(self, link_type: str) -> None:
        """Give the VLAN part the defaults of a link type."""
        self.link_type, self.pvid = link_type, 1
        self.allowed, self.tagged, self.untagged = {1}, set(), {1}


@dataclass(slots=True)
class Vlan:
    """One VLAN."""

    description: str = ""
    name: str = ""


@dataclass(slots=True)
class Acl:
    """One numbered or named list; a rule is its text after ``rule N``."""

    number: int
    name: str = ""
    description: str = ""
    rules: dict[int, str] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return ``Basic`` (2000-2999), ``Advanced`` (3000-3999) or ``L2`` (4000-4999)."""
        return {2: "Basic", 3: "Advanced", 4: "L2"}[self.number // 1000]


@dataclass(slots=True)
class Vpn:
    """One VPN instance of the IPv4 family."""

    distinguisher: str = ""
    exports: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    description: str = ""


@dataclass(slots=True)
class Box:
    """The whole switch.

    ``kept`` maps a section (``info-center``, ``user-interface vty 0 4``) to its lines as entered;
    ``links`` says which ports have a partner (all, unless told otherwise); ``learned`` is the
    forwarding table: (MAC address, VLAN, interface); ``backbone`` brings the routes of other
    boxes, where there are any.
    """

    sysname: str
    model: str
    release: str
    version: str
    interfaces: dict[str, Interface]
    mac: str
    vlans: dict[int, Vlan] = field(default_factory=lambda: {1: Vlan()})
    acls: dict[int, Acl] = field(default_factory=dict)
    vpns: dict[str, Vpn] = field(default_factory=dict)
    labels: Labels = field(default_factory=Labels)
    bgp: Process | None = None
    header: str = ""
    kept: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, bool] = field(default_factory=dict)
    learned: list[tuple[str, int, str]] = field(default_factory=list)
    saved: str = ""
    backbone: Backbone | None = field(default=None, repr=False, compare=False)
    flash: Flash = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.flash = Flash(self, ("links", "learned", "backbone"))

    @property
    def two_stage(self) -> bool:
        """Return whether it runs VRP 8."""
        return self.version.startswith("8.")

    def up(self, interface: Interface) -> bool:
        """Return whether the interface forwards: enabled, and something is at its other end."""
        if interface.shutdown:
            return False
        if interface.kind == "Eth-Trunk":
            return any(self.up(member) for member in self.members(interface.name))
        if interface.kind == "Vlanif":
            vid = int(interface.name.removeprefix("Vlanif"))
            return any(self.up(port) and vid in set.union(*port.vlans()) for port in self.ports())
        return self.links.get(interface.name, True)

    def members(self, trunk: str) -> list[Interface]:
        """Return the ports bundled in an Eth-Trunk."""
        return [port for port in self.interfaces.values() if port.trunk == trunk]

    def ports(self) -> list[Interface]:
        """Return the interfaces that can carry VLANs, Eth-Trunks included."""
        return [port for port in self.interfaces.values() if port.switched]

    def speed(self, interface: Interface) -> int:
        """Return the speed in bit/s; an Eth-Trunk has the sum of its members that are up."""
        if interface.kind == "Eth-Trunk":
            return sum(self.speed(member) for member in self.members(interface.name) if self.up(member))
        return _SPEEDS.get(interface.kind, 0)


_EIGHT: Final = re.compile(r"(?:^|[^\d.])8\.\d|V8\d\dR\d|\bV(?:RP ?)?8\b")
_CE: Final = re.compile(r"(?:CE|CloudEngine ?)\d", re.IGNORECASE)


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found.group() if found else ""


def runs_eight(model: str, software: str) -> bool:
    """Return whether a box runs VRP 8: its release says so, or it is a CE (NE and CE documentation)."""
    return bool(_EIGHT.search(software) or _CE.match(model))


def _release(model: str, software: str) -> tuple[str, str]:
    """Return VRP version and product release of a software name.

    Captures: V200R001 runs VRP 5.110, V200R005 5.150, V200R010 5.170; V800R011 and ATN's V300R003 8.180.
    """
    if runs_eight(model, software):
        return _first(r"8\.\d+", software) or "8.180", _first(r"V\d{3}R\d{3}\w*", software) or "V800R011C00SPC200"
    found = re.search(r"V\d{3}R(\d{3})\w*", software)
    product = found.group() if found else "V200R005C00SPC500"
    number = int(found[1]) if found else 5
    stated = re.match(r"\d+\.\d+(?!\.)", software)
    return stated.group() if stated else f"5.{min(100 + 10 * number, 170)}", product


def factory(twin: Twin) -> Box:
    """Return a switch as it leaves the box, with the management address that a console set-up gave it."""
    version, release = _release(twin.model, twin.software)
    digest = f"{zlib.crc32(twin.name.encode()):08x}"
    box = Box(
        sysname="HUAWEI",
        model=twin.model,
        release=release,
        version=version,
        interfaces={name: Interface(name) for name in twin.ports},
        mac=f"00e0-fc{digest[:2]}-{digest[2:6]}",
    )
    if twin.management:
        _give_address(box, twin.management)
    return box


def _give_address(box: Box, management: str) -> None:
    """Put the address on the out-of-band port where there is one, else on Vlanif1."""
    name = next((name for name in box.interfaces if name.startswith("MEth")), "Vlanif1")
    address = ipaddress.IPv4Interface(management)
    interface = box.interfaces.setdefault(name, Interface(name))
    interface.address = (str(address.ip), str(address.netmask))

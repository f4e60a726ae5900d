"""What a Passport / ERS 8600 knows of itself, and the laws that its configuration obeys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lab.flash import Flash
from lab.personalities.nortel_passport.ports import Chassis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network

    from lab.twin import Twin

DEFAULT_VLAN = 1


class Refusal(Exception):  # noqa: N818 - the box's ordinary answer, not a failure of the emulator
    """The box does not do it; the text is what it answers."""


@dataclass(slots=True)
class Port:
    """One front port as the factory leaves it: an untagged member of VLAN 1, enabled."""

    name: str
    tagging: bool = False
    default_vlan: int = DEFAULT_VLAN
    enabled: bool = True
    alias: str = ""
    drop_untagged: bool = False
    drop_tagged: bool = False
    auto_negotiate: bool = True
    stp: bool = True
    filter_sets: list[int] = field(default_factory=list)
    filter_default: str = "none"


@dataclass(slots=True)
class Vlan:
    """One port-based VLAN."""

    vid: int
    name: str
    ports: set[str] = field(default_factory=set)
    address: IPv4Interface | None = None
    mac_offset: int = 0


@dataclass(slots=True)
class Mlt:
    """One multilink trunk."""

    number: int
    name: str
    ports: set[str] = field(default_factory=set)
    tagging: bool = False
    ist: tuple[str, int] | None = None
    ist_enabled: bool = False
    smlt: int | None = None


@dataclass(slots=True)
class Filter:
    """One classic IP filter, ``ip traffic-filter``."""

    number: int
    create: str
    lines: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FilterSet:
    """One set of classic filters; ``word`` is ``set`` or ``global-set``."""

    number: int
    word: str
    name: str
    filters: list[int] = field(default_factory=list)


class Box:
    """One chassis, straight from its box.

    Attributes:
        lines: section of the configuration text -> key -> line, for what is kept but has no law of its own.
        files: what lies on the flash card, by name.
    """

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.chassis = Chassis(twin)
        self.ports = {name: Port(name) for name in self.chassis.order}
        self.vlans = {DEFAULT_VLAN: Vlan(DEFAULT_VLAN, "Default", set(self.ports))}
        self.mlts: dict[int, Mlt] = {}
        self.filters: dict[int, Filter] = {}
        self.filter_sets: dict[int, FilterSet] = {}
        self.routes: dict[tuple[IPv4Network, IPv4Address], int] = {}
        self.loopbacks: dict[int, IPv4Interface] = {}
        self.lines: dict[str, dict[str, str]] = defaultdict(dict)
        # A box that is reached by ssh has been told to offer it, and where its ciphers are (ZipTie capture).
        crypto = f"/flash/P80C{twin.software.replace('.', '')[:4]:0<4}.IMG"
        self.lines["LOAD"] = {"load-module": f"load-module 3DES {crypto}"}
        self.lines["SSH"] = {"ssh version": "sys set ssh version both", "ssh enable": "sys set ssh enable true"}
        self.files: dict[str, str] = {}
        self.name = twin.model  # the factory prompt is the product's name (ZipTie capture: Passport-8606)
        self.prompt = ""
        self.location = ""
        self.contact = ""
        self.more = True
        self.banner: list[str] = []
        self.default_banner = True
        self.pending: Callable[[], str] | None = None  # what a (y/n) question waits to do
        self.flash = Flash(self, ("twin", "chassis", "files", "pending"))

    @property
    def major(self) -> int:
        """Return the first number of the software release."""
        return int(self.twin.software.partition(".")[0])

    def vlan(self, vid: int) -> Vlan:
        """Return a VLAN that exists; the refusal is in Control-CLI-Extreme's list of the family's error texts."""
        if vid not in self.vlans:
            raise Refusal(f"% Vlan {vid} does not exist")
        return self.vlans[vid]

    def mlt(self, number: int) -> Mlt:
        """Return a trunk that exists. No public source for the text."""
        if number not in self.mlts:
            raise Refusal(f"\aError: MLT {number} does not exist")
        return self.mlts[number]

    def vlans_of(self, port: str) -> list[int]:
        """Return the VLANs of a port, in ascending order."""
        return sorted(vid for vid, vlan in self.vlans.items() if port in vlan.ports)

    def join(self, vlan: Vlan, ports: Iterable[str]) -> None:
        """Put ports into a VLAN.

        An untagged port belongs to exactly one port-based VLAN (Device Manager help, VLANs). Whether the box moves
        such a port out of VLAN 1 by itself has no public source; here it refuses, so that what passes here needs no
        luck on a real box. The wording has no public source either; the shape is that of the family's errors.
        """
        joining = [self.ports[name] for name in ports if name not in vlan.ports]
        for port in joining:
            other = self.vlans_of(port.name)
            if other and not port.tagging:
                raise Refusal(f"\aError: port {port.name} is untagged and already a member of vlan {other[0]}")
        for port in joining:
            vlan.ports.add(port.name)
            if not port.tagging:  # its one VLAN takes its untagged frames; no public source for the moment
                port.default_vlan = vlan.vid

    def leave(self, vlan: Vlan, ports: Iterable[str]) -> None:
        """Take ports out of a VLAN; a default VLAN that a port has left falls back to VLAN 1 (no public source)."""
        for name in ports:
            vlan.ports.discard(name)
            if self.ports[name].default_vlan == vlan.vid:
                self.ports[name].default_vlan = DEFAULT_VLAN

    def delete_vlan(self, vid: int) -> None:
        """Remove a VLAN; the default VLAN cannot be deleted (Device Manager help, VLANs)."""
        vlan = self.vlan(vid)
        if vid == DEFAULT_VLAN:
            raise Refusal("\aError: Unable to delete the default vlan")
        self.leave(vlan, list(vlan.ports))
        del self.vlans[vid]

    def tag(self, name: str, *, tagging: bool) -> None:
        """Switch tagging of a port; a port of many VLANs cannot become untagged (the law of `join`)."""
        port = self.ports[name]
        vids = self.vlans_of(name)
        if not tagging and len(vids) > 1:
            raise Refusal(f"\aError: port {name} is a member of {len(vids)} vlans, tagging cannot be disabled")
        port.tagging = tagging
        if not tagging and vids:
            port.default_vlan = vids[0]

    def refuse_overlap(self, wanted: IPv4Interface) -> None:
        """Refuse an address whose network another interface already has (text: no public source)."""
        used = [(f"vlan {v.vid}", v.address) for v in self.vlans.values() if v.address]
        used += [(f"circuitless ip interface {n}", address) for n, address in self.loopbacks.items()]
        for owner, address in used:
            if address.network.overlaps(wanted.network):
                raise Refusal(f"\aError: {wanted.ip} overlaps with the ip address of {owner}")

"""What a VSP knows of itself, and the laws that its configuration obeys."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from lab.flash import Flash
from lab.personalities.nortel_passport.ports import Chassis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.twin import Twin

DEFAULT_VLAN = 1
GLOBAL = "GlobalRouter"
_BANNER_FROM = 8  # release whose shows begin with the time: seen at 8.10, absent at 7.0


class Refusal(Exception):  # noqa: N818 - the box's ordinary answer, not a failure of the emulator
    """The box does not do it; the text is what it answers."""


@dataclass(slots=True)
class Port:
    """One front port: an untagged member of VLAN 1, shut on a VSP until it is opened."""

    name: str
    enabled: bool
    encapsulation: bool = False
    default_vlan: int = DEFAULT_VLAN
    untag_default: bool = False
    discard_untagged: bool = False
    alias: str = ""


@dataclass(slots=True)
class Vlan:
    """One port-based VLAN."""

    vid: int
    name: str
    ports: set[str] = field(default_factory=set)
    vrf: str = GLOBAL
    address: IPv4Interface | None = None
    offset: int = 0


@dataclass(slots=True)
class Mlt:
    """One multilink trunk."""

    number: int
    name: str
    ports: set[str] = field(default_factory=set)
    enabled: bool = False
    tagged: bool = False
    smlt: int | None = None
    ist: str = ""


@dataclass(slots=True)
class Entry:
    """One entry of a packet filter: its lines by what they are about, and whether it is at work."""

    create: str
    lines: dict[str, str] = field(default_factory=dict)
    enabled: bool = False


@dataclass(slots=True)
class Acl:
    """One packet filter. It is created enabled and permits what no entry names; its entries are created disabled."""

    number: int
    kind: str
    name: str = ""
    entries: dict[int, Entry] = field(default_factory=dict)
    ports: set[str] = field(default_factory=set)
    vlans: set[int] = field(default_factory=set)
    default: str = "permit"
    enabled: bool = True


class Box:
    """One switch.

    Attributes:
        ers: an ERS 8600/8800: spanning tree groups instead of MSTP, CPU slot 5 in the prompt, ports open from new.
        lines: section -> key -> line, for settings without laws.
        routes: VRF -> destination -> line.
    """

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.ers = re.search(r"\bM?ERS\b", twin.model) is not None
        self.chassis = Chassis(twin)
        self.name = twin.model
        self.named = False
        self.ports = {name: Port(name, enabled=self.ers) for name in self.chassis.order}
        self.vlans = {DEFAULT_VLAN: Vlan(DEFAULT_VLAN, "Default", set(self.ports))}
        self.mlts: dict[int, Mlt] = {}
        self.vrfs = {GLOBAL: 0}
        self.loopbacks: dict[int, tuple[IPv4Interface, str]] = {}
        self.routes: dict[str, dict[str, str]] = defaultdict(dict)
        self.acls: dict[int, Acl] = {}
        self.lines: dict[str, dict[str, str]] = defaultdict(dict)
        self.lines["BOOT"]["flag sshd"] = "boot config flags sshd"  # it is reached by ssh
        self.lines["SSH"]["ssh"] = "ssh"
        self.banner: list[str] = []
        self.management = IPv4Interface(twin.management) if twin.management else None
        self.saved = ""
        self.flash = Flash(self, ("twin", "chassis"))

    @property
    def timed(self) -> bool:
        """Return whether shows begin with the time."""
        release = re.match(r"\d+", self.twin.software)
        return self.ers or (release is not None and int(release[0]) >= _BANNER_FROM)

    def vlan(self, vid: int) -> Vlan:
        """Return a VLAN that exists (text: Control-CLI-Extreme)."""
        if vid not in self.vlans:
            raise Refusal(f"% Vlan {vid} does not exist")
        return self.vlans[vid]

    def vrf(self, name: str) -> str:
        """Return the name of a VRF that exists (text: Control-CLI-Extreme)."""
        if name not in self.vrfs:
            raise Refusal(f'% Vrf "{name}" does not exist')
        return name

    def vlans_of(self, port: str) -> list[int]:
        """Return the VLANs of a port, in ascending order."""
        return sorted(vid for vid, vlan in self.vlans.items() if port in vlan.ports)

    def join(self, vlan: Vlan, ports: Iterable[str]) -> None:
        """Put ports into a VLAN. An untagged port is in one port-based VLAN only (JDM help; the words are ours)."""
        joining = [self.ports[name] for name in ports if name not in vlan.ports]
        for port in joining:
            if not port.encapsulation and self.vlans_of(port.name):
                raise Refusal(f"Error: port {port.name} is untagged and already a member of a port-based VLAN")
        vlan.ports.update(port.name for port in joining)
        for port in joining:
            if not port.encapsulation:
                port.default_vlan = vlan.vid

    def encapsulate(self, name: str, *, on: bool) -> None:
        """Tag a port or stop tagging it; with several VLANs it cannot stop (the words are ours)."""
        if not on and len(self.vlans_of(name)) > 1:
            raise Refusal(f"Error: port {name} is a member of several VLANs")
        self.ports[name].encapsulation = on
        if not on:
            self.ports[name].untag_default = False

    def tagged(self, port: str, vid: int) -> bool:
        """Return whether a port sends the frames of a VLAN tagged."""
        state = self.ports[port]
        return state.encapsulation and not (state.untag_default and state.default_vlan == vid)

    def free_offset(self) -> int:
        """Return the next MAC offset: each routed VLAN of the 8.10 capture has its own."""
        used = {vlan.offset for vlan in self.vlans.values() if vlan.address}
        return next(number for number in range(len(used) + 1) if number not in used)

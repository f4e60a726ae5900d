"""What a stackable knows of itself, and the laws of its VLANs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from lab.flash import Flash
from lab.personalities.nortel_ers.ports import Front, split_port

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.twin import Twin

DEFAULT_VLAN = 1
TRUNKS = 32  # rows of `show mlt` (ntc-templates sample)
UNTAGGED = "untagAll"
_GIGABIT_FROM = 49  # the two pluggable ports of a 48-port box


class Refusal(Exception):  # noqa: N818 - the switch's ordinary answer, not a failure of the emulator
    """The switch does not do it; the text is what it answers."""


def cannot(reason: str) -> Refusal:
    """Return a refusal in two lines (Control-CLI-Extreme); the reasons themselves have no public source."""
    return Refusal(f"% Cannot modify settings\n% {reason}")


@dataclass(slots=True)
class Port:
    """One port as the factory leaves it: an untagged member of VLAN 1, up."""

    name: str
    tagging: str = UNTAGGED
    pvid: int = DEFAULT_VLAN
    filter_untagged: bool = False
    enabled: bool = True
    alias: str = ""


@dataclass(slots=True)
class Vlan:
    """One port-based VLAN."""

    vid: int
    name: str
    ports: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Trunk:
    """One multilink trunk; all of them exist, most are empty and disabled."""

    number: int
    name: str
    ports: tuple[str, ...] = ()
    enabled: bool = False


class Box:
    """One switch or stack, straight from its box.

    Attributes:
        lines: section of the configuration text -> key -> line, for what is kept but has no law of its own.
        learned: MAC, VLAN, port of stations seen; an emulated switch sees none, a test may add some.
        saved: the configuration text that a restart would bring back; auto-save is on out of the box.
    """

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.front = Front(twin.ports)
        self.ports = {name: Port(name) for name in self.front.order}
        self.vlans = {DEFAULT_VLAN: Vlan(DEFAULT_VLAN, "VLAN #1", set(self.ports))}
        self.trunks = {n: Trunk(n, f"Trunk #{n}") for n in range(1, TRUNKS + 1)}
        self.lines: dict[str, dict[str, str]] = defaultdict(dict)
        self.lines["SSH"]["ssh"] = "ssh"  # it is reached by ssh, and perhaps asked by SNMP: neither is on by default
        if twin.snmp:
            self.lines["SNMP"]["enable"] = "snmp-server enable"
        self.learned: list[tuple[str, int, str]] = []
        self.saved = ""
        self.configcontrol = "strict"  # the factory default (Device Manager help of the ERS 4500 and 5000)
        self.auto_pvid = True
        self.autosave = True
        self.management_vlan = DEFAULT_VLAN
        self.name = self.location = self.contact = ""
        self.gateway = ""
        address = IPv4Interface(twin.management) if twin.management else None
        self.address = str(address.ip) if address else ""
        self.netmask = str(address.netmask) if address else ""
        self.flash = Flash(self, ("twin", "front", "learned"))

    @property
    def interface(self) -> str:
        """Return its address with the mask, ``10.1.1.1/255.255.255.0``; empty while it has none."""
        return f"{self.address}/{self.netmask}" if self.address and self.netmask else ""

    @property
    def short_model(self) -> str:
        """Return ``4550T-PWR`` of ``ERS-4550T-PWR``; the factory prompt."""
        return self.twin.model.split("-", 1)[-1]

    def speed(self, port: str) -> int:
        """Return the speed of a port in Mbit/s."""
        return 1000 if "GT" in self.twin.model or split_port(port)[1] >= _GIGABIT_FROM else 100

    def vlan(self, vid: int) -> Vlan:
        """Return a VLAN that exists."""
        if vid not in self.vlans:
            raise Refusal("% No such VLAN")
        return self.vlans[vid]

    def vlans_of(self, port: str) -> list[int]:
        """Return the VLANs of a port, in ascending order."""
        return sorted(vid for vid, vlan in self.vlans.items() if port in vlan.ports)

    def join(self, vlan: Vlan, ports: Iterable[str]) -> None:
        """Put ports into a VLAN under the rule of ``vlan configcontrol``.

        The four rules are those of the Device Manager help of the ERS 4500: strict (the factory default) refuses an
        untagged port that another VLAN still has; automatic takes it out of the others; autopvid leaves it in them;
        these three give it the new PVID; flexible changes nothing else. Whether ``no auto-pvid`` also stops the
        PVID's change under the first three has no public source; here it does.
        """
        joining = [self.ports[name] for name in ports if name not in vlan.ports]
        untagged = [port for port in joining if port.tagging == UNTAGGED]
        if self.configcontrol == "strict":
            for port in untagged:
                if self.vlans_of(port.name):
                    raise cannot(f"Port {port.name} is already a member of VLAN {self.vlans_of(port.name)[0]}")
        if self.configcontrol == "automatic":
            for port in untagged:
                for other in self.vlans.values():
                    other.ports.discard(port.name)
        vlan.ports.update(port.name for port in joining)
        if self.configcontrol != "flexible" and self.auto_pvid:
            for port in untagged:
                port.pvid = vlan.vid

    def leave(self, vlan: Vlan, ports: Iterable[str]) -> None:
        """Take ports out of a VLAN; their PVID stays as it is."""
        vlan.ports.difference_update(ports)

    def tag(self, name: str, mode: str) -> None:
        """Set the tagging of a port; under strict control a port of many VLANs cannot become untagged."""
        if mode == UNTAGGED and self.configcontrol == "strict" and len(self.vlans_of(name)) > 1:
            raise cannot(f"Port {name} is a member of several VLANs")
        self.ports[name].tagging = mode

    def tagged(self, port: str, vid: int) -> bool:
        """Return whether a port sends the frames of a VLAN tagged."""
        state = self.ports[port]
        match state.tagging:
            case "tagAll":
                return True
            case "tagPvidOnly":
                return state.pvid == vid
            case "unTagPvidOnly":
                return state.pvid != vid
            case _:
                return False

"""From a network to its emulated twins: what each is, where it answers, and what the installer typed at its console.

The console lines are written here from the device guides, by hand, and not by the product: a device is found as an
installer leaves it, reachable on its management address and otherwise as it came out of the box.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from lab.endpoint import loopback_of
from lab.modbus.boxes import BOXES
from lab.personalities.huawei_vrp import runs_eight
from lab.twin import Twin
from lab.wiring import plugs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from ipaddress import IPv4Address

    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.network.placed import Segment

_VIEWS = {
    "nortel_passport": ("system", "if", "rapid_city", "learned"),
    "extreme_voss": ("system", "if", "rapid_city", "learned"),
    "nortel_ers": ("system", "if", "s5", "learned"),
    "huawei_vrp": ("system", "if", "huawei", "learned"),
    "linux_nft": ("system", "if", "learned"),
}
_OWN_PORT = ("nortel_passport", "extreme_voss")
_UPWARD = {"acc": "floor", "agg": "aggregation", "ce": "town", "fw": "firewall", "cpe": "leased"}
_AT_A_LINE = {"ce": "circuit", "cpe": "manage"}
"""Role at the far end of a line -> what its management segment is for."""
_ROUTERS = frozenset({"pe", "ce", "cpe", "rr"})
"""Roles of the routers of a provider network."""
_BY_HAND = frozenset({"manual"})
"""Platforms that answer to no session, so that there is nothing to emulate."""


def twins(network: Network) -> list[Twin]:
    """Return a twin for every device that has a command line or speaks SNMP or Modbus, in inventory order."""
    found = []
    for device in network.devices.values():
        views = _VIEWS.get(device.platform, ("system", "ups") if device.role == "ups" else ())
        units = tuple(_units(network, device))
        if (device.platform and device.platform not in _BY_HAND) or views or units:
            found.append(_twin(network, device, views, units))
    return found


def _units(network: Network, device: Device) -> Iterator[str]:
    """Yield the Modbus units at the address of a device: its own, and those of devices that are reached via it."""
    for other in network.devices.values():
        said = other.data.get("modbus", {})
        told: dict[str, object] = said if isinstance(said, dict) else {}
        if device.address is None or told.get("via", other.name) != device.name:
            continue
        listed = told.get("units")
        for unit in listed if isinstance(listed, (list, tuple)) else [told]:
            number, kind = unit.get("unit", 1), unit.get("map", told.get("map", other.model))
            if kind in BOXES:
                yield f"{number} {kind} {other.name}" + (f" {number}" if listed else "")


def _framing(device: Device) -> str:
    said = device.data.get("modbus")
    return str(said.get("framing", "tcp")) if isinstance(said, dict) else "tcp"


def _twin(network: Network, device: Device, views: tuple[str, ...], units: tuple[str, ...]) -> Twin:
    return Twin(
        name=device.name,
        kind=device.role,
        platform=device.platform,
        model=device.model,
        software=device.software,
        address=loopback_of(device.address),
        # A chassis has a port of its own for management, with its address; elsewhere it was typed, see `console`.
        management=str(device.oob or "") if device.platform in _OWN_PORT else "",
        ports=device.ports,
        cards=device.cards,
        snmp=views,
        console=tuple(_console(network, device)),
        telnet=device.data.get("transport") == "telnet",
        legacy_ssh=bool(device.data.get("legacy_ssh")),
        line_kbps=_lines(network, device),
        modbus=units,
        modbus_framing=_framing(device),
        plugs=plugs(network, device.name),
        known_as=str(device.address or ""),
    )


def _lines(network: Network, device: Device) -> dict[str, int]:
    """Return port -> speed of the leased line that ends there."""
    ends = [(link.circuit, link.end(device.name)) for link in network.links_of(device.name)]
    ends += [(upstream.circuit, upstream.end) for upstream in network.upstreams if upstream.end.device == device.name]
    return {end.port: network.circuits[circuit].speed_kbps for circuit, end in ends if circuit in network.circuits}


def _console(network: Network, device: Device) -> Iterator[str]:
    typed = _TYPED.get(device.platform)
    if typed:
        yield from typed(network, device)


def _uplinks(network: Network, device: Device) -> list[str]:
    purpose = _UPWARD.get(device.role)
    return [link.end(device.name).port for link in network.links_of(device.name) if link.purpose == purpose]


def _segment(network: Network, purpose: str, place: str = "") -> Segment:
    return next(s for s in network.segments if s.purpose == purpose and place in ("", s.place))


def _stackable(network: Network, device: Device) -> Iterator[str]:
    if device.oob is None:
        return
    vlan, ports = _segment(network, "oob").vlan, ",".join(_uplinks(network, device))
    yield from ("enable", "configure terminal", f"vlan create {vlan} type port")
    yield f"vlan ports {ports} tagging tagAll"
    yield f"vlan members add {vlan} {ports}"
    yield f"vlan mgmt {vlan}"
    yield f"ip address switch {device.oob.ip}"
    yield f"ip address netmask {device.oob.netmask}"
    yield from ("exit", "logout")


def _vrp(network: Network, device: Device) -> Iterator[str]:
    if device.role in _AT_A_LINE and network.gateway_mode == "firewall":
        typed = _at_a_line(network, device)
    elif device.role in _ROUTERS and network.gateway_mode == "vrf":
        typed = _provider(network, device)
    else:
        typed = _bundled(network, device)
    yield "system-view"
    yield from typed
    if runs_eight(device.model, device.software):
        yield "commit"
    yield from ("return", "quit")


def _bundled(network: Network, device: Device) -> Iterator[str]:
    segment = _segment(network, "oob")
    yield from (f"vlan batch {segment.vlan}", "interface Eth-Trunk 1", "quit")
    for port in _uplinks(network, device):
        yield from (f"interface {port}", "eth-trunk 1", "quit")
    yield from _carried(segment, ["Eth-Trunk 1"], device.oob.ip if device.oob else None)


def _at_a_line(network: Network, device: Device) -> Iterator[str]:
    """Type the end of a line: a town knows everything by it, a node of the inner network only who manages it."""
    segment = _segment(network, _AT_A_LINE[device.role], device.place)
    yield f"vlan batch {segment.vlan}"
    yield from _carried(segment, _uplinks(network, device), segment.subnet[2])
    zone = _segment(network, "oob").zone
    managing = [s.subnet for s in network.segments if s.zone == zone and s.purpose in {"servers", "oob"}]
    yield from _ways(managing if device.role == "cpe" else [IPv4Network("0.0.0.0/0")], segment)


def _provider(network: Network, device: Device) -> Iterator[str]:
    """Type a router of the provider network: its line upwards, at the centre the border, and its loopback."""
    links = network.links_of(device.name)
    up = [link for link in links if link.purpose == "trunk" and link.a.device == device.name]
    over = up or [link for link in links if link.purpose == "border"]
    segment = next(
        s
        for s in network.segments
        if (s.place == device.place and s.purpose.startswith("trunk-") if up else s.purpose == "border")
        and not network.zones[s.zone].instance
    )
    yield f"vlan batch {segment.vlan}"
    # Both reflectors are on one line, in the order of the inventory; elsewhere a line has one lower end.
    alike = [other.name for other in network.devices.values() if other.role == device.role == "rr"]
    own = alike.index(device.name) if alike else 0
    yield from _carried(segment, [over[0].end(device.name).port], segment.subnet[2 + own])
    if device.loopback:
        yield from ("interface LoopBack 1", f"ip address {device.loopback.ip} {device.loopback.netmask}", "quit")
    yield from _ways(network.blocks, segment)


def _carried(segment: Segment, ports: list[str], address: IPv4Address | None) -> Iterator[str]:
    for port in ports:
        yield from (f"interface {port}", "port link-type trunk")
        yield from (f"port trunk allow-pass vlan {segment.vlan}", "quit")
    yield from (f"interface Vlanif {segment.vlan}", f"ip address {address} {segment.subnet.netmask}", "quit")


def _ways(prefixes: Iterable[IPv4Network], segment: Segment) -> Iterator[str]:
    for prefix in prefixes:
        yield f"ip route-static {prefix.network_address} {prefix.netmask} {segment.subnet[1]}"


def _linux(network: Network, device: Device) -> Iterator[str]:
    vlan = _segment(network, "oob").vlan
    yield "ip link add bond0 type bond mode active-backup"
    for port in _uplinks(network, device):
        yield f"ip link set {port} down"  # the kernel enslaves no device that is up
        yield f"ip link set {port} master bond0"
        yield f"ip link set {port} up"
    yield "ip link set bond0 up"
    yield f"ip link add link bond0 name bond0.{vlan} type vlan id {vlan}"
    yield f"ip link set bond0.{vlan} up"
    yield f"ip address add {device.oob} dev bond0.{vlan}"
    yield "exit"


_TYPED: dict[str, Callable[[Network, Device], Iterator[str]]] = {
    "nortel_ers": _stackable,
    "huawei_vrp": _vrp,
    "linux_nft": _linux,
}

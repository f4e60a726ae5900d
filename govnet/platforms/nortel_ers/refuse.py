"""What a stackable cannot do, and how it says no."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.routing import InterfaceKind
from govnet.config.switching import DEFAULT_VLAN, AggregationMode
from govnet.errors import RefusedError
from govnet.platforms.nortel_ers.ports import port_mode
from govnet.platforms.nortel_ers.say_services import SERVERS
from govnet.platforms.plain import beyond_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig

# Control-CLI-Extreme, error patterns of this family: a line that begins with "% ", or a caret on a line of its own.
# Where both are there, the caret comes first and the words say why.
_REFUSALS = re.compile(r"(?:^|\n)(?:\s*\^\s*\n)?[ \a]*(% ?\S.*?|\s*\^)\s*(?=\n|$)")
_LAYER_2_ONLY = re.compile(r"baystack|\b(?:350|380|410|420|425|450|460|470)\b|bps", re.IGNORECASE)


def refusal(output: str) -> str | None:
    """Return the switch's own error text in an answer; silence is success on this family."""
    found = _REFUSALS.search(output.replace("\r", "\n"))
    return found[1].strip() if found else None


def refuse(config: DeviceConfig, hardware: Hardware) -> list[str]:
    """Name everything in ``config`` that this box cannot do; empty when it can do it all."""
    return [
        *_ports(config, hardware),
        *_vlans(config),
        *_routing(config, hardware),
        *_aggregations(config),
        *_mirrors(config),
        *_foreign(config),
        *_services(config),
        *beyond_plain(config),
    ]


def _ports(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    for name in sorted(config.ports.keys() - set(hardware.ports)):
        yield f"port {name} does not exist; the switch has {len(hardware.ports)} ports"
    for name, port in config.ports.items():
        yield from _unsayable(f"port {name}'s description", port.description)
        if port.switchport is None:
            yield f"port {name} is a routed port; a stackable's ports are layer 2"
            continue
        try:
            port_mode(port.switchport)
        except RefusedError as error:
            yield f"port {name}: {error}"


def _unsayable(what: str, text: str) -> Iterator[str]:
    if '"' in text or not text.isprintable():
        yield f"{what} holds a double quote or a control character"
    elif text != text.strip():
        yield f"{what} begins or ends with a blank"


def _vlans(config: DeviceConfig) -> Iterator[str]:
    if DEFAULT_VLAN not in config.vlans:
        yield "VLAN 1 cannot be deleted"
    for number, vlan in config.vlans.items():
        yield from _unsayable(f"VLAN {number}'s name", vlan.name)
        if vlan.name == f"VLAN #{number}":
            yield f"VLAN {number} is named as the switch names it by itself; leave its name empty"


def _routing(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    if _LAYER_2_ONLY.search(hardware.model) and (config.interfaces or config.routes or config.forwarding):
        yield f"a {hardware.model} does not route; it has one management address and nothing else"
    for name, interface in config.interfaces.items():
        if interface.kind not in {InterfaceKind.VLAN, InterfaceKind.LOOPBACK}:
            yield f"interface {name} sits on a port; a stackable routes between VLANs"
        if len(interface.addresses) != 1:
            yield f"interface {name} has {len(interface.addresses)} addresses; a stackable's interface has one"
        if interface.vrf:
            yield f"interface {name} is in VRF {interface.vrf}; a stackable has no VRF"
    for route in config.routes:
        if route.next_hop is None or route.vrf:
            yield f"route {route.prefix} discards or is in a VRF; a stackable can do neither"


def _aggregations(config: DeviceConfig) -> Iterator[str]:
    for number, mlt in config.aggregations.items():
        if mlt.mode is not AggregationMode.STATIC:
            yield f"aggregation {number} is {mlt.mode}; a multi-link trunk is static"
        if mlt.split is not None or mlt.peer is not None:
            yield f"aggregation {number} is split between two boxes; a stackable has no inter-switch trunk"
        if not mlt.ports:
            yield f"aggregation {number} has no ports"
        if mlt.name == f"Trunk #{number}":
            yield f"aggregation {number} is named as the switch names it by itself; leave its name empty"
        yield from _unsayable(f"aggregation {number}'s name", mlt.name)


def _mirrors(config: DeviceConfig) -> Iterator[str]:
    for number, mirror in config.mirrors.items():
        if number != 1:
            yield f"mirror {number}: a stackable has one mirror; number it 1"
        if len(mirror.sources) != 1:
            yield f"mirror {number} has {len(mirror.sources)} sources; a stackable copies one port"


def _foreign(config: DeviceConfig) -> Iterator[str]:
    if config.firewall is not None:
        yield "zone policies need a stateful firewall"
    yield from (f"VRF {name}: a stackable has no VRF" for name in config.vrfs)
    yield from (f"packet filter {name}: no source says how a stackable filters packets" for name in config.acls)
    yield from (f"packet filter {item.acl} on {item.target}: not on a stackable" for item in sorted(config.bindings))


def _services(config: DeviceConfig) -> Iterator[str]:
    if not config.hostname:
        yield "a stackable must have a name"
    yield from _unsayable("the name", config.hostname)
    yield from _unsayable("the SNMP location", config.snmp.location)
    yield from _unsayable("the SNMP contact", config.snmp.contact)
    for line in config.banner:
        yield from _unsayable(f"banner line {line!r}", line)
    if "" in config.banner:
        yield "the banner has an empty line; leave it out"
    for what, servers in (("syslog", config.syslog), ("time", config.ntp)):
        if len(servers) > SERVERS:
            yield f"{len(servers)} {what} servers; a stackable knows a primary and a secondary one"
    if any(network.prefixlen == 0 for network in config.management.sources):
        yield "management sources name every address; leave them empty instead"
    if config.management.vlan is None:
        yield "a stackable always has a management VLAN; name one"
    elif config.management.vlan not in config.vlans:
        yield f"management VLAN {config.management.vlan} does not exist"

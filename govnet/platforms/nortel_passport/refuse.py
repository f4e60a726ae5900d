"""What a Passport cannot do, and how it says no."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.routing import InterfaceKind
from govnet.config.switching import DEFAULT_VLAN, AggregationMode
from govnet.errors import RefusedError
from govnet.platforms.nortel_passport.filters import faults, numbers
from govnet.platforms.plain import beyond_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.filtering import Verdict
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig

VRF_FROM = (5, 0)

# Control-CLI-Extreme, error patterns of this family; the lines after the first dozen from ZipTie and operator's notes.
_REFUSALS = re.compile(
    r"""(?:^|\n)[ \a]*(
        \S+\ not\ found(?:\ in\ path\ .*)?
      | (?:parameter|object)\ .*\ is\ out\ of\ range.*
      | "?.*"?\ is\ ambiguous\ in\ path\ .*
      | Error\ ?:.*
      | ERROR:.*
      | Unable\ to\ .*
      | can't\ \S+\ ".*
      | Can't\ open.*
      | %\ .*
      | error\ in\ getting\ .*
      | Command\ not\ allowed\ .*
      | Save\ config\ to\ file\ .*\ failed\.?
      | Another\ show\ or\ save\ in\ progress\..*
    )[ \r]*(?=\n|$)""",
    re.VERBOSE,
)


def refusal(output: str) -> str | None:
    """Return the box's own error text in an answer; silence is success on this family."""
    found = _REFUSALS.search(output.replace("\r", "\n"))
    return found[1].strip() if found else None


def refuse(config: DeviceConfig, hardware: Hardware) -> list[str]:
    """Name everything in ``config`` that this box cannot do; empty when it can do it all."""
    return [
        *_ports(config, hardware),
        *_vlans(config),
        *_interfaces(config),
        *_vrfs(config, hardware),
        *_aggregations(config),
        *_filters(config),
        *_mirrors(config),
        *_services(config),
        *beyond_plain(config),
    ]


def _ports(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    for name in config.ports.keys() - set(hardware.ports):
        yield f"port {name} does not exist; the cards have {len(hardware.ports)} ports"
    for name, port in config.ports.items():
        slot = name.partition("/")[0]
        if hardware.cards and (not slot.isdigit() or int(slot) not in hardware.cards):
            yield f"port {name} does not exist: slot {slot} holds no card"
        if port.switchport is None:
            yield f"port {name} is a routed port; a Passport routes between VLANs"
        elif port.switchport.untagged and port.switchport.tagged:
            yield f"port {name} has tagged and untagged VLANs; a Passport port tags all its VLANs or none"
        elif len(port.switchport.untagged) > 1:
            yield f"port {name} is untagged in {len(port.switchport.untagged)} VLANs; one port-based VLAN is the rule"
        yield from _unsayable(f"port {name}'s description", port.description)


def _unsayable(what: str, text: str) -> Iterator[str]:
    if '"' in text or not text.isprintable():
        yield f"{what} holds a double quote or a control character"
    elif text != text.strip():
        yield f"{what} begins or ends with a blank"


def _vlans(config: DeviceConfig) -> Iterator[str]:
    if DEFAULT_VLAN not in config.vlans:
        yield "VLAN 1 cannot be deleted"
    elif config.vlans[DEFAULT_VLAN].name:
        yield "VLAN 1 cannot be renamed; leave its name empty"
    for number, vlan in config.vlans.items():
        yield from _unsayable(f"VLAN {number}'s name", vlan.name)


def _interfaces(config: DeviceConfig) -> Iterator[str]:
    for name, interface in config.interfaces.items():
        if interface.kind not in {InterfaceKind.VLAN, InterfaceKind.LOOPBACK}:
            yield f"interface {name} sits on a port; a Passport routes between VLANs"
        if len(interface.addresses) != 1:
            yield f"interface {name} has {len(interface.addresses)} addresses; a Passport interface has one"
        if interface.kind is InterfaceKind.LOOPBACK and interface.vrf:
            yield f"interface {name} is in VRF {interface.vrf}; no source says how a Passport does that"
    for route in config.routes:
        if route.next_hop is None:
            yield f"route {route.prefix} discards; no source says how a Passport does that"
    if not config.forwarding:
        yield "routing cannot be switched off: VLANs with addresses route to each other; take the addresses away"


def _vrfs(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    release = re.match(r"\D*(\d+)\.(\d+)", hardware.software)
    able = release is not None and (int(release[1]), int(release[2])) >= VRF_FROM
    for name, vrf in config.vrfs.items():
        if not able:
            yield f"VRF {name} needs software 5.0 or later; this box runs {hardware.software or 'an unknown release'}"
        if vrf.route_distinguisher or vrf.imports or vrf.exports:
            yield f"VRF {name} has a route distinguisher or targets; VRF-Lite has none"
        if not re.fullmatch(r"[\w.-]+", name):
            yield f"VRF {name!r} must be one word of letters, digits, '-', '_' and '.'"


def _aggregations(config: DeviceConfig) -> Iterator[str]:
    for number, mlt in config.aggregations.items():
        if mlt.mode is not AggregationMode.STATIC:
            yield f"aggregation {number} is {mlt.mode}; a multi-link trunk is static"
        if not mlt.ports:
            yield f"aggregation {number} has no ports"
        yield from _unsayable(f"aggregation {number}'s name", mlt.name)


def _filters(config: DeviceConfig) -> Iterator[str]:
    if config.firewall is not None:
        yield "zone policies need a stateful firewall; a Passport filters packets only"
    used: dict[int, str] = {}
    for name, acl in config.acls.items():
        try:
            _, ids = numbers(name, acl)
        except RefusedError as error:
            yield str(error)
            continue
        for identity, line in zip(ids, acl.filters, strict=True):
            if identity in used:
                yield f"packet filters {used[identity]} and {name} both use filter {identity}; number them apart"
            used[identity] = name
            yield from (f"packet filter {name}, filter {identity}: {fault}" for fault in faults(line))
            yield from _unsayable(f"packet filter {name}'s comment {line.comment!r}", line.comment)
    yield from _bindings(config)


def _bindings(config: DeviceConfig) -> Iterator[str]:
    defaults: dict[str, Verdict] = {}
    for binding in config.bindings:
        if binding.target not in config.ports or binding.direction != "in":
            yield f"packet filter {binding.acl} on {binding.target} {binding.direction}: sets filter what enters a port"
        if defaults.setdefault(binding.target, binding.default) is not binding.default:
            yield f"port {binding.target} has one default action; its packet filters ask for two"


def _mirrors(config: DeviceConfig) -> Iterator[str]:
    used: dict[int, int] = {}
    outs: dict[str, int] = {}
    for number, mirror in config.mirrors.items():
        if not mirror.sources:
            yield f"mirror {number} copies nothing"
        if outs.setdefault(mirror.destination, number) != number:
            yield f"mirrors {outs[mirror.destination]} and {number} end on one port; make them one"
        for identity in range(number, number + len(mirror.sources)):
            if used.setdefault(identity, number) != number:
                yield f"mirrors {used[identity]} and {number} need entry {identity} both; number them further apart"


def _services(config: DeviceConfig) -> Iterator[str]:
    yield from _unsayable("the name", config.hostname)
    if not config.hostname:
        yield "a Passport must have a name"
    yield from _unsayable("the SNMP location", config.snmp.location)
    yield from _unsayable("the SNMP contact", config.snmp.contact)
    for line in config.banner:
        yield from _unsayable(f"banner line {line!r}", line)
    if "" in config.banner:
        yield "the banner has an empty line; leave it out"
    if any(network.prefixlen == 0 for network in config.management.sources):
        yield "management sources name every address; leave them empty instead"
    if config.management.vlan is not None or config.management.gateway is not None:
        yield "a Passport's management port has no VLAN, and its routes are boot settings"

"""The phrases of a stackable's VLANs, ports, trunks and addresses, and what each does to the state.

Sources: running configuration of an ERS 4550T-PWR, sw 5.7.1; the grammar of generated BOSS configurations that
comes with the ACLI terminal; a driver of the BPS 2000; removal phrases as `templates/nortel_ers` writes them. A meaning
raises
ValueError when the line cannot be modelled; the line is then kept as unread.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from govnet.config import reading
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import DEFAULT_VLAN, Aggregation, Mirror, Vlan
from govnet.platforms.addresses import interface, network
from govnet.platforms.grammar import Grammar, Meaning
from govnet.platforms.nortel_ers.phrases_services import SERVICE_PHRASES
from govnet.platforms.nortel_ers.ports import TAG_ALL, TAG_PVID, UNTAG_ALL, UNTAG_PVID

if TYPE_CHECKING:
    from govnet.config.reading import Line
    from govnet.platforms.nortel_ers.building import Builder

_TAGGING = {mode.lower(): mode for mode in (TAG_ALL, TAG_PVID, UNTAG_ALL, UNTAG_PVID)}
_SWITCH = {"enable": True, "disable": False}


def _numbers(text: str) -> list[int]:
    """Return the VLANs of ``143,255-257``."""
    found: list[int] = []
    for item in text.split(","):
        first, _, last = item.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def _create_vlans(b: Builder, _: Line, vlans: str, _group: str = "") -> None:
    for vlan in _numbers(vlans):
        b.vlans[vlan] = Vlan()


def _create_named(b: Builder, _: Line, vlans: str, name: str, *_rest: str) -> None:
    for vlan in _numbers(vlans):
        b.vlans[vlan] = Vlan(name)


def _name_vlan(b: Builder, _: Line, vlan: str, name: str) -> None:
    number = b.has_vlan(vlan)
    b.vlans[number] = Vlan("" if name == f"VLAN #{number}" else name)


def _delete_vlan(b: Builder, _: Line, vlan: str) -> None:
    number = b.has_vlan(vlan)
    if number == DEFAULT_VLAN:
        raise ValueError("VLAN 1 cannot be deleted")
    del b.vlans[number]
    for port in b.ports.values():
        port.members.pop(number, None)


def _members(b: Builder, line: Line, vlans: str, ports: str) -> None:
    """Set the members; this is how the generated text gives them."""
    listed = b.listed(ports)
    for vlan in [b.has_vlan(str(number)) for number in _numbers(vlans)]:
        for name, port in b.ports.items():
            port.members.pop(vlan, None)
            if name in listed:
                port.members[vlan] = line


def _join(b: Builder, line: Line, vlans: str, ports: str) -> None:
    listed = b.listed(ports)
    for vlan in [b.has_vlan(str(number)) for number in _numbers(vlans)]:
        for name in listed:
            b.ports[name].members[vlan] = line


def _leave(b: Builder, _: Line, vlans: str, ports: str) -> None:
    listed = b.listed(ports)
    for vlan in [b.has_vlan(str(number)) for number in _numbers(vlans)]:
        for name in listed:
            b.ports[name].members.pop(vlan, None)


def _tagging(b: Builder, _: Line, ports: str, mode: str, *options: str) -> None:
    listed, tagging = b.listed(ports), _TAGGING[mode.lower()]
    pairs = dict(zip(options[::2], options[1::2], strict=True))
    filtering = pairs.pop("filter-untagged-frame", None)
    if pairs:
        raise ValueError(f"options that are not modelled: {', '.join(pairs)}")
    for name in listed:
        b.ports[name].tagging = tagging
        if filtering is not None:
            b.ports[name].filtering = _SWITCH[filtering.lower()]


def _filtering(b: Builder, _: Line, ports: str, word: str) -> None:
    for name in b.listed(ports):
        b.ports[name].filtering = _SWITCH[word.lower()]


def _pvid(b: Builder, line: Line, ports: str, vlan: str) -> None:
    for name in b.listed(ports):
        b.ports[name].pvid, b.ports[name].pvid_line = int(vlan), line


def _control(_: Builder, _line: Line, mode: str) -> None:
    if mode.lower() not in {"automatic", "autopvid", "flexible", "strict"}:
        raise ValueError(f"{mode}: no control mode")


def _nothing(_: Builder, _line: Line) -> None:
    """Take a line that says how later commands behave, not what is configured."""


def _shut(b: Builder, _: Line, ports: str) -> None:
    for name in b.listed(ports):
        b.ports[name].enabled = False


def _open(b: Builder, _: Line, ports: str) -> None:
    for name in b.listed(ports):
        b.ports[name].enabled = True


def _shut_some(b: Builder, line: Line, _scope: str, ports: str) -> None:
    _shut(b, line, ports)


def _open_some(b: Builder, line: Line, _scope: str, ports: str) -> None:
    _open(b, line, ports)


def _port_name(b: Builder, _: Line, _scope: str, ports: str, name: str = "") -> None:
    for port in b.listed(ports):
        b.ports[port].description = name


def _mlt(b: Builder, line: Line, number: str, name: str, ports: str) -> None:
    own = "" if name == f"Trunk #{int(number)}" else name
    b.mlts[int(number)] = Aggregation(frozenset(b.listed(ports)), own)
    b.sources[reading.aggregation(int(number))] = line


def _no_mlt(b: Builder, _: Line, number: str) -> None:
    b.mlts.pop(int(number), None)


def _vlan_ip(b: Builder, line: Line, vlan: str, address: str, mask: str, _offset: str = "") -> None:
    number, name = b.has_vlan(vlan), f"vlan{int(vlan)}"
    if name in b.interfaces:
        raise ValueError("a second address")
    b.interfaces[name] = IpInterface(InterfaceKind.VLAN, (interface(f"{address}/{mask}"),), vlan=number)
    b.sources[reading.address(name)] = line


def _no_vlan_ip(b: Builder, _: Line, vlan: str, _address: str, _mask: str) -> None:
    del b.interfaces[f"vlan{int(vlan)}"]


def _loopback(b: Builder, line: Line, number: str, address: str, mask: str) -> None:
    name = f"loopback{int(number)}"
    b.interfaces[name] = IpInterface(InterfaceKind.LOOPBACK, (interface(f"{address}/{mask}"),))
    b.sources[reading.address(name)] = line


def _no_loopback(b: Builder, _: Line, number: str, _address: str, _mask: str) -> None:
    del b.interfaces[f"loopback{int(number)}"]


def _route(b: Builder, line: Line, prefix: str, mask: str, next_hop: str, *_weight: str) -> None:
    entry = StaticRoute(network(f"{prefix}/{mask}"), IPv4Address(next_hop))
    b.routes.add(entry)
    b.sources[reading.route(str(entry.prefix), next_hop)] = line


def _no_route(b: Builder, _: Line, prefix: str, mask: str, next_hop: str) -> None:
    b.routes.remove(StaticRoute(network(f"{prefix}/{mask}"), IPv4Address(next_hop)))


def _routing(b: Builder, _: Line) -> None:
    b.routing = True


def _no_routing(b: Builder, _: Line) -> None:
    b.routing = False


def _mirror(b: Builder, _: Line, mode: str, destination: str, source: str) -> None:
    if mode.lower() != "xrxorxtx":
        raise ValueError("only mirrors of both directions of one port are modelled")
    b.mirrors[1] = Mirror(frozenset(b.listed(source)), b.listed(destination)[0])


def _no_mirror(b: Builder, _: Line) -> None:
    b.mirrors.clear()


def _management_vlan(b: Builder, _: Line, vlan: str) -> None:
    b.management = replace(b.management, vlan=b.has_vlan(vlan))


GRAMMAR: Grammar[Meaning] = Grammar(
    {
        "vlan create <vids> type port": _create_vlans,
        "vlan create <vids> type port cist": _create_vlans,
        "vlan create <vids> type port <n>": _create_vlans,
        "vlan create <vids> name <name> type port <...>": _create_named,
        "vlan name <vid> <name>": _name_vlan,
        "vlan delete <vid>": _delete_vlan,
        "vlan members <vids> <ports>": _members,
        "vlan members add <vids> <ports>": _join,
        "vlan members remove <vids> <ports>": _leave,
        "vlan ports <ports> tagging <mode> <...>": _tagging,
        "vlan ports <ports> filter-untagged-frame <state>": _filtering,
        "vlan ports <ports> pvid <vid>": _pvid,
        "vlan configcontrol <mode>": _control,
        "no auto-pvid": _nothing,
        # The generator's own preface to every text (transcript of a 4550T, 5.7.1), and the agent that is read with.
        "spanning-tree mode rstp": _nothing,
        "interface ethernet all lacp mode port all off": _nothing,
        "snmp-server enable": _nothing,
        "vlan mgmt <vid>": _management_vlan,
        "interface ethernet <ports> shutdown": _shut,
        "interface ethernet <ports> no shutdown": _open,
        "interface ethernet <scope> shutdown port <ports>": _shut_some,
        "interface ethernet <scope> no shutdown port <ports>": _open_some,
        "interface ethernet <scope> name port <ports> <name>": _port_name,
        "interface ethernet <scope> no name port <ports>": _port_name,
        "mlt <id> name <name> enable member <ports>": _mlt,
        "no mlt <id>": _no_mlt,
        "interface vlan <vid> ip address <address> <mask>": _vlan_ip,
        "interface vlan <vid> ip address <address> <mask> <offset>": _vlan_ip,
        "interface vlan <vid> no ip address <address> <mask>": _no_vlan_ip,
        "interface loopback <id> ip address <address> <mask>": _loopback,
        "interface loopback <id> no ip address <address> <mask>": _no_loopback,
        "ip route <prefix> <mask> <address>": _route,
        "ip route <prefix> <mask> <address> <weight>": _route,
        "no ip route <prefix> <mask> <address>": _no_route,
        "ip routing": _routing,
        "no ip routing": _no_routing,
        "port-mirroring mode <mode> monitor-port <port> mirror-port-x <port>": _mirror,
        "no port-mirroring": _no_mirror,
        **SERVICE_PHRASES,
    }
)

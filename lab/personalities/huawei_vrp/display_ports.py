"""``display`` of VLANs and interfaces, in the layouts of the NTC captures of S switches."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from .running import ordered
from .system import NO_SUCH_VLAN
from .values import LAST_VLAN, short, spans
from .views import Context, WrongArgumentError, command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .state import Box, Interface

_LINE: Final = "-" * 80
_LEGEND: Final = (
    f"{_LINE}\n"
    "U: Up;         D: Down;         TG: Tagged;         UT: Untagged;\n"
    "MP: Vlan-mapping;               ST: Vlan-stacking;\n"
    "#: ProtocolTransparent-vlan;    *: Management-vlan;\n"
    f"{_LINE}\n\n"
)
_PHY: Final = "PHY: Physical\n*down: administratively down\n"
_PORTS_A_LINE: Final = 4
_WIDTH: Final = 79
_LIST_COLUMN: Final = 47


@command("any", "display vlan")
def _do_vlans(ctx: Context) -> str:
    return f"The total number of VLANs is: {len(ctx.box.vlans)}\n" + _vlan_tables(ctx.box, sorted(ctx.box.vlans))


@command("any", f"display vlan <int:1-{LAST_VLAN}>")
def _do_one_vlan(ctx: Context, vid: int) -> str:
    return _vlan_tables(ctx.box, [vid]) if vid in ctx.box.vlans else NO_SUCH_VLAN


def _vlan_tables(box: Box, vids: Iterable[int]) -> str:
    vids = list(vids)
    members = "".join(line for vid in vids for line in _members(box, vid))
    states = "".join(
        f"{vid:<5}enable  default       enable  disable    {box.vlans[vid].description or f'VLAN {vid:04}'}\n"
        for vid in vids
    )
    return (
        f"{_LEGEND}VID  Type    Ports\n{_LINE}\n{members}\n"
        f"VID  Status  Property      MAC-LRN Statistics Description\n{_LINE}\n{states}"
    )


def _members(box: Box, vid: int) -> Iterator[str]:
    """Yield the rows of one VLAN: untagged ports first, four a row."""
    lead = f"{vid:<5}{'common':<8}"
    for mark, side in (("UT", 0), ("TG", 1)):
        ports = [port for port in ordered(box) if vid in port.vlans()[side]]
        names = [f"{short(port.name)}({'U' if box.up(port) else 'D'})" for port in ports]
        for start in range(0, len(names), _PORTS_A_LINE):
            tag = f"{mark}:" if start == 0 else "   "
            yield (lead + tag + "".join(f"{name:<16}" for name in names[start : start + 4])).rstrip() + "\n"
            lead = " " * 13
    if lead.strip():
        yield lead.rstrip() + "\n"


@command("any", "display port vlan")
def _do_port_vlan(ctx: Context) -> str:
    head = f"Port                        Link Type    PVID  Trunk VLAN List\n{'-' * _WIDTH}\n"
    return head + "".join(_port_vlan(port) for port in ordered(ctx.box) if port.switched)


@command("any", "display port vlan <if>")
def _do_one_port_vlan(ctx: Context, name: str) -> str:
    if name not in ctx.box.interfaces:
        raise WrongArgumentError
    head = f"Port                        Link Type    PVID  Trunk VLAN List\n{'-' * _WIDTH}\n"
    return head + _port_vlan(ctx.box.interfaces[name])


def _port_vlan(port: Interface) -> str:
    if port.trunk:
        return f"{port.name:<28}{'-':<13}{0:<6}-\n"
    listed = {"access": set(), "trunk": port.allowed, "hybrid": port.tagged}[port.link_type]
    items = [str(low) if low == high else f"{low}-{high}" for low, high in spans(listed)] or ["-"]
    rows = [f"{port.name:<28}{port.link_type:<13}{port.pvid:<6}{items[0]}"]
    for item in items[1:]:
        if len(rows[-1]) + 1 + len(item) > _WIDTH:
            rows.append(" " * _LIST_COLUMN + item)
        else:
            rows[-1] += f" {item}"
    return "\n".join(rows) + "\n"


def _state(box: Box, interface: Interface) -> tuple[str, str]:
    """Return physical and protocol state as the tables show them."""
    if interface.shutdown:
        return "*down", "down"
    phy = "up" if box.up(interface) else "down"
    routed = not interface.switched
    return phy, phy if not routed or interface.address else "down"


def _grouped(box: Box) -> Iterator[tuple[str, Interface]]:
    """Yield interfaces with their indent: members stand under their Eth-Trunk."""
    for interface in ordered(box):
        if not interface.trunk:
            yield "", interface
            yield from (("  ", member) for member in box.members(interface.name))


@command("any", "display interface brief")
def _do_brief(ctx: Context) -> str:
    head = (
        f"{_PHY}^down: standby\n#down: LBDT down\n(l): loopback\n(s): spoofing\n(b): BFD down\n"
        "(e): ETHOAM down\n(dl): DLDP down\n(d): Dampening Suppressed\n(lb): LBDT block\n"
        "InUti/OutUti: input utility/output utility\n"
        "Interface                   PHY   Protocol  InUti OutUti   inErrors  outErrors\n"
    )
    rows = [
        f"{indent + port.name:<28}{phy:<6}{protocol:<10}{'0%':>5}{'0%':>7}{0:>11}{0:>11}\n"
        for indent, port in _grouped(ctx.box)
        for phy, protocol in [_state(ctx.box, port)]
    ]
    return head + "".join(rows) + f"{'NULL0':<28}{'up':<6}{'up(s)':<10}{'0%':>5}{'0%':>7}{0:>11}{0:>11}\n"


@command("any", "display interface description")
def _do_descriptions(ctx: Context) -> str:
    head = (
        f"{_PHY}#down: LBDT down\n-down: link flap down\n(l): loopback\n(s): spoofing\n(E): E-Trunk down\n"
        "(b): BFD down\n(e): ETHOAM down\n(dl): DLDP down\n(lb): LBDT block\n"
        "Interface                     PHY     Protocol Description\n"
    )
    rows = [
        f"{short(port.name):<30}{phy:<8}{protocol:<9}{port.description}".rstrip() + "\n"
        for port in ordered(ctx.box)
        for phy, protocol in [_state(ctx.box, port)]
    ]
    return head + "".join(rows) + f"{'NULL0':<30}{'up':<8}up(s)\n"


@command("any", "display ip interface brief")
def _do_ip_brief(ctx: Context) -> str:
    """Show routed interfaces; layout by memory of the field, no capture read."""
    rows = []
    for port in ordered(ctx.box):
        if not port.switched:
            phy, protocol = _state(ctx.box, port)
            shown = str(ipaddress.IPv4Interface("/".join(port.address))) if port.address else "unassigned"
            rows.append(f"{port.name:<33} {shown:<20} {phy:<10} {protocol:<10}\n")
    head = f"{'Interface':<33} {'IP Address/Mask':<20} {'Physical':<10} {'Protocol':<10}\n"
    return f"*down: administratively down\n(s): spoofing\n{head}{''.join(rows)}"


@command("any", "display eth-trunk")
def _do_eth_trunks(ctx: Context) -> str:
    trunks = [port for port in ctx.box.interfaces.values() if port.kind == "Eth-Trunk"]
    if not trunks:
        return "Info: No valid trunk in the system.\n"
    return "  \n".join(_eth_trunk(ctx.box, trunk) for trunk in trunks)


@command("any", "display eth-trunk <int:0-511>")
def _do_one_eth_trunk(ctx: Context, number: int) -> str:
    trunk = ctx.box.interfaces.get(f"Eth-Trunk{number}")
    if trunk is None:
        raise WrongArgumentError
    return _eth_trunk(ctx.box, trunk)


def _eth_trunk(box: Box, trunk: Interface) -> str:
    members = box.members(trunk.name)
    live = sum(1 for member in members if box.up(member))
    status = f"Operate status: {'up' if box.up(trunk) else 'down':<12}Number Of Up Port In Trunk: {live:<22}\n"
    head = f"{trunk.name}'s state information is:\n"
    if trunk.mode:
        return head + _lacp_head(box, trunk) + status + _lacp_members(box, members)
    rows = "".join(f"{m.name:<30}{'Up' if box.up(m) else 'Down':<12}{1:<7}\n" for m in members)
    return (
        f"{head}WorkingMode: NORMAL         Hash arithmetic: According to SIP-XOR-DIP         \n"
        f"Least Active-linknumber: 1  Max Bandwidth-affected-linknumber: 8              \n{status}{_LINE}\n"
        f"PortName                      Status      Weight \n{rows}"
    )


def _lacp_head(box: Box, trunk: Interface) -> str:
    number = trunk.name.removeprefix("Eth-Trunk")
    return (
        f"Local:\nLAG ID: {number:<20}WorkingMode: {'STATIC' if trunk.mode == 'lacp-static' else 'LACP':<33}\n"
        "Preempt Delay: Disabled     Hash arithmetic: According to SIP-XOR-DIP         \n"
        f"System Priority: 32768      System ID: {box.mac:<39}\n"
        "Least Active-linknumber: 1  Max Active-linknumber: 8                          \n"
    )


def _lacp_members(box: Box, members: Iterable[Interface]) -> str:
    rows = "".join(
        f"{member.name:<23}{'Selected' if box.up(member) else 'Unselect':<9}1GE      32768   "
        f"{at:<7}305     {'10111100' if box.up(member) else '10100010'}  1     \n"
        for at, member in enumerate(members, 1)
    )
    return f"{_LINE}\nActorPortName          Status   PortType PortPri PortNo PortKey PortState Weight\n{rows}"

"""Lines about addresses, VPN instances, static routes and access lists."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from govnet.config.routing import PUBLIC, StaticRoute
from govnet.platforms.huawei_vrp.acl_rules import BASIC, parse
from govnet.platforms.huawei_vrp.box import AclState, VrfState
from govnet.platforms.huawei_vrp.read_ports import port
from govnet.platforms.huawei_vrp.reader import View, phrase
from govnet.platforms.huawei_vrp.words import LAST_VLAN, prefix_of

if TYPE_CHECKING:
    from govnet.config.filtering import Filter
    from govnet.config.reading import Line
    from govnet.platforms.huawei_vrp.reader import Context

_HARMLESS_WORDS = {"preference", "tag", "description", "permanent", "track", "bfd"}


@phrase("interface", r"ip address (\S+) (\S+)( sub)?")
def _ip_address(ctx: Context, address: str, mask: str, sub: str | None) -> None:
    here, value = port(ctx), IPv4Interface(prefix_of(address, mask))
    if sub:
        here.addresses.append((value, ctx.line))
    else:
        here.addresses[:1] = [(value, ctx.line)]


@phrase("interface", r"undo ip address(?: (\S+) (\S+)(?: sub)?)?")
def _undo_ip_address(ctx: Context, address: str | None, mask: str | None) -> None:
    here = port(ctx)
    gone = IPv4Interface(prefix_of(address, mask)) if address and mask else None
    here.addresses = [item for item in here.addresses if gone is not None and item[0] != gone]


@phrase("interface", r"ip binding vpn-instance (\S+)")
def _binding(ctx: Context, name: str) -> None:
    """Binding, and its undo, take the addresses away (NE ipBindVpn)."""
    here = port(ctx)
    if here.vrf != name:
        here.vrf, here.addresses = name, []


@phrase("interface", r"undo ip binding vpn-instance (\S+)")
def _undo_binding(ctx: Context, name: str) -> None:
    here = port(ctx)
    if here.vrf == name:
        here.vrf, here.addresses = "", []


@phrase("interface", r"dot1q termination vid (\d+)")
@phrase("interface", r"vlan-type dot1q (\d+)")
def _termination(ctx: Context, vlan: str) -> None:
    if not 1 <= int(vlan) <= LAST_VLAN:
        raise ValueError(f"{vlan} is no VLAN")
    port(ctx).tag = int(vlan)


@phrase("interface", r"encapsulation dot1q-termination")
@phrase("interface", r"arp broadcast enable")
def _encapsulation(ctx: Context) -> None:
    """Part of every sub-interface that ends a tag; nothing by itself."""
    del ctx


@phrase("interface", r"traffic-filter (inbound|outbound) acl (?:name )?(\S+)")
def _traffic_filter(ctx: Context, direction: str, acl: str) -> None:
    port(ctx).filters[acl, direction.removesuffix("bound")] = ctx.line


@phrase("interface", r"undo traffic-filter (inbound|outbound)(?: acl (?:name )?(\S+))?")
def _undo_traffic_filter(ctx: Context, direction: str, acl: str | None) -> None:
    here, way = port(ctx), direction.removesuffix("bound")
    here.filters = {
        key: line for key, line in here.filters.items() if key[1] != way or (acl is not None and key[0] != acl)
    }


@phrase("system", r"ip vpn-instance (\S+)")
def _vpn_instance(ctx: Context, name: str) -> None:
    ctx.box.vrfs.setdefault(name, VrfState())
    ctx.opened = View("vpn", name)


@phrase("system", r"undo ip vpn-instance (\S+)")
def _undo_vpn_instance(ctx: Context, name: str) -> bool:
    """Its part of BGP goes with it (NE deletevrf)."""
    if ctx.box.bgp:
        ctx.box.bgp.instances.pop(name, None)
    return ctx.box.vrfs.pop(name, None) is not None


@phrase("vpn", r"ipv4-family")
def _ipv4_family(ctx: Context) -> None:
    """Newer releases keep RD and targets one level deeper; both forms are met (NE createipv4vrf, saved files)."""
    ctx.opened = View("vpn", ctx.view.key)


@phrase("vpn", r"route-distinguisher (\S+)")
def _route_distinguisher(ctx: Context, value: str) -> None:
    ctx.box.vrfs[ctx.view.key].distinguisher = value


@phrase("vpn", r"vpn-target ((?:\S+:\S+ ?)+?)(?: (both|export-extcommunity|import-extcommunity))?")
def _vpn_target(ctx: Context, values: str, way: str | None) -> None:
    """Up to eight targets a line, more lines add; no word for the direction means both (NE vpn-target)."""
    vrf = ctx.box.vrfs[ctx.view.key]
    vrf.lines |= dict.fromkeys(values.split(), ctx.line)
    if way != "export-extcommunity":
        vrf.imports.update(values.split())
    if way != "import-extcommunity":
        vrf.exports.update(values.split())


@phrase("system", r"ip route-static (?:vpn-instance (\S+) )?(\d\S+) (\d\S*) (.+)")
def _route_static(ctx: Context, vrf: str | None, address: str, mask: str, rest: str) -> None:
    """Further words do not change where packets go."""
    route, further = _route(vrf, address, mask, rest)
    ctx.box.routes[route] = ctx.line
    ctx.also_unread = further


@phrase("system", r"undo ip route-static (?:vpn-instance (\S+) )?(\d\S+) (\d\S*) (.+)")
def _undo_route_static(ctx: Context, vrf: str | None, address: str, mask: str, rest: str) -> bool:
    return ctx.box.routes.pop(_route(vrf, address, mask, rest)[0], None) is not None


def _route(vrf: str | None, address: str, mask: str, rest: str) -> tuple[StaticRoute, bool]:
    words = rest.split()
    further = False
    hop: IPv4Address | None = None
    into = _leak(words, vrf)
    if words[0] == "NULL0":
        del words[0]
    else:
        if not words[0][0].isdigit():
            further = True
            del words[0]
        if not words:
            raise ValueError("a route to an interface without a next hop is not modelled")
        hop = IPv4Address(words.pop(0))
    if words and words[0] not in _HARMLESS_WORDS:
        raise ValueError(f"{words[0]!r} is not modelled")
    prefix = IPv4Network(prefix_of(address, mask), strict=False)
    return StaticRoute(prefix, hop, vrf or "", into), further or bool(words)


def _leak(words: list[str], vrf: str | None) -> str:
    """Take away the words that put a next hop into another instance, and return which one; empty when none do.

    ``vpn-instance NAME`` stands before the next hop, ``public`` after it (NetEngine 8000 command reference, ``ip
    route-static`` and ``ip route-static vpn-instance``).
    """
    if words[0] == "vpn-instance" and len(words) > 2:  # noqa: PLR2004 - the name and a next hop follow
        into = words[1]
        del words[:2]
        return "" if into == vrf else into
    if vrf and "public" in words[1:2]:
        del words[1]
        return PUBLIC
    return ""


@phrase("system", r"acl (?:number )?(\d+)()(?: match-order config)?")
@phrase("system", r"acl name (\S+)(?: (\d+|advance|basic))?")
def _acl(ctx: Context, name: str, number: str | None) -> bool:
    kind = int(name) if name.isdigit() else _number(number)
    if kind is not None and not 2000 <= kind < 4000:  # noqa: PLR2004 - layer-2 and user-defined lists (SDOC acl)
        ctx.opened = View("other")
        return False
    ctx.box.acls.setdefault(name, AclState(kind, ctx.line))
    ctx.opened = View("acl", name)
    return True


def _number(word: str | None) -> int | None:
    return int(word) if word and word.isdigit() else BASIC.start if word == "basic" else None


@phrase("system", r"undo acl (?:number |name )?(\S+)")
def _undo_acl(ctx: Context, name: str) -> bool:
    return ctx.box.acls.pop(name, None) is not None


@phrase("acl", r"rule (\d+) description (.+)")
def _remark(ctx: Context, number: str, text: str) -> None:
    ctx.box.acls[ctx.view.key].remarks[int(number)] = text


@phrase("acl", r"rule (?:(\d+) )?((?:permit|deny).*)")
def _rule(ctx: Context, number: str | None, text: str) -> bool:
    """A rule that is not modelled makes the list partly unread: what it lets through is then not known."""
    state = ctx.box.acls[ctx.view.key]
    try:
        found = parse(text.split(), basic=state.number is not None and state.number in BASIC)
    except (ValueError, IndexError):
        state.partly_unread = True
        return False
    state.rules[int(number) if number else state.next_number()] = found, ctx.line
    return True


@phrase("acl", r"undo rule (\d+)")
def _undo_rule(ctx: Context, number: str) -> bool:
    state = ctx.box.acls[ctx.view.key]
    state.remarks.pop(int(number), None)
    return state.rules.pop(int(number), None) is not None


def ordered(state: AclState) -> list[tuple[Filter, Line]]:
    """Return the list's filters in the order they are tried, with their remarks, and the line of each."""
    return [
        (replace(found, comment=state.remarks.get(number, "")), line)
        for number, (found, line) in sorted(state.rules.items())
    ]

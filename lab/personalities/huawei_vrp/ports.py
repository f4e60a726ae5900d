"""Commands of the interface view, with the rules by which the box refuses them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from .system import IPV4_REMOVED, NO_SUCH_VLAN
from .values import LAST_VLAN
from .views import Context, WrongArgumentError, command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .state import Interface

# Public eNSP transcripts: changing the link type, or using another type's line, on a port that is not
# in its default state.
NOT_DEFAULT = "Error: Please renew the default configurations."
# Rule: Huawei EDOC1100064351 "eth-trunk" (link type and VLANs must be default). Wording: no public source.
NOT_JOINABLE = "Error: The interface has non-default configurations. Please restore the default first."
# No public source for the wording; an Eth-Trunk must be created before a port joins it (same page).
NO_TRUNK = "Error: The Eth-Trunk interface does not exist."
# No public source for the wording.
HAS_MEMBERS = "Error: The working mode cannot be changed because the Eth-Trunk contains member interfaces."
# Public notes on S switches.
CONFLICT = "Error: The specified address conflicts with another address."
# No public source for the wording.
IS_MEMBER = "Error: The interface is a member of an Eth-Trunk; this operation is not allowed."
_ID = f"<int:1-{LAST_VLAN}>"


def _port(ctx: Context) -> Interface:
    """Return the interface when VLAN commands apply to it."""
    if not ctx.interface.switched:
        raise WrongArgumentError(-1)
    return ctx.interface


@command("interface", "description <rest>")
def _do_description(ctx: Context, text: str) -> str:
    ctx.interface.description = text
    return ""


@command("interface", "undo description")
def _do_undo_description(ctx: Context) -> str:
    return _do_description(ctx, "")


@command("interface", "shutdown")
def _do_shutdown(ctx: Context) -> str:
    ctx.interface.shutdown = True
    return ""


@command("interface", "undo shutdown")
def _do_undo_shutdown(ctx: Context) -> str:
    if not ctx.interface.shutdown:
        # Public eNSP transcripts.
        return f"Info: Interface {ctx.interface.name} is not shutdown."
    ctx.interface.shutdown = False
    return ""


@command("interface", "port link-type access|trunk|hybrid")
def _do_link_type(ctx: Context, kind: str) -> str:
    port = _port(ctx)
    if port.trunk:
        return IS_MEMBER
    if kind == port.link_type:
        return ""
    if not port.pristine:
        return NOT_DEFAULT
    port.reset_vlans(kind)
    return ""


@command("interface", "undo port link-type")
def _do_undo_link_type(ctx: Context) -> str:
    return _do_link_type(ctx, "hybrid")


def _of_type(ctx: Context, *kinds: str) -> str:
    """Return what the box says when the port's link type is not the command's; empty when it is."""
    port = _port(ctx)
    if port.trunk:
        return IS_MEMBER
    return "" if port.link_type in kinds else NOT_DEFAULT


@command("interface", f"port default vlan {_ID}")
def _do_default_vlan(ctx: Context, vid: int) -> str:
    if refusal := _of_type(ctx, "access"):
        return refusal
    if vid not in ctx.box.vlans:
        return NO_SUCH_VLAN
    ctx.interface.pvid = vid
    return ""


@command("interface", "undo port default vlan")
def _do_undo_default_vlan(ctx: Context) -> str:
    return _do_default_vlan(ctx, 1)


@command("interface", "port trunk allow-pass vlan <vlans>")
def _do_allow_pass(ctx: Context, vlans: frozenset[int]) -> str:
    if refusal := _of_type(ctx, "trunk"):
        return refusal
    ctx.interface.allowed |= vlans
    return ""


@command("interface", "undo port trunk allow-pass vlan <vlans>")
def _do_undo_allow_pass(ctx: Context, vlans: frozenset[int]) -> str:
    if refusal := _of_type(ctx, "trunk"):
        return refusal
    ctx.interface.allowed -= vlans
    return ""


@command("interface", f"port trunk pvid vlan {_ID}")
def _do_trunk_pvid(ctx: Context, vid: int) -> str:
    return _set_pvid(ctx, "trunk", vid)


@command("interface", "undo port trunk pvid vlan")
def _do_undo_trunk_pvid(ctx: Context) -> str:
    return _set_pvid(ctx, "trunk", 1)


@command("interface", f"port hybrid pvid vlan {_ID}")
def _do_hybrid_pvid(ctx: Context, vid: int) -> str:
    return _set_pvid(ctx, "hybrid", vid)


@command("interface", "undo port hybrid pvid vlan")
def _do_undo_hybrid_pvid(ctx: Context) -> str:
    return _set_pvid(ctx, "hybrid", 1)


def _set_pvid(ctx: Context, kind: str, vid: int) -> str:
    if refusal := _of_type(ctx, kind):
        return refusal
    ctx.interface.pvid = vid
    return ""


@command("interface", "port hybrid tagged|untagged vlan <vlans>")
def _do_hybrid_vlan(ctx: Context, how: str, vlans: frozenset[int]) -> str:
    if refusal := _of_type(ctx, "hybrid"):
        return refusal
    port = ctx.interface
    into, out_of = (port.tagged, port.untagged) if how == "tagged" else (port.untagged, port.tagged)
    into |= vlans
    out_of -= vlans
    return ""


@command("interface", "undo port hybrid tagged|untagged vlan <vlans>")
def _do_undo_hybrid_vlan(ctx: Context, how: str, vlans: frozenset[int]) -> str:
    if refusal := _of_type(ctx, "hybrid"):
        return refusal
    if how == "tagged":
        ctx.interface.tagged -= vlans
    else:
        ctx.interface.untagged -= vlans
    return ""


@command("interface", "undo port hybrid vlan <vlans>")
def _do_undo_hybrid_any(ctx: Context, vlans: frozenset[int]) -> str:
    return _do_undo_hybrid_vlan(ctx, "tagged", vlans) or _do_undo_hybrid_vlan(ctx, "untagged", vlans)


@command("interface", "eth-trunk <int:0-511>")
def _do_eth_trunk(ctx: Context, number: int) -> str:
    port = _port(ctx)
    name = f"Eth-Trunk{number}"
    if name not in ctx.box.interfaces:
        return NO_TRUNK
    if port.kind == "Eth-Trunk" or port.link_type != "hybrid" or not port.pristine or port.trunk:
        return NOT_JOINABLE
    port.trunk = name
    return "Info: This operation may take a few seconds. Please wait for a moment...done."


@command("interface", "undo eth-trunk")
def _do_undo_eth_trunk(ctx: Context) -> str:
    ctx.interface.trunk = ""
    return ""


@command("interface", "mode lacp|lacp-static|manual")
def _do_trunk_mode(ctx: Context, mode: str) -> str:
    if ctx.interface.kind != "Eth-Trunk":
        raise WrongArgumentError(-1)
    wanted = "" if mode == "manual" else mode
    if wanted != ctx.interface.mode and ctx.box.members(ctx.interface.name):
        return HAS_MEMBERS
    ctx.interface.mode = wanted
    return ""


def _neighbours(ctx: Context) -> Iterator[ipaddress.IPv4Network]:
    """Yield the networks of the other interfaces in the same VPN instance."""
    for other in ctx.box.interfaces.values():
        if other.address and other is not ctx.interface and other.vpn == ctx.interface.vpn:
            yield ipaddress.IPv4Interface("/".join(other.address)).network


@command("interface", "ip address <ip> <mask>")
def _do_ip_address(ctx: Context, address: str, mask: str) -> str:
    if ctx.interface.switched:
        raise WrongArgumentError(-1)
    wanted = ipaddress.IPv4Interface(f"{address}/{mask}").network
    if any(wanted.overlaps(network) for network in _neighbours(ctx)):
        return CONFLICT
    ctx.interface.address = (address, mask)
    return ""


@command("interface", "undo ip address <ip> <mask>")
def _do_undo_ip_address(ctx: Context, address: str, mask: str) -> str:
    if ctx.interface.address != (address, mask):
        # No public source for the wording.
        return "Error: The specified IP address does not exist."
    return _do_undo_every_ip_address(ctx)


@command("interface", "undo ip address")
def _do_undo_every_ip_address(ctx: Context) -> str:
    ctx.interface.address = None
    return ""


@command("interface", "ip binding vpn-instance <word>")
def _do_binding(ctx: Context, name: str) -> str:
    if ctx.interface.switched:
        raise WrongArgumentError(-1)
    if name not in ctx.box.vpns:
        raise WrongArgumentError
    return _bind(ctx, name)


@command("interface", "undo ip binding vpn-instance <word>")
def _do_undo_binding(ctx: Context, name: str) -> str:
    if ctx.interface.vpn != name:
        raise WrongArgumentError
    return _bind(ctx, "")


def _bind(ctx: Context, name: str) -> str:
    """Bind; the address goes with any change (NE ipBindVpn)."""
    if ctx.interface.vpn == name:
        return ""
    ctx.interface.vpn, ctx.interface.address = name, None
    return IPV4_REMOVED

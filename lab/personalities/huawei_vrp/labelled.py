"""Labels (MPLS, LDP) and BGP between VPN instances: what the box takes, refuses and shows of them.

Lines and their order: the saved configurations of Huawei's NE40E documentation (BGP/MPLS IP VPN and Dot1q examples);
``longest-match``, ``reflect-client`` and ``policy vpn-target``: Huawei's command references. No public source shows how
the box words its refusals here; the rules behind them are the documentation's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .labels import Labels, Neighbour, Process
from .views import SYSTEM, USER, Context, View, WrongArgumentError, command

if TYPE_CHECKING:
    from .state import Box

LAST_AS: Final = 4294967295
NO_LSR_ID: Final = "Error: Please configure the LSR ID first."
NO_MPLS: Final = "Error: MPLS is not enabled."
LSR_ID_USED: Final = "Error: The LSR ID cannot be changed while MPLS is enabled."
NO_RD: Final = "Error: The route distinguisher of the VPN instance has not been configured."
OTHER_AS: Final = "Error: BGP is already running in another AS."


@command("system", "mpls lsr-id <ip>")
def _do_lsr_id(ctx: Context, address: str) -> str:
    if ctx.box.labels.mpls and ctx.box.labels.lsr_id != address:
        return LSR_ID_USED
    ctx.box.labels.lsr_id = address
    return ""


@command("system", "undo mpls lsr-id")
def _do_undo_lsr_id(ctx: Context) -> str:
    if ctx.box.labels.mpls:
        return LSR_ID_USED
    ctx.box.labels.lsr_id = ""
    return ""


@command("system", "mpls")
def _do_mpls(ctx: Context) -> str:
    if not ctx.box.labels.lsr_id:
        return NO_LSR_ID
    ctx.box.labels.mpls = True
    ctx.enter(View("mpls", "mpls"))
    return ""


@command("system", "undo mpls")
def _do_undo_mpls(ctx: Context) -> str:
    """All that rests on it goes with it."""
    ctx.box.labels = Labels(ctx.box.labels.lsr_id)
    for interface in ctx.box.interfaces.values():
        interface.kept = [line for line in interface.kept if line not in {"mpls", "mpls ldp"}]
    return ""


@command("system", "mpls ldp")
def _do_ldp(ctx: Context) -> str:
    if not ctx.box.labels.mpls:
        return NO_MPLS
    ctx.box.labels.ldp = True
    ctx.enter(View("mpls-ldp", "mpls-ldp"))
    return ""


@command("system", "undo mpls ldp")
def _do_undo_ldp(ctx: Context) -> str:
    ctx.box.labels.ldp = ctx.box.labels.longest_match = False
    for interface in ctx.box.interfaces.values():
        interface.kept = [line for line in interface.kept if line != "mpls ldp"]
    return ""


@command("mpls-ldp", "longest-match")
def _do_longest_match(ctx: Context) -> str:
    ctx.box.labels.longest_match = True
    return ""


@command("mpls-ldp", "undo longest-match")
def _do_undo_longest_match(ctx: Context) -> str:
    ctx.box.labels.longest_match = False
    return ""


@command("interface", "mpls")
def _do_interface_mpls(ctx: Context) -> str:
    return _carry(ctx, "mpls", able=ctx.box.labels.mpls)


@command("interface", "mpls ldp")
def _do_interface_ldp(ctx: Context) -> str:
    return _carry(ctx, "mpls ldp", able=ctx.box.labels.ldp and "mpls" in ctx.interface.kept)


def _carry(ctx: Context, line: str, *, able: bool) -> str:
    """Enable MPLS, then LDP, on an interface of the public network (command reference, prerequisites)."""
    if not able or ctx.interface.vpn:
        return NO_MPLS
    if line not in ctx.interface.kept:
        ctx.interface.kept.append(line)
    return ""


@command("interface", "undo mpls")
def _do_undo_interface_mpls(ctx: Context) -> str:
    ctx.interface.kept[:] = [line for line in ctx.interface.kept if line not in {"mpls", "mpls ldp"}]
    return ""


@command("interface", "undo mpls ldp")
def _do_undo_interface_ldp(ctx: Context) -> str:
    ctx.interface.kept[:] = [line for line in ctx.interface.kept if line != "mpls ldp"]
    return ""


@command("system", f"bgp <int:1-{LAST_AS}>")
def _do_bgp(ctx: Context, asn: int) -> str:
    if ctx.box.bgp is None:
        ctx.box.bgp = Process(asn)
    if ctx.box.bgp.asn != asn:
        return OTHER_AS
    ctx.enter(View("bgp", "bgp"))
    return ""


@command("system", "undo bgp")
def _do_undo_bgp(ctx: Context) -> str:
    ctx.box.bgp = None
    if ctx.view.kind.startswith("bgp"):
        ctx.view, ctx.parents = SYSTEM, [USER]
    return ""


@command("system", f"undo bgp <int:1-{LAST_AS}>")
def _do_undo_bgp_of(ctx: Context, asn: int) -> str:
    return _do_undo_bgp(ctx) if ctx.box.bgp and ctx.box.bgp.asn == asn else OTHER_AS


def _process(box: Box) -> Process:
    if box.bgp is None:
        raise WrongArgumentError
    return box.bgp


def _peer(ctx: Context, address: str) -> Neighbour:
    found = _process(ctx.box).peers.get(address)
    if found is None:
        raise WrongArgumentError
    return found


@command("bgp", f"peer <ip> as-number <int:1-{LAST_AS}>")
def _do_peer(ctx: Context, address: str, asn: int) -> str:
    _process(ctx.box).peers[address] = Neighbour(asn)
    return ""


@command("bgp", "undo peer <ip>")
def _do_undo_peer(ctx: Context, address: str) -> str:
    """Everything about the peer goes (command reference, peer as-number)."""
    _peer(ctx, address)
    del _process(ctx.box).peers[address]
    return ""


@command("bgp", "peer <ip> connect-interface <if>")
def _do_connect_interface(ctx: Context, address: str, name: str) -> str:
    _peer(ctx, address).source = name
    return ""


@command("bgp", "ipv4-family vpnv4")
def _do_vpnv4(ctx: Context) -> str:
    ctx.enter(View("bgp-vpnv4", "bgp-af-vpnv4"))
    return ""


@command("bgp", "ipv4-family vpn-instance <word>")
def _do_instance(ctx: Context, name: str) -> str:
    if name not in ctx.box.vpns:
        raise WrongArgumentError
    if not ctx.box.vpns[name].distinguisher:
        return NO_RD
    _process(ctx.box).instances.setdefault(name, [])
    ctx.enter(View("bgp-instance", name, f"bgp-{name}"))
    return ""


@command("bgp", "undo ipv4-family vpn-instance <word>")
def _do_undo_instance(ctx: Context, name: str) -> str:
    if _process(ctx.box).instances.pop(name, None) is None:
        raise WrongArgumentError
    return ""


@command("bgp-vpnv4", "policy vpn-target")
def _do_filter(ctx: Context) -> str:
    _process(ctx.box).filtering = True
    return ""


@command("bgp-vpnv4", "undo policy vpn-target")
def _do_keep_all(ctx: Context) -> str:
    _process(ctx.box).filtering = False
    return ""


@command("bgp-vpnv4", "peer <ip> enable")
def _do_enable(ctx: Context, address: str) -> str:
    _peer(ctx, address).vpnv4 = True
    return ""


@command("bgp-vpnv4", "undo peer <ip> enable")
def _do_undo_enable(ctx: Context, address: str) -> str:
    peer = _peer(ctx, address)
    peer.vpnv4 = peer.client = False
    return ""


@command("bgp-vpnv4", "peer <ip> reflect-client")
def _do_reflect(ctx: Context, address: str) -> str:
    peer = _peer(ctx, address)
    if not peer.vpnv4 or peer.asn != _process(ctx.box).asn:
        raise WrongArgumentError
    peer.client = True
    return ""


@command("bgp-vpnv4", "undo peer <ip> reflect-client")
def _do_undo_reflect(ctx: Context, address: str) -> str:
    _peer(ctx, address).client = False
    return ""


@command("bgp-instance", "import-route direct|static")
def _do_import(ctx: Context, protocol: str) -> str:
    protocols = _process(ctx.box).instances[ctx.view.key]
    if protocol not in protocols:
        protocols.append(protocol)
    return ""


@command("bgp-instance", "undo import-route direct|static")
def _do_undo_import(ctx: Context, protocol: str) -> str:
    protocols = _process(ctx.box).instances[ctx.view.key]
    protocols[:] = [one for one in protocols if one != protocol]
    return ""

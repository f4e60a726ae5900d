"""Lines about labels (MPLS, LDP) and about BGP between routing instances.

Forms: the saved configurations of NE's examples (BGP/MPLS IP VPN, Dot1q termination into an L3VPN). Where a process or
an interface is labelled only half (MPLS without LDP), its lines stay unread: nothing is taken to be carried.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from govnet.config.labelled import Bgp, BgpPeer, Mpls
from govnet.platforms.huawei_vrp.box import BgpState, PeerState
from govnet.platforms.huawei_vrp.read_ports import port
from govnet.platforms.huawei_vrp.reader import View, phrase
from govnet.platforms.huawei_vrp.words import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.reading import Line
    from govnet.platforms.huawei_vrp.box import Box
    from govnet.platforms.huawei_vrp.reader import Context

_WHOLE = frozenset({"lsr-id", "mpls", "ldp"})
_BOTH = frozenset({"mpls", "ldp"})


@phrase("system", r"mpls lsr-id (\S+)")
def _lsr_id(ctx: Context, address: str) -> None:
    ctx.box.labels["lsr-id"] = str(IPv4Address(address)), ctx.line


@phrase("system", r"mpls")
def _mpls(ctx: Context) -> None:
    ctx.box.labels["mpls"] = "", ctx.line
    ctx.opened = View("mpls")


@phrase("system", r"mpls ldp")
def _ldp(ctx: Context) -> None:
    ctx.box.labels["ldp"] = "", ctx.line
    ctx.opened = View("mpls-ldp")


@phrase("mpls-ldp", r"longest-match")
def _longest_match(ctx: Context) -> None:
    ctx.box.labels["longest-match"] = "", ctx.line


@phrase("mpls-ldp", r"undo longest-match")
def _undo_longest_match(ctx: Context) -> None:
    ctx.box.labels.pop("longest-match", None)


@phrase("system", r"undo mpls( ldp| lsr-id)?")
def _undo_mpls(ctx: Context, part: str | None) -> bool:
    name = (part or "mpls").strip()
    if name == "ldp":
        ctx.box.labels.pop("longest-match", None)
    return ctx.box.labels.pop(name, None) is not None


@phrase("interface", r"mpls( ldp)?")
def _interface_mpls(ctx: Context, ldp: str | None) -> None:
    port(ctx).labels["ldp" if ldp else "mpls"] = ctx.line


@phrase("interface", r"undo mpls( ldp)?")
def _undo_interface_mpls(ctx: Context, ldp: str | None) -> bool:
    return port(ctx).labels.pop("ldp" if ldp else "mpls", None) is not None


@phrase("system", r"bgp (\d+)")
def _bgp(ctx: Context, asn: str) -> bool:
    """One process only; another AS than the one that runs is refused by the box."""
    if ctx.box.bgp is None:
        ctx.box.bgp = BgpState(int(asn))
    ctx.opened = View("bgp") if ctx.box.bgp.asn == int(asn) else View("other")
    return ctx.box.bgp.asn == int(asn)


@phrase("system", r"undo bgp( \d+)?")
def _undo_bgp(ctx: Context, asn: str | None) -> bool:
    del asn
    found, ctx.box.bgp = ctx.box.bgp, None
    return found is not None


def _process(ctx: Context) -> BgpState:
    """Return the process whose view this is.

    Raises:
        ValueError: there is none any more.
    """
    if ctx.box.bgp is None:
        raise ValueError("no BGP runs")
    return ctx.box.bgp


def _peer(ctx: Context, address: str) -> PeerState:
    """Return a neighbour that has an AS already.

    Raises:
        ValueError: it has none.
    """
    found = _process(ctx).peers.get(IPv4Address(address))
    if found is None:
        raise ValueError(f"{address} is no peer")
    return found


@phrase("bgp", r"peer (\S+) as-number (\d+)")
def _as_number(ctx: Context, address: str, asn: str) -> None:
    _process(ctx).peers[IPv4Address(address)] = PeerState(int(asn))


@phrase("bgp", r"peer (\S+) connect-interface (\S+)")
def _connect_interface(ctx: Context, address: str, name: str) -> None:
    _peer(ctx, address).source = canonical(name)


@phrase("bgp", r"undo peer (\S+)")
def _undo_peer(ctx: Context, address: str) -> bool:
    return _process(ctx).peers.pop(IPv4Address(address), None) is not None


@phrase("bgp", r"ipv4-family (unicast|vpnv4|vpn-instance \S+)")
def _family(ctx: Context, name: str) -> None:
    kind, _, instance = name.partition(" ")
    ctx.opened = View(f"bgp-{kind}", instance)
    if instance:
        _process(ctx).instances.setdefault(instance, set())


@phrase("bgp", r"undo ipv4-family vpn-instance (\S+)")
def _undo_family(ctx: Context, instance: str) -> bool:
    return _process(ctx).instances.pop(instance, None) is not None


@phrase("bgp-unicast", r"undo synchronization")
@phrase("bgp-unicast", r"peer \S+ enable")
def _unicast(ctx: Context) -> None:
    """What every process shows of itself: nothing is announced in it unless further lines say so."""
    del ctx


@phrase("bgp-vpnv4", r"policy vpn-target")
def _filtering(ctx: Context) -> None:
    _process(ctx).filtering = True


@phrase("bgp-vpnv4", r"undo policy vpn-target")
def _undo_filtering(ctx: Context) -> None:
    _process(ctx).filtering = False


@phrase("bgp-vpnv4", r"peer (\S+) enable")
def _enable(ctx: Context, address: str) -> None:
    _peer(ctx, address).vpnv4 = True


@phrase("bgp-vpnv4", r"peer (\S+) reflect-client")
def _reflect_client(ctx: Context, address: str) -> None:
    _peer(ctx, address).client = True


@phrase("bgp-vpnv4", r"undo peer (\S+) (enable|reflect-client)")
def _undo_in_family(ctx: Context, address: str, what: str) -> None:
    peer = _peer(ctx, address)
    peer.client = False
    if what == "enable":
        peer.vpnv4 = False


@phrase("bgp-vpn-instance", r"import-route (direct|static)")
def _import_route(ctx: Context, protocol: str) -> None:
    _process(ctx).instances[ctx.view.key].add(protocol)


@phrase("bgp-vpn-instance", r"undo import-route (direct|static)")
def _undo_import_route(ctx: Context, protocol: str) -> None:
    _process(ctx).instances[ctx.view.key].discard(protocol)


def bgp_of(box: Box) -> Bgp | None:
    """Return the BGP process of a box that all lines were carried out on."""
    if box.bgp is None:
        return None
    peers = {a: BgpPeer(peer.asn, peer.source, peer.vpnv4, peer.client) for a, peer in box.bgp.peers.items()}
    instances = {name: frozenset(said) for name, said in box.bgp.instances.items()}
    return Bgp(box.bgp.asn, peers, instances, box.bgp.filtering)


def mpls_of(box: Box, kept: list[Line]) -> Mpls | None:
    """Return the label switching of a box; lines that make no whole of it are kept."""
    whole = box.labels.keys() >= _WHOLE
    for interface in box.interfaces.values():
        if not whole or interface.labels.keys() != _BOTH:
            kept += interface.labels.values()
    if not whole:
        kept += [line for _, line in box.labels.values()]
        return None
    router = IPv4Address(box.labels["lsr-id"][0])
    return Mpls(router, "longest-match" in box.labels, frozenset(_carrying(box)))


def _carrying(box: Box) -> Iterator[str]:
    for name, interface in box.interfaces.items():
        if interface.labels.keys() == _BOTH:
            yield canonical(name)

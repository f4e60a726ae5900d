"""Parts of configurations in words: the phrases that changes, errors and reports are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.filtering import Verdict
from govnet.config.routing import PUBLIC, InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govnet.config.filtering import Filter
    from govnet.config.labelled import BgpPeer
    from govnet.config.model import Management, Snmp
    from govnet.config.queueing import Queueing
    from govnet.config.routing import IpInterface, StaticRoute, Vrf
    from govnet.config.switching import Aggregation, Switchport

NOTHING = "none"


def numbers(values: Iterable[int]) -> str:
    """Return numbers in order with runs drawn together: ``1,101-112``; ``none`` for no numbers."""
    runs: list[tuple[int, int]] = []
    for value in sorted(set(values)):
        if runs and value == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in runs) or NOTHING


def rule_words(rule: Filter, *, source: str = "", target: str = "") -> str:
    """Return what a rule matches: ``tcp/443 from 10.1.0.0/16 in prv to 10.128.96.11 in jh``.

    ``source`` and ``target`` name zones that the addresses belong to; empty where there are none.
    """
    parts = [f"{rule.protocol}/{_ranges(rule.ports)}" if rule.ports else _protocol(rule)]
    if rule.source_ports:
        parts.append(f"from port {_ranges(rule.source_ports)}")
    parts += _side("from", rule.sources, source)
    parts += _side("to", rule.destinations, target)
    if rule.incoming or rule.outgoing:
        parts.append(f"({'+'.join(rule.incoming) or 'any'} -> {'+'.join(rule.outgoing) or 'any'})")
    parts += ["of open sessions"] * rule.established + ["with a log entry"] * rule.log
    return " ".join(parts)


def _protocol(rule: Filter) -> str:
    if rule.protocol.isdecimal():
        return f"protocol {rule.protocol}"
    return "anything" if rule.protocol == "any" else rule.protocol


def _side(word: str, networks: tuple[object, ...], zone: str) -> list[str]:
    hosts = ", ".join(str(network).removesuffix("/32") for network in networks)
    if not hosts:
        return [f"in {zone}"] if zone and word == "to" else []
    return [f"{word} {hosts}" + (f" in {zone}" if zone else "")]


def _ranges(ranges: tuple[tuple[int, int], ...]) -> str:
    return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in ranges)


def listed(values: Iterable[object]) -> str:
    """Return values as text in the order that people count in (1/2 before 1/10); ``none`` for no values."""
    return ", ".join(sorted(map(str, values), key=_natural)) or NOTHING


def _natural(name: str) -> list[tuple[bool, int, str]]:
    pieces = "".join(ch if ch.isdecimal() else f"\0{ch}\0" for ch in name).split("\0")
    return [(not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces if piece]


def quoted(text: str) -> str:
    """Return ``text`` in double quotes; ``none`` for no text."""
    return f'"{text}"' if text else "none"


def vrf_words(vrf: Vrf) -> str:
    """Return what a routing instance is made of, in parentheses; nothing when it is only a name."""
    parts = [f"number {vrf.number}"] if vrf.number is not None else []
    parts += [f"route distinguisher {vrf.route_distinguisher}"] if vrf.route_distinguisher else []
    parts += [f"imports {listed(vrf.imports)}"] if vrf.imports else []
    parts += [f"exports {listed(vrf.exports)}"] if vrf.exports else []
    return f" ({', '.join(parts)})" if parts else ""


def switchport_words(value: Switchport | None) -> str:
    """Return what a port does with VLANs: ``carry 101-112 tagged, drop untagged frames``."""
    if value is None:
        return "route instead of switching"
    if not value.members:
        return "carry no VLAN"
    if not value.tagged and value.untagged == {value.pvid}:
        return f"access port of VLAN {value.pvid}"
    carried = [f"{numbers(value.tagged)} tagged"] if value.tagged else []
    carried += [f"{numbers(value.untagged)} untagged"] if value.untagged else []
    entry = "drop untagged frames" if value.pvid is None else f"untagged frames enter {value.pvid}"
    return f"carry {' and '.join(carried)}, {entry}"


def bundle_words(value: Aggregation) -> str:
    """Return how ports were made one, in parentheses: ``(mlt1, static, split with the peer as 1)``."""
    parts = [value.name] if value.name else []
    parts.append(value.mode.value)
    if value.split is not None:
        parts.append(f"split with the peer as {value.split}")
    if value.peer:
        parts.append(f"peer link to {value.peer.address} in VLAN {value.peer.vlan}")
    return f" ({', '.join(parts)})"


def interface_words(value: IpInterface) -> str:
    """Return the addresses of an IP interface, with its VLAN and VRF where it has them."""
    text = " and ".join(map(str, value.addresses)) or NOTHING
    if value.kind is InterfaceKind.SUBINTERFACE:
        text += f" in VLAN {value.vlan} on {value.parent}"
    return text + (f" in VRF {value.vrf}" if value.vrf else "")


def route_words(value: StaticRoute) -> str:
    """Return ``10.1.0.0/16 via 10.0.0.1``."""
    way = f"via {value.next_hop}" if value.next_hop else "to nowhere"
    home = f" in VRF {value.vrf}" if value.vrf else ""
    leak = f" that is in {'the global instance' if value.into == PUBLIC else f'VRF {value.into}'}" if value.into else ""
    return f"{value.prefix} {way}{leak}{home}"


def filter_words(filters: tuple[Filter, ...]) -> str:
    """Return the lines of a filter, apart by semicolons."""
    return "; ".join(f"{rule.verdict.value} {rule_words(rule)}" for rule in filters) or "no lines"


def pair_words(rules: tuple[Filter, ...], target: str) -> str:
    """Return what the rules of a firewall pair let open in zone ``target``."""
    return " and ".join(
        f"{'' if rule.verdict is Verdict.PERMIT else 'not '}{rule_words(rule, target=target)}" for rule in rules
    )


def management_words(value: Management) -> dict[str, str]:
    """Return each side of management by name, so that two values can be compared."""
    texts = {
        "address": value.address,
        "VLAN": value.vlan,
        "gateway": value.gateway,
        "reachable from": listed(value.sources) if value.sources else "anywhere",
        "ssh": "on" if value.ssh else "off",
        "telnet": "on" if value.telnet else "off",
        "web": "on" if value.web else "off",
    }
    return {name: NOTHING if text is None else str(text) for name, text in texts.items()}


def snmp_words(value: Snmp) -> dict[str, str]:
    """Return each setting of the SNMP agent by name, so that two values can be compared."""
    return {
        "location": quoted(value.location),
        "contact": quoted(value.contact),
        "traps to": listed(value.trap_receivers),
    }


def longest_words(longest_match: bool) -> str:  # noqa: FBT001 - the value of a field
    """Return what LDP makes of routes that only cover an address."""
    return ", also along routes that cover an address" if longest_match else ""


def peer_words(peer: BgpPeer | None) -> str:
    """Return what is said of a BGP neighbour, with a blank in front; nothing for none."""
    if peer is None:
        return ""
    source = f" from {peer.source}" if peer.source else ""
    role = " and reflect its routes" * peer.client
    return f" in AS {peer.asn}{source}, {'with' if peer.vpnv4 else 'without'} VPN routes{role}"


def queueing_words(queueing: Queueing | None) -> str:
    """Return how a port's queues are told to people."""
    if queueing is None:
        return "queues as from the factory, marks are not believed"
    rate = "" if queueing.rate_kbps is None else f", {queueing.rate_kbps} kbit/s"
    shares = ", ".join(f"queue {queue}: {share} %" for queue, share in sorted(queueing.shares.items()))
    return f"DSCP is believed{rate}" + (f"; {shares}" if shares else "")

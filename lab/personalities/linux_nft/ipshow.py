"""What ``ip`` prints: the formats of iproute2 6.1, taken from its own output.

Details of ``vlan``, ``bond`` and ``bond_slave`` follow public captures (a Debian mailing-list thread on
bonding, Spiderpool's guide).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .net import Link, Net

_TAIL: Final = (
    "addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 "
    "tso_max_size 65536 tso_max_segs 65535 gro_max_size 65536 "
)
_BOND: Final = (
    "updelay 0 downdelay 0 peer_notify_delay 0 use_carrier 1 arp_interval 0 arp_missed_max 2 arp_validate none "
    "arp_all_targets any primary_reselect always fail_over_mac none xmit_hash_policy layer2 resend_igmp 1 "
    "num_grat_arp 1 all_slaves_active 0 min_links 0 lp_interval 1 packets_per_slave 1 lacp_active on "
    "lacp_rate slow ad_select stable tlb_dynamic_lb 1 "
)


def _flags(net: Net, link: Link) -> str:
    if link.kind == "loopback":
        return "LOOPBACK,UP,LOWER_UP" if link.up else "LOOPBACK"
    running = net.running(link)
    flags = ["NO-CARRIER"] if link.up and not running else []
    flags += ["BROADCAST", "MULTICAST"]
    flags += ["MASTER"] if link.kind == "bond" else []
    flags += ["SLAVE"] if link.master else []
    flags += ["UP"] if link.up else []
    flags += ["LOWER_UP"] if running else []
    flags += ["M-DOWN"] if link.parent and not net.links[link.parent].up else []
    return ",".join(flags)


def _state(net: Net, link: Link) -> str:
    if link.kind == "loopback":
        return "UNKNOWN" if link.up else "DOWN"
    if net.running(link):
        return "UP"
    return "LOWERLAYERDOWN" if link.up and link.kind == "vlan" else "DOWN"


def _head(net: Net, link: Link, *, mode: str) -> str:
    queue = "noop" if not link.opened else "noqueue" if link.kind else "fq_codel"
    name = f"{link.name}@{link.parent}" if link.parent else link.name
    master = f"master {link.master} " if link.master else ""
    return (
        f"{link.index}: {name}: <{_flags(net, link)}> mtu {65536 if link.kind == 'loopback' else 1500} "
        f"qdisc {queue} {master}state {_state(net, link)} {mode}group default qlen 1000"
    )


def _details(net: Net, link: Link) -> str:
    limits = "0  allmulti 0 minmtu 0 maxmtu 0" if link.kind == "loopback" else "0  allmulti 0 minmtu 68 maxmtu 65535"
    text = f" promiscuity {limits} "
    if link.kind == "vlan":
        text += rf"\    vlan protocol 802.1Q id {link.vid} <REORDER_HDR> "
    elif link.kind == "bond":
        active = next((f"active_slave {m.name} " for m in net.members(link.name) if net.running(m)), "")
        text += rf"\    bond mode {link.mode} {active}miimon 0 {_BOND}"
    elif link.master:
        active = next((m.name for m in net.members(link.master) if net.running(m)), "")
        state = "ACTIVE" if active == link.name else "BACKUP"
        text += (
            rf"\    bond_slave state {state} mii_status {'UP' if net.running(link) else 'DOWN'} "
            f"link_failure_count 0 perm_hwaddr {link.mac} queue_id 0 prio 0 "
        )
    return text + _TAIL


def _mac(net: Net, link: Link) -> str:
    return net.links[link.master].mac if link.master else link.mac


def link_line(net: Net, link: Link, *, details: bool) -> str:
    r"""Return one link on one line, parts parted by ``\`` as ``-o`` does."""
    kind, broadcast = ("loopback", "00:00:00:00:00:00") if link.kind == "loopback" else ("ether", "ff:ff:ff:ff:ff:ff")
    text = f"{_head(net, link, mode='mode DEFAULT ')}\\    link/{kind} {_mac(net, link)} brd {broadcast}"
    text += _details(net, link) if details else ""
    return text + (rf"\    alias {link.alias}" if link.alias else "")


def address_lines(link: Link) -> list[str]:
    """Return one line an address, as ``-o`` does."""
    scope = "host" if link.kind == "loopback" else "global"
    return [
        f"{link.index}: {link.name}    inet {address} scope {scope} {link.name}"
        r"\       valid_lft forever preferred_lft forever"
        for address in link.addresses
    ]


def address_block(net: Net, link: Link) -> str:
    """Return one link with its IPv4 addresses, as ``ip -4 address show`` prints it."""
    scope = "host" if link.kind == "loopback" else "global"
    rows = [
        f"    inet {address} scope {scope} {link.name}\n       valid_lft forever preferred_lft forever"
        for address in link.addresses
    ]
    return "\n".join([_head(net, link, mode=""), *rows])


def route_lines(net: Net) -> list[str]:
    """Return the main table: static routes and the networks of the links that are up, by prefix."""
    rows: list[tuple[tuple[int, int], str]] = []
    for prefix, route in net.routes.items():
        shown = str(prefix.network_address) if prefix.prefixlen == 32 else str(prefix)  # noqa: PLR2004 - a host
        shown = "default" if prefix.prefixlen == 0 else shown
        via = f"via {route.gateway} dev {route.device} " if route.gateway else f"dev {route.device} scope link "
        rows.append(((int(prefix.network_address), prefix.prefixlen), f"{shown} {via}{_linkdown(net, route.device)}"))
    for link in net.links.values():
        for address in link.addresses:
            if link.up and link.kind != "loopback" and address.network.prefixlen < 32:  # noqa: PLR2004 - a host
                network = address.network
                text = f"{network} dev {link.name} proto kernel scope link src {address.ip} "
                key = (int(network.network_address), network.prefixlen)
                rows.append((key, text + _linkdown(net, link.name)))
    return [text for _, text in sorted(rows)]


def own_lines(net: Net, table: str) -> list[str]:
    """Return the table ``local``: every address of a link that is up, and where it broadcasts, by address."""
    rows: list[tuple[int, str]] = []
    for link in net.links.values():
        for address in link.addresses if link.up else ():
            end = f"proto kernel scope link src {address.ip} "
            own = f"dev {link.name} {table}proto kernel scope host src {address.ip} "
            if link.kind == "loopback" and address.network.prefixlen < 32:  # noqa: PLR2004 - a host
                rows.append((int(address.network.network_address), f"local {address.network} {own}"))
            rows.append((int(address.ip), f"local {address.ip} {own}"))
            if address.network.prefixlen < 31:  # noqa: PLR2004 - RFC 3021: two hosts and no broadcast
                last = address.network.broadcast_address
                rows.append((int(last), f"broadcast {last} dev {link.name} {table}{end}{_linkdown(net, link.name)}"))
    return [text for _, text in sorted(rows)]


def _linkdown(net: Net, device: str) -> str:
    return "" if net.running(net.links[device]) else "linkdown "

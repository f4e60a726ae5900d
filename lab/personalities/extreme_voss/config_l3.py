"""VRFs, addresses and static routes."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Interface, IPv4Network, NetmaskValueError
from typing import TYPE_CHECKING, cast

from lab.personalities.extreme_voss.cli import integer
from lab.personalities.extreme_voss.state import GLOBAL, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.extreme_voss.cli import Cli
    from lab.personalities.extreme_voss.state import Box
    from lab.personalities.wordtree import Values

_VRF_FROM = 5  # an ERS has VRFs from this release


def _create_vrf(cli: Cli, values: Values) -> str:
    box, name = cli.box, str(values["text"])
    if box.ers and int(box.twin.software.partition(".")[0] or 0) < _VRF_FROM:
        raise Refusal("% Invalid input detected at '^' marker.")
    if name in box.vrfs:
        raise Refusal(f"Error: VRF {name} already exists")
    free = next(number for number in range(1, len(box.vrfs) + 1) if number not in box.vrfs.values())
    number = cast("int", values.get("number", free))
    if number in box.vrfs.values():
        raise Refusal(f"Error: VRF id {number} is in use")
    box.vrfs[name] = number
    return ""


def _delete_vrf(cli: Cli, values: Values) -> str:
    """Ask first (Extreme's fabric clean-up answers ``y``; the question's words are ours)."""
    name = cli.box.vrf(str(values["text"]))

    def answer(text: str) -> str:
        if not text.strip().lower().startswith("y"):
            return ""
        if name == GLOBAL or _used(cli.box, name):
            raise Refusal(f"Error: VRF {name} is in use")
        del cli.box.vrfs[name]
        cli.box.routes.pop(name, None)
        return ""

    cli.question = (f"VRF {name} and all its configuration will be deleted. Continue (y/n) ? ", answer)
    return ""


def _used(box: Box, name: str) -> bool:
    loopbacks = (vrf for _, vrf in box.loopbacks.values())
    return name in {*(vlan.vrf for vlan in box.vlans.values()), *loopbacks}


def _interface(address: object, mask: object) -> IPv4Interface:
    try:
        return IPv4Interface(f"{address}/{mask}")
    except (AddressValueError, NetmaskValueError) as error:
        raise Refusal("Error: invalid network mask") from error


def _vlan_address(cli: Cli, values: Values) -> str:
    vlan = cli.box.vlan(cli.number)
    if vlan.address:
        raise Refusal(f"Error: VLAN {vlan.vid} already has an IP address")
    given = values["address"]
    if "mask" in values:
        given = _interface(given, values["mask"])
    if not isinstance(given, IPv4Interface):
        return "% Incomplete command."
    vlan.address, vlan.offset = given, cast("int", values.get("number", cli.box.free_offset()))
    return ""


def _vlan_no_address(cli: Cli, values: Values) -> str:
    del values
    cli.box.vlan(cli.number).address = None
    return ""


def _vlan_vrf(cli: Cli, values: Values) -> str:
    vlan = cli.box.vlan(cli.number)
    if vlan.address:
        raise Refusal(f"Error: VLAN {vlan.vid} has an IP address")
    vlan.vrf = cli.box.vrf(str(values.get("text", GLOBAL)))
    return ""


def _loopback(cli: Cli, values: Values) -> str:
    if cli.number in cli.box.loopbacks:
        raise Refusal("Error: the interface already has an IP address")
    vrf = cli.box.vrf(str(values.get("text", GLOBAL)))
    cli.box.loopbacks[cli.number] = (cast("IPv4Interface", values["ip/mask"]), vrf)
    return ""


def _no_loopback(cli: Cli, values: Values) -> str:
    held = cli.box.loopbacks.get(cli.number)
    given = values.get("ip", values["first"])
    if held is None or str(held[0].ip) != str(given) or held[1] != values.get("text", GLOBAL):
        raise Refusal("Error: the interface has no such IP address")
    del cli.box.loopbacks[cli.number]
    return ""


def _route(*, gone: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        vrf = str(cli.chosen) if cli.mode == "router-vrf" else GLOBAL
        try:
            prefix = IPv4Network(f"{values['ip']}/{values['mask']}")
        except ValueError as error:
            raise Refusal("Error: invalid destination or network mask") from error
        key = f"{prefix.network_address} {prefix.netmask} {values['hop']}"
        if (key in cli.box.routes[vrf]) is not gone:
            raise Refusal(f"Error: the route {'does not exist' if gone else 'already exists'}")
        if gone:
            del cli.box.routes[vrf][key]
        else:
            cli.box.routes[vrf][key] = f"ip route {key} weight {values.get('number', 1)}"
        return ""

    return run


def _management(cli: Cli, values: Values) -> str:
    cli.box.management = _interface(values["ip"], values["mask"])
    return ""


def _loopback_numbered(cli: Cli, values: Values) -> str:
    if integer(values, "number") != cli.number:
        raise Refusal("Error: interface id mismatch")
    return _loopback(cli, values)


_ROUTES: dict[str, Callable[[Cli, Values], str]] = {
    "ip route <ip> <ip:mask> <ip:hop> [weight <number>]": _route(gone=False),
    "no ip route <ip> <ip:mask> <ip:hop>": _route(gone=True),
}
CONFIG: dict[str, Callable[[Cli, Values], str]] = {
    "ip vrf <text> [vrfid <number>]": _create_vrf,
    "no ip vrf <text>": _delete_vrf,
    **_ROUTES,
}
INSIDE: dict[str, dict[str, Callable[[Cli, Values], str]]] = {
    "vlan": {
        "vrf <text>": _vlan_vrf,
        "no vrf": _vlan_vrf,
        "ip address <either:address>": _vlan_address,
        "ip address <either:address> <ip:mask> [<number>]": _vlan_address,
        "no ip address": _vlan_no_address,
    },
    "loopback": {
        "ip address <number> <ip/mask> [vrf <text>]": _loopback_numbered,
        "no ip address <text:first> <ip> vrf <text>": _no_loopback,
        "no ip address <text:first>": _no_loopback,
    },
    "mgmt": {"ip address <ip> <ip:mask>": _management},
    "router-vrf": _ROUTES,
}

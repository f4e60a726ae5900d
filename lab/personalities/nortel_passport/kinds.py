"""The kinds of argument that the classic command line checks."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, NetmaskValueError
from typing import TYPE_CHECKING

from lab.personalities.wordtree import BadValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.nortel_passport.state import Box

_ANY = "default"  # as an address of a classic filter (Nipper)


def _number(low: int, high: int) -> Callable[[Box, str], int]:
    def check(box: Box, token: str) -> int:
        del box
        if not token.isdecimal():
            raise BadValueError("unknown")
        if not low <= int(token) <= high:
            raise BadValueError(f"parameter {token} is out of range")
        return int(token)

    return check


def _text(box: Box, token: str) -> str:
    del box
    return token


def _address(box: Box, token: str) -> IPv4Address:
    del box
    try:
        return IPv4Address(token)
    except AddressValueError as error:
        raise BadValueError(f"parameter {token} is out of range") from error


def _interface(box: Box, token: str) -> IPv4Interface:
    """``10.0.0.1/255.255.255.0``; a prefix length is not what the captures show, and is refused."""
    del box
    if not re.fullmatch(r"[\d.]+/\d+\.\d+\.\d+\.\d+", token):
        raise BadValueError(f"parameter {token} is out of range")
    try:
        return IPv4Interface(token)
    except (AddressValueError, NetmaskValueError) as error:
        raise BadValueError(f"parameter {token} is out of range") from error


def _filter_address(box: Box, token: str) -> str:
    if token == _ANY:
        return token
    return str(_interface(box, token).with_netmask)


def _ports(box: Box, token: str) -> tuple[str, ...]:
    return box.chassis.parse(token)


def _port(box: Box, token: str) -> str:
    ports = box.chassis.parse(token)
    if len(ports) > 1:
        raise BadValueError(f"object {token} is out of range")
    return ports[0]


KINDS: dict[str, Callable[[Box, str], object]] = {
    "vid": _number(1, 4094),
    "stg": _number(1, 64),
    "mlt": _number(1, 512),  # upper bound of a public analyser of these configurations
    "id": _number(1, 4096),
    "number": _number(0, 65535),
    "text": _text,
    "ip": _address,
    "ip/mask": _interface,
    "any/mask": _filter_address,
    "ports": _ports,
    "port": _port,
}

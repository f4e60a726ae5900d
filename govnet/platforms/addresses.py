"""Addresses with the net masks that these command lines write; wildcards and gaps are refused, never reinterpreted."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

_BITS = 32


def prefix_length(mask: str) -> int:
    """Return the length of a prefix from ``24`` or ``255.255.255.0``.

    Raises:
        ValueError: the mask has gaps, is a wildcard, or is longer than an address.
    """
    if "." not in mask:
        if not 0 <= int(mask) <= _BITS:
            raise ValueError(f"{mask}: no length of a prefix")
        return int(mask)
    value = int(IPv4Address(mask))
    length = value.bit_count()
    if value != (0xFFFFFFFF << (_BITS - length)) & 0xFFFFFFFF:
        raise ValueError(f"{mask}: no contiguous net mask")
    return length


def interface(text: str) -> IPv4Interface:
    """Return ``10.0.0.1/255.255.255.0`` as an address with its prefix length.

    Raises:
        ValueError: it is no address with a net mask.
    """
    address, slash, mask = text.partition("/")
    if not slash:
        raise ValueError(f"{text}: no mask")
    return IPv4Interface(f"{address}/{prefix_length(mask)}")


def network(text: str) -> IPv4Network:
    """Return ``10.0.0.0/255.255.255.0`` as a network.

    Raises:
        ValueError: it is no network with a net mask, or has host bits.
    """
    found = interface(text)
    if found.ip != found.network.network_address:
        raise ValueError(f"{text}: host bits are set")
    return found.network

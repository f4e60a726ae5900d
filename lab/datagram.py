"""A datagram from a device's own address, for what it says unasked: traps and syslog."""

from __future__ import annotations

import socket

from govnet.errors import LabError


def send(address: str, data: bytes, to: tuple[str, int]) -> None:
    """Send a datagram from a device's own address.

    Raises:
        LabError: it cannot be sent.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        try:
            sender.bind((address, 0))
            sender.sendto(data, to)
        except OSError as error:
            raise LabError(
                f"{address}: cannot send to {to[0]}:{to[1]} ({error.strerror}). Name an address that it can reach."
            ) from error

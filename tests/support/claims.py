"""Ports and addresses of one test alone, whichever process it runs in: nobody else is given them meanwhile.

To bind a port of the kernel's choice, close it and let a program bind it again leaves a gap in which another test gets
it. What is claimed here is marked by a name in Linux's abstract namespace, which goes with this process.
"""

from __future__ import annotations

import socket

# The kernel gives away 32768 and on by itself, to every socket that asks for no port of its own.
_PORTS = iter(range(20_000, 32_000))
_BLOCKS = iter(range(8, 124, 2))
_MARKS: list[socket.socket] = []


def free_port() -> int:
    """Return a port on which nobody listens, for a program that is yet to be started."""
    return next(port for port in _PORTS if _claimed(f"port {port}") and _is_free(port))


def own_block() -> int:
    """Return an even second octet: a lab of 10.<block>.0.0/15 answers at 127.<block>.x.y and at the next."""
    return next(block for block in _BLOCKS if _claimed(f"block {block}"))


def _claimed(what: str) -> bool:
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0govnet tests: {what}")
    except OSError:
        mark.close()
        return False
    _MARKS.append(mark)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        try:
            tcp.bind(("0.0.0.0", port))
            udp.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True

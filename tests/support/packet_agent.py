"""Runs by itself inside a user namespace: real frames, pings and TCP sessions between hosts that are namespaces.

Reads {"hosts": [[pid, address], ...], "ports": [...]} and writes {"frames": [[from, to], ...], "icmp": [...], "tcp":
{port: [...]}}: what arrived, by the hosts' indices. One process holds the sockets of all: a socket stays in the
namespace where it was made.
"""

from __future__ import annotations

import ctypes
import json
import resource
import select
import socket
import struct
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CLONE_NEWNET = 0x40000000
ETHERTYPE = 0x88B5  # IEEE 802: local experiments
QUIET = 2.0
PAUSE = 0.02  # a burst of all hosts at once overruns the kernel's backlog (net.core.netdev_max_backlog, 1000 packets)
LIBC = ctypes.CDLL(None, use_errno=True)


def enter(pid: int) -> None:
    """Go into the network namespace of a process."""
    with open(f"/proc/{pid}/ns/net") as file:  # noqa: PTH123 - no Path is needed here
        if LIBC.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {pid}")


def frames(pids: list[int]) -> list[tuple[int, int]]:
    """Broadcast a frame from each host; return who heard whom."""
    ears = []
    for pid in pids:
        enter(pid)
        ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        ear.bind(("eth0", ETHERTYPE))
        ear.setblocking(False)  # noqa: FBT003 - its only form
        ears.append(ear)
    for index, ear in enumerate(ears):
        source = ear.getsockname()[4]
        ear.send(b"\xff" * 6 + source + struct.pack("!HI", ETHERTYPE, index) + bytes(42))
    numbers = {ear.fileno(): index for index, ear in enumerate(ears)}
    heard = []
    for fd in waited(numbers):
        data = ears[numbers[fd]].recv(2048)
        heard.append((struct.unpack("!I", data[14:18])[0], numbers[fd]))
    return [pair for pair in heard if pair[0] != pair[1]]


def waited(numbers: dict[int, int]) -> Iterator[int]:
    """Yield descriptors that have something to read, until it has been quiet for long enough."""
    poll = select.poll()
    for fd in numbers:
        poll.register(fd, select.POLLIN)
    end = time.monotonic() + QUIET
    while time.monotonic() < end:
        for fd, _ in poll.poll(100):
            end = time.monotonic() + QUIET
            yield fd


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def pings(hosts: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Ping from each host to each, twice, as the first may only have called for addresses; return who got an answer."""
    return sorted({*_pings(hosts), *_pings(hosts)})


def _pings(hosts: list[tuple[int, str]]) -> list[tuple[int, int]]:
    probes = []
    for pid, _ in hosts:
        enter(pid)
        probes.append(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
        probes[-1].setblocking(False)  # noqa: FBT003 - its only form
    for index, probe in enumerate(probes):
        for target, (_, address) in enumerate(hosts):
            if target != index:
                plain = struct.pack("!BBHHH", 8, 0, 0, index, target)
                probe.sendto(struct.pack("!BBHHH", 8, 0, checksum(plain), index, target), (address, 0))
        time.sleep(PAUSE)
    numbers = {probe.fileno(): index for index, probe in enumerate(probes)}
    answered = []
    for fd in waited(numbers):
        data = probes[numbers[fd]].recv(2048)[20:28]
        kind, _, _, index, target = struct.unpack("!BBHHH", data)
        if kind == 0 and index == numbers[fd]:
            answered.append((index, target))
    return answered


def sessions(hosts: list[tuple[int, str]], port: int) -> list[tuple[int, int]]:
    """Open a TCP session from each host to each; return whose were opened."""
    ears = []
    for pid, address in hosts:
        enter(pid)
        ear = socket.create_server((address, port), backlog=len(hosts))
        ears.append(ear)
    calls: dict[int, tuple[int, int, socket.socket]] = {}
    poll = select.poll()
    for index, (pid, _) in enumerate(hosts):
        enter(pid)
        for target, (_, address) in enumerate(hosts):
            if target != index:
                call = socket.socket()
                call.setblocking(False)  # noqa: FBT003 - its only form
                call.connect_ex((address, port))
                calls[call.fileno()] = (index, target, call)
                poll.register(call.fileno(), select.POLLOUT)
        time.sleep(PAUSE)
    opened = []
    end = time.monotonic() + QUIET
    while calls and time.monotonic() < end:
        for fd, _ in poll.poll(100):
            index, target, call = calls.pop(fd)
            poll.unregister(fd)
            if call.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                opened.append((index, target))
                end = time.monotonic() + QUIET
            call.close()
    for _, _, call in calls.values():
        call.close()
    for ear in ears:
        ear.close()
    return opened


def main() -> None:
    """Do everything once."""
    plan = json.load(sys.stdin)
    hosts = [(int(pid), str(address)) for pid, address in plan["hosts"]]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found = {
        "frames": frames([pid for pid, _ in hosts]),
        "icmp": pings(hosts),
        "tcp": {port: sessions(hosts, port) for port in plan["ports"]},
    }
    json.dump(found, sys.stdout)


main()

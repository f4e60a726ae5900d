"""Agents for the benchmarks: any number of devices behind one socket, each on its own loopback address.

They answer SNMPv2c and SNMPv3 (authPriv, SHA and AES-128) from one table of interfaces, remember the body of each
answer, and check no request: the judge is the client's CPU, and they must not be what it waits for.
"""

from __future__ import annotations

import socket
import struct
import time
from bisect import bisect_right
from contextlib import contextmanager
from multiprocessing import Event, Process, Queue
from typing import TYPE_CHECKING

from collectors.model import Index, Lookup, Metric, Module
from snmp import Auth, ber, pdu, usm
from snmp.v3_message import FLAG_AUTH, FLAG_PRIV, Header, read_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.synchronize import Event as Flag

V2C = Auth(2)
V3 = Auth(
    3,
    username="poller",
    security_level="authPriv",
    auth_protocol="SHA",
    password="authentication",
    priv_protocol="AES",
    priv_password="encryption",
)
IP_PKTINFO = 8
_PKTINFO = struct.Struct("=i4s4s")
_REPORT = "1.3.6.1.6.3.15.1.1.4.0"
IF_TABLE, IF_X_TABLE = (1, 3, 6, 1, 2, 1, 2, 2, 1), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
TABLES = {IF_TABLE: 22, IF_X_TABLE: 19}
TEXTS = {(IF_TABLE, 2), (IF_X_TABLE, 1), (IF_X_TABLE, 18)}
UPS, UPS_SCALARS = (1, 3, 6, 1, 2, 1, 33, 1, 2), 10
HIGH_COUNTERS = range(6, 14)
FIRST_COUNTER = 9


def module(name: str, columns: Iterable[tuple[tuple[int, ...], int]]) -> Module:
    """Return a module that reads the scalars and some columns of the interfaces, labelled by name and description.

    All that it walks becomes a sample or a label, so that every client has the same to fetch.
    """
    described = ((IF_X_TABLE, 1, "ifName"), (IF_X_TABLE, 18, "ifAlias"), (IF_TABLE, 2, "ifDescr"))
    lookups = tuple(
        Lookup(("ifIndex",), text, _dotted(*table, column), "DisplayString") for table, column, text in described
    )
    scalars = {"up": (1, 3, 6, 1, 2, 1, 1, 3)} | {
        f"ups{number}": (*UPS, number) for number in range(1, UPS_SCALARS + 1)
    }
    metrics = [Metric(key, _dotted(*oid), "gauge", "A scalar.") for key, oid in scalars.items()]
    for table, column in columns:
        if (table, column) not in TEXTS:
            kind = "counter" if column >= FIRST_COUNTER or table == IF_X_TABLE else "gauge"
            key = f"if{'X' if table == IF_X_TABLE else ''}{column}"
            text = f"Column {column} of an interface."
            metrics.append(Metric(key, _dotted(*table, column), kind, text, (Index("ifIndex", "gauge"),), lookups))
    gets = tuple(_dotted(*oid, 0) for oid in scalars.values())
    return Module(name, (_dotted(*IF_TABLE), _dotted(*IF_X_TABLE)), gets, tuple(metrics))


def every_column() -> list[tuple[tuple[int, ...], int]]:
    """Return the columns of both tables."""
    return [(table, column) for table, last in TABLES.items() for column in range(1, last + 1)]


def _dotted(*numbers: int) -> str:
    return ".".join(map(str, numbers))


def address(number: int) -> str:
    """Return the address of a device."""
    return f"127.81.{20 + number // 250}.{1 + number % 250}"


def rows(ports: int) -> list[tuple[tuple[int, ...], bytes]]:
    """Return name and encoded binding of each cell, in order: sysUpTime, 10 UPS scalars, ifTable and ifXTable."""
    cells: dict[tuple[int, ...], bytes] = {(1, 3, 6, 1, 2, 1, 1, 3, 0): ber.integer(123456, ber.TIMETICKS)}
    cells |= {(*UPS, number, 0): ber.integer(40 + number) for number in range(1, UPS_SCALARS + 1)}
    # Something after the tables, so that every walk ends by leaving its subtree.
    cells[1, 3, 6, 1, 3, 1, 0] = ber.integer(0)
    for table, columns in TABLES.items():
        for column in range(1, columns + 1):
            for port in range(1, ports + 1):
                cells[*table, column, port] = _cell(table, column, port)
    return [
        (name, ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, ber.encode_oid(name)) + value))
        for name, value in sorted(cells.items())
    ]


def _cell(table: tuple[int, ...], column: int, port: int) -> bytes:
    """Return one encoded value of the type that the column has."""
    if (table, column) in TEXTS:
        return ber.octets(f"port 1/{port}".encode())
    if table == IF_X_TABLE and column in HIGH_COUNTERS:
        return ber.integer(port * 10**12 + column, ber.COUNTER64)
    if column >= FIRST_COUNTER:
        return ber.integer(port * 1000 + column, ber.COUNTER32)
    return ber.integer(1)


class Agents:
    """The devices: what each answers, and the sealing of it."""

    def __init__(self, ports: int) -> None:
        table = rows(ports)
        self._names, self._bindings = [name for name, _ in table], [binding for _, binding in table]
        self._bodies: dict[bytes, bytes] = {}
        self._engines: dict[bytes, tuple[bytes, usm.Mac, usm.Aes]] = {}

    def reply(self, data: bytes, device: bytes) -> bytes:
        """Return the message that answers a request to the device of that address."""
        version, pos = pdu.open_message(data)
        if version == pdu.V3:
            return self._reply_v3(data, device)
        start, stop = ber.expect(data, pos, len(data), ber.OCTET_STRING)
        return ber.tlv(ber.SEQUENCE, ber.integer(version) + ber.octets(data[start:stop]) + self.response(data, stop))

    def response(self, data: bytes, pos: int) -> bytes:
        """Return the response PDU to the request PDU at `pos`."""
        kind, start, stop = ber.read(data, pos, len(data))
        number, after = ber.expect_integer(data, start, stop)
        body = self._bodies.get(data[after:stop])
        if body is None:
            body = self._bodies[data[after:stop]] = self._body(kind, pdu.decode(data, pos, stop))
        return ber.tlv(pdu.RESPONSE, ber.integer(number) + body)

    def _body(self, kind: int, asked: pdu.Pdu) -> bytes:
        """Return what follows the request-id."""
        oids = [ber.decode_oid(oid) for oid, _, _ in asked.bindings]
        if kind == pdu.GET:
            found = [self._bindings[bisect_right(self._names, oid) - 1] for oid in oids]
        else:
            places = [bisect_right(self._names, oid) for oid in oids]
            count = asked.error_index if kind == pdu.GET_BULK else 1
            end = len(self._names) - 1
            found = [self._bindings[min(place + step, end)] for step in range(count) for place in places]
        return b"\x02\x01\x00\x02\x01\x00" + ber.tlv(ber.SEQUENCE, b"".join(found))

    def _engine(self, device: bytes) -> tuple[bytes, usm.Mac, usm.Aes]:
        """Return engine identifier, MAC and cipher of a device."""
        found = self._engines.get(device)
        if found is None:
            engine_id = b"\x80\x00\x00\x00\x01" + device
            mac, cipher = usm.mac_for(V3, engine_id), usm.cipher_for(V3, engine_id)
            assert mac is not None
            assert isinstance(cipher, usm.Aes)
            found = self._engines[device] = (engine_id, mac, cipher)
        return found

    def _reply_v3(self, data: bytes, device: bytes) -> bytes:
        """Return a sealed response, or the report that tells the engine."""
        header = read_header(data)
        engine_id, mac, cipher = self._engine(device)
        if not header.flags & FLAG_PRIV:
            number = ber.integer(header.message_id)
            binding = ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, ber.encode_oid(_REPORT)) + ber.integer(1, ber.COUNTER32))
            report = ber.tlv(pdu.REPORT, number + b"\x02\x01\x00\x02\x01\x00" + ber.tlv(ber.SEQUENCE, binding))
            return _message(header, engine_id, (b"", b""), _scoped(engine_id, report))
        start, stop = ber.expect(data, header.body, len(data), ber.OCTET_STRING)
        plain = cipher.decrypt(data[start:stop], header.salt, header.boots, header.time)
        inner, end = ber.expect(plain, 0, len(plain), ber.SEQUENCE)
        _, inner = ber.expect(plain, inner, end, ber.OCTET_STRING)
        _, inner = ber.expect(plain, inner, end, ber.OCTET_STRING)
        secret, salt = cipher.encrypt(_scoped(engine_id, self.response(plain, inner)), 1, _clock())
        message = _message(header, engine_id, (bytes(mac.size), salt), ber.octets(secret))
        at = read_header(message).mac[0]
        return b"".join((message[:at], mac.sign(message), message[at + mac.size :]))


def _clock() -> int:
    """Return the engines' time."""
    return int(time.monotonic()) & 0xFFFFFF


def _scoped(engine_id: bytes, body: bytes) -> bytes:
    return ber.tlv(ber.SEQUENCE, ber.octets(engine_id) + ber.octets(b"") + body)


def _message(asked: Header, engine_id: bytes, proof: tuple[bytes, bytes], scoped: bytes) -> bytes:
    """Return an SNMPv3 message with an empty or zero MAC and a salt."""
    digest, salt = proof
    flags = FLAG_AUTH | FLAG_PRIV if digest else 0
    head = ber.integer(asked.message_id) + ber.integer(65507) + ber.octets(bytes((flags,))) + ber.integer(3)
    front = ber.octets(engine_id) + ber.integer(1) + ber.integer(_clock()) + ber.octets(asked.user)
    security = ber.octets(ber.tlv(ber.SEQUENCE, front + ber.octets(digest) + ber.octets(salt)))
    return ber.tlv(ber.SEQUENCE, ber.integer(3) + ber.tlv(ber.SEQUENCE, head) + security + scoped)


def _serve(ready: Queue[int], stop: Flag, ports: int) -> None:
    """Answer until told to stop, from the address that was asked."""
    agents = Agents(ports)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        server.bind(("0.0.0.0", 0))
        server.settimeout(0.2)
        ready.put(server.getsockname()[1])
        while not stop.is_set():
            try:
                data, extra, _, source = server.recvmsg(65535, 64)
            except TimeoutError:
                continue
            _, _, device = _PKTINFO.unpack(extra[0][2])
            own = (socket.IPPROTO_IP, IP_PKTINFO, _PKTINFO.pack(0, device, bytes(4)))
            server.sendmsg([agents.reply(data, device)], [own], 0, source)


@contextmanager
def running(ports: int) -> Iterator[int]:
    """Run the agents in a process of their own; yield the UDP port, the same on every address."""
    ready: Queue[int] = Queue()
    stop = Event()
    server = Process(target=_serve, args=(ready, stop, ports), daemon=True)
    server.start()
    try:
        yield ready.get(timeout=20)
    finally:
        stop.set()
        server.join(5)

"""A real snmpd on loopback, and a small agent that serves given rows."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.net_snmp import agent

from snmp import ber, pdu

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

PASSWORD, PRIVACY = "authpassword", "privpassword"
USERS = {
    "md5des": ("MD5", "DES"),
    "shaaes": ("SHA", "AES"),
    "sha256aes256": ("SHA-256", "AES-256"),
    "sha512aes192": ("SHA-512", "AES-192"),
    "sha224aes": ("SHA-224", "AES"),
    "sha384aes": ("SHA-384", "AES"),
}


@pytest.fixture(scope="session")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Start net-snmp's agent with one user a pair of protocols; end it with the session."""
    host = "127.81.16.1"
    lines = ["rocommunity public", "sysLocation 青海省政府 机房", "sysName judge"]
    for user, (auth, priv) in USERS.items():
        lines += [f"createUser {user} {auth} {PASSWORD} {priv} {PRIVACY}", f"rouser {user} noauth"]
    with agent(tmp_path_factory.mktemp("snmpd"), host, lines) as address:
        yield address


class Agent(asyncio.DatagramProtocol):
    """Serves rows by SNMPv1 and v2c; `spoil` may change or drop each reply."""

    def __init__(self, rows: Mapping[str, tuple[int, bytes]], spoil: Callable[[bytes], bytes | None] | None) -> None:
        ordered = sorted((tuple(map(int, oid.split("."))), value) for oid, value in rows.items())
        self.keys = [key for key, _ in ordered]
        self.cells = [(ber.encode_oid(key), *value) for key, value in ordered]
        self.spoil, self.asked = spoil, 0
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        self.asked += 1
        version, pos = pdu.open_message(data)
        start, stop = ber.expect(data, pos, len(data), ber.OCTET_STRING)
        asked = pdu.decode(data, stop, len(data))
        found = self.answer(asked)
        body = b"".join(ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, oid) + ber.tlv(tag, value)) for oid, tag, value in found)
        numbers = ber.integer(asked.request_id) + ber.integer(0) + ber.integer(0)
        reply = ber.tlv(pdu.RESPONSE, numbers + ber.tlv(ber.SEQUENCE, body))
        head = ber.integer(version) + ber.octets(data[start:stop])
        message: bytes | None = ber.tlv(ber.SEQUENCE, head + reply)
        if self.spoil and message:
            message = self.spoil(message)
        if message:
            self.transport.sendto(message, source)

    def answer(self, asked: pdu.Pdu) -> list[ber.VarBind]:
        names = [name for name, _, _ in asked.bindings]
        if asked.type == pdu.GET:
            return [self.exactly(name) for name in names]
        rounds = asked.error_index if asked.type == pdu.GET_BULK else 1
        found: list[ber.VarBind] = []
        for _ in range(rounds):
            line = [self.after(name) for name in names]
            found += line
            names = [name for name, _, _ in line]
        return found

    def exactly(self, name: bytes) -> ber.VarBind:
        at = bisect_right(self.keys, ber.decode_oid(name)) - 1
        if at >= 0 and self.cells[at][0] == name:
            return self.cells[at]
        return name, ber.NO_SUCH_INSTANCE, b""

    def after(self, name: bytes) -> ber.VarBind:
        at = bisect_right(self.keys, ber.decode_oid(name))
        return self.cells[at] if at < len(self.cells) else (name, ber.END_OF_MIB_VIEW, b"")


@pytest.fixture
def serve() -> Callable[..., Any]:
    """Return a context manager that serves rows on a free loopback port and yields (address, agent)."""

    @asynccontextmanager
    async def start(
        rows: Mapping[str, tuple[int, bytes]], spoil: Callable[[bytes], bytes | None] | None = None
    ) -> AsyncIterator[tuple[tuple[str, int], Agent]]:
        loop = asyncio.get_running_loop()
        transport, agent = await loop.create_datagram_endpoint(
            lambda: Agent(rows, spoil), local_addr=("127.81.16.2", 0)
        )
        try:
            yield transport.get_extra_info("sockname")[:2], agent
        finally:
            transport.close()

    return start


@pytest.fixture
def recording() -> Callable[[str], dict[str, tuple[int, bytes]]]:
    """Return a reader of recorded walks; skips where the recordings are not beside the checkout."""
    folder = Path(__file__).parents[3] / "shared" / "recordings"

    def read(name: str) -> dict[str, tuple[int, bytes]]:
        if not (folder / name).exists():
            pytest.skip("recorded walks are not beside this checkout")
        lines = (folder / name).read_text("latin-1").splitlines()
        return dict(row(line) for line in lines if line)

    return read


def row(line: str) -> tuple[str, tuple[int, bytes]]:
    """Read ``OID|TAG|VALUE``; an x after the tag means hex."""
    oid, kind, value = line.split("|", 2)
    tag = int(kind.rstrip("x"))
    if kind.endswith("x"):
        return oid, (tag, bytes.fromhex(value))
    if tag in (ber.INTEGER, *ber.UNSIGNED):
        return oid, (tag, ber.integer(int(value))[2:])
    if tag == ber.OID:
        return oid, (tag, ber.encode_oid(value))
    if tag == ber.IP_ADDRESS:
        return oid, (tag, bytes(map(int, value.split("."))))
    return oid, (tag, value.encode("latin-1"))

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c

from snmp import MalformedError, ber, pdu

subids = st.integers(0, ber.MAX_SUBID)
oids = st.tuples(st.just(1), st.integers(0, 39), *[subids] * 3) | st.tuples(st.just(2), st.integers(0, 2**31), subids)
VALUES = {
    ber.INTEGER: (st.integers(-(2**31), 2**31 - 1), rfc1902.Integer32),
    ber.OCTET_STRING: (st.binary(max_size=300), rfc1902.OctetString),
    ber.COUNTER32: (st.integers(0, 2**32 - 1), rfc1902.Counter32),
    ber.GAUGE32: (st.integers(0, 2**32 - 1), rfc1902.Gauge32),
    ber.TIMETICKS: (st.integers(0, 2**32 - 1), rfc1902.TimeTicks),
    ber.COUNTER64: (st.integers(0, 2**64 - 1), rfc1902.Counter64),
}
bindings = st.lists(
    st.tuples(oids, st.sampled_from(sorted(VALUES)).flatmap(lambda tag: st.tuples(st.just(tag), VALUES[tag][0]))),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 2**31 - 1), bindings)
def test_reads_what_pysnmp_writes(number: int, wanted: list) -> None:
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, "secret")
    answer = v2c.ResponsePDU()
    v2c.apiPDU.set_defaults(answer)
    v2c.apiPDU.set_request_id(answer, number)
    pairs = [(v2c.ObjectIdentifier(oid), VALUES[tag][1](value)) for oid, (tag, value) in wanted]
    v2c.apiPDU.set_varbinds(answer, pairs)
    v2c.apiMessage.set_pdu(message, answer)
    found = pdu.Community(pdu.V2C, b"secret").open(encoder.encode(message), number)
    seen = [(ber.decode_oid(oid), (tag, native(tag, content))) for oid, tag, content in found.bindings]
    assert seen == [(tuple(oid), value) for oid, value in wanted]


def native(tag: int, content: bytes) -> int | bytes:
    return content if tag == ber.OCTET_STRING else ber.to_integer(tag, content)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 2**31 - 1), st.lists(oids, max_size=8), st.integers(1, 1000))
def test_pysnmp_reads_what_we_write(number: int, wanted: list, rows: int) -> None:
    request = pdu.Request(pdu.GET_BULK, [ber.encode_oid(oid) for oid in wanted], 0, rows)
    data = pdu.Community(pdu.V2C, b"secret").seal(request, number)
    message, rest = decoder.decode(data, asn1Spec=v2c.Message())
    asked = v2c.apiMessage.get_pdu(message)
    assert rest == b""
    assert asked.tagSet == rfc1905.GetBulkRequestPDU.tagSet
    assert int(v2c.apiBulkPDU.get_request_id(asked)) == number
    assert int(v2c.apiBulkPDU.get_max_repetitions(asked)) == rows
    assert [tuple(name) for name, _ in v2c.apiBulkPDU.get_varbinds(asked)] == wanted


@given(st.lists(subids, max_size=20))
def test_indexes_come_back(numbers: list) -> None:
    assert ber.decode_index(ber.encode_index(numbers)) == tuple(numbers)


@given(oids, oids)
def test_subtrees_are_prefixes(one: tuple, other: tuple) -> None:
    inside = other[: len(one)] == one
    assert ber.encode_oid(other).startswith(ber.encode_oid(one)) == inside


BROKEN = {
    "indefinite length": b"\x30\x80\x00\x00",
    "length beyond the end": b"\x30\x05\x02\x01\x01",
    "absurd length": b"\x30\x89" + bytes(9),
    "octets after the message": b"\x30\x03\x02\x01\x01\x00",
    "nothing": b"",
    "only a tag": b"\x30",
    "another tag": b"\x31\x03\x02\x01\x01",
    "empty version": b"\x30\x02\x02\x00",
    "version 9": bytes.fromhex("3009020109040061003000"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_messages_are_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        pdu.peek_id(BROKEN[name])


@pytest.mark.parametrize("content", [b"\x80\x01", b"\x81", b"\x90\x80\x80\x80\x00", b"\x01" * 129])
def test_broken_indexes_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedError):
        ber.decode_index(content)


@pytest.mark.parametrize("text", ["", "1", "3.1", "1.40", "1.3.x", "1.3.-1", "1.3.4294967296"])
def test_texts_that_are_no_oid_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        ber.encode_oid(text)


def test_a_negative_looking_counter_is_not_negative() -> None:
    assert ber.to_integer(ber.COUNTER32, b"\xff\xff\xff\xfe") == 2**32 - 2
    assert ber.to_integer(ber.INTEGER, b"\xff") == -1

"""Notifications: what net-snmp sends is understood and answered; what was tampered with is refused, by its reason."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from snmp import Auth, Notification, Received, Receiver, ber, pdu, usm
from snmp.receiver import DISCOVERY, REPEATED
from snmp.v3_message import FLAG_REPORTABLE, MAX_BOOTS, Envelope, read_header

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AUTH = Auth(3, username="noc", security_level="authPriv", auth_protocol="SHA", priv_protocol="AES",
            password="authpassword", priv_password="privpassword")  # fmt: skip
OURS, SWITCH = b"\x80\x00\x7e\xd9\x05receiver", b"\x80\x00\x00\x09\x01\x0a\x81\x02\x01"
HOST, OTHER = "10.129.2.1", "10.129.2.2"
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
UP_TIME, TRAP_OID = ber.encode_oid("1.3.6.1.2.1.1.3.0"), ber.encode_oid("1.3.6.1.6.3.1.1.4.1.0")
INDEX = ber.encode_oid("1.3.6.1.2.1.2.2.1.1.5")
NAMES = (UP_TIME, TRAP_OID, INDEX)
VALUES = (ber.integer(4711, ber.TIMETICKS), ber.tlv(ber.OID, ber.encode_oid(LINK_DOWN)), ber.integer(5))
BOOTS, TIME = 7, 5000


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def receiver(clock: Clock | None = None) -> Receiver:
    return Receiver({b"noc": AUTH}, (b"community",), OURS, 3, clock or Clock())


def told(kind: int = pdu.TRAP_V2, names: tuple[bytes, ...] = NAMES, values: tuple[bytes, ...] = VALUES) -> bytes:
    return pdu.Request(kind, names, values=values).encode(77)


def v3(kind: int = pdu.TRAP_V2, auth: Auth = AUTH, engine: bytes = SWITCH, **fields: Any) -> bytes:
    """Return a message as an engine would send it; fields of the envelope and ``said`` can be put wrong."""
    extra = FLAG_REPORTABLE if kind == pdu.INFORM else 0
    head = {"message_id": 9, "extra": extra, "boots": BOOTS, "time": TIME, "user": auth.username.encode()}
    said = fields.pop("said", told(kind))
    envelope = Envelope(
        **(
            head
            | {"engine_id": engine, "mac": usm.mac_for(auth, engine), "cipher": usm.cipher_for(auth, engine)}
            | fields
        )
    )
    return envelope.wrap(ber.tlv(ber.SEQUENCE, ber.octets(engine) + ber.octets(b"") + said))


def inform(**fields: Any) -> bytes:
    return v3(pdu.INFORM, **({"engine": OURS, "boots": 3, "time": 0} | fields))


def flipped(data: bytes) -> bytes:
    start, _ = read_header(data).mac
    return data[:start] + bytes((data[start] ^ 1,)) + data[start + 1 :]


def by_community(kind: int = pdu.TRAP_V2, community: bytes = b"community", version: int = pdu.V2C) -> bytes:
    return ber.tlv(ber.SEQUENCE, ber.integer(version) + ber.octets(community) + told(kind))


PLAIN, SIGNED = replace(AUTH, security_level="noAuthNoPriv"), replace(AUTH, security_level="authNoPriv")
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bad MAC": (lambda: flipped(v3()), "mac"),
    "no MAC at all": (lambda: v3(mac=None, cipher=None), "security_level"),
    "another password": (lambda: v3(auth=replace(AUTH, password="another password")), "mac"),
    "another user": (lambda: v3(auth=replace(AUTH, username="eve")), "user"),
    "without privacy": (lambda: v3(auth=SIGNED), "security_level"),
    "without authentication": (lambda: v3(auth=PLAIN), "security_level"),
    "an engine identifier too short": (lambda: v3(engine=b"\x80\x00\x01"), "engine_id"),
    "an engine identifier too long": (lambda: v3(engine=b"\x80" * 33), "engine_id"),
    "an engine at its last boot": (lambda: v3(boots=MAX_BOOTS), "time_window"),
    "a request in the place of a trap": (lambda: v3(said=told(pdu.GET)), "pdu_type"),
    "an inform that wants no answer": (lambda: v3(said=told(pdu.INFORM)), "pdu_type"),
    "a trap without its name": (lambda: v3(said=told(names=NAMES[:1], values=VALUES[:1])), "malformed"),
    "a trap whose name is a number": (lambda: v3(said=told(values=(VALUES[0], VALUES[2], VALUES[2]))), "malformed"),
    "another community": (lambda: by_community(community=b"public"), "community"),
    "no community": (lambda: by_community(community=b""), "community"),
    "a request by community": (lambda: by_community(pdu.GET), "pdu_type"),
    "an SNMPv2 trap in an SNMPv1 message": (lambda: by_community(version=pdu.V1), "pdu_type"),
    "a version of nobody's": (lambda: by_community(version=2), "version"),
    "an inform of another boot": (lambda: inform(boots=2), "time_window"),
    "an inform from the past": (lambda: inform(time=-0 + 151), "time_window"),
    "an inform for another engine": (lambda: inform(engine=SWITCH), "engine_id"),
    "an inform with a bad MAC": (lambda: flipped(inform()), "mac"),
    "an inform without privacy": (lambda: inform(auth=SIGNED), "security_level"),
    "a trap that wants an answer": (lambda: inform(said=told(pdu.TRAP_V2)), "pdu_type"),
    "nothing": (lambda: b"", "malformed"),
    "octets after the message": (lambda: v3() + b"\0", "malformed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_verify_is_refused_by_name(case: str) -> None:
    forge, reason = REFUSED[case]
    side = receiver()
    outcome = side.receive(forge(), HOST)
    assert (outcome.notification, outcome.refused) == (None, reason)
    assert side.receive(v3(), HOST).notification, "what was refused must not spoil what is right"


REPORTS = {"an inform of another boot": 2, "an inform for another engine": 4, "an inform with a bad MAC": 5,
           "an inform without privacy": 1}  # fmt: skip


@pytest.mark.parametrize("case", REPORTS)
def test_who_waits_for_an_answer_is_told_why_it_was_refused(case: str) -> None:
    reply = receiver().receive(REFUSED[case][0](), HOST).reply
    assert reply is not None
    counter = ber.encode_oid(f"1.3.6.1.6.3.15.1.1.{REPORTS[case]}.0")
    assert counter in reply
    assert read_header(reply).engine_id == OURS
    assert receiver().receive(REFUSED["a bad MAC"][0](), HOST).reply is None, "a trap is never answered"


def test_a_trap_is_read_and_the_clock_of_its_engine_kept() -> None:
    clock = Clock()
    side = receiver(clock)
    found = side.receive(v3(), HOST).notification
    assert found == Notification(pdu.V3, ber.encode_oid(LINK_DOWN), 4711, ((INDEX, ber.INTEGER, b"\x05"),))
    clock.now += 200
    late = (side.receive(v3(time=TIME + 200 - 151), HOST), side.receive(v3(boots=BOOTS - 1, time=TIME + 200), HOST))
    assert [outcome.refused for outcome in late] == ["time_window", "time_window"]
    assert side.receive(v3(time=TIME + 200 - 149), HOST).notification
    assert side.receive(v3(boots=BOOTS + 1, time=0), HOST).notification, "it was started anew"


def test_a_trap_that_is_sent_again_is_a_replay_until_the_window_has_closed_behind_it() -> None:
    clock = Clock()
    side, captured = receiver(clock), v3()
    outcomes = []
    for seconds in (0, 0, 100, 100, 101, 1000):
        clock.now += seconds
        outcomes.append(side.receive(captured, HOST).refused)
    assert outcomes[:2] == ["", "replay"]
    assert set(outcomes[1:]) <= {"replay", "time_window"}, "at no time does it pass"


def test_an_engine_belongs_to_the_address_that_it_was_first_heard_from() -> None:
    side = receiver()
    assert side.receive(v3(), HOST).notification
    assert side.receive(v3(message_id=10), OTHER).refused == "engine_id", "what one device said, from another's address"
    assert side.receive(v3(engine=SWITCH + b"2"), HOST).refused == "engine_id"
    assert side.receive(v3(engine=SWITCH + b"2"), OTHER).notification


def test_what_does_not_verify_binds_no_engine() -> None:
    side = receiver()
    assert side.receive(flipped(v3(engine=SWITCH + b"2")), HOST).refused == "mac"
    assert side.receive(v3(), HOST).notification


@pytest.mark.parametrize("make", [inform, lambda: by_community(pdu.INFORM)], ids=["v3", "v2c"])
def test_an_inform_sent_again_is_answered_again_and_is_one_event(make: Callable[[], bytes]) -> None:
    side = receiver()
    first, again = side.receive(make(), HOST), side.receive(make(), HOST)
    assert first.notification
    assert first.notification.confirmed
    assert (again.notification, again.refused) == (None, REPEATED)
    assert first.reply
    assert again.reply


def test_memory_of_what_was_said_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snmp.receiver.SEEN_KEPT", 100)
    side = receiver()
    for number in range(1000):
        side.receive(v3(message_id=number + 1), HOST)
    assert len(side._seen) == 100  # noqa: SLF001 - what must not grow


TRAP_ARGUMENTS = ("", LINK_DOWN, "1.3.6.1.2.1.2.2.1.1.5", "i", "5")
V3 = ("-v3", "-u", "noc", "-l", "authPriv", "-a", "SHA", "-A", "authpassword", "-x", "AES", "-X", "privpassword")
SENT: dict[str, tuple[tuple[str, ...], tuple[str, ...], int, str]] = {
    "v1 generic": (("snmptrap", "-v1", "-c", "community"), ("", "", "2", "0", "", *TRAP_ARGUMENTS[2:]), 0, LINK_DOWN),
    "v1 enterprise": (
        ("snmptrap", "-v1", "-c", "community"),
        ("1.3.6.1.4.1.2272.1.21", "10.0.0.1", "6", "281", "", *TRAP_ARGUMENTS[2:]), 0, "1.3.6.1.4.1.2272.1.21.0.281"),
    "v2c": (("snmptrap", "-v2c", "-c", "community"), TRAP_ARGUMENTS, 1, LINK_DOWN),
    "v3": (("snmptrap", *V3, "-e", f"0x{SWITCH.hex()}"), TRAP_ARGUMENTS, 3, LINK_DOWN),
    "v2c inform": (("snmpinform", "-v2c", "-c", "community"), TRAP_ARGUMENTS, 1, LINK_DOWN),
    "v3 inform": (("snmpinform", *V3), TRAP_ARGUMENTS, 3, LINK_DOWN),
}  # fmt: skip


def played(tmp_path: Path, side: Receiver, front: tuple[str, ...], back: tuple[str, ...]) -> tuple[int, list[Received]]:
    """Let net-snmp send to a receiver until it is content or has given up; return its exit code and what was heard."""
    heard = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.81.17.20", 0))
        ear.settimeout(0.05)
        command = [*front, "-r", "0", "-t", "5", f"127.81.17.20:{ear.getsockname()[1]}", *back]
        environment = {**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": str(tmp_path)}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        over = False
        while not over:
            over = process.poll() is not None
            try:
                data, source = ear.recvfrom(65535)
            except TimeoutError:
                continue
            over = False
            heard.append(side.receive(data, source[0]))
            if heard[-1].reply:
                ear.sendto(heard[-1].reply, source)
        process.communicate(timeout=10)
    return process.returncode, heard


@pytest.mark.needs("snmptrap", "snmpinform")
@pytest.mark.parametrize("case", SENT)
def test_what_net_snmp_sends_is_understood_and_its_informs_end_well(tmp_path: Path, case: str) -> None:
    front, back, version, trap = SENT[case]
    code, heard = played(tmp_path, receiver(), front, back)
    assert code == 0
    (event,) = [outcome.notification for outcome in heard if outcome.notification]
    assert (event.version, ber.dotted(event.trap), event.confirmed) == (version, trap, "inform" in case)
    assert event.bindings == ((INDEX, ber.INTEGER, b"\x05"),)
    assert {outcome.refused for outcome in heard} <= {"", DISCOVERY}


@pytest.mark.needs("snmpinform")
def test_net_snmp_is_told_that_its_password_is_wrong(tmp_path: Path) -> None:
    wrong = tuple("wrong-password" if word == "authpassword" else word for word in V3)
    code, heard = played(tmp_path, receiver(), ("snmpinform", *wrong), TRAP_ARGUMENTS)
    assert code != 0
    assert [outcome.refused for outcome in heard] == [DISCOVERY, "mac"]

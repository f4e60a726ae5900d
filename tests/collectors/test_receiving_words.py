"""What is heard becomes events: traps by name, syslog by its grammar, lines by recorded form, EVE by its fields."""

from __future__ import annotations

import os
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.laixi import network

from collectors.receiving import ZoneMap, eve, messages, sources_of, syslog, trapnames
from collectors.receiving.events import Alarm, Denied, clean, readable
from collectors.receiving.follow import Follower
from collectors.receiving.sources import STRANGERS_KEPT, Bucket, Gate
from collectors.receiving.syslog import Framer, Message, SyslogError
from snmp import MalformedError, Notification, ber

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parents[1] / "fixtures" / "events"


PARSED = {
    "RFC 5424, section 6.5, example 1": (
        b"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xef\xbb\xbf'su root' failed for lonvick",
        Message("critical", "su", "'su root' failed for lonvick")),
    "RFC 5424 with structured data": (
        rb'<165>1 2003-10-11T22:14:15.003Z m evntslog - ID47 [a@32473 x="1]\"" y="\]"][b@32473 z=""] said',
        Message("notice", "evntslog", "said")),
    "RFC 5424, nothing known": (b"<13>1 - - - - - -", Message("notice", "", "")),
    "RFC 5424, zone in hours": (b"<0>1 2003-08-24T05:14:15.000003-07:00 h a 8 - - t", Message("emergency", "a", "t")),
    "RFC 3164, section 5.4, example 1": (
        b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed", Message("critical", "su", "'su root' failed")),
    "RFC 3164, day of one digit": (b"<30>Feb  5 17:32:18 h sshd[811]: hello", Message("info", "sshd", "hello")),
    "RFC 3164 without a host, as logger has it": (b"<13>Nov 23 06:00:00 root: hi", Message("notice", "root", "hi")),
    "no header": (b"<14>Link Up Trap for Port: 41", Message("info", "", "Link Up Trap for Port: 41")),
    "no priority": (b"plain words", Message("notice", "", "plain words")),
    "year and zone, as VRP has it": (
        b"<188>Apr 30 2023 06:20:27-08:00 ce01 %%01IFNET/4/IF_STATE(l)[0]:Interface Vlanif30 has turned into UP state.",
        Message("warning", "", "%%01IFNET/4/IF_STATE(l)[0]:Interface Vlanif30 has turned into UP state.")),
    "GB 18030": ("<13>防火墙".encode("gb18030"), Message("notice", "", "防火墙")),
    "neither encoding": (b"<13>a\xff\xff", Message("notice", "", "a\ufffd\ufffd")),
    "a line end": (b"<13>words\r\n\0", Message("notice", "", "words")),
}  # fmt: skip


@pytest.mark.parametrize("case", PARSED)
def test_syslog_is_taken_apart(case: str) -> None:
    data, message = PARSED[case]
    assert syslog.parse(data) == message


NONE = [
    b"", b"\0\r\n", b"<192>x", b"<999>x", b"<x>y", b"<>y", b"<12", "<１２>x".encode(), b"<13>1 - - - -",
    b"<13>1 yesterday h a - - - t", b"<13>1 2003-10-11T22:14:15 h a - - - t", b"<13>1 - - - - - [a",
    b'<13>1 - - - - - [a x="]', b"<13>1 - - - - - [a]t", b"<13>1 - - - - - t", b"<13>1 - " + b"h" * 256 + b" a - - - t",
    b"<13>1 -  a - - - t",
]  # fmt: skip


@pytest.mark.parametrize("data", NONE, ids=repr)
def test_what_is_no_syslog_is_an_error(data: bytes) -> None:
    with pytest.raises(SyslogError):
        syslog.parse(data)


STREAMS = {
    "lines": ([b"one\ntwo\r\n", b"thr", b"ee\n\n"], [b"one", b"two", b"three"]),
    "counted": ([b"3 one5 two", b"\n!", b"3 six"], [b"one", b"two\n!", b"six"]),
    "both": ([b"<1>a\n4 <2>b<3>c\n"], [b"<1>a", b"<2>b", b"<3>c"]),
    "octet by octet": ([bytes((octet,)) for octet in b"11 hello world<1>x\n"], [b"hello world", b"<1>x"]),
}


@pytest.mark.parametrize("case", STREAMS)
def test_a_stream_is_cut_into_messages(case: str) -> None:
    chunks, wanted = STREAMS[case]
    framer = Framer()
    assert [message for chunk in chunks for message in framer.feed(chunk)] == wanted
    assert not framer.waiting


@pytest.mark.parametrize(
    "data", [b"9000 x", b"123456", b"12x x", b"1x", b"<1>" + b"a" * 9000], ids=lambda d: repr(d[:8])
)
def test_a_stream_whose_frame_is_lost_ends(data: bytes) -> None:
    framer = Framer()
    heard: list[bytes] = []
    with pytest.raises(SyslogError):
        heard.extend(message for chunk in (b"<1>a\n", data) for message in framer.feed(chunk))
    assert heard == [b"<1>a"], "what came before it was heard"
    assert len(framer.waiting) < 10_000


def said(text: str, severity: str = "info", app: str = "") -> messages.Event:
    return messages.event_of(Message(severity, app, text))


NFT = "IN=bond0.20 OUT=bond0.10 MAC=02:00 SRC=10.128.64.9 DST=10.128.1.7 LEN=60 PROTO=TCP SPT=4711 DPT=445 SYN "
TOPSEC = (
    'id=tos time="2018-05-31 16:20:00" fw=TopsecOS  pri=6 type=ac  recorder=FW-NAT src=172.24.72.210 dst=10.157.171.34 '
)
TOPSEC += 'sport=45120 dport=9876 proto=tcp indev=eth21 outdev=eth22 user= rule={} connid=487364673 msg="null"'
LINES = {
    "govnet deny: " + NFT: ("deny", "warning", Denied("10.128.64.9", "10.128.1.7")),
    "govnet input: " + NFT: ("deny", "warning", Denied("10.128.64.9", "10.128.1.7")),
    "[ 4711.5] fwd-drop " + NFT: ("deny", "warning", Denied("10.128.64.9", "10.128.1.7")),
    "accepted: " + NFT: ("firewall_log", "info", None),
    TOPSEC.format("deny"): ("deny", "warning", Denied("172.24.72.210", "10.157.171.34")),
    TOPSEC.format("accept"): ("firewall_log", "info", None),
    "Link Down Trap for Port: 41": ("link_down", "error", None),
    "Link Up Trap for Port: 41": ("link_up", "notice", None),
    "Unauthorized connection attempt from IP address: 10.221.240.158 by TELNET.": (
        "authentication_failure", "warning", None),
    "#1 Disallowed connection attempt from IP address: 10.221.240.158": ("syslog", "info", None),
    "%%01IFNET/4/IF_STATE(l)[0]:Interface Vlanif30 has turned into DOWN state.": ("link_down", "error", None),
    "%%01IFNET/4/LINK_STATE(l)[1]:The line protocol IP on the interface Vlanif30 has entered the UP state.": (
        "syslog", "info", None),
    "Failed password for root from 10.1.1.1 port 22 ssh2": ("authentication_failure", "warning", None),
    "CPU5 [09/19/07 13:38:16] SSH INFO Accepted password for ROOT from 10.100.32.55 port 3027 ssh2": (
        "syslog", "info", None),
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_means_what_its_recorded_form_means(line: str) -> None:
    kind, severity, detail = LINES[line]
    event = said(line)
    assert (event.kind, event.severity, event.detail) == (kind, severity, detail)
    assert event.text


def test_a_denial_says_who_wanted_what() -> None:
    assert said("govnet deny: " + NFT).text == "TCP from 10.128.64.9 to 10.128.1.7 port 445"
    assert said("hello", app="cron").text == "cron: hello"


@pytest.mark.parametrize("wrong", ["SRC=10.128.64", "SRC=", "SRC=999.1.1.1", "SRC=<script>"])
def test_a_denial_without_addresses_is_an_error(wrong: str) -> None:
    with pytest.raises(SyslogError):
        said("govnet deny: " + NFT.replace("SRC=10.128.64.9", wrong))


def eve_line(name: str) -> str:
    return (SAMPLES / f"{name}.json").read_text("utf-8").strip()


def test_an_alert_of_suricata() -> None:
    event = eve.event_of(eve.record(eve_line("eve_alert")))
    assert event is not None
    assert (event.kind, event.severity, event.detail) == ("ids_alert", "notice", Alarm("3", "allowed"))
    assert event.text == "Corrupted HTTP body (10.0.0.5 to 179.60.192.3)"


def test_statistics_of_suricata() -> None:
    found = eve.record(eve_line("eve_stats"))
    assert eve.event_of(found) is None
    assert eve.counters(found) == {"kernel_packets": 522, "kernel_drops": 0}
    assert eve.counters(eve.record('{"event_type": "stats", "stats": {}}')) == {}
    assert eve.counters(eve.record('{"event_type": "flow"}')) is None


BROKEN = [
    "{", "[]", "7", '{"event_type": 7}', "{}", '{"event_type": "alert"}', '{"event_type": "alert", "alert": {}}',
    '{"event_type": "alert", "alert": {"signature": "x", "severity": true, "action": "allowed"}}',
    '{"event_type": "alert", "alert": {"signature": "x", "severity": 0, "action": "allowed"}}',
    '{"event_type": "alert", "alert": {"signature": "x", "severity": 1, "action": "maybe"}}',
    '{"event_type": "alert", "src_ip": "x", "alert": {"signature": "x", "severity": 1, "action": "allowed"}}',
    '{"event_type": "x", "a": ' + "[" * 200_000, '{"event_type": "x", "a": ' + "9" * 5000 + "}", " " * 300_000,
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:60])
def test_a_broken_record_is_an_error(text: str) -> None:
    with pytest.raises(SyslogError):
        eve.event_of(eve.record(text))


TRAPS = {
    "1.3.6.1.6.3.1.1.5.1": ("cold_start", "coldStart"),
    "1.3.6.1.6.3.1.1.5.3": ("link_down", "linkDown"),
    "1.3.6.1.6.3.1.1.5.5": ("authentication_failure", "authenticationFailure"),
    "1.3.6.1.2.1.33.2.1": ("ups_on_battery", "upsTrapOnBattery"),
    "1.3.6.1.2.1.33.2.0.1": ("ups_on_battery", "upsTrapOnBattery"),
    "1.3.6.1.2.1.33.2.4": ("ups_alarm_removed", "upsTrapAlarmEntryRemoved"),
    "1.3.6.1.4.1.2272.1.21.6": ("power_supply_down", "rcChasPowerSupplyDown"),
    "1.3.6.1.4.1.2272.1.21.0.11": ("card_down", "rc2kCardDown"),
    "1.3.6.1.4.1.2272.1.21.0.281": ("rcn", "rcn trap 1.3.6.1.4.1.2272.1.21.0.281"),
    "1.3.6.1.4.1.45.1.6.2.3.0.1": ("stackable_trap", "Nortel stackable's trap 1.3.6.1.4.1.45.1.6.2.3.0.1"),
    "1.3.6.1.4.1.9.9.9": ("trap", "trap 1.3.6.1.4.1.9.9.9"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_by_its_identifier(trap: str) -> None:
    event = trapnames.event_of(Notification(1, ber.encode_oid(trap), 0, ()))
    assert (event.kind, event.text) == TRAPS[trap]


def test_a_trap_shows_its_first_objects() -> None:
    name = ber.encode_oid("1.3.6.1.2.1.2.2.1.1.5")
    values = [
        (ber.INTEGER, b"\x05"),
        (ber.IP_ADDRESS, b"\x0a\x01\x02\x03"),
        (ber.OID, name),
        (ber.OCTET_STRING, b"a\x07b"),
    ]
    bindings = tuple((name, tag, content) for tag, content in [*values, (ber.INTEGER, b"\x09")])
    event = trapnames.event_of(Notification(1, ber.encode_oid("1.3.6.1.6.3.1.1.5.3"), 0, bindings))
    shown = "2.1.1.5=5; 2.1.1.5=10.1.2.3; 2.1.1.5=1.3.6.1.2.1.2.2.1.1.5; 2.1.1.5=a b"
    assert event.text == f"linkDown {shown}"


@pytest.mark.parametrize(("tag", "content"), [(ber.INTEGER, b""), (ber.OID, b""), (ber.IP_ADDRESS, b"\x01")])
def test_a_trap_with_an_impossible_object_is_malformed(tag: int, content: bytes) -> None:
    name = ber.encode_oid("1.3.6.1.2.1.2.2.1.1.5")
    with pytest.raises(MalformedError):
        trapnames.event_of(Notification(1, name, 0, ((name, tag, content),)))


def test_last_words_are_plain_and_short() -> None:
    assert clean('a\x1b[2J\u202e<b>"c"\\\n\t d') == 'a [2J b "c"\\ d'
    assert len(clean("长" * 5000)) == 160
    assert readable("空调".encode()) == "空调"


def test_zones_by_the_longest_prefix() -> None:
    of_laixi = ZoneMap.of(network())
    segment = next(s for s in network().segments if s.zone == "prv")
    wanted = {str(segment.subnet[5]): "prv", "203.0.113.1": "inet", "198.51.100.7": "inet", "10.129.3.1": "jh",
              "fe80::1": "unknown", "nonsense": "unknown"}  # fmt: skip
    assert {address: of_laixi.zone(address) for address in wanted} == wanted
    assert ZoneMap([(IPv4Network("10.0.0.0/8"), "a"), (IPv4Network("10.1.0.0/16"), "b")]).zone("10.1.2.3") == "b"
    assert ZoneMap([]).zone("10.1.2.3") == "unknown"


def test_every_device_is_known_by_its_address_alone() -> None:
    known = sources_of(network())
    assert known["10.129.2.11"].name == "lx-adc-u-fw01"
    assert {source.name for source in known.values()} == {d.name for d in network().devices.values() if d.address}
    assert list(sources_of(network(), {"lx-adc-u-ids01": "127.129.2.21"})) == ["127.129.2.21"]


def test_a_bucket_lets_through_what_it_holds_and_fills_with_time() -> None:
    bucket = Bucket(10, 20, 20, 0.0)
    assert sum(bucket.take(0.0) for _ in range(100)) == 20
    assert sum(bucket.take(1.0) for _ in range(100)) == 10
    assert sum(bucket.take(1000.0) for _ in range(100)) == 20


def test_strangers_are_remembered_up_to_a_number() -> None:
    gate = Gate({})
    assert gate.is_new("10.0.0.1")
    assert not gate.is_new("10.0.0.1")
    assert all(gate.is_new(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}") for n in range(2, 100_000))
    assert gate.strangers == STRANGERS_KEPT
    assert gate.is_new("10.0.0.1"), "forgotten meanwhile"


def renamed(path: Path) -> None:
    path.rename(path.with_suffix(".1"))


def truncated(path: Path) -> None:
    path.with_suffix(".1").write_bytes(path.read_bytes())
    os.truncate(path, 0)


@pytest.mark.parametrize("rotate", [renamed, truncated], ids=lambda f: f.__name__)
def test_a_file_is_followed_through_its_rotation(tmp_path: Path, rotate: Callable[[Path], None]) -> None:
    path = tmp_path / "eve.json"
    path.write_bytes(b"history\n")
    file = Follower(path, 100)
    assert file.lines() == []
    with path.open("ab") as writer:
        writer.write(b"one\ntw")
        writer.flush()
        assert file.lines() == [b"one"]
        writer.write(b"o\nlast\n")
    assert file.lines() == [b"two", b"last"]
    rotate(path)
    assert file.lines() == []
    with path.open("ab") as writer:
        writer.write(b"x\n")
    assert file.lines() == [b"x"], "shorter than what was read of the old one"
    file.close()


def test_what_is_written_between_the_last_look_and_the_rotation_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    path.touch()
    file = Follower(path, 100)
    file.lines()
    with path.open("ab") as writer:
        writer.write(b"one\n")
        renamed(path)
        writer.write(b"two\n")
    path.write_bytes(b"three\n")
    assert [line for _ in range(3) for line in file.lines()] == [b"one", b"two", b"three"]
    file.close()


def test_a_file_that_comes_later_is_read_whole_and_lines_without_an_end_are_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    file = Follower(path, 100)
    assert file.lines() == []
    assert not file.there
    path.write_bytes(b"one\n" + b"a" * 150)
    assert file.lines() == [b"one"]
    for _ in range(50):
        with path.open("ab") as writer:
            writer.write(b"a" * 100)
        assert file.lines() == []
    with path.open("ab") as writer:
        writer.write(b"\n" + b"b" * 101 + b"\ntwo\n")
    assert file.lines() == [b"two"]
    assert file.overlong == 2
    file.close()

"""Labels and BGP of VRP: the saved form of NE's documentation is read, and what is no whole stays unread."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from govnet.config.changes import DisableBgp, DisableMpls, EnableBgp, SetBgpInstance, SetBgpPeer
from govnet.config.hardware import Hardware
from govnet.config.labelled import Bgp, BgpPeer, Mpls
from govnet.config.model import DeviceConfig
from govnet.errors import RefusedError
from govnet.platforms.huawei_vrp import PLATFORM

HARDWARE = Hardware("NE40E", "V800R012C10", ("GigabitEthernet0/1/1", "GigabitEthernet0/1/2"))
FAR = IPv4Address("3.3.3.9")
# The order, blanks and separators of PE1's saved configuration (NE, Dot1q termination into an L3VPN).
SAVED = """\
#
ip vpn-instance vpn1
 route-distinguisher 100:1
 vpn-target 100:1 export-extcommunity
#
 mpls lsr-id 1.1.1.9
#
 mpls
#
mpls ldp
#
interface GigabitEthernet0/1/2
 undo shutdown
 ip address 192.168.1.1 255.255.255.0
 mpls
 mpls ldp
#
interface LoopBack1
 ip address 1.1.1.9 255.255.255.255
#
bgp 100
 peer 3.3.3.9 as-number 100
 peer 3.3.3.9 connect-interface LoopBack1
 #
 ipv4-family unicast
  undo synchronization
  peer 3.3.3.9 enable
 #
 ipv4-family vpnv4
  policy vpn-target
  peer 3.3.3.9 enable
 #
 ipv4-family vpn-instance vpn1
  import-route direct
  peer 10.1.1.2 as-number 65410
#
return
"""


def test_the_saved_form_is_read_and_what_a_customer_tells_is_not_understood() -> None:
    reading = PLATFORM.read(SAVED, HARDWARE)
    assert reading.config.mpls == Mpls(IPv4Address("1.1.1.9"), interfaces=frozenset({"GigabitEthernet0/1/2"}))
    assert reading.config.bgp == Bgp(100, {FAR: BgpPeer(100, "loopback1")}, {"vpn1": frozenset({"direct"})})
    assert [line.text.strip() for line in reading.unread] == ["peer 10.1.1.2 as-number 65410"]


@pytest.mark.parametrize(
    ("gone", "unread"),
    [
        ("mpls ldp\n#\ninterface", [" mpls lsr-id 1.1.1.9", " mpls", " mpls", " mpls ldp"]),
        (" mpls\n mpls ldp", []),
    ],
)
def test_half_of_label_switching_carries_nothing(gone: str, unread: list[str]) -> None:
    text = SAVED.replace(gone, "interface" if "interface" in gone else " description core", 1)
    reading = PLATFORM.read(text, HARDWARE)
    carrying = reading.config.mpls.interfaces if reading.config.mpls else frozenset()
    assert not carrying
    assert sorted(line.text for line in reading.unread if "mpls" in line.text) == sorted(unread)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bgp 100\n peer 9.9.9.9 connect-interface LoopBack1", "peer 9.9.9.9 connect-interface LoopBack1"),
        ("bgp 100\n#\nbgp 200\n peer 9.9.9.9 as-number 200", "bgp 200"),
        ("bgp 100\n network 10.0.0.0", "network 10.0.0.0"),
        ("bgp 100\n ipv4-family vpn-instance vpn1\n  import-route ospf 1", "import-route ospf 1"),
    ],
)
def test_what_could_carry_more_is_never_read_over(text: str, told: str) -> None:
    reading = PLATFORM.read(f"#\n{text}\n#\nreturn\n", HARDWARE)
    assert told in [line.text.strip() for line in reading.unread]


def test_what_takes_away_has_no_source_and_says_so() -> None:
    box = DeviceConfig("pe", mpls=Mpls(FAR), bgp=Bgp(100, instances={"vpn1": frozenset()}))
    for change in (DisableMpls(FAR, longest_match=False), SetBgpInstance("vpn1", frozenset(), None)):
        said = PLATFORM.say([change], box)
        assert {command.unverified for command in said if command.text.startswith("undo")} == {True}
    assert all(command.unverified for command in PLATFORM.say([DisableBgp(100)], DeviceConfig("pe", bgp=Bgp(100))))
    assert not any(command.unverified for command in PLATFORM.say([EnableBgp(100)], DeviceConfig("pe")))


def test_nothing_is_said_in_a_process_that_does_not_run() -> None:
    with pytest.raises(RefusedError, match="pe: BGP does not run"):
        PLATFORM.say([SetBgpPeer(FAR, None, BgpPeer(100))], DeviceConfig("pe"))


@pytest.mark.parametrize(
    ("bgp", "said"),
    [
        (Bgp(0), "systems are numbered"),
        (Bgp(100, {FAR: BgpPeer(200, client=True)}), "only a peer of the own AS"),
        (Bgp(100, filtering=False), "no peer to exchange"),
    ],
)
def test_what_vrp_cannot_do_is_refused(bgp: Bgp, said: str) -> None:
    assert any(said in why for why in PLATFORM.refuse(DeviceConfig("pe", bgp=bgp), HARDWARE))

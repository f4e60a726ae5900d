"""The emulated Passport is written by net-snmp's `snmpset` and shows it at its command line: one state, one law."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.laixi import CORE, access_to, floor, lab_of, typed

from lab.faults import SetRefused, SetUnanswered, StaleAgent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.server import Lab
    from nornir_tasks.runner import Access

pytestmark = [pytest.mark.lab, pytest.mark.needs("snmpset", "snmpget")]
VLANS, ADDRESSES = ".1.3.6.1.4.1.2272.1.3.2.1", ".1.3.6.1.4.1.2272.1.8.2.1"
MEMBERS, STATUS, NAME = f"{VLANS}.11", f"{VLANS}.20", f"{VLANS}.2"
LINES = (
    "config ethernet 1/1-1/3 perform-tagging enable",
    'config vlan 303 create byport 1 name "OA"',
    "config vlan 303 ports add 1/1-1/3 member portmember",
    "config vlan 303 ip create 10.1.3.1/255.255.255.0",
    "config vlan 304 create byport 1",
)


class Box(NamedTuple):
    """The emulated core, its command line, and net-snmp beside it."""

    lab: Lab
    access: Access

    def ask(self, program: str, *words: str, flags: tuple[str, ...] = (), wait: int = 20) -> str:
        """Return what net-snmp says, answer or error, after at most ``wait`` seconds."""
        spot, account = self.lab.endpoints[CORE], self.lab.credentials
        user = ("-v3", "-u", account.snmp_user, "-l", "authPriv", "-a", "SHA", "-A", account.snmp_auth)
        user = flags or (*user, "-x", "AES", "-X", account.snmp_priv)
        command = [
            program,
            *user,
            "-r0",
            f"-t{wait}",
            "-m",
            "",
            "-On",
            "-Oqv",
            f"{spot.address}:{spot.snmp_port}",
            *words,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return f"{done.stdout}{done.stderr}".strip()

    def shown(self) -> str:
        """Return the running configuration without its date."""
        lines = typed(self.access, CORE, ["show config"])[0].splitlines()
        return "\n".join(line for line in lines if not line.rstrip().endswith(" UTC"))


@pytest.fixture
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with lab_of(CORE, floor(1), snmp_port=0) as lab:
        made = Box(lab, access_to(lab, tmp_path_factory.mktemp("lab")))
        typed(made.access, CORE, LINES)
        yield made


def port_set(*indexes: int) -> str:
    """Return a PortSet of 88 octets in hex."""
    bits = sum(1 << (703 - index) for index in indexes)
    return f"{bits:0176x}"


def test_ports_leave_a_vlan(box: Box) -> None:
    assert "ports add 1/1-1/3" in box.shown()
    box.ask("snmpset", f"{MEMBERS}.303", "x", port_set(65))
    assert "vlan 303 ports add 1/2 " in box.shown()
    assert "vlan 303 ports add 1/1" not in box.shown()
    assert box.ask("snmpget", f"{MEMBERS}.303").replace(" ", "").replace("\n", "").strip('"').lower() == port_set(65)


def test_an_address_and_a_vlan_are_destroyed(box: Box) -> None:
    assert box.ask("snmpget", f"{ADDRESSES}.6.2351.10.1.3.1", f"{ADDRESSES}.7.2351.10.1.3.1") == "1\n303"
    assert box.ask("snmpget", f"{VLANS}.6.303", f"{VLANS}.6.304") == "2351\n0"
    box.ask("snmpset", f"{ADDRESSES}.6.2351.10.1.3.1", "i", "6")
    assert "10.1.3.1" not in box.shown()
    box.ask("snmpset", f"{STATUS}.303", "i", "6")
    assert "vlan 303" not in box.shown()
    assert "No Such Instance" in box.ask("snmpget", f"{STATUS}.303")


def test_a_vlan_is_renamed(box: Box) -> None:
    box.ask("snmpset", f"{NAME}.303", "s", "OFFICE")
    assert 'vlan 303 create byport 1 name "OFFICE"' in box.shown()


# A case: the objects with type and value, and what net-snmp says to it.
REFUSED = {
    "the default VLAN": ((f"{STATUS}.1", "i", "6"), "inconsistentValue"),
    "an untagged port into a second VLAN": ((f"{MEMBERS}.304", "x", port_set(70)), "inconsistentValue"),
    "a port that is not there": ((f"{MEMBERS}.303", "x", port_set(700)), "wrongValue"),
    "a VLAN that is not there": ((f"{MEMBERS}.999", "x", port_set(65)), "inconsistentName"),
    "no PortSet": ((f"{MEMBERS}.303", "i", "1"), "wrongType"),
    "no RowStatus": ((f"{STATUS}.303", "i", "7"), "wrongValue"),
    "a row made": ((f"{STATUS}.305", "i", "4"), "inconsistentValue"),
    "a column that is read-only": ((f"{VLANS}.12.303", "x", port_set(65)), "notWritable"),
    "a whole request for one bad part": (
        (f"{STATUS}.304", "i", "6", f"{STATUS}.1", "i", "6"),
        "inconsistentValue",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_command_line_refuses_the_agent_refuses_too(box: Box, case: str) -> None:
    words, status = REFUSED[case]
    before = box.shown()
    assert status in box.ask("snmpset", *words)
    assert box.shown() == before


def test_only_version_3_with_privacy_writes(box: Box) -> None:
    account = box.lab.credentials
    plain = ("-v3", "-u", account.snmp_user, "-l", "authNoPriv", "-a", "SHA", "-A", account.snmp_auth)
    for flags, status in ((("-v2c", "-c", account.community), "noAccess"), (plain, "authorizationError")):
        assert status in box.ask("snmpset", f"{STATUS}.304", "i", "6", flags=flags)
    assert "vlan 304" in box.shown()


@pytest.mark.parametrize(("obeyed", "left"), [(False, True), (True, False)])
def test_a_set_goes_unanswered_obeyed_or_not(box: Box, *, obeyed: bool, left: bool) -> None:
    box.lab.faults.set(CORE, SetUnanswered(obeyed=obeyed, most=1))
    assert "Timeout" in box.ask("snmpset", f"{STATUS}.304", "i", "6", wait=1)
    assert ("vlan 304" in box.shown()) == left
    assert box.ask("snmpset", f"{NAME}.303", "s", "NEXT") == '"NEXT"', "only the first goes unanswered"


def test_a_set_is_refused_and_an_agent_goes_stale_on_demand(box: Box) -> None:
    box.lab.faults.set(CORE, SetRefused(15))
    assert "undoFailed" in box.ask("snmpset", f"{STATUS}.304", "i", "6")
    assert box.ask("snmpget", f"{STATUS}.304") == "1"
    box.lab.faults.set(CORE, StaleAgent())
    typed(box.access, CORE, ["config vlan 304 delete"])
    assert "vlan 304" not in box.shown()
    assert box.ask("snmpget", f"{STATUS}.304") == "1"
    box.lab.faults.clear()
    assert "No Such Instance" in box.ask("snmpget", f"{STATUS}.304")

"""The emulated Debian firewall: its shell, iproute2's formats, and the packet filter, real and emulated."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from netmiko import ConnectHandler

from lab.personalities.linux_nft import LinuxNft, build
from lab.personalities.linux_nft.nft import NamespaceNft, available
from lab.personalities.linux_nft.nft_emulated import EmulatedNft
from lab.server import running_lab
from lab.terminal import SessionClosed
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterator

TWIN = Twin(
    name="lx-fw-w-01",
    kind="firewall",
    platform="linux_nft",
    model="Debian",
    software="12",
    address="127.21.0.8",
    management="10.1.9.1/24",
    ports=("eth0", "eth1", "eth2"),
)
real_nft = pytest.mark.skipif(not available(), reason="needs nft and permission to make network namespaces")


class Script:
    """A terminal whose typist follows a script."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.out = list(lines), ""

    def write(self, text: str) -> None:
        self.out += text

    async def read_line(self, *, echo: bool = True) -> str:
        if not self.lines:
            raise SessionClosed
        self.out += f"{self.lines[0]}\n" if echo else "\n"
        return self.lines.pop(0)

    async def read_key(self) -> str:
        raise SessionClosed


def talk(box: LinuxNft, text: str) -> str:
    """Type lines in one session; return everything shown."""
    script = Script(text.splitlines())
    with contextlib.suppress(SessionClosed):
        asyncio.run(box.session(script))
    return script.out


def show(box: LinuxNft, command: str) -> str:
    """Return what one command prints."""
    out = talk(box, command).partition(f"{command}\n")[2]
    return out.removesuffix(f"{box.hostname}:~# ")


@pytest.fixture
def box() -> Iterator[LinuxNft]:
    made = LinuxNft(TWIN, EmulatedNft())
    yield made
    asyncio.run(made.close())


@pytest.fixture(params=[pytest.param(NamespaceNft, marks=real_nft), EmulatedNft])
def filtering(request: pytest.FixtureRequest) -> Iterator[LinuxNft]:
    """Return a machine with the real nft, and one with the emulated."""
    made = LinuxNft(TWIN, EmulatedNft() if request.param is EmulatedNft else NamespaceNft(TWIN.name))
    yield made
    asyncio.run(made.close())


RULES = """\
table inet govnet
delete table inet govnet
table inet govnet {
	set servers {
		type ipv4_addr
		flags interval
		elements = { 10.110.0.0/28 }
	}

	map zones {
		type ifname . ifname : verdict
		elements = { "v120" . "wan0" : jump pub_inet }
	}

	chain forward {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		ct state invalid counter drop
		iifname . oifname vmap @zones
		counter comment "default deny"
	}
	chain pub_inet {
		ip daddr @servers tcp dport { 80, 443 } counter accept comment "R-001"
		counter drop
	}
}
"""
LISTED = """\
table inet govnet {
	set servers {
		type ipv4_addr
		flags interval
		elements = { 10.110.0.0/28 }
	}

	map zones {
		type ifname . ifname : verdict
		elements = { "v120" . "wan0" : jump pub_inet }
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		ct state invalid counter drop
		iifname . oifname vmap @zones
		counter comment "default deny"
	}

	chain pub_inet {
		ip daddr @servers tcp dport { 80, 443 } counter accept comment "R-001"
		counter drop
	}
}
"""


def load(box: LinuxNft, rules: str, command: str = "nft -f -") -> str:
    return talk(box, f"{command} <<'EOF'\n{rules}EOF\necho rc=$?")


def test_rules_are_loaded_and_listed(filtering: LinuxNft) -> None:
    assert "rc=0" in load(filtering, RULES)
    assert show(filtering, "nft -s list table inet govnet") == LISTED
    assert show(filtering, "nft -s list ruleset") == LISTED
    assert 'counter packets 0 bytes 0 comment "default deny"' in show(filtering, "nft list ruleset")
    assert "rc=0" in load(filtering, RULES)
    assert show(filtering, "nft -s list ruleset") == LISTED


def test_a_check_loads_nothing(filtering: LinuxNft) -> None:
    assert "rc=0" in load(filtering, RULES, "nft -c -f -")
    assert show(filtering, "nft list ruleset") == ""


@pytest.mark.parametrize(
    "broken",
    [
        RULES.replace("jump pub_inet", "jump nowhere"),
        RULES + "add rule inet govnet nochain accept\n",
        RULES + "delete table inet nosuch\n",
        RULES + "acept\n",
    ],
)
def test_one_bad_line_applies_nothing(filtering: LinuxNft, broken: str) -> None:
    shown = load(filtering, broken)
    assert "rc=1" in shown
    assert re.search(r"/dev/stdin:\d+:\d+-\d+: Error: ", shown)
    assert show(filtering, "nft list ruleset") == ""


def test_rules_from_a_file(filtering: LinuxNft) -> None:
    load(filtering, RULES, "cat > /etc/nftables.conf")
    assert "rc=0" in talk(filtering, "nft -f /etc/nftables.conf && echo rc=$?")
    assert show(filtering, "cat /etc/nftables.conf") == RULES
    assert show(filtering, "nft -s list ruleset") == LISTED
    assert "Could not open file" in show(filtering, "nft -f /etc/nosuch.nft")
    load(filtering, "bogus\n", "cat > bad.nft")
    assert "bad.nft:1:" in show(filtering, "nft -f bad.nft")


def test_missing_table_is_an_error(filtering: LinuxNft) -> None:
    assert "No such file or directory" in talk(filtering, "nft list table inet govnet; echo rc=$?")


@real_nft
def test_real_nft_lists_json_and_keeps_devices_apart() -> None:
    first, second = build(TWIN), build(TWIN)
    try:
        assert first.backing == "real nft in a network namespace"
        load(first, RULES)
        listed = json.loads(show(first, "nft -j list ruleset"))["nftables"]
        assert [item["chain"]["name"] for item in listed if "chain" in item] == ["forward", "pub_inet"]
        assert show(second, "nft list ruleset") == ""
    finally:
        asyncio.run(first.close())
        asyncio.run(second.close())


@real_nft
def test_real_nft_cannot_read_files_of_the_host() -> None:
    made = build(TWIN)
    try:
        shown = load(made, 'include "/etc/passwd"\n')
        assert "root:" not in shown
        assert "rc=1" in shown
        assert "not offered" in show(made, "nft -I /etc list ruleset")
    finally:
        asyncio.run(made.close())


@real_nft
def test_the_namespace_dies_with_its_lab() -> None:
    """Kill the process that holds the device; the child that holds the namespace must go too."""
    code = (
        "import os,signal;from lab.personalities.linux_nft.nft import NamespaceNft;"
        "n=NamespaceNft('x');n.run(['list','ruleset'],'',{}.get);print(n._holder.pid,flush=True);"
        "os.kill(os.getpid(),signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60, cwd=Path.cwd()
    )
    holder = int(done.stdout)
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(holder)
        with os.fdopen(descriptor) as watched:
            assert select.select([watched], [], [], 30)[0], "the namespace's holder outlived its lab"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("foo", "bash: foo: command not found\n"),
        ("foo; echo $?", "bash: foo: command not found\n127\n"),
        ("echo 'a  b' \"c $?\" '$?' d\\ e", "a  b c 0 $? d e\n"),
        ("false || echo no; true && echo yes", "no\nyes\n"),
        ("false && echo never; echo $?", "1\n"),
        ("echo one > f; echo two >> f; cat f", "one\ntwo\n"),
        ("echo hidden > /dev/null 2>&1; cat nosuch 2>/dev/null; echo $?", "1\n"),
        ("cat nosuch", "cat: nosuch: No such file or directory\n"),
        ("cat < nosuch", "bash: nosuch: No such file or directory\n"),
        ("echo x > /nosuch/f; echo $?", "bash: /nosuch/f: No such file or directory\n1\n"),
        ("rm nosuch; rm -f nosuch; echo $?", "rm: cannot remove 'nosuch': No such file or directory\n0\n"),
        ("echo a | tee f | cat; cat f", "a\na\n"),
        ("echo a > f; mv f g; cat g; cat f", "a\ncat: f: No such file or directory\n"),
        ("| cat", "bash: syntax error near unexpected token `|'\n"),
        ("echo x # not this", "x\n"),
        ("sysctl -w net.ipv4.ip_forward=1; sysctl net.ipv4.ip_forward; sysctl -n net.ipv4.ip_forward",
         "net.ipv4.ip_forward = 1\nnet.ipv4.ip_forward = 1\n1\n"),
        ("sysctl net.nosuch", "sysctl: cannot stat /proc/sys/net/nosuch: No such file or directory\n"),
        ("hostname", "debian\n"),
        ("/usr/bin/whoami", "root\n"),
    ],
)  # fmt: skip
def test_shell(box: LinuxNft, typed: str, shown: str) -> None:
    assert show(box, typed) == shown


def test_here_documents(box: LinuxNft) -> None:
    talk(
        box,
        "cat > plain <<'EOF'\n$x `y` 'z\n\tEOFX\nEOF\ncat > filled <<EOF\nrc=$? x=$x\nEOF\ntee -a plain <<-E\n\tt\n\tE",
    )
    assert show(box, "cat plain") == "$x `y` 'z\n\tEOFX\nt\n"
    assert show(box, "cat filled") == "rc=0 x=\n"
    assert talk(box, "cat <<A\nhi\nA").endswith("> hi\n> A\nhi\ndebian:~# ")


def test_an_open_quotation_goes_on_in_the_next_line(box: LinuxNft) -> None:
    assert talk(box, "echo 'a\nb'").endswith("> b'\na\nb\ndebian:~# ")


def test_names_and_leaving(box: LinuxNft) -> None:
    out = talk(box, "hostnamectl set-hostname lx-fw-w-01\nhostname\nuname -n\nhostname bad_name!\nexit\nnever read")
    assert out.endswith("lx-fw-w-01:~# exit\nlogout\n")
    assert "the specified hostname is invalid" in out
    assert box.snapshot()["sysName"] == "lx-fw-w-01"
    assert 'VERSION_ID="12"' in show(box, "cat /etc/os-release")
    assert show(box, "uname -a").startswith("Linux lx-fw-w-01 6.1.0")


BUILD = """
ip link set eth1 down
ip link add bond0 type bond mode active-backup
ip link set eth1 master bond0
ip link set eth2 master bond0
ip link set bond0 up
ip link add link bond0 name bond0.110 type vlan id 110
ip link set bond0.110 up
ip address add 10.110.0.1/24 dev bond0.110
ip route add 10.120.0.0/16 via 10.110.0.254
ip route add default via 10.1.9.254
"""


def test_ip_builds_what_it_shows(box: LinuxNft) -> None:
    out = talk(box, BUILD)
    assert "Error" not in out
    assert "RTNETLINK" not in out
    links = show(box, "ip -o link show").splitlines()
    shapes = [re.sub(r"link/ether \S+", "link/ether MAC", line.partition(" mode DEFAULT")[0]) for line in links]
    assert shapes == [
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN",
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP",
        "3: eth1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc fq_codel master bond0 state UP",
        "4: eth2: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc fq_codel master bond0 state UP",
        "5: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP",
        "6: bond0.110@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP",
    ]
    details = show(box, "ip -d -o link show")
    assert r"\    vlan protocol 802.1Q id 110 <REORDER_HDR> addrgenmode" in details
    assert r"\    bond mode active-backup active_slave eth1 miimon 0 " in details
    assert r"\    bond_slave state BACKUP mii_status UP " in details
    assert show(box, "ip -o -4 address show").splitlines()[2] == (
        "6: bond0.110    inet 10.110.0.1/24 scope global bond0.110\\       valid_lft forever preferred_lft forever"
    )
    assert show(box, "ip -4 route show").splitlines() == [
        "default via 10.1.9.254 dev eth0 ",
        "10.1.9.0/24 dev eth0 proto kernel scope link src 10.1.9.1 ",
        "10.110.0.0/24 dev bond0.110 proto kernel scope link src 10.110.0.1 ",
        "10.120.0.0/16 via 10.110.0.254 dev bond0.110 ",
    ]
    vlan = {"name": "bond0.110", "untagged": [], "tagged": ["bond0"], "address": "10.110.0.1/24"}
    assert box.snapshot()["vlans"] == {110: vlan}


def test_carrier_and_down_have_consequences(box: LinuxNft) -> None:
    talk(box, BUILD)
    for card in ("eth1", "eth2"):
        box.machine.net.links[card].carrier = False
    assert "bond0: <NO-CARRIER,BROADCAST,MULTICAST,MASTER,UP>" in show(box, "ip link show bond0")
    assert "state LOWERLAYERDOWN" in show(box, "ip link show bond0.110")
    assert "dev bond0.110 linkdown \n" in show(box, "ip route show")
    talk(box, "ip link set bond0 down")
    assert "bond0.110@bond0: <BROADCAST,MULTICAST,M-DOWN>" in show(box, "ip link show bond0.110")
    assert "bond0.110" not in show(box, "ip -4 route")
    talk(box, "ip link set bond0 up")
    assert "<NO-CARRIER,BROADCAST,MULTICAST,UP>" in show(box, "ip link show bond0.110")
    talk(box, "ip link del bond0")
    assert "bond0" not in show(box, "ip link")


@pytest.mark.parametrize(
    ("typed", "error", "status"),
    [
        ("ip link set nosuch up", 'Cannot find device "nosuch"', 1),
        ("ip link show nosuch", 'Device "nosuch" does not exist.', 1),
        ("ip link set eth0 bogus", 'Error: either "dev" is duplicate, or "bogus" is a garbage.', 1),
        ("ip link add link eth0 name eth0.9 type vlan id 5000", "Error: 8021q: Invalid VLAN id.", 2),
        ("ip link add link eth1 name e1.5 type vlan id 5 && ip link set e1.5 up",
         "RTNETLINK answers: Network is down", 2),
        ("ip link add name verylonginterface type bond", '"name" not a valid ifname', 1),
        ("ip link del eth0", "RTNETLINK answers: Operation not supported", 2),
        ("ip link add b type bond && ip link set eth0 master b", "Error: Device can not be enslaved while up.", 2),
        ("ip address add 10.1.9.1/24 dev eth0", "Error: ipv4: Address already assigned.", 2),
        ("ip address del 10.7.7.7/24 dev eth0", "Error: ipv4: Address not found.", 2),
        ("ip addr add 1.2.3.256/24 dev eth0", 'Error: any valid prefix is expected rather than "1.2.3.256/24".', 1),
        ("ip addr add 1.2.3.4/24", 'Not enough information: "dev" argument is required.', 1),
        ("ip route add 10.0.0.0/8 via 99.9.9.9", "Error: Nexthop has invalid gateway.", 2),
        ("ip route add 10.0.0.1/8 via 10.1.9.2", "Error: Invalid prefix for given prefix length.", 2),
        ("ip route add 10.0.0.0/8 via 10.1.9.2 && ip route add 10.0.0.0/8 via 10.1.9.3",
         "RTNETLINK answers: File exists", 2),
        ("ip route del 10.0.0.0/8", "RTNETLINK answers: No such process", 2),
        ("ip foo", 'Object "foo" is unknown, try "ip help".', 255),
        ("ip link foo", 'Command "foo" is unknown, try "ip link help".', 255),
    ],
)  # fmt: skip
def test_ip_refuses_with_its_own_words(box: LinuxNft, typed: str, error: str, status: int) -> None:
    shown = talk(box, f"{typed}; echo rc=$?")
    assert error in shown
    assert f"rc={status}\n" in shown


def test_route_replace(box: LinuxNft) -> None:
    talk(box, "ip route replace 10.0.0.0/8 via 10.1.9.2\nip route replace 10.0.0.0/8 via 10.1.9.3")
    assert show(box, "ip -4 route show").startswith("10.0.0.0/8 via 10.1.9.3 dev eth0 \n")


@pytest.mark.lab
def test_netmiko_linux_driver_over_ssh() -> None:
    with running_lab([TWIN], port=0, snmp_port=None) as lab:
        end, account = lab.endpoints[TWIN.name], lab.credentials
        assert "nft" in end.note
        connection = ConnectHandler(
            device_type="linux",
            host=end.address,
            port=end.ssh_port,
            username=account.username,
            password=account.password,
        )
        assert connection.send_command("hostname") == "debian"
        document = f"nft -f - <<'EOF'\n{RULES}EOF"
        connection.send_command_timing(document, read_timeout=20, cmd_verify=False)
        assert connection.send_command("echo $?") == "0"
        assert connection.send_command("nft -s list ruleset").strip() == LISTED.strip()
        # Not disconnect(): it says "exit" and then waits 10 s for a prompt that cannot come.
        transport = connection.remote_conn_pre.get_transport()
        connection.paramiko_cleanup()
        transport.join(10)

"""The emulated VRP switch: judged by ntc-templates' parsers, by netmiko's stock driver, and by the box's rules."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any

import pytest
from netmiko import ConnectHandler
from ntc_templates.parse import parse_output

from lab.personalities.huawei_vrp import HuaweiVrp, build
from lab.server import running_lab
from lab.terminal import SessionClosed
from lab.twin import Twin

PORTS = (*(f"GigabitEthernet0/0/{number}" for number in range(1, 9)), "XGigabitEthernet0/0/1")
TWIN = Twin(
    name="hx-agg-w-01",
    kind="switch",
    platform="huawei_vrp",
    model="S5700-28C-HI",
    software="V200R005C00SPC500",
    address="127.21.0.9",
    management="10.1.1.1/24",
    ports=PORTS,
)


class Script:
    """A terminal whose typist follows a script."""

    def __init__(self, lines: list[str], keys: str = "") -> None:
        self.lines, self.keys, self.out = list(lines), list(keys), ""

    def write(self, text: str) -> None:
        self.out += text

    async def read_line(self, *, echo: bool = True) -> str:
        if not self.lines:
            raise SessionClosed
        self.out += f"{self.lines[0]}\n" if echo else "\n"
        return self.lines.pop(0)

    async def read_key(self) -> str:
        if not self.keys:
            raise SessionClosed
        return self.keys.pop(0)


def talk(box: HuaweiVrp, text: str, keys: str = "", *, paging: bool = False) -> str:
    """Type lines in one session; return everything shown."""
    lines = [line for line in text.splitlines() if line.strip()]
    script = Script(lines if paging else ["screen-length 0 temporary", *lines], keys)
    with contextlib.suppress(SessionClosed):
        asyncio.run(box.session(script))
    return script.out


def show(box: HuaweiVrp, command: str) -> str:
    """Return what one command prints, without its echo and the prompts."""
    return re.sub(r"\n<[^\n]*$", "\n", talk(box, command).partition(f"{command}\n")[2])


def rows(box: HuaweiVrp, command: str) -> list[dict[str, Any]]:
    return parse_output(platform="huawei_vrp", command=command, data=show(box, command))


@pytest.fixture
def box() -> HuaweiVrp:
    return build(TWIN)


CONFIGURED = """
system-view
sysname hx-agg-w-01
vlan batch 10 20 30 to 32
vlan 10
description zone prv
interface GigabitEthernet0/0/1
description to core
port link-type trunk
port trunk allow-pass vlan 10 20 30 to 32
undo port trunk allow-pass vlan 1
interface GigabitEthernet0/0/2
port link-type access
port default vlan 10
traffic-filter inbound acl 3000
interface GigabitEthernet0/0/3
port hybrid pvid vlan 20
port hybrid untagged vlan 20
port hybrid tagged vlan 30
undo port hybrid vlan 1
interface GigabitEthernet0/0/4
shutdown
interface Eth-Trunk1
interface GigabitEthernet0/0/5
eth-trunk 1
interface GigabitEthernet0/0/6
eth-trunk 1
interface Eth-Trunk2
mode lacp
interface XGigabitEthernet0/0/1
eth-trunk 2
acl number 3000
rule permit tcp source 10.10.0.0 0.0.0.255 destination 10.20.0.9 0 destination-port eq 80
rule permit udp destination-port range 50 80
rule deny ip
acl name HOSTS basic
rule 7 permit source 10.9.9.9 0.0.0.0
ip vpn-instance prv
ipv4-family
route-distinguisher 100:1
vpn-target 100:1 both
interface Vlanif10
ip binding vpn-instance prv
ip address 10.10.0.1 24
return
"""


@pytest.fixture
def configured(box: HuaweiVrp) -> HuaweiVrp:
    assert "Error" not in talk(box, CONFIGURED)
    return box


def test_factory_ports_are_hybrid_and_untagged_in_vlan_1(box: HuaweiVrp) -> None:
    found = rows(box, "display port vlan")
    assert [(row["interface"], row["link_type"], row["vlan_id"]) for row in found] == [
        (name, "hybrid", "1") for name in PORTS
    ]
    own = {"name": "VLAN 0001", "untagged": list(PORTS), "tagged": [], "address": "10.1.1.1/255.255.255.0"}
    assert box.snapshot()["vlans"] == {1: own}
    assert "port" not in show(box, "display current-configuration")


def test_judge_version(box: HuaweiVrp) -> None:
    (row,) = rows(box, "display version")
    assert row["vrp_version"] == "5.150"
    assert row["product_version"] == "S5700 V200R005C00SPC500"
    assert row["model"].startswith("S5700-28C-HI")


def test_judge_vlan(configured: HuaweiVrp) -> None:
    found = {row["vlan_id"]: row["vlan_description"] for row in rows(configured, "display vlan")}
    assert found == {
        "1": "VLAN 0001",
        "10": "zone prv",
        "20": "VLAN 0020",
        "30": "VLAN 0030",
        "31": "VLAN 0031",
        "32": "VLAN 0032",
    }
    text = show(configured, "display vlan")
    assert "10   common  UT:GE0/0/2(U)\n             TG:GE0/0/1(U)\n" in text
    assert "GE0/0/4(D)" in text
    assert "GE0/0/5" not in text


def test_judge_port_vlan(configured: HuaweiVrp) -> None:
    found = {row["interface"]: row for row in rows(configured, "display port vlan")}
    trunk, member = found["GigabitEthernet0/0/1"], found["GigabitEthernet0/0/5"]
    assert (trunk["link_type"], trunk["vlan_id"], trunk["trunk_vlan_list"]) == ("trunk", "1", ["10", "20", "30-32"])
    assert (found["GigabitEthernet0/0/2"]["link_type"], found["GigabitEthernet0/0/2"]["vlan_id"]) == ("access", "10")
    assert (member["link_type"], member["vlan_id"]) == ("", "")
    assert found["GigabitEthernet0/0/3"]["trunk_vlan_list"] == ["30"]


def test_judge_port_vlan_wraps_long_lists(box: HuaweiVrp) -> None:
    lists = [f"vlan batch {' '.join(map(str, range(start, start + 20, 2)))}" for start in range(100, 200, 20)]
    wanted = [str(vid) for vid in range(100, 200, 2)]
    allow = [line.replace("vlan batch", "port trunk allow-pass vlan") for line in lists]
    talk(box, "\n".join(["system-view", *lists, "interface g0/0/1", "port link-type trunk", *allow]))
    row = rows(box, "display port vlan")[0]
    assert row["trunk_vlan_list"] == ["1", *wanted]
    assert all(len(line) <= 79 for line in show(box, "display port vlan").splitlines())
    config = show(box, "display current-configuration interface GigabitEthernet0/0/1")
    assert config.count(" port trunk allow-pass vlan ") == 5


def test_judge_interfaces(configured: HuaweiVrp) -> None:
    brief = {row["interface"]: row["phy"] for row in rows(configured, "display interface brief")}
    described = {row["interface"]: row for row in rows(configured, "display interface description")}
    assert brief["GigabitEthernet0/0/4"] == "*down"
    assert set(PORTS) | {"Eth-Trunk1", "Vlanif10", "NULL0"} <= set(brief)
    assert described["GE0/0/1"]["description"] == "to core"
    assert described["GE0/0/4"]["phy"] == "*down"


def test_judge_eth_trunk(configured: HuaweiVrp) -> None:
    found = [(row["eth_trunk"], row["working_mode"], row["interface"]) for row in rows(configured, "display eth-trunk")]
    assert found == [
        ("Eth-Trunk1", "NORMAL", "GigabitEthernet0/0/5"),
        ("Eth-Trunk1", "NORMAL", "GigabitEthernet0/0/6"),
        ("Eth-Trunk2", "LACP", "XGigabitEthernet0/0/1"),
    ]


def test_judge_acl(configured: HuaweiVrp) -> None:
    keys = ("acl_name", "acl_number", "sn", "action", "protocol", "source", "destination", "destination_port_range")
    found = [tuple(row[key] for key in keys) for row in rows(configured, "display acl all") if row["sn"]]
    assert found == [
        ("HOSTS", "2999", "7", "permit", "", "10.9.9.9 0", "", ""),
        ("", "3000", "5", "permit", "tcp", "10.10.0.0 0.0.0.255", "10.20.0.9 0", "www"),
        ("", "3000", "10", "permit", "udp", "", "", "50 80"),
        ("", "3000", "15", "deny", "ip", "", "", ""),
    ]


def test_judge_applied_record(configured: HuaweiVrp) -> None:
    (row,) = rows(configured, "display traffic-filter applied-record")
    assert (row["instance"], row["direction"], row["acl_nb"]) == ("GigabitEthernet0/0/2", "inbound", "3000")
    talk(configured, "system-view\ninterface g0/0/2\nundo traffic-filter inbound acl 3000")
    assert "Total:0" in show(configured, "display traffic-filter applied-record")


def test_judge_addresses_and_instances(configured: HuaweiVrp) -> None:
    arp = [(row["ip_address"], row["interface"], row["vpn_instance"]) for row in rows(configured, "display arp all")]
    assert arp == [("10.1.1.1", "Vlanif1", ""), ("10.10.0.1", "Vlanif10", "prv")]
    (vpn,) = rows(configured, "display ip vpn-instance")
    assert (vpn["name"], vpn["rd"], vpn["address_family"]) == ("prv", "100:1", "IPv4")


def test_judge_mac_address(configured: HuaweiVrp) -> None:
    configured.box.learned.append(("0011-2233-4455", 10, "GigabitEthernet0/0/2"))
    (row,) = rows(configured, "display mac-address")
    assert (row["destination_address"], row["vlan_id"], row["destination_port"]) == ("0011-2233-4455", "10", "GE0/0/2")


def test_judge_startup_after_save(configured: HuaweiVrp) -> None:
    assert rows(configured, "display startup")[0]["next_startup_saved_configuration_file"] == "NULL"
    refused = talk(configured, "save\nn")
    assert "successfully" not in refused
    assert "no correct configuration file" in show(configured, "display saved-configuration")
    assert "Continue? [Y/N]:y\n" in talk(configured, "save\ny")
    assert rows(configured, "display startup")[0]["next_startup_saved_configuration_file"] == "flash:/vrpcfg.zip"
    assert show(configured, "display saved-configuration") == show(configured, "display current-configuration")


@pytest.mark.parametrize(
    ("view", "typed", "text", "under"),
    [
        ("", "foo bar", "Error: Unrecognized command found at '^' position.", "foo"),
        ("", "display", "Error: Incomplete command found at '^' position.", ""),
        ("", "display v", "Error: Ambiguous command found at '^' position.", "v"),
        ("", "display version now", "Error:Too many parameters found at '^' position.", "now"),
        ("", "vlan 10", "Error: Unrecognized command found at '^' position.", "vlan"),
        ("system-view", "vlan 4095", "Error: Wrong parameter found at '^' position.", "4095"),
        ("system-view", "vlan batch 3 4 x", "Error: Wrong parameter found at '^' position.", "x"),
        ("system-view", "interface g0/0/99", "Error: Wrong parameter found at '^' position.", "g0/0/99"),
        ("system-view", "interface Vlanif 77", "Error: The VLAN does not exist.", None),
        ("system-view", "undo vlan 1", "Error: The default VLAN cannot be deleted.", None),
        ("system-view\ninterface g0/0/1", "port default vlan 1", "Error: Please renew the default configurations.",
         None),
        ("system-view\nacl 3000", "rule permit nonsense", "Error: Wrong parameter found at '^' position.", "nonsense"),
    ],
)  # fmt: skip
def test_refusals_stand_after_a_caret(box: HuaweiVrp, view: str, typed: str, text: str, under: str | None) -> None:
    lines = talk(box, f"{view}\n{typed}").splitlines()
    echo = next(line for line in lines if line.endswith(typed) and line[0] in "<[")
    shown = lines[lines.index(echo) + 1 :]
    assert text in shown
    if under is not None:
        column = echo.rindex(under) if under else len(echo)
        assert shown[0] == " " * column + "^"


@pytest.mark.parametrize(
    ("setup", "typed", "refusal"),
    [
        ("vlan 10\ninterface g0/0/1\nport link-type access\nport default vlan 10", "port link-type trunk",
         "Error: Please renew the default configurations."),
        ("interface g0/0/1\nport link-type trunk\nport trunk allow-pass vlan 10", "port link-type access",
         "Error: Please renew the default configurations."),
        ("interface g0/0/1\nport link-type access", "port default vlan 55", "Error: The VLAN does not exist."),
        ("vlan 10\nquit\ninterface Vlanif10\nquit", "undo vlan 10",
         "Error: The VLAN has a L3 interface. Please delete it first."),
        ("interface Eth-Trunk1\ninterface g0/0/1\nport link-type trunk", "eth-trunk 1", "non-default"),
        ("interface g0/0/1", "eth-trunk 9", "does not exist"),
        ("interface Eth-Trunk1\ninterface g0/0/1\neth-trunk 1", "port link-type trunk", "member of an Eth-Trunk"),
        ("ip vpn-instance v", "vpn-target 1:1", "route distinguisher"),
        ("vlan 10\ninterface Vlanif10", "ip address 10.1.1.9 24", "conflicts with another address"),
        ("interface Eth-Trunk1\ninterface g0/0/1\neth-trunk 1\ninterface Eth-Trunk1", "mode lacp", "member interfaces"),
    ],
)  # fmt: skip
def test_rules_of_the_box(box: HuaweiVrp, setup: str, typed: str, refusal: str) -> None:
    before = talk(box, f"system-view\n{setup}")
    assert "Error" not in before
    config = show(box, "display current-configuration")
    places = [line for line in setup.splitlines() if line.startswith(("interface", "ip vpn-instance"))]
    view = "" if setup.endswith("quit") else places[-1]
    assert refusal in talk(box, f"system-view\n{view}\n{typed}")
    assert show(box, "display current-configuration") == config


def test_binding_wipes_the_address(configured: HuaweiVrp) -> None:
    shown = talk(configured, "system-view\ninterface Vlanif10\nundo ip binding vpn-instance prv")
    assert "Info: All IPv4 related configurations on this interface are removed!" in shown
    assert "10.10.0.1" not in show(configured, "display current-configuration")


def test_a_trunk_passes_vlan_1_by_default(box: HuaweiVrp) -> None:
    talk(box, "system-view\nvlan 10\ninterface g0/0/1\nport link-type trunk\nport trunk allow-pass vlan 10")
    vlans = box.snapshot()["vlans"]
    assert isinstance(vlans, dict)
    assert PORTS[0] in vlans[1]["untagged"]
    talk(box, "system-view\ninterface g0/0/1\nundo port trunk allow-pass vlan 1")
    config = show(box, "display current-configuration")
    assert " undo port trunk allow-pass vlan 1\n port trunk allow-pass vlan 10\n" in config


MANAGEMENT = (
    "snmp-agent sys-info contact noc",
    "snmp-agent sys-info location Haixi room 2",
    "snmp-agent target-host trap address udp-domain 10.3.3.3 params securityname public v2c",
    "info-center loghost 10.3.3.4",
    "ntp-service unicast-server 10.3.3.5",
    "ip route-static 0.0.0.0 0.0.0.0 10.1.1.254",
    "stelnet server enable",
    "observe-port 1 interface GigabitEthernet0/0/8",
)


def test_management_lines_are_kept_and_undone(box: HuaweiVrp) -> None:
    factory = show(box, "display current-configuration")
    mirror = "interface g0/0/7\nport-mirroring to observe-port 1 both\nport-isolate enable group 1"
    vty = "user-interface vty 0 4\nacl 2000 inbound\nprotocol inbound ssh"
    shown = talk(box, "\n".join(["system-view", *MANAGEMENT, mirror, vty]))
    assert "Error" not in shown
    config = show(box, "display current-configuration")
    assert all(f"\n{line}\n" in config for line in MANAGEMENT)
    assert "\nuser-interface vty 0 4\n acl 2000 inbound\n protocol inbound ssh\n" in config
    assert "\n port-mirroring to observe-port 1 both\n port-isolate enable group 1\n" in config
    snapshot = box.snapshot()
    assert (snapshot["sysLocation"], snapshot["sysContact"]) == ("Haixi room 2", "noc")
    undo = "\n".join(f"undo {line}" for line in MANAGEMENT)
    unset = "\n".join(f"undo {line}" for line in mirror.splitlines()[1:])
    talk(box, f"system-view\n{undo}\ninterface g0/0/7\n{unset}\nuser-interface vty 0 4\nundo acl inbound\n"
              "undo protocol inbound")  # fmt: skip
    assert show(box, "display current-configuration") == factory


def test_stopping_the_web_service_is_asked_about(box: HuaweiVrp) -> None:
    talk(box, "system-view\nundo http server enable\nn")
    assert "http server" not in show(box, "display current-configuration")
    shown = talk(box, "system-view\nundo http server enable\ny")
    assert "Warning: The operation will stop HTTP service. Continue? [Y/N]:y\n[HUAWEI]" in shown
    assert "\nundo http server enable\n" in show(box, "display current-configuration")
    talk(box, "system-view\nhttp server enable")
    assert "http server" not in show(box, "display current-configuration")


def test_telnet_is_on_from_the_factory_and_only_its_undo_is_stored(box: HuaweiVrp) -> None:
    factory = show(box, "display current-configuration")
    talk(box, "system-view\nundo telnet server enable")
    assert "\nundo telnet server enable\n" in show(box, "display current-configuration")
    talk(box, "system-view\ntelnet server enable")
    assert show(box, "display current-configuration") == factory


def test_header_over_several_lines(box: HuaweiVrp) -> None:
    talk(box, "system-view\nheader login information %only for\nauthorised people%\nsysname A")
    assert "header login information %only for\nauthorised people%\n" in show(box, "display current-configuration")
    assert talk(box, "quit").startswith("only for\nauthorised people\n")


def test_views_and_prompts(box: HuaweiVrp) -> None:
    typed = "system-view\nsysname S\nvlan 7\nint vlanif 7\nint g 0/0/2\nacl 3001\nquit\naaa\nreturn\nsys\nquit\nquit"
    prompts = re.findall(r"^(?:<.*?>|\[.*?\])", talk(box, typed), re.MULTILINE)
    assert prompts == [
        "<HUAWEI>", "<HUAWEI>", "[HUAWEI]", "[S]", "[S-vlan7]", "[S-Vlanif7]", "[S-GigabitEthernet0/0/2]",
        "[S-acl-adv-3001]", "[S]", "[S-aaa]", "<S>", "[S]", "<S>",
    ]  # fmt: skip


def test_what_display_shows_can_be_typed_into_a_new_box(configured: HuaweiVrp) -> None:
    config = show(configured, "display current-configuration")
    lines = [line for line in config.splitlines() if line not in {"#", "return"} and line[0] != "!"]
    other = build(TWIN)
    talk(other, "\n".join(["system-view", *(line for line in lines if "NULL0" not in line)]))
    # A port joins an Eth-Trunk only after the Eth-Trunk exists, which is the order of the text.
    assert show(other, "display current-configuration") == config


def test_paging(box: HuaweiVrp) -> None:
    whole = show(box, "display current-configuration")
    paged = talk(box, "display current-configuration", keys="\r\r ", paging=True)
    assert paged.count("  ---- More ----") == 3
    wiped = re.sub(r"  ---- More ----\x1b\[16D {16}\x1b\[16D", "", paged)
    assert whole in wiped
    stopped = talk(box, "display current-configuration", keys="q", paging=True)
    assert stopped.count("  ---- More ----") == 1
    assert stopped.endswith("<HUAWEI>")


@pytest.mark.lab
def test_netmiko_stock_driver_over_ssh() -> None:
    with running_lab([TWIN], port=0, snmp_port=None) as lab:
        end, account = lab.endpoints[TWIN.name], lab.credentials
        connection = ConnectHandler(
            device_type="huawei",
            host=end.address,
            port=end.ssh_port,
            username=account.username,
            password=account.password,
        )
        assert connection.base_prompt == "HUAWEI"
        sent = connection.send_config_set(
            ["vlan batch 10 20", "interface GigabitEthernet0/0/1", "port link-type access", "port default vlan 10"]
        )
        assert "Error" not in sent
        assert "successfully" in connection.save_config()
        shown = connection.send_command("display vlan")
        found = parse_output(platform="huawei_vrp", command="display vlan", data=shown)
        assert [row["vlan_id"] for row in found] == ["1", "10", "20"]
        assert " port default vlan 10\n" in connection.send_command("display current-configuration")
        transport = connection.remote_conn_pre.get_transport()
        connection.paramiko_cleanup()
        transport.join(10)

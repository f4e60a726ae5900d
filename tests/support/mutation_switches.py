"""Mistakes at switches and cores, in the words that people type there."""

from __future__ import annotations

from govnet.audit.tables import Neighbour, Station
from support.mutations import AS_OF, By, Mutation

CORE, CORE2, AGG, TOWN, FLOOR = (
    "lx-adc-u-core01",
    "lx-adc-u-core02",
    "lx-adc-u-agg01",
    "lx-shuiji-u-ce01",
    "lx-adc-u-acc03",
)

FW, FW2 = "lx-adc-u-fw01", "lx-adc-u-fw02"

HEARD = (
    Neighbour("49", "00:1b:ba:00:01:00", CORE, "1/3", "sonmp"),
    Neighbour("50", "00:1b:ba:00:02:00", CORE2, "1/3", "sonmp"),
)
"""What a floor switch hears that is cabled as the inventory says."""


def stations(port: str, vlan: int, *macs: str) -> tuple[Station, ...]:
    """Return the machines that a switch has learned on a port."""
    return tuple(Station(mac, port, vlan, AS_OF) for mac in macs)


PRV_PC, PUB_PC, GATEWAY = "00:1a:64:00:00:01", "00:1a:64:00:00:02", "00:1a:64:00:00:fe"

FLOORS = (
    Mutation(
        "access port in another zone's VLAN",
        {FLOOR: ("vlan members remove 103 5", "vlan members add 203 5", "vlan ports 5 pvid 203")},
        By.REACH, "prv>pub", FLOOR, "pvid 203",
    ),
    Mutation(
        "access port in a second VLAN",
        {FLOOR: ("vlan members add 203 5",)},
        By.REACH, "prv>pub", FLOOR, "vlan members 203 5",
    ),
    Mutation(
        "VLAN 1 left on the ports of two zones",
        {FLOOR: ("vlan members add 1 5,11",)},
        By.REACH, "prv>pub", FLOOR, "VLAN 1",
    ),
    Mutation(
        "management VLAN on an access port",
        {FLOOR: ("vlan members add 51 5",)},
        By.REACH, "prv>mgt", FLOOR, "vlan members 51 5",
    ),
    Mutation(
        "user port made an uplink",
        {FLOOR: ("vlan ports 5 tagging tagAll", "vlan members add 203,303 5")},
        By.REACH, "prv>pub", FLOOR, "vlan members 203 5",
    ),
    Mutation(
        "access port tags its frames",
        {FLOOR: ("vlan ports 5 tagging tagAll",)},
        By.REACH, "prv>prv", FW, f"{FLOOR}: untagged frames of port 5 enter no VLAN",
    ),
    Mutation(
        "PVID is no VLAN of the port",
        {FLOOR: ("vlan ports 5 pvid 203",)},
        By.REACH, "prv>prv", FLOOR, "untagged frames of port 5 enter no VLAN",
    ),
    Mutation(
        "uplinks untagged",
        {FLOOR: ("vlan ports 49-50 tagging untagAll",)},
        By.REACH, "prv>prv", FLOOR, f"{FLOOR}:49 carries VLAN 103 untagged",
    ),
    Mutation(
        "native VLANs differ over a trunk",
        {
            CORE: ("config ethernet 1/3 untagged-frames-discard disable", "config ethernet 1/3 default-vlan-id 203"),
            FLOOR: (
                "vlan ports 49 tagging untagPvidOnly filter-untagged-frame disable",
                "vlan ports 49 pvid 103",
            ),
        },
        By.REACH, "prv>pub", CORE, "ethernet 1/3 default-vlan-id 203",
    ),
    Mutation(
        "VLAN taken off both uplinks",
        {FLOOR: ("vlan members remove 103 49-50",)},
        By.REACH, "prv>prv", FLOOR, "49 does not carry VLAN 103",
    ),
    Mutation(
        "both uplinks shut",
        {FLOOR: ("interface Ethernet 49-50", "shutdown")},
        By.REACH, "mgt>mgt", FLOOR, "49 is shut",
    ),
    Mutation(
        "a user's port shut",
        {FLOOR: ("interface Ethernet 5", "shutdown")},
        By.REACH, "prv>prv", FW, f"{FLOOR}: port 5 is shut",
    ),
    Mutation(
        "zone's VLAN deleted on a floor",
        {FLOOR: ("vlan delete 1303",)},
        By.REACH, "tv>tv", FLOOR, "VLAN 1303 (tv-f03) is expected",
    ),
    Mutation(
        "floor in another floor's VLAN",
        {
            CORE: ("config vlan 104 ports add 1/3",),
            FLOOR: (
                "vlan create 104 type port",
                "vlan members add 104 5,49-50",
            ),
        },
        By.NOTE, "", "prv-f03", "segments merged",
    ),
    Mutation(
        "gateways of two zones on a floor switch",
        {
            FLOOR: (
                "ip routing",
                "interface Vlan 103", "ip address 10.128.19.254 255.255.255.0", "exit",
                "interface Vlan 203", "ip address 10.128.35.254 255.255.255.0", "exit",
            )
        },
        By.REACH, "prv>pub", FLOOR, "ip address 10.128.35.254",
    ),
    Mutation(
        "one gateway on a floor switch",
        {FLOOR: ("ip routing", "interface Vlan 203", "ip address 10.128.35.254 255.255.255.0", "exit")},
        By.CONFIG, "", FLOOR, "vlan203",
    ),
    Mutation(
        "second uplink of a floor switch",
        {
            FLOOR: (
                "vlan ports 47 tagging tagAll filter-untagged-frame enable",
                "vlan members add 103,203 47",
                "interface Ethernet 47",
                "no shutdown",
            )
        },
        By.SEEN, "", FLOOR, "47: lx-adc-u-acc04",
        {"neighbours": {FLOOR: (*HEARD, Neighbour("47", "00:1b:ba:00:04:00", "lx-adc-u-acc04", "48", "sonmp"))}},
    ),
    Mutation(
        "bridge between two LANs, heard",
        {},
        By.SEEN, "", FLOOR, "5",
        {"neighbours": {FLOOR: (*HEARD, Neighbour("5", "00:1b:ba:99:00:01", "", "1", "lldp"))}},
    ),
    Mutation(
        "bridge between two LANs, by what is learned behind a port",
        {},
        By.SEEN, "", FLOOR, "seen in pub and prv",
        {
            "fdb": {
                FLOOR: (
                    *stations("5", 103, PRV_PC, PUB_PC),
                    *stations("11", 203, PUB_PC),
                    *stations("49", 103, GATEWAY),
                    *stations("49", 203, GATEWAY),
                )
            }
        },
    ),
    Mutation(
        "bridge between two LANs, by the gateway behind a user's port",
        {},
        By.SEEN, "", FLOOR, f"{GATEWAY} is seen in",
        {"fdb": {FLOOR: (*stations("5", 103, GATEWAY), *stations("49", 203, GATEWAY))}},
    ),
    Mutation(
        "small switch at a user's port",
        {},
        By.SEEN, "", FLOOR, "3 machines",
        {"fdb": {FLOOR: stations("5", 103, PRV_PC, "00:1a:64:00:00:03", "00:1a:64:00:00:04")}},
    ),
    Mutation(
        "parked port opened",
        {FLOOR: ("interface Ethernet 47", "no shutdown")},
        By.CONFIG, "", FLOOR, "47",
    ),
    Mutation("Telnet on", {FLOOR: ("telnet-access enable",)}, By.CONFIG, "", FLOOR, "telnet off"),
    Mutation("web interface on", {FLOOR: ("web-server enable",)}, By.CONFIG, "", FLOOR, "web"),
    Mutation(
        "anybody may manage",
        {FLOOR: ("ipmgr source-ip 1 0.0.0.0 mask 0.0.0.0",)},
        By.CONFIG, "", FLOOR, "10.129.2.201",
    ),
    Mutation(
        "logs go elsewhere",
        {FLOOR: ("logging remote address 10.128.48.9",)},
        By.CONFIG, "", FLOOR, "10.129.2.203",
    ),
)  # fmt: skip

CORES = (
    Mutation(
        "gateways of two zones on a core",
        {
            CORE2: (
                "config vlan 101 ip create 10.128.17.254/255.255.255.0",
                "config vlan 201 ip create 10.128.33.254/255.255.255.0",
            )
        },
        By.REACH, "prv>pub", CORE2, "vlan 201 ip create",
    ),
    Mutation(
        "gateway on a core beside a route to the firewall",
        {
            CORE: (
                "config vlan 201 ip create 10.128.33.254/255.255.255.0",
                "config vlan 50 ip create 10.128.0.254/255.255.255.0",
            )
        },
        By.REACH, "pub>mgt", CORE, "vlan 50 ip create",
    ),
    Mutation(
        "one gateway too many on a core",
        {CORE2: ("config vlan 103 ip create 10.128.19.254/255.255.255.0",)},
        By.CONFIG, "", CORE2, "vlan103",
    ),
    Mutation(
        "server port in another zone's VLAN",
        {
            CORE: (
                "config vlan 200 ports remove 3/19",
                "config vlan 100 ports add 3/19",
                "config ethernet 3/19 default-vlan-id 100",
            )
        },
        By.REACH, "pub>prv", CORE, "vlan 100 ports add",
    ),
    Mutation(
        "mirror port into a zone",
        {CORE: ("config diag mirror-by-port 3 create in-port 1/14 out-port 3/19 mode both enable",)},
        By.NOTE, "", CORE, "endpoints plug into port 3/19",
    ),
    Mutation(
        "mirror of the firewalls taken off",
        {CORE: ("config diag mirror-by-port 1 delete",)},
        By.CONFIG, "", CORE, "mirror",
    ),
    Mutation(
        "firewall's trunks without a VLAN",
        dict.fromkeys((CORE, CORE2), ("config vlan 103 ports remove 1/14,1/15",)),
        By.REACH, "prv>prv", CORE, "1/14 does not carry VLAN 103",
    ),
    Mutation(
        "zone's VLAN deleted on a core",
        {CORE2: ("config vlan 1000 delete",)},
        By.REACH, "train>train", CORE2, "port 3/17",
    ),
    Mutation(
        "traffic filter on a server port",
        {
            CORE: (
                "config ip traffic-filter create global src-ip 0.0.0.0/0.0.0.0 dst-ip 10.128.32.0/255.255.255.0 id 1",
                "config ip traffic-filter filter 1 action mode drop",
                "config ip traffic-filter global-set 1 create name odd",
                "config ip traffic-filter global-set 1 add-filter 1",
                "config ethernet 3/17 ip traffic-filter add set 1",
            )
        },
        By.UNSEEN, "prv>jh", CORE, "3/17",
    ),
    Mutation(
        "inter-switch trunk loses a link",
        {CORE: ("config mlt 32 remove ports 2/2",)},
        By.CONFIG, "", CORE, "2/2",
    ),
    Mutation(
        "split trunk made an ordinary one",
        {CORE: ("config mlt 3 smlt delete",)},
        By.CONFIG, "", CORE, "split with the peer",
    ),
    Mutation("web interface of a core on", {CORE: ("config web-server enable",)}, By.CONFIG, "", CORE, "web"),
    Mutation(
        "SNMP community public",
        {CORE: ("config sys set snmp community ro public",)},
        By.CONFIG, "", CORE, "community",
    ),
)  # fmt: skip

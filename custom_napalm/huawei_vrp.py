"""NAPALM driver for Huawei switches and routers with VRP 5 or VRP 8."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from custom_napalm import _driver
from custom_napalm import _parse_huawei_vrp as parse
from custom_napalm._base import UNKNOWN
from custom_napalm._ping import answer, refuse_name
from custom_napalm._tables import mac as mac_of
from govnet.config.hardware import Hardware

if TYPE_CHECKING:
    from govnet.platforms.base import Command

_SPEED = r"Speed\s*:\s*(\d+)"
_MTU = r"Maximum (?:Transmit Unit|Frame Length) is (\d+)"
_HARDWARE_ADDRESS = re.compile(r"Hardware address is (\S+)")
_MADE = ("Vlanif", "LoopBack", "Eth-Trunk", "NULL", "Tunnel", "Console", "Aux", "InLoopBack", "Virtual-Template")
"""What is configured into being, and what is no port of traffic."""


class HuaweiVrpDriver(_driver.GovnetDriver):
    """VRP 5, where each line is live at once, and VRP 8, where all lines of a change are committed together.

    Not implemented: `get_environment`, whose commands and answers differ with every chassis.
    """

    platform_name = "huawei_vrp"

    def _discovered(self) -> Hardware:
        found = parse.system(self._ask("display version"))
        shown = parse.interfaces(self._ask("display interface brief"))
        ports = [name for name in shown if not name.startswith(_MADE) and "." not in name]
        release = f"{found.version} {found.release}".strip()
        return Hardware(found.model, release, tuple(sorted(ports, key=_place)))

    def _merged(self, text: str, running: str) -> str:
        if re.search(r"(?m)^\s*quit\s*$", text):
            raise ValueError("write views as VRP stores them, indented by one blank and parted by #, without `quit`")
        return f"{running.rstrip()}\n#\n{text}\n"

    def _checkpoint(self, running: str) -> tuple[tuple[Command, ...], tuple[Command, ...]]:
        """Save what runs: the box starts with it until the change is confirmed."""
        del running
        return self._speaks.save, ()

    def _startup(self) -> str:
        return self._try("display saved-configuration") or ""

    def get_facts(self) -> dict[str, Any]:
        """Return what the box is; its serial number is not shown by one command on all of them, so it is empty."""
        found = parse.system(self._ask("display version"))
        name = re.search(r"(?m)^\s*sysname (\S+)", self._ask("display current-configuration"))
        hostname = name[1] if name else ""
        return {
            "vendor": "Huawei",
            "model": found.model,
            "hostname": hostname,
            "fqdn": hostname,
            "os_version": f"{found.version} {found.release}".strip(),
            "serial_number": "",
            "uptime": found.uptime,
            "interface_list": list(parse.interfaces(self._ask("display interface brief"))),
        }

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Return all interfaces; speed in Mbit/s, -1 where the release does not show it."""
        labels = parse.descriptions(self._try("display interface description") or "")
        details = parse.blocks(self._try("display interface") or "")
        found = {}
        for name, (enabled, up) in parse.interfaces(self._ask("display interface brief")).items():
            block = details.get(name, "")
            address = _HARDWARE_ADDRESS.search(block)
            found[name] = {
                "is_up": up,
                "is_enabled": enabled,
                "description": labels.get(name, ""),
                "last_flapped": -1.0,
                "speed": float(parse.number(block, _SPEED)),
                "mtu": parse.number(block, _MTU),
                "mac_address": mac_of(address[1]) if address else "",
            }
        return found

    def get_interfaces_counters(self) -> dict[str, dict[str, int]]:
        """Return the counters of the interfaces that count; -1 for what one does not count."""
        texts = parse.blocks(self._ask("display interface"))
        return {name: parse.counters(block) for name, block in texts.items() if "Input:" in block}

    def get_interfaces_ip(self) -> dict[str, dict[str, Any]]:
        """Return the configured addresses of all VPN instances."""
        found: dict[str, dict[str, Any]] = {}
        for name, _, address in parse.routed(self._ask("display current-configuration")):
            length = {"prefix_length": address.network.prefixlen}
            found.setdefault(name, {"ipv4": {}})["ipv4"][str(address.ip)] = length
        return found

    def get_network_instances(self, name: str = "") -> dict[str, dict[str, Any]]:
        """Return the public instance, here ``default``, and the VPN instances with their addressed interfaces."""
        listed = {"default": "", **parse.instances(self._ask("display ip vpn-instance"))}
        routed = parse.routed(self._ask("display current-configuration"))
        return {
            vpn: {
                "name": vpn,
                "type": "DEFAULT_INSTANCE" if vpn == "default" else "L3VRF",
                "state": {"route_distinguisher": distinguisher},
                "interfaces": {"interface": {key: {} for key, held, _ in routed if (held or "default") == vpn}},
            }
            for vpn, distinguisher in listed.items()
            if name in ("", vpn)
        }

    def get_vlans(self) -> dict[int, dict[str, Any]]:
        """Return the VLANs with their ports; an NE40E lists these by port, a switch by VLAN."""
        text = self._ask("display vlan")
        members = parse.vlan_ports(text)
        if "Ports" not in text:
            by_port = parse.port_vlans(self._ask("display port vlan"))
            members = {vlan: [port for port, held in by_port.items() if vlan in held] for vlan in parse.vlans(text)}
        return {vlan: {"name": name, "interfaces": members.get(vlan, [])} for vlan, name in parse.vlans(text).items()}

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """Return the ARP entries. The box shows when they expire, not how old they are: age is -1."""
        return [
            {"interface": interface, "mac": mac, "ip": address, "age": -1.0}
            for address, mac, interface, vpn in parse.arp(self._ask("display arp all"))
            if vrf in ("", vpn or "default")
        ]

    def get_mac_address_table(self) -> list[dict[str, Any]]:
        """Return the stations of all VLANs."""
        return [
            {
                "mac": mac,
                "interface": interface,
                "vlan": vlan,
                "static": kind != "dynamic",
                "active": True,
                "moves": UNKNOWN,
                "last_move": -1.0,
            }
            for mac, vlan, interface, kind in parse.stations(self._ask("display mac-address"))
        ]

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """Return the LLDP neighbours by local port."""
        found: dict[str, list[dict[str, str]]] = {}
        for port, name, far in parse.neighbours(self._ask("display lldp neighbor")):
            found.setdefault(port, []).append({"hostname": name, "port": far})
        return found

    def ping(  # noqa: PLR0913, PLR0917 - NAPALM's signature
        self,
        destination: str,
        source: str = "",
        ttl: int = 255,
        timeout: int = 2,
        size: int = 100,
        count: int = 5,
        vrf: str = "",
        source_interface: str = "",
    ) -> dict[str, Any]:
        """Ping from the box; times in milliseconds. Options after Huawei's command reference.

        Raises:
            ValueError: an address, interface or VPN instance holds what no name does.
        """
        refuse_name(destination, vrf, source_interface)
        options = f"-c {count:d} -h {ttl:d} -t {timeout * 1000:d} -s {size:d}"
        options += f" -a {ip_address(source)}" if source else ""
        options += f" -i {source_interface}" if source_interface else ""
        options += f" -vpn-instance {vrf}" if vrf else ""
        said = self._try(f"ping {options} {destination}")
        return answer(parse.replies(said or ""), said or "the box refused the command")


def _place(name: str) -> tuple[str, list[int]]:
    """Return where a port stands on the box: its kind, then its numbers."""
    kind = re.match(r"(?:\d+)?[A-Za-z-]+", name)
    return kind[0] if kind else "", [int(number) for number in re.findall(r"\d+", name)]

"""NAPALM driver for the Passport/ERS 8600 in its classic command line (PPCLI)."""

from __future__ import annotations

from ipaddress import IPv4Interface
from typing import TYPE_CHECKING, Any

from custom_napalm import _driver
from custom_napalm import _parse_nortel_passport as parse
from custom_napalm._base import UNKNOWN
from custom_napalm._tables import field
from govnet.config.hardware import Hardware
from govnet.platforms.base import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

_GLOBAL = "GlobalRouter"
_BOOT = "### show bootconfig config"
_CHECKPOINT = "/flash/govnet.cfg"


class NortelPassportDriver(_driver.GovnetDriver):
    """Passport 8600 and ERS 8600/8800.

    Not implemented, for want of a public source of the command's syntax and answer: counters of interfaces, and ping
    (the one form that was seen, ``ping <address> -s``, does not end by itself).
    """

    platform_name = "nortel_passport"

    def _discovered(self) -> Hardware:
        found = parse.system(self._ask("show sys info"))
        listed = parse.interfaces(self._ask("show ports info interface"))
        cards = parse.cards(self._ask("show config"))
        return Hardware(found.model, found.software, tuple(row.port for row in listed), cards)

    def _whole(self, text: str, running: str) -> str:
        marked = text if "### " in text else f"### show config\n{text}"
        return marked if _BOOT in marked else f"{marked.rstrip()}\n{_BOOT}{running.partition(_BOOT)[2]}"

    def _merged(self, text: str, running: str) -> str:
        return f"{running.rstrip()}\n{text if text.startswith('### ') else '### show config' + chr(10) + text}\n"

    def _checkpoint(self, running: str) -> tuple[tuple[Command, ...], tuple[Command, ...]]:
        """Save what runs to a file of its own; the file that the box boots from stays as it is."""
        del running
        return (Command(f"save config file {_CHECKPOINT}", answers=("y",)),), ()

    def _startup(self) -> str:
        software = self._ask("show sys sw")
        path = field(software, "PrimaryConfigSource") or field(software, "Default Runtime Config File")
        return self._try(f"more {path}") or ""

    def get_facts(self) -> dict[str, Any]:
        """Return what the box is; its name is all that it knows of a full one."""
        found = parse.system(self._ask("show sys info"))
        return {
            "vendor": "Nortel",
            "model": found.model,
            "hostname": found.name,
            "fqdn": found.name,
            "os_version": found.software,
            "serial_number": found.serial,
            "uptime": found.uptime,
            "interface_list": [row.port for row in parse.interfaces(self._ask("show ports info interface"))],
        }

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Return the front ports; speed in Mbit/s."""
        named = parse.names(self._try("show ports info name") or "")
        found = {}
        for row in parse.interfaces(self._ask("show ports info interface")):
            name, speed = named.get(row.port, ("", row.speed))
            found[row.port] = {
                "is_up": row.up,
                "is_enabled": row.enabled,
                "description": name,
                "last_flapped": -1.0,
                "speed": speed or row.speed,  # a port without a link shows 0
                "mtu": row.mtu,
                "mac_address": row.mac,
            }
        return found

    def _per_vrf(self, command: str, only: str = "") -> Iterator[tuple[str, str]]:
        """Yield each routing instance with the command's answer in it; without one named, a box shows the global one.

        Releases below 5.0 have no routing instances and no command that lists them.
        """
        listed = parse.vrfs(self._try("show ip vrf info") or "") or [_GLOBAL]
        for vrf in listed:
            if only in ("", vrf):
                yield vrf, self._ask(command if vrf == _GLOBAL else f"{command} vrf {vrf}")

    def get_interfaces_ip(self) -> dict[str, dict[str, Any]]:
        """Return the addresses of all routing instances."""
        found: dict[str, dict[str, Any]] = {}
        for _, text in self._per_vrf("show ip interface"):
            for name, address, mask in parse.addresses(text):
                length = IPv4Interface(f"{address}/{mask}").network.prefixlen
                found.setdefault(name, {"ipv4": {}})["ipv4"][address] = {"prefix_length": length}
        return found

    def get_network_instances(self, name: str = "") -> dict[str, dict[str, Any]]:
        """Return the routing instances; VRF-Lite has no route distinguishers, which NAPALM wants as an empty text."""
        return {
            vrf: {
                "name": vrf,
                "type": "DEFAULT_INSTANCE" if vrf == _GLOBAL else "L3VRF",
                "state": {"route_distinguisher": ""},
                "interfaces": {"interface": {row[0]: {} for row in parse.addresses(text)}},
            }
            for vrf, text in self._per_vrf("show ip interface", name)
        }

    def get_vlans(self) -> dict[int, dict[str, Any]]:
        """Return the VLANs with their ports, tagged and untagged alike."""
        members = parse.port_vlans(self._ask("show ports info vlans"))
        return {
            vlan: {"name": name, "interfaces": [port for port, vids in members.items() if vlan in vids]}
            for vlan, name in parse.vlans(self._ask("show vlan info basic")).items()
        }

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """Return the ARP entries. The box shows how long they will live, not how old they are: age is -1."""
        return [
            {"interface": port, "mac": mac, "ip": address, "age": -1.0}
            for _, text in self._per_vrf("show ip arp info", vrf)
            for address, mac, port in parse.arp(text)
        ]

    def get_mac_address_table(self) -> list[dict[str, Any]]:
        """Return the stations of all VLANs; the box's own addresses are on no interface."""
        return [
            {
                "mac": mac,
                "interface": port,
                "vlan": vlan,
                "static": status != "learned",
                "active": True,
                "moves": UNKNOWN,
                "last_move": -1.0,
            }
            for vlan, status, mac, port in parse.stations(self._ask("show vlan info fdb-entry"))
        ]

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """Return the neighbours that SONMP found; it tells their address, not their name."""
        found: dict[str, list[dict[str, str]]] = {}
        for port, address, far in parse.neighbours(self._ask("show sys topology")):
            found.setdefault(port, []).append({"hostname": address, "port": far})
        return found

    def get_environment(self) -> dict[str, Any]:
        """Return fans, supplies and temperature; what the box does not tell is -1 or absent, and no alert is known."""
        text = self._ask("show sys info")
        degrees, load = parse.temperature(text), parse.cpu(self._try("show sys perf") or "")
        return {
            "fans": {name: {"status": turns} for name, turns in parse.fans(text).items()},
            "power": {
                name: {"status": works, "capacity": -1.0, "output": -1.0}
                for name, works in parse.supplies(text).items()
            },
            "temperature": {}
            if degrees is None
            else {"chassis": {"temperature": degrees, "is_alert": False, "is_critical": False}},
            "cpu": {} if load is None else {0: {"%usage": load}},
            "memory": {"used_ram": UNKNOWN, "available_ram": UNKNOWN},
        }

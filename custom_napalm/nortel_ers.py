"""NAPALM driver for BayStack 470 and ERS 2500/4500/5500 stackables (BOSS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custom_napalm import _driver
from custom_napalm import _parse_nortel_ers as parse
from custom_napalm._base import UNKNOWN
from govnet.config.hardware import Hardware
from govnet.platforms.base import Command

if TYPE_CHECKING:
    from govnet.config.model import Management

_NO_AUTOSAVE = "no autosave enable"


class NortelErsDriver(_driver.GovnetDriver):
    """Stackables in the Cisco-like command line.

    Not implemented, for want of a public source of the command's syntax and answer: ARP table, counters of interfaces,
    ping. The stored configuration cannot be shown, so ``startup`` is empty.
    """

    platform_name = "nortel_ers"
    _autosaved = False

    def _discovered(self) -> Hardware:
        found = parse.system(self._ask("show sys-info"))
        listed = parse.interfaces(self._ask("show interfaces"))
        return Hardware(found.model, found.software, tuple(row.port for row in listed))

    def _checkpoint(self, running: str) -> tuple[tuple[Command, ...], tuple[Command, ...]]:
        """Save what runs, then stop the switch from saving what comes: a power cycle leads back."""
        self._autosaved = _NO_AUTOSAVE not in running
        return (Command("copy config nvram"),), (Command(_NO_AUTOSAVE),) if self._autosaved else ()

    def _settle(self) -> tuple[Command, ...]:
        return (Command("autosave enable"),) if self._autosaved else ()

    def _management(self) -> Management:
        box = self._known()
        return box.speaks.read(self._running(), box.hardware).config.management

    def get_facts(self) -> dict[str, Any]:
        """Return what the switch is; its name is all that it knows of a full one."""
        found = parse.system(self._ask("show sys-info"))
        return {
            "vendor": "Nortel",
            "model": found.model,
            "hostname": found.name,
            "fqdn": found.name,
            "os_version": found.software,
            "serial_number": found.serial,
            "uptime": found.uptime,
            "interface_list": [row.port for row in parse.interfaces(self._ask("show interfaces"))],
        }

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Return the front ports; their frame size and MAC addresses are not shown."""
        names = parse.names(self._try("show interfaces name") or "")
        return {
            row.port: {
                "is_up": row.up,
                "is_enabled": row.enabled,
                "description": names.get(row.port, ""),
                "last_flapped": -1.0,
                "speed": row.speed,
                "mtu": UNKNOWN,
                "mac_address": "",
            }
            for row in parse.interfaces(self._ask("show interfaces"))
        }

    def get_interfaces_ip(self) -> dict[str, dict[str, Any]]:
        """Return the switch's own address, on its management VLAN."""
        found = self._management()
        if found.address is None:
            return {}
        length = {"prefix_length": found.address.network.prefixlen}
        return {f"Vlan{found.vlan}": {"ipv4": {str(found.address.ip): length}}}

    def get_network_instances(self, name: str = "") -> dict[str, dict[str, Any]]:
        """Return the one routing instance that such a switch has."""
        default = {
            "name": "default",
            "type": "DEFAULT_INSTANCE",
            "state": {"route_distinguisher": ""},
            "interfaces": {"interface": {key: {} for key in self.get_interfaces_ip()}},
        }
        return {"default": default} if name in ("", "default") else {}

    def get_vlans(self) -> dict[int, dict[str, Any]]:
        """Return the VLANs with their ports, tagged and untagged alike."""
        known = [row.port for row in parse.interfaces(self._ask("show interfaces"))]
        found = parse.vlans(self._ask("show vlan"), known)
        return {vlan: {"name": name, "interfaces": members} for vlan, (name, members) in found.items()}

    def get_mac_address_table(self) -> list[dict[str, Any]]:
        """Return the stations; the switch's own address is on no interface."""
        return [
            {
                "mac": mac,
                "interface": port,
                "vlan": vlan,
                "static": kind != "Dynamic",
                "active": True,
                "moves": UNKNOWN,
                "last_move": -1.0,
            }
            for mac, vlan, kind, port in parse.stations(self._ask("show mac-address-table"))
        ]

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """Return the neighbours that SONMP found; it tells their address, not their name."""
        found: dict[str, list[dict[str, str]]] = {}
        for port, address, far in parse.neighbours(self._ask("show autotopology nmm-table")):
            found.setdefault(port, []).append({"hostname": address, "port": far})
        return found

    def get_environment(self) -> dict[str, Any]:
        """Return the power supply that is in use; nothing else is shown: absent, or -1."""
        source = parse.system(self._ask("show sys-info")).power
        works = {"status": True, "capacity": -1.0, "output": -1.0}
        return {
            "fans": {},
            "power": {source: works} if source else {},
            "temperature": {},
            "cpu": {},
            "memory": {"used_ram": UNKNOWN, "available_ram": UNKNOWN},
        }

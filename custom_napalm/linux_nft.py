"""NAPALM driver for the Linux firewall: iproute2 and nftables over a root shell."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any

from custom_napalm import _driver
from custom_napalm import _parse_linux_nft as parse
from custom_napalm._base import UNKNOWN
from custom_napalm._ping import answer, refuse_name
from govnet.config.hardware import Hardware
from govnet.platforms.base import Command

_LINKS = "ip -d -o link show"
_CHECKPOINT = "/root/govnet-checkpoint.txt"
_END = "END-OF-GOVNET-CHECKPOINT"
_ABSENT = re.compile(r"cat: .*: No such file or directory|Object \"\w+\" is unknown.*")


class LinuxNftDriver(_driver.GovnetDriver):
    """A Linux host as firewall.

    A candidate is made of the sections that ``get_config`` shows, each under ``### <command>``. A replacing one needs
    them all; in a merging one each section takes the place of the running one. MAC table, LLDP and environment are not
    implemented: a plain host has none of the three.
    """

    platform_name = "linux_nft"

    def _try(self, command: str) -> str | None:
        """Return the answer to a command; None when the host lacks the program, the file or the word."""
        said = super()._try(command)
        return None if said is None or _ABSENT.match(said.lstrip()) else said

    def _discovered(self) -> Hardware:
        links = parse.links(self._ask(_LINKS))
        return Hardware("Linux", self._ask("uname -r").strip(), tuple(link.name for link in links if link.physical))

    def _whole(self, text: str, running: str) -> str:
        del running
        missing = [command for command in self._speaks.shows if command not in _sections(text)]
        if missing:
            raise ValueError(f"the text has no section `### {missing[0]}`; get_config shows what it is made of")
        return text

    def _merged(self, text: str, running: str) -> str:
        given, held = _sections(text), _sections(running)
        if not given or not given.keys() <= held.keys():
            odd = ", ".join(sorted(given.keys() - held.keys())) or "no `### <command>` at all"
            raise ValueError(f"the text has {odd}; name sections that get_config shows")
        return "\n".join(f"### {command}\n{body}" for command, body in (held | given).items())

    def _checkpoint(self, running: str) -> tuple[tuple[Command, ...], tuple[Command, ...]]:
        """Write what runs to a file, in the form that `load_replace_candidate` takes."""
        return (Command(f"cat > {_CHECKPOINT} <<'{_END}'\n{running.rstrip()}\n{_END}"),), ()

    def get_facts(self) -> dict[str, Any]:
        """Return what the host is; an uptime that is not shown is -1."""
        name = self._ask("hostname").strip()
        return {
            "vendor": "Linux",
            "model": self._ask("uname -m").strip(),
            "hostname": name,
            "fqdn": name,
            "os_version": f"{parse.release(self._ask('cat /etc/os-release'))}, {self._ask('uname -sr').strip()}",
            "serial_number": "",
            "uptime": parse.uptime(self._try("cat /proc/uptime") or ""),
            "interface_list": [link.name for link in parse.links(self._ask(_LINKS))],
        }

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Return all links; iproute2 does not show their speed."""
        return {
            link.name: {
                "is_up": link.up,
                "is_enabled": link.enabled,
                "description": link.label,
                "last_flapped": -1.0,
                "speed": -1.0,
                "mtu": link.mtu,
                "mac_address": link.mac,
            }
            for link in parse.links(self._ask(_LINKS))
        }

    def get_interfaces_ip(self) -> dict[str, dict[str, Any]]:
        """Return the IPv4 addresses."""
        found: dict[str, dict[str, Any]] = {}
        for name, address, length in parse.addresses(self._ask("ip -o -4 address show")):
            found.setdefault(name, {"ipv4": {}})["ipv4"][address] = {"prefix_length": length}
        return found

    def get_interfaces_counters(self) -> dict[str, dict[str, int]]:
        """Return what the kernel counts; it does not tell unicast from broadcast: -1."""
        found = {}
        for name, counted in parse.counters(self._ask("cat /proc/net/dev")).items():
            found[name] = {
                "rx_octets": counted[0],
                "rx_unicast_packets": UNKNOWN,
                "rx_errors": counted[2],
                "rx_discards": counted[3],
                "rx_multicast_packets": counted[7],
                "rx_broadcast_packets": UNKNOWN,
                "tx_octets": counted[8],
                "tx_unicast_packets": UNKNOWN,
                "tx_errors": counted[10],
                "tx_discards": counted[11],
                "tx_multicast_packets": UNKNOWN,
                "tx_broadcast_packets": UNKNOWN,
            }
        return found

    def get_network_instances(self, name: str = "") -> dict[str, dict[str, Any]]:
        """Return the main routing table, which is the only one that govnet models."""
        default = {
            "name": "default",
            "type": "DEFAULT_INSTANCE",
            "state": {"route_distinguisher": ""},
            "interfaces": {"interface": {key: {} for key in self.get_interfaces_ip()}},
        }
        return {"default": default} if name in ("", "default") else {}

    def get_vlans(self) -> dict[int, dict[str, Any]]:
        """Return the VLANs that links end, each with the ports and bonds that carry it."""
        found: dict[int, dict[str, Any]] = {}
        for link in parse.links(self._ask(_LINKS)):
            if link.vlan is not None:
                found.setdefault(link.vlan, {"name": link.name, "interfaces": []})["interfaces"].append(link.parent)
        return found

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """Return the neighbours that the kernel has resolved; their age is not shown: -1.

        Raises:
            NotImplementedError: another routing instance than the main one is asked for.
        """
        if vrf not in ("", "default"):
            raise NotImplementedError("govnet models one routing table on a Linux host")
        return [
            {"interface": name, "mac": mac, "ip": address, "age": -1.0}
            for address, name, mac in parse.neighbours(self._ask("ip -4 neighbour show"))
        ]

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
        """Ping from the host; times in milliseconds.

        Raises:
            NotImplementedError: a routing instance is named.
            ValueError: an address or interface holds what no name does.
        """
        if vrf:
            raise NotImplementedError("govnet models one routing table on a Linux host")
        refuse_name(destination, source_interface)
        origin = source_interface or (str(ip_address(source)) if source else "")
        given = f" -I {origin}" if origin else ""
        command = f"ping -n -c {count:d} -t {ttl:d} -W {timeout:d} -s {size:d}{given} {destination}"
        said = self._try(command)
        return answer(parse.replies(said or ""), said or "the host has no ping")


def _sections(text: str) -> dict[str, str]:
    """Cut a text at its ``### <command>`` marks."""
    parts = ("\n" + text).split("\n### ")[1:]
    return {part.partition("\n")[0].strip(): part.partition("\n")[2].rstrip("\n") for part in parts}

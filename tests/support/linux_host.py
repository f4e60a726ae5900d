"""A small Linux host for tests: carries out the commands of the platform and shows them in iproute2's formats.

The ruleset is real: it is loaded by `nft` in a network namespace of its own, where the machine allows that.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

import pytest

from govnet.platforms.linux_nft.shows import SHOWS

if TYPE_CHECKING:
    from collections.abc import Sequence

UNSHARE = ("unshare", "-rn", "bash", "-c")


@cache
def _nft_runs() -> bool:
    if not (shutil.which("nft") and shutil.which("unshare")):
        return False
    return subprocess.run([*UNSHARE, "nft list ruleset"], capture_output=True, check=False).returncode == 0


needs_nft = pytest.mark.skipif(
    "not __import__('support.linux_host').linux_host._nft_runs()", reason="needs nft in unshare"
)


_LIST = "nft -s list ruleset"
_MARK = "=== listed ==="


def loaded(*scripts: str) -> str:
    """Run shell blocks one after another in one fresh namespace; return what ``nft -s list ruleset`` shows then."""
    return loaded_by_stages(scripts)[0]


def loaded_by_stages(*stages: Sequence[str]) -> list[str]:
    """Run the blocks of each stage after those of the one before; return what is listed at the end of each."""
    blocks = [line for stage in stages for line in (*stage, _LIST, f"echo '{_MARK}'")]
    text = "\n".join(["set -e", *blocks])
    answer = subprocess.run([*UNSHARE, text], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr + text
    return answer.stdout.split(f"{_MARK}\n")[:-1]


@dataclass
class Link:
    kind: str = "port"
    up: bool = False
    master: str = ""
    parent: str = ""
    tag: int = 0
    addresses: list[IPv4Interface] = field(default_factory=list)


@dataclass
class Host:
    """State of the host; ``nft`` collects the transactions to load."""

    links: dict[str, Link]
    hostname: str = "debian"
    forwarding: int = 0
    routes: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    nft: list[str] = field(default_factory=list)

    def run(self, text: str) -> None:
        """Carry out one command; a command that the host would refuse fails the test."""
        first, _, rest = text.partition("\n")
        words = shlex.split(first)
        if words[0] == "nft":
            self.nft.append(text)
        elif words[0] == "cat":
            assert words[1] == ">"
            assert words[3] == "<<EOF"
            body = rest.split("\n")
            assert body[-1] == "EOF"
            self.files[words[2]] = body[:-1]
        elif words[:2] == ["rm", "-f"]:
            self.files.pop(words[2], None)
        elif words[:2] == ["hostnamectl", "set-hostname"]:
            self.hostname = words[2]
        elif words[:2] == ["sysctl", "-w"]:
            self.forwarding = int(words[2].rpartition("=")[2])
        else:
            getattr(self, f"_{words[1]}_{words[2]}")(words[3:])

    def open(self, name: str) -> bool:
        link = self.links[name]
        return link.up and (not link.parent or self.links[link.parent].up)

    def _link_add(self, words: list[str]) -> None:
        if words[0] == "link":
            name = words[3]
            self.links[name] = Link("vlan", parent=words[1], tag=int(words[7]))
            assert words[1] in self.links
        else:
            assert words[1:] == ["type", "bond", "mode", "active-backup"]
            self.links[words[0]] = Link("bond")

    def _link_del(self, words: list[str]) -> None:
        gone = {words[0]} | {name for name, link in self.links.items() if link.parent == words[0]}
        assert words[0] in self.links
        for link in self.links.values():
            if link.master == words[0]:
                link.master, link.up = "", False
        self.links = {name: link for name, link in self.links.items() if name not in gone}
        self._prune()

    def _link_set(self, words: list[str]) -> None:
        link = self.links[words[0]]
        if words[1] == "master":
            assert not link.up
            link.master, link.up = words[2], True
        else:
            assert words[1] == "down" or not link.parent or self.links[link.parent].up, "Network is down"
            link.up = words[1] == "up"
            for above in self.links.values():
                if above.parent == words[0] and not link.up:
                    above.up = False
        self._prune()

    def _address_add(self, words: list[str]) -> None:
        address = IPv4Interface(words[0])
        assert address not in self.links[words[2]].addresses, "File exists"
        self.links[words[2]].addresses.append(address)

    def _address_del(self, words: list[str]) -> None:
        self.links[words[2]].addresses.remove(IPv4Interface(words[0]))
        self._prune()

    def _reachable(self, hop: str) -> bool:
        return any(
            IPv4Address(hop) in address.network
            for name, link in self.links.items()
            if self.open(name)
            for address in link.addresses
        )

    def _prune(self) -> None:
        self.routes = {to: hop for to, hop in self.routes.items() if not hop or self._reachable(hop)}

    def _route_add(self, words: list[str]) -> None:
        to, hop = (words[1], "") if words[0] == "blackhole" else (words[0], words[2])
        assert to not in self.routes, "File exists"
        assert not hop or self._reachable(hop), "Network is unreachable"
        self.routes[to] = hop

    def _route_replace(self, words: list[str]) -> None:
        assert self._reachable(words[2])
        self.routes[words[0]] = words[2]

    def _route_del(self, words: list[str]) -> None:
        del self.routes[words[1] if words[0] == "blackhole" else words[0]]

    def show(self, ruleset: str = "") -> str:
        """Return the running text: every command's output under its mark."""
        outputs = {
            "hostname": [self.hostname],
            "sysctl net.ipv4.ip_forward": [f"net.ipv4.ip_forward = {self.forwarding}"],
            "ip -d -o link show": [self._link_line(*item) for item in enumerate(self.links, 1)],
            "ip -o -4 address show": [
                f"{number}: {name}    inet {address} brd {address.network.broadcast_address} scope global {name}\\"
                "       valid_lft forever preferred_lft forever"
                for number, (name, link) in enumerate(self.links.items(), 1)
                for address in link.addresses
            ],
            "ip -4 route show": [
                *(
                    f"{'default' if to == '0.0.0.0/0' else to.removesuffix('/32')} via {hop} dev x "
                    if hop
                    else f"blackhole {to.removesuffix('/32')} "
                    for to, hop in self.routes.items()
                ),
                *(
                    f"{address.network} dev {name} proto kernel scope link src {address.ip} "
                    for name, link in self.links.items()
                    for address in link.addresses
                ),
            ],
            "nft -s list ruleset": ruleset.split("\n"),
        }
        lines: list[str] = []
        for command in SHOWS:
            name = command.removeprefix("cat ")
            missing = [f"cat: {name}: No such file or directory"]
            lines += [f"### {command}", *(outputs[command] if command in outputs else self.files.get(name, missing))]
        return "\n".join(lines) + "\n"

    def _link_line(self, number: int, name: str) -> str:
        link = self.links[name]
        flags = ["LOOPBACK"] if name == "lo" else ["BROADCAST", "MULTICAST"]
        flags += (["SLAVE"] if link.master else []) + (["UP", "LOWER_UP"] if link.up else [])
        below = f"@{link.parent}" if link.parent else ""
        master = f" master {link.master}" if link.master else ""
        detail = {
            "vlan": f"\\    vlan protocol 802.1Q id {link.tag} <REORDER_HDR> addrgenmode eui64 ",
            "bond": "\\    bond mode active-backup miimon 0 updelay 0 ",
        }.get(link.kind, "")
        return (
            f"{number}: {name}{below}: <{','.join(flags)}> mtu 1500 qdisc noqueue{master} state UP mode DEFAULT group "
            f"default qlen 1000\\    link/ether 66:7d:c7:91:d4:54 brd ff:ff:ff:ff:ff:ff promiscuity 0 {detail}"
        )


def new_host(ports: tuple[str, ...]) -> Host:
    return Host(
        {"lo": Link("lo", up=True, addresses=[IPv4Interface("127.0.0.1/8")]), **{name: Link() for name in ports}}
    )

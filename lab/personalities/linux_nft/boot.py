"""What a restart of the machine leaves: what its installer set up, and what the files in /etc say.

Sources: interfaces(5) of ifupdown with the options of its packages ifenslave and vlan, sysctl.d(5), and the unit
nftables.service of Debian's package, which loads /etc/nftables.conf. Options that are not understood are passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ip import run_ip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .machine import Machine

_INTERFACES, _SYSCTLS, _RULES = "/etc/network/interfaces.d/", "/etc/sysctl.d/", "/etc/nftables.conf"


def bring_up(machine: Machine) -> None:
    """Do what the services of a booting machine do; what fails is passed over, as they do."""
    for path, text in sorted(machine.files.items()):
        if path.startswith(_SYSCTLS):
            for name, _, value in (line.partition("=") for line in text.splitlines()):
                machine.settings[name.strip()] = value.strip()
        elif path.startswith(_INTERFACES):
            for line in _commands(text):
                run_ip(machine.net, line.split()[1:])
    machine.filter.run(["flush", "ruleset"], "", machine.read)
    machine.filter.run(["-f", _RULES], "", machine.read)


def _commands(text: str) -> Iterator[str]:
    """Yield the ``ip`` commands that ifupdown and its hooks run for a file."""
    name, up = "", list[str]()
    for line in text.splitlines():
        words = line.split()
        match words:
            case ["iface", found, "inet", *_]:
                yield from up
                name, up = found, [f"ip link set {found} up"]
            case ["bond-mode", mode]:
                yield f"ip link add {name} type bond mode {mode}"
            case ["bond-slaves", *slaves]:
                for slave in slaves:
                    yield from (f"ip link set {slave} down", f"ip link set {slave} master {name}")
            case ["vlan-raw-device", parent]:
                yield f"ip link add link {parent} name {name} type vlan id {name.rpartition('.')[2]}"
            case ["address", address]:
                up.append(f"ip address add {address} dev {name}")
            case ["up", "ip", *rest]:
                up.append(" ".join(["ip", *rest]))
            case _:
                pass
    yield from up

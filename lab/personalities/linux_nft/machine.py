"""What the machine holds: its name, files, kernel settings, network and packet filter."""

from __future__ import annotations

import ipaddress
import posixpath
from typing import TYPE_CHECKING, Final

from .net import Net
from .nft import filter_for

if TYPE_CHECKING:
    from lab.flash import Flash
    from lab.twin import Twin

    from .nft import PacketFilter

_OS_RELEASE: Final = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
"""
_NFTABLES_CONF: Final = """\
#!/usr/sbin/nft -f

flush ruleset

table inet filter {
	chain input {
		type filter hook input priority filter;
	}
	chain forward {
		type filter hook forward priority filter;
	}
	chain output {
		type filter hook output priority filter;
	}
}
"""
# A plain installation (base-files), and what Debian's packages rsyslog, chrony and snmpd bring (dpkg -L).
_FOLDERS: Final = (
    "/ /etc /etc/default /etc/nftables.d /etc/sysctl.d /etc/network /etc/network/interfaces.d /root /tmp /var/tmp /run"
    " /etc/rsyslog.d /etc/chrony /etc/chrony/conf.d /etc/chrony/sources.d /etc/snmp /etc/snmp/snmpd.conf.d"
)


class Machine:
    """One emulated Debian machine; its state outlives sessions."""

    def __init__(self, twin: Twin, packet_filter: PacketFilter | None = None) -> None:
        self.net = Net(twin.name, twin.ports)
        self.filter = packet_filter or filter_for(twin.name)
        self.folders = set(_FOLDERS.split())
        self.files = {
            "/etc/hostname": "debian\n",
            "/etc/os-release": _OS_RELEASE,
            "/etc/nftables.conf": _NFTABLES_CONF,
        }
        self.flash: Flash | None = None
        self.settings = {"net.ipv4.ip_forward": "0", "net.ipv6.conf.all.forwarding": "0"}
        self.settings["net.ipv4.conf.all.rp_filter"] = "0"
        if twin.management and twin.ports:
            self.net.set_up(twin.ports[0])
            self.net.add_address(twin.ports[0], ipaddress.IPv4Interface(twin.management))

    @property
    def full(self) -> bool:
        """Return whether nothing more fits on the disk."""
        return self.flash is not None and self.flash.full

    @property
    def hostname(self) -> str:
        """Return the name that the prompt shows."""
        return self.files["/etc/hostname"].strip() or "localhost"

    @hostname.setter
    def hostname(self, name: str) -> None:
        self.files["/etc/hostname"] = f"{name}\n"

    @staticmethod
    def path(name: str) -> str:
        """Return the absolute path of a name; the shell stays in /root."""
        return posixpath.normpath(posixpath.join("/root", name))

    def read(self, name: str) -> str | None:
        """Return a file's text, or None when there is no such file."""
        path = self.path(name)
        return "" if path == "/dev/null" else self.files.get(path)

    def write(self, name: str, text: str, *, append: bool = False) -> bool:
        """Write a file; return False when its folder does not exist."""
        path = self.path(name)
        if path == "/dev/null":
            return True
        if self.full:
            self.files[path] = self.files.get(path, "") if append else ""  # opening it has cut it off already
            return False
        if posixpath.dirname(path) not in self.folders or path in self.folders:
            return False
        self.files[path] = (self.files.get(path, "") if append else "") + text
        return True

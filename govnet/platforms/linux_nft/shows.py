"""The commands whose outputs are the running text, and how to cut it; each output stands under ``### <command>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from govnet.config.reading import Line

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTNAME: Final = "hostname"
FORWARDING: Final = "sysctl net.ipv4.ip_forward"
LINKS: Final = "ip -d -o link show"
ADDRESSES: Final = "ip -o -4 address show"
ROUTES: Final = "ip -4 route show"
RULESET: Final = "nft -s list ruleset"

LABELS_FILE: Final = "/etc/default/govnet-ports"
SYSLOG_FILE: Final = "/etc/rsyslog.d/60-govnet.conf"
NTP_FILE: Final = "/etc/chrony/sources.d/govnet.sources"
SNMP_FILE: Final = "/etc/snmp/snmpd.conf.d/govnet.conf"
BANNER_FILE: Final = "/etc/issue.net"
FILES: Final = (LABELS_FILE, SYSLOG_FILE, NTP_FILE, SNMP_FILE, BANNER_FILE)

NFT_FILE: Final = "/etc/nftables.conf"
INTERFACES_FILE: Final = "/etc/network/interfaces.d/govnet"
SYSCTL_FILE: Final = "/etc/sysctl.d/60-govnet.conf"

SHOWS: Final = (HOSTNAME, FORWARDING, LINKS, ADDRESSES, ROUTES, RULESET, *(f"cat {name}" for name in FILES))


def sections(text: str) -> Mapping[str, list[Line]]:
    """Return command -> the lines of its output, numbered through the whole text.

    Only the marks of the commands above count, so a banner may say ``### anything else``. What a missing file makes
    `cat` say is no content. Lines before the first mark are those of the empty command.
    """
    found: dict[str, list[Line]] = {command: [] for command in ("", *SHOWS)}
    current = found[""]
    marks = {f"### {command}": command for command in SHOWS}
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if line in marks:
            current = found[marks[line]]
        elif not (line.startswith("cat: ") and line.endswith(": No such file or directory")):
            current.append(Line(number, line))
    for lines in found.values():
        while lines and not lines[-1].text.strip():
            lines.pop()
    return found

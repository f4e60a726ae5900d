"""A stackable breaks lines at the terminal's width; a line that is just that long is not broken."""

from __future__ import annotations

import pytest

from govnet.config.hardware import Hardware
from govnet.platforms.nortel_ers import PLATFORM

WIDTH = 79
HARDWARE = Hardware("ERS-4550T", "5.7.1.021", tuple(map(str, range(1, 51))))
FITS = "vlan create 51,101,201,301,401,501,777,778,779,801,901,1201,1301,1999 type port"
LONGER = "vlan create 51,101,201,301,401,501,777,778,779,801,901,1201,1301,1999,2001,2002 type port"
NAMED = 'vlan name 51 "mgt-oob"'
WIDER = "vlan create " + ",".join(map(str, range(1001, 1041))) + " type port"


def folded(*lines: str) -> str:
    return "\n".join(line[at : at + WIDTH] for line in lines for at in range(0, len(line), WIDTH))


@pytest.mark.parametrize(
    ("lines", "vlans", "unread"),
    [
        ((FITS, NAMED), 15, []),
        ((LONGER, NAMED), 17, []),
        ((WIDER, NAMED.replace("51", "1001")), 41, []),
        ((FITS, FITS.replace("777", "775"), NAMED), 16, []),
        ((FITS, "interface Ethernet ALL", "exit", NAMED), 15, []),
        ((FITS, "! a comment", NAMED), 15, []),
        ((FITS, "frob 7", NAMED), 15, ["frob 7"]),
    ],
)
def test_a_line_as_long_as_the_terminal_is_wide_is_not_taken_for_a_broken_one(
    lines: tuple[str, ...], vlans: int, unread: list[str]
) -> None:
    assert len(FITS) == WIDTH
    reading = PLATFORM.read(folded(*lines), HARDWARE)
    assert len(reading.config.vlans) == vlans
    assert [line.text for line in reading.unread] == unread
    named = next((vlan for number, vlan in reading.config.vlans.items() if vlan.name == "mgt-oob"), None)
    assert named is not None

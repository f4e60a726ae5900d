"""Bundles of small networks on two planes, as every device is meant to be; no session is needed for one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from govnet.audit import Evidence
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.config.routetable import RoutingTable
from govnet.evidence import archive
from govnet.evidence.contents import Circumstances, inventory_files, members_of
from govnet.evidence.manifest import ChainLink, Head
from govnet.evidence.pseudonyms import Pseudonyms, Salt
from govnet.evidence.seal import seal
from govnet.network.load import load
from support.town_hall import small_inventory

if TYPE_CHECKING:
    from govnet.evidence.archive import Kept
    from govnet.network.model import Network

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BLOCKS = {"n": 64, "w": 20, "u": 128}
"""Plane -> second octet of its addresses."""
SALT, SECRET = Salt(bytes(range(32))), "geheim-community"
TEXT = f"""#
 sysname ce01
#
snmp-agent community read cipher {SECRET}
 mac-address static 00e0-fc12-3456 Ethernet0/0/1 vlan 7
#
return
"""
"""A running text with a secret and a hardware address in it."""


@cache
def key(seed: int = 1) -> Ed25519PrivateKey:
    """Return a key that is the same every time."""
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


@cache
def network(plane: str) -> Network:
    """Return Laixi with two floors and two towns, as if it stood on a plane; each box has a serial number."""
    folder = small_inventory(Path(mkdtemp(prefix="govnet-test-")), BLOCKS[plane])
    for path in folder.glob("*.yaml"):
        text = path.read_text().replace("-u-", f"-{plane}-").replace("plane: u", f"plane: {plane}")
        path.write_text(text)
    hosts = folder / "hosts.yaml"
    lines = hosts.read_text().splitlines()
    hosts.write_text("\n".join(_numbered(line, plane, number) for number, line in enumerate(lines)) + "\n")
    (folder / "audit.yaml").write_text("exchanges: []\n")
    (folder / "systems.yaml").unlink(missing_ok=True)  # a system of both planes would need a registered exchange
    return load(folder)


def _numbered(line: str, plane: str, number: int) -> str:
    serial = f"serial: {plane.upper()}SN{number:05}"
    return f"{line}\n    {serial}" if line == "  data:" else line.replace("data: {", f"data: {{{serial}, ", 1)


@cache
def intended(plane: str) -> dict[str, Reading]:
    """Return every device of a plane's network as it is meant to be."""
    net = network(plane)
    return {device.name: Reading(intent(net, device.name), (), 10) for device in net.commanded()}


def seen(plane: str, **given: Any) -> Evidence:
    """Return evidence on a plane's network: every device as intended, every table looked at and empty.

    Tables that are given are put over the empty ones, device by device.
    """
    net, readings = network(plane), intended(plane)
    empty = {device.name: () for device in net.commanded()}
    tables = {name: empty | dict(given.pop(name, {})) for name in ("neighbours", "fdb", "arp")}
    routed = {name: tuple(map(RoutingTable, ("", *one.config.vrfs))) for name, one in readings.items()}
    tables["routes"] = routed | dict(given.pop("routes", {}))
    return Evidence(net, given.pop("as_of", NOON), readings=readings, **tables, **{"runs": (), "samples": ()} | given)


def kept(folder: Path, evidence: Evidence, seed: int = 1, salt: Salt = SALT) -> Kept:
    """Return the evidence as the next bundle of a folder."""
    how = archive.Seal("auditor", key(seed), salt, "0.1.0")
    return archive.keep(folder, evidence, Circumstances(evidence.as_of), how)


def unjudged(evidence: Evidence, salt: Salt = SALT) -> bytes:
    """Return a bundle without verdicts: joining asks for none."""
    names = Pseudonyms(salt, (device.serial for device in evidence.network.devices.values()))
    members = members_of(evidence, inventory_files(evidence.network), Circumstances(evidence.as_of), names)
    head = Head(evidence.network.slug, str(evidence.network.plane), "", "0.1.0", salt.id, ChainLink(1, ""))
    return seal(head, members, "auditor", key())


def named(evidence: Evidence, role: str) -> str:
    """Return the first device of a role."""
    return evidence.of_role(role)[0].name


def registered(evidence: Evidence, exchange: str | None) -> Evidence:
    """Return evidence whose inventory registers one exchange of data between planes; None: has no register at all."""
    folder = Path(mkdtemp(prefix="govnet-test-")) / "inventory"
    shutil.copytree(evidence.network.folder, folder)
    (folder / "audit.yaml").write_text(f"exchanges: [{exchange}]\n" if exchange else "{}\n")
    return replace(evidence, network=load(folder))


def renumbered(evidence: Evidence, device: str, serial: str) -> Evidence:
    """Return evidence whose inventory gives a device another serial number, in its file too."""
    folder = Path(mkdtemp(prefix="govnet-test-"))
    for path in Path(evidence.network.folder).iterdir():
        old = f"serial: {evidence.network.devices[device].serial},"
        (folder / path.name).write_text(path.read_text().replace(old, f"serial: {serial},"))
    return replace(evidence, network=load(folder))

"""`Manual`: the platform as the rest of govnet sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govnet.config.filtering import Verdict
from govnet.config.model import DeviceConfig
from govnet.config.reading import Line, Reading
from govnet.config.switching import Port
from govnet.errors import InputError
from govnet.platforms.manual import tables
from govnet.platforms.manual.assemble import configured, read_box
from govnet.platforms.manual.evidence import FIELDS, Complaints, Evidence, read_record
from govnet.platforms.manual.limits import refused
from govnet.platforms.manual.rules import read_rules
from govnet.platforms.manual.say import say
from govnet.platforms.manual.tables import read_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.changes import Change
    from govnet.config.hardware import Hardware
    from govnet.platforms.base import Command


@dataclass(frozen=True, slots=True)
class Manual:
    """A device that a person configures. ``shows`` is empty: there is no session to open, and nothing to send."""

    name: str = "manual"
    shows: tuple[str, ...] = ()
    enter: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    save: tuple[Command, ...] = ()
    checkpoint: tuple[Command, ...] = ()

    def factory(self, hardware: Hardware) -> DeviceConfig:
        """Return a box with nothing in it: no source tells what it is like out of the box, so every step is written."""
        return DeviceConfig(hostname="", ports={name: Port(enabled=False) for name in hardware.ports}, forwarding=False)

    def read(self, text: str, hardware: Hardware) -> Reading:
        """Understand an evidence record with its tables.

        Raises:
            InputError: something is missing or makes no sense; names the lines.
        """
        return read_evidence(text, hardware)[1]

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes as steps of a work order, one `Command` each, in English and Chinese.

        Raises:
            ConflictError: the changes were not made for ``running``.
            RefusedError: there is no step for one of them.
        """
        return say(changes, running)

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that a work order or the interchange form cannot hold."""
        return refused(config, hardware)

    def refusal(self, output: str) -> str | None:
        """Return None: nothing is sent, so nothing answers."""
        del output
        return None


def read_evidence(text: str, hardware: Hardware, file: str = "evidence") -> tuple[Evidence, Reading]:
    """Return where a file's tables come from and what they say; ``file`` is what errors call it.

    Raises:
        InputError: something is missing or makes no sense; holds every problem with its line.
    """
    rows = text.removeprefix("\ufeff").split("\n")
    lines = [Line(number, row.rstrip("\r")) for number, row in enumerate(rows, 1)]
    wrong = Complaints(file)
    evidence = read_record(lines, wrong)
    sheet = read_sheet(lines, wrong)
    box = read_box(sheet, hardware, wrong)
    config, unread = configured(evidence.device, box), [*sheet.unread, *box.unread]
    sources = dict(box.sources)
    if _filters(sheet, evidence, wrong):
        rules = sheet.rows.get(tables.RULES, [])
        firewall, policy = read_rules(rules, box.zones, box.interfaces, evidence, wrong)
        config = replace(config, firewall=firewall)
        sources |= policy.sources
        unread += policy.unread
    if wrong.problems:
        raise InputError(wrong.problems)
    count = len(FIELDS) + sum(map(len, sheet.rows.values())) - len(box.unread)
    return evidence, Reading(config, tuple(sorted(unread)), count, sources)


def _filters(sheet: tables.Sheet, evidence: Evidence, wrong: Complaints) -> bool:
    """Return whether a policy is loaded: without rules, a box that permits by default has none."""
    if tables.INTERFACES not in sheet.rows:
        wrong.add(0, "there is no interface table", "Add one that begins with interface,address,zone,vlan")
    if tables.RULES in sheet.rows:
        return True
    if evidence.default is Verdict.DENY:
        head = ",".join(tables.REQUIRED[tables.RULES])
        wrong.add(0, "there is no rule table", f"Add one that begins with {head}, even if it has no rows")
    zoned = any(row["zone"] for row in sheet.rows.get(tables.INTERFACES, ()))
    return evidence.default is Verdict.DENY or zoned

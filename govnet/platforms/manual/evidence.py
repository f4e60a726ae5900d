"""The evidence record: who took which export from which device, and when. Six comment lines over the tables.

::

    # device: lx-adc-u-fw01
    # exported-by: Zhang San
    # date: 2026-03-01
    # document: policy-export.xls, page "access control"
    # sha256-of-original: 64 hexadecimal digits
    # default-action: deny

``default-action`` is what the box does with a packet that no rule names; nobody may guess it. Other lines that begin
with ``#`` are remarks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from govnet.config.filtering import Verdict
from govnet.config.reading import Line
from govnet.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELDS: Final = ("device", "exported-by", "date", "document", "sha256-of-original", "default-action")
_FIELD: Final = re.compile(rf"#\s*({'|'.join(FIELDS)})\s*:(.*)")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an exported table comes from.

    Attributes:
        device: its name in the inventory.
        exported_by: the person who exported it.
        date: when.
        document: the original file or screen.
        digest: SHA-256 of the original, so that the copy can be held against it later.
        default: what becomes of a packet that no rule names.
        default_line: the line that says so.
    """

    device: str
    exported_by: str
    date: str
    document: str
    digest: str
    default: Verdict
    default_line: Line


@dataclass(slots=True)
class Complaints:
    """Collects what is wrong in one file, so that a person hears all of it at once."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, cause: str, next_step: str) -> None:
        """Note one thing that is wrong."""
        self.problems.append(Problem(self.file, line, cause, next_step))


def read_record(lines: Iterable[Line], wrong: Complaints) -> Evidence:
    """Read the record from a file's lines; what is missing or malformed goes to ``wrong``."""
    found: dict[str, Line] = {}
    values = dict.fromkeys(FIELDS, "")
    for line in lines:
        said = _FIELD.fullmatch(line.text.strip())
        if said and said[1] in found:
            wrong.add(line.number, f"`{said[1]}` is said twice", f"Keep one of it and line {found[said[1]].number}")
        elif said:
            found[said[1]], values[said[1]] = line, said[2].strip()
    for name in FIELDS:
        if not values[name]:
            place = found[name].number if name in found else 1
            wrong.add(place, f"the evidence record does not say `{name}`", f"Write a line `# {name}: ...`")
    _check(values, found, wrong)
    default = Verdict.PERMIT if values["default-action"] == Verdict.PERMIT else Verdict.DENY
    last = found.get("default-action", Line(1, ""))
    return Evidence(
        values["device"],
        values["exported-by"],
        values["date"],
        values["document"],
        values["sha256-of-original"].lower(),
        default,
        last,
    )


def _check(values: dict[str, str], found: dict[str, Line], wrong: Complaints) -> None:
    if values["date"] and not _is_date(values["date"]):
        wrong.add(found["date"].number, f"{values['date']!r} is no date", "Write it as 2026-03-01")
    digest = values["sha256-of-original"]
    if digest and not _DIGEST.fullmatch(digest.lower()):
        cause, step = f"{digest!r} is no SHA-256", "Write what `sha256sum` prints for the original export"
        wrong.add(found["sha256-of-original"].number, cause, step)
    default = values["default-action"]
    if default and default not in set(Verdict):
        wrong.add(found["default-action"].number, f"default-action {default!r} is neither", "Write permit or deny")


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False

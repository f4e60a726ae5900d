"""Rules on configurations as they are kept: as intended, saved, recorded, and without secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, ConfigRule, Rule, by_document
from govnet.audit.verdict import Severity
from govnet.config import diff
from govnet.config.intent import intent
from govnet.config.words import words
from govnet.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device

_SHOWN = 5
_SECTION = "### "
"""Precedes the output of each command where a running text is made of several (see `Platform.shows`)."""


class RunningAsIntended(ConfigRule):
    """Passes for a device that nothing would be changed on; fails with the changes that would be made."""

    id = "CFG-01"
    title = "运行配置与基线一致"
    title_en = "Running equals intended"
    demand = "运行配置与清单所求一致"
    clause = "GB/T 22239-2019 8.1.7.5 b), 8.1.10.8 b)"
    severity = Severity.HIGH
    level = L3
    needs = (Kind.CONFIG,)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        changes = [words(one) for one in diff(reading.config, intent(evidence.network, device.name))]
        expected, seen = "nothing to change", evidence.running(device.name)
        if changes:
            more = f"; and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
            yield self.failed(device.name, expected, "; ".join(changes[:_SHOWN]) + more, seen)
        else:
            yield self.passed(device.name, expected, "nothing", seen)


class RecordsComplete(Rule):
    """Passes for a device with model, release, place, owner, maintainer, zone, power, links and serial on record.

    A release or serial number that nobody has written down is unknown and no failure: only the box itself tells them.
    Fails too for a release that is another than the running text says it was written by.
    """

    id = "CFG-02"
    title = "基本配置信息库完整"
    title_en = "Basic configuration information is complete"
    demand = "设备档案完整，且与设备所报一致"
    clause = "GB/T 22239-2019 8.1.10.8 a)"
    severity = Severity.MEDIUM
    release: ClassVar[re.Pattern[str]] = re.compile(
        r"^\s*[#!]\s*software version\s*[:=]\s*v?(\d+(?:\.\d+)+)\s*$", re.IGNORECASE | re.MULTILINE
    )

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to."""
        for device in evidence.network.commanded():
            expected, seen = "every field of the record", evidence.written(device.origin)
            missing = list(self._missing(evidence, device))
            running = self.release.search(evidence.texts.get(device.name, ""))
            if missing:
                yield self.failed(device.name, expected, f"no {', no '.join(missing)}", seen)
            elif running and device.software and running[1] != device.software.removeprefix("v"):
                said = f"runs {running[1]}, on record is {device.software}"
                yield self.failed(device.name, "as the box says", said, seen, evidence.running(device.name))
            elif absent := [what for what in ("software", "serial") if not getattr(device, what)]:
                yield self.unknown(device.name, f"{' and '.join(absent)} of {device.name}", seen, expected=expected)
            else:
                yield self.passed(device.name, expected, "complete", seen)

    def _missing(self, evidence: Evidence, device: Device) -> Iterator[str]:
        fields = ("model", "place", "owner", "maintainer", "power")
        yield from (name for name in fields if not getattr(device, name))
        if not device.zone and not device.data.get("zones"):
            yield "zone"
        if not evidence.network.links_of(device.name):
            yield "links"


class SavedEqualsRunning(Rule):
    """Passes for a device whose startup text is its running text; one whose startup text was not read is unknown.

    Where a running text has several sections, those are compared that are stored.
    """

    id = "CFG-07"
    title = "保存配置"
    title_en = "Saved equals running"
    demand = "保存的配置与运行配置相同"
    clause = "GB/T 22239-2019 8.1.10.8"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to."""
        for device in evidence.network.commanded():
            running, saved = evidence.texts.get(device.name), (evidence.saved or {}).get(device.name)
            expected, seen = "startup text equal to running text", evidence.running(device.name)
            if running is None or saved is None:
                yield self.unknown(device.name, f"the startup configuration of {device.name}", expected=expected)
                continue
            shown, stored = _sections(running), _sections(saved)
            now = [line for name in stored for line in shown.get(name, ())]
            kept = [line for lines in stored.values() for line in lines]
            problems = [(f"not saved: {line}", seen) for line in _only(now, kept)[:_SHOWN]]
            problems += [(f"saved only: {line}", seen) for line in _only(kept, now)[:_SHOWN]]
            beside = "".join(f"; {name} is not stored with it" for name in shown if name not in stored)
            yield self.decide(device.name, expected, problems, f"equal{beside}", seen)


def _sections(text: str) -> dict[str, list[str]]:
    """Return the configuring lines under each ``### command``, or under no heading where there is but one text."""
    found: dict[str, list[str]] = {}
    name, body = "", list[str]()
    for line in [*text.splitlines(), _SECTION]:
        if line.startswith(_SECTION):
            if name or body:
                found[name] = _lines(body)
            name, body = line.removeprefix(_SECTION), []
        else:
            body.append(line)
    return found


def _lines(text: list[str]) -> list[str]:
    """Return the configuring lines: dates and comments differ from one show to the next.

    What a box says before its text begins, as that it prepares it, is no line of it.
    """
    first = next((number for number, line in enumerate(text) if _comment(line)), 0)
    said = [line for line in text[:first] if not line.rstrip().endswith("...")] + text[first:]
    return [line.rstrip() for line in said if line.strip() and not _comment(line)]


def _comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "!"))


def _only(here: list[str], there: list[str]) -> list[str]:
    known = set(there)
    return [line for line in here if line not in known]


class NoSecretsKept(Rule):
    """Passes when no text in the evidence holds a password, community or key; what else is kept a record settles."""

    id = "CFG-08"
    title = "工具中不留敏感数据"
    title_en = "No secrets in repositories or artefacts"
    demand = "证据与仓库中没有口令和密钥"
    clause = "GB/T 22239-2019 8.1.10.6 h)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict on the evidence and one on the repository."""
        texts = [*evidence.texts.items(), *(evidence.saved or {}).items()]
        bare = [(f"text of {name}", evidence.running(name)) for name, text in texts if masked(text) != text]
        expected = "placeholders only"
        if texts:
            yield self.decide("evidence", expected, bare, f"{len(texts)} texts, all masked", *self._seen(evidence))
        else:
            yield self.unknown("evidence", "the texts of the devices", expected=expected)
        yield by_document(self, evidence, "repository", "a scan of repository, logs and rendered files for secrets")

    def _seen(self, evidence: Evidence) -> Iterable[Reference]:
        return (evidence.running(name) for name in sorted(evidence.texts))

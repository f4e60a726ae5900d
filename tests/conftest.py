"""What all tests share: how hard properties are tried, and what is skipped by name where a program is absent."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# What a helper of the tests asserts is told as fully as what a test asserts.
pytest.register_assert_rewrite("support")

# How often a law is tried; GOVNET_EXAMPLES=1000 and more for a long look.
EXAMPLES = int(os.environ.get("GOVNET_EXAMPLES", "300" if os.environ.get("CI") else "50"))
# No deadlines: these machines are shared, and a slow example is no failure. What decides whether a change may land
# tries the same examples each time; others are tried by whoever looks longer.
settings.register_profile(
    "govnet",
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize="CI" in os.environ,
)
settings.load_profile("govnet")
# What is printed here is read by tests, whatever whoever started them wants to see in colour.
for _name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(_name, None)


OTHER_NAMES = {
    "alertmanager": "prometheus-alertmanager",
    "blackbox_exporter": "prometheus-blackbox-exporter",
    "smokeping_prober": "prometheus-smokeping-prober",
}
"""Programs that Debian calls otherwise than their makers do."""


def installed(program: str) -> bool:
    """Whether this machine has a program, under either of its names."""
    names = {program, OTHER_NAMES.get(program, program)}
    return any(shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") for name in names)


LONGEST_FIRST = ("end_to_end", "mutations", "monitoring", "playbooks", "nornir_tasks", "fuzz", "platforms", "isolation")
"""Folders whose files take minutes. A file is one worker's: whichever comes last keeps the others waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long files come first; within a folder the order stays."""
    rank = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(rank)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a program which this machine does not have, and name the program."""
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if not installed(program):
                pytest.skip(f"{program} is not installed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the fault tables of all platforms that were tried as one, and what differs from snmp_exporter's samples."""
    for device, lines in sorted(_told(terminalreporter, "parity").items()):
        terminalreporter.section(f"samples of {device} beside snmp_exporter's", sep="-")
        for line in lines:
            terminalreporter.write_line(line)
    found = _told(terminalreporter, "faults")
    if found:
        from support.fault_table import rendered  # noqa: PLC0415 - most runs have no such table, and it imports much

        terminalreporter.section("fault table: cases run / devices left in a third state")
        for line in rendered(found):
            terminalreporter.write_line(line)


def _told(terminalreporter: pytest.TerminalReporter, name: str) -> dict[str, Any]:
    """Return what tests recorded under a name, joined."""
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    tables = [dict(report.user_properties).get(name, {}) for report in reports]
    return {key: value for table in tables for key, value in table.items()}

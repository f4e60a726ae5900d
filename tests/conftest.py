"""What all tests share: how hard properties are tried, and what is skipped by name where a program is absent."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

# How often a law is tried; GOVNET_EXAMPLES=300 and more for a long look.
EXAMPLES = int(os.environ.get("GOVNET_EXAMPLES", "100" if os.environ.get("CI") else "50"))
# No deadlines: these machines are shared, and a slow example is no failure.
settings.register_profile(
    "govnet", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("govnet")


OTHER_NAMES = {"alertmanager": "prometheus-alertmanager"}
"""Programs that Debian calls otherwise than their makers do."""


def installed(program: str) -> bool:
    """Whether this machine has a program, under either of its names."""
    names = {program, OTHER_NAMES.get(program, program)}
    return any(shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") for name in names)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a program which this machine does not have, and name the program."""
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if not installed(program):
                pytest.skip(f"{program} is not installed")

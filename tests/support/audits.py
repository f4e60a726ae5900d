"""Small networks and evidences for the tests of the audit's rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from govnet.audit import Evidence, rules
from govnet.config.reading import Line, Reading

if TYPE_CHECKING:
    from govnet.audit import Finding
    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network

NOON = datetime(2008, 6, 2, 12, 0, tzinfo=UTC)
"""When the audits of the tests are: a Monday."""


def evidence(network: Network, **given: Any) -> Evidence:
    """Return evidence on a network; ``configs`` (device -> DeviceConfig) stands for readings without any lines."""
    configs: dict[str, DeviceConfig] | None = given.pop("configs", None)
    if configs is not None:
        given["readings"] = {name: Reading(config) for name, config in configs.items()}
    return Evidence(network, given.pop("as_of", NOON), **given)


def unread(config: DeviceConfig, *texts: str) -> Reading:
    """Return a reading in which some lines were not understood."""
    return Reading(config, unread=tuple(Line(number, text) for number, text in enumerate(texts, 1)))


def judged(rule: str, seen: Evidence) -> list[Finding]:
    """Return the findings of one rule."""
    return next(one for one in rules() if one.id == rule).judge(seen)


def verdicts(rule: str, seen: Evidence) -> dict[str, str]:
    """Return object -> verdict of one rule."""
    return {finding.object: str(finding.verdict) for finding in judged(rule, seen)}

"""What a rule may say of an object: the same four words wherever the project judges something."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The four outcomes, never mixed: nothing seen is ``unknown``, and ``unknown`` is no ``pass``."""

    PASS = "pass"  # noqa: S105 - an outcome, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"

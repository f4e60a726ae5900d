"""Rules on the e-government outer network."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration("EGN-07", "标准索引", "Standards index", "GB/T 21061-2007", Severity.LOW, "the sources of the rules"),
)
"""Rules without a class: settled by a document until they have one."""

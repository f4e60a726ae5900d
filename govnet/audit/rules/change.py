"""Rules on configuration and change."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "CFG-05",
        "变更失败恢复",
        "Failed changes roll back",
        "GB/T 22239-2019 8.1.10.10 c)",
        Severity.HIGH,
        "a drill of the way back within the year",
    ),
)
"""Rules without a class: settled by a document until they have one."""

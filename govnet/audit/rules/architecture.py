"""Rules on architecture: capacity, addressing, redundancy, protection of lines."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "ARC-07",
        "按重要程度分配带宽",
        "Important business gets bandwidth first",
        "GB/T 22239-2019 9.1.2.1 f)",
        Severity.MEDIUM,
        "the traffic classes of each WAN interface",
    ),
)
"""Rules without a class: settled by a document until they have one."""

"""Rules on access control: what rule lists permit."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "ACL-05",
        "应用协议和内容",
        "Application control",
        "GB/T 22239-2019 8.1.3.2 e)",
        Severity.MEDIUM,
        "the application profile of each permit at the internet boundary, or the proxy it passes",
        level=L3,
    ),
)
"""Rules without a class: settled by a document until they have one."""

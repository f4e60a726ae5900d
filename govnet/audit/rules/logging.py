"""Rules on security audit and logs."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "LOG-04",
        "审计记录保护与备份",
        "Log protection",
        "GB/T 22239-2019 8.1.3.5 c), 8.1.4.3 d)",
        Severity.MEDIUM,
        "how the log store is protected and backed up",
    ),
    Declaration(
        "LOG-07",
        "远程与上网行为单独审计",
        "Remote and internet users are audited apart",
        "GB/T 22239-2019 8.1.3.5 d)",
        Severity.MEDIUM,
        "the log streams of VPN gateway and internet proxy",
        level=L3,
    ),
)
"""Rules without a class: settled by a document until they have one."""

"""Rules on configuration and change."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "CFG-04",
        "操作日志不可更改",
        "Operation log cannot be altered",
        "GB/T 22239-2019 8.1.10.6 g), h)",
        Severity.HIGH,
        "a verification of the hash chain, its last hash kept elsewhere",
    ),
    Declaration(
        "CFG-05",
        "变更失败恢复",
        "Failed changes roll back",
        "GB/T 22239-2019 8.1.10.10 c)",
        Severity.HIGH,
        "a drill of the way back within the year",
    ),
    Declaration(
        "CFG-06",
        "配置备份",
        "Configuration backups",
        "GB/T 22239-2019 8.1.4.9 a), 8.1.10.11",
        Severity.MEDIUM,
        "the age of the newest backup and where its copy lies",
    ),
)
"""Rules without a class: settled by a document until they have one."""

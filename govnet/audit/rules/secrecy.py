"""Rules on secrecy and governance."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity
from govnet.network.model import Plane

DECLARED = (
    Declaration(
        "SEC-02",
        "保密部门参加审查与验收",
        "Secrecy office took part",
        "省级电子政务网规划: 方案审查和网络验收必须有保密部门参加",
        Severity.HIGH,
        "the reference and date of the secrecy review of each site",
        planes=frozenset({Plane.INNER}),
    ),
    Declaration(
        "GOV-02",
        "检查",
        "Inspections recorded",
        "GB/T 22239-2019 8.1.7.5 a)-c)",
        Severity.MEDIUM,
        "the report of the last whole inspection, with its findings closed",
    ),
    Declaration(
        "GOV-03",
        "应急预案",
        "Plans and drills",
        "GB/T 22239-2019 8.1.10.13 b), c)",
        Severity.LOW,
        "the emergency plan and the date of its last drill",
    ),
    Declaration(
        "GOV-07",
        "双轨后单轨",
        "Cut-over after double track",
        "一年双轨运行后取消纸质文件报送",
        Severity.LOW,
        "the history of each document-exchange site",
    ),
)
"""Rules without a class: settled by a document until they have one."""

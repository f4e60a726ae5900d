"""Rules on secrecy and governance."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity
from govnet.network.model import Plane

DECLARED = (
    Declaration(
        "SEC-01",
        "涉密网络适用分级保护",
        "Secret network follows classified protection",
        "BMB17, BMB20",
        Severity.HIGH,
        "the protection scheme of each zone",
        planes=frozenset({Plane.INNER}),
    ),
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
        "GOV-01",
        "定级",
        "Each system has a level",
        "GB/T 22239-2019 8.1.9.1",
        Severity.MEDIUM,
        "level and filing number of each system",
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
        "GOV-04",
        "覆盖率据实计算",
        "Coverage figures are computed",
        "州级政务网: 97个单位中56个建成局域网",
        Severity.LOW,
        "the published figure of coverage",
    ),
    Declaration(
        "GOV-05",
        "同步规划、同步建设",
        "Security is built together",
        "安全保障体系和网络系统同步规划、同步建设的要求",
        Severity.MEDIUM,
        "the dates of boundary devices and of the links they protect",
    ),
    Declaration(
        "GOV-06",
        "数字认证统一",
        "Single certificate authority",
        "数字认证由省政府办公厅统一建设和管理的要求",
        Severity.MEDIUM,
        "the certificate authority of the plane",
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

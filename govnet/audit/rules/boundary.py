"""Rules on boundary: what crosses it, and what was plugged in behind it."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "BND-01",
        "受控接口",
        "All crossings use a controlled interface",
        "GB/T 22239-2019 8.1.3.1 a)",
        Severity.CRITICAL,
        "the running configurations",
    ),
    Declaration(
        "BND-02",
        "未用端口关闭",
        "Unused ports are shut",
        "GB/T 22239-2019 8.1.3.1 b)",
        Severity.MEDIUM,
        "the running configurations",
        level=L3,
    ),
    Declaration(
        "BND-03",
        "违规内联",
        "Unauthorised internal connection",
        "GB/T 22239-2019 8.1.3.1 b)",
        Severity.HIGH,
        "the MAC address tables and the register of endpoints",
    ),
    Declaration(
        "BND-04",
        "违规外联",
        "Unauthorised external connection",
        "GB/T 22239-2019 8.1.3.1 c)",
        Severity.HIGH,
        "sightings of rogue servers, gateways and wireless devices",
        level=L3,
    ),
    Declaration(
        "BND-05",
        "无线网络",
        "Wireless",
        "GB/T 22239-2019 8.1.3.1 d)",
        Severity.MEDIUM,
        "a survey for wireless access points",
        level=L3,
    ),
    Declaration(
        "BND-06",
        "外部连接登记批准",
        "External connections are registered",
        "GB/T 22239-2019 8.1.10.6 j)",
        Severity.HIGH,
        "approval, owner and expiry of the connection",
        level=L3,
    ),
    Declaration(
        "BND-07",
        "企业接入与培训教室",
        "Enterprise and training networks",
        "省政府专网企业接入; 培训教室与生产网隔离",
        Severity.MEDIUM,
        "the running configurations",
    ),
)
"""Rules without a class: settled by a document until they have one."""

"""Rules on access control: what rule lists permit."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity
from govnet.network.model import Plane

DECLARED = (
    Declaration(
        "ACL-02",
        "禁止全通规则",
        "No any-any permits",
        "GB/T 22239-2019 8.1.3.2 c)",
        Severity.CRITICAL,
        "the running configurations",
    ),
    Declaration(
        "ACL-03",
        "规则最小化",
        "No redundant, shadowed or dead rules",
        "GB/T 22239-2019 8.1.3.2 b)",
        Severity.MEDIUM,
        "the hit counters of all rules",
    ),
    Declaration(
        "ACL-04",
        "会话状态",
        "Stateful control",
        "GB/T 22239-2019 8.1.3.2 d)",
        Severity.HIGH,
        "the running configurations",
    ),
    Declaration(
        "ACL-05",
        "应用协议和内容",
        "Application control",
        "GB/T 22239-2019 8.1.3.2 e)",
        Severity.MEDIUM,
        "the application profile of each permit at the internet boundary, or the proxy it passes",
        level=L3,
    ),
    Declaration(
        "ACL-06",
        "每条放行均有策略依据",
        "Every permit is in the policy matrix",
        "GB/T 22239-2019 8.1.3.2 a), 8.1.10.6 j)",
        Severity.HIGH,
        "the running configurations",
    ),
    Declaration(
        "ACL-07",
        "高危端口",
        "High-risk ports closed between zones",
        "GB/T 22239-2019 8.1.4.4 b)",
        Severity.HIGH,
        "the running configurations",
    ),
    Declaration(
        "ACL-08",
        "源地址校验",
        "Anti-spoofing",
        "GB/T 22239-2019 8.1.3.2 c)",
        Severity.MEDIUM,
        "the source filters of each edge interface",
    ),
    Declaration(
        "ACL-09",
        "部门间只经交换体系",
        "Exchange is the only cross-department path",
        "政务信息资源目录体系与交换体系的要求",
        Severity.HIGH,
        "the running configurations",
        planes=frozenset({Plane.OUTER}),
    ),
)
"""Rules without a class: settled by a document until they have one."""

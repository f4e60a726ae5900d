"""Rules on security audit and logs."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "LOG-01",
        "边界与重要节点审计",
        "Boundary and key nodes log",
        "GB/T 22239-2019 8.1.3.5 a)",
        Severity.HIGH,
        "the collector index",
    ),
    Declaration(
        "LOG-02",
        "留存不少于六个月",
        "Six months of logs",
        "网络安全法: 留存相关的网络日志不少于六个月; GB/T 22239-2019 8.1.5.4 d)",
        Severity.HIGH,
        "the collector index and its retention setting",
    ),
    Declaration(
        "LOG-03",
        "审计记录要素",
        "Log fields",
        "GB/T 22239-2019 8.1.3.5 b)",
        Severity.MEDIUM,
        "a sample of stored messages of each source",
    ),
    Declaration(
        "LOG-04",
        "审计记录保护与备份",
        "Log protection",
        "GB/T 22239-2019 8.1.3.5 c), 8.1.4.3 d)",
        Severity.MEDIUM,
        "how the log store is protected and backed up",
    ),
    Declaration(
        "LOG-05",
        "时间同步",
        "One clock per plane",
        "GB/T 22239-2019 8.1.3.5 b)",
        Severity.MEDIUM,
        "the running configurations and clock offsets",
    ),
    Declaration(
        "LOG-06",
        "拒绝日志",
        "Denials are logged",
        "GB/T 22239-2019 8.1.3.5 a)",
        Severity.MEDIUM,
        "the running configurations",
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

"""Rules on intrusion prevention and malware."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "IDS-01",
        "关键节点部署入侵检测",
        "Sensor at each key node",
        "GB/T 22239-2019 7.1.3.3, 8.1.3.3 a), b)",
        Severity.HIGH,
        "what each sensor sees",
    ),
    Declaration(
        "IDS-02",
        "传感器在线且特征库更新",
        "Sensor alive and current",
        "GB/T 22239-2019 8.1.3.3 c), d)",
        Severity.HIGH,
        "the heartbeat, packet counter and signature age of each sensor",
    ),
    Declaration(
        "IDS-03",
        "恶意代码防范",
        "Malicious code at key nodes",
        "GB/T 22239-2019 8.1.3.4 a)",
        Severity.MEDIUM,
        "the pattern age of each antivirus server",
    ),
    Declaration(
        "IDS-04",
        "联动不跨平面",
        "Reaction is not a bridge",
        "政务内网自封闭的要求,用于传感器",
        Severity.HIGH,
        "the plane of each sensor and of where it exports to",
    ),
)
"""Rules without a class: settled by a document until they have one."""

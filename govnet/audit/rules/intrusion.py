"""Rules on intrusion prevention and malware."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity

DECLARED = (
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
)
"""Rules without a class: settled by a document until they have one."""

"""Rules on power of the machine room."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "PWR-01",
        "通信控制设备由 UPS 供电",
        "UPS feeds every communication-control device",
        "行政办公中心: 通信控制设备由UPS供电; GB/T 22239-2019 8.1.1.9 b)",
        Severity.HIGH,
        "the power source of each device",
    ),
    Declaration(
        "PWR-02",
        "计算机类设备由 EPS 供电",
        "EPS feeds computer equipment",
        "行政办公中心: 计算机类设备由EPS供电",
        Severity.MEDIUM,
        "the power source of each computer",
    ),
    Declaration(
        "PWR-03",
        "EPS 切换时间",
        "EPS transfer gap against what computers ride through",
        "GB 17945-2000: EPS 切换时间; GB/T 22239-2019 8.1.1.9 b)",
        Severity.HIGH,
        "the transfer time of each EPS",
    ),
    Declaration(
        "PWR-04",
        "后备时间",
        "Back-up minutes",
        "GB/T 22239-2019 8.1.1.9 b); GB 50174-2017 附录A",
        Severity.HIGH,
        "the remaining minutes under load and the last discharge test",
    ),
    Declaration(
        "PWR-05",
        "UPS 工作状态",
        "UPS state",
        "GB/T 22239-2019 8.1.1.9 b), 8.1.10.1 a)",
        Severity.HIGH,
        "the readings of each UPS",
    ),
    Declaration(
        "PWR-06",
        "容量与分组",
        "UPS capacity and sharing",
        "GB 50174-2017: E >= 1.1 P; 空调与IT不得同组UPS",
        Severity.MEDIUM,
        "the capacity and load of each UPS",
    ),
    Declaration(
        "PWR-07",
        "稳压与双路",
        "Power quality and dual feed",
        "GB/T 22239-2019 8.1.1.9 a), c)",
        Severity.MEDIUM,
        "input voltage, surge protectors and dual feeds",
    ),
)
"""Rules without a class: settled by a document until they have one."""

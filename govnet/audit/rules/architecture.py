"""Rules on architecture: capacity, addressing, redundancy, protection of lines."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "ARC-01",
        "网络设备业务处理能力",
        "Device capacity at peak",
        "GB/T 22239-2019 8.1.2.1 a)",
        Severity.MEDIUM,
        "CPU readings of 30 days",
        level=L3,
    ),
    Declaration(
        "ARC-02",
        "带宽满足高峰期",
        "Bandwidth at peak",
        "GB/T 22239-2019 8.1.2.1 b)",
        Severity.MEDIUM,
        "utilisation of each circuit over 30 days",
        level=L3,
    ),
    Declaration(
        "ARC-03",
        "线路带宽与规划一致",
        "Circuit speeds equal the plan",
        "州级政务网 100M/2M; 省至各州20M,各州至县10M",
        Severity.MEDIUM,
        "a throughput measurement of each circuit",
    ),
    Declaration(
        "ARC-04",
        "区域划分与地址分配",
        "Zones have address plans",
        "GB/T 22239-2019 8.1.2.1 c), 7.1.2.1 a)",
        Severity.MEDIUM,
        "the running configurations",
    ),
    Declaration(
        "ARC-05",
        "重要区域不在边界",
        "Important zones not at the edge",
        "GB/T 22239-2019 8.1.2.1 d), 7.1.2.1 b)",
        Severity.HIGH,
        "the topology",
    ),
    Declaration(
        "ARC-06", "冗余", "Redundant links and devices", "GB/T 22239-2019 8.1.2.1 e)", Severity.HIGH, "the topology"
    ),
    Declaration(
        "ARC-07",
        "按重要程度分配带宽",
        "Important business gets bandwidth first",
        "GB/T 22239-2019 9.1.2.1 f)",
        Severity.MEDIUM,
        "the traffic classes of each WAN interface",
    ),
    Declaration(
        "ARC-08",
        "通信传输",
        "Encrypted or integrity-protected WAN",
        "GB/T 22239-2019 8.1.2.2 a), 8.1.10.9 b)",
        Severity.HIGH,
        "the protection of each circuit",
    ),
    Declaration(
        "ARC-09",
        "视频会议承载质量",
        "Video service quality",
        "视频会议承载指标: 时延<150ms, 抖动<50ms, 丢包<=1%",
        Severity.LOW,
        "delay, jitter and loss of each venue",
    ),
)
"""Rules without a class: settled by a document until they have one."""

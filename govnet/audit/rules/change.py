"""Rules on configuration and change."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "CFG-01",
        "运行配置与基线一致",
        "Running equals intended",
        "GB/T 22239-2019 8.1.7.5 b), 8.1.10.8 b)",
        Severity.HIGH,
        "the running configurations",
        level=L3,
    ),
    Declaration(
        "CFG-02",
        "基本配置信息库完整",
        "Basic configuration information is complete",
        "GB/T 22239-2019 8.1.10.8 a)",
        Severity.MEDIUM,
        "serial numbers and releases of all devices",
    ),
    Declaration(
        "CFG-03",
        "变更审批",
        "Changes carry approval",
        "GB/T 22239-2019 8.1.10.10 a), 8.1.10.6 g)",
        Severity.HIGH,
        "the journal of the automation",
    ),
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
    Declaration(
        "CFG-07",
        "保存配置",
        "Saved equals running",
        "GB/T 22239-2019 8.1.10.8",
        Severity.MEDIUM,
        "the startup configurations",
    ),
    Declaration(
        "CFG-08",
        "工具中不留敏感数据",
        "No secrets in repositories or artefacts",
        "GB/T 22239-2019 8.1.10.6 h)",
        Severity.HIGH,
        "a scan of inventory, rendered files and logs",
    ),
    Declaration(
        "CFG-09",
        "一次作业仅限单一平面且不触及运营商设备",
        "One run, one plane, one owner class",
        "省级电子政务网规划: 物理隔离; 运营商投资提供的设备",
        Severity.CRITICAL,
        "the journal of the automation",
    ),
)
"""Rules without a class: settled by a document until they have one."""

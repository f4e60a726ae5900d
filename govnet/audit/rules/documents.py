"""Rules that no device, table or reading decides: a person writes a record, as rows of one table.

A row says what to supply, of which objects, and for how long a record counts. ``dated`` rows are duties with a term (a
password's last change, the yearly inspection): the newest record beyond it is a failure, not merely nothing known.
"""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "ACL-05", "应用协议和内容", "Application control", "GB/T 22239-2019 8.1.3.2 e)", Severity.MEDIUM,
        "the application profile of each permit at the internet boundary, or the proxy it passes", level=L3,
        demand="三级系统的互联网边界按应用控制",
    ),
    Declaration(
        "LOG-04", "审计记录保护与备份", "Log protection", "GB/T 22239-2019 8.1.3.5 c), 8.1.4.3 d)", Severity.MEDIUM,
        "the last backup of the log store, how its records are kept from change, and who administers it",
        term="log_backup_max_age_days",
        demand="审计记录受保护并定期备份",
    ),
    Declaration(
        "LOG-07", "远程与上网行为单独审计", "Remote and internet users are audited apart",
        "GB/T 22239-2019 8.1.3.5 d)", Severity.MEDIUM,
        "the log streams of VPN gateway and internet proxy, and the report of each", level=L3,
        demand="远程访问与上网行为单独审计",
    ),
    Declaration(
        "MGT-07", "口令复杂度与更换", "Password policy", "GB/T 22239-2019 8.1.4.1 a)", Severity.HIGH,
        "the password policy and the date of the last change", term="password_max_age_days", dated=True,
        demand="口令有复杂度要求并定期更换",
    ),
    Declaration(
        "MGT-09", "三员分立与最小权限", "Three separate administrators", "GB/T 22239-2019 8.1.4.2 d), 8.1.7.1",
        Severity.HIGH,
        "the role bindings of system, security and audit administrators: nobody has two, the auditor only reads",
        demand="系统、安全、审计管理员分设，权限最小",
    ),
    Declaration(
        "MGT-13", "远程运维审批与关闭", "Remote maintenance is opened and closed", "GB/T 22239-2019 8.1.10.6 i)",
        Severity.HIGH, "the approved windows of remote maintenance, and that nothing is open outside of them", level=L3,
        demand="远程维护经审批开通，完毕即关闭",
    ),
    Declaration(
        "MGT-15", "事件识别、报警和分析", "Alerts reach a person", "GB/T 22239-2019 8.1.5.4 f)", Severity.MEDIUM,
        "the acknowledgement of a synthetic alert", level=L3, term="alert_drill_max_age_days",
        demand="告警有人接收并确认",
    ),
    Declaration(
        "CFG-05", "变更失败恢复", "Failed changes roll back", "GB/T 22239-2019 8.1.10.10 c)", Severity.HIGH,
        "a drill of the way back", term="drill_max_age_days",
        demand="变更失败可恢复，并经演练",
    ),
    Declaration(
        "GOV-02", "检查", "Inspections recorded", "GB/T 22239-2019 8.1.7.5 a)-c)", Severity.MEDIUM,
        "the report of the last whole inspection, with its findings closed or accepted",
        term="inspection_max_age_days", dated=True,
        demand="一年内有全面检查，发现已整改或接受",
    ),
    Declaration(
        "GOV-07", "双轨后单轨", "Cut-over after double track", "一年双轨运行后取消纸质文件报送", Severity.LOW,
        "since when each document-exchange site ran beside paper, and since when alone",
        demand="公文交换双轨运行满一年后才单轨",
    ),
)  # fmt: skip

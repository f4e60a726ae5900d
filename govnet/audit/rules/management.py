"""Rules on management plane and hardening of devices."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "MGT-07",
        "口令复杂度与更换",
        "Password policy",
        "GB/T 22239-2019 8.1.4.1 a)",
        Severity.HIGH,
        "the password policy of each device and the date of the last change",
    ),
    Declaration(
        "MGT-09",
        "三员分立与最小权限",
        "Three separate administrators",
        "GB/T 22239-2019 8.1.4.2 d), 8.1.7.1",
        Severity.HIGH,
        "the role bindings of system, security and audit administrators",
    ),
    Declaration(
        "MGT-10",
        "集中认证与双因素",
        "Central authentication, two factors",
        "GB/T 22239-2019 8.1.4.1 d)",
        Severity.HIGH,
        "the authentication of devices and jump host",
        level=L3,
    ),
    Declaration(
        "MGT-13",
        "远程运维审批与关闭",
        "Remote maintenance is opened and closed",
        "GB/T 22239-2019 8.1.10.6 i)",
        Severity.HIGH,
        "the approved windows of remote maintenance",
        level=L3,
    ),
    Declaration(
        "MGT-15",
        "事件识别、报警和分析",
        "Alerts reach a person",
        "GB/T 22239-2019 8.1.5.4 f)",
        Severity.MEDIUM,
        "the acknowledgement of a synthetic alert in the last 30 days",
        level=L3,
    ),
)
"""Rules without a class: settled by a document until they have one."""

"""Rules on the e-government outer network."""

from __future__ import annotations

from govnet.audit.rule import Declaration
from govnet.audit.verdict import Severity
from govnet.network.model import Plane

DECLARED = (
    Declaration(
        "EGN-01",
        "公用网络区、专用网络区、互联网接入区",
        "Three areas exist",
        "地方电子政务外网: 公用网络区、专用网络区、互联网接入区",
        Severity.HIGH,
        "the area of each zone",
        planes=frozenset({Plane.OUTER}),
    ),
    Declaration(
        "EGN-02",
        "专用网络区采用 MPLS VPN",
        "Private area uses MPLS VPN per department",
        "地方电子政务外网: 虚拟专网采用MPLS VPN技术构建",
        Severity.HIGH,
        "the running configurations of the PEs",
        planes=frozenset({Plane.OUTER}),
    ),
    Declaration(
        "EGN-03",
        "互联网接入区分级设置",
        "Internet access area is graded and per level",
        "DB34/T 3607-2020",
        Severity.MEDIUM,
        "the class of each unit",
        planes=frozenset({Plane.OUTER}),
    ),
    Declaration(
        "EGN-04",
        "远程经安全接入平台",
        "Remote access only through the secure access platform",
        "GW0202-2014",
        Severity.HIGH,
        "the remote-access services and where they end",
        planes=frozenset({Plane.OUTER}),
    ),
    Declaration(
        "EGN-05",
        "公用网络区地址",
        "Public area addresses",
        "地方电子政务外网: 公用网络区仅国家公共IP互访; GW 0207",
        Severity.MEDIUM,
        "the routes exchanged with the national network",
        planes=frozenset({Plane.OUTER}),
    ),
    Declaration(
        "EGN-06",
        "外网不涉密",
        "Outer network carries nothing secret",
        "政务外网为非涉密网",
        Severity.CRITICAL,
        "the classification of each system",
        planes=frozenset({Plane.OUTER}),
    ),
    Declaration("EGN-07", "标准索引", "Standards index", "GB/T 21061-2007", Severity.LOW, "the sources of the rules"),
)
"""Rules without a class: settled by a document until they have one."""

"""Rules on environment of the machine room."""

from __future__ import annotations

from govnet.audit.rule import L3, Declaration
from govnet.audit.verdict import Severity

DECLARED = (
    Declaration(
        "ENV-01",
        "温度",
        "Temperature",
        "GB/T 22239-2019 8.1.1.8; GB 50174-2017 附录A",
        Severity.HIGH,
        "temperature readings of the room",
    ),
    Declaration(
        "ENV-02",
        "湿度与露点",
        "Humidity and dew point",
        "GB 50174-2017 附录A",
        Severity.MEDIUM,
        "humidity readings of the room",
    ),
    Declaration(
        "ENV-03", "海拔修正", "Altitude correction", "GB 50174-2017 5.1.1", Severity.MEDIUM, "the altitude of the room"
    ),
    Declaration(
        "ENV-04", "防水", "Water", "GB/T 22239-2019 8.1.1.6 c)", Severity.HIGH, "the leak sensors of the room", level=L3
    ),
    Declaration(
        "ENV-05",
        "防火",
        "Fire",
        "GB/T 22239-2019 8.1.1.5 a)",
        Severity.CRITICAL,
        "the state of the fire panel and its last test",
    ),
    Declaration(
        "ENV-06",
        "门禁与监控",
        "Access and video",
        "GB/T 22239-2019 8.1.1.2, 8.1.1.3 c)",
        Severity.MEDIUM,
        "the door log and the camera streams",
    ),
    Declaration(
        "ENV-07",
        "空调冗余",
        "Air-conditioning redundancy",
        "GB/T 22239-2019 8.1.1.8",
        Severity.MEDIUM,
        "the state of each air conditioner and a stop test",
    ),
    Declaration(
        "ENV-08",
        "传感器不可静默",
        "No silent sensor",
        "GB/T 22239-2019 8.1.5.4 c)",
        Severity.HIGH,
        "the age of the last sample of each series",
        level=L3,
    ),
)
"""Rules without a class: settled by a document until they have one."""

"""Rules on environment of the machine room; what decides them is in `govnet.power.rules_room`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.facility import FacilityRule, boxes_of, rooms, sites
from govnet.audit.rule import L3
from govnet.audit.verdict import Severity
from govnet.power import rules_room
from govnet.power.verdict import judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.power.measured import Room
    from govnet.power.verdict import Verdict as Said


class RoomRule(FacilityRule):
    """A rule on each machine room by itself.

    Attributes:
        said: what decides it, where the room alone does; a rule that asks more has an `of_room` of its own.
    """

    said: ClassVar[staticmethod[[Room], Iterable[Said]]]

    def verdicts(self, evidence: Evidence) -> Iterator[Said]:
        """Yield the verdicts of all rooms."""
        for room in rooms(evidence, self.parameters):
            yield from self.of_room(evidence, room)

    def of_room(self, evidence: Evidence, room: Room) -> Iterable[Said]:  # noqa: ARG002 - for those that ask more
        """Return the verdicts of one room."""
        return type(self).said(room)


class Temperature(RoomRule):
    """Passes for an inlet sensor within the band of edition, class and altitude that changes slowly enough."""

    id = "ENV-01"
    title = "温度"
    title_en = "Temperature"
    demand = "进风温度在等级与海拔修正的范围内，变化不过快"
    clause = "GB/T 22239-2019 8.1.1.8; GB 50174-2017 附录A"
    severity = Severity.HIGH
    said = staticmethod(rules_room.env_01)


class Humidity(RoomRule):
    """Passes for a sensor with a dew point of 5.5 to 15 Celsius and at most 60 % relative humidity."""

    id = "ENV-02"
    title = "湿度与露点"
    title_en = "Humidity and dew point"
    demand = "露点与相对湿度在范围内"
    clause = "GB 50174-2017 附录A"
    severity = Severity.MEDIUM
    said = staticmethod(rules_room.env_02)


class Altitude(FacilityRule):
    """Passes where the limit, less one degree per 300 m above 1,000 m, still leaves a band, or the vendor allows more.

    Every place of network gear whose altitude is written is judged, and every machine room.
    """

    id = "ENV-03"
    title = "海拔修正"
    title_en = "Altitude correction"
    demand = "高海拔机房按海拔降额，或记录厂商限值"
    clause = "GB 50174-2017 5.1.1"
    severity = Severity.MEDIUM

    def verdicts(self, evidence: Evidence) -> Iterator[Said]:
        """Yield a verdict for each place."""
        for room in sites(evidence, self.parameters):
            yield from rules_room.env_03(room)


class Water(RoomRule):
    """Passes for a room with a leak sensor for each air conditioner, all dry; fails with fewer, or with water.

    A room of which no sensor gateway is written and nothing was read is unknown.
    """

    id = "ENV-04"
    title = "防水"
    title_en = "Water"
    demand = "每台空调有漏水检测，状态正常"
    clause = "GB/T 22239-2019 8.1.1.6 c)"
    severity = Severity.HIGH
    level = L3

    def of_room(self, evidence: Evidence, room: Room) -> Iterable[Said]:
        """Return a verdict on the number of sensors, and one for each."""
        known = any(box.role in {"env", "hvac"} for box in boxes_of(evidence.network, room.place))
        if known or room.contacts:
            return rules_room.env_04(room)
        return [judged(self.id, room.place, "a leak sensor for each air conditioner", good=None, actual="none written")]


class Fire(RoomRule):
    """Passes for a fire panel that is normal and was tested within a year; fails with a fire or a fault."""

    id = "ENV-05"
    title = "防火"
    title_en = "Fire"
    demand = "消防主机正常，一年内测试过"
    clause = "GB/T 22239-2019 8.1.1.5 a)"
    severity = Severity.CRITICAL
    said = staticmethod(rules_room.env_05)


class DoorsAndCameras(RoomRule):
    """Passes for a door controller and a camera that are alive; fails for one that is dark."""

    id = "ENV-06"
    title = "门禁与监控"
    title_en = "Access and video"
    demand = "门禁与摄像在线"
    clause = "GB/T 22239-2019 8.1.1.2, 8.1.1.3 c)"
    severity = Severity.MEDIUM
    said = staticmethod(rules_room.env_06)


class SpareAirConditioner(RoomRule):
    """Passes for a room of class A or B with two air conditioners that run without an alarm; fails with one."""

    id = "ENV-07"
    title = "空调冗余"
    title_en = "Air-conditioning redundancy"
    demand = "A、B 级机房有两台以上空调且无告警"
    clause = "GB/T 22239-2019 8.1.1.8"
    severity = Severity.MEDIUM
    said = staticmethod(rules_room.env_07)


class NoSilentSensor(RoomRule):
    """Passes for what was read within three rounds; fails for what fell silent, and for a UPS that never spoke.

    A temperature that has not moved for a day proves nothing: unknown. So is all that nobody reads.
    """

    id = "ENV-08"
    title = "传感器不可静默"
    title_en = "No silent sensor"
    demand = "每个传感器都有新近读数"
    clause = "GB/T 22239-2019 8.1.5.4 c)"
    severity = Severity.HIGH
    level = L3
    needs = (Kind.SAMPLES,)

    def of_room(self, evidence: Evidence, room: Room) -> Iterator[Said]:
        """Yield a verdict for each series, and one for each box that nobody reads."""
        yield from rules_room.env_08(room)
        unread = (box.name for box in boxes_of(evidence.network, room.place) if box.name not in room.series)
        for name in unread:
            yield judged(self.id, name, f"readings of {name}", good=None, actual="nothing was read of it")

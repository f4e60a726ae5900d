"""Rules on intrusion detection: what the sensors see, and where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import Rule
from govnet.audit.verdict import Severity
from govnet.audit.views import known_addresses, outside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device

Problem = tuple[str, "Reference"]


class SensorAtKeyNodes(Rule):
    """Passes for a core that copies both directions of all its uplinks to the boundary, to a port where a sensor hangs.

    An uplink is a port whose cable leads to a firewall. Fails for one that is not copied, for a mirror that ends where
    no sensor is, and for a core without a mirror; unknown where every firewall behind those uplinks hangs on a core too
    that copies it: which of the two ways it uses no configuration tells.
    """

    id = "IDS-01"
    title = "关键节点部署入侵检测"
    title_en = "Sensor at each key node"
    demand = "核心到防火墙的端口都镜像到检测设备"
    clause = "GB/T 22239-2019 7.1.3.3, 8.1.3.3 a), b)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each core with a firewall behind it."""
        for core in evidence.of_role("core"):
            if not core.commanded or not (uplinks := self._ports_to(evidence, core, "fw")):
                continue
            reading = evidence.reading(core.name)
            if reading is None:
                yield self.unknown(core.name, f"the running configuration of {core.name}: it was not read")
            else:
                yield self._one(evidence, core, reading, uplinks)

    def _one(self, evidence: Evidence, core: Device, reading: Reading, uplinks: Mapping[str, str]) -> Finding:
        sensors, seen = self._ports_to(evidence, core, "ids"), evidence.running(core.name)
        blind = sorted(set(uplinks) - self._watched(evidence, core))
        problems: list[Problem] = [(f"port {port} to {uplinks[port]} is not copied", seen) for port in blind]
        astray = [
            (f"mirror {number} ends at {one.destination}, where no sensor is", seen)
            for number, one in sorted(reading.config.mirrors.items())
            if one.destination not in sensors
        ]
        expected = f"ports {', '.join(sorted(uplinks))} copied to a sensor"
        elsewhere = self._watched_firewalls(evidence)
        if problems and not astray and all(uplinks[port] in elsewhere for port in blind):
            cores = ", ".join(sorted({elsewhere[uplinks[port]] for port in blind}))
            supply = (
                f"which way {', '.join(sorted({uplinks[port] for port in blind}))} use: copied at {cores}, not here"
            )
            return self.unknown(core.name, supply, seen, expected=expected)
        return self.decide(core.name, expected, [*problems, *astray], f"copied to {', '.join(sorted(sensors))}", seen)

    def _watched(self, evidence: Evidence, core: Device) -> set[str]:
        """Return the ports of a core that are copied to a sensor."""
        reading, sensors = evidence.reading(core.name), self._ports_to(evidence, core, "ids")
        mirrors = reading.config.mirrors.values() if reading else ()
        return {port for one in mirrors if one.destination in sensors for port in one.sources}

    def _watched_firewalls(self, evidence: Evidence) -> dict[str, str]:
        """Return firewall -> a core where the port towards it is copied to a sensor."""
        return {
            firewall: core.name
            for core in evidence.of_role("core")
            for port, firewall in self._ports_to(evidence, core, "fw").items()
            if port in self._watched(evidence, core)
        }

    def _ports_to(self, evidence: Evidence, core: Device, role: str) -> dict[str, str]:
        """Return port -> device of a role at the other end of its cable."""
        devices = evidence.network.devices
        ends = [
            (end.port, link.other(core.name).device)
            for link in evidence.network.links_of(core.name)
            for end in (link.a, link.b)
            if end.device == core.name
        ]
        return {port: far for port, far in ends if devices[far].role == role}


class SensorInItsPlane(Rule):
    """Passes for a sensor whose plane, addresses and log targets are those of the network that it watches."""

    id = "IDS-04"
    title = "联动不跨平面"
    title_en = "Reaction is not a bridge"
    demand = "检测设备及其日志目标都在所监测的平面"
    clause = "政务内网自封闭的要求,用于传感器"
    severity = Severity.HIGH

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each sensor."""
        network = evidence.network
        targets = [*network.services.syslog, *network.services.trap_receivers]
        for sensor in evidence.of_role("ids"):
            seen = evidence.written(sensor.origin)
            problems = [] if sensor.plane is network.plane else [(f"the sensor is of plane {sensor.plane}", seen)]
            problems += [
                (f"{address} is outside the plane", seen)
                for address in outside(network, [*known_addresses(sensor), *targets])
            ]
            expected = f"addresses and targets inside plane {network.plane}"
            yield self.decide(sensor.name, expected, problems, ", ".join(map(str, known_addresses(sensor))), seen)

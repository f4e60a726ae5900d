"""Plans of Laixi for tests: from factory state to intent, and plans that do harm."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from govnet.config.filtering import Filter, Verdict
from govnet.config.intent import hardware, intent
from govnet.config.reading import Reading
from govnet.platforms.registry import platform
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, PlanFile, Request, make_file
from nornir_tasks.planning import Plan, plan_towards
from nornir_tasks.waves import waves
from support.laixi import FIREWALL, floor, network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network

ANN = Author("ann")


@cache
def good() -> Mapping[str, Reading]:
    """Return every device of Laixi as the inventory wants it."""
    return {device.name: Reading(intent(network(), device.name)) for device in network().commanded()}


@cache
def factory() -> Mapping[str, Reading]:
    """Return every device of Laixi as an installer leaves it."""
    found = {}
    for device in network().commanded():
        box = hardware(network(), device.name)
        found[device.name] = Reading(platform(device.platform, box).factory(box))
    return found


def plan_file(
    readings: Mapping[str, Reading],
    wanted: Mapping[str, DeviceConfig],
    of: Network | None = None,
    request: Request | None = None,
) -> PlanFile:
    """Return the plan that leads some devices to what is wanted of them, judged on all readings."""
    net = of or network()
    plan = Plan(net.slug, {name: plan_towards(net, name, readings[name], config) for name, config in wanted.items()})
    order = waves(net, [name for name, device in plan.devices.items() if device.changes])
    return make_file(net, plan, judge(net, readings, plan, order), request or Request(ANN))


def altered(name: str, change: Callable[[DeviceConfig], DeviceConfig]) -> Mapping[str, DeviceConfig]:
    """Return what is wanted when one device that is as it should be is changed."""
    return {name: change(good()[name].config)}


def shut(*ports: str) -> Callable[[DeviceConfig], DeviceConfig]:
    """Shut ports."""

    def change(config: DeviceConfig) -> DeviceConfig:
        return replace(config, ports=config.ports | {p: replace(config.ports[p], enabled=False) for p in ports})  # type: ignore[operator]

    return change


def off_trunk(vlan: int, *ports: str) -> Callable[[DeviceConfig], DeviceConfig]:
    """Take a VLAN off tagged ports."""

    def change(config: DeviceConfig) -> DeviceConfig:
        ports_now = dict(config.ports)
        for name in ports:
            switchport = config.ports[name].switchport
            assert switchport
            ports_now[name] = replace(
                config.ports[name], switchport=replace(switchport, tagged=switchport.tagged - {vlan})
            )
        return replace(config, ports=ports_now)

    return change


def opened(source: str, target: str) -> Callable[[DeviceConfig], DeviceConfig]:
    """Let a zone of the firewall open everything in another."""

    def change(config: DeviceConfig) -> DeviceConfig:
        assert config.firewall
        pairs = {**config.firewall.pairs, (source, target): (Filter(Verdict.PERMIT),)}
        return replace(config, firewall=replace(config.firewall, pairs=pairs))

    return change


def harmless() -> Mapping[str, DeviceConfig]:
    """Return a wish that moves no packet: another banner on one floor switch."""
    return altered(floor(1), lambda config: replace(config, banner=("Be kind.",)))


HARM = {
    "management VLAN off both trunks": (altered, floor(1), off_trunk(51, "49", "50"), "lx-adc-u-acc01:49"),
    "uplinks towards the runner shut": (altered, floor(1), shut("49", "50"), "lx-adc-u-acc01:49 is shut"),
    "prv opened to inet": (altered, FIREWALL, opened("prv", "inet"), "prv > inet: opens"),
}

"""The shipped networks as they are meant to be, proven once, and checks that stand in other files of tests."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.isolation.fabric import Fabric
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from types import ModuleType

    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network

Check = Callable[[Path], None]
_TESTS = Path(__file__).parents[1]


@cache
def network(name: str) -> Network:
    """Return a shipped network."""
    return network_named(name)


@cache
def configs(name: str) -> dict[str, DeviceConfig]:
    """Return what each device of a shipped network should have."""
    net = network(name)
    return {device.name: intent(net, device.name) for device in net.commanded()}


@cache
def fabric(name: str) -> Fabric:
    """Return what reaches what in a shipped network, were it as it is meant to be."""
    return Fabric(network(name), readings(name))


def readings(name: str, **changed: DeviceConfig) -> dict[str, Reading]:
    """Return the readings of such a network, with some configurations (``fw`` for the firewall) changed."""
    found = {device: Reading(config) for device, config in configs(name).items()}
    for device, config in changed.items():
        found[firewall(name) if device == "fw" else device] = Reading(config)
    return found | dict(ordered(network(name)))


def firewall(name: str) -> str:
    """Return the name of a network's first firewall."""
    return next(device.name for device in network(name).devices.values() if device.role == "fw")


def reaches(name: str, source: str, target: str) -> bool:
    """Return whether anything gets from one zone to another."""
    return bool(fabric(name).reach(source, target).packets)


def without_pair(name: str, *pairs: tuple[str, str]) -> DeviceConfig:
    """Return the firewall's configuration without the permits of some pairs of zones."""
    config = configs(name)[firewall(name)]
    assert config.firewall
    kept = {pair: rules for pair, rules in config.firewall.pairs.items() if pair not in pairs}
    return replace(config, firewall=replace(config.firewall, pairs=kept))


@cache
def _module(file: str) -> ModuleType:
    """Return a file of tests as a module; pytest imports them by path too, under names of its own."""
    name = f"seeds_of_{Path(file).stem}"
    spec = importlib.util.spec_from_file_location(name, _TESTS / file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def same(file: str, name: str, *arguments: Any) -> Check:
    """Return the check of a test that stands elsewhere: its function, with what its table or its fixtures give it."""

    def check(folder: Path) -> None:
        test = getattr(_module(file), name)
        wants_folder = "tmp_path" in inspect.signature(test).parameters
        test(*arguments, **({"tmp_path": folder} if wants_folder else {}))

    return check


def held(file: str, *cases: str) -> Check:
    """Return the checks of an audit's cases (``PWR-03 250 ms and one feed``) that stand elsewhere."""

    def check(_: Path) -> None:
        known = {str(case): case for case in _module(file).CASES}
        for case in cases:
            known[case].hold()

    return check

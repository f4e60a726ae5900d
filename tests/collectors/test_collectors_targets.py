"""Which modules a device is asked for: by its model, else its platform, else its role."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.laixi import CORE, network

from collectors.loader import load
from collectors.targets import MODULES, MODULES_BY_MODEL, MODULES_BY_ROLE, modules_of, targets


@pytest.mark.parametrize(
    ("model", "platform", "role", "modules"),
    [
        ("SensorProbe8", "", "env", ("system", "if_mib", "akcp")),
        ("Watchdog 15-P", "", "env", ("system", "if_mib", "geist")),
        ("ACRC103", "", "hvac", ("system", "apc_inrow")),
        ("UPS5000-E", "", "ups", ("system", "ups_huawei")),
        ("SR8808-X", "", "agg", ("system", "if_mib", "h3c_comware")),
        ("NGFW4000-UF", "manual", "fw", ("system", "if_mib", "topsec")),
        ("93E 80", "", "ups", ("system", "ups")),
        ("S12704", "huawei_vrp", "agg", ("system", "if_mib", "huawei_vrp")),
        ("camera-recorder", "", "cam", ()),
    ],
)
def test_the_model_decides_before_platform_and_role(
    model: str, platform: str, role: str, modules: tuple[str, ...]
) -> None:
    device = replace(network().devices[CORE], model=model, platform=platform, role=role)
    assert modules_of(device) == modules


def test_every_module_that_is_named_exists() -> None:
    named = {
        name for table in (MODULES, MODULES_BY_MODEL, MODULES_BY_ROLE) for names in table.values() for name in names
    }
    assert named <= set(load().modules)


def test_laixi_is_polled_as_before() -> None:
    assert {target.modules for target in targets(network(), "a")} == {
        ("system", "if_mib", "nortel_8600"),
        ("system", "if_mib", "nortel_ers"),
        ("system", "if_mib", "huawei_vrp"),
        ("system", "if_mib"),
        ("system", "ups"),
    }

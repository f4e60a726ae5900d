"""One lab with a device of every platform, and NAPALM drivers that talk to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.laixi import access_to, lab_of
from support.napalm_devices import DEVICES, driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.server import Lab
    from nornir_tasks.runner import Access


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with lab_of(*DEVICES.values()) as running:
        yield running


@pytest.fixture
def access(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    yield access_to(lab, tmp_path_factory.mktemp("access"))
    lab.faults.clear()


@pytest.fixture
def device(access: Access, kind: str) -> Iterator[Any]:
    with driver(access, kind) as opened:
        before = opened.get_config()["running"]
        yield opened
        opened.rollback()
        opened.load_replace_candidate(config=before)
        opened.commit_config()

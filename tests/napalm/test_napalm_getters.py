"""NAPALM's own getter tests on recorded outputs: ``mocked_data/<driver>/<test>/<case>/<command>.txt``.

A getter that is implemented and has no recording fails; one that is not implemented is skipped by name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from napalm import get_network_driver
from napalm.base.test import conftest
from napalm.base.test.double import BaseTestDouble
from napalm.base.test.getters import BaseTestGetters

if TYPE_CHECKING:
    from collections.abc import Sequence

RECORDED = Path(__file__).parent / "mocked_data"


class Recorded(BaseTestDouble):
    """A session whose answers were recorded."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.folder = RECORDED / kind

    def find_file(self, filename: str) -> str:
        path = self.folder / self.current_test / self.current_test_case / filename
        if not path.exists():
            raise OSError(f"no recording {path}")
        return str(path)

    def ask(self, text: str, answers: Sequence[str] = ()) -> str:
        del answers
        return str(self.read_txt_file(self.find_file(f"{self.sanitize_text(text)}.txt")))

    def is_alive(self) -> bool:
        return True

    def disconnect(self) -> None:
        pass


def patched(kind: str) -> type:
    """Return the driver with a recorded session."""
    real: Any = get_network_driver(kind)

    class Patched(real):  # type: ignore[misc]  # a class that is found at run time
        patched_attrs = ("device",)

        def open(self) -> None:
            self.device = Recorded(kind)

    return Patched


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test case of every folder of recordings, as NAPALM's own drivers do."""
    if metafunc.cls is not None and getattr(metafunc.function, "build_test_cases", False):
        folder = RECORDED / metafunc.cls.kind / metafunc.function.__name__
        cases = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        metafunc.parametrize("test_case", cases or ["no_test_case_found"])


@pytest.fixture(scope="class", autouse=True)
def set_device_parameters(request: pytest.FixtureRequest) -> None:
    conftest.set_device_parameters(request)


class TestNortelPassport(BaseTestGetters):
    kind = "nortel_passport"
    driver, patched_driver = get_network_driver(kind), patched(kind)


class TestNortelErs(BaseTestGetters):
    kind = "nortel_ers"
    driver, patched_driver = get_network_driver(kind), patched(kind)


class TestHuaweiVrp(BaseTestGetters):
    kind = "huawei_vrp"
    driver, patched_driver = get_network_driver(kind), patched(kind)


class TestLinuxNft(BaseTestGetters):
    kind = "linux_nft"
    driver, patched_driver = get_network_driver(kind), patched(kind)

"""Programs that a test runs beside itself: started, waited for, ended."""

from __future__ import annotations

import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import urlopen

from govnet.cli.noc import program
from support.laixi import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60.0


@contextmanager
def running(folder: Path, name: str, *options: str, address: str) -> Iterator[None]:
    """Run a program until the block ends; it must listen on ``address`` first."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen([program(name), *options], stdout=log, stderr=subprocess.STDOUT)
    try:
        until(lambda: process.poll() is None and listens(address), PATIENCE)
        yield
    finally:
        process.terminate()
        process.wait(60)


def listens(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0


def is_ready(prometheus: str) -> bool:
    try:
        with urlopen(f"http://{prometheus}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False

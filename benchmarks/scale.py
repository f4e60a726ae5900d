"""How loading and intent grow with the number of sites: a province like Qinghai's, from 100 to 3,000 sites.

Run it with ``python -m benchmarks.scale``. The growth exponent is the slope between the smallest and the largest size
on doubly logarithmic paper: 1 is proportional, 2 is quadratic. Beside it: the shipped inner network, and Nornir's own
SimpleInventory on as many hosts written out, and the proofs of the shipped networks with routing instances. Ends with 1
when loading or intent grows faster than ``LIMIT``, or when a proof misses a mark.
"""

from __future__ import annotations

import math
import re
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from nornir.plugins.inventory import SimpleInventory

from benchmarks._scale_proof import report
from govnet.config.intent import intent
from govnet.network.load import load
from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.network.model import Network

LIMIT = 1.2
"""The exponent that loading and intent may have."""


class Size(NamedTuple):
    """Prefectures, counties of each, townships of each county."""

    prefectures: int
    counties: int
    townships: int

    @property
    def sites(self) -> int:
        """All of them."""
        return self.prefectures * (1 + self.counties * (1 + self.townships))


SIZES = (Size(4, 6, 3), Size(6, 7, 6), Size(8, 9, 13), Size(9, 11, 29))


def province(target: Path, size: Size) -> Path:
    """Write an inventory like Qinghai's inner network, of another size."""
    shutil.copytree(folder("inventory") / "qinghai-inner", target)
    (target / "systems.yaml").unlink()
    rows = ["kind,slug,title,within,k,j,u,townships,venue", "province,prov,省,,0,0,,,no"]
    rows.append("department,prov-dangwei,省委办公厅,prov,0,0,1,,yes")
    for k in range(1, size.prefectures + 1):
        rows.append(f"prefecture,p{k},州{k},,{k},0,,,yes")
        names = [(j, f"p{k}-c{j}") for j in range(1, size.counties + 1)]
        rows += [f"county,{name},县{k}-{j},p{k},{k},{j},,{size.townships},yes" for j, name in names]
    (target / "sites.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    counties = size.prefectures * size.counties
    _edit(target / "places.yaml", r"(?m)^schematic:.*\n", "")
    _edit(target / "places.yaml", r"share: [\d.]+", "share: 1.0")
    _edit(target / "places.yaml", r"total: \d+", f"total: {counties * size.townships}")
    _edit(target / "policy.yaml", r", 10\.68\.[^\]]*?(, 10\.125\.0\.0/30)?\]", r"\1]")
    _edit(target / "policy.yaml", r"(?m)^ *- \{allow: tcp/443, from: \[10\.(?!64)\d+\.0\.0/14\].*\n", "")
    _edit(target / "archetypes.yaml", r"(?s)# A server for each of the 42.*", "")
    _edit(target / "links.yaml", r"county-seat: \{spoke-off: 16", "county-seat: {spoke-off: 8")
    return target


def _edit(file: Path, pattern: str, text: str) -> None:
    file.write_text(re.sub(pattern, text, file.read_text(encoding="utf-8")), encoding="utf-8")


def seconds(work: Callable[[], object]) -> float:
    """Return the shorter of two times that a piece of work takes."""
    found = []
    for _ in range(2):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def exponent(first: tuple[int, float], last: tuple[int, float]) -> float:
    """Return the power of the number of sites that the time grows with."""
    return math.log(last[1] / first[1]) / math.log(last[0] / first[0])


def nornir_alone(network: Network, target: Path) -> float:
    """Return how long Nornir's own inventory takes for the same hosts, written out."""
    hosts = {name: {"hostname": str(d.address), "data": {"place": d.place}} for name, d in network.devices.items()}
    (target / "hosts.yaml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    for name in ("groups", "defaults"):
        (target / f"{name}.yaml").write_text("{}\n", encoding="utf-8")
    files = (str(target / f"{stem}.yaml") for stem in ("hosts", "groups", "defaults"))
    host, group, defaults = files
    return seconds(lambda: SimpleInventory(host, group, defaults).load())


def measure(path: Path) -> tuple[int, float, float]:
    """Return devices, seconds to load and check, seconds for the intent of all devices."""
    network = load(path)
    names = [device.name for device in network.commanded()]
    return len(network.devices), seconds(lambda: load(path)), seconds(lambda: [intent(network, n) for n in names])


def main() -> int:
    shipped = folder("inventory") / "qinghai-inner"
    devices, loading, intents = measure(shipped)
    print(f"qinghai-inner, {devices} devices: load and check {loading:.2f} s, intent of all {intents:.2f} s")
    with tempfile.TemporaryDirectory() as scratch:
        peer = nornir_alone(load(shipped), Path(scratch))
    print(f"Nornir's SimpleInventory, the same hosts written out, nothing checked: {peer:.2f} s")
    times: list[tuple[int, float, float]] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            devices, loading, intents = measure(province(Path(scratch, "province"), size))
        times.append((size.sites, loading, intents))
        print(f"{size.sites:5} sites, {devices:5} devices: load and check {loading:6.2f} s, intent {intents:6.2f} s")
    of_loading = exponent(times[0][:2], times[-1][:2])
    of_intent = exponent((times[0][0], times[0][2]), (times[-1][0], times[-1][2]))
    print(f"growth exponent: loading {of_loading:.2f}, intent {of_intent:.2f} (at most {LIMIT})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    proven = report()
    return int(max(of_loading, of_intent) > LIMIT or not proven)


if __name__ == "__main__":
    sys.exit(main())

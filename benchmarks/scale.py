"""How loading and rendering grow with the number of sites: a province like Qinghai's, from 100 to 3,000 sites.

Run it with ``python -m benchmarks.scale``. The growth exponent is the slope between the smallest and the largest size
on doubly logarithmic paper: 1 is proportional, 2 is quadratic. Beside it: the shipped inner network, loaded from its
files and from the cache, and rendered; Nornir's own SimpleInventory, nornir-jinja2 and ansible-core's template task on
the same hosts; and the proofs of the shipped networks with routing instances. Times are the processor's, but for
ansible's, which is of many processes. Ends with 1 when loading or rendering grows faster than ``LIMIT``, or when a mark
is missed.
"""

from __future__ import annotations

import math
import re
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from nornir.plugins.inventory import SimpleInventory

from benchmarks._rendering import commands, seconds
from benchmarks._rendering import report as rendering
from benchmarks._scale_proof import report
from govnet.config.intent import intent
from govnet.network.figures import nodes_of
from govnet.network.load import load
from govnet.network.summary import load_kept
from govnet.resources import folder

if TYPE_CHECKING:
    from govnet.network.model import Network

LIMIT = 1.2
"""The exponent that loading, intent and rendering may have."""
MARKS = {"load and check": 3.0, "from the cache": 0.2, "intent and commands of all": 3.0}
"""Seconds that the shipped inner network may take."""


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


class Figures(NamedTuple):
    """Seconds to load and check a folder, for the intent of all devices, and for that and their commands."""

    devices: int
    loading: float
    intents: float
    rendering: float


def measure(path: Path) -> Figures:
    """Return a network's figures, each the better of two rounds."""
    network = load(path)
    names = [device.name for device in network.commanded()]
    return Figures(
        len(network.devices),
        seconds(lambda: load(path)),
        seconds(lambda: [intent(network, name) for name in names]),
        seconds(lambda: [commands(network, name) for name in names]),
    )


def kept(path: Path) -> float:
    """Return how long loading a folder takes that is in the cache: its files are hashed, nothing is parsed."""
    with tempfile.TemporaryDirectory() as scratch:
        load_kept(path, Path(scratch))
        return seconds(lambda: load_kept(path, Path(scratch)))


def shipped() -> bool:
    """Print the figures of the shipped inner network beside its peers; return whether it keeps its marks."""
    path = folder("inventory") / "qinghai-inner"
    found, cached, network = measure(path), kept(path), load(path)
    timed = {"load and check": found.loading, "from the cache": cached, "intent and commands of all": found.rendering}
    print(f"qinghai-inner, {found.devices} devices, {nodes_of(network, 'documents')} document nodes:")
    for name, took in timed.items():
        print(f"  {name} {took:.2f} s (at most {MARKS[name]} s)")
    with tempfile.TemporaryDirectory() as scratch:
        peer = nornir_alone(network, Path(scratch))
    print(f"Nornir's SimpleInventory, the same hosts written out, nothing checked: {peer:.2f} s")
    rendering(network, [device.name for device in network.commanded()])
    return all(took <= MARKS[name] for name, took in timed.items())


def main() -> int:
    met = shipped()
    times: list[tuple[int, Figures]] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            found = measure(province(Path(scratch, "province"), size))
        times.append((size.sites, found))
        sized = f"{size.sites:5} sites, {found.devices:5} devices"
        took = f"intent {found.intents:6.2f} s, commands too {found.rendering:6.2f} s"
        print(f"{sized}: load and check {found.loading:6.2f} s, {took}")
    (few, first), (many, last) = times[0], times[-1]
    grown = {key: exponent((few, getattr(first, key)), (many, getattr(last, key))) for key in first._fields[1:]}
    said = ", ".join(f"{key} {power:.2f}" for key, power in grown.items())
    print(f"growth exponent: {said} (at most {LIMIT})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    proven = report()
    return int(max(grown.values()) > LIMIT or not (met and proven))


if __name__ == "__main__":
    sys.exit(main())

"""Sample by sample beside Debian's snmp_exporter: the same agent, and the file that `govnet modules --for` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml
from support.parity import TWICE, Differences, compare, samples, snmp_exporter

from collectors import old_layout
from collectors.collect import Target, Terms, collect_once
from collectors.exposition import write
from collectors.loader import load, load_file
from snmp import Auth, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.model import Module

pytestmark = pytest.mark.needs("prometheus-snmp-exporter")
MODULES = load().modules
AUTHS = {"v2": Auth(2)}
RECORDINGS = {
    "agg-h3c-sr8808x_comware7": ("h3c_comware",),
    "agg-huawei-s12704_vrp": ("huawei_vrp",),
    "avaya-ers4950gts-pwr_boss": ("nortel_ers",),
    "avaya-ers5530-stack2_SYNTHETIC": ("nortel_ers",),
    "crac-apc-inrow-acrc103": ("apc_inrow",),
    "env-akcp-sensorprobe8": ("akcp",),
    "env-geist-watchdog15": ("geist",),
    "extreme-7520-48ye-8ce_voss": ("nortel_voss",),
    "fw-topsec-ngfw4000-uf": ("topsec",),
    "ids-nsfocus-ads": ("nsfocus",),
    "ips-venustech-vsos-v0600": ("venustech",),
    "linux-slackware-netsnmp": ("net_snmp",),
    "nortel-vsp8404_mib2_full": (),
    "ups-abb-powerscale": (),
    "ups-eaton-93e-80": (),
    "ups-huawei-ups5000_gse200m": ("ups_huawei",),
    "ups-netagent2": ("ups_netagent",),
    "ups-tripplite-su2200rtxl": (),
}
"""Recorded device -> the modules for it, beside those for interfaces, system and UPS."""
EVERYWHERE = ("system", "if_mib", "ups")


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Mapping[str, Module]]]:
    """Run snmp_exporter on the written file; yield its address, and the modules of the same file as we read them.

    What the old layout cannot say is then gone for us too.
    """
    folder, content = tmp_path_factory.mktemp("snmp_exporter"), old_layout.write(MODULES.values())
    (folder / "new.yml").write_text(yaml.safe_dump({"modules": yaml.safe_load(content)}), "utf-8")
    with snmp_exporter(folder, content) as url:
        yield url, load_file(folder / "new.yml").modules


async def read(address: tuple[str, int], modules: Mapping[str, Module], name: str) -> str:
    target = Target("d", f"{address[0]}:{address[1]}", (name,), "v2")
    (result,) = await collect_once([target], modules, AUTHS, terms=Terms(limits=Limits(rate=0)))
    assert result.error is None, result.error
    return write(result.families)


@pytest.mark.parametrize("recording_of", RECORDINGS)
async def test_every_sample_of_a_recorded_device_is_the_same_or_explained(
    recording_of: str, peer: tuple[str, Mapping[str, Module]], serve: Any, recording: Any, record_property: Any
) -> None:
    theirs, bare = peer
    table: dict[str, Differences] = {}
    async with serve(recording(f"{recording_of}.snmprec")) as (address, _), httpx.AsyncClient(timeout=60) as http:
        for name in (*EVERYWHERE, *RECORDINGS[recording_of]):
            params = {"target": f"{address[0]}:{address[1]}", "module": name}
            answer = await http.get(theirs, params=params)
            mine, same = await read(address, MODULES, name), await read(address, bare, name)
            if answer.status_code == 500 and TWICE in answer.text:
                # Without filters and constant labels two objects are one series, and then 0.21 gives nothing.
                constant = any(lookup.value for metric in MODULES[name].metrics for lookup in metric.lookups)
                assert constant or MODULES[name].filters, answer.text
                table[name] = Differences()
                table[name].why["scrape refused there: a series comes twice without filter or constant label"] = 1
                continue
            assert answer.status_code == 200, answer.text
            assert samples(same) == samples(answer.text), name
            table[name] = compare(MODULES[name], samples(mine), samples(answer.text))
    record_property("parity", {recording_of: [found.line(name) for name, found in table.items()]})
    assert not [line for found in table.values() for line in found.unexplained]
    assert sum(found.same + found.why.total() for found in table.values())

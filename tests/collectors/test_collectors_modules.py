from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from collectors import exposition
from collectors.collect import Target, Terms, collect_once
from collectors.loader import load, load_file
from collectors.plan import plan
from collectors.render import render
from govnet.errors import InputError, StorageError
from snmp import Auth, ber

if TYPE_CHECKING:
    from pathlib import Path

MODULES = load().modules
AUTHS = {"v2": Auth(2)}
UPSTREAM = """\
# As snmp_exporter's generator writes it.
auths:
  public_v2: {community: public, security_level: noAuthNoPriv, auth_protocol: MD5, priv_protocol: DES, version: 2}
modules:
  mixed:
    walk: [1.3.6.1.4.1.9.1, 1.3.6.1.2.1.1.5.0]
    get: [1.3.6.1.2.1.1.3.0]
    max_repetitions: 10
    retries: 2
    timeout: 1s500ms
    metrics:
    - {name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: "up \\\\ \\n time"}
    - {name: sysName, oid: 1.3.6.1.2.1.1.5, type: DisplayString, help: name}
    - name: addressed
      oid: 1.3.6.1.4.1.9.1.1
      type: counter
      help: by address and mac
      indexes:
      - {labelname: ip, type: InetAddress}
      - {labelname: mac, type: PhysAddress48}
      lookups:
      - {labels: [ip, mac], labelname: label, oid: 1.3.6.1.4.1.9.1.2, type: DisplayString}
      - {labels: [], labelname: mac}
    - {name: state, oid: 1.3.6.1.4.1.9.1.3, type: EnumAsStateSet, enum_values: {1: on, 2: "off"}}
    - {name: state, oid: 1.3.6.1.4.1.9.1.3, type: EnumAsInfo, enum_values: {1: on, 2: "off"}}
    - {name: flags, oid: 1.3.6.1.4.1.9.1.4, type: Bits, enum_values: {0: first, 9: tenth}}
    - {name: since, oid: 1.3.6.1.4.1.9.1.5, type: DateAndTime}
    - {name: half, oid: 1.3.6.1.4.1.9.1.6, type: gauge, scale: 0.5, offset: -1}
    - name: text
      oid: 1.3.6.1.4.1.9.1.7
      type: DisplayString
      regex_extracts:
        Percent: [{regex: "cpu-usage: ([0-9.]+)%", value: "$1"}, {regex: "(.*)", value: "7"}]
        None: [{regex: "nothing", value: "1"}]
    - {name: big, oid: 1.3.6.1.4.1.9.1.8, type: counter}
    - {name: octets, oid: 1.3.6.1.4.1.9.1.9, type: OctetString}
"""
IP_MAC = "1.4.10.1.2.3.0.1.2.255.4.5"
DEVICE = {
    "1.3.6.1.2.1.1.3.0": (ber.TIMETICKS, b"\x64"),
    "1.3.6.1.2.1.1.5.0": (ber.OCTET_STRING, 'core "1"\n青海'.encode()),
    f"1.3.6.1.4.1.9.1.1.{IP_MAC}": (ber.COUNTER32, b"\xff\xff\xff\xff"),
    f"1.3.6.1.4.1.9.1.2.{IP_MAC}": (ber.OCTET_STRING, b"uplink\xff"),
    "1.3.6.1.4.1.9.1.3.0": (ber.INTEGER, b"\x02"),
    "1.3.6.1.4.1.9.1.4.0": (ber.OCTET_STRING, b"\x00\x40"),
    "1.3.6.1.4.1.9.1.5.0": (ber.OCTET_STRING, bytes.fromhex("07EA0B1600000000") + b"+\x08\x00"),
    "1.3.6.1.4.1.9.1.6.0": (ber.INTEGER, b"\xff"),
    "1.3.6.1.4.1.9.1.7.0": (ber.OCTET_STRING, b"cpu-usage: 1.5%"),
    "1.3.6.1.4.1.9.1.8.0": (ber.COUNTER64, (2**53 + 5).to_bytes(8, "big")),
    "1.3.6.1.4.1.9.1.9.0": (ber.OCTET_STRING, b"\x00\xab"),
}
EXPECTED = """\
# HELP sysUpTime up \\\\ \\n time
# TYPE sysUpTime gauge
sysUpTime 100
# HELP sysName name
# TYPE sysName gauge
sysName{sysName="core \\"1\\"\\n青海"} 1
# HELP addressed by address and mac
# TYPE addressed counter
addressed{ip="10.1.2.3",label="uplink\ufffd"} 4294967295
# HELP state (EnumAsStateSet)
# TYPE state gauge
state{state="on"} 0
state{state="off"} 1
# HELP state_info (EnumAsInfo)
# TYPE state_info gauge
state_info{state="off"} 1
# HELP flags (Bits)
# TYPE flags gauge
flags{flags="first"} 0
flags{flags="tenth"} 1
# HELP since \n# TYPE since gauge
since 1795276800.0
# HELP half \n# TYPE half gauge
half -1.5
# HELP textPercent  (regex extracted)
# TYPE textPercent gauge
textPercent 1.5
# HELP big \n# TYPE big counter
big 5
# HELP octets \n# TYPE octets gauge
octets{octets="0x00AB"} 1
"""


async def test_an_upstream_file_gives_the_samples_that_snmp_exporter_gives(tmp_path: Path, serve: Any) -> None:
    path = tmp_path / "snmp.yml"
    path.write_text(UPSTREAM, "utf-8")
    catalogue = load_file(path)
    assert catalogue.modules["mixed"].timeout == 1.5
    async with serve(DEVICE) as ((host, port), _):
        target = Target("core", f"{host}:{port}", ("mixed",), "public_v2")
        (result,) = await collect_once([target], catalogue.modules, catalogue.auths)
    assert result.error is None
    assert exposition.write(result.families) == EXPECTED


ONE = "modules: {m: {metrics: [{name: a, oid: 1.3.6, %s}]}}"
BROKEN = {
    "modules: {m: {walk: [1.3.x]}}": "1: module m walk is no object identifier",
    "modules:\n  m:\n    wlak: []": "3: module m has an unknown key 'wlak'",
    "modules:\n  m:\n    metrics:\n    - {name: a, oid: 1.3.6}": "4: module m metrics lacks 'type'",
    "modules: {m: {metrics: [{name: 1a, oid: 1.3.6, type: gauge}]}}": "'1a' is no metric name",
    "modules: {m: {metrics: [{name: a, oid: 1.3.6, type: Gouge}]}}": "unknown type 'Gouge'",
    "modules: {m: {timeout: soon}}": "no duration",
    "modules: {m: {max_repetitions: 0}}": "no repetitions",
    "modules: {m: {retries: many}}": "no whole number",
    "modules: {m: {}, m: {}}": "gives 'm' twice",
    "modules: {m: {[walk]: [1.3.6]}}": "module m has a key that is a list or a mapping",
    "modules: []": "must be a mapping",
    ONE % "type: gauge, govnet: {unit: v, also_scales: [1]}": "without bounds",
    "modules: {m: {metrics: [{name: a, oid: 1.3.6, type: DisplayString, govnet: {unit: v}}]}}": "no number",
    ONE % "type: gauge, lookups: [{labels: [b], labelname: c, oid: 1.3}]": "by b",
    "auths: {a: {version: 3, security_level: authPriv, username: u, password: hush}}": "8 octets",
    "auths: {a: {community: '${GOVNET_NOT_SET}'}}": "GOVNET_NOT_SET, which is not there",
    "if_mib: {walk: [1.3.6]}": "before 0.23",
    "modules: {m: [": "is no YAML",
}


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_refused_with_file_and_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        load_file(path)
    assert BROKEN[content] in str(caught.value)
    assert f"{path}:" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"none\.yml"):
        load_file(tmp_path / "none.yml")


def test_secrets_come_by_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from file\n", "utf-8")
    monkeypatch.setenv("GOVNET_TEST_COMMUNITY", "from environment")
    path = tmp_path / "auths.yml"
    path.write_text(
        "auths:\n  a: {community: '${GOVNET_TEST_COMMUNITY}'}\n"
        f"  b: {{community: '${{file:{tmp_path}/secret}}'}}\n",
        "utf-8",
    )
    auths = load_file(path).auths
    assert [auths[name].community for name in "ab"] == ["from environment", "from file"]
    assert "from" not in repr(auths)


def test_a_plan_asks_for_no_more_than_is_used() -> None:
    todo = plan(MODULES["if_mib"])
    asked = {ber.dotted(oid) for oid in todo.walks}
    assert "1.3.6.1.2.1.2.2.1.2" in asked
    assert "1.3.6.1.2.1.2.2.1.21" not in asked
    assert len(todo.walks) == 31
    assert len(todo.gets) == 2


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_metric_of_a_built_in_module_is_read(name: str) -> None:
    module = MODULES[name]
    for metric in module.metrics:
        places = (*module.walk, *module.get)
        assert any(f"{p}.".startswith(f"{metric.oid}.") or f"{metric.oid}.".startswith(f"{p}.") for p in places), (
            metric.name
        )


UPS = {
    "ups-eaton-93e-80": ("ups", {"ups_battery_volts": 521.0, "ups_runtime_remaining_seconds": 65520,
                                 'ups_output_watts{line="1"}': 5100, "ups_output_hertz": 49.0,
                                 "ups_nominal_output_hertz": 50.0, 'ups_output_source{ups_output_source="normal"}': 1}),
    "ups-tripplite-su2200rtxl": ("ups", {"ups_battery_temperature_celsius": 30, 'ups_input_volts{line="1"}': 115,
                                         "ups_alarms_present": 1, "ups_nominal_output_hertz": 60.0,
                                         'ups_alarm{alarm="3",ups_alarm="1.3.6.1.2.1.33.1.6.3.1"}': 1}),
    "ups-abb-powerscale": ("ups", {"ups_battery_temperature_celsius": None, 'ups_output_watts{line="1"}': None,
                                   'govnet_sensor_up{metric="ups_battery_temperature_celsius"}': 0,
                                   'ups_output_load_ratio{line="3"}': 0.04}),
    "ups-huawei-ups5000_gse200m": ("ups_huawei", {"ups_runtime_remaining_seconds": None,
                                                  "ups_battery_charge_ratio": None,
                                                  'govnet_sensor_up{metric="ups_battery_charge_ratio"}': 0,
                                                  'ups_input_volts{line="1"}': 236.9,
                                                  'ups_output_watts{line="1"}': 3400,
                                                  "ups_output_hertz": 49.99, "ups_nominal_output_hertz": 50.0}),
    "ups-huawei-ups5000_gse200m as any other": ("ups", {'ups_input_volts{line="1"}': None, "ups_output_hertz": 49.99,
                                                        'govnet_sensor_up{metric="ups_input_volts",line="1"}': 0}),
}  # fmt: skip


@pytest.mark.parametrize("name", UPS)
async def test_recorded_ups_give_plausible_values(name: str, serve: Any, recording: Any) -> None:
    module, expected = UPS[name]
    rows = recording(f"{name.split(' ', maxsplit=1)[0]}.snmprec")
    values = await collected(serve, rows, module)
    assert {key: pytest.approx(values.get(key)) if key in values else None for key in expected} == expected
    within_bounds(module, values)


async def collected(serve: Any, rows: Any, module: str) -> dict[str, float]:
    async with serve(rows) as ((host, port), _):
        (result,) = await collect_once([Target("d", f"{host}:{port}", (module,), "v2")], MODULES, AUTHS)
    assert result.error is None
    assert result.samples == len(result.values) > 0
    return result.values


def within_bounds(module: str, values: dict[str, float]) -> None:
    for metric in MODULES[module].metrics:
        for series, value in values.items():
            if metric.sanity and series.partition("{")[0] == metric.name:
                assert metric.sanity.plausible(value), (series, value)


RECORDED = {
    "nortel-vsp8404_mib2_full": ("if_mib", 42, 'ifOperStatus{ifIndex="192",'),
    "extreme-7520-48ye-8ce_voss": ("nortel_voss", 1, 'nortel_sensor_temperature_celsius{sensor="8",description="CPU"}'),
    "avaya-ers4950gts-pwr_boss": ("nortel_ers", 1, "nortel_ers_temperature_celsius"),
    "agg-huawei-s12704_vrp": ("huawei_vrp", 1, "huawei_entity_cpu_utilization_ratio"),
    "fw-topsec-ngfw4000-uf": ("if_mib", 108, "ifMtu"),
}


@pytest.mark.parametrize("name", RECORDED)
async def test_recorded_devices_give_plausible_values(name: str, serve: Any, recording: Any) -> None:
    module, least, series = RECORDED[name]
    values = await collected(serve, recording(f"{name}.snmprec"), module)
    within_bounds(module, values)
    assert any(key.startswith(series) for key in values), sorted(values)[:20]
    if module == "if_mib":
        assert sum(key.startswith("ifOperStatus{") for key in values) == least
        # 10 Gbit/s ports answer 4294967295: that is "see ifHighSpeed", not a speed.
        assert max(value for key, value in values.items() if key.startswith("ifSpeed{")) < 4294967295


async def test_the_first_module_that_times_out_ends_the_visit() -> None:
    target = Target("dark", "127.81.16.8:9", ("system", "if_mib"), "v2")
    (result,) = await collect_once([target], MODULES, AUTHS, terms=Terms(0.2))
    assert result.samples == 0
    assert result.error is not None
    assert "127.81.16.8:9" in result.error
    assert len(result.readings) == 1


async def test_unknown_modules_and_auths_are_named() -> None:
    with pytest.raises(InputError, match=r"(?s)unknown auth 'x'.*unknown module 'y'"):
        await collect_once([Target("d", "127.0.0.1", ("y",), "x")], MODULES, AUTHS)


def test_the_same_series_is_never_written_twice() -> None:
    module = MODULES["nortel_voss"]
    cell = {ber.encode_index((1,)): (ber.INTEGER, b"\x02")}
    families = render(module, {metric.oid: cell for metric in module.metrics})
    series = [line for family in families for line, _ in family.rows]
    assert len(series) == len(set(series))
    assert len({family.name for family in families}) == len(families)

"""`govnet poll` and `govnet modules`, as people run them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import yaml

from collectors.loader import load, load_file
from collectors.old_layout import write
from govnet.cli.main import run
from snmp import Auth

if TYPE_CHECKING:
    from pathlib import Path

USER = {"GOVNET_SNMP_USER": "shaaes", "GOVNET_SNMP_AUTH": "authpassword", "GOVNET_SNMP_PRIV": "privpassword"}
PUBLIC = {"GOVNET_SNMP_COMMUNITY": "public"}


def govnet(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, as `govnet` does: twenty times a second of imports would be paid otherwise."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GOVNET_")}
    with (
        mock.patch.dict(os.environ, {**kept, **environ}, clear=True),
        mock.patch.object(sys, "argv", ["govnet", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


@pytest.mark.needs("snmpd")
@pytest.mark.parametrize("environ", [USER, PUBLIC], ids=["v3", "v2c"])
def test_one_device_is_shown_to_people(snmpd: tuple[str, int], environ: dict[str, str]) -> None:
    done = govnet("poll", f"{snmpd[0]}:{snmpd[1]}", **environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert "青海省政府" in done.stdout
    assert "ifOperStatus" in done.stdout
    assert not any(secret in done.stdout for secret in ("authpassword", "privpassword"))


@pytest.mark.needs("snmpd")
def test_a_script_gets_every_sample_and_what_it_cost(snmpd: tuple[str, int]) -> None:
    done = govnet("poll", f"{snmpd[0]}:{snmpd[1]}", "-m", "system", "--json", **USER)
    found: dict[str, Any] = json.loads(done.stdout)
    assert [module["module"] for module in found["modules"]] == ["system"]
    assert found["modules"][0]["pdus_returned"] == 6
    assert found["modules"][0]["error"] is None
    located = [sample for sample in found["samples"] if sample["name"] == "sysLocation"]
    assert located == [{"name": "sysLocation", "labels": {"sysLocation": "青海省政府 机房"}, "value": 1}]
    assert all(isinstance(sample["value"], int | float) for sample in found["samples"])


@pytest.mark.needs("snmpd")
def test_modules_and_auths_of_ones_own_are_taken_as_they_are(snmpd: tuple[str, int], tmp_path: Path) -> None:
    own = {"auths": {"mine": {"version": 2, "community": "${MINE}"}}}
    own["modules"] = {"who": {"get": ["1.3.6.1.2.1.1.5.0"], "metrics": [
        {"name": "who", "oid": "1.3.6.1.2.1.1.5", "type": "DisplayString", "help": "Its name."}]}}  # fmt: skip
    (tmp_path / "snmp.yml").write_text(yaml.safe_dump(own), "utf-8")
    words = ("--file", str(tmp_path / "snmp.yml"), "--auth", "mine", "-m", "who")
    done = govnet("poll", f"{snmpd[0]}:{snmpd[1]}", *words, MINE="public")
    assert done.returncode == 0, done.stderr
    assert "who=judge" in done.stdout


REFUSED = {
    "no credentials": (("poll", "127.0.0.1:9"), {}, 3, "GOVNET_SNMP_COMMUNITY"),
    "no address": (("poll", "host:port"), PUBLIC, 2, "'host:port' is no address"),
    "an unknown module": (("poll", "127.0.0.1:9", "-m", "nope"), PUBLIC, 2, "unknown module 'nope'"),
    "an unknown auth": (("poll", "127.0.0.1:9", "--auth", "nope"), PUBLIC, 2, "no auth 'nope'"),
    "no such device": (("poll", "nobody", "--network", "laixi", "--real"), USER, 2, "no device 'nobody'"),
    "nobody there": (("poll", "127.81.16.7:9", "--seconds", "0.3"), PUBLIC, 4, "127.81.16.7:9"),
    "modules: no such": (("modules", "nope"), {}, 2, "no module 'nope'"),
    "no such layout": (("modules", "--for", "nagios"), {}, 2, "nagios"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_goes_wrong_has_a_reason_and_a_code(case: str) -> None:
    words, environ, code, reason = REFUSED[case]
    done = govnet(*words, **environ)
    assert done.returncode == code, done.stderr
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_has_its_kind_for_people_and_scripts() -> None:
    words = ("poll", "127.81.16.7:9", "--seconds", "0.3")
    assert "timeout" in govnet(*words, **PUBLIC).stdout
    (module,) = json.loads(govnet(*words, "--json", **PUBLIC).stdout)["modules"]
    assert module["error"]["kind"] == "timeout"
    assert "127.81.16.7:9" in module["error"]["text"]


def test_modules_are_listed() -> None:
    rows = json.loads(govnet("modules", "--json").stdout)
    assert {row["module"] for row in rows} == set(load().modules)
    assert next(row for row in rows if row["module"] == "nortel_8600")["read from"] == "nortel_passport"
    assert "ups_huawei" in govnet("modules").stdout


def test_the_old_layout_holds_all_that_it_can_say(tmp_path: Path) -> None:
    done = govnet("modules", "if_mib", "venustech", "--for", "snmp_exporter-0.21")
    assert done.returncode == 0, done.stderr
    old = yaml.safe_load(done.stdout)
    assert list(old) == ["if_mib", "venustech"]
    assert not any("auth" in module for module in old.values())
    assert "venustech_cpu_utilization: raw, not times 0.01" in done.stdout
    (tmp_path / "new.yml").write_text(yaml.safe_dump({"modules": old}), "utf-8")
    for name, back in load_file(tmp_path / "new.yml").modules.items():
        module = load().modules[name]
        assert (back.walk, back.get) == (module.walk, module.get)
        for mine, theirs in zip(module.metrics, back.metrics, strict=True):
            for field in ("name", "oid", "type", "help", "indexes", "lookups", "enum_values"):
                assert getattr(mine, field) == getattr(theirs, field), (name, mine.name, field)
            extracts = [(e.suffix, e.pattern.pattern, e.value) for e in mine.regex_extracts]
            assert extracts == [(e.suffix, e.pattern.pattern, e.value) for e in theirs.regex_extracts]


def test_credentials_are_written_as_far_as_their_version_has_them() -> None:
    user = Auth(3, username="u", security_level="authNoPriv", auth_protocol="SHA", password="long enough")
    module = yaml.safe_load(write([load().modules["system"]], user))["system"]
    assert module["version"] == 3
    assert module["auth"] == {
        "security_level": "authNoPriv", "username": "u", "auth_protocol": "SHA", "password": "long enough",
    }  # fmt: skip
    assert yaml.safe_load(write([load().modules["system"]], Auth(1)))["system"]["auth"] == {"community": "public"}

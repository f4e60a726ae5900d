"""What the exporter's options ask of the receiver, and what is said of those that ask wrongly."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.laixi import ROOT, network

from collectors.receiving import Plan, Source
from govnet.cli import receiving
from govnet.cli.workspace import open_workspace
from govnet.errors import InputError
from govnet.write_accounts import authenticated

IDS = Source("lx-adc-u-ids01", "ids", "mgt")
USER = authenticated("govnet", "auth-password", "priv-password")


def test_options_become_a_plan() -> None:
    planned = receiving.planned(network(), "0.0.0.0:162", "127.0.0.1:514", ["/var/log/eve.json"])
    assert planned == Plan(("0.0.0.0", 162), ("127.0.0.1", 514), {Path("/var/log/eve.json"): IDS})
    named = receiving.planned(network(), "", "", ["lx-adc-u-ids01=a.json"])
    assert named == Plan(None, None, {Path("a.json"): IDS})
    assert receiving.planned(network(), "", "", []) == Plan()


WRONG = {
    "no port": (("127.0.0.1", "", []), "--traps: '127.0.0.1' is no address and port"),
    "no address": (("", ":514", []), "--syslog: ':514' is no address and port"),
    "a port above all": (("127.0.0.1:70000", "", []), "'127.0.0.1:70000' is no address and port"),
    "no such IDS": (("", "", ["core=x"]), "the IDS are: lx-adc-u-ids01"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_option_is_named(case: str) -> None:
    given, said = WRONG[case]
    with pytest.raises(InputError) as caught:
        receiving.planned(network(), *given)
    assert said in "; ".join(map(str, caught.value.problems))


def test_the_receiver_takes_the_networks_addresses_and_its_own_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(receiving.COMMUNITY, "community")
    work = open_workspace("laixi", tmp_path)
    assert receiving.listening(work, USER, Plan(), lab=False) is None
    for lab, address in ((False, "10.129.2.1"), (True, "127.129.2.1")):
        made = receiving.listening(work, USER, Plan(traps=("127.81.21.1", 0)), lab=lab)
        assert made is not None
        assert made.gate.known[address].name == "lx-adc-u-core01"
        assert set(made.addresses) == {"trap"}
        made.unbind()
    assert receiving.engine_id(network()) == receiving.engine_id(network())
    assert len(receiving.engine_id(network())) == 13


@pytest.mark.parametrize(("option", "code"), [("nowhere", 2), ("{}:{}", 3)])
def test_the_command_leaves_with_words(tmp_path: Path, option: str, code: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.81.21.2", 0))
        command = [sys.executable, "-m", "govnet", "exporter", "laixi", "--real", "--port", "0"]
        command += ["--syslog", option.format(*taken.getsockname())]
        account = {"GOVNET_SNMP_USER": "u", "GOVNET_SNMP_AUTH": "a" * 8, "GOVNET_SNMP_PRIV": "p" * 8}
        environment = os.environ | account | {"GOVNET_BUILD": str(tmp_path), "COLUMNS": "200"}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == code, done.stderr
    assert {2: "Write ADDR:PORT", 3: "cannot listen for syslog there"}[code] in done.stderr

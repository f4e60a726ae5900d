"""The accounts by which devices are written to: found by reference, checked in full, refused by name, never shown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.laixi import CORE, network

from govnet.errors import RefusedError
from govnet.write_accounts import write_agents

if TYPE_CHECKING:
    from pathlib import Path

    from govnet.network.model import Network

SECRET, OTHER = "planted-auth-secret", "planted-priv-secret"
GOOD = {"USER": "writer", "AUTH": SECRET, "PRIV": OTHER}


def asking(reference: str | None) -> Network:
    """Return Laixi with a reference at its first core."""
    core = network().devices[CORE]
    data = {**core.data, "write_by": "snmp", **({"write_account": reference} if reference else {})}
    return replace(network(), devices={**network().devices, CORE: replace(core, data=data)})


def environ(values: dict[str, str], name: str = "GOVNET_SNMP_WRITE") -> dict[str, str]:
    return {f"{name}_{key}": value for key, value in values.items()}


def test_an_account_comes_from_the_environment() -> None:
    agent = write_agents(asking(None), environ(GOOD))(CORE)
    assert agent.address == ("10.129.2.1", 161)
    auth = agent.auth
    assert (auth.version, auth.security_level, auth.username) == (3, "authPriv", "writer")
    assert (auth.password, auth.priv_password, auth.auth_protocol, auth.priv_protocol) == (SECRET, OTHER, "SHA", "AES")
    assert SECRET not in repr(agent)
    assert OTHER not in repr(agent)


def test_each_device_may_have_its_own() -> None:
    own = environ({**GOOD, "USER": "core", "AUTH_PROTOCOL": "MD5", "PRIV_PROTOCOL": "DES"}, "CORE_WRITE")
    auth = write_agents(asking("env:CORE_WRITE"), environ(GOOD) | own)(CORE).auth
    assert (auth.username, auth.auth_protocol, auth.priv_protocol) == ("core", "MD5", "DES")


def test_an_account_comes_from_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_text(json.dumps({"user": "writer", "auth": SECRET, "priv": OTHER, "auth_protocol": "SHA256"}))
    path.chmod(0o600)
    auth = write_agents(asking(f"file:{path}"), {})(CORE).auth
    assert (auth.username, auth.password, auth.auth_protocol) == ("writer", SECRET, "SHA256")
    path.chmod(0o644)
    with pytest.raises(RefusedError, match=r"others may read the account in .*chmod 600"):
        write_agents(asking(f"file:{path}"), {})(CORE)


# What is given in place of the good account, and what is said of it.
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "nothing": ({}, "GOVNET_SNMP_WRITE_USER is missing; GOVNET_SNMP_WRITE_AUTH is missing; .*_PRIV is missing"),
    "no privacy": ({"USER": "writer", "AUTH": SECRET}, "GOVNET_SNMP_WRITE_PRIV is missing"),
    "v1": ({**GOOD, "VERSION": "1"}, "GOVNET_SNMP_WRITE_VERSION asks for SNMPv1, which carries its community in clear"),
    "v2c": ({**GOOD, "VERSION": "2c"}, "GOVNET_SNMP_WRITE_VERSION asks for SNMPv2c, which carries its community"),
    "v2c by another name": ({**GOOD, "VERSION": "v2c"}, "asks for SNMPv2c"),
    "a community": ({"COMMUNITY": SECRET}, "GOVNET_SNMP_WRITE_COMMUNITY asks for SNMPv2c"),
    "a version that is none": ({**GOOD, "VERSION": "4"}, "GOVNET_SNMP_WRITE_VERSION is no version of SNMP"),
    "a lower level": ({**GOOD, "LEVEL": "authNoPriv"}, "GOVNET_SNMP_WRITE_LEVEL is not authPriv"),
    "a protocol that is none": ({**GOOD, "PRIV_PROTOCOL": "ROT13"}, "cannot be used: unknown priv_protocol ROT13"),
    "a short password": ({**GOOD, "AUTH": "short"}, "cannot be used: password is shorter than 8 octets"),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_account_that_cannot_write_is_refused_by_name(case: str) -> None:
    given, words = WRONG[case]
    with pytest.raises(RefusedError, match=rf"^{CORE}: .*{words}") as caught:
        write_agents(asking(None), environ(given))(CORE)
    assert SECRET not in str(caught.value)
    assert OTHER not in str(caught.value)


FILES: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "cannot be read \\(JSONDecodeError\\)"),
    "no object": ("[1]", "is no JSON object"),
    "another key": ('{"pass": "planted-auth-secret"}', "knows no 'pass'; it may hold user, auth, priv"),
    "a community": ('{"version": "2c", "community": "planted-auth-secret"}', "'version' in .* asks for SNMPv2c"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_account_is_refused_by_name(tmp_path: Path, case: str) -> None:
    text, words = FILES[case]
    path = tmp_path / "account.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(RefusedError, match=words) as caught:
        write_agents(asking(f"file:{path}"), {})(CORE)
    assert SECRET not in str(caught.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(RefusedError, match=r"/nowhere/account\.json cannot be read \(FileNotFoundError\)"):
        write_agents(asking("file:/nowhere/account.json"), {})(CORE)

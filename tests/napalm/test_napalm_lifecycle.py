"""NAPALM's configuration methods against emulated devices over real SSH, found through `get_network_driver`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)
from support.laixi import network, typed
from support.napalm_devices import DEVICES, KINDS, WORDS, driver, running

from govnet.config import diff
from govnet.config.intent import hardware, intent
from govnet.platforms.registry import platform
from lab.faults import Refuse, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.server import Lab
    from nornir_tasks.runner import Access

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("kind", KINDS)
def test_what_runs_is_no_difference_and_a_merge_is_one_until_it_is_committed(device: Any, kind: str) -> None:
    words, before = WORDS[kind], running(device)
    device.load_replace_candidate(config=device.get_config()["running"])
    assert device.compare_config() == ""
    device.load_merge_candidate(config=words.merge)
    said = device.compare_config()
    assert words.words in said.splitlines()
    assert words.command in said
    assert running(device) == before, "loading and comparing changes nothing"
    device.commit_config()
    assert device.compare_config() == ""
    assert running(device) != before
    device.rollback()
    assert running(device) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_text_replaces_what_runs_and_what_ran_comes_back(device: Any, kind: str) -> None:
    first = device.get_config()["running"]
    device.load_merge_candidate(config=WORDS[kind].merge)
    device.commit_config()
    second = device.get_config()["running"]
    device.load_replace_candidate(config=first)
    assert device.compare_config() != ""
    device.commit_config()
    assert device.compare_config() == ""
    assert running(device) == "\n".join(line for line in first.splitlines() if " UTC" not in line)
    device.load_replace_candidate(config=second)
    device.discard_config()
    assert device.compare_config() == ""
    with pytest.raises(CommitError, match="nothing is loaded"):
        device.commit_config()


@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_is_named_and_nothing_of_it_is_loaded(device: Any, kind: str) -> None:
    with pytest.raises(MergeConfigException, match=r"line [12]: [vn]"):
        device.load_merge_candidate(config=WORDS[kind].typo)
    with pytest.raises(ReplaceConfigException):
        device.load_replace_candidate(config=device.get_config()["running"] + "\n" + WORDS[kind].typo)
    assert device.compare_config() == ""


class CutCable:
    """A session that is hung up after the first line that holds ``word``."""

    def __init__(self, session: Any, word: str) -> None:
        self._session, self._word = session, word

    @property
    def uncommitted(self) -> bool | None:
        found: bool | None = self._session.uncommitted
        return found

    def ask(self, text: str, answers: Sequence[str] = ()) -> str:
        said: str = self._session.ask(text, answers)
        if self._word in text:
            self.disconnect()
        return said

    def is_alive(self) -> bool:
        return bool(self._session.is_alive())

    def disconnect(self) -> None:
        self._session.disconnect()


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_lost_in_the_middle_is_backed_out_over_another(access: Access, kind: str) -> None:
    with driver(access, kind) as opened:
        before = running(opened)
        opened.load_merge_candidate(config=WORDS[kind].merge)
        opened.device = CutCable(opened.device, WORDS[kind].command)
        with pytest.raises(MergeConfigException, match="It was brought back to where it was"):
            opened.commit_config()
    with driver(access, kind) as again:
        assert running(again) == before


@pytest.mark.parametrize("kind", ["nortel_passport"])
def test_a_refused_line_takes_back_those_before_it(access: Access, lab: Lab, kind: str) -> None:
    with driver(access, kind) as opened:
        before = running(opened)
        opened.load_merge_candidate(config=WORDS[kind].merge)
        lab.faults.set(DEVICES[kind], Refuse("vlan 77 ports add", "Error: not today"))
        with pytest.raises(MergeConfigException, match=r"`config vlan 77 ports add.*not today.*It was brought back"):
            opened.commit_config()
        lab.faults.clear()
        assert running(opened) == before


@pytest.mark.parametrize("kind", ["nortel_passport"])
def test_what_changed_between_comparing_and_committing_is_not_sent(access: Access, device: Any, kind: str) -> None:
    device.load_merge_candidate(config=WORDS[kind].merge)
    device.compare_config()
    typed(access, DEVICES[kind], ["config vlan 77 create byport 1 name other"])
    with pytest.raises(CommitError, match="changed since compare_config"):
        device.commit_config()
    typed(access, DEVICES[kind], ["config vlan 77 delete"])


@pytest.mark.parametrize("kind", ["nortel_passport"])
def test_unverified_syntax_is_not_sent_unasked(access: Access, kind: str) -> None:
    with driver(access, kind, govnet_accept_unverified=False) as opened:
        opened.load_merge_candidate(
            config='vlan 77 create byport 1 name "lab77"\nvlan 1 ports remove 1/1 member portmember\n'
        )
        assert "no public source" in opened.compare_config()
        with pytest.raises(CommitError, match="govnet_accept_unverified"):
            opened.commit_config()


@pytest.mark.parametrize("kind", ["nortel_passport"])
def test_messages_and_other_formats_are_not_pretended(device: Any, kind: str) -> None:
    del kind
    with pytest.raises(NotImplementedError):
        device.commit_config(message="why")
    with pytest.raises(CommitConfirmException, match="at least one second"):
        device.commit_config(revert_in=0)
    with pytest.raises(NotImplementedError):
        device.get_config(format="json")
    with pytest.raises(CommandErrorException, match="show sys topology"):
        device.get_lldp_neighbors()


@pytest.mark.parametrize("kind", ["huawei_vrp"])
def test_secrets_are_shown_only_when_not_sanitized(access: Access, device: Any, kind: str) -> None:
    typed(access, DEVICES[kind], ["system-view", "snmp-agent community read topsecret", "return"])
    assert "topsecret" in device.get_config()["running"]
    clean = device.get_config(sanitized=True)
    assert "topsecret" not in str(clean)
    assert clean.keys() == {"running", "candidate", "startup"}
    typed(access, DEVICES[kind], ["system-view", "undo snmp-agent community read topsecret", "return"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_way_in_fails_in_napalms_words(access: Access, lab: Lab, kind: str, tmp_path: Any) -> None:
    stranger = driver(access, kind)
    with pytest.raises(ConnectionClosedException, match=r"Call open\(\) first"):
        stranger.get_facts()
    stranger.password = "wrong"
    with pytest.raises(ConnectAuthError, match="user name or password"):
        stranger.open()
    (tmp_path / "nobody").write_text("")
    with pytest.raises(ConnectionException, match="host key"):
        driver(access, kind, alt_key_file=str(tmp_path / "nobody")).open()
    lab.faults.set(DEVICES[kind], Unreachable())
    with pytest.raises(ConnectionException, match="cannot be reached"):
        driver(access, kind).open()


@pytest.mark.parametrize("transport", ["ssh", "legacy_ssh"])
@pytest.mark.parametrize("kind", ["nortel_passport"])
def test_a_session_is_alive_until_it_is_closed_whatever_carries_it(access: Access, kind: str, transport: str) -> None:
    opened = driver(access, kind, transport=transport)
    assert opened.is_alive() == {"is_alive": False}
    opened.open()
    assert opened.is_alive() == {"is_alive": True}
    assert opened.get_facts()["model"] == "ERS-8610"
    opened.device.disconnect()
    assert opened.is_alive() == {"is_alive": False}
    opened.close()


@pytest.mark.parametrize("kind", ["nortel_ers", "nortel_passport"])
def test_a_whole_intent_is_merged_verified_and_taken_back(device: Any, kind: str) -> None:
    name = DEVICES[kind]
    box = hardware(network(), name)
    speaks, before = platform(kind), running(device)
    now = speaks.read(before, box).config
    wanted = intent(network(), name)
    device.load_merge_candidate(config="\n".join(c.text for c in speaks.say(diff(now, wanted), now)))
    assert len(device.compare_config().splitlines()) > 50
    device.commit_config(revert_in=120)
    found = speaks.read(device.get_config()["running"], box)
    assert diff(found.config, wanted) == []
    device.rollback()
    assert speaks.read(device.get_config()["running"], box).config == now

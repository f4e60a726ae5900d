"""Backups: noise is no difference, secrets are never in the clear, and only the right key opens what is whole."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from support.laixi import AGG, CORE, FIREWALL, Estate, estate, floor, whole

from collectors.exporter import Exporter
from govnet.cli.freshness import BackupAge
from govnet.config.intent import hardware
from govnet.errors import RefusedError, StorageError
from govnet.platforms.registry import platform
from nornir_tasks import tasks
from nornir_tasks.sanitize import MASK, NOISE, quiet, sanitized
from nornir_tasks.store import BackupStore
from nornir_tasks.vault import KEY, KEY_FILE, Vault, new_backup_key, vault_of

DEVICES = (CORE, FIREWALL, AGG, floor(1))
LINK = "2: eth1: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel master bond0 state UP mode DEFAULT\\    x 1\n"
LINK_DOWN = "7: eth1: <NO-CARRIER,BROADCAST,UP> mtu 1500 qdisc noop master bond0 state DOWN mode DEFAULT\\    x 1\n"


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("nortel_passport", "# THU SEP 27 11:59:46 2007 UTC\nx\n", "# FRI JAN  4 01:00:00 2008 UTC\nx\n"),
        ("nortel_passport", "# Slot  1 8648TX   0x20210130 0x0\n#\n", "# Slot  1 8648TX   0x20210131 0x1\n#\n"),
        ("extreme_voss", "# Wed Aug 15 05:20:06 2018 UTC\n#\tOperStatus        : up\n#\n", "#\n"),
        ("nortel_ers", "clock set 10:11:12 22 11 2026\n!\n", "!\n"),
        ("nortel_ers", "tftp-server 10.0.0.1\n!\n", "tftp-server 10.0.0.2\n!\n"),
        ("huawei_vrp", ' a cipher %^%#abc]d"e%^%#\n', " a cipher %^%#Zq!x 9%^%#\n"),
        ("huawei_vrp", " a @%@%abc@%@% b\n", " a @%@%xyzz@%@% b\n"),
        ("huawei_vrp", "%Nov 22 2026 10:00:00 SW %%01IFNET/4/LINK_STATE: up\n#\n", "#\n"),
        ("huawei_vrp", "!Last configuration was updated at 14:21:34 UTC Fri Nov 1 2013\n#\n", "#\n"),
        ("linux_nft", LINK, LINK_DOWN),
        (
            "linux_nft",
            "  counter packets 3 bytes 99 drop # handle 7\n",
            "  counter packets 4 bytes 9 drop # handle 12\n",
        ),
    ],
)
def test_what_changes_by_itself_is_no_difference(name: str, one: str, other: str) -> None:
    assert quiet(one, name) == quiet(other, name)
    assert one != other
    assert sanitized(sanitized(one, name), name) == sanitized(one, name)
    assert all(noise.source for noise in NOISE[name])


@pytest.mark.parametrize(
    "line",
    [
        "snmp-agent community read cipher hush-7",
        " local-user admin password irreversible-cipher hush-7",
        "snmp-server user ops md5 hush-7 des hush-7",
        "snmp-agent usm-user v3 ops authentication-mode sha2-256 cipher hush-7",
        "snmp-v3 usm create ops md5 auth hush-7 priv hush-7",
        "radius server host key hush-7",
        "rocommunity hush-7 10.0.0.0/8",
        "-----BEGIN EC PRIVATE KEY-----\nhush-7\n-----END EC PRIVATE KEY-----",
    ],
)
def test_a_secret_is_one_fixed_mark(line: str) -> None:
    clean = sanitized(line)
    assert "hush" not in clean
    assert MASK in clean
    assert sanitized(line.replace("hush-7", "other-secret")) == clean


def test_names_are_no_secrets() -> None:
    text = "# SNMP V3 COMMUNITY TABLE CONFIGURATION\nvlan 7 name secretariat\nsnmp-agent usm-user v3 ops group admins\n"
    assert sanitized(text) == text


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "backup.key"
    assert new_backup_key(path) == 1
    return path


def vault(path: Path) -> Vault:
    found = vault_of({KEY_FILE: str(path)}, Path("/nowhere"))
    assert found
    return found


def test_a_raw_text_is_kept_whole_and_unreadable(tmp_path: Path, key: Path) -> None:
    store = BackupStore(tmp_path / "b", vault(key))
    assert store.save("sw", "x\nsnmp-agent community read hush-7\n").changed
    store.commit("one", ["sw"])
    assert all(b"hush-7" not in path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    kept = store.kept("sw")
    assert kept
    assert (kept.text, kept.whole) == ("x\nsnmp-agent community read hush-7\n", True)
    without = BackupStore(store.folder).kept("sw")
    assert without
    assert (without.text, without.whole) == (f"x\nsnmp-agent community {MASK}\n", False)


def test_a_changed_secret_is_sealed_anew_though_the_text_is_the_same(tmp_path: Path, key: Path) -> None:
    store = BackupStore(tmp_path / "b", vault(key))
    store.save("sw", "community one\n")
    assert not store.save("sw", "community one\n").changed
    assert store.save("sw", "community two\n").changed
    store.commit("x")
    kept = store.kept("sw")
    assert kept
    assert kept.text == "community two\n"


def test_keys_rotate_and_a_wrong_one_opens_nothing(tmp_path: Path, key: Path) -> None:
    store = BackupStore(tmp_path / "b", vault(key))
    store.save("sw", "community one\n")
    first = store.commit("x")
    assert new_backup_key(key, rotate=True) == 2
    store = BackupStore(store.folder, vault(key))
    assert store.kept("sw", first), "the old key still opens"
    assert store.save("sw", "community one\n").changed, "sealed with the new key"
    second = store.commit("y")
    other = tmp_path / "other.key"
    new_backup_key(other)
    with pytest.raises(
        RefusedError, match=r"sw\.cfg\.enc of \w{8}: no key of .*other\.key opens it, or it was altered"
    ):
        BackupStore(store.folder, vault(other)).kept("sw", second)
    key.write_text(key.read_text().splitlines()[0])
    assert BackupStore(store.folder, vault(key)).kept("sw", second)
    with pytest.raises(RefusedError, match="no key of"):
        BackupStore(store.folder, vault(key)).kept("sw", first)


def test_a_key_is_its_owners_alone(key: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(RefusedError, match="is there already"):
        new_backup_key(key)
    key.chmod(0o644)
    with pytest.raises(RefusedError, match="others may read this key; run `chmod 600"):
        vault(key)


@pytest.mark.parametrize(
    ("environment", "error", "said"),
    [
        ({KEY: "no-key"}, RefusedError, "GOVNET_BACKUP_KEY: holds no key of 32 bytes"),
        ({KEY_FILE: "/nowhere/key"}, StorageError, r"/nowhere/key: the backup key cannot be read \(No such file"),
    ],
)
def test_a_bad_key_is_named(environment: dict[str, str], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        vault_of(environment, Path("/nowhere"))
    assert vault_of({}, Path("/nowhere")) is None


def test_a_revision_that_is_none_is_named(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "b")
    with pytest.raises(RefusedError, match="holds no backup yet; run `govnet backup`"):
        store.kept("sw")
    store.save("sw", "a\n")
    store.commit("x")
    with pytest.raises(RefusedError, match="'--all' is no revision"):
        store.kept("sw", "--all")
    assert store.kept("other") is None
    assert store.devices("HEAD") == ["sw"]


def test_the_age_of_a_backup_is_a_metric_and_no_backup_has_no_age(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "b")
    store.save("sw1", "a\n")
    store.save("sw2", "a\n")
    store.commit("x", ["sw1"])
    at = store.kept_at()
    assert set(at) == {"sw1", "sw2"}, "the second by git's word"
    store.commit("y", ["sw1"])
    assert store.kept_at()["sw1"] > at["sw1"], "an unchanged device was backed up again"
    age = BackupAge(store, ["sw1", "sw3"], clock=lambda: store.kept_at()["sw1"] + 90)
    registry = Exporter([], {}, {}, any_target=False, extra=[age]).own.registry
    assert registry.get_sample_value("govnet_backup_age_seconds", {"device": "sw1"}) == pytest.approx(90)
    assert registry.get_sample_value("govnet_backup_age_seconds", {"device": "sw3"}) is None
    assert registry.get_sample_value("govnet_backup_kept", {"device": "sw1"}) == 1
    assert registry.get_sample_value("govnet_backup_kept", {"device": "sw3"}) == 0


@pytest.mark.lab
def test_unchanged_devices_are_the_same_bytes_and_read_the_same_from_either_text(tmp_path: Path, key: Path) -> None:
    store = BackupStore(tmp_path / "backups", vault(key))
    with estate(tmp_path, *DEVICES) as laixi:
        laixi.read()
        laixi.mend()
        laixi.type(CORE, "config sys set snmp community ro hush-hush")
        _backup(laixi, store)
        revision = store.commit("first", DEVICES)
        before = {path.name: path.read_bytes() for path in store.folder.glob("*.cfg*")}
        assert len(before) == 2 * len(DEVICES)
        _backup(laixi, store)
        assert store.commit("second", DEVICES) == revision
        assert {path.name: path.read_bytes() for path in store.folder.glob("*.cfg*")} == before
        laixi.read()
    assert not any(b"hush-hush" in text for text in before.values())  # four letters come about in ciphertext
    for name in DEVICES:
        box = hardware(laixi.network, name)
        speaks = platform(laixi.network.devices[name].platform, box)
        for kept in (store.kept(name), BackupStore(store.folder).kept(name)):
            assert kept
            assert speaks.read(kept.text, box).config == laixi.readings[name].config


def _backup(laixi: Estate, store: BackupStore) -> None:
    whole(laixi.runner.run(tasks.backup, DEVICES, network=laixi.network, store=store))

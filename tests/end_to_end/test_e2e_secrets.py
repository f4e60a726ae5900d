"""Secrets are planted wherever there are any; nothing that a whole run says, writes or keeps holds one of them."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from support.laixi import AGG, CORE, floor, typed
from support.leaks import leaks
from support.playbooks import House, house_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = pytest.mark.lab
# Typed at devices before the run, as operators have typed them; each stands in a running configuration afterwards.
ON_DEVICES = {
    "community of a switch": "planted-comm-9f31",
    "password of an account": "planted-Pass-77c2",
    "community of a core": "planted-core-51ab",
    "community of a floor": "planted-floor-0d4e",
    "RADIUS key": "planted-radius-c3d9",
}
IN_ENVIRONMENT = {
    "GOVNET_KEY_PASSPHRASE": "planted-phrase-1c08",
    "GOVNET_BACKUP_KEY": Fernet.generate_key().decode(),
    "GOVNET_SNMP_AUTH": "planted-auth-a620",
    "GOVNET_SNMP_PRIV": "planted-priv-b713",
    "GOVNET_PASSWORD": "planted-real-4e02",
}
REFUSED = 3
TYPED_IN = "planted-typed-8d8d"
VAULT = "planted-vault-2f6a"
BREAK = """
import os, sys
where = os.environ.get("BREAK", "")
if where and "govnet" in " ".join(sys.orig_argv):
    from nornir_tasks import runner, session
    def fail(*words, **named):
        raise RuntimeError("provoked")
    if where == "a device":
        session.running_text = fail
        from nornir_tasks import tasks
        tasks.running_text = fail
    else:
        runner.Runner.run = fail
"""


class Run:
    """A house in which all that is said is kept."""

    def __init__(self, house: House) -> None:
        self.house, self.said = house, house.root / "said"
        self.said.mkdir()
        (house.root / "vault.txt").write_text(VAULT)
        (house.root / "breaking").mkdir()
        (house.root / "breaking" / "sitecustomize.py").write_text(BREAK)
        self.environment = {**IN_ENVIRONMENT, "ANSIBLE_VAULT_PASSWORD_FILE": str(house.root / "vault.txt")}
        self.environment |= {"GOVNET_USERNAME": "govnet"}

    def __call__(self, *words: str, name: str = "ann", **more: str) -> subprocess.CompletedProcess[str]:
        """Run the command as somebody; keep what it says."""
        done = self.house.govnet(*words, **(self.environment | {"GOVNET_NAME": name} | more))
        self.keep(" ".join(words), done.stdout + done.stderr)
        return done

    def keep(self, words: str, text: str) -> None:
        """Write down what was said."""
        number = len(list(self.said.iterdir()))
        (self.said / f"{number:02}.txt").write_text(f"$ {words}\n{text}")

    def good(self, *words: str, **more: str) -> None:
        """Run what must succeed."""
        done = self(*words, **more)
        assert done.returncode == 0, done.stdout + done.stderr


def plant(house: House) -> None:
    """Type secrets at the devices, as operators do."""
    access = house.work.access(lab=True)
    lines = {
        AGG: [
            "system-view",
            f"snmp-agent community read {ON_DEVICES['community of a switch']}",
            "aaa",
            f"local-user noc password cipher {ON_DEVICES['password of an account']}",
            "return",
        ],
        CORE: [f"config sys set snmp community ro {ON_DEVICES['community of a core']}"],
        floor(1): [
            "configure terminal",
            f"snmp-server community {ON_DEVICES['community of a floor']} ro",
            f"radius server host key {ON_DEVICES['RADIUS key']}",
            "exit",
        ],
    }
    for device, some in lines.items():
        typed(access, device, some)


def full_run(run: Run) -> None:
    """Do what an engineer, a NOC and an auditor do, and what goes wrong in between."""
    house, file = run.house, str(run.house.root / "plan.json")
    small = str(house.inventory)
    for name in ("ann", "carol"):
        run.good("key", "new", name, name=name)
    shutil.copy(house.root / "keys" / "carol.pub", house.root / "trusted")
    run.good("backup", small)
    house.contact("someone")
    run.good("plan", small, "-o", file, "--accept-unknown")
    assert run("apply", file, "--accept-unverified").returncode == REFUSED, "nobody has approved it"
    run.good("approve", file, name="carol")
    run.good("apply", file, "--accept-unverified")
    run.good("changes")
    run.good("verify", small)
    run("drift", small, "--json")
    run.good("prove", small)
    run("audit", small)
    run.good("play", "backup", small)
    run("play", "audit", small, "--json")


def failing_runs(run: Run) -> None:
    """Provoke failures and tracebacks."""
    small = str(run.house.inventory)
    breaking = {"PYTHONPATH": f"{run.house.root / 'breaking'}"}
    one = run("backup", small, BREAK="a device", **breaking)
    assert "unexpected RuntimeError: provoked" in one.stdout + one.stderr
    two = run("backup", small, BREAK="all", **breaking)
    assert "Traceback" in two.stderr, two.stderr
    assert "RuntimeError: provoked" in two.stderr
    run("play", "backup", small, BREAK="a device", **breaking)
    bad = run("backup", small, GOVNET_BACKUP_KEY=TYPED_IN)
    assert bad.returncode == REFUSED
    assert "GOVNET_BACKUP_KEY: holds no key" in bad.stderr
    wrong = run("approve", str(run.house.root / "plan.json"), name="carol", GOVNET_KEY_PASSPHRASE="planted-wrong-6b6b")
    assert wrong.returncode != 0
    hosts = run.house.inventory / "hosts.yaml"
    before = hosts.read_text()
    hosts.write_text(before + f"\nlx-adc-u-acc99: {{groups: [role_acc], password: {TYPED_IN}}}\n")
    refused = run("check", small)
    hosts.write_text(before)
    assert refused.returncode != 0


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A house after a full run and many failures, its lab still up."""
    with house_in(tmp_path_factory.mktemp("secrets")) as house:
        plant(house)
        made = Run(house)
        full_run(made)
        failing_runs(made)
        yield made


def secrets(run: Run) -> Mapping[str, str]:
    """Return every secret of the run by name."""
    lab = run.house.work.running_lab()
    assert lab
    account = lab.credentials
    own = {"password": account.password, "SNMP community": account.community}
    own |= {"SNMP authentication": account.snmp_auth, "SNMP privacy": account.snmp_priv}
    return own | ON_DEVICES | IN_ENVIRONMENT | {"typed": TYPED_IN, "vault": VAULT, "wrong": "planted-wrong-6b6b"}


def test_the_secrets_were_really_there(run: Run) -> None:
    """What was not there cannot leak: each device shows its own to who logs in, and the sealed backup opens to it."""
    access = run.house.work.access(lab=True)
    shown = typed(access, AGG, ["display current-configuration"])[0] + typed(access, CORE, ["show config"])[0]
    for name in ("community of a switch", "password of an account", "community of a core"):
        assert ON_DEVICES[name] in shown
    sealed = (run.house.work.backups / f"{AGG}.cfg.enc").read_text()
    opened = Fernet(IN_ENVIRONMENT["GOVNET_BACKUP_KEY"]).decrypt(sealed.strip()).decode()
    assert ON_DEVICES["community of a switch"] in opened


def test_nothing_that_a_run_leaves_holds_a_secret(run: Run) -> None:
    root = run.house.root
    # The lab keeps the accounts of its emulated devices for those who log in to them, readable by its owner alone.
    kept = run.house.work.lab_folder
    assert kept.stat().st_mode & 0o077 == 0
    assert leaks(root, secrets(run), kept, root / "vault.txt") == []


def test_a_leak_would_be_found_wherever_it_is(run: Run, tmp_path: Path) -> None:
    """The control: the same search finds a secret in a log, a database, an archive and in what git keeps."""
    secret = run.house.work.access(lab=True).password
    (tmp_path / "run.log").write_text(f"login with {secret} failed")
    with sqlite3.connect(tmp_path / "journal.sqlite") as database:
        database.execute("CREATE TABLE steps (detail TEXT)")
        database.execute("INSERT INTO steps VALUES (?)", (f"sent {secret}",))
    database.close()
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("evidence/a.json", f'{{"key": "{secret}"}}')
    store = tmp_path / "backups"
    store.mkdir()
    (store / "a.cfg").write_text(f"community {secret}")
    git = ["git", "-C", str(store), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["rm", "-q", "a.cfg"], ["commit", "-qm", "y"]):
        subprocess.run([*git, *words], check=True)
    found = leaks(tmp_path, {"password": secret})
    for place in ("run.log", "journal.sqlite", "bundle.zip: evidence/a.json", "backups/.git: objects"):
        assert any(one == f"password in {tmp_path}/{place}" for one in found), place

"""Network namespaces without privilege: a tree of them under one user namespace, and commands run inside."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAMS = ("unshare", "nsenter", "ip", "nft", "sysctl")
SECONDS = 120
_PROBE = """
link add name one type veth peer name two
link add name br1 type bridge
link set one up
link add name vx type vxlan id 100 local 192.0.2.1 remote 192.0.2.2 dev one dstport 5000
"""


def _hold(words: Iterable[str]) -> subprocess.Popen[str]:
    """Start a namespace's holder; it is ready when it echoes."""
    holder = subprocess.Popen([*words, "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdin.write("ready\n")
    holder.stdin.flush()
    if holder.stdout.readline() != "ready\n":
        raise OSError("the kernel gives no namespace")
    return holder


@dataclass
class Machine:
    """Namespaces by name; all are gone when the block ends, and when this process does."""

    holders: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _root: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._root = _hold(["unshare", "--user", "--map-root-user", "--net"])
        return self

    def __exit__(self, *exc: object) -> None:
        for holder in [*self.holders.values(), *([self._root] if self._root else [])]:
            for pipe in (holder.stdin, holder.stdout):
                if pipe:
                    pipe.close()
            holder.wait()

    def _inside(self, pid: int) -> list[str]:
        return ["nsenter", "--user", "--net", "--preserve-credentials", "-t", str(pid)]

    def add(self, name: str) -> None:
        """Make one more namespace."""
        assert self._root is not None
        self.holders[name] = _hold([*self._inside(self._root.pid), "unshare", "--net"])

    def pid(self, name: str) -> int:
        """Return the process that holds a namespace; `nsenter` leaves none of its own behind."""
        return self.holders[name].pid

    def run(self, name: str, words: Iterable[str], given: str = "") -> str:
        """Run a program in a namespace; its words must not be refused."""
        done = subprocess.run(
            [*self._inside(self.pid(name)), *words],
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {words}: {done.stderr[:500]}\n{given[:2000]}"
        return done.stdout

    def ip(self, name: str, lines: Iterable[str]) -> None:
        """Run iproute2's commands in a namespace."""
        self.run(name, ["ip", "-batch", "-"], "\n".join(lines) + "\n")

    def python(self, script: Path, given: str) -> str:
        """Run a Python script under the user namespace, from where it can enter all others."""
        assert self._root is not None
        done = subprocess.run(
            [*self._inside(self._root.pid), sys.executable, str(script)],
            input=given, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@cache
def unable() -> str:
    """Return why this machine cannot carry packets between namespaces of ours; empty when it can."""
    missing = [name for name in PROGRAMS if not shutil.which(name) and not Path("/usr/sbin", name).exists()]
    if missing:
        return f"not installed: {', '.join(missing)}"
    try:
        with Machine() as machine:
            machine.add("probe")
            machine.ip("probe", _PROBE.strip().split("\n"))
            machine.run("probe", ["nft", "list", "ruleset"])
    except (OSError, AssertionError) as error:
        return f"no namespaces, or not all that is needed in them: {error}"
    return ""

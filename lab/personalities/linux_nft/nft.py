"""The packet filter: the real ``nft`` in a network namespace of the device's own, or an emulation of it.

The namespace is held by a child that reads a pipe: when the lab ends, however it ends, the pipe closes, the
child goes, and the namespace with all its rules is gone. Rules never touch the machine's own filter. Text goes
in by standard input; no shell is involved.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import weakref
from functools import cache
from typing import IO, TYPE_CHECKING, Final, Protocol

from .nft_emulated import EmulatedNft
from .result import Result

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS: Final = 30.0
_UNSHARE: Final = ("unshare", "--user", "--map-root-user", "--net")
_LETTERS: Final = set("cjsaentSpyuN")
#: ``include`` would let the client read files of the machine that runs the lab.
_INCLUDE: Final = re.compile(r'\binclude\s+"([^"]*)"')


class PacketFilter(Protocol):
    """What ``nft`` is asked, and what it answers."""

    backing: str

    def run(self, words: list[str], given: str, read: Callable[[str], str | None]) -> Result:
        """Run ``nft`` with its words and standard input; ``read`` opens a file of the emulated machine."""

    def close(self) -> None:
        """Give up what is held; rules are gone."""


@cache
def available() -> bool:
    """Return whether this machine lets us run ``nft`` in a namespace of our own; asked once a process."""
    if not all(shutil.which(program) for program in ("nft", "unshare", "nsenter", "cat")):
        return False
    try:
        probe = subprocess.run(  # noqa: S603 - constant words
            [*_UNSHARE, "nft", "list", "ruleset"], capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def filter_for(name: str) -> PacketFilter:
    """Return the best packet filter that this machine allows."""
    return NamespaceNft(name) if available() else EmulatedNft()


def _release(process: subprocess.Popen[bytes]) -> None:
    """Let the holder go and wait for it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()


def _opened(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("the namespace's holder has no pipe")
    return pipe


class NamespaceNft:
    """The real ``nft``; the namespace is made at first use."""

    backing = "real nft in a network namespace"

    def __init__(self, name: str) -> None:
        self.name = name
        self._holder: subprocess.Popen[bytes] | None = None
        self._closing: weakref.finalize[..., NamespaceNft] | None = None

    def _hold(self) -> int:
        """Return the process id of the namespace's holder, once it is ready: it echoes what it reads."""
        if self._holder is None:
            holder = subprocess.Popen([*_UNSHARE, "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - constant words
            self._holder = holder
            self._closing = weakref.finalize(self, _release, holder)
            _opened(holder.stdin).write(b"ready\n")
            _opened(holder.stdin).flush()
            _opened(holder.stdout).readline()
        return self._holder.pid

    def run(self, words: list[str], given: str, read: Callable[[str], str | None]) -> Result:
        """Run ``nft`` inside; a file of the emulated machine goes in by standard input."""
        flags, file, command = _parted(words)
        if any(set(flag[1:]) - _LETTERS for flag in flags if not flag.startswith("--")):
            return Result(1, "", f"nft: this option is not offered here: {' '.join(flags)}\n")
        text = given if file in {"", "-"} else read(file)
        if text is None:
            return Result(1, "", f'internal:0:0-0: Error: Could not open file "{file}": No such file or directory\n\n')
        if refused := _includes(text if file else " ".join(command)):
            return refused
        result = self._inside([*flags, *(["-f", "-"] if file else []), *command], text if file else "")
        return result._replace(err=result.err.replace("/dev/stdin", file)) if file not in {"", "-"} else result

    def _inside(self, arguments: list[str], text: str) -> Result:
        enter = ["nsenter", "--preserve-credentials", "--user", "--net", "--target", str(self._hold()), "nft"]
        try:
            done = subprocess.run(  # noqa: S603 - the words reach nft, never a shell
                [*enter, *arguments], input=text, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Result(124, "", "nft: no answer, stopped\n")
        return Result(done.returncode, done.stdout, done.stderr)

    def close(self) -> None:
        """Let the namespace go."""
        if self._closing is not None:
            self._closing()
        self._holder = self._closing = None


def _parted(words: list[str]) -> tuple[list[str], str, list[str]]:
    """Part nft's words into flags, the file of ``-f`` (empty for none) and the command."""
    flags: list[str] = []
    file = ""
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        letters = {"--file": "f", "--check": "c", "--json": "j", "--stateless": "s"}.get(word, word[1:])
        if letters.endswith("f") and rest:
            file = rest.pop(0)
            letters = letters[:-1]
        if letters:
            flags.append(letters if letters.startswith("-") else f"-{letters}")
    return flags, file, rest


def _includes(text: str) -> Result | None:
    for number, line in enumerate(text.splitlines(), 1):
        found = _INCLUDE.search(line)
        if found:
            place = f"/dev/stdin:{number}:1-{len(line)}"
            return Result(1, "", f"{place}: Error: File not found: {found[1]}\n{line}\n{'^' * len(line)}\n")
    return None

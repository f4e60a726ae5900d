"""What VRP 8 adds to the box: a running configuration, candidates beside it, commits, and a commit on trial.

Each session changes a candidate of its own; `Store.commit` makes it the running configuration. Rules and texts:
Huawei's NE40E documentation (Commit, CfgTrial, DisplayTrialState); where that is silent, operators' published notes.
"""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .running import running_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .state import Box

_PARTS: Final = ("sysname", "interfaces", "vlans", "acls", "vpns", "labels", "bgp", "header")
FIRST_ID: Final = 1000000001  # NE setUserLabel: 1000000001 to 1999999999
TRIAL_SECONDS: Final = 600  # NE Commit: the default; 60 to 65535 may be asked for

Config = dict[str, object]
"""The configured part of a box by field; what the box learns, saves and counts is not in it."""


def config_of(box: Box) -> Config:
    """Return a copy of what is configured on a box; sections without a line count as absent."""
    return {**{name: deepcopy(getattr(box, name)) for name in _PARTS}, "kept": deepcopy(_filled(box))}


def _filled(box: Box) -> dict[str, list[str]]:
    return {section: lines for section, lines in box.kept.items() if lines}


def has(box: Box, config: Config) -> bool:
    """Return whether a box is configured like this."""
    return all(getattr(box, name) == config[name] for name in _PARTS) and _filled(box) == config["kept"]


def configure(box: Box, config: Config) -> None:
    """Give a box a configuration, whatever it had."""
    for name, value in config.items():
        setattr(box, name, deepcopy(value))


def twin_of(box: Box) -> Box:
    """Return a box that shares all but its configuration."""
    made = copy(box)
    configure(made, config_of(box))
    return made


@dataclass(frozen=True, slots=True)
class Commit:
    """One point to roll back to: the configuration before and after it, and who made it when (seconds of the epoch)."""

    id: int
    at: float
    before: str
    after: Config
    text: str
    label: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A commit that is taken back at ``until`` unless its own session commits again."""

    before: Config
    until: float
    owner: object


@dataclass(slots=True)
class Store:
    """The running configuration and its history.

    Attributes:
        box: holds what runs.
        clock: seconds of the epoch.
        history: the commits, oldest first.
        trial: the one that is under way.
    """

    box: Box
    clock: Callable[[], float]
    history: list[Commit] = field(default_factory=list)
    trial: Trial | None = None
    factory: Config = field(init=False)

    def __post_init__(self) -> None:
        self.factory = config_of(self.box)

    def tick(self) -> None:
        """Take a trial back whose time is over."""
        if self.trial is not None and self.clock() >= self.trial.until:
            self.abort()

    def left(self) -> int:
        """Return the seconds that a trial has left; 0 without one."""
        return 0 if self.trial is None else max(0, round(self.trial.until - self.clock()))

    def abort(self) -> None:
        """Take the trial back."""
        if self.trial is not None:
            before, self.trial = self.trial.before, None
            self._run(before)

    def put_on_trial(self, config: Config, seconds: int, owner: object) -> None:
        """Run a configuration for a while."""
        self.trial = Trial(config_of(self.box), self.clock() + seconds, owner)
        self._run(config)

    def commit(self, config: Config, label: str = "", description: str = "") -> None:
        """Run a configuration, for good; it may be one that is on trial."""
        self.trial = None
        self._run(config, label, description)

    def _run(self, config: Config, label: str = "", description: str = "") -> None:
        before = running_config(self.box)
        configure(self.box, config)
        if self.box.backbone:
            self.box.backbone.forget()
        after = running_config(self.box)
        if before != after:
            number = self.history[-1].id + 1 if self.history else FIRST_ID
            made = Commit(number, self.clock(), before, config_of(self.box), after, label, description)
            self.history.append(made)

    def at(self, number: int) -> Config | None:
        """Return the configuration that a commit left, or None when there was no such commit."""
        return next((commit.after for commit in self.history if commit.id == number), None)

    def back(self, count: int) -> Config | None:
        """Return the configuration before the last ``count`` commits, or None when there were fewer."""
        if count > len(self.history):
            return None
        return self.history[-count - 1].after if count < len(self.history) else self.factory


def differences(before: str, after: str) -> Iterator[str]:
    """Yield the sections that differ between two configurations, their lines marked ``-`` and ``+``.

    Layout: operators' notes on ``display configuration commit changes``.
    """
    old, new = _sections(before), _sections(after)
    for heading in [*old, *(heading for heading in new if heading not in old)]:
        was, now = old.get(heading), new.get(heading)
        if was == now:
            continue
        yield "  #"
        yield f"{'+' if was is None else '-' if now is None else ' '} {heading}"
        yield from (f"-  {line}" for line in was or () if line not in (now or ()))
        yield from (f"+  {line}" for line in now or () if line not in (was or ()))


def typed(before: str, after: str) -> Iterator[str]:
    """Yield what lies between two configurations as lines that one could have typed (NE DisplayPreview's example)."""
    gone = False
    for line in differences(before, after):
        mark, text = line[0], line[1:].removeprefix(" ")
        if not text.startswith(" "):
            gone = mark == "-"
        elif gone:
            continue
        if text != "#":
            yield f"{' ' * (len(text) - len(text.lstrip()))}undo {text.strip()}" if mark == "-" else text


def _sections(text: str) -> dict[str, list[str]]:
    """Return heading -> lines; a section that is no view has each of its lines for a heading."""
    found: dict[str, list[str]] = {}
    for section in text.split("#\n")[1:]:
        heading = ""
        for line in section.splitlines():
            if line.startswith(" ") and heading:
                found[heading].append(line.strip())
            elif line != "return":
                heading = line
                found.setdefault(heading, [])
    return found

"""The one exception tree of govnet; every message names the object, the cause and the next step.

GovnetError
├── InputError            what a person wrote is wrong (exit code 2)
├── RefusedError          asked for something that must not or cannot be done (exit code 3)
├── DeviceError           a device did not do as told (exit code 4)
│   ├── UnreachableError
│   ├── LoginError
│   ├── SessionLostError
│   ├── CommandRefusedError
│   └── VerifyError
├── StorageError          a file could not be read or written (exit code 5)
└── LabError              the emulated devices could not be started or stopped (exit code 6)
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class GovnetError(Exception):
    """Base of all errors that govnet raises on purpose."""

    exit_code = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file that a person wrote.

    Attributes:
        file: path as the person would type it.
        line: line number, from 1; 0 when the whole file is meant.
        cause: what is wrong, naming the object.
        next_step: what to do about it.
    """

    file: str
    line: int
    cause: str
    next_step: str

    def __str__(self) -> str:
        """Return ``file:line: cause. next step.`` as editors and people read it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.cause}. {self.next_step}."


class InputError(GovnetError):
    """What a person wrote is wrong; carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class RefusedError(GovnetError):
    """Something was asked for that must not be done, or that the hardware cannot do."""

    exit_code = 3


class DeviceError(GovnetError):
    """A device did not do as told."""

    exit_code = 4

    def __init__(self, device: str, cause: str, next_step: str) -> None:
        self.device, self.cause, self.next_step = device, cause, next_step
        super().__init__(f"{device}: {cause}. {next_step}.")


class UnreachableError(DeviceError):
    """No session could be opened."""


class LoginError(DeviceError):
    """The device refused the credentials."""


class SessionLostError(DeviceError):
    """The session ended before the work did."""


class CommandRefusedError(DeviceError):
    """The device answered a command with one of its error texts."""


class VerifyError(DeviceError):
    """The state read back is not the state that was asked for."""


class StorageError(GovnetError):
    """A file could not be read or written; nothing half-written was left behind."""

    exit_code = 5


class LabError(GovnetError):
    """The emulated devices could not be started or stopped."""

    exit_code = 6


def near(name: str, known: Sequence[str], most: int = 5) -> list[str]:
    """Return the names that somebody may have meant, the nearest first; the first ones where none is near."""
    return difflib.get_close_matches(name, known, n=most) or list(known[:most])

"""Faults on demand: what goes wrong on a device, per device, changeable while the lab runs.

A fault is a value; a `FaultBoard` says which device has which. Nothing here is random: the same faults and the same
lines typed give the same session, so that a test of a failure can be repeated.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from govnet.errors import LabError, near
from lab.flash import Bootable

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class DropAfter:
    """The session ends around the k-th line typed in it.

    Attributes:
        lines: k, from 1; 0 drops the session at its first prompt.
        last: what becomes of the k-th line: ``answered`` (the drop comes at the prompt after it), ``silent``
            (it is obeyed, but its answer is never seen), ``lost`` (it never reaches the device).
    """

    lines: int
    last: Literal["answered", "silent", "lost"] = "answered"


@dataclass(frozen=True, slots=True)
class Refuse:
    r"""Lines that match are answered with a text and not obeyed.

    Attributes:
        pattern: regular expression, searched in the line.
        text: the answer, without its line end.
    """

    pattern: str
    text: str


@dataclass(frozen=True, slots=True)
class Hang:
    """A line that matches is never answered, nor is anything after it; the connection stays up.

    Attributes:
        pattern: regular expression, searched in the line; empty for every line.
    """

    pattern: str = ""


@dataclass(frozen=True, slots=True)
class GarbleEcho:
    """Every n-th character typed is echoed as ``~``; what the device obeys is what was typed.

    Attributes:
        every: n, from 1.
    """

    every: int = 5


@dataclass(frozen=True, slots=True)
class Slow:
    """Every line is obeyed this late.

    Attributes:
        seconds: the delay of each line.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The connection is closed as soon as it is made, before a word of SSH."""


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """No password is accepted."""


@dataclass(frozen=True, slots=True)
class FlashFull:
    """Nothing can be saved any more."""


@dataclass(frozen=True, slots=True)
class Reboot:
    """The device restarts before it obeys the line: every session ends, what was not saved is gone.

    Attributes:
        saved: it comes up as it was saved last; else as its installer left it.
        seconds: how long nobody can reach it.
    """

    saved: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Once:
    """Another fault comes true when a line is typed for the n-th time, and never again.

    A session that it strikes is dropped, mute or garbled from that line on, the next session is well again; a refusal
    is of that one line; a full flash stays full, whoever logs in.

    Attributes:
        line: what is typed, the whole of it.
        fault: what comes true then; of a `DropAfter`, the lines count from this one.
        nth: n, from 1; lines typed since the fault was set count, in whatever session.
    """

    line: str
    fault: DropAfter | Refuse | Hang | GarbleEcho | FlashFull | Reboot
    nth: int = 1


@dataclass(frozen=True, slots=True)
class SetUnanswered:
    """SNMP SETs get no answer.

    Attributes:
        obeyed: the device does what they say all the same.
        most: only so many of them, from the moment that the fault is set; 0 for all.
    """

    obeyed: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class SetRefused:
    """SNMP SETs are answered with an error-status and not obeyed.

    Attributes:
        status: its number in RFC 3416: 12 is inconsistentValue, 15 undoFailed.
        obeyed: the device does what they say all the same, as after an undoFailed.
    """

    status: int = 12
    obeyed: bool = False


@dataclass(frozen=True, slots=True)
class StaleAgent:
    """The SNMP agent goes on showing what the device was like when it was last asked before the fault."""


Fault = (
    DropAfter
    | Refuse
    | Hang
    | GarbleEcho
    | Slow
    | Unreachable
    | WrongPassword
    | FlashFull
    | Reboot
    | Once
    | SetUnanswered
    | SetRefused
    | StaleAgent
)
_KINDS: dict[str, type[Fault]] = {kind.__name__: kind for kind in get_args(Fault)}
_F = TypeVar("_F", bound=Fault)


def as_data(fault: Fault) -> dict[str, object]:
    """Return a fault as plain data for the control socket: its fields, and its class name under ``kind``."""
    inner = {"fault": as_data(fault.fault)} if isinstance(fault, Once) else {}
    return {"kind": type(fault).__name__, **dataclasses.asdict(fault), **inner}


def from_data(data: Mapping[str, object]) -> Fault:
    """Return the fault that `as_data` wrote.

    Raises:
        LabError: there is no such kind, or a field is missing, unknown or no pattern.
    """
    fields = dict(data)
    if isinstance(inner := fields.get("fault"), Mapping):
        fields["fault"] = from_data(inner)
    kind = _KINDS.get(str(fields.pop("kind", "")))
    if kind is None:
        raise LabError(f"fault {data.get('kind')!r} is unknown. Choose one of: {', '.join(_KINDS)}.")
    try:
        fault: Fault = kind(**fields)  # type: ignore[arg-type]  # checked by the call itself
        re.compile(getattr(fault, "pattern", ""))
    except (TypeError, re.error) as error:
        raise LabError(f"fault {kind.__name__}: {error}. Mend its fields.") from error
    return fault


class FaultBoard:
    """Which device has which faults now. Safe to change from another thread: each change is one assignment."""

    def __init__(self, devices: Iterable[str]) -> None:
        self._faults: dict[str, tuple[Fault, ...]] = dict.fromkeys(devices, ())
        self._seen: dict[str, Counter[str]] = {}
        self._boxes: dict[str, object] = {}
        self.starts: Counter[str] = Counter()
        """How often each device was restarted by a fault."""

    def set(self, device: str, *faults: Fault) -> None:
        """Let a device have these faults and no others.

        Raises:
            LabError: the lab has no such device.
        """
        if device not in self._faults:
            some = ", ".join(near(device, sorted(self._faults)))
            raise LabError(f"{device}: no such device in this lab. It has {len(self._faults)}, among them {some}.")
        self._seen[device] = Counter()
        self._faults[device] = faults
        self._fill(device)

    def placed(self, device: str, box: object) -> None:
        """Take note of the device itself: the flash of one that is `Bootable` can be full, and it can restart."""
        self._boxes[device] = box
        self._fill(device)

    def _fill(self, device: str) -> None:
        box = self._boxes.get(device)
        if isinstance(box, Bootable):
            box.flash.full = self.first(device, FlashFull) is not None

    def struck(self, device: str) -> bool:
        """Return whether every `Once` that the device had has come true."""
        return not any(isinstance(fault, Once) for fault in self.of(device))

    def typed(self, device: str, line: str) -> tuple[Fault, ...]:
        """Take note of a line typed at a device; return what comes true with it, in that session."""
        self._seen.setdefault(device, Counter())[line] += 1
        due = [one for one in self.of(device) if isinstance(one, Once)]
        due = [one for one in due if one.line == line and one.nth == self._seen[device][line]]
        lasting = tuple(one.fault for one in due if isinstance(one.fault, FlashFull))
        if due:
            self._faults[device] = (*(fault for fault in self.of(device) if fault not in due), *lasting)
            self._fill(device)
        return tuple(one.fault for one in due if one.fault not in lasting)

    def restart(self, device: str, how: Reboot) -> None:
        """Take a device's power for a while."""
        box = self._boxes.get(device)
        if isinstance(box, Bootable):
            box.boot(saved=how.saved)
        self.starts[device] += 1
        if how.seconds:
            self._faults[device] = (*self.of(device), Unreachable())
            asyncio.get_running_loop().call_later(how.seconds, self._up, device)

    def _up(self, device: str) -> None:
        self._faults[device] = tuple(fault for fault in self.of(device) if not isinstance(fault, Unreachable))

    def clear(self, device: str = "") -> None:
        """Mend one device, or all.

        Raises:
            LabError: the lab has no such device.
        """
        for name in [device] if device else list(self._faults):
            self.set(name)

    def of(self, device: str) -> tuple[Fault, ...]:
        """Return the faults of a device; none for a device that the lab does not have."""
        return self._faults.get(device, ())

    def first(self, device: str, kind: type[_F]) -> _F | None:
        """Return the first fault of this kind that the device has."""
        return next((fault for fault in self.of(device) if isinstance(fault, kind)), None)

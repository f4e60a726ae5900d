"""The seam between what a device should be told and how its vendor says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.changes import Change
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.config.routetable import RoutingTable
    from govnet.platforms.objects import Assignment


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the device is told: a line typed, for a shell a block with its here-document, or an SNMP SET.

    Attributes:
        text: what is typed, without the final line end.
        unverified: no public source confirms the syntax; never sent unless somebody accepts that.
        family: what the unverified syntax is about (``vlan ports remove``); the key that `syntax_evidence` in the
            inventory answers. Empty for verified commands.
        answers: what to type, in order, if the device asks back.
        change: index of the change in the sequence given to `Platform.say` that this command belongs to (the first of
            them when several changes were said in one line).
        sets: objects that an SNMP SET writes, all of them in one; the text then only tells people of it and is never
            typed. Empty for what is typed.
    """

    text: str
    unverified: bool = False
    family: str = ""
    answers: tuple[str, ...] = ()
    change: int = 0
    sets: tuple[Assignment, ...] = ()


class Platform(Protocol):
    """How one vendor says and shows a configuration. Stateless; one instance serves all devices.

    Attributes:
        name: ``nortel_passport``.
        shows: commands whose outputs, one after another, are the running text that `read` takes. When there are
            several, each output is preceded by a line ``### <command>``.
        enter, leave: commands that open and close the mode in which `say`'s commands are typed; may be empty.
        save: commands that make the running configuration survive a reboot.
        checkpoint: commands, typed outside the configuration mode, that keep the present state in a file on the box
            before it is changed; empty where no public source says how.
    """

    name: str
    shows: tuple[str, ...]
    enter: tuple[str, ...]
    leave: tuple[str, ...]
    save: tuple[Command, ...]
    checkpoint: tuple[Command, ...]

    def factory(self, hardware: Hardware) -> DeviceConfig:
        """Return the configuration out of the box, plus what the console set-up left."""

    def read(self, text: str, hardware: Hardware) -> Reading:
        """Understand a running text. ``hardware`` says which ports exist when the text shows non-defaults only."""

    def say(self, changes: Sequence[Change], running: DeviceConfig) -> list[Command]:
        """Say changes, in the order given, to a device that now has ``running``."""

    def refuse(self, config: DeviceConfig, hardware: Hardware) -> list[str]:
        """Name everything in ``config`` that this box cannot do; empty when it can do it all."""

    def refusal(self, output: str) -> str | None:
        """Return the device's own error text in the answer to a command, or None when it was accepted."""


@runtime_checkable
class Fitting(Protocol):
    """A platform whose boxes take different words for the same thing."""

    def fitted(self, hardware: Hardware) -> Platform:
        """Return the platform in the words of this box."""


@runtime_checkable
class Staged(Protocol):
    """A platform with boxes whose lines change a candidate, which runs only when it is committed.

    Attributes:
        commit: commands, typed in the configuration mode, that make the candidate run; empty where each line is live at
            once. The prompt says whether they did: silence is no success.
        discard: commands, typed there too, that throw away what is not committed.
    """

    commit: tuple[Command, ...]
    discard: tuple[Command, ...]


@runtime_checkable
class Keeping(Protocol):
    """A platform that has no command to save: what is sent is kept, or lost, piece by piece."""

    def keep(self, changes: Sequence[Change], config: DeviceConfig) -> list[Command]:
        """Say what makes ``config`` survive a restart, where ``changes`` may have been kept in part."""


@runtime_checkable
class Storing(Protocol):
    """A platform whose boxes show what they will start with.

    Attributes:
        stored: command of `Platform.shows` -> command that prints, in the same words, what is stored of it.
    """

    stored: Mapping[str, str]


@runtime_checkable
class Routing(Protocol):
    """A platform whose boxes show their routing tables in a form that is on record; ``refusal`` as in `Platform`."""

    def refusal(self, output: str) -> str | None:
        """Return the device's own error text in the answer to a command, or None when it was accepted."""

    def tables(self, config: DeviceConfig) -> Mapping[str, str]:
        """Return routing instance -> the command that shows its table; empty names the global instance."""

    def read_table(self, text: str, vrf: str) -> Sequence[RoutingTable]:
        """Understand what such a command printed; the table of ``vrf`` is the first, others may come with it."""

"""Talking to one device on behalf of a task: its running text, its commands, and its refusals as typed errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadTimeout
from nornir_netmiko.connections import CONNECTION_NAME
from paramiko.ssh_exception import SSHException

from govnet.errors import (
    CommandRefusedError,
    DeviceError,
    LoginError,
    RefusedError,
    SessionLostError,
    UnreachableError,
)
from govnet.platforms.base import Storing
from govnet.platforms.registry import by_hand
from govnet.platforms.staging import commit, discard
from sessions.wires import HostKeyError, OldAlgorithmsError, SessionEndedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nornir.core.task import Task

    from govnet.platforms.base import Command, Platform
    from sessions.drivers.base import GovnetSSH

SECTION = "### "
"""Precedes each command's output where a platform's running text is made of several."""


def open_session(task: Task) -> GovnetSSH:
    """Return the open session of the task's host; opens it on first use.

    Raises:
        RefusedError: a person configures this device; there is no session to be had.
        UnreachableError, LoginError: no session can be had.
    """
    if by_hand(task.host.platform or ""):
        raise RefusedError(f"{task.host.name}: is configured by hand; print its work order with `govnet workorder`.")
    with speaking(task.host.name):
        return cast("GovnetSSH", task.host.get_connection(CONNECTION_NAME, task.nornir.config))


@contextmanager
def speaking(device: str) -> Iterator[None]:
    """Turn what the libraries raise while talking to ``device`` into errors that name it and say what to do."""
    try:
        yield
    except NetmikoAuthenticationException as error:
        raise LoginError(
            device, "refused the user name or password", "Check GOVNET_USERNAME and its password"
        ) from error
    except ReadTimeout as error:
        raise SessionLostError(device, f"fell {error}", "Look at its console, then run the command again") from error
    except NetmikoTimeoutException as error:
        raise _unreachable(device, error) from error
    except SessionEndedError as error:
        said = f"; it said last: {str(error).strip()[-80:]!r}" if str(error).strip() else ""
        raise SessionLostError(
            device, f"closed the session{said}", "Read the device again before changing it"
        ) from error
    except HostKeyError as error:
        raise _mistrusted(device, error) from error
    except OldAlgorithmsError as error:
        raise UnreachableError(
            device,
            f"offers only SSH algorithms that are no longer taken ({error})",
            "Renew its software; if that cannot be, mark it `legacy_ssh: true` in hosts.yaml",
        ) from error
    except (SSHException, OSError) as error:
        raise UnreachableError(
            device, f"cannot be reached ({error})", "Check its address and the path to it"
        ) from error


def _mistrusted(device: str, error: HostKeyError) -> LoginError:
    """Return what is wrong with a host key: nothing known of it, or another one known."""
    if error.changed:
        shown = f"shows another host key ({error.fingerprint}) than the known one"
        return LoginError(device, shown, "Find out why before going on")
    shown = "shows a host key that is not known"
    return LoginError(device, shown, f"Add its key ({error.fingerprint}) to the known hosts, if it is right")


def _unreachable(device: str, error: Exception) -> DeviceError:
    """Return what stood in the way; netmiko calls all of it a timeout."""
    cause = error.__context__
    why = f" ({getattr(cause, 'strerror', None) or cause})" if cause else ""
    return UnreachableError(device, f"cannot be reached{why}", "Check its address, the path to it and that SSH listens")


def running_text(session: GovnetSSH, platform: Platform) -> str:
    """Return the device's running configuration as `Platform.read` takes it."""
    if len(platform.shows) == 1:
        return session.ask(platform.shows[0])
    return "\n".join(f"{SECTION}{command}\n{session.ask(command)}" for command in platform.shows)


def stored_text(session: GovnetSSH, platform: Platform) -> str | None:
    """Return what the device will start with, in the shape of its running text; None where it does not show that.

    A section of the running text of which the device shows nothing stored is left out.
    """
    if not isinstance(platform, Storing):
        return None
    said = {shown: session.ask(command) for shown, command in platform.stored.items()}
    if any(platform.refusal(answer) for answer in said.values()):
        return None
    if len(platform.shows) == 1:
        return said[platform.shows[0]]
    return "\n".join(f"{SECTION}{shown}\n{answer}" for shown, answer in said.items())


def send(
    session: GovnetSSH,
    platform: Platform,
    commands: Sequence[Command],
    device: str,
    pace: Callable[[], object] | None = None,
) -> int:
    """Type commands in the blocks that the driver's style allows; stop at the first that the device refuses.

    Silence is what most of these boxes say to a good command, so a state must be read back before it is believed.
    Return how many were taken. ``pace`` is called before each block; what it raises stops the sending. On a box with
    two stages all of it is committed at the end, or none of it is.

    Raises:
        CommandRefusedError: the device answered with one of its error texts; names the command and the text, and how
            many lines behind it had been typed with it. Or it did not commit them.
    """
    sent = 0
    for block in session.style.blocks.split(commands):
        if pace:
            pace()
        said = _type(session, block)
        for index, (command, answer) in enumerate(zip(block, said, strict=True), start=1):
            if refusal := platform.refusal(answer):
                first = command.text.partition("\n")[0]
                cause = f"refused command {sent + index} of {len(commands)}, `{first}`: {refusal.strip()}"
                cleared = discard(session, platform)
                raise CommandRefusedError(device, cause, cleared or _what_followed(len(block) - index))
        sent += len(block)
    if why := commit(session, platform):
        raise CommandRefusedError(device, f"did not commit the {sent} commands", why)
    return sent


def _type(session: GovnetSSH, block: Sequence[Command]) -> list[str]:
    if len(block) == 1:
        return [session.ask(block[0].text, block[0].answers)]
    return session.ask_block([command.text for command in block])


def _what_followed(lines: int) -> str:
    if not lines:
        return "Nothing after it was sent; make a new plan from what is there now"
    also = "The line" if lines == 1 else f"The {lines} lines"
    return f"{also} typed together with it may have been obeyed, nothing after that was sent; make a new plan"


def enter(session: GovnetSSH, platform: Platform) -> None:
    """Open the mode in which `Platform.say`'s commands are typed."""
    for line in platform.enter:
        session.ask(line)


def leave(session: GovnetSSH, platform: Platform) -> None:
    """Close that mode."""
    for line in platform.leave:
        session.ask(line)

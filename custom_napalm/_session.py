"""The way to a device: one session, its lines and answers, and its failures in NAPALM's terms."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from napalm.base.exceptions import (
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
)
from napalm.base.netmiko_helpers import netmiko_args
from netmiko import ConnectHandler
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadTimeout
from paramiko.ssh_exception import BadHostKeyException, SSHException

from sessions.drivers import register
from sessions.wires import HostKeyError, OldAlgorithmsError, SessionEndedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Session(Protocol):
    """An open session: all that the drivers use of it."""

    @property
    def uncommitted(self) -> bool | None:
        """Return whether lines typed wait for a commit; None when the box has no such thing."""

    def ask(self, text: str, answers: Sequence[str] = ()) -> str:
        """Type a line, answer what the device asks back, return what it said."""

    def is_alive(self) -> bool:
        """Return whether the transport is up."""

    def disconnect(self) -> None:
        """Log out and hang up."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in, and with what."""

    username: str
    password: str = field(repr=False)


def dial(platform: str, hostname: str, account: Account, timeout: int, options: Mapping[str, object]) -> Session:
    """Log in to a device.

    Host keys are checked unless ``options`` says otherwise (``ssh_strict``); ``options`` may hold any of netmiko's
    arguments, and ``transport`` (``ssh``, ``legacy_ssh``, ``telnet``).

    Raises:
        ConnectionException: the device cannot be reached, or its host key is not trusted.
        ConnectAuthError: it refused the user name or the password.
    """
    register()
    chosen: dict[str, object] = {
        "ssh_strict": True,
        "system_host_keys": True,
        "use_keys": False,
        "allow_agent": False,
        "conn_timeout": timeout,
        "read_timeout_override": timeout,
        **netmiko_args(dict(options)),
        **{key: options[key] for key in ("transport",) if key in options},
    }
    with speaking(hostname):
        return cast(
            "Session",
            ConnectHandler(
                device_type=platform,
                host=hostname,
                username=account.username,
                password=account.password,
                **chosen,
            ),
        )


def alive(session: Session) -> bool:
    """Return whether a session is usable; netmiko knows of paramiko's alone, so others are asked for a prompt."""
    if session.is_alive():
        return True
    try:
        with speaking("the device"):
            session.ask("")
    except (ConnectionException, CommandTimeoutException):
        return False
    return True


@contextmanager
def speaking(hostname: str) -> Iterator[None]:
    """Turn what the libraries raise while talking to a device into NAPALM's exceptions, with what to do next."""
    try:
        yield
    except NetmikoAuthenticationException as error:
        raise ConnectAuthError(f"{hostname}: refused the user name or password. Check both.") from error
    except ReadTimeout as error:
        raise CommandTimeoutException(f"{hostname}: fell {error}. Look at its console, then try again.") from error
    except NetmikoTimeoutException as error:
        raise ConnectionException(_unreachable(hostname, error)) from error
    except (SSHException, OSError) as error:
        raise ConnectionException(
            f"{hostname}: cannot be reached ({error}). Check its address and the path."
        ) from error
    except SessionEndedError as error:
        raise ConnectionClosedException(f"{hostname}: closed the session. Read it again before changing it.") from error
    except HostKeyError as error:
        raise ConnectAuthError(f"{hostname}: shows an {error}. Add it to known_hosts, if it is right.") from error
    except OldAlgorithmsError as error:
        why = f"speaks no SSH that is spoken here ({error}). Try transport legacy_ssh."
        raise ConnectionException(f"{hostname}: {why}") from error


def _unreachable(hostname: str, error: Exception) -> str:
    """Return what stood in the way; netmiko calls a host key that is not trusted a timeout too."""
    if isinstance(error.__context__, BadHostKeyException):
        return f"{hostname}: shows another host key than the known one. Find out why before going on."
    if "not found in known_hosts" in str(error):
        return f"{hostname}: shows a host key that is not known. Add it to known_hosts, if it is right."
    why = f" ({error.__context__})" if error.__context__ else ""
    return f"{hostname}: cannot be reached{why}. Check its address, the path to it and that SSH listens."

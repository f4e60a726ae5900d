"""What the drivers share: the connection, the hardware behind it, and configurations as text.

A driver module holds one class: the platform's name, its getters, and how its texts are put together. Getters that a
platform has no publicly documented command for are left as NAPALM has them: they raise `NotImplementedError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from napalm.base import NetworkDriver
from napalm.base.exceptions import CommandErrorException, ConnectionClosedException

from custom_napalm import _session
from custom_napalm._box import Box, running_text
from govnet.config.hardware import Hardware
from govnet.config.intent import hardware as intended
from govnet.masking import masked
from govnet.network.load import load
from govnet.network.summary import folder_named
from govnet.platforms.base import Fitting
from govnet.platforms.registry import platform

if TYPE_CHECKING:
    from custom_napalm._guard import Guard
    from custom_napalm._session import Session
    from govnet.platforms.base import Platform

UNKNOWN = -1
"""What NAPALM's numbers are when the device does not say; absent is never 0."""


class GovnetConnection(NetworkDriver):  # type: ignore[misc]  # NAPALM ships no types
    """Connection, hardware and texts of one device.

    ``optional_args``: any argument of netmiko (``port``, ``alt_host_keys``, ``alt_key_file``, ``ssh_strict``; host keys
    are checked by default), ``transport`` (``ssh``, ``legacy_ssh``, ``telnet``), and

    - ``govnet_hardware``: a `Hardware`, or a mapping of its fields; found out from the device when left out;
    - ``govnet_network``, ``govnet_device``: or take it from this inventory folder and device;
    - ``govnet_accept_unverified``: send commands whose syntax no public source confirms;
    - ``govnet_syntax_evidence``: families of such commands that somebody saw work on this release.
    """

    platform_name: ClassVar[str]

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        self.hostname, self.username, self.password = hostname, username, password
        self.timeout = timeout
        self.optional_args = dict(optional_args or {})
        self.device: Session | None = None
        self._box: Box | None = None
        self._guard: Guard | None = None
        self.platform = self.platform_name

    @property
    def _speaks(self) -> Platform:
        return platform(self.platform_name)

    def _dial(self) -> Session:
        account = _session.Account(self.username, self.password)
        return _session.dial(self.platform_name, self.hostname, account, self.timeout, self.optional_args)

    def open(self) -> None:
        """Log in.

        Raises:
            ConnectionException: the device cannot be reached, or its host key is not trusted.
            ConnectAuthError: it refused the account.
        """
        self.device = self._dial()

    def close(self) -> None:
        """Log out. A commit that waits for its confirmation goes on waiting: its guard logs in by itself."""
        if self.device is not None:
            self.device.disconnect()
            self.device = None

    def is_alive(self) -> dict[str, bool]:
        """Return whether the session is up."""
        return {"is_alive": self.device is not None and _session.alive(self.device)}

    def _live(self) -> Session:
        if self.device is None:
            raise ConnectionClosedException(f"{self.hostname}: no session is open. Call open() first.")
        return self.device

    def _ask(self, command: str) -> str:
        """Return what the device says to a command.

        Raises:
            CommandErrorException: it refused the command.
        """
        said = self._try(command)
        if said is None:
            raise CommandErrorException(f"{self.hostname}: does not take `{command}`; its release may not have it.")
        return said

    def _try(self, command: str) -> str | None:
        """Return what the device says to a command; None when this release does not take it."""
        with _session.speaking(self.hostname):
            said = self._live().ask(command)
        return None if self._speaks.refusal(said) else said

    def _running(self) -> str:
        with _session.speaking(self.hostname):
            return running_text(self._live(), self._speaks)

    def _startup(self) -> str:
        """Return what the device would boot with; empty where that cannot be shown."""
        return ""

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: FBT001, FBT002 - NAPALM's signature
        sanitized: bool = False,  # noqa: FBT001, FBT002 - NAPALM's signature
        format: str = "text",  # noqa: A002 - NAPALM's signature
    ) -> dict[str, str]:
        """Return the configurations; ``running`` is what `load_replace_candidate` takes.

        None of these devices holds a candidate, so that one is always empty.

        Raises:
            NotImplementedError: another format than text is asked for.
        """
        del full
        if format != "text":
            raise NotImplementedError(f"{self.platform_name} shows its configuration as text only")
        texts = {
            "running": self._running() if retrieve in {"all", "running"} else "",
            "startup": self._startup() if retrieve in {"all", "startup"} else "",
            "candidate": "",
        }
        return {name: masked(text) if sanitized else text for name, text in texts.items()}

    def _known(self) -> Box:
        """Return the device as its platform knows it; its hardware is found out once."""
        if self._box is None:
            hardware, speaks = self._hardware(), self._speaks
            self._box = Box(
                self.hostname,
                speaks.fitted(hardware) if isinstance(speaks, Fitting) else speaks,
                hardware,
                accept_unverified=bool(self.optional_args.get("govnet_accept_unverified")),
                evidence=frozenset(self.optional_args.get("govnet_syntax_evidence", ())),
            )
        return self._box

    def _hardware(self) -> Hardware:
        given = self.optional_args.get("govnet_hardware")
        if isinstance(given, Hardware):
            return given
        if given:
            return Hardware(**{**given, "ports": tuple(given["ports"])})
        if "govnet_network" in self.optional_args:
            network = load(folder_named(self.optional_args["govnet_network"]))
            return intended(network, self.optional_args["govnet_device"])
        return self._discovered()

    def _discovered(self) -> Hardware:
        """Find out model, release and ports from what the device shows."""
        raise NotImplementedError(f"give {self.platform_name} its hardware in govnet_hardware")

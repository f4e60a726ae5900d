"""Logging in where the protocol does not do it itself: at prompts, as on Telnet."""

from __future__ import annotations

import re

from netmiko.exceptions import NetmikoAuthenticationException

NAME = re.compile(r"(?i)(?:^|[\r\n])[^\r\n:]{0,60}(?<!last )(?:login|user ?name):[ \t]*$")
"""``Login: `` (Passport, Control-CLI-Extreme), ``Username:`` (stackables and VRP, netmiko's drivers)."""
PASSWORD = re.compile(r"(?i)(?:^|[\r\n])[^\r\n:]{0,60}password:[ \t]*$")


class Login:
    """An account that is typed once. A device that asks again has refused it, whatever else it says.

    Args:
        username: typed at the first prompt; boxes with passwords alone never ask for it.
        password: typed at the second.
    """

    def __init__(self, username: str, password: str) -> None:
        self._username, self._password = username, password
        self._asked: set[str] = set()

    @property
    def spent(self) -> bool:
        """Return whether the password has been typed."""
        return "password" in self._asked

    def answer(self, tail: str) -> str | None:
        """Return what to type at the end of what was heard; None when no account is asked for there.

        Raises:
            NetmikoAuthenticationException: it is asked for a second time.
        """
        for kind, pattern, value in (("password", PASSWORD, self._password), ("name", NAME, self._username)):
            if pattern.search(tail):
                if kind in self._asked or self.spent:
                    raise NetmikoAuthenticationException("the account was refused")
                self._asked.add(kind)
                return value
        return None

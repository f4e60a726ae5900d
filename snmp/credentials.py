"""What the engine needs to speak to a device: version, community or user, and protocols."""

from __future__ import annotations

from dataclasses import dataclass, field

from snmp.errors import SnmpAuthError

AUTH_PROTOCOLS = ("MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV_PROTOCOLS = ("DES", "AES", "AES192", "AES256", "AES192C", "AES256C")
LEGACY = ("DES", "MD5")
LEVELS = ("noAuthNoPriv", "authNoPriv", "authPriv")
MIN_PASSWORD = 8


@dataclass(frozen=True, slots=True)
class Auth:
    """Credentials in the words of snmp_exporter's ``auths``; passwords never show in a repr.

    ``AES192`` and ``AES256`` extend short keys as draft-blumenthal-aes-usm-04 does, ``AES192C`` and
    ``AES256C`` as draft-reeder-snmpv3-usm-3desede does, which is what Cisco devices speak.
    """

    version: int = 2
    community: str = field(default="public", repr=False)
    security_level: str = "noAuthNoPriv"
    username: str = ""
    password: str = field(default="", repr=False)
    auth_protocol: str = "MD5"
    priv_protocol: str = "DES"
    priv_password: str = field(default="", repr=False)
    context_name: str = ""

    @property
    def authenticates(self) -> bool:
        """Whether messages carry a MAC."""
        return self.version == 3 and self.security_level != "noAuthNoPriv"  # noqa: PLR2004 - the version

    @property
    def encrypts(self) -> bool:
        """Whether messages are encrypted."""
        return self.version == 3 and self.security_level == "authPriv"  # noqa: PLR2004 - the version

    @property
    def legacy(self) -> tuple[str, ...]:
        """Return the broken protocols that these credentials still use, to be reported."""
        used = (self.authenticates and self.auth_protocol, self.encrypts and self.priv_protocol)
        return tuple(name for name in used if name in LEGACY)

    def problems(self) -> list[str]:
        """Return what is wrong with the credentials; empty when they can be used."""
        if self.version in (1, 2):
            return [] if self.community else ["the community is empty"]
        if self.version != 3:  # noqa: PLR2004 - the version
            return [f"SNMP version {self.version} does not exist: use 1, 2 or 3"]
        return [text for wrong, text in self._v3_checks() if wrong]

    def _v3_checks(self) -> list[tuple[bool, str]]:
        """Return each check of SNMPv3 credentials with the text for its failure."""
        auth, priv = self.authenticates, self.encrypts
        return [
            (not self.username, "the username is empty"),
            (self.security_level not in LEVELS, f"security_level must be one of {', '.join(LEVELS)}"),
            (auth and self.auth_protocol not in AUTH_PROTOCOLS, f"unknown auth_protocol {self.auth_protocol}"),
            (priv and self.priv_protocol not in PRIV_PROTOCOLS, f"unknown priv_protocol {self.priv_protocol}"),
            (auth and len(self.password.encode()) < MIN_PASSWORD, "password is shorter than 8 octets"),
            (priv and len(self.priv_password.encode()) < MIN_PASSWORD, "priv_password is shorter than 8 octets"),
        ]

    def check(self) -> None:
        """Refuse credentials that cannot work.

        Raises:
            SnmpAuthError: names every problem, no secret.
        """
        if problems := self.problems():
            raise SnmpAuthError(f"SNMP credentials: {'; '.join(problems)}. Correct the auth and try again.")

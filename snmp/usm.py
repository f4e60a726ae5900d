"""The cryptography of the User-based Security Model: keys, MACs and privacy.

Sources: RFC 3414 (MD5, SHA-1, DES, key localization), RFC 7860 (SHA-2), RFC 3826 (AES-128),
draft-blumenthal-aes-usm-04 and draft-reeder-snmpv3-usm-3desede-00 (longer AES keys).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from snmp.errors import RefusedReplyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snmp.credentials import Auth

EXPANDED = 1 << 20
SALT_OCTETS = 8
DES_BLOCK = 8

_DIGESTS = {
    "MD5": ("md5", 12),
    "SHA": ("sha1", 12),
    "SHA224": ("sha224", 16),
    "SHA256": ("sha256", 24),
    "SHA384": ("sha384", 32),
    "SHA512": ("sha512", 48),
}
_KEY_OCTETS = {"DES": 16, "AES": 16, "AES192": 24, "AES256": 32, "AES192C": 24, "AES256C": 32}


def _hash(name: str, data: bytes) -> bytes:
    """Hash with the named digest; the protocol, not taste, asks for MD5 and SHA-1."""
    return hashlib.new(name, data, usedforsecurity=False).digest()


@lru_cache(maxsize=1024)
def password_key(digest: str, password: bytes) -> bytes:
    """Return Ku: the digest of a password repeated to one megabyte (RFC 3414 section A.2)."""
    repeats = EXPANDED // len(password) + 1
    return _hash(digest, (password * repeats)[:EXPANDED])


def localize(digest: str, key: bytes, engine_id: bytes) -> bytes:
    """Return Kul: the key bound to one engine (RFC 3414 section 2.6)."""
    return _hash(digest, key + engine_id + key)


@lru_cache(maxsize=65536)
def localized_key(digest: str, password: bytes, engine_id: bytes) -> bytes:
    """Return the localized key, derived once for each password and engine."""
    return localize(digest, password_key(digest, password), engine_id)


@lru_cache(maxsize=65536)
def privacy_key(protocol: str, digest: str, password: bytes, engine_id: bytes) -> bytes:
    """Return the localized privacy key in the length the cipher needs."""
    key, size = localized_key(digest, password, engine_id), _KEY_OCTETS[protocol]
    while len(key) < size:
        key += _reeder(digest, key, engine_id) if protocol.endswith("C") else _hash(digest, key)
    return key[:size]


def _reeder(digest: str, key: bytes, engine_id: bytes) -> bytes:
    """Return the next piece of a key: the key so far serves as a password."""
    return localize(digest, _hash(digest, (key * (EXPANDED // len(key) + 1))[:EXPANDED]), engine_id)


@dataclass(frozen=True, slots=True)
class Mac:
    """The keyed digest of one user on one engine."""

    digest: str
    size: int
    key: bytes = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return the MAC of a message whose MAC field holds zeros."""
        return hmac.digest(self.key, message, self.digest)[: self.size]

    def verify(self, message: bytes, start: int, stop: int) -> None:
        """Check the MAC at ``message[start:stop]``.

        Raises:
            RefusedReplyError: of another length, empty included, or not of this message.
        """
        if stop - start != self.size:
            raise RefusedReplyError("mac")
        zeroed = b"".join((message[:start], bytes(self.size), message[stop:]))
        if not hmac.compare_digest(self.sign(zeroed), message[start:stop]):
            raise RefusedReplyError("mac")


@dataclass(frozen=True, slots=True)
class Aes:
    """AES in 128-bit cipher feedback; the salt is a counter from a random start (RFC 3826 section 3.1.2)."""

    key: AES = field(repr=False)
    salts: Iterator[int] = field(repr=False)

    def encrypt(self, plain: bytes, boots: int, time: int) -> tuple[bytes, bytes]:
        """Return ciphertext and salt."""
        salt = (next(self.salts) & 0xFFFFFFFFFFFFFFFF).to_bytes(SALT_OCTETS, "big")
        encryptor = Cipher(self.key, CFB(_aes_iv(boots, time, salt))).encryptor()
        return encryptor.update(plain), salt

    def decrypt(self, data: bytes, salt: bytes, boots: int, time: int) -> bytes:
        """Return the plain text."""
        return Cipher(self.key, CFB(_aes_iv(boots, time, salt))).decryptor().update(data)


def _aes_iv(boots: int, time: int, salt: bytes) -> bytes:
    """Return the 128-bit initialization vector."""
    return boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt


@dataclass(frozen=True, slots=True)
class Des:
    """DES in cipher block chaining (RFC 3414 section 8): broken, kept for devices that know nothing else."""

    key: TripleDES = field(repr=False)
    pre_iv: bytes = field(repr=False)
    salts: Iterator[int] = field(repr=False)

    def encrypt(self, plain: bytes, boots: int, time: int) -> tuple[bytes, bytes]:
        """Return ciphertext and salt."""
        del time
        salt = (boots & 0xFFFFFFFF).to_bytes(4, "big") + (next(self.salts) & 0xFFFFFFFF).to_bytes(4, "big")
        padded = plain + bytes(-len(plain) % DES_BLOCK)
        return Cipher(self.key, CBC(self._iv(salt))).encryptor().update(padded), salt

    def decrypt(self, data: bytes, salt: bytes, boots: int, time: int) -> bytes:
        """Return the plain text with its padding.

        Raises:
            RefusedReplyError: not a whole number of blocks.
        """
        del boots, time
        if len(data) % DES_BLOCK:
            raise RefusedReplyError("decryption")
        return Cipher(self.key, CBC(self._iv(salt))).decryptor().update(data)

    def _iv(self, salt: bytes) -> bytes:
        """Return the initialization vector: pre-IV XOR salt."""
        return bytes(a ^ b for a, b in zip(self.pre_iv, salt, strict=True))


def mac_for(auth: Auth, engine_id: bytes) -> Mac | None:
    """Return the MAC of a user on an engine; None below authNoPriv."""
    if not auth.authenticates:
        return None
    digest, size = _DIGESTS[auth.auth_protocol]
    return Mac(digest, size, localized_key(digest, auth.password.encode(), engine_id))


def cipher_for(auth: Auth, engine_id: bytes) -> Aes | Des | None:
    """Return the privacy of a user on an engine; None below authPriv."""
    if not auth.encrypts:
        return None
    digest, _ = _DIGESTS[auth.auth_protocol]
    key = privacy_key(auth.priv_protocol, digest, auth.priv_password.encode(), engine_id)
    salts = count(secrets.randbits(63))
    if auth.priv_protocol == "DES":
        # The single key three times over makes TripleDES plain DES.
        return Des(TripleDES(key[:DES_BLOCK] * 3), key[DES_BLOCK:], salts)
    return Aes(AES(key), salts)

"""Ed25519 keys of people who approve plans and sign evidence: PEM files of their own, the public half as base64."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from govnet.errors import RefusedError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE = "GOVNET_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
"""Environment variable that holds the passphrase of a key file, if it has one."""


def new_key(name: str, folder: Path) -> Path:
    """Make a key: ``NAME.pem`` that only its owner may read, and ``NAME.pub``; return the former.

    Raises:
        RefusedError: there is one of that name already.
        StorageError: it cannot be written.
    """
    path = folder / f"{name}.pem"
    key = Ed25519PrivateKey.generate()
    secret = os.environ.get(PASSPHRASE, "").encode()
    how = BestAvailableEncryption(secret) if secret else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(pem)
        (folder / f"{name}.pub").write_text(f"{public_text(key)} {name}\n")
    except FileExistsError as error:
        raise RefusedError(f"{path}: there is a key of that name already; choose another, or remove it.") from error
    except OSError as error:
        raise StorageError(f"{path}: the key cannot be written ({error.strerror}).") from error
    return path


def load_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key in a file.

    Raises:
        RefusedError: others may read the file, it needs a passphrase that is not given, or it is no Ed25519 key.
        StorageError: it cannot be read.
    """
    secret = os.environ.get(PASSPHRASE, "").encode() or None
    try:
        if path.stat().st_mode & 0o077:
            raise RefusedError(f"{path}: others may read this key; run `chmod 600 {path}`, or make a new one.")
        key = load_pem_private_key(path.read_bytes(), secret)
    except OSError as error:
        raise StorageError(f"{path}: the key cannot be read ({error.strerror}); make one: `govnet key new`.") from error
    except (ValueError, TypeError) as error:
        raise RefusedError(f"{path}: the key does not open ({error}); is {PASSPHRASE} right?") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise RefusedError(f"{path}: is no Ed25519 key; make one: `govnet key new`.")
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public half as base64: what the inventory's ``approvers`` holds."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def sign(key: Ed25519PrivateKey, text: str) -> str:
    """Return the signature of a text, base64."""
    return base64.b64encode(key.sign(text.encode())).decode()


def verified(public: str, text: str, signature: str) -> bool:
    """Return whether a signature of a text was made with the key whose public half is given."""
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(public))
        key.verify(_bytes(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def is_public(text: str) -> bool:
    """Return whether a text is the public half of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(text))
    except ValueError:
        return False
    return True


def _bytes(text: str) -> bytes:
    """Return what base64 says, in its one spelling: the last letter has bits that decoding throws away.

    Raises:
        ValueError: it is no base64, or another spelling of it.
    """
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("not the one spelling")
    return found


def trusted_keys(folder: Path) -> dict[str, str]:
    """Return public key -> name of the ``*.pub`` files in a folder; none when there is no such folder."""
    found = {}
    for path in sorted(folder.glob("*.pub")):
        public, _, name = path.read_text(encoding="utf-8", errors="replace").strip().partition(" ")
        found[public] = name or path.stem
    return found

"""The SNMPv3 accounts by which devices are written to: found by reference, checked in full, never shown.

``env:NAME`` stands for the environment variables ``NAME_USER``, ``NAME_AUTH`` and ``NAME_PRIV``; ``file:/path`` for a
file of mode 0600 with ``user``, ``auth`` and ``priv`` in JSON. ``auth_protocol`` (SHA) and ``priv_protocol`` (AES) may
be said beside them. Only authPriv writes: SNMPv1 and v2c carry their password in clear, and lower levels of SNMPv3 can
be read or forged on the way.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from govnet.errors import RefusedError
from govnet.network.objects import DEFAULT_ACCOUNT
from nornir_tasks.access import PORT, Agent
from snmp import Auth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govnet.network.model import Network

FIELDS = ("user", "auth", "priv", "auth_protocol", "priv_protocol", "level", "version", "community")
_NEEDED = ("user", "auth", "priv")
_CLEAR = "carries its community in clear; a write goes by SNMPv3 authPriv only"


def write_agents(network: Network, environ: Mapping[str, str]) -> Callable[[str], Agent]:
    """Return who knows the agent of each real device of a network, and the account to write to it.

    What it returns raises RefusedError for a device that has no usable account; the message names the reference and
    what is wrong with it, and no secret.
    """

    def agent(device: str) -> Agent:
        known = network.devices[device]
        reference = str(known.data.get("write_account") or DEFAULT_ACCOUNT)
        return Agent((str(known.address), PORT), _account(device, reference, environ))

    return agent


def authenticated(user: str, auth: str, priv: str, *, auth_protocol: str = "SHA", priv_protocol: str = "AES") -> Auth:
    """Return SNMPv3 credentials at the one level that may write."""
    return Auth(
        version=3,
        security_level="authPriv",
        username=user,
        password=auth,
        auth_protocol=auth_protocol,
        priv_protocol=priv_protocol,
        priv_password=priv,
    )


def _account(device: str, reference: str, environ: Mapping[str, str]) -> Auth:
    kind, _, place = reference.partition(":")
    held = _in_file(device, Path(place)) if kind == "file" else _in_environment(place, environ)
    said = {name: f"{place}_{name.upper()}" if kind == "env" else f"{name!r} in {place}" for name in FIELDS}
    if problems := _problems(held, said):
        raise RefusedError(f"{device}: no SNMPv3 account to write with: {'; '.join(problems)}. Nothing was sent.")
    protocols = {name: held[name] for name in ("auth_protocol", "priv_protocol") if held.get(name)}
    made = authenticated(held["user"], held["auth"], held["priv"], **protocols)
    if wrong := made.problems():
        raise RefusedError(f"{device}: the SNMPv3 account {reference} cannot be used: {'; '.join(wrong)}.")
    return made


def _problems(held: Mapping[str, str], said: Mapping[str, str]) -> list[str]:
    """Return what is wrong with an account before its protocols are looked at; old versions by their name."""
    version = held.get("version", "3").lower().removeprefix("v")
    if version in {"1", "2", "2c"} or held.get("community"):
        name = "v1" if version == "1" else "v2c"
        return [f"{said['version' if held.get('version') else 'community']} asks for SNMP{name}, which {_CLEAR}"]
    if version != "3":
        return [f"{said['version']} is no version of SNMP"]
    if held.get("level", "authPriv") != "authPriv":
        return [f"{said['level']} is not authPriv, the one level that may write"]
    return [f"{said[name]} is missing" for name in _NEEDED if not held.get(name)]


def _in_environment(prefix: str, environ: Mapping[str, str]) -> dict[str, str]:
    named = {name: environ.get(f"{prefix}_{name.upper()}", "") for name in FIELDS}
    return {name: value for name, value in named.items() if value}


def _in_file(device: str, path: Path) -> dict[str, str]:
    try:
        if path.stat().st_mode & 0o077:
            raise RefusedError(f"{device}: others may read the account in {path}; run `chmod 600` on it.")
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = f"{path} cannot be read ({type(error).__name__})"
        raise RefusedError(f"{device}: no SNMPv3 account to write with: {why}. Nothing was sent.") from error
    if not isinstance(held, dict) or (strange := sorted(set(held) - set(FIELDS))):
        odd = f"knows no {strange[0]!r}" if isinstance(held, dict) else "is no JSON object"
        raise RefusedError(f"{device}: the account in {path} {odd}; it may hold {', '.join(FIELDS[:-2])}.")
    return {name: str(value) for name, value in held.items()}

"""A device's objects over SNMPv3: read, walked, and written so that nothing is sent twice unseen.

Each object is read before it is written: it must hold what the plan was made from. A SET is sent once; where no answer
comes, the object is read again before anything else happens. What was written is read back.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from govnet.errors import (
    CommandRefusedError,
    DeviceError,
    LoginError,
    RefusedError,
    SessionLostError,
    UnreachableError,
    VerifyError,
)
from govnet.platforms.objects import ObjectWritten, shown
from nornir_tasks.access import Agent, nobody
from snmp import (
    Limits,
    Manager,
    SetRefusedError,
    SnmpAuthError,
    SnmpError,
    SnmpTimeoutError,
    UnansweredError,
    ber,
    get,
    set_objects,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence

    from nornir.core.task import Task

    from govnet.config.model import DeviceConfig
    from govnet.platforms.base import Platform
    from govnet.platforms.objects import Assignment, Value
    from snmp import Session

__all__ = ["Agent", "DisagreementError", "ObjectConnection", "Objects", "both_agree", "nobody", "objects_of"]

T = TypeVar("T")

CONNECTION = "govnet_snmp"
"""Name of the Nornir connection."""
SENDS = 3
"""How often one SET is sent at most, each time only after the objects were read and found as before."""

# What an error-status of a SET means (RFC 3416 section 4.2.5), and what to do about it.
_NO_OBJECT = ("it has no such row, or its release no such column", "Look at its MIB; `write_by: cli` does without")
_NO_RIGHT = ("the SNMP user may not write it", "Give the user a write view of the VLAN and address tables")
_NO_VALUE = ("it does not take such a value", "Report this with the release it runs")
_MEANT = {
    "noSuchName": _NO_OBJECT,
    "noCreation": _NO_OBJECT,
    "inconsistentName": _NO_OBJECT,
    "readOnly": _NO_RIGHT,
    "noAccess": _NO_RIGHT,
    "notWritable": _NO_RIGHT,
    "authorizationError": _NO_RIGHT,
    "badValue": _NO_VALUE,
    "wrongType": _NO_VALUE,
    "wrongLength": _NO_VALUE,
    "wrongEncoding": _NO_VALUE,
    "wrongValue": _NO_VALUE,
    "inconsistentValue": ("its own rules forbid that now", "See what still uses it: ports, an address, a trunk"),
    "resourceUnavailable": ("it has no room for that now", "Try again when it has less to do"),
    "commitFailed": ("it could not carry that out and changed nothing", "See its log"),
    "undoFailed": ("it did a part of that and could not undo it: its state is not known", "Look at it and its log"),
}


class DisagreementError(VerifyError):
    """The command line and SNMP say different things of a device: neither is believed."""

    exit_code = RefusedError.exit_code


class ObjectConnection:
    """Nornir's connection plugin: ``extras`` name the device and say who knows its `Agent`."""

    def __init__(self) -> None:
        self.connection: Objects | None = None

    def open(  # noqa: PLR0913, PLR0917 - Nornir's signature
        self,
        hostname: str | None,  # noqa: ARG002
        username: str | None,  # noqa: ARG002
        password: str | None,  # noqa: ARG002
        port: int | None,  # noqa: ARG002
        platform: str | None,  # noqa: ARG002
        extras: dict[str, Any] | None = None,
        configuration: Any = None,  # noqa: ANN401, ARG002
    ) -> None:
        """Find the agent; datagrams need no session.

        Raises:
            GovnetError: no account is given for it, or it cannot be used.
        """
        given = extras or {}
        self.connection = Objects(given["device"], given["agents"](given["device"]))

    def close(self) -> None:
        """Nothing is left open between two exchanges."""


def objects_of(task: Task) -> Objects:
    """Return the objects of the task's host.

    Raises:
        GovnetError: no account is given for it, or it cannot be used.
    """
    return cast("Objects", task.host.get_connection(CONNECTION, task.nornir.config))


def both_agree(task: Task, platform: Platform, config: DeviceConfig, seconds: float) -> None:
    """Walk the tables of a platform that has such a second way, and compare them with what the command line said.

    Raises:
        DisagreementError: they say different things.
        DeviceError: the tables could not be read.
    """
    if not isinstance(platform, ObjectWritten):
        return
    found = platform.disagreements(objects_of(task).walk(platform.columns, seconds), config)
    if found:
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""  # noqa: PLR2004 - named before
        cause = f"says one thing on its command line and another by SNMP: {'; '.join(found[:3])}{more}"
        raise DisagreementError(task.host.name, cause, "Look at it; nothing is changed on what only one of them says")


class Objects:
    """The objects of one device. Each call is an exchange of its own and takes ``seconds`` at most."""

    def __init__(self, device: str, agent: Agent) -> None:
        self.device, self._agent = device, agent

    def walk(self, columns: Sequence[str], seconds: float) -> dict[str, Value]:
        """Return the rows of columns: object identifier -> value.

        Raises:
            DeviceError: they could not be read.
        """
        return self._run(self._walk(columns, seconds))

    def write(self, sets: Sequence[Assignment], seconds: float) -> int:
        """Write objects in one SET, and read them back; return how often it was sent.

        Raises:
            VerifyError: they do not hold what they must before, or not what they must after.
            CommandRefusedError: the device refused it.
            SessionLostError: it went unanswered; the message says whether it was obeyed, or that nobody knows.
            DeviceError: the device cannot be reached, or does not take the account.
        """
        return self._run(self._write(sets, seconds))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        with self._told():
            return asyncio.run(work)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the engine's errors into ones that name the device and say what to do."""
        try:
            yield
        except SnmpAuthError as error:
            cause = f"refused the SNMPv3 account ({error})"
            raise LoginError(self.device, cause, "Check the account that `write_account` names") from error
        except SnmpTimeoutError as error:
            cause = f"does not answer SNMP ({error})"
            raise UnreachableError(
                self.device, cause, "Check that its agent runs and knows the user, and the path to it"
            ) from error
        except SnmpError as error:
            raise DeviceError(self.device, f"cannot be read by SNMP ({error})", "See its log") from error

    @asynccontextmanager
    async def _session(self, seconds: float) -> AsyncIterator[Session]:
        async with Manager() as manager:
            until = manager.transport.clock() + seconds
            limits = Limits(timeout=self._agent.timeout, retries=2)
            yield manager.session(self._agent.address, self._agent.auth, limits, until)

    async def _walk(self, columns: Sequence[str], seconds: float) -> dict[str, Value]:
        async with self._session(seconds) as session:
            found = await walk(session, [ber.encode_oid(column) for column in columns])
        return {
            ber.dotted(column + row): _value(tag, content)
            for column, cells in found.items()
            for row, (tag, content) in cells.items()
        }

    async def _write(self, sets: Sequence[Assignment], seconds: float) -> int:
        async with self._session(seconds) as session:
            for sent in range(SENDS):
                if not await self._due(session, sets, sent):
                    return sent
                try:
                    await set_objects(session, {ber.encode_oid(one.oid): _encoded(one.value) for one in sets})
                except UnansweredError:
                    continue
                except SetRefusedError as error:
                    raise self._refused(sets, error) from error
                await self._insist(session, sets)
                return sent + 1
            if not await self._due(session, sets, SENDS):
                return SENDS
        cause = f"left {SENDS} SETs of {_names(sets)} unanswered and is as before, by SNMP"
        raise SessionLostError(self.device, cause, "See its log, and what is in the way")

    async def _due(self, session: Session, sets: Sequence[Assignment], sent: int) -> bool:
        """Read the objects; return whether the SET is still to be sent.

        Raises:
            SessionLostError: one was sent, and nobody can know whether it was obeyed.
            VerifyError: they hold something else than before or after.
        """
        try:
            found = await self._read(session, sets)
        except SnmpTimeoutError as error:
            if not sent:
                raise
            cause = f"left the SET of {_names(sets)} unanswered and is silent since: it may have obeyed or not"
            raise SessionLostError(self.device, cause, "Read it before anything is changed") from error
        if all(one.ready(found.get(one.oid)) for one in sets):
            return True
        if sent and all(one.done(found.get(one.oid)) for one in sets):
            return False
        odd = next(one for one in sets if not one.ready(found.get(one.oid)))
        cause = f"holds {shown(found.get(odd.oid))} in {odd.name} ({odd.oid}), where the plan found {shown(odd.before)}"
        raise VerifyError(self.device, cause, "Nothing was sent for it; make a new plan")

    async def _insist(self, session: Session, sets: Sequence[Assignment]) -> None:
        """Read back what was written."""
        found = await self._read(session, sets)
        for one in sets:
            if not one.done(found.get(one.oid)):
                held = shown(found.get(one.oid))
                cause = f"took the SET of {one.name} ({one.oid}) without a word, and holds {held}"
                raise VerifyError(self.device, cause, "Its release may not obey this column; look at it")

    async def _read(self, session: Session, sets: Sequence[Assignment]) -> Mapping[str, Value]:
        found = await get(session, [ber.encode_oid(one.oid) for one in sets])
        return {ber.dotted(oid): _value(tag, content) for oid, (tag, content) in found.items()}

    def _refused(self, sets: Sequence[Assignment], error: SetRefusedError) -> CommandRefusedError:
        one = sets[error.index - 1] if 0 < error.index <= len(sets) else sets[0]
        meaning, step = _MEANT.get(error.status, ("it does not say why", "See its log"))
        return CommandRefusedError(
            self.device, f"refused to set {one.name} ({one.oid}): {error.status}, {meaning}", step
        )


def _names(sets: Sequence[Assignment]) -> str:
    return ", ".join(one.name for one in sets)


def _encoded(value: Value) -> bytes:
    return ber.integer(value) if isinstance(value, int) else ber.octets(value)


def _value(tag: int, content: bytes) -> Value:
    return ber.to_integer(tag, content) if tag in ber.NUMBERS else content

"""Writing objects: one SET, sent once. What it writes, and when it may be sent again, is for its caller to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snmp import ber, pdu
from snmp.errors import SetRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from snmp.session import Session


async def set_objects(session: Session, values: Mapping[bytes, bytes]) -> None:
    """Give objects values, all of them or none (RFC 3416 section 4.2.5).

    Args:
        session: a visit on which something was read before.
        values: encoded object identifier -> encoded value, tag and length included: `ber.integer`, `ber.octets`.

    Raises:
        UnansweredError: no answer came; whether the device obeyed must be read from it.
        SetRefusedError: it answered with an error-status; unless that is undoFailed, nothing was changed.
        SnmpAuthError, SnmpTimeoutError: it was not sent, or was not taken.
    """
    answer = await session.tell(pdu.Request(pdu.SET, tuple(values), values=tuple(values.values())))
    if answer.error_status == pdu.NO_ERROR:
        return
    index, names = answer.error_index, pdu.ERROR_NAMES
    status = names[answer.error_status] if 0 < answer.error_status < len(names) else str(answer.error_status)
    about = f" {ber.dotted(tuple(values)[index - 1])}" if 0 < index <= len(values) else ""
    raise SetRefusedError(f"{session.name}: refused to set{about}: {status}.", status, index if about else 0)

"""What can go wrong with a Modbus request, by kind: the kinds are labels of the exporter's own counters."""

from __future__ import annotations

from govnet.errors import GovnetError

CONNECT, TIMEOUT, CLOSED, MALFORMED, WRONG_UNIT = "connect", "timeout", "closed", "malformed", "wrong_unit"
EXCEPTIONS = {
    1: "illegal_function",
    2: "illegal_address",
    3: "illegal_value",
    4: "device_failure",
    5: "acknowledge",
    6: "device_busy",
    8: "memory_parity",
    10: "gateway_path",
    11: "gateway_target",
}
"""Exception code of a reply -> kind (Modbus Application Protocol V1.1b3, section 7)."""
ENDING = frozenset({CONNECT, TIMEOUT, CLOSED, MALFORMED, WRONG_UNIT, "gateway_path", "gateway_target"})
"""Kinds after which nothing more is asked of a unit in this visit: it is not there, or not to be trusted."""


class ModbusError(GovnetError):
    """A request came to nothing; the message names the device, the cause and the next step."""

    exit_code = 4

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)

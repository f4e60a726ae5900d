"""``python -m lab serve FOLDER SSH_PORT SNMP_PORT MODBUS_PORT READY_FD``: the process behind `lab.daemon.start`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from govnet.errors import GovnetError
from lab.control import ControlSocket
from lab.daemon import RunningLab, read_twins, start_token
from lab.server import Lab
from lab.twin import Credentials

_USAGE = (
    "usage: python -m lab serve FOLDER SSH_PORT SNMP_PORT MODBUS_PORT READY_FD"
    "  (started by lab.daemon.start; - for a port is None)"
)
_ARGUMENTS = 7


async def _serve(lab: Lab, folder: Path, ready: int) -> None:
    over = asyncio.Event()
    for order in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(order, over.set)
    control = ControlSocket(folder, lab.faults, lab)
    async with lab:
        await control.open()
        RunningLab(
            pid=os.getpid(),
            token=start_token(os.getpid()),
            folder=folder,
            credentials=lab.credentials,
            host_keys=lab.host_keys,
            endpoints=tuple(lab.endpoints.values()),
        ).save()
        os.close(ready)  # the end of the pipe says: ready
        await over.wait()
        await control.close()


def _detach() -> None:
    """Leave the caller's family, so that nobody has to wait for this process when it ends."""
    if os.fork():
        os._exit(0)


def main(arguments: list[str]) -> int:
    """Serve until told to end; return the exit code. Why it did not start is written to READY_FD."""
    if len(arguments) != _ARGUMENTS or arguments[1] != "serve":
        sys.stderr.write(_USAGE + "\n")
        return 2
    folder, port, ready = Path(arguments[2]), int(arguments[3]), int(arguments[6])
    snmp_port, modbus_port = (None if told == "-" else int(told) for told in arguments[4:6])
    credentials = Credentials(**json.load(sys.stdin))
    _detach()
    try:
        ports = {"snmp_port": snmp_port, "modbus_port": modbus_port}
        lab = Lab(read_twins(folder), credentials, port=port, **ports, folder=folder)
        asyncio.run(_serve(lab, folder, ready))
    except GovnetError as error:
        os.write(ready, str(error).encode())
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

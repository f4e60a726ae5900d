"""The ways in to a device: bytes out, bytes back, over today's SSH, over the SSH of 2005, or over Telnet.

A wire knows addresses, keys, passwords and protocols. It must not know prompts, platforms, Nornir or the network: what
the bytes mean is the driver's affair.
"""

from __future__ import annotations

from sessions.wires.base import HostKeyError, OldAlgorithmsError, SessionEndedError, Transport, Wire

__all__ = ["HostKeyError", "OldAlgorithmsError", "SessionEndedError", "Transport", "Wire"]

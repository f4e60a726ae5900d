"""The page for the wall: the room and the network at a glance, for those who have no Grafana yet.

`seen` is what was read lately, `room`, `levels`, `circuits` and `checks` make tiles of it, `conditions` says what is
wrong and what that explains, `front` serves page and state. What nobody reads is unseen, and never well. This room is
handed what was read; it must not read a device, keep a clock, or judge by other limits than the alerts and rules do.
"""

from govnet.monitoring.wall.front import Wall

__all__ = ["Wall"]

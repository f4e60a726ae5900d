"""What a fault reaches, and when: power as a graph (mains, UPS, EPS, device) and cables as another.

`reach` says which devices, zones, places and services are cut off when devices or circuits are lost; `outage` says
what goes dark, and after how many minutes, when a power source ends; `rules_power` and `rules_room` hold PWR-01 to
PWR-07 and ENV-01 to ENV-08. This room knows the network and measured values handed to it; it must not know SNMP,
metrics, vendors or a clock.
"""

from govnet.power.feeds import Feeds
from govnet.power.outage import Outage, Stage, outage
from govnet.power.reach import Reach, Reaches

__all__ = ["Feeds", "Outage", "Reach", "Reaches", "Stage", "outage"]

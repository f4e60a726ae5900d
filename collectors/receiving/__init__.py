"""Hears what devices say unasked: traps and informs, syslog, and the events of an IDS, as counters and last words.

Whoever speaks is known by its source address alone; an address that the inventory does not know is counted as unknown,
and nothing that it sends is read. What a known device says is counted by kind, severity and zone, with one last text
for each; no list grows with what is sent. The room must not know how an alert is judged or to whom it is told.
"""

from collectors.receiving.listening import Listening, Plan
from collectors.receiving.serving import alongside
from collectors.receiving.sources import Source, sources_of
from collectors.receiving.zones import ZoneMap

__all__ = ["Listening", "Plan", "Source", "ZoneMap", "alongside", "sources_of"]

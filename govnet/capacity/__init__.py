"""What leased lines can carry and did carry: guaranteed shares, video conferences, the carrier's promises.

`lines` finds which circuits lie between two places and what each class of traffic is guaranteed there; `conference`
says whether a planned meeting fits; `service` holds a month's measurements against the carrier's contract. This room
knows the network and measured values handed to it; it must not know Prometheus, devices' words or a clock.
"""

from govnet.capacity.conference import Call, Check, Plan, VenueCheck, examine
from govnet.capacity.lines import Lines, guaranteed, speed

__all__ = ["Call", "Check", "Lines", "Plan", "VenueCheck", "examine", "guaranteed", "speed"]

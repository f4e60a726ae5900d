"""Documentation of the action ``govnet_rollback``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_rollback
short_description: Take a change back
description:
  - From the last wave to the first. A device that is as it was before the change is left alone.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options:
  change:
    description: Id of the change; the last one that took none back when empty.
    type: str
    default: ''
  accept_unverified:
    description: Also send commands whose syntax has no public source.
    type: bool
    default: false
  accept_unknown:
    description: Zone pairs that cannot be shown are no reason to refuse.
    type: bool
    default: false
  break_glass:
    description: Why it must be done without what the rules ask for; goes into the journal.
    type: str
    default: ''
  budget:
    description: Devices that may fail before no further wave is begun.
    type: int
    default: 0
  deadline:
    description: Seconds that one device has for its change.
    type: float
    default: 300
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Take the change back
  govnet_rollback:
    change: 20261123T000000-0a1b2c3d
"""

RETURN = r"""
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

"""Documentation of the action ``govnet_apply``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_apply
short_description: Carry out an approved plan
description:
  - Canary first, far devices before near ones; each is read back and then saved, or put back as it was.
  - Reads all devices of the network for the proof; changes those of the play only.
  - In check mode everything is done but the sending.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options:
  path:
    description: Plan file; C(plan.json) in the network's build folder when empty.
    type: str
    default: ''
  approval:
    description: Whether an emulated network, too, needs an approved plan.
    type: str
    default: always
    choices: [always, outside_lab]
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
- name: Carry out the plan
  govnet_apply:
    budget: 1
"""

RETURN = r"""
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

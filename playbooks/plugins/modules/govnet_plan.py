"""Documentation of the action ``govnet_plan``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_plan
short_description: Plan what would change on every device
description:
  - Reads all devices of the network, plans those of the play, judges the plan and keeps it as a file.
  - A file that says the same is left alone with its approvals. In check mode the plan is written beside it.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options:
  path:
    description: Plan file; C(plan.json) in the network's build folder when empty.
    type: str
    default: ''
  accept_unknown:
    description: Zone pairs that cannot be shown are no reason to refuse.
    type: bool
    default: false
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Read, plan and prove
  govnet_plan:
"""

RETURN = r"""
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

"""Documentation of the action ``govnet_verify``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_verify
short_description: Compare every device with its intent
description:
  - A device that differs has failed, with the first differences named.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options: {}
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Compare with the intent
  govnet_verify:
"""

RETURN = r"""
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

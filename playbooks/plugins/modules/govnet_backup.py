"""Documentation of the action ``govnet_backup``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_backup
short_description: Keep every running configuration
description:
  - Reads the devices of the play and keeps their configurations under git, without secrets and dates.
  - A configuration that differs from the last one is a change.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options: {}
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Read every running configuration
  govnet_backup:
"""

RETURN = r"""
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

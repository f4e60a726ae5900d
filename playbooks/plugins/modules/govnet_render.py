"""Documentation of the action ``govnet_render``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_render
short_description: Write what every device would be told
description:
  - Writes the commands that lead from the factory to the intent, one file a device. No device is asked.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options: {}
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Say the intent in the words of each platform
  govnet_render:
"""

RETURN = r"""
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

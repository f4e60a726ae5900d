"""Documentation of the action ``govnet_prove``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_prove
short_description: Prove which zone reaches which
description:
  - Reads all devices of the network, also those outside of the play, and compares what reaches what with the policy.
  - A violation fails, and so does a zone pair that cannot be shown.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options: {}
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Prove which zone reaches which
  govnet_prove:
"""

RETURN = r"""
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

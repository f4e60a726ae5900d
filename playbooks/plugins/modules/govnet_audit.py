"""Documentation of the action ``govnet_audit``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_audit
short_description: Judge the network by the rules of the audit
description:
  - Reads all devices of the network, also those outside of the play, and holds what they say against every rule.
  - Keeps all findings in C(audit.json) of the network's build folder. In check mode nothing is written.
  - Does all hosts of the play at once; run it once, and let M(govnet_outcome) tell each host its own result.
options:
  strict:
    description: A rule that fails fails the task, and so does a critical or high one that nobody could judge.
    type: bool
    default: false
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Judge by the rules
  govnet_audit:
    strict: true
"""

RETURN = r"""
counts:
  description: Verdict to number of findings.
  returned: success
  type: dict
devices:
  description: Device name to its own result (C(changed), C(failed), C(msg), C(diff)).
  returned: always
  type: dict
"""

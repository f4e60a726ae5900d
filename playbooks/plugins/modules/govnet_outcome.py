"""Documentation of the action ``govnet_outcome``: it runs in the controller, nothing is copied to a device."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: govnet_outcome
short_description: Tell each host what a step did to it
description:
  - Turns one host's part of the result of another govnet action into that host's own result.
options:
  device:
    description: The host's part of the result of the action that did all hosts at once; empty where it has none.
    type: dict
  whole:
    description: The whole result of such an action, to tell what became of it as a whole and not of one host.
    type: dict
  show:
    description: Also show the changes and commands.
    type: bool
    default: false
author: [govnet (@govnet)]
"""

EXAMPLES = r"""
- name: Device is as planned
  govnet_outcome:
    device: "{{ govnet_step.devices[inventory_hostname] | default({}) }}"
"""

RETURN = r"""
lines:
  description: Changes and commands, where the step has any.
  returned: when there are any
  type: list
  elements: str
"""

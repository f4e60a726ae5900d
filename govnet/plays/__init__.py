"""What a playbook does: one function a step, for all hosts of a play at once, with a result for each of them.

Ansible's action plugins (`playbooks/plugins/action`) call these functions and nothing else. The room knows the
workspace, the Nornir tasks, the proof and the report of a step; it must not know the commands of the `govnet` program.
"""

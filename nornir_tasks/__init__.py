"""Everything that logs in to a device: backup, plan, apply, verify, over nornir-netmiko.

This room opens sessions and keeps files; what to say and how to read an answer it asks the platforms, and what may
flow it asks the proof. It knows neither the command line of govnet nor the collectors.
"""

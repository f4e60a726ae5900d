"""Reads the health of devices and writes it for Prometheus.

Holds module files that say what to read by `snmp` and what is plausible (`collectors/modules`), register maps that say
the same for Modbus (`collectors/modbus`), and an exporter that serves all of it. What was not read is absent, and
an implausible reading is absent too: no value is ever made up. This room must not know how a device
is configured, what may reach what, or how a finding is judged; it is told its targets as values.
"""

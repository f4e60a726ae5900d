"""Grafana's dashboards as code: what each panel asks, in which unit, in which words; the JSON is written from it.

`boards` holds the dashboards as tables of panels, `panels` what a panel is, `grafana` how Grafana writes it, `units`
what unit a query's result has, `lint` what every panel must hold to. ``python -m dashboards`` writes
``monitoring/grafana``. Development only: nothing that runs imports this room, and it imports nothing that runs; it
knows metrics by their names alone.
"""

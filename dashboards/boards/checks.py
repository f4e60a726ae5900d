"""Isolation, drift, backups: what the last checks found, and how old they are."""

from dashboards.panels import DEVICE, NETWORK, Board, Kind, Mark, Panel, Query, Row, known

_KEPT = (Mark(0, "none", "red"), Mark(1, "kept", "green"))


def _by_device(metric: str) -> str:
    return f'label_replace({metric}{{{NETWORK}}}, "name", "$1", "device", "(.*)")'


def _said(metric: str, by: str) -> str:
    return f"sum by ({by}) (rate({metric}{{{NETWORK}}}[$__rate_interval]))"


_ISOLATION = Row(
    "Isolation",
    (
        Panel(
            "Zone pairs against the policy",
            "Zone pairs that reach each other though the policy forbids it, as the last proof found. Nothing here "
            "means that nobody has proven it: that is not 0.",
            "short",
            (Query(f"max by (network) (govnet_isolation_violations{{{NETWORK}}})", "{{network}}"),),
            Kind.NOW,
            limits=((1, "red"),),
        ),
        Panel(
            "Age of the checks",
            "Time since each check last ran. Above 26 hours it is an alert.",
            "s",
            (
                Query(
                    f"time() - max by (network, check) (govnet_check_timestamp_seconds{{{NETWORK}}})",
                    "{{network}} {{check}}",
                ),
            ),
            Kind.NOW,
            limits=((93600, "red"),),
        ),
        Panel(
            "Violations over time",
            "Zone pairs against the policy, proof by proof.",
            "short",
            (Query(f"max by (network) (govnet_isolation_violations{{{NETWORK}}})", "{{network}}"),),
            limits=((1, "red"),),
        ),
        Panel(
            "Changes that would make a device as intended",
            "What differs between a device and the inventory, as the last look for drift found.",
            "short",
            (Query(f"max by (name) ({known(f'govnet_drift_changes{{{NETWORK}}}')})", "{{name}}"),),
            Kind.BARS,
            limits=((1, "orange"),),
        ),
    ),
)
_EVENTS = Row(
    "What devices said",
    (
        Panel(
            "Events",
            "Traps, syslog and IDS records a second, by kind. Nothing here means that nobody listens.",
            "cps",
            (Query(_said("govnet_events_total", "kind"), "{{kind}}"),),
        ),
        Panel(
            "Packets that firewalls stopped",
            "Denied packets a second, from zone to zone.",
            "cps",
            (
                Query(
                    _said("govnet_firewall_denies_total", "name, source_zone, target_zone"),
                    "{{name}} {{source_zone}} > {{target_zone}}",
                ),
            ),
        ),
        Panel(
            "Alarms of the IDS",
            "Alarms in the time shown, by severity; 1 is the worst.",
            "short",
            (
                Query(
                    f"sum by (name, severity) (increase(govnet_ids_alerts_total{{{NETWORK}}}[$__range]))",
                    "{{name}} {{severity}}",
                ),
            ),
            Kind.NOW,
            limits=((1, "orange"),),
        ),
        Panel(
            "Last heard",
            "Time since a device last spoke by itself, by the way that it spoke.",
            "s",
            (
                Query(
                    f"time() - max by (name, via) (govnet_source_last_heard_timestamp_seconds{{{NETWORK}}})",
                    "{{name}} {{via}}",
                ),
            ),
            Kind.BARS,
        ),
    ),
)
_BACKUPS = Row(
    "Backups",
    (
        Panel(
            "Age of backups",
            "Time since the last successful backup of each device. Above 26 hours it is an alert.",
            "s",
            (Query(f"max by (name) ({known(_by_device('govnet_backup_age_seconds'))})", "{{name}}"),),
            Kind.BARS,
            limits=((93600, "red"),),
        ),
        Panel(
            "Backups kept",
            "Whether there is a backup of each device at all.",
            "bool_yes_no",
            (Query(f"max by (name) ({known(_by_device('govnet_backup_kept'))})", "{{name}}"),),
            Kind.STATES,
            marks=_KEPT,
        ),
        Panel(
            "Devices by owner",
            "Devices of the inventory, by whose they are. What is the carrier's is never changed from here.",
            "short",
            (Query(f"count by (owner) (govnet_device_info{{{DEVICE}}})", "{{owner}}"),),
            Kind.NOW,
            24,
        ),
    ),
)
BOARD = Board(
    "checks",
    "Isolation and compliance",
    "What the last proof, the last look for drift and the last backup found, how old they are, and what devices said.",
    (_ISOLATION, _EVENTS, _BACKUPS),
)

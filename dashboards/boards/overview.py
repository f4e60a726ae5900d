"""The network at a glance, level by level."""

from dashboards.panels import ANSWERS, DEVICE, NETWORK, Board, Kind, Panel, Query, Row, known

_PORT = "on (network, name, port) group_left ()"


def _level(title: str, says: str, roles: str) -> Panel:
    answers = f'min by (name) (up{{job="govnet",role=~"{roles}",{DEVICE}}})'
    return Panel(title, says, "bool_yes_no", (Query(answers, "{{name}}"),), Kind.STATES, marks=ANSWERS)


_WHOLE = Row(
    "Network",
    (
        Panel(
            "Devices that answer",
            "Devices that answered the last scrape, by role.",
            "short",
            (Query(f'sum by (role) (up{{job="govnet",{DEVICE}}})', "{{role}}"),),
            Kind.NOW,
        ),
        Panel(
            "Devices that nobody watches",
            "Devices of the inventory that the collector does not ask, by role. Nobody knows how they are.",
            "short",
            (
                Query(
                    f'count by (role) (govnet_device_info{{{DEVICE}}} unless on (network, name) up{{job="govnet"}})',
                    "{{role}}",
                ),
            ),
            Kind.NOW,
            limits=((1, "purple"),),
        ),
        Panel(
            "Alerts that fire",
            "Alerts that Prometheus fires, those too that a cause explains and Alertmanager does not tell.",
            "short",
            (
                Query(
                    'count by (severity, alertname) (ALERTS{alertstate="firing",network=~"$network"})',
                    "{{severity}} {{alertname}}",
                ),
            ),
            Kind.BARS,
            limits=((1, "red"),),
        ),
        Panel(
            "Faults that would reach farthest",
            "The ten devices, circuits and sources whose loss takes most devices, segments and ways out with it.",
            "short",
            (Query(f"topk(10, max by (kind, cause) (govnet_reach_symptoms{{{NETWORK}}}))", "{{kind}} {{cause}}"),),
            Kind.BARS,
        ),
    ),
)
_LEVELS = Row(
    "Levels",
    (
        _level("Core and aggregation", "Whether the cores and the aggregation switch answer.", "core|agg"),
        _level("Firewalls", "Whether the firewalls answer.", "fw"),
        _level("Access", "Whether the access switches of the floors answer.", "acc"),
        _level("Places", "Whether the switches and routers at the places answer.", "ce|cpe|pe"),
    ),
)
_TRAFFIC = Row(
    "Cables and traffic",
    (
        Panel(
            "Cable ends without a link",
            "Ports that a cable of the inventory is plugged into and that are down, by what the cable is for.",
            "short",
            (
                Query(
                    f"sum by (purpose) ({known('govnet_link_end')} * {_PORT} (1 - govnet:port_up:bool))",
                    "{{purpose}}",
                ),
            ),
            limits=((1, "red"),),
        ),
        Panel(
            "Traffic by level",
            "Bits received and sent on all ports of a level.",
            "bps",
            (
                Query(f"8 * sum by (role) (rate(ifHCInOctets{{{DEVICE}}}[$__rate_interval]))", "{{role}} in"),
                Query(f"8 * sum by (role) (rate(ifHCOutOctets{{{DEVICE}}}[$__rate_interval]))", "{{role}} out"),
            ),
        ),
        Panel(
            "Broken frames by level",
            "Frames received with errors on all ports of a level.",
            "pps",
            (Query(f"sum by (role) (rate(ifInErrors{{{DEVICE}}}[$__rate_interval]))", "{{role}}"),),
        ),
        Panel(
            "Busiest CPU by level",
            "The busiest processor of a level.",
            "percentunit",
            (Query(f"max by (role) (govnet:cpu:ratio{{{DEVICE}}})", "{{role}}"),),
            limits=((0.8, "red"),),
            most=1,
        ),
    ),
)
BOARD = Board(
    "overview",
    "Network overview",
    "Level by level: what answers, what nobody watches, what fires, and how far a fault would reach.",
    (_WHOLE, _LEVELS, _TRAFFIC),
)

"""The collector itself: who watches the watcher."""

from dashboards.panels import ANSWERS, DEVICE, NETWORK, Board, Kind, Panel, Query, Row


def _rate(metric: str, by: str) -> str:
    return f"sum by ({by}) (rate({metric}{{{NETWORK}}}[$__rate_interval]))"


def _slowest(share: str, metric: str = "govnet_snmp_walk_seconds_bucket", of: str = "module") -> str:
    return f"histogram_quantile({share}, {_rate(metric, f'{of}, le')})"


_SCRAPES = Row(
    "Scrapes",
    (
        Panel(
            "The exporter answers",
            "Whether Prometheus reaches the exporter. Without it nothing is watched.",
            "bool_yes_no",
            (Query(f'min by (network) (up{{job="govnet_exporter",{NETWORK}}})', "{{network}}"),),
            Kind.STATES,
            marks=ANSWERS,
        ),
        Panel(
            "Visits by outcome",
            "Requests for a device, by how they ended.",
            "cps",
            (Query(_rate("govnet_snmp_scrapes_total", "outcome"), "{{outcome}}"),),
        ),
        Panel(
            "Time of a scrape",
            "How long a scrape of each device took; the limit is 25 seconds.",
            "s",
            (Query(f'max by (name) (scrape_duration_seconds{{job="govnet",{DEVICE}}})', "{{name}}"),),
            limits=((20, "red"),),
        ),
        Panel(
            "Time of a module",
            "How long it takes to read a module of objects: half of the visits, and 95 of 100, are faster.",
            "s",
            (Query(_slowest("0.5"), "{{module}} 50 %"), Query(_slowest("0.95"), "{{module}} 95 %")),
        ),
        Panel(
            "Samples of a device",
            "How many values each device gives in one scrape.",
            "short",
            (Query(f'max by (name) (scrape_samples_scraped{{job="govnet",{DEVICE}}})', "{{name}}"),),
            Kind.BARS,
        ),
        Panel(
            "Sensors that say nothing, by metric",
            "Objects that were asked for and gave nothing plausible. They are absent, never 0.",
            "short",
            (
                Query(
                    f'topk(20, sum by (metric) (1 - govnet_sensor_up{{metric!~"if[A-Z].*|sys.*",{DEVICE}}}))',
                    "{{metric}}",
                ),
            ),
            Kind.BARS,
        ),
    ),
)
_SNMP = Row(
    "SNMP",
    (
        Panel(
            "Requests",
            "Requests sent, and those of them that were sent again.",
            "cps",
            (
                Query(_rate("govnet_snmp_requests_total", "module"), "{{module}} sent"),
                Query(_rate("govnet_snmp_retries_total", "module"), "{{module}} again"),
            ),
        ),
        Panel(
            "Values received",
            "Variable bindings received.",
            "cps",
            (Query(_rate("govnet_snmp_pdus_returned_total", "module"), "{{module}}"),),
        ),
        Panel(
            "Modules not read, by reason",
            "Modules that could not be read, by kind of error. Nothing here means that there was none.",
            "cps",
            (Query(_rate("govnet_snmp_errors_total", "module, kind"), "{{module}} {{kind}}"),),
            limits=((0.001, "red"),),
        ),
        Panel(
            "Datagrams",
            "Datagrams sent and received by the collector's one socket.",
            "cps",
            (
                Query(_rate("govnet_snmp_datagrams_sent_total", "network"), "{{network}} sent"),
                Query(_rate("govnet_snmp_datagrams_received_total", "network"), "{{network}} received"),
            ),
        ),
    ),
)
_OTHERS = Row(
    "Modbus and receivers",
    (
        Panel(
            "Time of a Modbus unit",
            "How long it takes to read a unit: half of the visits, and 95 of 100, are faster.",
            "s",
            (
                Query(_slowest("0.5", "govnet_modbus_read_seconds_bucket", "map"), "{{map}} 50 %"),
                Query(_slowest("0.95", "govnet_modbus_read_seconds_bucket", "map"), "{{map}} 95 %"),
            ),
        ),
        Panel(
            "Modbus visits by outcome",
            "Requests for a Modbus device, by how they ended.",
            "cps",
            (Query(_rate("govnet_modbus_scrapes_total", "outcome"), "{{outcome}}"),),
        ),
        Panel(
            "Messages received",
            "Traps, syslog lines and IDS records received.",
            "cps",
            (Query(_rate("govnet_receiver_messages_total", "via"), "{{via}}"),),
        ),
        Panel(
            "Messages of strangers",
            "Messages from addresses that the inventory does not know.",
            "cps",
            (Query(_rate("govnet_receiver_unknown_total", "via"), "{{via}}"),),
            limits=((0.1, "orange"),),
        ),
    ),
)
BOARD = Board(
    "collector",
    "Collector",
    "What the collector says of itself: visits, time, requests and errors.",
    (_SCRAPES, _SNMP, _OTHERS),
)

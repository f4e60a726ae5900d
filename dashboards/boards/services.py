"""Servers and the ports that they are plugged into."""

from dashboards.panels import ANSWERS, LINE, Board, Kind, Panel, Query, Row

_SERVERS = (
    'label_replace(govnet_device_info{role=~"srv|web|nms|mcu|ids",network=~"$network",place=~"$place",zone=~"$zone"}, '
    '"peer", "$1", "name", "(.*)")'
)
_AT = 'govnet_link_end{purpose!="mirror",network=~"$network"} * on (network, name, port) group_left () '


def _of_servers(measured: str) -> str:
    return f"max by (peer) (({_AT}{measured}) * on (network, peer) group_left (place) {_SERVERS})"


def _rate(metric: str) -> str:
    return _of_servers(f"max by (network, name, port) (rate({metric}[$__rate_interval]))")


_SERVICES = Row(
    "Systems",
    (
        Panel(
            "Systems that answer",
            "Whether each server of a system answers as its users ask it. Nothing here means that no prober runs.",
            "bool_yes_no",
            (
                Query(
                    'min by (system, title, name) (govnet:service_up:bool{network=~"$network",zone=~"$zone"})',
                    "{{title}} {{name}} ({{system}})",
                ),
            ),
            Kind.STATES,
            marks=ANSWERS,
        ),
        Panel(
            "Time of an answer",
            "How long each server of a system took to answer, or until the prober gave up.",
            "s",
            (
                Query(
                    'max by (system, title, name) (probe_duration_seconds{job="govnet_services",network=~"$network",'
                    'zone=~"$zone"})',
                    "{{title}} {{name}} ({{system}})",
                ),
            ),
        ),
    ),
)
_PORTS = Row(
    "Servers",
    (
        Panel(
            "Link of each server",
            "Whether the switch has a link to the server. A link is no service: the server itself is not asked.",
            "bool_yes_no",
            (Query(_of_servers("govnet:port_up:bool"), "{{peer}}"),),
            Kind.STATES,
            24,
            marks=LINE,
        ),
        Panel(
            "Traffic from servers",
            "Bits a second that the switch receives from each server.",
            "bps",
            (Query(f"8 * {_rate('ifHCInOctets')}", "{{peer}}"),),
        ),
        Panel(
            "Traffic to servers",
            "Bits a second that the switch sends to each server.",
            "bps",
            (Query(f"8 * {_rate('ifHCOutOctets')}", "{{peer}}"),),
        ),
        Panel(
            "Broken frames from servers",
            "Frames with errors that the switch receives: a cable or a network card.",
            "pps",
            (Query(_rate("ifInErrors"), "{{peer}}"),),
        ),
        Panel(
            "Frames dropped towards servers",
            "Frames that the switch could not send to a server.",
            "pps",
            (Query(_rate("ifOutDiscards"), "{{peer}}"),),
        ),
    ),
)
BOARD = Board(
    "services",
    "Services",
    "Systems as their users meet them, and servers: their links, and what they carry.",
    (_SERVICES, _PORTS),
)

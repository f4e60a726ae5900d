"""Leased lines and who owns them."""

from dashboards.panels import CIRCUIT, LINE, NETWORK, Board, Kind, Panel, Query, Row, ends_here


def of_ends(metric: str) -> str:
    """Return the worse end of each circuit, of a counter of its ports."""
    ends = ends_here(f"govnet_circuit_end{{{CIRCUIT}}}")
    counted = f"max by (network, name, port) (rate({metric}[$__rate_interval]))"
    return f"max by (circuit, title) ({ends} * on (network, name, port) group_left () {counted})"


def _used(way: str) -> str:
    return ends_here(f"govnet:circuit_{way}:ratio{{{CIRCUIT}}}")


def probed(metric: str) -> str:
    """Return what a prober at the centre sees of each circuit, by its title."""
    titled = f"max by (network, circuit, title) (govnet_circuit_end{{{CIRCUIT}}})"
    seen = f"({metric}{{{NETWORK}}} * on (network, circuit) group_left (title) {titled})"
    return f"max by (circuit, title) ({ends_here(seen)})"


UP = ends_here(f"govnet:circuit_up:bool{{{CIRCUIT}}}")
_STATE = Row(
    "State",
    (
        Panel(
            "Circuits",
            "Whether both ends of a leased line have a link.",
            "bool_yes_no",
            (Query(f"min by (circuit, title) ({UP})", "{{title}} ({{circuit}})"),),
            Kind.STATES,
            24,
            marks=LINE,
        ),
        Panel(
            "Circuits up by owner",
            "How many leased lines have a link, by whose they are.",
            "short",
            (Query(f"sum by (owner) ({UP})", "{{owner}}"),),
            Kind.NOW,
            8,
        ),
        Panel(
            "Up in the time shown",
            "Share of the time shown in which a line had a link at both ends, by whose it is: the worst one.",
            "percentunit",
            (
                Query(
                    f"min by (owner) ({ends_here(f'avg_over_time(govnet:circuit_up:bool{{{CIRCUIT}}}[$__range])')})",
                    "{{owner}}",
                ),
            ),
            Kind.NOW,
            8,
            limits=((0, "red"), (0.999, "green")),
            most=1,
        ),
        Panel(
            "Ordered speed",
            "Speed of each leased line as it was ordered.",
            "bps",
            (
                Query(
                    f"max by (circuit, title) ({ends_here(f'govnet_circuit_speed_bits_per_second{{{CIRCUIT}}}')})",
                    "{{title}} ({{circuit}})",
                ),
            ),
            Kind.BARS,
            8,
        ),
    ),
)
_USE = Row(
    "Use",
    (
        Panel(
            "Use, inbound",
            "Share of the ordered speed that is received: not of the port's. Above 80 % for 15 minutes it is an alert.",
            "percentunit",
            (Query(f"max by (circuit, title) ({_used('in')})", "{{title}} ({{circuit}})"),),
            limits=((0.8, "red"),),
            most=1,
        ),
        Panel(
            "Use, outbound",
            "Share of the ordered speed that is sent: not of the port's. Above 80 % for 15 minutes it is an alert.",
            "percentunit",
            (Query(f"max by (circuit, title) ({_used('out')})", "{{title}} ({{circuit}})"),),
            limits=((0.8, "red"),),
            most=1,
        ),
        Panel(
            "Broken frames on circuits",
            "Frames with errors at the worse end of each line.",
            "pps",
            (Query(of_ends("ifInErrors"), "{{title}} ({{circuit}})"),),
        ),
        Panel(
            "Dropped frames on circuits",
            "Frames that were not sent at the worse end of each line: its queue was full.",
            "pps",
            (Query(of_ends("ifOutDiscards"), "{{title}} ({{circuit}})"),),
        ),
    ),
)
LOSS = Panel(
    "Loss",
    "Share of the pings to a line's far end that come back to nobody. Above 1 % for five minutes it is an alert. "
    "Nothing here means that no prober runs.",
    "percentunit",
    (Query(probed("govnet:circuit_loss:ratio"), "{{title}} ({{circuit}})"),),
    width=8,
    limits=((0.01, "red"),),
    most=1,
)
DELAY = Panel(
    "Delay",
    "Half of the middle round trip to a line's far end. Above 150 ms it is an alert.",
    "s",
    (Query(probed("govnet:circuit_delay:seconds"), "{{title}} ({{circuit}})"),),
    width=8,
    limits=((0.15, "red"),),
)
JITTER = Panel(
    "Jitter",
    "How much later than the middle one the latest of twenty answers comes. Above 50 ms it is an alert.",
    "s",
    (Query(probed("govnet:circuit_jitter:seconds"), "{{title}} ({{circuit}})"),),
    width=8,
    limits=((0.05, "red"),),
)
_QUALITY = Row("Quality", (LOSS, DELAY, JITTER))
BOARD = Board(
    "circuits",
    "Circuits and carriers",
    "Leased lines: whether they are up, how full they are of the speed that was ordered, and whose they are.",
    (_STATE, _USE, _QUALITY),
)

"""Whether each place could hold a video conference now."""

from dashboards.boards.circuits import DELAY, JITTER, LOSS, UP, of_ends
from dashboards.panels import CIRCUIT, LINE, Board, Kind, Panel, Query, Row, ends_here

_SPEED = f"max by (network, circuit, title) (govnet_circuit_speed_bits_per_second{{{CIRCUIT}}})"


def _free(way: str, over: str = "") -> str:
    used = f"govnet:circuit_{way}:ratio{{{CIRCUIT}}}"
    most = f"max_over_time({used}{over})" if over else used
    left = f"{_SPEED} * on (network, circuit) group_left () (1 - max by (network, circuit) ({most}))"
    return f"max by (circuit, title) ({ends_here(left)})"


def _headroom(title: str, says: str, over: str) -> Panel:
    queries = tuple(Query(_free(way, over), "{{title}} " + way) for way in ("in", "out"))
    kind = Kind.BARS if over else Kind.GRAPH
    return Panel(title, says, "bps", queries, kind)


_PATH = Row(
    "Way to each place",
    (
        Panel(
            "Way",
            "Whether the leased line to a place has a link at both ends: without one there is no conference.",
            "bool_yes_no",
            (Query(f"min by (circuit, title) ({UP})", "{{title}}"),),
            Kind.STATES,
            24,
            marks=LINE,
        ),
        _headroom("Free now", "What is left of the ordered speed of each line, each way.", ""),
        _headroom(
            "Free in the busiest moment",
            "The least that was left of each line in the time shown, each way.",
            "[$__range]",
        ),
        Panel(
            "Frames lost on the way",
            "Frames that a line broke or dropped, at its worse end: pictures freeze on few of them.",
            "pps",
            (Query(of_ends("ifInErrors"), "{{title}} broken"), Query(of_ends("ifOutDiscards"), "{{title}} dropped")),
            width=24,
        ),
        LOSS,
        DELAY,
        JITTER,
    ),
)
BOARD = Board(
    "video",
    "Video readiness",
    "For each place: is there a way, how much of it is free, and does it lose frames.",
    (_PATH,),
)

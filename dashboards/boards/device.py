"""One device, or those chosen: its state, its parts, its ports."""

from dashboards.panels import ANSWERS, DEVICE, LINE, PART, Board, Kind, Mark, Panel, Query, Row, coded

_READ = (Mark(0, "read", "green"), Mark(1, "not read", "red"))
_ONE = DEVICE + ',name=~"$device"'


def _parts(title: str, says: str, expr: str, legend: str) -> Panel:
    chosen = expr.replace(DEVICE, _ONE)
    return Panel(title, says, "bool_yes_no", (Query(chosen, legend),), Kind.STATES, marks=PART)


def _ports(title: str, says: str, metrics: tuple[tuple[str, str], ...], unit: str = "pps") -> Panel:
    factor = "8 * " if unit == "bps" else ""
    queries = tuple(
        Query(f"{factor}sum by (name, port) (rate({metric}{{{_ONE}}}[$__rate_interval]))", "{{name}} {{port}} " + way)
        for metric, way in metrics
    )
    return Panel(title, says, unit, queries)


_STATE = Row(
    "State",
    (
        Panel(
            "Answers",
            "Whether a device answered the collector.",
            "bool_yes_no",
            (Query(f'min by (name) (up{{job="govnet",{_ONE}}})', "{{name}}"),),
            Kind.STATES,
            marks=ANSWERS,
        ),
        Panel(
            "Runs since",
            "Time since the device started. A short one is a restart.",
            "s",
            (Query(f"max by (name) (system_uptime_seconds{{{_ONE}}})", "{{name}}"),),
            Kind.NOW,
            limits=((0, "red"), (3600, "green")),
        ),
        Panel(
            "CPU",
            "The busiest processor of a device. Above 80 % for ten minutes it is an alert.",
            "percentunit",
            (Query(f"govnet:cpu:ratio{{{_ONE}}}", "{{name}}"),),
            width=8,
            limits=((0.8, "red"),),
            most=1,
        ),
        Panel(
            "Memory",
            "The fullest memory of a device. Above 90 % for ten minutes it is an alert.",
            "percentunit",
            (Query(f"govnet:memory:ratio{{{_ONE}}}", "{{name}}"),),
            width=8,
            limits=((0.9, "red"),),
            most=1,
        ),
        Panel(
            "Temperature",
            "The warmest sensor of a device. Above 60 °C it is an alert.",
            "celsius",
            (Query(f"govnet:temperature:celsius{{{_ONE}}}", "{{name}}"),),
            width=8,
            limits=((60, "red"),),
        ),
        Panel(
            "Modules not read",
            "Groups of objects that a device did not answer, though it was asked.",
            "bool_yes_no",
            (Query(f"max by (name, module) (1 - govnet_module_up{{{_ONE}}})", "{{name}} {{module}}"),),
            Kind.STATES,
            marks=_READ,
        ),
        Panel(
            "Sensors that say nothing",
            "Sensors that were asked and gave nothing plausible: absent, never 0.",
            "short",
            (Query(f'sum by (name) (1 - govnet_sensor_up{{metric!~"if[A-Z].*|sys.*",{_ONE}}})', "{{name}}"),),
        ),
    ),
)
_HARDWARE = Row(
    "Parts",
    (
        _parts(
            "Power supplies of the cores",
            "Each power supply of an 8600.",
            coded("nortel_power_supply_state", "name, power_supply", up=1, unknown=2, empty=3),
            "{{name}} {{power_supply}}",
        ),
        _parts(
            "Fans of the cores",
            "Each fan of an 8600.",
            coded("nortel_fan_state", "name, fan", up=1, unknown=2),
            "{{name}} {{fan}}",
        ),
        _parts(
            "Cards of the cores",
            "Each card of an 8600.",
            coded("nortel_card_state", "name, slot, card", up=1, unknown=2, testing=2, dormant=2),
            "{{name}} {{slot}} {{card}}",
        ),
        _parts(
            "Fans of Huawei switches",
            "Each fan of a switch with VRP.",
            coded("huawei_fan_state", "name, slot, fan", normal=1),
            "{{name}} {{slot}} {{fan}}",
        ),
        Panel(
            "Parts of stackables by state",
            "How many parts of a stackable switch are in which state.",
            "short",
            (
                Query(
                    f"sum by (name, nortel_ers_component_state) (nortel_ers_component_state{{{_ONE}}}) > 0",
                    "{{name}} {{nortel_ers_component_state}}",
                ),
            ),
            width=24,
        ),
    ),
)
_PORTS = Row(
    "Ports",
    (
        Panel(
            "Ports with a cable",
            "Ports that a cable of the inventory is plugged into.",
            "bool_yes_no",
            (
                Query(
                    'max by (name, port, peer) (govnet_link_end{network=~"$network",name=~"$device"}'
                    " * on (network, name, port) group_left () govnet:port_up:bool)",
                    "{{name}} {{port}} > {{peer}}",
                ),
            ),
            Kind.STATES,
            24,
            marks=LINE,
        ),
        _ports(
            "Traffic",
            "Bits a second of each port.",
            (("ifHCInOctets", "in"), ("ifHCOutOctets", "out")),
            "bps",
        ),
        _ports(
            "Broken frames", "Frames with errors, received and sent.", (("ifInErrors", "in"), ("ifOutErrors", "out"))
        ),
        _ports(
            "Dropped frames",
            "Frames that a port dropped though they were whole: it is too busy, or may not pass them.",
            (("ifInDiscards", "in"), ("ifOutDiscards", "out")),
        ),
        _ports(
            "Broadcasts",
            "Broadcast frames received: a loop or a sick host shows here first.",
            (("ifHCInBroadcastPkts", "in"),),
        ),
    ),
)
BOARD = Board(
    "device",
    "Device",
    "One device or several: whether it answers, how its parts are, and what its ports carry.",
    (_STATE, _HARDWARE, _PORTS),
    device=True,
)

"""The machine room: power and air."""

from dashboards.panels import DEVICE, NETWORK, Board, Kind, Mark, Panel, Query, Row, coded, known

_OUTPUT = (
    Mark(0, "no output", "dark-red"),
    Mark(1, "mains", "green"),
    Mark(2, "battery", "red"),
    Mark(3, "bypass", "orange"),
    Mark(4, "other", "purple"),
)
_BATTERY = (
    Mark(0, "depleted", "dark-red"),
    Mark(1, "charged", "green"),
    Mark(2, "unknown", "purple"),
    Mark(3, "low", "red"),
)
_SOURCES = Row(
    "Power",
    (
        Panel(
            "Fed from",
            "Where each UPS takes its output from. Battery means that the mains are lost and minutes are counted.",
            "bool_yes_no",
            (Query(coded("ups_output_source", "name", normal=1, battery=2, bypass=3, other=4), "{{name}}"),),
            Kind.STATES,
            marks=_OUTPUT,
        ),
        Panel(
            "Battery",
            "What each UPS says of its battery.",
            "bool_yes_no",
            (Query(coded("ups_battery_state", "name", batteryNormal=1, unknown=2, batteryLow=3), "{{name}}"),),
            Kind.STATES,
            marks=_BATTERY,
        ),
        Panel(
            "Back-up time left",
            "How long each UPS says that its battery lasts at the present load.",
            "s",
            (Query(f"max by (name) (ups_runtime_remaining_seconds{{{DEVICE}}})", "{{name}}"),),
            Kind.NOW,
            8,
            limits=((0, "red"), (300, "orange"), (600, "green")),
        ),
        Panel(
            "Back-up time as inventoried",
            "How long each source lasts without its own feeds, as the inventory says; compare it with what is "
            "measured.",
            "s",
            (Query(f"max by (source) (govnet_power_backup_seconds{{{NETWORK}}})", "{{source}}"),),
            Kind.NOW,
            8,
        ),
        Panel(
            "On battery for",
            "How long each UPS has been running on its battery; 0 on mains.",
            "s",
            (Query(f"max by (name) (ups_on_battery_seconds{{{DEVICE}}})", "{{name}}"),),
            Kind.NOW,
            8,
            limits=((1, "red"),),
        ),
        Panel(
            "Dark in",
            "Seconds until a zone at a place is without power. There is nothing here while every source is on mains.",
            "s",
            (
                Query(
                    'min by (source, place, zone) (govnet:dark_in:seconds{network=~"$network",place=~"$place",'
                    'zone=~"$zone"})',
                    "{{zone}} {{place}} ({{source}})",
                ),
            ),
            Kind.BARS,
            limits=((0, "red"), (600, "orange"), (1800, "green")),
        ),
        Panel(
            "Zones that go dark with a source",
            "How many zones at places are lost when a source ends, by the cables and the power graph of the inventory.",
            "short",
            (
                Query(
                    'count by (source) (govnet_power_dark{network=~"$network",place=~"$place",zone=~"$zone"})',
                    "{{source}}",
                ),
            ),
            Kind.BARS,
        ),
    ),
)
_LOAD = Row(
    "Load and supply",
    (
        Panel(
            "Load",
            "Share of its rated power that each UPS gives, of its busiest phase.",
            "percentunit",
            (Query(f"max by (name) (ups_output_load_ratio{{{DEVICE}}})", "{{name}}"),),
            limits=((0.7, "orange"), (0.9, "red")),
            most=1,
        ),
        Panel(
            "Power given",
            "Power of all phases together, and what each UPS is built for.",
            "watt",
            (
                Query(f"sum by (name) (ups_output_watts{{{DEVICE}}})", "{{name}}"),
                Query(f"max by (name) (ups_nominal_output_watts{{{DEVICE}}})", "{{name}} rated"),
            ),
        ),
        Panel(
            "Input voltage",
            "Voltage of each phase from the mains. Nothing here while a UPS measures none.",
            "volt",
            (Query(f"max by (name, line) (ups_input_volts{{{DEVICE}}})", "{{name}} {{line}}"),),
            width=8,
        ),
        Panel(
            "Frequency",
            "Frequency of the mains and of the output.",
            "hertz",
            (
                Query(f"max by (name, line) (ups_input_hertz{{{DEVICE}}})", "{{name}} input {{line}}"),
                Query(f"max by (name) (ups_output_hertz{{{DEVICE}}})", "{{name}} output"),
            ),
            width=8,
        ),
        Panel(
            "Battery charge",
            "Charge of each battery.",
            "percentunit",
            (Query(f"max by (name) (ups_battery_charge_ratio{{{DEVICE}}})", "{{name}}"),),
            width=8,
            most=1,
        ),
        Panel(
            "Alarms of the UPS",
            "How many alarms each UPS raises itself.",
            "short",
            (Query(f"max by (name) (ups_alarms_present{{{DEVICE}}})", "{{name}}"),),
            Kind.NOW,
            8,
            limits=((1, "red"),),
        ),
        Panel(
            "Devices that a source feeds",
            "How many devices of the inventory hang on each source.",
            "short",
            (Query(f"count by (source) ({known('govnet_power_feed')})", "{{source}}"),),
            Kind.BARS,
            16,
        ),
    ),
)
_RUNS = (Mark(0, "stands still", "red"), Mark(1, "runs", "green"))
_ALARM = (Mark(0, "no alarm", "green"), Mark(1, "alarm", "red"))
_CONTACT = (Mark(0, "wrong", "red"), Mark(1, "well", "green"))
_AIR = Row(
    "Air",
    (
        Panel(
            "Room temperature",
            "Each sensor of the room, and the warmest that the inlets of the place may be, derated for its altitude.",
            "celsius",
            (
                Query(
                    f"max by (name, sensor, position) (room_temperature_celsius{{{DEVICE}}})",
                    "{{name}} {{sensor}} {{position}}",
                ),
                Query(
                    'max by (place) (govnet_room_limit_celsius{network=~"$network",place=~"$place"})',
                    "{{place}} limit",
                ),
            ),
        ),
        Panel(
            "Humidity",
            "Relative humidity at each sensor; at most 60 % is asked.",
            "percentunit",
            (
                Query(
                    f"max by (name, sensor, position) (room_humidity_ratio{{{DEVICE}}})",
                    "{{name}} {{sensor}} {{position}}",
                ),
            ),
            limits=((0.6, "red"),),
            most=1,
        ),
        Panel(
            "Air conditioners",
            "Whether each air conditioner runs.",
            "bool_yes_no",
            (Query(f"max by (name) (air_conditioner_running{{{DEVICE}}})", "{{name}}"),),
            Kind.STATES,
            8,
            marks=_RUNS,
        ),
        Panel(
            "Alarms of air conditioners",
            "Whether each air conditioner raises an alarm.",
            "bool_yes_no",
            (Query(f"max by (name) (air_conditioner_alarm{{{DEVICE}}})", "{{name}}"),),
            Kind.STATES,
            8,
            marks=_ALARM,
        ),
        Panel(
            "Water, fire, doors",
            "Contacts of the room: dry, no fire, online, or not.",
            "bool_yes_no",
            (Query(f"min by (name, sensor, kind) (room_contact_well{{{DEVICE}}})", "{{name}} {{sensor}} ({{kind}})"),),
            Kind.STATES,
            8,
            marks=_CONTACT,
        ),
        Panel(
            "Air in and out of air conditioners",
            "Temperature of the air that each takes in and gives. Nothing between the two means that it does not cool.",
            "celsius",
            (
                Query(f"max by (name) (air_conditioner_return_celsius{{{DEVICE}}})", "{{name}} in"),
                Query(f"max by (name) (air_conditioner_supply_celsius{{{DEVICE}}})", "{{name}} out"),
            ),
        ),
        Panel(
            "Transfers of the EPS",
            "How often each EPS went to its battery in the time shown.",
            "short",
            (Query(f"max by (name) (increase(eps_transfers_total{{{DEVICE}}}[$__range]))", "{{name}}"),),
            Kind.NOW,
            6,
            limits=((1, "orange"),),
        ),
        Panel(
            "Gap of the last transfer",
            "How long the output of each EPS was off at its last transfer: computers ride through about 20 ms.",
            "s",
            (Query(f"max by (name) (eps_transfer_seconds{{{DEVICE}}})", "{{name}}"),),
            Kind.NOW,
            6,
            limits=((0.02, "orange"),),
        ),
        Panel(
            "Temperature inside devices",
            "Warmest sensor of each device. Above 60 °C it is an alert.",
            "celsius",
            (Query(f"govnet:temperature:celsius{{{DEVICE}}}", "{{name}}"),),
            limits=((60, "red"),),
        ),
        Panel(
            "Air at the fans",
            "Air that the fan trays of the cores draw in: the nearest to a room sensor that a network device has.",
            "celsius",
            (Query(f"max by (name, fan) (nortel_fan_ambient_celsius{{{DEVICE}}})", "{{name}} {{fan}}"),),
            limits=((40, "red"),),
        ),
        Panel(
            "Battery temperature",
            "Temperature at each UPS's battery; warmth ages it.",
            "celsius",
            (Query(f"max by (name) (ups_battery_temperature_celsius{{{DEVICE}}})", "{{name}}"),),
            limits=((30, "orange"), (40, "red")),
        ),
    ),
)
BOARD = Board(
    "room",
    "Machine room",
    "Power and air: where each source takes its power from, how long it lasts, what goes dark, and how warm it is.",
    (_SOURCES, _LOAD, _AIR),
)

"""What a module file says, as frozen values: the layout of snmp_exporter's ``snmp.yml`` plus a sanity layer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from snmp import Auth

NUMBERS = frozenset(("gauge", "counter", "Float", "Double"))
DATES = frozenset(("DateAndTime", "ParseDateAndTime", "NTPTimeStamp"))
ENUMS = frozenset(("EnumAsInfo", "EnumAsStateSet", "Bits"))
COMBINED: dict[str, dict[int, str]] = {
    "InetAddress": {1: "InetAddressIPv4", 2: "InetAddressIPv6"},
    "InetAddressMissingSize": {1: "InetAddressIPv4", 2: "InetAddressIPv6"},
    "LldpPortId": dict.fromkeys((1, 2, 5, 7), "DisplayString") | {3: "PhysAddress48"},
}
"""Textual conventions whose form depends on the number before them."""
STRINGS = frozenset(("OctetString", "DisplayString", "PhysAddress48", "InetAddressIPv4", "InetAddressIPv6", *COMBINED))
INDEX_TYPES = frozenset(("gauge", "counter", "Integer", "Integer32", "Unsigned32", "EnumAsInfo")) | STRINGS
METRIC_TYPES = NUMBERS | DATES | ENUMS | STRINGS


@dataclass(frozen=True, slots=True)
class Index:
    """One index of a table, as a label."""

    labelname: str
    type: str
    fixed_size: int = 0
    implied: bool = False
    enum_values: Mapping[int, str] = field(default_factory=dict)
    display_hint: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A label read from another column of the same row; without `labels`, the label is dropped.

    Attributes:
        value: ours, not upstream's: the label is this text, whatever the row.
        enum_values: ours, not upstream's: number in the column -> text; a number that is not there stays a number.
    """

    labels: tuple[str, ...]
    labelname: str
    oid: str = ""
    type: str = ""
    display_hint: str = ""
    value: str = ""
    enum_values: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """A number taken out of a text: pattern, and what of it to read as the value (``$1``)."""

    suffix: str
    pattern: re.Pattern[str]
    value: str


@dataclass(frozen=True, slots=True)
class Sanity:
    """What a reading can be; anything else is absent.

    Attributes:
        unit: of the value after `scale`, in the words of Prometheus (``celsius``, ``volts``, ...).
        minimum, maximum: of the value after `scale`, inclusive; None for no bound.
        sentinels: raw values that mean "not available".
        also_scales: other scales that devices use for this object; taken only when the declared one
            gives an implausible value and exactly one of these gives a plausible one.
        values: raw number -> value, where a number means something else than itself; any other is absent.
    """

    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    sentinels: frozenset[int] = frozenset()
    also_scales: tuple[float, ...] = ()
    values: Mapping[int, float] = field(default_factory=dict)

    def plausible(self, value: float) -> bool:
        """Tell whether a scaled value lies within the bounds."""
        low = self.minimum is None or value >= self.minimum
        return low and (self.maximum is None or value <= self.maximum)


@dataclass(frozen=True, slots=True)
class Metric:
    """One object of a MIB and how it becomes samples.

    Attributes:
        datetime_pattern: of strptime, for the text of a ParseDateAndTime.
        display_hint: of RFC 2579 section 3.1, how octets are to be read.
    """

    name: str
    oid: str
    type: str
    help: str = ""
    indexes: tuple[Index, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    regex_extracts: tuple[Extract, ...] = ()
    enum_values: Mapping[int, str] = field(default_factory=dict)
    scale: float = 0.0
    offset: float = 0.0
    datetime_pattern: str = ""
    display_hint: str = ""
    sanity: Sanity | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep only the rows of `targets` whose column `oid` holds one of `values`."""

    oid: str
    targets: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """What to read from a kind of device; equal to itself alone, so that what is worked out of it can be remembered.

    Attributes:
        timeout: seconds for one try; None for the engine's default, as with `retries`.
        use_unconnected_udp_socket: take replies from another address than was asked, as some UPS cards send them.
    """

    name: str
    walk: tuple[str, ...] = ()
    get: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    filters: tuple[Filter, ...] = ()
    max_repetitions: int = 25
    retries: int | None = None
    timeout: float | None = None
    allow_nonincreasing_oids: bool = False
    use_unconnected_udp_socket: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All modules and credentials of one or more files, by name."""

    modules: Mapping[str, Module]
    auths: Mapping[str, Auth]

    def __or__(self, other: Catalogue) -> Catalogue:
        """Return both catalogues; names of `other` win."""
        return Catalogue({**self.modules, **other.modules}, {**self.auths, **other.auths})

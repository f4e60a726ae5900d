"""Indexes and texts as label values, in the forms that snmp_exporter gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from collectors.exposition import escape_label
from collectors.hints import hinted
from collectors.model import COMBINED, Index
from snmp import MalformedError, ber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from collectors.model import Lookup
    from snmp import Cells

    Numbers: TypeAlias = Sequence[int]
    Form: TypeAlias = Callable[[Numbers], str]

_IPV4, _IPV6, _MAC = 4, 16, 6


def _dotted(numbers: Numbers) -> str:
    return ".".join(map(str, numbers))


def _colons(numbers: Numbers) -> str:
    return ":".join(f"{number:02X}" for number in numbers)


def _ipv6(numbers: Numbers) -> str:
    return ":".join(f"{high:02X}{low:02X}" for high, low in zip(numbers[::2], numbers[1::2], strict=True))


def _hex(numbers: Numbers) -> str:
    return "0x" + _octets(numbers).hex().upper() if numbers else ""


def _text(numbers: Numbers) -> str:
    return _octets(numbers).decode("utf-8", "replace")


def _octets(numbers: Numbers) -> bytes:
    return bytes(number & 0xFF for number in numbers)


_FIXED: Mapping[str, tuple[int, Form]] = {
    "PhysAddress48": (_MAC, _colons),
    "InetAddressIPv4": (_IPV4, _dotted),
    "InetAddressIPv6": (_IPV6, _ipv6),
}
_VARIABLE: Mapping[str, Form] = {"OctetString": _hex, "DisplayString": _text}


def split(numbers: Numbers, count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the first `count` numbers, filled up with zeros, and the rest."""
    head = tuple(numbers[:count])
    return head + (0,) * (count - len(head)), tuple(numbers[count:])


def index_text(index: Index, numbers: Numbers) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return the text of one index, the numbers it took, and those left for the next index."""
    if index.type in COMBINED:
        return _combined(index, numbers)
    if index.type in _FIXED:
        size, form = _FIXED[index.type]
        used, rest = split(numbers, size)
        return form(used), used, rest
    if index.type in _VARIABLE:
        plain, used, rest = _variable(index, numbers)
        octets = _octets(used if index.implied or index.fixed_size else used[1:])
        return hinted(index.display_hint, octets) or plain, used, rest
    used, rest = split(numbers, 1)
    # As upstream: a number of any other type stays one, whatever names its values have.
    names = index.enum_values if index.type == "EnumAsInfo" else {}
    return names.get(used[0], str(used[0])), used, rest


def _variable(index: Index, numbers: Numbers) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return an index of variable length: implied, of fixed size, or told by its first number."""
    size = len(numbers) if index.implied else index.fixed_size
    front: tuple[int, ...] = ()
    rest: tuple[int, ...] = tuple(numbers)
    if not size:
        front, rest = split(numbers, 1)
        size = min(front[0], ber.MAX_SUBIDS)
    used, rest = split(rest, size)
    return _VARIABLE[index.type](used), front + used, rest


def _combined(index: Index, numbers: Numbers) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return an index whose first number tells its form."""
    sized = index.type != "InetAddressMissingSize"
    front, rest = split(numbers, 2 if sized else 1)
    form = COMBINED[index.type].get(front[0])
    if form:
        text, used, rest = index_text(Index("", form, fixed_size=front[-1] if form == "DisplayString" else 0), rest)
        return text, front + used, rest
    used, rest = split(rest, min(front[-1], ber.MAX_SUBIDS) if sized else len(rest))
    return _hex((front[0], len(used), *used)), front + used, rest


def value_text(tag: int, content: bytes, kind: str, hint: str = "") -> str:
    """Return a value as text, an octet string as the hint says, or in the form that `kind` names.

    Raises:
        MalformedError: the content does not fit the tag.
    """
    if tag == ber.OID:
        return ber.dotted(content)
    if tag == ber.IP_ADDRESS:
        return _dotted(content)
    if tag not in (ber.OCTET_STRING, ber.OPAQUE):
        return str(ber.to_integer(tag, content)) if tag in ber.NUMBERS else ""
    text = hinted(hint, content) if hint else None
    return _octets_text(content, kind) if text is None else text


def _octets_text(content: bytes, kind: str) -> str:
    """Return an octet string in the form that `kind` names."""
    if kind == "DisplayString":
        return content.decode("utf-8", "replace")
    if kind in _FIXED:
        return index_text(Index("", kind), content)[0]
    return _hex(content)


class Labels(dict[bytes, str]):
    """The labels of the rows of one table, in braces: made at the first look, shared by all its columns.

    Looking up an index that is no list of numbers raises `MalformedError`.

    Attributes:
        names: of the labels that every row has.
        distinct: whether no two rows seen so far have the same labels.
    """

    def __init__(self, indexes: tuple[Index, ...], lookups: tuple[Lookup, ...], columns: Mapping[str, Cells]) -> None:
        super().__init__()
        self._indexes, self._lookups = indexes, lookups
        self._columns = {lookup.oid: columns.get(lookup.oid, {}) for lookup in lookups if lookup.labels}
        self._keys = tuple(index.labelname for index in indexes)
        self._seen: set[str] = set()
        self.distinct = True
        found = dict.fromkeys(self._keys)
        for lookup in lookups:
            found |= {lookup.labelname: None}
            if not (lookup.labels or lookup.value):
                del found[lookup.labelname]
        self.names = frozenset(found)

    def __missing__(self, index: bytes) -> str:
        found = self[index] = braces(self._read(index).items())
        self.distinct = self.distinct and found not in self._seen
        self._seen.add(found)
        return found

    def hold_for(self, columns: Mapping[str, Cells]) -> bool:
        """Tell whether these cells give every row the labels that it has already."""
        pairs = [(cells, columns.get(oid, {})) for oid, cells in self._columns.items()]
        return all(before is now or before == now for before, now in pairs)

    def _read(self, index: bytes) -> dict[str, str]:
        """Decode the index, then look up what the module wants to know of the row."""
        labels: dict[str, str] = {}
        taken: dict[str, bytes] = {}
        rest: tuple[int, ...] = ber.index_numbers(index)
        for item in self._indexes:
            labels[item.labelname], used, rest = index_text(item, rest)
            taken[item.labelname] = ber.encode_index(used)
        for lookup in self._lookups:
            if lookup.labels:
                key = index if lookup.labels == self._keys else b"".join(taken[name] for name in lookup.labels)
                labels[lookup.labelname], taken[lookup.labelname] = self._look_up(lookup, key)
            elif lookup.value:
                labels[lookup.labelname] = lookup.value
            else:
                labels.pop(lookup.labelname, None)
        return labels

    def _look_up(self, lookup: Lookup, key: bytes) -> tuple[str, bytes]:
        """Return the text of a cell, and its number as an index for further lookups."""
        cell = self._columns[lookup.oid].get(key)
        if cell is None:
            return "", b""
        tag, content = cell
        try:
            number = ber.to_integer(tag, content) if tag in ber.NUMBERS else 0
            text = dict(lookup.enum_values).get(number) or value_text(tag, content, lookup.type, lookup.display_hint)
            return text, ber.encode_index((max(number, 0),))
        except MalformedError:
            return "", b""


def braces(pairs: Iterable[tuple[str, str]]) -> str:
    """Return labels in braces, values escaped."""
    inside = ",".join([label(name, value) for name, value in pairs])
    return f"{{{inside}}}" if inside else ""


def opened(text: str) -> str:
    """Return labels in braces ready for one more, which is to be followed by the closing brace."""
    return f"{text[:-1]}," if text else "{"


def label(name: str, value: str) -> str:
    """Return one label."""
    return f'{name}="{escape_label(value)}"'

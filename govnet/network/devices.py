"""From merged records to devices: their ports, and the addresses that rules give them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from govnet.network import rules
from govnet.network.built import Device
from govnet.network.inheritance import Record, records, written
from govnet.network.schema_hosts import Entry
from govnet.network.segments import address_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from govnet.network.built import Model
    from govnet.network.folder import Folder
    from govnet.network.placed import Place, Segment

    _T = TypeVar("_T")

_REQUIRED = ("network", "place", "plane", "role", "model", "owner", "maintainer", "config_authority", "managed")
_NAMED = frozenset(
    {
        *("place", "plane", "role", "model", "software", "serial", "owner", "maintainer", "config_authority"),
        *("managed", "address", "loopback", "oob", "power_source", "cards", "stand_in", "syntax_evidence"),
        *("zone", "since", "until", "network"),
    }
)
_LOWER = 2  # the lower level has the second address of a circuit, the upper level the first


@dataclass(frozen=True, slots=True)
class Builder:
    """What is known before the devices are."""

    folder: Folder
    models: Mapping[str, Model]
    circuits: Mapping[str, Segment]  # town or node -> management segment of its circuit
    places: Mapping[str, Place]

    def build(self, record: Record) -> Device | None:
        """Return the device of a record; None when the record is not enough to know what it is."""
        missing = [key for key in _REQUIRED if getattr(record.data, key) is None]
        if missing and record.name in self.folder.unsound:
            return None
        if missing:
            self.folder.unsound.add(record.name)
            cause = f"{record.name} has no {', '.join(missing)}"
            self.folder.problem(record.origin, cause, "Give it in the host's data or in one of its groups")
            return None
        if record.data.network != self.folder.files.network.slug:
            cause = f"{record.name} says network {record.data.network!r}, this is {self.folder.files.network.slug!r}"
            self.folder.problem(record.origin, cause, "Move it to its own network's folder")
        return self._device(record)

    def _device(self, record: Record) -> Device:
        data = record.data
        oob = self._rule(record, "oob", IPv4Interface)
        zone_address = self._rule(record, "address", IPv4Address)
        loopback = self._rule(record, "loopback", IPv4Interface)
        computed = self._circuit_address(record) or (oob.ip if oob else None) or zone_address
        if computed is None and loopback and record.platform:
            computed = loopback.ip  # a router of the provider network is reached on its loopback
        model = self.models.get(data.model or "")
        return Device(
            name=record.name,
            role=data.role or "",
            place=data.place or "",
            plane=data.plane or self.folder.files.network.plane,
            platform=record.platform,
            stand_in=data.stand_in or "",
            vendor=model.vendor if model else "",
            model=data.model or "",
            software=data.software or "",
            serial=data.serial or "",
            owner=data.owner or "",
            maintainer=data.maintainer or "",
            config_authority=data.config_authority or "",
            managed=bool(data.managed),
            oob=oob,
            loopback=loopback,
            address=self._hostname(record, computed),
            zone=data.zone or "",
            zone_address=zone_address,
            ports=self._ports(record, model),
            cards=data.cards or {},
            power=data.power_source or (),
            syntax_evidence=data.syntax_evidence or {},
            since=data.since,
            until=data.until,
            origin=record.origin,
            data={key: _plain(getattr(data, key)) for key in sorted(data.model_fields_set - _NAMED)},
            groups=record.groups,
        )

    def _rule(self, record: Record, key: str, convert: Callable[[str], _T]) -> _T | None:
        """Compute an address that may be a rule in n, the number at the end of the device's name.

        At a place of a table its own numbers count too; a leased node's n is the node's.
        """
        template = getattr(record.data, key)
        if template is None:
            return None
        try:
            place = self.places.get(record.data.place or "")
            numbers = {"n": rules.number_of(record.name), **(place.numbers if place else {})}
            return convert(rules.fill(template, numbers))
        except ValueError as error:
            owner, origin = written(self.folder, record.name, key)
            self.folder.problem(origin, f"{key} of {owner}: {error}", "Mend the address or its rule")
            return None

    def _circuit_address(self, record: Record) -> IPv4Address | None:
        segment = self.circuits.get(record.data.place or "")
        return address_in(segment.subnet, _LOWER) if segment and record.data.role in {"ce", "cpe"} else None

    def _hostname(self, record: Record, computed: IPv4Address | None) -> IPv4Address | None:
        """Return the address that the rules give; a typed hostname may only repeat it, or stand in where none does."""
        if not record.hostname:
            return computed
        try:
            typed = IPv4Address(record.hostname)
        except ValueError as error:
            self.folder.problem(record.origin, f"hostname of {record.name}: {error}", "Write an IPv4 address")
            return computed
        if computed not in (None, typed):
            cause = f"{record.name} has hostname {typed}, but its rules give {computed}"
            self.folder.problem(record.origin, cause, "Remove the hostname, or mend the rule")
        return typed

    def _ports(self, record: Record, model: Model | None) -> tuple[str, ...]:
        if model is None:
            owner, origin = written(self.folder, record.name, "model")
            cause = f"{owner} is of model {record.data.model!r}, which does not exist"
            self.folder.problem(origin, cause, "Add it to models.yaml, or mend the name")
            self.folder.unsound.add(record.name)
            return ()
        if f"model {model.name}" in self.folder.unsound:
            self.folder.unsound.add(record.name)
        return model.ports or self._card_ports(record, model)

    def _card_ports(self, record: Record, model: Model) -> tuple[str, ...]:
        ports: list[str] = []
        for slot, card in sorted((record.data.cards or {}).items()):
            known = self.folder.files.models.cards.get(card)
            if known is None or not 1 <= slot <= model.slots:
                owner, origin = written(self.folder, record.name, "cards")
                cause = f"{owner} has card {card!r} in slot {slot}"
                self.folder.problem(origin, cause, f"Use slots 1 to {model.slots} and cards of models.yaml")
                continue
            ports += [f"{slot}/{port}" for port in range(1, known.ports + 1)]
        return tuple(ports)


def devices(
    folder: Folder, models: Mapping[str, Model], segments: Sequence[Segment], places: Mapping[str, Place]
) -> dict[str, Device]:
    """Return the devices by name, in file order."""
    circuits = {segment.place: segment for segment in segments if segment.purpose in {"circuit", "manage"}}
    builder = Builder(folder, models, circuits, places)
    built = [builder.build(record) for record in records(folder)]
    return {device.name: device for device in built if device}


def _plain(value: object) -> object:
    """Return what was typed as mappings, lists and plain values."""
    return value.model_dump(exclude_none=True) if isinstance(value, Entry) else value

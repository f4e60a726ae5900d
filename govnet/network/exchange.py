"""The network as tables that other tools read: NetBox's CSV import, one table for each of its object types.

Column names are those of NetBox 3.3 and later (``netbox/dcim/forms/bulk_import.py`` and its siblings). The tables are
in the order in which they have to be imported: each refers only to what stands before it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from govnet.network.tables import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from govnet.network.model import Network

_Row = dict[str, object]
_CABLES = {"fiber": "smf", "stp-cat5e": "cat5e"}
_INTERFACES = {True: "1000base-x-sfp", False: "1000base-t"}


def netbox(network: Network) -> Mapping[str, str]:
    """Return table name -> CSV text, in the order of import."""
    found = {name: (columns, list(rows(network))) for name, (columns, rows) in _TABLES.items()}
    return {name: text_of(columns, rows) for name, (columns, rows) in found.items() if rows}


def _sites(network: Network) -> Iterator[_Row]:
    used = {network.places[device.place].site for device in network.devices.values()}
    for slug in (slug for slug in network.places if slug in used):
        place = network.places[slug]
        name = f"{network.slug}-{slug}"
        yield {"name": name, "slug": name, "status": "active", "description": place.title}


def _named(values: Iterable[str]) -> Iterator[_Row]:
    """Yield names with slugs of their own: those of Chinese names are what they are called by, and a number."""
    taken: Counter[str] = Counter()
    for value in dict.fromkeys(values):
        slug = _slug(value)
        taken[slug] += 1
        yield {"name": value, "slug": slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"}


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()).strip("-") or "unnamed"


def _manufacturers(network: Network) -> Iterator[_Row]:
    return _named(sorted({device.vendor or "unknown" for device in network.devices.values()}))


def _types(network: Network) -> Iterator[_Row]:
    for name in dict.fromkeys(device.model for device in network.devices.values()):
        yield {"manufacturer": network.models[name].vendor or "unknown", "model": name, "slug": _slug(name)}


def _roles(network: Network) -> Iterator[_Row]:
    for row in _named(device.role for device in network.devices.values()):
        yield {**row, "color": "9e9e9e"}


def _devices(network: Network) -> Iterator[_Row]:
    for device in network.devices.values():
        yield {
            "name": device.name,
            "role": device.role,
            "manufacturer": device.vendor or "unknown",
            "device_type": device.model,
            "serial": device.serial,
            "site": f"{network.slug}-{network.places[device.place].site}",
            "status": "active",
            "comments": f"owner {device.owner}, configured by {device.config_authority}",
        }


def _interfaces(network: Network) -> Iterator[_Row]:
    fiber = {end for link in network.links if link.medium == "fiber" for end in (link.a, link.b)}
    by_device = {(end.device, end.port) for end in fiber}
    for device in network.devices.values():
        for port in device.ports:
            kind = _INTERFACES[(device.name, port) in by_device]
            yield {"device": device.name, "name": port, "type": kind}


def _cables(network: Network) -> Iterator[_Row]:
    for link in network.links:
        yield {
            "side_a_device": link.a.device,
            "side_a_type": "dcim.interface",
            "side_a_name": link.a.port,
            "side_b_device": link.b.device,
            "side_b_type": "dcim.interface",
            "side_b_name": link.b.port,
            "type": _CABLES.get(link.medium, ""),
            "status": "connected",
            "label": link.circuit or link.id,
        }


def _vlans(network: Network) -> Iterator[_Row]:
    seen = set()
    for segment in network.segments:
        site = f"{network.slug}-{network.places[segment.place].site}"
        if (site, segment.vlan) not in seen:
            seen.add((site, segment.vlan))
            yield {"site": site, "vid": segment.vlan, "name": segment.name, "status": "active"}


def _prefixes(network: Network) -> Iterator[_Row]:
    for segment in network.segments:
        yield {"prefix": segment.subnet, "status": "active", "description": f"{segment.zone} {segment.name}"}


def _providers(network: Network) -> Iterator[_Row]:
    return _named(_provider(circuit.owner, circuit.maintainer) for circuit in network.circuits.values())


def _provider(owner: str, maintainer: str) -> str:
    return maintainer or owner


def _circuit_types(network: Network) -> Iterator[_Row]:
    return _named("leased line" if circuit.dedicated else "shared line" for circuit in network.circuits.values())


def _circuits(network: Network) -> Iterator[_Row]:
    for circuit in network.circuits.values():
        yield {
            "cid": circuit.id,
            "provider": _provider(circuit.owner, circuit.maintainer),
            "type": "leased line" if circuit.dedicated else "shared line",
            "status": "active",
            "install_date": circuit.since,
            "commit_rate": circuit.speed_kbps,
            "description": circuit.title,
        }


_CABLE = ("side_a_device", "side_a_type", "side_a_name", "side_b_device", "side_b_type", "side_b_name", "type", "status", "label")  # fmt: skip  # noqa: E501 - one row of names
_DEVICE = ("name", "role", "manufacturer", "device_type", "serial", "site", "status", "comments")
_TABLES: dict[str, tuple[tuple[str, ...], Callable[[Network], Iterator[_Row]]]] = {
    "sites": (("name", "slug", "status", "description"), _sites),
    "manufacturers": (("name", "slug"), _manufacturers),
    "device-types": (("manufacturer", "model", "slug"), _types),
    "device-roles": (("name", "slug", "color"), _roles),
    "devices": (_DEVICE, _devices),
    "interfaces": (("device", "name", "type"), _interfaces),
    "cables": (_CABLE, _cables),
    "vlans": (("site", "vid", "name", "status"), _vlans),
    "prefixes": (("prefix", "status", "description"), _prefixes),
    "providers": (("name", "slug"), _providers),
    "circuit-types": (("name", "slug"), _circuit_types),
    "circuits": (("cid", "provider", "type", "status", "install_date", "commit_rate", "description"), _circuits),
}

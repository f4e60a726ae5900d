"""An audit's evidence as the members of a bundle, and back: nothing but the members is needed to judge it again.

    inventory/              the inventory as its files stand
    configs/NAME.cfg        running text of a device, without secrets; it is read again by the device's platform
    saved/NAME.cfg          startup text, likewise
    readings/NAME.json      what was understood of a device whose text is not here
    tables/KIND.json        rows of one kind: neighbours, fdb, arp, routes, runs...; absent: nobody looked
    run.json                when the evidence was taken, what answered for each device, and which failed
    rules.json              every rule with its clause and version
    verdicts.json           what the rules said

In all of them MAC addresses and serial numbers are hashed, and hashes compare as the addresses did.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from govnet.audit.evidence import Evidence
from govnet.audit.tables import (
    ArpEntry,
    JournalChain,
    KeptBackup,
    LogSource,
    Neighbour,
    OtherPlane,
    Probe,
    RunRecord,
    Sample,
    Sighting,
    Station,
)
from govnet.config.canonical import plain
from govnet.config.codec import typed
from govnet.config.intent import hardware
from govnet.config.reading import Reading
from govnet.config.routetable import RoutingTable
from govnet.errors import InputError, RefusedError
from govnet.evidence.manifest import json_text, sha256
from govnet.masking import masked
from govnet.network.asof import as_of
from govnet.network.load import read_whole
from govnet.network.written import written
from govnet.platforms import manual
from govnet.platforms.registry import by_hand, platform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from govnet.evidence.pseudonyms import Pseudonyms
    from govnet.network.model import Network

T = TypeVar("T")
RUN, VERDICTS, RULES = "run.json", "verdicts.json", "rules.json"


_BY_DEVICE = {"neighbours": Neighbour, "fdb": Station, "arp": ArpEntry, "routes": RoutingTable}
"""Tables of `Evidence` that are rows for each device."""
_LISTS = {
    "samples": Sample, "on_paper": str, "logs": LogSource, "runs": RunRecord, "probes": Probe, "sightings": Sighting,
    "planes": OtherPlane, "journals": JournalChain, "backups": KeptBackup,
}  # fmt: skip
"""Tables of `Evidence` that are rows."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the evidence came about.

    Attributes:
        as_of: the moment that the audit speaks of.
        backing: device -> what answered for it (``emulated``, ...).
        failures: device -> why nothing was read of it.
        day, profile: of the inventory that it was held against; None and empty for all that is written.
    """

    as_of: datetime
    backing: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    profile: str = ""


def inventory_files(network: Network) -> dict[str, str]:
    """Return the files of a network's inventory by name, as they stand."""
    return {path.name: path.read_text(encoding="utf-8") for path in written(Path(network.folder))}


def members_of(
    evidence: Evidence, files: Mapping[str, str], about: Circumstances, names: Pseudonyms
) -> dict[str, bytes]:
    """Return what an audit saw as members of a bundle, but for its rules and verdicts.

    Args:
        evidence: what was seen; its texts are masked once more.
        files: the inventory, as `inventory_files` gives it.
        about: how it came about.
        names: hides MAC addresses and serial numbers.
    """
    readings = {name: reading for name, reading in (evidence.readings or {}).items() if name not in evidence.texts}
    tables = {name: value for name in (*_BY_DEVICE, *_LISTS) if (value := getattr(evidence, name)) is not None}
    found = {
        RUN: json_text({**_object(about), "read": evidence.readings is not None, "saved": evidence.saved is not None}),
        **{f"inventory/{name}": text for name, text in files.items()},
        **{f"configs/{name}.cfg": masked(text) for name, text in evidence.texts.items()},
        **{f"saved/{name}.cfg": masked(text) for name, text in (evidence.saved or {}).items()},
        **{f"readings/{name}.json": masked_json(reading) for name, reading in readings.items()},
        **{f"tables/{name}.json": json_text(plain(value)) for name, value in tables.items()},
    }
    return {name: names.hide(text).encode() for name, text in found.items()}


def _object(value: object) -> dict[str, object]:
    data = plain(value)
    return dict(data) if isinstance(data, dict) else {}


def masked_json(reading: Reading) -> str:
    """Return a reading in JSON, the secrets in its lines masked."""
    unread = tuple(replace(line, text=masked(line.text)) for line in reading.unread)
    sources = {name: replace(line, text=masked(line.text)) for name, line in reading.sources.items()}
    return json_text(plain(replace(reading, unread=unread, sources=sources)))


def evidence_of(members: Mapping[str, bytes]) -> Evidence:
    """Return the evidence that `members_of` wrote; the hashes that findings name are those of the members.

    Raises:
        RefusedError: a member is missing or cannot be read: the bundle is another release's, or was made by hand.
    """
    texts = {name: _text(data, name) for name, data in members.items()}
    about = run_of(members)
    network = replace(_network(_inside(texts, "inventory/", ""), about), folder="inventory")
    said = _said(texts)
    configs = _inside(texts, "configs/", ".cfg")
    tables = _tables(_inside(texts, "tables/", ".json"))
    readings = {name: _value(Reading, text, name) for name, text in _inside(texts, "readings/", ".json").items()}
    readings |= {name: _read(network, name, text) for name, text in configs.items()}
    return Evidence(
        network,
        about.as_of,
        readings={name: readings[name] for name in network.devices if name in readings} if said["read"] else None,
        texts=configs,
        saved=_inside(texts, "saved/", ".cfg") if said["saved"] else None,
        **tables,
        digests=_digests(members),
    )


def run_of(members: Mapping[str, bytes]) -> Circumstances:
    """Return how the evidence came about.

    Raises:
        RefusedError: the bundle does not say so.
    """
    said = _said({RUN: _text(members.get(RUN, b"{}"), RUN)})
    return _typed(Circumstances, {key: value for key, value in said.items() if key not in {"read", "saved"}}, RUN)


def _said(texts: Mapping[str, str]) -> dict[str, object]:
    said = _json(texts[RUN], RUN)
    if not isinstance(said, dict) or not {"read", "saved"} <= said.keys():
        raise _unreadable(RUN, "says too little")
    return said


def _digests(members: Mapping[str, bytes]) -> dict[str, str]:
    """Return the hash of every item, by the name that findings call it."""
    kinds = {"inventory": "inventory {}", "readings": "running {}", "tables": "{}"}
    found = {}
    for name, data in members.items():
        folder, _, file = name.partition("/")
        if folder in kinds:
            found[kinds[folder].format(file.removesuffix(".json"))] = sha256(data)
    return found


def _network(files: Mapping[str, str], about: Circumstances) -> Network:
    """Return the network of an inventory that lies in memory."""
    with TemporaryDirectory(prefix="govnet-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        try:
            return as_of(read_whole(folder), about.day, about.profile)
        except InputError as error:
            cause = "; ".join(f"{Path(p.file).name}:{p.line}: {p.cause}" for p in error.problems[:3])
            raise _unreadable("inventory", cause) from error


def _read(network: Network, name: str, text: str) -> Reading:
    """Return what a device's running text says, by its platform; by the person's export where one configures it."""
    if name not in network.devices:
        raise _unreadable(f"configs/{name}.cfg", "is of no device of the inventory")
    box, speaks = hardware(network, name), network.devices[name].platform
    try:
        return manual.read_evidence(text, box, name)[1] if by_hand(speaks) else platform(speaks, box).read(text, box)
    except InputError as error:
        raise _unreadable(f"configs/{name}.cfg", str(error)) from error


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _unreadable(name, f"cannot be read as text ({error.reason})") from error


def _inside(texts: Mapping[str, str], folder: str, suffix: str) -> dict[str, str]:
    found = {name: text for name, text in texts.items() if name.startswith(folder) and name.endswith(suffix)}
    return {name.removeprefix(folder).removesuffix(suffix): text for name, text in found.items()}


def _tables(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the tables by the names of `Evidence`'s fields; one that is not here is not in the result either."""
    if odd := texts.keys() - _BY_DEVICE.keys() - _LISTS.keys():
        raise _unreadable(f"tables/{min(odd)}.json", "is no table that this release knows")
    found = {name: _json(text, f"tables/{name}.json") for name, text in texts.items()}
    return {name: _table(name, value) for name, value in found.items()}


def _table(name: str, value: object) -> object:
    file = f"tables/{name}.json"
    if name in _LISTS and isinstance(value, list):
        return _rows(_LISTS[name], value, file)
    if name in _BY_DEVICE and isinstance(value, dict) and all(isinstance(rows, list) for rows in value.values()):
        return {device: _rows(_BY_DEVICE[name], rows, file) for device, rows in value.items()}
    raise _unreadable(file, "is no table")


def _rows(kind: type[object], values: list[object], name: str) -> tuple[object, ...]:
    return tuple(_typed(kind, value, name) for value in values)


def _value(kind: type[T], text: str, name: str) -> T:
    return _typed(kind, _json(text, name), name)


def _json(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _unreadable(name, f"is no JSON ({error})") from error


def _typed(kind: type[T], value: object, name: str) -> T:
    try:
        return typed(kind, value, name)
    except InputError as error:
        raise _unreadable(name, "; ".join(problem.cause for problem in error.problems)) from error


def _unreadable(name: str, cause: str) -> RefusedError:
    return RefusedError(f"{name} of the bundle: {cause}. It was made by another release, or by hand; verify it there.")

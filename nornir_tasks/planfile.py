"""A plan as a file: all that is to be approved, in one canonical text, so that what is approved is what is applied.

The file holds the plan and, outside of what is hashed, its approvals. Whoever opens it checks it against itself:
the hash, and that commands, predicted states and ways back are what govnet says to the changes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet.config import apply
from govnet.config.canonical import fingerprint
from govnet.config.codec import change_of, typed
from govnet.config.model import DeviceConfig
from govnet.config.reading import Line, Reading
from govnet.errors import GovnetError, InputError, Problem, RefusedError, StorageError
from govnet.files import write_whole
from govnet.network.written import digest
from nornir_tasks.planhead import REMAKE, parsed
from nornir_tasks.planning import Plan, plan_towards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.model import Network
    from nornir_tasks.judging import Judgement
    from nornir_tasks.planning import DevicePlan
    from nornir_tasks.waves import Waves

FORMAT = 1
_KEYS = frozenset(
    {"format", "network", "folder", "plane", "inventory", "author", "created", "reverts", "accept_unknown"}
    | {"day", "profile", "devices", "waves", "judgement", "refused"}
)
_OF_A_DAY = frozenset({"day", "profile"})
"""Which network was planned. What a journal keeps from before plans said so has neither."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a plan: a name, and the public half of a key if it was signed."""

    name: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's word for a plan.

    Attributes:
        approver: name that the approver gave; what counts is who the inventory says the key belongs to.
        key: public half, base64.
        at: when, ISO 8601 with offset.
        signature: over the plan's hash, the name, the time and the reason.
        break_glass: why the author approves what is his own; empty in the ordinary case.
    """

    approver: str
    key: str
    at: str
    signature: str
    break_glass: str = ""

    def statement(self, plan_hash: str) -> str:
        """Return the text that is signed."""
        said = {"approver": self.approver, "at": self.at, "break_glass": self.break_glass, "plan": plan_hash}
        return "govnet plan approval\n" + json.dumps(said, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan with all that belongs to it. ``content`` is what is hashed, as JSON can hold it."""

    content: Mapping[str, Any]
    plan: Plan
    approvals: tuple[Approval, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical text, approvals left out."""
        text = json.dumps(self.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def waves(self) -> Waves:
        """The devices in the order in which they are changed."""
        return tuple(tuple(wave) for wave in self.content["waves"])

    @property
    def refused(self) -> tuple[str, ...]:
        """Why it may not be applied; empty when it may."""
        return tuple(self.content["refused"])

    @property
    def author(self) -> Author:
        """Who made it."""
        return Author(**self.content["author"])

    def text(self) -> str:
        """Return the file's text: the same plan gives the same bytes."""
        whole = {"plan": self.content, "hash": self.hash, "approvals": [asdict(a) for a in self.approvals]}
        return json.dumps(whole, sort_keys=True, ensure_ascii=False, indent=1) + "\n"

    def with_approval(self, approval: Approval) -> PlanFile:
        """Return the plan with one more approval."""
        return replace(self, approvals=(*self.approvals, approval))


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What the journal keeps of a plan that was carried out: who stands for it, and by what hash.

    Attributes:
        hash: as the text states it: what approvals were given for.
        content: hash of what the text holds: what was sent.
    """

    hash: str
    content: str
    author: Author
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What a person says when a plan is made.

    Attributes:
        author: who makes it.
        created: when, ISO 8601, as handed in; empty when nobody says, so that the same input gives the same bytes.
        reverts: id of the change that it takes back; empty for an ordinary plan.
        accept_unknown: zone pairs that cannot be shown are no reason to refuse it.
    """

    author: Author
    created: str = ""
    reverts: str = ""
    accept_unknown: bool = False


def make_file(network: Network, plan: Plan, judgement: Judgement, request: Request) -> PlanFile:
    """Return the plan as a file; it is marked refused when a box cannot do it, or isolation or the way in fails."""
    changed = {name: device for name, device in plan.devices.items() if device.changes or device.refused}
    devices = Plan(plan.network, changed)
    content = {
        "format": FORMAT,
        "network": network.slug,
        "folder": network.folder,
        "plane": str(network.plane),
        "inventory": inventory_hash(network),
        "day": network.iso_day,
        "profile": network.profile,
        "author": asdict(request.author),
        "created": request.created,
        "reverts": request.reverts,
        "accept_unknown": request.accept_unknown,
        "devices": devices.as_json()["devices"],
        "waves": [list(wave) for wave in judgement.order],
        "judgement": asdict(judgement),
        "refused": [*plan.refused, *judgement.refused(accept_unknown=request.accept_unknown)],
    }
    return PlanFile(json.loads(json.dumps(content)), devices)


def inventory_hash(network: Network) -> str:
    """Return the SHA-256 of everything that was written of a network, tables too.

    Raises:
        StorageError: a file cannot be read.
    """
    try:
        return digest(Path(network.folder)).hex()
    except OSError as error:
        raise StorageError(f"{network.folder}: cannot be read ({error.strerror}).") from error


def write_file(path: Path, plan: PlanFile) -> None:
    """Write a plan file, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    write_whole(path, plan.text())


def read_file(text: str, network: Network, name: str, *, carried_out: bool = False) -> PlanFile:
    """Return the plan in a file's text, checked against itself and the network.

    Args:
        text: the file's content.
        network: the inventory as it is now.
        name: what to call the file in messages.
        carried_out: it comes from the journal: what was done is done, whatever the inventory says by now.

    Raises:
        InputError: it is no plan file, or of another format.
        RefusedError: it was altered, or is of another network or inventory.
    """
    whole = parsed(text, name)
    content = whole["plan"]
    found = PlanFile(content, Plan(str(content.get("network")), {}))
    if found.hash != whole["hash"]:
        raise RefusedError(f"{name}: the plan was altered: its hash is not that of its content. {REMAKE}.")
    known = (_KEYS, _KEYS - _OF_A_DAY) if carried_out else (_KEYS,)
    if content.keys() not in known or content["format"] != FORMAT:
        raise InputError([Problem(name, 0, "the plan is of another format", REMAKE)])
    try:
        _same_network(content, network, name)
        if not carried_out:
            _same_inventory(content, network, name)
        approvals = tuple(Approval(**entry) for entry in whole["approvals"])
        devices = {
            device: _device(network, device, entry, name, exact=not carried_out)
            for device, entry in content["devices"].items()
        }
        ordered = sorted(device for wave in found.waves for device in wave)
    except (TypeError, KeyError, AttributeError) as error:
        raise InputError([Problem(name, 0, f"this is no plan of govnet ({error})", REMAKE)]) from error
    if ordered != sorted(_moved(devices)):
        raise RefusedError(f"{name}: the plan was altered: its waves are not its devices. {REMAKE}.")
    return PlanFile(content, Plan(network.slug, devices), approvals)


def carried_out(text: str, name: str) -> CarriedOut:
    """Return who stands for a plan in the journal; nothing in it is checked, as an auditor is to see what is wrong.

    Raises:
        InputError: it is no plan.
    """
    whole = parsed(text, name)
    try:
        found = PlanFile(whole["plan"], Plan("", {}), tuple(Approval(**entry) for entry in whole["approvals"]))
        return CarriedOut(str(whole["hash"]), found.hash, found.author, found.approvals)
    except (TypeError, KeyError) as error:
        raise InputError([Problem(name, 0, f"this is no plan of govnet ({error})", REMAKE)]) from error


def _moved(devices: Mapping[str, DevicePlan]) -> list[str]:
    return [name for name, device in devices.items() if device.changes]


def _same_network(content: Mapping[str, Any], network: Network, name: str) -> None:
    if content["network"] != network.slug or content["plane"] != str(network.plane):
        said = f"{content['network']} on plane {content['plane']}"
        raise RefusedError(f"{name}: is a plan of {said}, this is {network.slug} on plane {network.plane}.")
    for device in content["devices"]:
        known = network.devices.get(device)
        if known is None:
            raise RefusedError(f"{device}: no such device in {network.slug}; nothing was opened.")
        if known.plane != network.plane:
            raise RefusedError(f"{device}: is on plane {known.plane}, the run on {network.plane}; nothing was opened.")
        if not known.commanded:
            why = f"is configured by the {known.config_authority}" if known.platform else "has no command line"
            raise RefusedError(f"{device}: {why}; govnet does not log in to it.")


def _same_inventory(content: Mapping[str, Any], network: Network, name: str) -> None:
    if content["inventory"] != inventory_hash(network):
        changed = f"the inventory {network.folder} was changed since the plan was made"
        raise RefusedError(f"{name}: {changed}. {REMAKE}.")
    asked = (network.iso_day, network.profile)
    if (content["day"], content["profile"]) != asked:
        planned, meant = (" ".join(filter(None, view)) for view in ((content["day"], content["profile"]), asked))
        raise RefusedError(f"{name}: is a plan for the network of {planned}; that of {meant} is meant here. {REMAKE}.")


def _device(network: Network, device: str, entry: Mapping[str, Any], name: str, *, exact: bool) -> DevicePlan:
    """Return one device's part, made anew from its state and changes; if ``exact``, the file must say the same."""
    running = typed(DeviceConfig, entry["running"], name)
    unread = tuple(Line(**line) for line in entry["unread"])
    changes = [change_of({"kind": c["kind"], "value": c["value"]}, name) for c in entry["changes"]]
    try:
        predicted = apply(running, changes)
        made = plan_towards(network, device, Reading(running, unread), predicted)
        again = json.loads(json.dumps(Plan(network.slug, {device: made}).as_json()))["devices"][device]
    except (GovnetError, ValueError) as error:
        raise RefusedError(f"{name}: the plan of {device} was altered: {error} {REMAKE}.") from error
    if exact and again != entry:
        odd = next(key for key in (*again, *entry) if again.get(key) != entry.get(key))
        raise RefusedError(
            f"{name}: the plan of {device} was altered, or made by another release: its {odd} are not what govnet says"
            f" to its changes. {REMAKE}."
        )
    if fingerprint(predicted) != entry["predicted"]:
        raise RefusedError(f"{name}: the plan of {device} was altered: it leads elsewhere than it says. {REMAKE}.")
    return made

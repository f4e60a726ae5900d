"""An old device's successor: its configuration in the new words, what does not carry over, and proof of the same reach.

Pure. The network is copied with the new box in the old one's place, at the far ends of its cables too, and both are
proven; every ordered pair of zones must come out the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govnet.config import diff, handoff
from govnet.config.canonical import ordered
from govnet.config.intent import hardware
from govnet.config.reading import Reading
from govnet.errors import RefusedError
from govnet.isolation.fabric import Fabric
from govnet.isolation.management import lost_ways, management_paths
from govnet.isolation.proof import PairResult, compare, prove_fabric
from govnet.network.cabled import End
from govnet.platforms.registry import platform
from nornir_tasks.planning import masked
from nornir_tasks.translation import is_used, port_map, translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.isolation.proof import PairChange
    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.platforms.base import Command
    from nornir_tasks.translation import Translation

ASSUMED = {"extreme_voss": "VSP", "huawei_vrp": "S7700", "nortel_ers": "ERS", "nortel_passport": "ERS-8600"}
"""Platform -> what the successor is called when nobody names a model: a box with the ports that are needed."""


@dataclass(frozen=True, slots=True)
class Successor:
    """The box that replaces a device. ``ports`` as its maker names them; ``software`` may be empty."""

    platform: str
    model: str
    ports: tuple[str, ...]
    software: str = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """What becomes of a device.

    Attributes:
        device: its name.
        successor: the new box.
        ports: old port -> new port.
        translation: the configuration for the new box, and what is not said as it was.
        commands: from the box and its console set-up to that configuration; empty when something is still refused.
        unread: lines of the old device that are not modelled; a person must carry them over.
        pairs: zone pairs whose reachability would differ; none when the matrix is the same.
        unknown: zone pairs that cannot be shown, before and after.
        cut: (device, why) of each that the runner would not reach any more.
    """

    device: str
    successor: Successor
    ports: Mapping[str, str]
    translation: Translation
    commands: tuple[Command, ...]
    unread: tuple[str, ...]
    pairs: tuple[PairChange, ...]
    unknown: tuple[int, int]
    cut: tuple[tuple[str, str], ...]

    @property
    def same(self) -> bool:
        """True when the matrix is the same and no way in is lost."""
        return not self.pairs and not self.cut


def successor(network: Network, device: str, to: str, model: str = "", software: str = "") -> Successor:
    """Return the box that replaces a device: a model of the inventory, else one with as many ports in the same slots.

    Raises:
        RefusedError: the model is of another platform, or govnet knows no such platform.
    """
    platform(to)
    known = network.models.get(model)
    if known and known.platform != to:
        raise RefusedError(f"{model}: speaks {known.platform or 'nothing'}, not {to}; choose another --model.")
    ports = known.ports if known and known.ports else port_names(to, network.devices[device].ports)
    return Successor(to, model or ASSUMED.get(to, to), ports, software)


def port_names(to: str, old: Sequence[str]) -> tuple[str, ...]:
    """Return the ports of a box of a platform with as many ports in the same slots.

    >>> port_names("huawei_vrp", ["1/1", "1/2"])
    ('GigabitEthernet1/0/1', 'GigabitEthernet1/0/2')
    """
    spots = [re.findall(r"\d+", name) or [str(place)] for place, name in enumerate(old, 1)]
    slots = [(numbers[0] if len(numbers) > 1 else "", numbers[-1]) for numbers in spots]
    match to:
        case "huawei_vrp":
            return tuple(f"GigabitEthernet{slot or 0}/0/{port}" for slot, port in slots)
        case "extreme_voss" | "nortel_passport":
            return tuple(f"{slot if slot not in {'', '0'} else 1}/{port}" for slot, port in slots)
        case "linux_nft":
            return tuple(f"eth{place}" for place, _ in enumerate(old, 1))
    return tuple(str(place) for place, _ in enumerate(old, 1))


def replaced(network: Network, device: str, new: Successor, ports: Mapping[str, str]) -> Network:
    """Return the network with the new box in a device's place, on the same cables."""

    def moved(end: End) -> End:
        return End(device, ports[end.port]) if end.device == device else end

    old = network.devices[device]
    box = replace(
        old, platform=new.platform, model=new.model, software=new.software, ports=new.ports, cards={}, stand_in=""
    )
    return replace(
        network,
        devices={name: _recabled(one, device, ports) for name, one in {**network.devices, device: box}.items()},
        links=tuple(replace(link, a=moved(link.a), b=moved(link.b)) for link in network.links),
        upstreams=tuple(replace(one, end=moved(one.end)) for one in network.upstreams),
        attachments=tuple(replace(one, end=moved(one.end)) for one in network.attachments),
        mirrors=tuple(
            replace(one, sources=tuple(ports[p] for p in one.sources), destination=ports[one.destination])
            if one.device == device
            else one
            for one in network.mirrors
        ),
    )


def _recabled(one: Device, device: str, ports: Mapping[str, str]) -> Device:
    """Return a device whose management port, if it is plugged into the old box, is plugged into the new one."""
    far, _, port = str(one.data.get("management_port") or "").rpartition(":")
    if far != device:
        return one
    return replace(one, data={**one.data, "management_port": f"{device}:{ports[port]}"})


def migrate(
    network: Network,
    device: str,
    readings: Mapping[str, Reading],
    new: Successor,
    given: Mapping[str, str] | None = None,
) -> Migration:
    """Return a device's migration to its successor.

    Args:
        network: as it is.
        device: the old one.
        readings: device -> what it says now; all that could be read, with the old device among them.
        new: the box that replaces it.
        given: old port -> new port; by default in order.

    Raises:
        RefusedError: a port that is used has no place on the new box.
    """
    old = readings[device]
    ports = port_map(network.devices[device].ports, new.ports, _used(network, device, old), given)
    after = replaced(network, device, new, ports)
    box = hardware(after, device)
    speaks = platform(new.platform, box)
    said = translate(ordered(old.config), ports, speaks, box, _management_vlan(network))
    # A management port's address is typed at the console; where there is none, the whole configuration says it all.
    start = box if said.config.management.address else replace(box, console=None)
    factory = ordered(speaks.factory(start))
    commands = () if said.refused else tuple(speaks.say(diff(factory, ordered(said.config)), factory))
    beside = {**handoff.ordered(network), **readings}
    then = Fabric(network, beside)
    now = Fabric(after, {**beside, device: Reading(said.config, old.unread)})
    before, proof = prove_fabric(then), prove_fabric(now)
    return Migration(
        device=device,
        successor=new,
        ports=ports,
        translation=said,
        commands=commands,
        unread=tuple(masked(line) for line in old.unread),
        pairs=tuple(compare(before, proof)),
        unknown=(before.counts[PairResult.UNKNOWN], proof.counts[PairResult.UNKNOWN]),
        cut=tuple((way.device, way.why) for way in lost_ways(management_paths(then), management_paths(now))),
    )


def _used(network: Network, device: str, old: Reading) -> frozenset[str]:
    """Return the ports of a device with a cable, an endpoint or a setting of their own."""
    ends = {link.end(device).port for link in network.links_of(device)}
    plugged = [*(one.end for one in network.attachments), *(one.end for one in network.upstreams)]
    ends |= {end.port for end in plugged if end.device == device}
    told = [str(one.data.get("management_port") or "").rpartition(":") for one in network.devices.values()]
    ends |= {port for far, _, port in told if far == device}
    ends |= {port for one in network.mirrors if one.device == device for port in (*one.sources, one.destination)}
    return frozenset(ends | {name for name in old.config.ports if is_used(old.config, name)})


def _management_vlan(network: Network) -> int | None:
    return next((one.vlan for one in network.segments if one.purpose == "oob"), None)

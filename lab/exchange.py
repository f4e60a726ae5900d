"""What the emulated routers of one lab tell each other by BGP, worked out from what each of them is told itself.

A route of one box's instance comes to another's when route targets meet, when BGP of both carries the instances, when a
chain of sessions leads there that reflectors pass it along (RFC 4456), and when both ends switch labels. A session
stands when both ends name each other's address and AS, both exchange VPN routes, and packets find the way to and fro by
the public routes of the boxes in between. Frames are not followed: who has the address of a next hop is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from lab.personalities.huawei_vrp import HuaweiVrp
from lab.personalities.huawei_vrp.routes import Ways, announced, own_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from ipaddress import IPv4Network

    from lab.personalities.huawei_vrp.labels import Neighbour
    from lab.personalities.huawei_vrp.state import Box

_FAR = 32
"""Most routers on the way between two."""


@dataclass(frozen=True, slots=True)
class _Session:
    """A session from one box to another: by their places in the lab's list."""

    far: int
    internal: bool
    client: bool
    source: IPv4Address


@dataclass(slots=True)
class _Worked:
    """What holds until somebody configures a box."""

    owners: dict[IPv4Address, int] = field(default_factory=dict)
    public: dict[int, Ways] = field(default_factory=dict)
    sessions: dict[int, list[_Session]] = field(default_factory=dict)
    told: dict[tuple[int, frozenset[str]], dict[int, IPv4Address]] = field(default_factory=dict)
    announced: dict[tuple[int, str], list[IPv4Network]] = field(default_factory=dict)


class Exchange:
    """The routers of one lab; see `lab.personalities.huawei_vrp.routes.Backbone`.

    Args:
        everybody: returns the devices of the lab; asked when routes are first wanted, since it may have to make them.
    """

    def __init__(self, everybody: Callable[[], Iterable[object]]) -> None:
        self._everybody = everybody
        self._now = _Worked()

    @cached_property
    def _boxes(self) -> tuple[Box, ...]:
        return tuple(one.box for one in self._everybody() if isinstance(one, HuaweiVrp))

    def take(self, personality: object) -> None:
        """Let a device that is made ask for the routes of the others."""
        if isinstance(personality, HuaweiVrp):
            personality.box.backbone = self

    def forget(self) -> None:
        """Work everything out anew when it is next asked for."""
        self._now = _Worked()

    def learned(self, box: Box, vpn: str) -> Iterator[tuple[IPv4Network, IPv4Address]]:
        """Yield prefix and next hop of each route that came for an instance from other boxes."""
        self._settle()
        here, wanted = self._place(box), set(box.vpns[vpn].imports)
        for place, other in enumerate(self._boxes):
            for name, instance in other.vpns.items() if place != here and wanted else ():
                targets = frozenset(instance.exports)
                hop = self._told(place, targets).get(here) if wanted & targets else None
                if hop is not None and box.labels.ldp and other.labels.ldp:
                    yield from ((prefix, hop) for prefix in self._announced(place, name))

    def _announced(self, place: int, name: str) -> list[IPv4Network]:
        known = self._now.announced
        if (place, name) not in known:
            known[place, name] = [route.prefix for route in announced(self._boxes[place], name)]
        return known[place, name]

    def _place(self, box: Box) -> int:
        """Return the place of a box; a copy of it, a candidate, has its memory."""
        return next(place for place, one in enumerate(self._boxes) if one.flash is box.flash)

    def _settle(self) -> None:
        """Find out who talks to whom, unless that is known."""
        if self._now.public:
            return
        for place, box in enumerate(self._boxes):
            routes = own_routes(box, "")
            self._now.public[place] = Ways(routes)
            own = (route.prefix.network_address for route in routes if route.local)
            self._now.owners.update((address, place) for address in own if not address.is_loopback)
        for place in range(len(self._boxes)):
            self._now.sessions[place] = list(self._sessions(place))

    def _sessions(self, place: int) -> Iterator[_Session]:
        """Yield the sessions that stand from a box."""
        box = self._boxes[place]
        for said, peer in box.bgp.peers.items() if box.bgp else ():
            far = self._now.owners.get(IPv4Address(said))
            source = self._source(place, peer, IPv4Address(said))
            if far is None or source is None or not peer.vpnv4:
                continue
            back = self._answering(far, place, IPv4Address(said), source)
            if box.bgp and back and peer.asn == back.asn and self._found(place, IPv4Address(said)):
                internal = back.asn == box.bgp.asn
                yield _Session(far, internal, peer.client, source)

    def _answering(self, far: int, place: int, there: IPv4Address, source: IPv4Address) -> Neighbour | None:
        """Return what the far end calls itself, when it names this one and its packets come back."""
        process, own = self._boxes[far].bgp, self._boxes[place].bgp
        peer = process.peers.get(str(source)) if process else None
        if process is None or own is None or peer is None or not peer.vpnv4 or peer.asn != own.asn:
            return None
        if self._source(far, peer, source) != there or not self._found(far, source):
            return None
        return type(peer)(process.asn)

    def _source(self, place: int, peer: Neighbour, target: IPv4Address) -> IPv4Address | None:
        """Return the address that a box speaks from: of the interface it was told, else of the way out."""
        name = peer.source
        if not name:
            way = self._now.public[place].longest(target)
            name = way.interface if way else ""
        port = self._boxes[place].interfaces.get(name)
        return IPv4Address(port.address[0]) if port and port.address and not port.vpn else None

    def _found(self, place: int, target: IPv4Address) -> bool:
        """Return whether packets of a box come to an address, from next hop to next hop."""
        here: int | None = place
        for _ in range(_FAR):
            route = self._now.public[here].longest(target) if here is not None else None
            if route is None:
                return False
            if route.local:
                return True
            here = self._now.owners.get(route.hop if route.protocol == "Static" else target)
        return False

    def _told(self, origin: int, targets: frozenset[str]) -> dict[int, IPv4Address]:
        """Return who is told a box's routes of some targets -> the next hop that they are told with."""
        known = self._now.told
        if (origin, targets) not in known:
            known[origin, targets] = self._spread(origin, targets)
        return known[origin, targets]

    def _spread(self, origin: int, targets: frozenset[str]) -> dict[int, IPv4Address]:
        found: dict[int, IPv4Address] = {}
        seen = {(origin, False)}
        todo: list[tuple[int, bool, bool, IPv4Address | None]] = [(origin, False, False, None)]
        for place, internal, of_client, hop in todo:  # grows while it is walked
            for session in self._now.sessions[place]:
                if internal and session.internal and not (of_client or session.client):
                    continue
                back = next((one for one in self._now.sessions[session.far] if one.far == place), None)
                state = session.far, bool(back and back.client)
                if session.far != origin and state not in seen and self._keeps(session.far, targets):
                    seen.add(state)
                    told = hop if hop and session.internal else session.source
                    found.setdefault(session.far, told)
                    todo.append((session.far, session.internal, state[1], told))
        return found

    def _keeps(self, place: int, targets: frozenset[str]) -> bool:
        """Return whether a box keeps routes of some targets: an instance of its wants them, or it keeps all."""
        box = self._boxes[place]
        return box.bgp is not None and (
            not box.bgp.filtering or any(targets.intersection(vpn.imports) for vpn in box.vpns.values())
        )

"""One hop through a router in words: the rule, list or route that let a packet on, and the line that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.config.filtering import NatKind
from govnet.isolation.filters import deciding
from govnet.isolation.packets import PacketSet
from govnet.isolation.witness import Hop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.filtering import AclBinding, Filter
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Line
    from govnet.isolation.flow import Step
    from govnet.isolation.packets import Packet
    from govnet.isolation.passing import Passing
    from govnet.isolation.routers import Router
    from govnet.isolation.routes import Exit
    from govnet.isolation.world import World


def entered(router: Router, step: Step, *, established: bool = False) -> Packet:
    """Return the packet of a step as routes and filters see it: after destination translation."""
    if router.translator is None or established:
        return step.packets.smallest()
    found = router.translator.entering(step.entrance.treatment, step.packets, None)
    return found[0].packets.smallest()


class Routed:
    """Tells hops through routers."""

    def __init__(self, world: World, passing: Passing, *, answer: bool = False) -> None:
        """Tell hops of session-opening packets; ``answer``: of packets of open sessions."""
        self._world, self._passing, self._answer = world, passing, answer

    def _of(self, device: str) -> tuple[DeviceConfig, Mapping[str, Line]]:
        reading = self._world.readings[device]
        return reading.config, reading.sources

    def hop(self, step: Step, came: str, leave: Exit | None) -> Hop:
        """Return the hop of a packet that a router took on by ``leave``; None: it was meant for the router itself."""
        device = step.entrance.device
        _, sources = self._of(device)
        if leave is None:
            return Hop(device, came, "", sources.get(element.address(came)), "the packet is for the device itself")
        packet = entered(self._passing.routers[device], step, established=self._answer)
        changed, why_changed = self._translation(step, leave, packet)
        line, why = self._decision(step, leave, packet)
        if line is None:
            route, routing = self._routing(step, leave)
            line, why = changed or route, f"{why}; {routing}" if why else routing
        return Hop(device, came, leave.interface, line, f"{why}; {why_changed}" if why_changed else why)

    def _translation(self, step: Step, leave: Exit, packet: Packet) -> tuple[Line | None, str]:
        """Return the first line that translates the packet here, and what all of them do to it."""
        device, treatment, _ = step.entrance
        router = self._passing.routers[device]
        if router.translator is None or self._answer:
            return None, ""
        inward = router.translator.entering(treatment, step.packets, None)
        here = PacketSet.single(packet)
        outward = router.translator.leaving(treatment, router.leaving(leave.interface), here, None)
        done = [(one.line, one.packets.smallest()) for one in (*inward, *outward) if one.line is not None]
        _, sources = self._of(device)
        lines = [line for index, _ in done if (line := sources.get(element.nat(index)))]
        return (lines[0] if lines else None), "; ".join(self._words(device, *one) for one in done)

    def _words(self, device: str, index: int, packet: Packet) -> str:
        nat = self._passing.routers[device].nat[index]
        source = nat.kind is NatKind.SOURCE
        value = packet.source if source else packet.destination
        return f"translation {index + 1} makes its {nat.kind} {value}" + (
            f":{packet.port}" if nat.port and not source else ""
        )

    def _routing(self, step: Step, leave: Exit) -> tuple[Line | None, str]:
        device, treatment, _ = step.entrance
        config, sources = self._of(device)
        if leave.tunnel:
            return self._imported(device, treatment.vrf if treatment else "", leave)
        home = config.interfaces[leave.interface].vrf
        here = treatment.vrf if treatment else ""
        across = (
            f" of {home or 'the global instance'}, leaked to {here or 'the global instance'}" if home != here else ""
        )
        if leave.route is None:
            line = sources.get(element.address(leave.interface))
            if across:
                line = self._target_line(device, here, device, home) or line
            return line, f"{leave.prefix} is connected to {leave.interface}{across}"
        line = sources.get(element.route(str(leave.prefix), str(leave.route.next_hop), leave.route.vrf))
        return line, f"route {leave.prefix} to {leave.route.next_hop}{across}"

    def _imported(self, device: str, vrf: str, leave: Exit) -> tuple[Line | None, str]:
        """Say that a route was taken over from another device, and by which route target."""
        origin = leave.tunnel
        if origin is None:
            return None, ""
        targets = self._shared(device, vrf, origin.device, origin.vrf)
        words = f"{vrf} imports {leave.prefix} from {origin.vrf} of {origin.device} by {', '.join(targets)}"
        return self._target_line(device, vrf, origin.device, origin.vrf), words

    def _shared(self, device: str, vrf: str, other: str, origin: str) -> list[str]:
        here, there = self._world.configs[device].vrfs.get(vrf), self._world.configs[other].vrfs.get(origin)
        return sorted(here.imports & there.exports) if here and there else []

    def _target_line(self, device: str, vrf: str, other: str, origin: str) -> Line | None:
        _, sources = self._of(device)
        for target in self._shared(device, vrf, other, origin):
            if line := sources.get(element.route_target(vrf, target)):
                return line
        return None

    def _decision(self, step: Step, leave: Exit, packet: Packet) -> tuple[Line | None, str]:
        """Return the line of the firewall, or else of an ACL, that permitted the packet."""
        device, treatment, _ = step.entrance
        config, sources = self._of(device)
        router = self._passing.routers[device]
        outgoing = router.leaving(leave.interface)
        if self._answer and (config.firewall or treatment is None):
            return None, "part of an open session" if config.firewall else ""
        if config.firewall and treatment is not None:
            for chain in router.chains(treatment, outgoing):
                index = deciding(chain.lines, packet)
                if index is not None and chain.lines[index].verdict == "permit":
                    return rule_words(sources, chain.keys[index], chain.lines[index])
        for binding in (*(treatment.acls if treatment else ()), *outgoing.acls):
            filters = config.acls[binding.acl].filters if binding.acl in config.acls else ()
            index = deciding(filters, self._seen_by(binding, step, packet), established=self._answer)
            if index is not None:
                line = sources.get(element.acl_filter(binding.acl, index))
                return line, f"ACL {binding.acl} line {index + 1} permits"
        return None, "" if config.firewall is None else "the firewall has no part in it"

    @staticmethod
    def _seen_by(binding: AclBinding, step: Step, packet: Packet) -> Packet:
        """Return the packet as a list sees it: one on the way in before destination translation."""
        return step.packets.smallest() if binding.direction == "in" else packet


def rule_words(
    sources: Mapping[str, Line], key: tuple[str, str, int], rule: Filter, verb: str = "permits"
) -> tuple[Line | None, str]:
    """Return the line of a firewall's rule, and the rule in words."""
    source, target, index = key
    named = f" `{rule.comment}`" if rule.comment else ""
    if not source and not target:
        return sources.get(element.prelude_rule(index)), f"rule {index + 1}{named} in front of the zone rules {verb}"
    line = sources.get(element.firewall_rule(source, target, index))
    return line, f"rule {index + 1}{named} from {source} to {target} {verb}"

"""`govnet trace`, `why`: one packet hop by hop, and the lines that decide between two zones."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.cli import screen
from govnet.cli.devices import finish
from govnet.cli.options import BUILD, Build, Json, NetworkName, UseLab, zone_names
from govnet.cli.ordering import Exported
from govnet.cli.proving import Intended, leave, observed
from govnet.errors import InputError, Problem
from govnet.isolation.fabric import Fabric
from govnet.isolation.packets import PROTOCOL_NAMES, Packet
from govnet.isolation.questions import Fate
from govnet.isolation.questions import trace as trace_packet
from govnet.isolation.questions import why as why_between

if TYPE_CHECKING:
    from govnet.isolation.decisions import Decision
    from govnet.isolation.questions import Traced, Why
    from govnet.isolation.witness import Hop, Witness
    from govnet.network.permitted import PolicyCell

_CLIENT = 49152
"""First of the ports that clients send from (RFC 6335, section 6)."""
_NUMBERS = {name: number for number, name in PROTOCOL_NAMES.items()}
_SERVICE = re.compile(r"(?P<protocol>[a-z]+|\d+)(?:/(?P<port>\d+))?")


def trace(  # noqa: PLR0913 - one option each
    network: NetworkName,
    source: Annotated[str, typer.Argument(metavar="SRC", help="IPv4 address of the sender.")],
    destination: Annotated[str, typer.Argument(metavar="DST", help="IPv4 address of the receiver.")],
    service: Annotated[str, typer.Argument(metavar="PROTO/PORT", help="tcp/443, udp/53, icmp, 47.")],
    *,
    intended: Intended = False,
    lab: UseLab = None,
    evidence: Exported = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Follow one packet hop by hop, as an ordinary host sends it, and its answer back.

    Leaves with 7 when what happens is not what the policy says, with 11 when what was not seen could change it.
    """
    packet = packet_of(source, destination, service)
    work, readings, failed = observed(network, build, evidence, lab=lab, intended=intended)
    found = trace_packet(Fabric(work.network, readings), packet)
    if as_json:
        screen.print_json({"network": work.network.slug, **_traced_object(found), "failed": sorted(failed)})
    else:
        _show_traced(found)
    leave(failed, violated=broken(found), unseen=Fate.UNKNOWN in (found.fate, found.answered))


def broken(found: Traced) -> bool:
    """Return whether the packet gets through and may not, or may and does not.

    Where the policy keeps a zone's own segments apart, what stays inside one of them breaks nothing.
    """
    arrives = found.hostile or (found.fate is Fate.ARRIVES)
    known = Fate.UNKNOWN not in (found.fate, found.answered)
    if found.permitted:
        return known and (found.fate is Fate.STOPS or found.answered is Fate.STOPS)
    return arrives and not found.beside


def packet_of(source: str, destination: str, service: str) -> Packet:
    """Return the packet that a person means.

    Raises:
        InputError: an address or the service is not written as it should be.
    """
    addresses = []
    for text in (source, destination):
        try:
            addresses.append(IPv4Address(text))
        except AddressValueError as error:
            raise InputError([Problem(text, 0, "is no IPv4 address", "Write one as 10.128.17.10")]) from error
    found = _SERVICE.fullmatch(service.lower())
    number = _NUMBERS.get(found["protocol"], -1) if found else -1
    if found and found["protocol"].isdecimal():
        number = int(found["protocol"])
    ports = number in (_NUMBERS["tcp"], _NUMBERS["udp"])
    port = int(found["port"]) if found and found["port"] else None
    if not 0 <= number <= 255 or ports is not (port is not None) or (port or 0) > 65535:  # noqa: PLR2004 - IP and TCP
        raise InputError([Problem(service, 0, "is no service", "Write tcp/443, udp/53, icmp or a protocol number")])
    return Packet(addresses[0], addresses[1], number, _CLIENT if ports else 0, port or 0)


def _traced_object(found: Traced) -> dict[str, object]:
    return {
        "packet": str(found.there.packet),
        "from": found.source,
        "to": found.target,
        "policy": _code(found.cell),
        "permitted": found.permitted,
        "one_segment": found.beside,
        "fate": str(found.fate),
        "answer": str(found.answered) if found.answered else None,
        "hostile": found.hostile,
        "as_permitted": not broken(found),
        "why": found.why,
        "hops": [_hop_object(hop) for hop in found.there.hops],
        "back": [_hop_object(hop) for hop in found.back.hops] if found.back else [],
    }


def _hop_object(hop: Hop) -> dict[str, object]:
    line = {"number": hop.line.number, "text": hop.line.text.strip()} if hop.line else None
    return {"device": hop.device, "in": hop.where_in, "out": hop.where_out, "line": line, "why": hop.why}


def _code(cell: PolicyCell | None) -> str:
    return cell.code if cell else "-"


def _show_traced(found: Traced) -> None:
    _show_path("packet", found.there)
    if found.back:
        _show_path("answer", found.back)
    says = f"{_code(found.cell)}, {'permitted' if found.permitted else 'not permitted'}"
    where = f" ({found.cell.origin})" if found.cell else ""
    screen.out.print(f"policy {found.source} > {found.target}: {says}{where}", markup=False, soft_wrap=True)
    if found.beside and not found.permitted:
        screen.out.print("both are of one segment: no line can keep them apart")
    if found.hostile:
        screen.out.print("[red]somebody who tags frames or picks another router gets it through[/red]")
    if found.why:
        screen.out.print(f"unknown: {found.why}", markup=False, soft_wrap=True)
    verdict = (
        f"[green]{found.fate}[/green]" if not broken(found) else f"[red]{found.fate}, not as the policy says[/red]"
    )
    screen.out.print(verdict + (f", its answer {found.answered}" if found.answered else ""))


def _show_path(title: str, path: Witness) -> None:
    screen.out.print(f"[bold]{title}[/bold]  {path.packet}", soft_wrap=True)
    for number, hop in enumerate(path.hops, 1):
        screen.out.print(f"  {number}. {hop}", markup=False, soft_wrap=True)


def why(  # noqa: PLR0913 - one option each
    network: NetworkName,
    source: Annotated[str, typer.Argument(metavar="ZONE", help="Zone that sends.", autocompletion=zone_names)],
    target: Annotated[str, typer.Argument(metavar="ZONE", help="Zone that is meant.", autocompletion=zone_names)],
    *,
    intended: Intended = False,
    lab: UseLab = None,
    evidence: Exported = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Say why a zone may or may not reach another: the policy's cell, and every line that decides on the way."""
    work, readings, failed = observed(network, build, evidence, lab=lab, intended=intended, zones=(source, target))
    fabric = Fabric(work.network, readings)
    found = why_between(fabric, source, target)
    unseen = [f"{hole.device}: {hole.why}" for hole in fabric.holes()]
    if as_json:
        screen.print_json(
            {
                "network": work.network.slug,
                "from": source,
                "to": target,
                **_why_object(found),
                "unseen": unseen,
                "failed": sorted(failed),
            }
        )
    else:
        _show_why(source, target, found, unseen)
    finish(failed)


def _why_object(found: Why) -> dict[str, object]:
    return {
        "policy": _code(found.cell),
        "written": str(found.cell.origin) if found.cell else None,
        "reaches": str(found.packets),
        "layer2": found.layer2,
        "decisions": [
            {
                "device": one.device,
                "permits": one.permits,
                "words": one.words,
                "line": {"number": one.line.number, "text": one.line.text.strip()} if one.line else None,
                "packets": str(one.packets),
            }
            for one in found.decisions
        ],
        "stops": [
            {"packet": str(path.packet), "hops": [_hop_object(hop) for hop in path.hops]} for path in found.stops
        ],
    }


def _show_why(source: str, target: str, found: Why, unseen: list[str]) -> None:
    where = f" ({found.cell.origin})" if found.cell else ": the matrix says nothing, which denies"
    screen.out.print(f"policy {source} > {target}: {_code(found.cell)}{where}", markup=False, soft_wrap=True)
    if found.layer2:
        screen.out.print(
            "[red]endpoints of both share a broadcast domain: no line is asked[/red]"
            if source != target
            else "endpoints of one segment need no router"
        )
    for one in found.decisions:
        _show_decision(one)
    for path in found.stops:
        _show_path("stops", path)
    screen.out.print(f"gets through: {screen.short(str(found.packets))}", markup=False, soft_wrap=True)
    for hole in unseen:
        screen.out.print(f"not seen: {hole}", markup=False, soft_wrap=True)


def _show_decision(one: Decision) -> None:
    colour = "green" if one.permits else "red"
    line = f" ({one.line})" if one.line else ""
    screen.out.print(f"[{colour}]{one.device}[/{colour}]  {screen.plain(one.words + line)}", soft_wrap=True)
    screen.out.print(f"    {screen.short(str(one.packets))}", markup=False, soft_wrap=True)

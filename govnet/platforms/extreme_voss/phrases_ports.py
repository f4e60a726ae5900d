"""The phrases of a VSP's ports, their VLANs, and the ports that copy others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.config.reading import Line
    from govnet.platforms.extreme_voss.building import Builder


def _members(b: Builder, line: Line, vlan: str, ports: str, *_kind: str) -> None:
    """Set the members; this is how the running text gives them."""
    number, listed = b.has_vlan(vlan), b.listed(ports)
    for name, port in b.ports.items():
        if name in listed:
            port.join(number, line)
        else:
            port.members.pop(number, None)


def _join(b: Builder, line: Line, vlan: str, ports: str, *_kind: str) -> None:
    for name in b.listed(ports):
        b.ports[name].join(b.has_vlan(vlan), line)


def _leave(b: Builder, _: Line, vlan: str, ports: str, *_kind: str) -> None:
    for name in b.listed(ports):
        b.ports[name].members.pop(b.has_vlan(vlan), None)


def _set(attribute: str, *, to: bool) -> Callable[..., None]:
    """Return the meaning of a line that switches one thing of the ports it stands under."""

    def meaning(b: Builder, _: Line, ports: str) -> None:
        for name in b.listed(ports):
            setattr(b.ports[name], attribute, to)

    return meaning


def _default_vlan(b: Builder, line: Line, ports: str, vlan: str) -> None:
    for name in b.listed(ports):
        b.ports[name].default_vlan, b.ports[name].default_line = int(vlan), line


def _name(b: Builder, _: Line, ports: str, name: str = "") -> None:
    for port in b.listed(ports):
        b.ports[port].description = name


def _mirror(b: Builder, line: Line, *slots: str) -> None:
    number, source, destination, mode, *on = slots
    if mode.lower() != "both" or (on and on[0].lower() != "enable"):
        raise ValueError("only mirrors of both directions are modelled")
    (copied,), (out,) = b.listed(source), b.listed(destination)
    b.mirrors[int(number)] = copied, out, [line]


def _mirror_on(b: Builder, line: Line, number: str) -> None:
    b.mirrors[int(number)][2].append(line)


def _no_mirror(b: Builder, _: Line, number: str) -> None:
    b.mirrors.pop(int(number), None)


_PORTS = "interface gigabitethernet <ports>"

PORT_PHRASES: dict[str, Callable[..., None]] = {
    "vlan members <vid> <ports>": _members,
    "vlan members <vid> <ports> portmember": _members,
    "vlan members add <vid> <ports>": _join,
    "vlan members add <vid> <ports> portmember": _join,
    "vlan members remove <vid> <ports>": _leave,
    "vlan members remove <vid> <ports> portmember": _leave,
    "vlan ports <ports> tagging tagAll": _set("tagged", to=True),
    "vlan ports <ports> tagging untagAll": _set("tagged", to=False),
    f"{_PORTS} encapsulation dot1q": _set("tagged", to=True),
    f"{_PORTS} no encapsulation dot1q": _set("tagged", to=False),
    f"{_PORTS} default-vlan-id <vid>": _default_vlan,
    f"{_PORTS} untag-port-default-vlan enable": _set("untag", to=True),
    f"{_PORTS} no untag-port-default-vlan": _set("untag", to=False),
    f"{_PORTS} untagged-frames-discard": _set("discard", to=True),
    f"{_PORTS} no untagged-frames-discard": _set("discard", to=False),
    f"{_PORTS} name <name>": _name,
    f"{_PORTS} no name": _name,
    f"{_PORTS} shutdown": _set("enabled", to=False),
    f"{_PORTS} no shutdown": _set("enabled", to=True),
    "mirror-by-port <id> in-port <port> out-port <port> mode <mode>": _mirror,
    "mirror-by-port <id> in-port <port> out-port <port> mode <mode> <state>": _mirror,
    "mirror-by-port <id> enable": _mirror_on,
    "no mirror-by-port <id>": _no_mirror,
}

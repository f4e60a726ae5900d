"""The network as one SVG picture, drawn from its cables. Shapes and words tell what colours tell."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from govnet.report.layout import NODE_HEIGHT, NODE_WIDTH, arrange, outside_key

if TYPE_CHECKING:
    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.report.layout import Layout, Spot
    from govnet.report.run import Run

_TITLE, _DESCRIPTION = "drawing-title", "drawing-text"


def drawing(run: Run) -> Markup:
    """Return an ``<svg>`` element whose colours come from the page's style sheet."""
    network = run.network
    layout = arrange(network)
    svg = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {layout.width:g} {layout.height:g}",
            "role": "img",
            "aria-labelledby": f"{_TITLE} {_DESCRIPTION}",
            "class": "drawing",
        },
    )
    _text(svg, "title", network.title, id=_TITLE)
    said = f"{len(network.devices)} devices, {len(network.links)} cables; the same cables stand in the table below."
    _text(svg, "desc", said, id=_DESCRIPTION)
    _lines(svg, layout)
    _outside(svg, network, layout)
    for name, spot in layout.spots.items():
        if name in network.devices:
            _box(svg, run, network.devices[name], spot)
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704 - ElementTree has escaped all text


def _lines(svg: ET.Element, layout: Layout) -> None:
    for a, b, purpose in layout.edges:
        if a in layout.spots and b in layout.spots:
            one, two = sorted((layout.spots[a], layout.spots[b]), key=lambda spot: spot.y)
            # From edge to edge, so that a flat wire does not pass behind a neighbour's box.
            edge = NODE_HEIGHT / 2 if two.y > one.y else 0
            ends = {"x1": f"{one.x:g}", "y1": f"{one.y + edge:g}", "x2": f"{two.x:g}", "y2": f"{two.y - edge:g}"}
            ET.SubElement(svg, "line", {**ends, "class": f"wire wire-{purpose}", "data-ends": f"{a} {b}"})


def _outside(svg: ET.Element, network: Network, layout: Layout) -> None:
    for index, upstream in enumerate(network.upstreams):
        spot = layout.spots[outside_key(index)]
        shape = {"cx": f"{spot.x:g}", "cy": f"{spot.y:g}", "rx": f"{NODE_WIDTH}", "ry": f"{NODE_HEIGHT / 2:g}"}
        ET.SubElement(svg, "ellipse", {**shape, "class": "box outside"})
        _label(svg, spot, -3, upstream.title, "name")
        _label(svg, spot, 11, upstream.zone, "place")


def _box(svg: ET.Element, run: Run, device: Device, spot: Spot) -> None:
    group = ET.SubElement(svg, "g", {"data-device": device.name})
    _text(group, "title", _tooltip(run, device))
    left, top = spot.x - NODE_WIDTH / 2, spot.y - NODE_HEIGHT / 2
    where = {"x": f"{left:g}", "y": f"{top:g}", "width": f"{NODE_WIDTH}", "height": f"{NODE_HEIGHT}"}
    ET.SubElement(group, "rect", {**where, "rx": "4", "class": f"box {_kind(run, device)}"})
    mark = " ✗" if device.name in run.failures else " *" if device.stand_in else ""
    below = _where(run.network, device)
    _label(group, spot, -3 if below else 4, _short(device.name) + mark, "name")
    _label(group, spot, 11, below, "place")


def _kind(run: Run, device: Device) -> str:
    if device.name in run.failures:
        return "failed"
    if device.stand_in:
        return "stand-in"
    return "commanded" if device.commanded else "endpoint"


def _tooltip(run: Run, device: Device) -> str:
    parts = [device.name, f"{device.vendor} {device.model}".strip(), device.stand_in]
    parts.append(run.backing.get(device.name, ""))
    parts.append("the run failed on it" if device.name in run.failures else "")
    return "; ".join(part for part in parts if part)


def _short(name: str) -> str:
    return name.rsplit("-", 1)[-1]


def _where(network: Network, device: Device) -> str:
    """Return few characters: a floor's short slug, a town's title, and in a machine room the device's zone."""
    place = network.places.get(device.place)
    if place is None or place.kind == "room":
        return device.zone
    return _short(place.slug) if place.within else place.title


def _label(parent: ET.Element, spot: Spot, down: float, text: str, css: str) -> None:
    if text:
        _text(parent, "text", text, x=f"{spot.x:g}", y=f"{spot.y + down:g}", **{"class": css})


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text

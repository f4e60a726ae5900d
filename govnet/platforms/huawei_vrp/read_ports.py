"""Lines of the interface view that make a port what it is on layer 2, and the lines about VLANs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.switching import AggregationMode
from govnet.platforms.huawei_vrp.box import VlanState
from govnet.platforms.huawei_vrp.reader import OTHER, View, phrase
from govnet.platforms.huawei_vrp.words import LAST_VLAN, TUNNEL, is_front_port, spelled, trunk_number, vlans_in

if TYPE_CHECKING:
    from govnet.platforms.huawei_vrp.box import Interface
    from govnet.platforms.huawei_vrp.reader import Context

_VIRTUAL = re.compile(r"(?:Vlanif|LoopBack)\d+|Eth-Trunk\d+(?:\.\d+)?", re.ASCII)
_LINK_TYPES = ("access", "trunk", "hybrid", TUNNEL)


def port(ctx: Context) -> Interface:
    """Return the interface whose view the line was typed in."""
    return ctx.box.interfaces[ctx.view.key]


def _switched(ctx: Context) -> Interface:
    here = port(ctx)
    if not here.switched:
        raise ValueError(f"{here.name} routes")
    return here


def _vlan_id(text: str) -> int:
    number = int(text)
    if not 1 <= number <= LAST_VLAN:
        raise ValueError(f"{number} is no VLAN")
    return number


@phrase("system", r"interface (.+)")
def _interface(ctx: Context, typed: str) -> bool:
    name = spelled(typed)
    if name == "NULL0":
        ctx.opened = View(OTHER)
        return True
    known = name in ctx.box.interfaces
    parent = name.partition(".")[0]
    if not known and not (is_front_port(parent) or _VIRTUAL.fullmatch(name)):
        ctx.opened = View(OTHER)
        return False
    if not known:
        ctx.box.interfaces[name] = ctx.box.new_interface(name, ctx.line)
    ctx.box.interfaces[name].line = ctx.line
    ctx.opened = View("interface", name)
    return True


@phrase("system", r"undo interface (\S+)")
def _undo_interface(ctx: Context, typed: str) -> bool:
    return ctx.box.interfaces.pop(spelled(typed), None) is not None


@phrase("interface", r"description (.+)")
def _description(ctx: Context, text: str) -> bool:
    here = port(ctx)
    here.description = text
    return is_front_port(here.name)


@phrase("interface", r"undo description")
def _undo_description(ctx: Context) -> None:
    port(ctx).description = ""


@phrase("interface", r"shutdown")
def _shutdown(ctx: Context) -> bool:
    here = port(ctx)
    here.enabled = False
    return is_front_port(here.name)


@phrase("interface", r"undo shutdown")
def _undo_shutdown(ctx: Context) -> None:
    port(ctx).enabled = True


@phrase("interface", r"portswitch")
def _portswitch(ctx: Context) -> None:
    port(ctx).switched = True


@phrase("interface", r"undo portswitch")
def _undo_portswitch(ctx: Context) -> None:
    port(ctx).switched = False


@phrase("interface", r"port link-type (\S+)")
def _link_type(ctx: Context, kind: str) -> bool:
    here = _switched(ctx)
    if kind not in _LINK_TYPES:
        return False
    if kind != here.link_type:
        here.reset_vlans(kind)
    return True


@phrase("interface", r"undo port link-type")
def _undo_link_type(ctx: Context) -> None:
    _switched(ctx).reset_vlans("hybrid")


@phrase("interface", r"port (?:default|trunk pvid|hybrid pvid) vlan (\d+)")
def _pvid(ctx: Context, vlan: str) -> None:
    here = _switched(ctx)
    here.pvid, here.pvid_line = _vlan_id(vlan), ctx.line


@phrase("interface", r"undo port (?:default|trunk pvid|hybrid pvid) vlan")
def _undo_pvid(ctx: Context) -> None:
    here = _switched(ctx)
    here.pvid, here.pvid_line = here.default_vlan, None


@phrase("interface", r"port trunk allow-pass vlan (.+)")
def _allow_pass(ctx: Context, text: str) -> None:
    """Repeated lines add (NE VlanPortTrunk)."""
    vlans = range(1, LAST_VLAN + 1) if text == "all" else vlans_in(text)
    _switched(ctx).allowed.update(dict.fromkeys(vlans, ctx.line))


@phrase("interface", r"undo port trunk allow-pass vlan (.+)")
def _undo_allow_pass(ctx: Context, text: str) -> None:
    here = _switched(ctx)
    gone = here.allowed.keys() if text == "all" else vlans_in(text)
    here.allowed = {vlan: line for vlan, line in here.allowed.items() if vlan not in gone}


@phrase("interface", r"port hybrid (tagged|untagged) vlan (.+)")
def _hybrid(ctx: Context, how: str, text: str) -> None:
    here, vlans = _switched(ctx), vlans_in(text)
    _without(here, vlans)
    (here.tagged if how == "tagged" else here.untagged).update(dict.fromkeys(vlans, ctx.line))


@phrase("interface", r"undo port hybrid (?:tagged |untagged )?vlan (.+)")
def _undo_hybrid(ctx: Context, text: str) -> None:
    _without(_switched(ctx), vlans_in(text))


def _without(here: Interface, vlans: frozenset[int]) -> None:
    here.tagged = {vlan: line for vlan, line in here.tagged.items() if vlan not in vlans}
    here.untagged = {vlan: line for vlan, line in here.untagged.items() if vlan not in vlans}


@phrase("interface", r"eth-trunk (\d+)")
def _eth_trunk(ctx: Context, number: str) -> None:
    here = port(ctx)
    here.trunk, here.trunk_line = int(number), ctx.line
    if f"Eth-Trunk{number}" not in ctx.box.interfaces:
        ctx.box.interfaces[f"Eth-Trunk{number}"] = ctx.box.new_interface(f"Eth-Trunk{number}", ctx.line)


@phrase("interface", r"undo eth-trunk")
def _undo_eth_trunk(ctx: Context) -> None:
    here = port(ctx)
    here.trunk = None
    here.reset_vlans("hybrid")


@phrase("interface", r"port-isolate enable(?: group (\d+))?")
def _isolate(ctx: Context, group: str | None) -> bool:
    """Without a number the group is the first one (unverified). A second group of one port is not modelled."""
    here, number = _switched(ctx), int(group or 1)
    if here.isolated not in {0, number}:
        return False
    here.isolated, here.isolated_line = number, ctx.line
    return True


@phrase("interface", r"undo port-isolate enable(?: group (\d+))?")
def _undo_isolate(ctx: Context, group: str | None) -> None:
    here = _switched(ctx)
    if group is None or int(group) == here.isolated:
        here.isolated, here.isolated_line = 0, None


@phrase("interface", r"mode (\S+)(?: load-balance)?")
def _mode(ctx: Context, word: str) -> bool:
    here = port(ctx)
    known = {"lacp": AggregationMode.LACP, "lacp-static": AggregationMode.LACP, "manual": AggregationMode.STATIC}
    if trunk_number(here.name) is None or word not in known:
        return False
    here.mode = known[word]
    return True


@phrase("interface", r"port-mirroring to observe-port (\d+) (inbound|outbound|both)")
def _mirroring(ctx: Context, number: str, direction: str) -> None:
    here = port(ctx)
    ways = {"inbound", "outbound"} if direction == "both" else {direction}
    here.mirrored.setdefault(int(number), set()).update(ways)
    here.mirror_lines.append((int(number), ctx.line))


@phrase("interface", r"undo port-mirroring to observe-port (\d+) (?:inbound|outbound|both)")
def _undo_mirroring(ctx: Context, number: str) -> None:
    port(ctx).mirrored.pop(int(number), None)


@phrase("system", r"observe-port (\d+) interface (.+)")
def _observe_port(ctx: Context, number: str, name: str) -> None:
    ctx.box.observers[int(number)] = spelled(name), ctx.line


@phrase("system", r"undo observe-port (\d+)")
def _undo_observe_port(ctx: Context, number: str) -> None:
    ctx.box.observers.pop(int(number), None)


@phrase("system", r"vlan batch (.+)")
def _vlan_batch(ctx: Context, text: str) -> None:
    for vlan in vlans_in(text):
        ctx.box.vlans.setdefault(vlan, VlanState())


@phrase("system", r"undo vlan (?:batch )?(.+)")
def _undo_vlan(ctx: Context, text: str) -> None:
    for vlan in vlans_in(text) - {1}:
        ctx.box.vlans.pop(vlan, None)


@phrase("system", r"vlan (\d+)")
def _vlan_view(ctx: Context, number: str) -> None:
    ctx.box.vlans.setdefault(_vlan_id(number), VlanState())
    ctx.opened = View("vlan", number)


@phrase("vlan", r"(description) (.+)")
@phrase("vlan", r"(name) (.+)")
@phrase("vlan", r"undo (description)()")
@phrase("vlan", r"undo (name)()")
def _vlan_text(ctx: Context, word: str, text: str) -> None:
    setattr(ctx.box.vlans[int(ctx.view.key)], word, text)

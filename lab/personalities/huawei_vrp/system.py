"""Commands of the user view and the system view: moving about, saving, VLANs, VPN instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .running import running_config
from .state import Interface, Vlan, Vpn
from .values import LAST_VLAN
from .views import SYSTEM, USER, Context, View, WrongArgumentError, command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.terminal import Terminal

# Public eNSP transcripts and Huawei's "incorrect MAC entries" guide.
NO_SUCH_VLAN = "Error: The VLAN does not exist."
# Quoted by public automation code that met it on S switches.
VLAN_HAS_INTERFACE = "Error: The VLAN has a L3 interface. Please delete it first."
DEFAULT_VLAN = "Error: The default VLAN cannot be deleted."  # no public source for the wording
# Public eNSP transcripts of a binding.
IPV4_REMOVED = "Info: All IPv4 related configurations on this interface are removed!"


@command("user", "system-view")
def _do_system_view(ctx: Context) -> str:
    ctx.enter(SYSTEM)
    return "Enter system view, return user view with Ctrl+Z."


@command("any", "quit")
def _do_quit_view(ctx: Context) -> str:
    if ctx.view == USER:
        ctx.closed = True
    else:
        ctx.view = ctx.parents.pop()
    return ""


@command("any", "return")
def _do_return_to_user(ctx: Context) -> str:
    ctx.view, ctx.parents = USER, []
    return ""


@command("user", "screen-length <int:0-512> temporary")
def _do_screen_length(ctx: Context, lines: int) -> str:
    ctx.page_lines = lines
    # NTC display_startup capture, taken right after the command.
    return "Info: The configuration takes effect on the current user terminal interface only."


FULL: Final = "Error: There is not enough space on the flash.\n"  # the mark is VRP's, the words have no public source


@command("user", "save")
def _do_save(ctx: Context) -> str:
    async def ask(terminal: Terminal) -> None:
        terminal.write("The current configuration will be written to the device. Continue? [Y/N]:")
        answer = (await terminal.read_line()).strip().lower()
        if answer in {"y", "yes"}:
            if ctx.box.flash.full:
                terminal.write(FULL)
                return
            ctx.box.saved = running_config(ctx.box)
            ctx.box.flash.save()
            terminal.write("Now saving the current configuration to the slot 0.\n")
            terminal.write("Info: Save the configuration successfully.\n")

    ctx.then = ask
    return ""


@command("system", "sysname <word>")
def _do_sysname(ctx: Context, name: str) -> str:
    ctx.box.sysname = name
    return ""


@command("system", "undo sysname")
def _do_undo_sysname(ctx: Context) -> str:
    ctx.box.sysname = "HUAWEI"
    return ""


@command("system", "header login information <rest>")
def _do_header(ctx: Context, text: str) -> str:
    """Take a banner between two equal characters, over as many lines as it needs."""
    mark, body = text[0], text[1:]
    if mark in body:
        ctx.box.header = f"{mark}{body.partition(mark)[0]}{mark}"
        return ""

    async def read_on(terminal: Terminal) -> None:
        lines = [body] if body else [""]
        while mark not in lines[-1]:
            lines.append(await terminal.read_line())
        lines[-1] = lines[-1].partition(mark)[0]
        ctx.box.header = mark + "\n".join(lines) + mark

    ctx.then = read_on
    return ""


@command("system", "undo header login")
def _do_undo_header(ctx: Context) -> str:
    ctx.box.header = ""
    return ""


@command("system", "vlan batch <vlans>")
def _do_vlan_batch(ctx: Context, vlans: frozenset[int]) -> str:
    for vid in sorted(vlans):
        ctx.box.vlans.setdefault(vid, Vlan())
    return "Info: This operation may take a few seconds. Please wait for a moment...done."


@command("system", f"vlan <int:1-{LAST_VLAN}>")
def _do_vlan(ctx: Context, vid: int) -> str:
    ctx.box.vlans.setdefault(vid, Vlan())
    ctx.enter(View("vlan", str(vid), f"vlan{vid}"))
    return ""


@command("system", "undo vlan batch <vlans>")
def _do_undo_vlan_batch(ctx: Context, vlans: frozenset[int]) -> str:
    return _drop_vlans(ctx, vlans & ctx.box.vlans.keys())


@command("system", f"undo vlan <int:1-{LAST_VLAN}>")
def _do_undo_vlan(ctx: Context, vid: int) -> str:
    return _drop_vlans(ctx, {vid}) if vid in ctx.box.vlans else NO_SUCH_VLAN


def _drop_vlans(ctx: Context, vlans: Iterable[int]) -> str:
    """Delete VLANs, all or none; an access port of a deleted VLAN falls back to VLAN 1."""
    gone = set(vlans)
    if 1 in gone:
        return DEFAULT_VLAN
    if any(f"Vlanif{vid}" in ctx.box.interfaces for vid in gone):
        return VLAN_HAS_INTERFACE
    for vid in gone:
        del ctx.box.vlans[vid]
    for port in ctx.box.ports():
        if port.link_type == "access" and port.pvid in gone:
            port.pvid = 1
    if ctx.view.kind == "vlan" and int(ctx.view.key) in gone:
        ctx.view, ctx.parents = SYSTEM, [USER]
    return ""


@command("vlan", "description <rest>")
def _do_vlan_description(ctx: Context, text: str) -> str:
    ctx.box.vlans[int(ctx.view.key)].description = text
    return ""


@command("vlan", "undo description")
def _do_undo_vlan_description(ctx: Context) -> str:
    return _do_vlan_description(ctx, "")


@command("vlan", "name <word>")
def _do_vlan_name(ctx: Context, text: str) -> str:
    ctx.box.vlans[int(ctx.view.key)].name = text
    return ""


@command("vlan", "undo name")
def _do_undo_vlan_name(ctx: Context) -> str:
    return _do_vlan_name(ctx, "")


@command("system", "interface <if>")
def _do_interface(ctx: Context, name: str) -> str:
    if name not in ctx.box.interfaces:
        if name.startswith("Vlanif"):
            if int(name.removeprefix("Vlanif")) not in ctx.box.vlans:
                return NO_SUCH_VLAN
        elif not name.startswith(("LoopBack", "Eth-Trunk")):
            raise WrongArgumentError
        ctx.box.interfaces[name] = Interface(name)
    ctx.enter(View("interface", name))
    return ""


@command("system", "undo interface <if>")
def _do_undo_interface(ctx: Context, name: str) -> str:
    if name not in ctx.box.interfaces or not name.startswith(("Vlanif", "LoopBack", "Eth-Trunk")):
        raise WrongArgumentError
    if ctx.box.members(name):
        # No public source for the wording.
        return "Error: The Eth-Trunk contains member interfaces. Please delete them first."
    del ctx.box.interfaces[name]
    if ctx.view == View("interface", name):
        ctx.view, ctx.parents = SYSTEM, [USER]
    return ""


@command("system", "ip vpn-instance <word>")
def _do_vpn_instance(ctx: Context, name: str) -> str:
    ctx.box.vpns.setdefault(name, Vpn())
    ctx.enter(View("vpn", name, f"vpn-instance-{name}"))
    return ""


@command("vpn", "ipv4-family")
def _do_ipv4_family(ctx: Context) -> str:
    ctx.enter(View("vpn-af", ctx.view.key, f"vpn-instance-{ctx.view.key}-af-ipv4"))
    return ""


@command("system", "undo ip vpn-instance <word>")
def _do_undo_vpn_instance(ctx: Context, name: str) -> str:
    if ctx.box.vpns.pop(name, None) is None:
        raise WrongArgumentError
    for bound in ctx.box.interfaces.values():
        if bound.vpn == name:
            bound.vpn, bound.address = "", None
    if ctx.box.bgp:
        ctx.box.bgp.instances.pop(name, None)  # its part of BGP goes with it (NE deletevrf)
    return ""


@command("vpn,vpn-af", "description <rest>")
def _do_vpn_description(ctx: Context, text: str) -> str:
    ctx.box.vpns[ctx.view.key].description = text
    return ""


@command("vpn,vpn-af", "route-distinguisher <pair>")
def _do_route_distinguisher(ctx: Context, value: str) -> str:
    vpn = ctx.box.vpns[ctx.view.key]
    taken = {other.distinguisher for name, other in ctx.box.vpns.items() if name != ctx.view.key}
    if value in taken or vpn.distinguisher not in {"", value}:
        # No public source for the wording; a distinguisher is unique and not changed in place.
        return "Error: The route distinguisher has been used or already configured."
    vpn.distinguisher = value
    return ""


@command("vpn,vpn-af", "vpn-target <pairs> both|export-extcommunity|import-extcommunity")
def _do_vpn_target(ctx: Context, targets: tuple[str, ...], direction: str) -> str:
    vpn = ctx.box.vpns[ctx.view.key]
    if not vpn.distinguisher:
        # Rule: NE createipv4vrf (RD before any vpn-target). No public source for the wording.
        return "Error: The route distinguisher of the VPN instance has not been configured."
    said = []
    for side, name, values in (("import", "IVT", vpn.imports), ("export", "EVT", vpn.exports)):
        if direction == "both" or direction.startswith(side):
            values.extend(target for target in targets if target not in values)
            said.append(f" {name} Assignment result: \nInfo: VPN-Target assignment is successful.")
    return "\n".join(said)


@command("vpn,vpn-af", "vpn-target <pairs>")
def _do_vpn_target_both(ctx: Context, targets: tuple[str, ...]) -> str:
    return _do_vpn_target(ctx, targets, "both")


@command("vpn,vpn-af", "undo vpn-target <pairs> both|export-extcommunity|import-extcommunity")
def _do_undo_vpn_target(ctx: Context, targets: tuple[str, ...], direction: str) -> str:
    vpn = ctx.box.vpns[ctx.view.key]
    for side, values in (("import", vpn.imports), ("export", vpn.exports)):
        if direction == "both" or direction.startswith(side):
            values[:] = [value for value in values if value not in targets]
    return ""

"""``display`` of the device as a whole: version, configuration, filters, VPN instances, addresses.

Layouts follow the NTC captures of the commands' names unless a comment says otherwise.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .running import acl_heading, interface_lines, joined, running_config, sections_named
from .values import short
from .views import Context, WrongArgumentError, command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .state import Acl

_RULE = "-" * 78
_STARTED = time.monotonic()  # of the lab: a box may be made much later, when somebody first calls it


@command("any", "display version")
def _do_version(ctx: Context) -> str:
    """Show what the public S5700-24TP-SI-AC capture shows (V200R001), with this twin's model and release."""
    box = ctx.box
    up = _uptime()
    if box.two_stage:
        return (  # the public NE40E-X2-M8A capture (V800R011)
            "Huawei Versatile Routing Platform Software\n"
            f"VRP (R) software, Version {box.version} ({box.model.partition('-')[0]} {box.release})\n"
            "Copyright (C) 2012-2018 Huawei Technologies Co., Ltd.\n"
            f"HUAWEI {box.model} uptime is {up}\n"
        )
    return (
        "Huawei Versatile Routing Platform Software\n"
        f"VRP (R) software, Version {box.version} ({box.model.partition('-')[0]} {box.release})\n"
        "Copyright (C) 2000-2015 HUAWEI TECH CO., LTD\n"
        f"Quidway {box.model} Routing Switch uptime is {up}\n"
        "\n"
        f"MPU 0(Master) : uptime is {up}\n"
        "256M bytes DDR Memory\n"
        "32M bytes FLASH\n"
        f"Software Version : VRP (R) Software, Version {box.version} ({box.release})\n"
    )


def _uptime() -> str:
    minutes = int(time.monotonic() - _STARTED) // 60
    parts = (
        (minutes // 10080, "week"),
        (minutes // 1440 % 7, "day"),
        (minutes // 60 % 24, "hour"),
        (minutes % 60, "minute"),
    )
    return ", ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts)


@command("any", "display current-configuration")
def _do_current(ctx: Context) -> str:
    return running_config(ctx.box)


@command("any", "display current-configuration interface <if>")
def _do_current_interface(ctx: Context, name: str) -> str:
    if name not in ctx.box.interfaces:
        raise WrongArgumentError
    lines = [f"interface {name}", *(f" {line}" for line in interface_lines(ctx.box.interfaces[name]))]
    return joined(["\n".join(lines)])


@command("any", "display this")
def _do_this(ctx: Context) -> str:
    view, box = ctx.view, ctx.box
    if view.kind in {"user", "system"}:
        return joined([f"sysname {box.sysname}"])
    headings = {
        "interface": f"interface {view.key}\n",
        "vlan": f"vlan {view.key}\n",
        "acl": acl_heading(box.acls[int(view.key)]) if view.kind == "acl" else "",
        "vpn": f"ip vpn-instance {view.key}\n",
        "vpn-af": f"ip vpn-instance {view.key}\n",
    }
    if view.kind == "interface" and not interface_lines(ctx.interface):
        return joined([headings["interface"].strip()])
    return sections_named(box, headings.get(view.kind, view.key)) or joined([])


@command("any", "display saved-configuration")
def _do_saved(ctx: Context) -> str:
    # Public AR transcript, "attempt to display" before the first save.
    return ctx.box.saved or "There is no correct configuration file in FLASH\n"


@command("any", "display startup")
def _do_startup(ctx: Context) -> str:
    system = f"flash:/{ctx.box.model.partition('-')[0]}-{ctx.box.release}.cc"
    config = "flash:/vrpcfg.zip" if ctx.box.saved else "NULL"
    rows = (
        ("Startup system software", system),
        ("Next startup system software", system),
        ("Backup system software for next startup", "null"),
        ("Startup saved-configuration file", "NULL"),
        ("Next startup saved-configuration file", config),
        ("Startup license file", "null"),
        ("Next startup license file", "null"),
        ("Startup patch package", "null"),
        ("Next startup patch package", "null"),
        ("Startup voice-files", "null"),
        ("Next startup voice-files", "null"),
    )
    return "MainBoard: \n" + "".join(f"  {name + ':':<43}{value}\n" for name, value in rows)


@command("any", "display acl all")
def _do_acl_all(ctx: Context) -> str:
    acls = [acl for _, acl in sorted(ctx.box.acls.items())]
    filled = sum(1 for acl in acls if acl.rules)
    return f" Total quantity of nonempty ACL number is {filled} \n\n" + "\n".join(map(_acl, acls))


@command("any", "display acl <int:2000-4999>")
def _do_acl(ctx: Context, number: int) -> str:
    if number not in ctx.box.acls:
        # No public source for the wording.
        return "Error: The specified ACL does not exist."
    return _acl(ctx.box.acls[number])


def _acl(acl: Acl) -> str:
    name = f"{acl.name} {acl.number}" if acl.name else str(acl.number)
    plural = "s" if len(acl.rules) > 1 else ""
    return f"{acl.kind} ACL {name}, {len(acl.rules)} rule{plural}\nAcl's step is 5\n" + "".join(_rules(acl))


def _rules(acl: Acl) -> Iterator[str]:
    for number, text in sorted(acl.rules.items()):
        yield f" rule {number} {text} \n"
        if number in acl.remarks:
            yield f' rule {number} description "{acl.remarks[number]}"\n'


@command("any", "display traffic-filter applied-record")
def _do_applied_record(ctx: Context) -> str:
    line = "-" * 59
    rows = []
    for interface in ctx.box.interfaces.values():
        for kept in interface.kept:
            if kept.startswith("traffic-filter"):
                _, direction, record = kept.split(maxsplit=2)
                rows.append(f"{interface.name:<28}{direction:<11}{record}\n")
    head = f"{line}\n{'Interface':<28}{'Direction':<11}{'AppliedRecord':<20}\n{line}\n"
    return f"{head}{''.join(rows)}{line}\nTotal:{len(rows)}\n"


@command("any", "display ip vpn-instance")
def _do_vpn_instances(ctx: Context) -> str:
    vpns = ctx.box.vpns
    head = (
        f" Total VPN-Instances configured      : {len(vpns)}\n"
        f" Total IPv4 VPN-Instances configured : {len(vpns)}\n"
        " Total IPv6 VPN-Instances configured : 0\n\n"
        f"  {'VPN-Instance Name':<31} {'RD':<21} Address-family\n"
    )
    return head + "".join(f"  {name:<31} {vpn.distinguisher:<21} IPv4\n" for name, vpn in vpns.items())


@command("any", "display mac-address")
def _do_mac_address(ctx: Context) -> str:
    head = f"{'-' * 79}\nMAC Address    {'VLAN/VSI':<34}{'Learned-From':<20}Type      \n{'-' * 79}\n"
    rows = [f"{mac} {f'{vid}/-':<34}{short(port):<20}dynamic   \n" for mac, vid, port in ctx.box.learned]
    return f"{head}{''.join(rows)}{'-' * 79}\nTotal items displayed = {len(rows)}\n"


@command("any", "display arp all")
def _do_arp_all(ctx: Context) -> str:
    """Show the box's own addresses; it has no neighbours that speak IP."""
    box = ctx.box
    head = (
        "IP ADDRESS      MAC ADDRESS     EXPIRE(M) TYPE        INTERFACE   VPN-INSTANCE\n"
        f"{' ' * 36}VLAN/CEVLAN(SIP/DIP)\n{_RULE}\n"
    )
    rows = [
        f"{port.address[0]:<16}{box.mac:<16}{'':<10}{'I -':<12}{short(port.name):<12}{port.vpn}".rstrip() + "\n"
        for port in box.interfaces.values()
        if port.address
    ]
    total = f"Total:{len(rows):<10}Dynamic:{0:<8}Static:{0:<6}Interface:{len(rows)}\n"
    return f"{head}{''.join(rows)}{_RULE}\n{total}"

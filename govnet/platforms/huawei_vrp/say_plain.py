"""What to hand to the template for each kind of change that needs no more than the change itself."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final, cast

from govnet.config import changes as c
from govnet.config.routing import PUBLIC, InterfaceKind
from govnet.errors import RefusedError
from govnet.platforms.base import Command  # singledispatch looks annotations up
from govnet.platforms.huawei_vrp.acl_rules import is_basic, parts
from govnet.platforms.huawei_vrp.assemble import LOGIN_ACL
from govnet.platforms.huawei_vrp.words import vendor_name, vlan_lists, wildcard
from govnet.platforms.templating import say_change

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address

    from govnet.config.filtering import AclBinding
    from govnet.config.routing import IpInterface, StaticRoute

NAME: Final = "huawei_vrp"
STEP: Final = 5


def say_plain(run: list[c.Change]) -> list[Command]:
    """Say one change, or a run of VLANs.

    Raises:
        RefusedError: VRP has no words for it.
    """
    if isinstance(run[0], (c.CreateVlan, c.DeleteVlan)):
        return _vlans(cast("list[c.CreateVlan | c.DeleteVlan]", run))
    return _say(run[0])


def _render(macro: str, **values: Any) -> list[Command]:  # noqa: ANN401 - whatever the macro takes
    return say_change(NAME, macro, **values)


def _vlans(run: list[c.CreateVlan | c.DeleteVlan]) -> list[Command]:
    lists = vlan_lists(change.vlan for change in run)
    if isinstance(run[0], c.DeleteVlan):
        return _render("delete_vlans", lists=lists)
    named = [(change.vlan, change.value.name) for change in run if change.value.name]
    return _render("create_vlans", lists=lists, named=named)


@singledispatch
def _say(change: object) -> list[Command]:
    raise RefusedError(f"huawei_vrp: a switch has no words for {type(change).__name__}; take it out of the intent")


@_say.register
def _(change: c.SetHostname) -> list[Command]:
    return _render("hostname", name=change.after)


@_say.register
def _(change: c.RenameVlan) -> list[Command]:
    return _render("rename_vlan", vlan=change.vlan, name=change.after)


@_say.register
def _(change: c.SetPortDescription) -> list[Command]:
    return _render("description", interface=change.port, text=change.after)


@_say.register
def _(change: c.SetPortEnabled) -> list[Command]:
    return _render("enabled", interface=change.port, enabled=change.after)


@_say.register
def _(change: c.CreateVrf) -> list[Command]:
    value = change.value
    return _render(
        "create_vrf",
        name=change.name,
        distinguisher=value.route_distinguisher,
        exports=sorted(value.exports),
        imports=sorted(value.imports),
    )


@_say.register
def _(change: c.DeleteVrf) -> list[Command]:
    return _render("delete_vrf", name=change.name)


@_say.register
def _(change: c.AddInterface) -> list[Command]:
    value = change.value
    addresses = [f"{address.ip} {address.netmask}" for address in value.addresses]
    tag = value.vlan if value.kind is InterfaceKind.SUBINTERFACE else None
    return _render("add_interface", name=vendor_name(change.name), vrf=value.vrf, addresses=addresses, tag=tag)


@_say.register
def _(change: c.RemoveInterface) -> list[Command]:
    if change.value.kind is not InterfaceKind.PORT:
        return _render("remove_interface", name=vendor_name(change.name))
    return _render("clear_port", name=change.name, vrf=change.value.vrf, addresses=_reversed(change.value))


def _reversed(interface: IpInterface) -> list[str]:
    """Return the addresses to take away, the primary one last."""
    first, *others = (f"{address.ip} {address.netmask}" for address in interface.addresses)
    return [*(f"{other} sub" for other in others), first]


def _route(route: StaticRoute) -> dict[str, str]:
    prefix = f"{route.prefix.network_address} {route.prefix.netmask}"
    hop = str(route.next_hop or "NULL0")
    if route.into:
        hop = f"{hop} public" if route.into == PUBLIC else f"vpn-instance {route.into} {hop}"
    return {"vrf": route.vrf, "prefix": prefix, "hop": hop}


@_say.register
def _(change: c.AddRoute) -> list[Command]:
    return _render("add_route", **_route(change.value))


@_say.register
def _(change: c.RemoveRoute) -> list[Command]:
    return _render("remove_route", **_route(change.value))


@_say.register
def _(change: c.CreateAcl) -> list[Command]:
    basic = is_basic(change.name)
    rules = [(number * STEP, parts(rule, basic=basic)) for number, rule in enumerate(change.value.filters, 1)]
    return _render("create_acl", name=change.name, numbered=change.name.isdigit(), rules=rules)


@_say.register
def _(change: c.DeleteAcl) -> list[Command]:
    return _render("delete_acl", name=change.name, numbered=change.name.isdigit())


def _bind(macro: str, binding: AclBinding) -> list[Command]:
    name = binding.acl if binding.acl.isdigit() else f"name {binding.acl}"
    return _render(macro, interface=vendor_name(binding.target), direction=f"{binding.direction}bound", acl=name)


@_say.register
def _(change: c.BindAcl) -> list[Command]:
    return _bind("bind_acl", change.value)


@_say.register
def _(change: c.UnbindAcl) -> list[Command]:
    return _bind("unbind_acl", change.value)


@_say.register
def _(change: c.CreateMirror) -> list[Command]:
    value = change.value
    return _render("create_mirror", number=change.number, destination=value.destination, ports=sorted(value.sources))


@_say.register
def _(change: c.DeleteMirror) -> list[Command]:
    return _render("delete_mirror", number=change.number, ports=sorted(change.value.sources))


@_say.register
def _(change: c.SetManagement) -> list[Command]:
    before, after = change.before, change.after
    services = [
        (name, getattr(after, name))
        for name in ("ssh", "telnet", "web")
        if getattr(before, name) != getattr(after, name)
    ]
    return _render(
        "management",
        services=sorted(services, key=lambda service: not service[1]),
        acl=LOGIN_ACL,
        restrict=before.sources != after.sources,
        restricted=bool(before.sources),
        rules=[(number * STEP, wildcard(network)) for number, network in enumerate(sorted(after.sources), 1)],
    )


@_say.register
def _(change: c.SetSnmp) -> list[Command]:
    before, after = change.before, change.after
    texts = [
        (name, getattr(after, name))
        for name in ("location", "contact")
        if getattr(before, name) != getattr(after, name)
    ]
    gone, new = _moved(before.trap_receivers, after.trap_receivers)
    return _render("snmp", texts=texts, gone=gone, new=new)


def _moved(before: Iterable[IPv4Address], after: Iterable[IPv4Address]) -> tuple[list[str], list[str]]:
    old, new = set(before), set(after)
    return [str(address) for address in sorted(old - new)], [str(address) for address in sorted(new - old)]


@_say.register
def _(change: c.SetSyslog) -> list[Command]:
    gone, new = _moved(change.before, change.after)
    return _render("syslog", gone=gone, new=new)


@_say.register
def _(change: c.SetNtp) -> list[Command]:
    gone, new = _moved(change.before, change.after)
    return _render("ntp", gone=gone, new=new)


@_say.register
def _(change: c.SetBanner) -> list[Command]:
    return _render("banner", lines=list(change.after))

"""Changes in words that a person reads before approving them: what the device will do differently, vendor aside."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.config import phrases as p
from govnet.config.filtering import Verdict

if TYPE_CHECKING:
    from govnet.config.changes import Change


def words(change: Change) -> str:
    """Return one line that says what ``change`` does: ``port 49: carry 101-112 tagged, drop untagged frames``."""
    return _words(change)


@singledispatch
def _words(change: object) -> str:
    raise TypeError(f"{type(change).__name__} has no words; add them to govnet/config/words.py")


@_words.register
def _(change: c.SetHostname) -> str:
    return f"rename the device from {change.before or p.NOTHING} to {change.after or p.NOTHING}"


@_words.register
def _(change: c.CreateVlan) -> str:
    return f"create VLAN {change.vlan} {change.value.name}".rstrip()


@_words.register
def _(change: c.DeleteVlan) -> str:
    return f"delete VLAN {change.vlan} {change.value.name}".rstrip()


@_words.register
def _(change: c.RenameVlan) -> str:
    return f"rename VLAN {change.vlan} from {p.quoted(change.before)} to {p.quoted(change.after)}"


@_words.register
def _(change: c.CreateVrf) -> str:
    return f"create VRF {change.name}{p.vrf_words(change.value)}"


@_words.register
def _(change: c.DeleteVrf) -> str:
    return f"delete VRF {change.name}"


@_words.register
def _(change: c.SetPortDescription) -> str:
    return f"port {change.port}: label it {p.quoted(change.after)} (was {p.quoted(change.before)})"


@_words.register
def _(change: c.SetPortEnabled) -> str:
    return f"port {change.port}: {'open' if change.after else 'shut'} it"


@_words.register
def _(change: c.SetSwitchport) -> str:
    return f"port {change.port}: {p.switchport_words(change.after)}"


@_words.register
def _(change: c.CreateAggregation) -> str:
    return f"make ports {p.listed(change.value.ports)} one: aggregation {change.number}{p.bundle_words(change.value)}"


@_words.register
def _(change: c.DeleteAggregation) -> str:
    return (
        f"take aggregation {change.number}{p.bundle_words(change.value)} of ports {p.listed(change.value.ports)} apart"
    )


@_words.register
def _(change: c.AddInterface) -> str:
    return f"give {change.name} the address {p.interface_words(change.value)}"


@_words.register
def _(change: c.RemoveInterface) -> str:
    return f"take the address {p.interface_words(change.value)} from {change.name}"


@_words.register
def _(change: c.AddRoute) -> str:
    return f"route {p.route_words(change.value)}"


@_words.register
def _(change: c.RemoveRoute) -> str:
    return f"no longer route {p.route_words(change.value)}"


@_words.register
def _(change: c.CreateAcl) -> str:
    return f"create filter {change.name}: {p.filter_words(change.value.filters)}"


@_words.register
def _(change: c.DeleteAcl) -> str:
    return f"delete filter {change.name}: {p.filter_words(change.value.filters)}"


@_words.register
def _(change: c.BindAcl) -> str:
    binding = change.value
    rest = "drop" if binding.default is Verdict.DENY else "pass"
    return f"put filter {binding.acl} to work on {binding.target} {binding.direction}, {rest} what it does not name"


@_words.register
def _(change: c.UnbindAcl) -> str:
    return f"take filter {change.value.acl} off {change.value.target} {change.value.direction}"


@_words.register
def _(change: c.EnableFirewall) -> str:
    del change
    return "load an empty zone policy: drop and log everything between zones"


@_words.register
def _(change: c.DisableFirewall) -> str:
    del change
    return "unload the zone policy: nothing is filtered between zones"


@_words.register
def _(change: c.SetFirewallZone) -> str:
    if not change.after:
        return f"firewall zone {change.zone}: remove it (was {p.listed(change.before)})"
    was = f" (was {p.listed(change.before)})" if change.before else ""
    return f"firewall zone {change.zone}: {p.listed(change.after)}{was}"


@_words.register
def _(change: c.SetFirewallPair) -> str:
    if not change.after:
        return f"let {change.source} open nothing in {change.target} any more"
    instead = f" instead of {p.pair_words(change.before, change.target)}" if change.before else ""
    return f"let {change.source} open {p.pair_words(change.after, change.target)}{instead}"


@_words.register
def _(change: c.SetFirewallPrelude) -> str:
    if not change.after:
        return f"clear the rules in front of the zone rules: {p.filter_words(change.before)}"
    return f"in front of the zone rules: {p.filter_words(change.after)}"


@_words.register
def _(change: c.CreateMirror) -> str:
    value = change.value
    return f"mirror {change.number}: copy the frames of ports {p.listed(value.sources)} to port {value.destination}"


@_words.register
def _(change: c.DeleteMirror) -> str:
    value = change.value
    return f"mirror {change.number}: stop copying ports {p.listed(value.sources)} to port {value.destination}"


@_words.register
def _(change: c.EnableMpls) -> str:
    return f"start label switching by LDP as {change.router}" + p.longest_words(change.longest_match)


@_words.register
def _(change: c.DisableMpls) -> str:
    return f"stop label switching by LDP as {change.router}" + p.longest_words(change.longest_match)


@_words.register
def _(change: c.SetMplsInterface) -> str:
    return f"{'let' if change.after else 'no longer let'} {change.interface} carry labelled packets"


@_words.register
def _(change: c.EnableBgp) -> str:
    return f"start BGP in AS {change.asn}"


@_words.register
def _(change: c.DisableBgp) -> str:
    return f"stop BGP in AS {change.asn}"


@_words.register
def _(change: c.SetBgpPeer) -> str:
    if change.after is None:
        return f"BGP: no longer talk to {change.address}{p.peer_words(change.before)}"
    was = f" (was{p.peer_words(change.before)})" if change.before else ""
    return f"BGP: talk to {change.address}{p.peer_words(change.after)}{was}"


@_words.register
def _(change: c.SetBgpInstance) -> str:
    if change.after is None:
        return f"BGP: no longer carry VRF {change.instance}, which announced {p.listed(change.before or ())}"
    was = "" if change.before is None else f" (was {p.listed(change.before)})"
    return f"BGP: carry VRF {change.instance}, which announces {p.listed(change.after)}{was}"


@_words.register
def _(change: c.SetBgpFiltering) -> str:
    return f"BGP: {'drop' if change.after else 'keep'} VPN routes that no VRF here imports"


@_words.register
def _(change: c.SetQueueing) -> str:
    was = "" if change.before is None else f" (was {p.queueing_words(change.before)})"
    return f"port {change.port}: {p.queueing_words(change.after)}{was}"


@_words.register
def _(change: c.SetForwarding) -> str:
    return f"{'start' if change.after else 'stop'} routing between interfaces"


@_words.register
def _(change: c.SetManagement) -> str:
    old, new = p.management_words(change.before), p.management_words(change.after)
    return "management: " + ", ".join(
        f"{name} {value} (was {old[name]})" for name, value in new.items() if value != old[name]
    )


@_words.register
def _(change: c.SetSnmp) -> str:
    old, new = p.snmp_words(change.before), p.snmp_words(change.after)
    return "SNMP: " + ", ".join(
        f"{name} {value} (was {old[name]})" for name, value in new.items() if value != old[name]
    )


@_words.register
def _(change: c.SetSyslog) -> str:
    return f"syslog to {p.listed(change.after)} (was {p.listed(change.before)})"


@_words.register
def _(change: c.SetNtp) -> str:
    return f"time from {p.listed(change.after)} (was {p.listed(change.before)})"


@_words.register
def _(change: c.SetBanner) -> str:
    if not change.after:
        return "show no banner at login"
    return f'banner at login: "{" / ".join(change.after)}"'

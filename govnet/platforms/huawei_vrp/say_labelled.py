"""What to hand to the template for labels and BGP, which are said from the view of the AS that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.errors import RefusedError
from govnet.platforms.huawei_vrp.words import vendor_name
from govnet.platforms.templating import say_change

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig
    from govnet.platforms.base import Command

NAME = "huawei_vrp"
LabelledChange = (
    c.EnableMpls
    | c.DisableMpls
    | c.SetMplsInterface
    | c.EnableBgp
    | c.DisableBgp
    | c.SetBgpPeer
    | c.SetBgpInstance
    | c.SetBgpFiltering
)


def say_labelled(change: LabelledChange, config: DeviceConfig) -> list[Command]:
    """Say one change of labels or BGP to a box that has ``config``.

    Raises:
        RefusedError: BGP does not run there, and the change does not start it.
    """
    match change:
        case c.EnableMpls(router, longest_match):
            return say_change(NAME, "enable_mpls", router=str(router), longest=longest_match)
        case c.DisableMpls():
            return say_change(NAME, "disable_mpls")
        case c.SetMplsInterface(interface, _, after):
            return say_change(NAME, "mpls_interface", interface=vendor_name(interface), on=after)
        case c.EnableBgp(asn) | c.DisableBgp(asn):
            return say_change(NAME, "bgp", asn=asn, on=isinstance(change, c.EnableBgp))
    return _in_bgp(change, config)


def _in_bgp(change: c.SetBgpPeer | c.SetBgpInstance | c.SetBgpFiltering, config: DeviceConfig) -> list[Command]:
    if config.bgp is None:
        raise RefusedError(f"{config.hostname}: BGP does not run, so nothing can be said in it; make a new plan")
    asn = config.bgp.asn
    match change:
        case c.SetBgpPeer(address, before, after):
            gone = say_change(NAME, "bgp_peer", asn=asn, address=str(address), peer=None, source="") if before else []
            source = vendor_name(after.source) if after and after.source else ""
            new = say_change(NAME, "bgp_peer", asn=asn, address=str(address), peer=after, source=source)
            return [*gone, *new] if after else gone
        case c.SetBgpInstance(instance, before, after):
            old, wanted = before or frozenset(), after or frozenset()
            values = {"there": after is not None, "gone": sorted(old - wanted), "new": sorted(wanted - old)}
            return say_change(NAME, "bgp_instance", asn=asn, instance=instance, **values)
        case c.SetBgpFiltering(_, after):
            return say_change(NAME, "bgp_filtering", asn=asn, on=after)

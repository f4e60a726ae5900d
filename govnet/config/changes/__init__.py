"""The vocabulary of changes: one typed step between two DeviceConfigs, each with its exact inverse.

Steps that replace a value carry it both ways (``before``, ``after``), so an inverse never needs the device. Steps that
create something carry the whole of it, so that deleting it is their inverse and loses nothing. This room knows what a
step is; how it is taken and said is others'.
"""

from govnet.config.changes.filters import (
    BindAcl,
    CreateAcl,
    DeleteAcl,
    DisableFirewall,
    EnableFirewall,
    SetFirewallPair,
    SetFirewallPrelude,
    SetFirewallZone,
    UnbindAcl,
)
from govnet.config.changes.ports import (
    CreateAggregation,
    CreateMirror,
    CreateVlan,
    DeleteAggregation,
    DeleteMirror,
    DeleteVlan,
    RenameVlan,
    SetPortDescription,
    SetPortEnabled,
    SetQueueing,
    SetSwitchport,
)
from govnet.config.changes.routes import (
    AddInterface,
    AddRoute,
    CreateVrf,
    DeleteVrf,
    DisableBgp,
    DisableMpls,
    EnableBgp,
    EnableMpls,
    RemoveInterface,
    RemoveRoute,
    SetBgpFiltering,
    SetBgpInstance,
    SetBgpPeer,
    SetForwarding,
    SetMplsInterface,
)
from govnet.config.changes.services import SetBanner, SetHostname, SetManagement, SetNtp, SetSnmp, SetSyslog

Change = (
    SetHostname
    | CreateVlan
    | DeleteVlan
    | RenameVlan
    | CreateVrf
    | DeleteVrf
    | SetPortDescription
    | SetPortEnabled
    | SetSwitchport
    | CreateAggregation
    | DeleteAggregation
    | AddInterface
    | RemoveInterface
    | AddRoute
    | RemoveRoute
    | CreateAcl
    | DeleteAcl
    | BindAcl
    | UnbindAcl
    | EnableFirewall
    | DisableFirewall
    | SetFirewallZone
    | SetFirewallPair
    | SetFirewallPrelude
    | CreateMirror
    | DeleteMirror
    | EnableMpls
    | DisableMpls
    | SetMplsInterface
    | EnableBgp
    | DisableBgp
    | SetBgpPeer
    | SetBgpInstance
    | SetBgpFiltering
    | SetQueueing
    | SetForwarding
    | SetManagement
    | SetSnmp
    | SetSyslog
    | SetNtp
    | SetBanner
)

__all__ = [
    "AddInterface",
    "AddRoute",
    "BindAcl",
    "Change",
    "CreateAcl",
    "CreateAggregation",
    "CreateMirror",
    "CreateVlan",
    "CreateVrf",
    "DeleteAcl",
    "DeleteAggregation",
    "DeleteMirror",
    "DeleteVlan",
    "DeleteVrf",
    "DisableBgp",
    "DisableFirewall",
    "DisableMpls",
    "EnableBgp",
    "EnableFirewall",
    "EnableMpls",
    "RemoveInterface",
    "RemoveRoute",
    "RenameVlan",
    "SetBanner",
    "SetBgpFiltering",
    "SetBgpInstance",
    "SetBgpPeer",
    "SetFirewallPair",
    "SetFirewallPrelude",
    "SetFirewallZone",
    "SetForwarding",
    "SetHostname",
    "SetManagement",
    "SetMplsInterface",
    "SetNtp",
    "SetPortDescription",
    "SetPortEnabled",
    "SetQueueing",
    "SetSnmp",
    "SetSwitchport",
    "SetSyslog",
    "UnbindAcl",
]

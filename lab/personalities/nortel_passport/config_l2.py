"""``config vlan``, ``config ethernet``, ``config mlt``: VLANs, ports, trunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lab.personalities.nortel_passport.state import DEFAULT_VLAN, Mlt, Refusal, Vlan

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Address, IPv4Interface

    from lab.personalities.nortel_passport.state import Box, Port
    from lab.personalities.wordtree import Values


def _ports(values: Values) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values["ports"])


def _vlan(box: Box, values: Values) -> Vlan:
    return box.vlan(cast("int", values["vid"]))


def _create(box: Box, values: Values) -> str:
    vid = cast("int", values["vid"])
    if vid in box.vlans:
        raise Refusal(f"\aError: vlan {vid} already exists")  # no public source for the text
    box.vlans[vid] = Vlan(vid, cast("str", values.get("text", f"VLAN-{vid}")))
    return ""


def _rename(box: Box, values: Values) -> str:
    vlan = _vlan(box, values)
    if vlan.vid == DEFAULT_VLAN:  # Device Manager help, VLANs
        raise Refusal("\aError: the default vlan cannot be renamed")
    vlan.name = cast("str", values["text"])
    return ""


def _delete(box: Box, values: Values) -> str:
    box.delete_vlan(cast("int", values["vid"]))
    return ""


def _join(box: Box, values: Values) -> str:
    box.join(_vlan(box, values), _ports(values))
    return ""


def _leave(box: Box, values: Values) -> str:
    vlan = _vlan(box, values)
    strangers = [name for name in _ports(values) if name not in vlan.ports]
    if strangers:  # no public source
        raise Refusal(f"\aError: port {strangers[0]} is not a member of vlan {vlan.vid}")
    box.leave(vlan, _ports(values))
    return ""


def _address(box: Box, values: Values) -> str:
    vlan, wanted = _vlan(box, values), cast("IPv4Interface", values["ip/mask"])
    if vlan.address:
        raise Refusal(f"\aError: vlan {vlan.vid} already has the ip address {vlan.address.ip}")
    box.refuse_overlap(wanted)
    vlan.address, vlan.mac_offset = wanted, cast("int", values.get("number", 0))
    return ""


def _no_address(box: Box, values: Values) -> str:
    vlan = _vlan(box, values)
    if vlan.address is None or vlan.address.ip != cast("IPv4Address", values["ip"]):
        raise Refusal(f"\aError: vlan {vlan.vid} does not have the ip address {values['ip']}")
    vlan.address = None
    return ""


def _flush(box: Box, values: Values) -> str:
    _vlan(box, values)
    return ""


def _each_port(change: Callable[[Box, Port, Values], None]) -> Callable[[Box, Values], str]:
    def run(box: Box, values: Values) -> str:
        for name in _ports(values):
            change(box, box.ports[name], values)
        return ""

    return run


def _flag(attribute: str) -> Callable[[Box, Values], str]:
    return _each_port(lambda _, port, values: setattr(port, attribute, values["on"] == "enable"))


def _default_vlan(box: Box, port: Port, values: Values) -> None:
    port.default_vlan = _vlan(box, values).vid


def _add_set(box: Box, port: Port, values: Values) -> None:
    number = cast("int", values["set"])
    if number not in box.filter_sets:
        raise Refusal(f"\aError: filter set {number} does not exist")
    if number not in port.filter_sets:
        port.filter_sets.append(number)


def _remove_set(box: Box, port: Port, values: Values) -> None:
    del box
    if values["set"] not in port.filter_sets:
        raise Refusal(f"\aError: port {port.name} does not have filter set {values['set']}")
    port.filter_sets = [number for number in port.filter_sets if number != values["set"]]


def _mlt(box: Box, values: Values) -> Mlt:
    return box.mlt(cast("int", values["mlt"]))


def _create_mlt(box: Box, values: Values) -> str:
    number = cast("int", values["mlt"])
    if number in box.mlts:
        raise Refusal(f"\aError: MLT {number} already exists")
    box.mlts[number] = Mlt(number, f"MLT-{number}")
    return ""


def _delete_mlt(box: Box, values: Values) -> str:
    del box.mlts[_mlt(box, values).number]
    return ""


def _name_mlt(box: Box, values: Values) -> str:
    _mlt(box, values).name = cast("str", values["text"])
    return ""


def _bundle(box: Box, values: Values) -> str:
    mlt = _mlt(box, values)
    for name in _ports(values):
        owner = next((m for m in box.mlts.values() if name in m.ports and m is not mlt), None)
        if owner:
            raise Refusal(f"\aError: port {name} is already a member of MLT {owner.number}")
    mlt.ports.update(_ports(values))
    return ""


def _unbundle(box: Box, values: Values) -> str:
    mlt = _mlt(box, values)
    strangers = [name for name in _ports(values) if name not in mlt.ports]
    if strangers:
        raise Refusal(f"\aError: port {strangers[0]} is not a member of MLT {mlt.number}")
    mlt.ports.difference_update(_ports(values))
    return ""


def _tag_mlt(box: Box, values: Values) -> str:
    mlt = _mlt(box, values)
    mlt.tagging = values["on"] == "enable"
    for name in mlt.ports:
        box.tag(name, tagging=mlt.tagging)
    return ""


def _ist(box: Box, values: Values) -> str:
    # The trunks come before the VLANs in the configuration text, so the VLAN need not exist yet.
    _mlt(box, values).ist = (str(values["ip"]), cast("int", values["vid"]))
    return ""


def _ist_state(box: Box, values: Values) -> str:
    mlt = _mlt(box, values)
    if mlt.ist is None:
        raise Refusal(f"\aError: MLT {mlt.number} has no IST")
    mlt.ist_enabled = values["on"] == "enable"
    return ""


def _no_ist(box: Box, values: Values) -> str:
    mlt = _mlt(box, values)
    mlt.ist, mlt.ist_enabled = None, False
    return ""


def _smlt(box: Box, values: Values) -> str:
    _mlt(box, values).smlt = cast("int | None", values.get("smlt"))
    return ""


_V, _E, _M = "config vlan <vid>", "config ethernet <ports>", "config mlt <mlt>"
_MEMBER = "[member kind=portmember|static]"

# The removal verbs (`ports remove`, `delete`, `ip delete`, `remove ports`) have no public source: one spelling for all.
COMMANDS: dict[str, Callable[[Box, Values], str]] = {
    f"{_V} create byport <stg> [name <text>]": _create,
    f"{_V} name <text>": _rename,
    f"{_V} delete": _delete,
    f"{_V} ports add <ports> {_MEMBER}": _join,
    f"{_V} ports remove <ports> {_MEMBER}": _leave,
    f"{_V} ip create <ip/mask> [mac_offset <number>]": _address,
    f"{_V} ip delete <ip>": _no_address,
    f"{_V} fdb-entry flush": _flush,
    f"{_E} name <text>": _each_port(lambda _, port, values: setattr(port, "alias", values["text"])),
    f"{_E} state on=enable|disable": _flag("enabled"),
    f"{_E} perform-tagging on=enable|disable": _each_port(
        lambda box, port, values: box.tag(port.name, tagging=values["on"] == "enable")
    ),
    f"{_E} default-vlan-id <vid>": _each_port(_default_vlan),
    f"{_E} untagged-frames-discard on=enable|disable": _flag("drop_untagged"),
    f"{_E} tagged-frames-discard on=enable|disable": _flag("drop_tagged"),  # column DISCARD TAGFRAM; word unsourced
    f"{_E} auto-negotiate on=enable|disable": _flag("auto_negotiate"),
    f"{_E} stg <stg> stp on=enable|disable": _flag("stp"),
    f"{_E} ip traffic-filter add set <id:set>": _each_port(_add_set),
    f"{_E} ip traffic-filter remove set <id:set>": _each_port(_remove_set),  # no public source
    # Device Manager knows none, forward and drop for packets that match nothing; the word has no public source.
    f"{_E} ip traffic-filter default-action action=none|forward|drop": _each_port(
        lambda _, port, values: setattr(port, "filter_default", values["action"])
    ),
    f"{_M} create": _create_mlt,
    f"{_M} delete": _delete_mlt,
    f"{_M} name <text>": _name_mlt,
    f"{_M} add ports <ports>": _bundle,
    f"{_M} remove ports <ports>": _unbundle,
    f"{_M} perform-tagging on=enable|disable": _tag_mlt,
    f"{_M} ist create ip <ip> vlan-id <vid>": _ist,
    f"{_M} ist on=enable|disable": _ist_state,
    f"{_M} ist delete": _no_ist,
    f"{_M} smlt create smlt-id <mlt:smlt>": _smlt,
    f"{_M} smlt delete": _smlt,
}

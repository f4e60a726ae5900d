"""How a VSP is told of packet filters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from govnet.config import changes as c
from govnet.config.filtering import Verdict
from govnet.platforms.extreme_voss.filters import identity, spelt
from govnet.platforms.templating import belonging, say_change

if TYPE_CHECKING:
    from govnet.config.filtering import AclBinding
    from govnet.config.model import DeviceConfig
    from govnet.platforms.base import Command
    from govnet.platforms.speaking import Run, Speaker

_words = partial(say_change, "extreme_voss")


def _acls(run: Run, _: DeviceConfig) -> list[Command]:
    said: list[Command] = []
    for index, change in run:
        number, kind = identity(change.name)
        if isinstance(change, c.DeleteAcl):
            said += belonging(_words("delete_acl", number=number), index)
            continue
        said += belonging(_words("create_acl", number=number, kind=kind), index)
        for entry, line in enumerate(change.value.filters, 1):
            said += belonging(_words("create_entry", number=number, id=entry, **spelt(line)), index)
    return said


def _place(binding: AclBinding) -> dict[str, object]:
    number, kind = identity(binding.acl)
    return {"number": number, "kind": kind, "target": binding.target.removeprefix("vlan")}


def _default(binding: AclBinding, verdict: Verdict) -> list[Command]:
    return _words("default_action", number=identity(binding.acl)[0], deny=verdict is Verdict.DENY)


def _bind(run: Run, running: DeviceConfig) -> list[Command]:
    """Put lists to work; a list that drops by default is told so before it is at work anywhere."""
    said: list[Command] = []
    dropping = {held.acl for held in running.bindings if held.default is Verdict.DENY}
    for index, change in run:
        binding = change.value
        if binding.default is Verdict.DENY and binding.acl not in dropping:
            dropping.add(binding.acl)
            said += belonging(_default(binding, Verdict.DENY), index)
        said += belonging(_words("bind_acl", **_place(binding)), index)
    return said


def _unbind(run: Run, running: DeviceConfig) -> list[Command]:
    """Take lists out of work; one that drops by default goes on dropping until it is at work nowhere."""
    said: list[Command] = []
    left = set(running.bindings)
    for index, change in run:
        binding = change.value
        said += belonging(_words("unbind_acl", **_place(binding)), index)
        left.discard(binding)
        if binding.default is Verdict.DENY and all(held.acl != binding.acl for held in left):
            said += belonging(_default(binding, Verdict.PERMIT), index)
    return said


FILTER_SPEAKERS: dict[type, Speaker] = {
    c.CreateAcl: _acls,
    c.DeleteAcl: _acls,
    c.BindAcl: _bind,
    c.UnbindAcl: _unbind,
}

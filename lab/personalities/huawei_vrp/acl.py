"""Access lists: 2000-2999 match the source, 3000-3999 the five-tuple, 4000-4999 layer 2; step 5."""

from __future__ import annotations

from typing import Final

from .grammar import INCOMPLETE, WRONG, RefusedLineError, words_of
from .rules import normal_rule
from .state import Acl
from .views import SYSTEM, USER, Context, View, WrongArgumentError, command

STEP: Final = 5
_LABELS: Final = {"Basic": "basic", "Advanced": "adv", "L2": "L2"}


def _open(ctx: Context, acl: Acl) -> str:
    name = acl.name or str(acl.number)
    family = "acl4" if ctx.store else "acl"  # public transcript of an NE: [*name-acl4-basic-2000]
    ctx.enter(View("acl", str(acl.number), f"{family}-{_LABELS[acl.kind]}-{name}"))
    return ""


@command("system", "acl <int:2000-4999>")
def _do_acl_short(ctx: Context, number: int) -> str:
    return _open(ctx, ctx.box.acls.setdefault(number, Acl(number)))


@command("system", "acl number <int:2000-4999>")
def _do_acl_number(ctx: Context, number: int) -> str:
    return _do_acl_short(ctx, number)


@command("system", "acl name <word>")
def _do_acl_name(ctx: Context, name: str) -> str:
    """Open a named list; a new one is advanced and takes the highest free number (NTC display_acl_all)."""
    for acl in ctx.box.acls.values():
        if acl.name == name:
            return _open(ctx, acl)
    return _do_acl_name_number(ctx, name, max(set(range(3000, 4000)) - ctx.box.acls.keys()))


@command("system", "acl name <word> advance")
def _do_acl_name_advance(ctx: Context, name: str) -> str:
    return _do_acl_name(ctx, name)


@command("system", "acl name <word> basic")
def _do_acl_name_basic(ctx: Context, name: str) -> str:
    if any(acl.name == name for acl in ctx.box.acls.values()):
        return _do_acl_name(ctx, name)
    return _do_acl_name_number(ctx, name, max(set(range(2000, 3000)) - ctx.box.acls.keys()))


@command("system", "acl name <word> <int:2000-4999>")
def _do_acl_name_number(ctx: Context, name: str, number: int) -> str:
    acl = ctx.box.acls.setdefault(number, Acl(number, name))
    if acl.name != name:
        raise WrongArgumentError(1)
    return _open(ctx, acl)


@command("system", "undo acl number <int:2000-4999>")
def _do_undo_acl(ctx: Context, number: int) -> str:
    if ctx.box.acls.pop(number, None) is None:
        # No public source for the wording.
        return "Error: The specified ACL does not exist."
    if ctx.view.kind == "acl" and ctx.view.key == str(number):
        ctx.view, ctx.parents = SYSTEM, [USER]
    return ""


@command("system", "undo acl <int:2000-4999>")
def _do_undo_acl_short(ctx: Context, number: int) -> str:
    return _do_undo_acl(ctx, number)


@command("system", "undo acl name <word>")
def _do_undo_acl_name(ctx: Context, name: str) -> str:
    number = next((acl.number for acl in ctx.box.acls.values() if acl.name == name), 0)
    return _do_undo_acl(ctx, number)


def _acl(ctx: Context) -> Acl:
    return ctx.box.acls[int(ctx.view.key)]


@command("acl", "description <rest>")
def _do_acl_description(ctx: Context, text: str) -> str:
    _acl(ctx).description = text
    return ""


@command("acl", "undo description")
def _do_undo_acl_description(ctx: Context) -> str:
    return _do_acl_description(ctx, "")


@command("acl", "rule <int:0-4294967294> <rest>")
def _do_numbered_rule(ctx: Context, number: int, text: str) -> str:
    acl = _acl(ctx)
    words = words_of(text)
    if words[0].text.lower() == "description":
        if number not in acl.rules:
            raise WrongArgumentError
        acl.remarks[number] = text.partition(" ")[2].strip()
        return ""
    acl.rules[number] = _checked(acl, text)
    return ""


@command("acl", "rule permit|deny")
def _do_bare_rule(ctx: Context, action: str) -> str:
    return _do_rule(ctx, action, "")


@command("acl", "rule permit|deny <rest>")
def _do_rule(ctx: Context, action: str, text: str) -> str:
    """Add a rule at the next multiple of the step; a rule that is there already is not added again."""
    acl = _acl(ctx)
    told = _checked(acl, f"{action} {text}".strip())
    if told not in acl.rules.values():
        acl.rules[(max(acl.rules, default=0) // STEP + 1) * STEP] = told
    return ""


@command("acl", "undo rule <int:0-4294967294>")
def _do_undo_rule(ctx: Context, number: int) -> str:
    acl = _acl(ctx)
    if acl.rules.pop(number, None) is None:
        # No public source for the wording.
        return "Error: The specified rule does not exist."
    acl.remarks.pop(number, None)
    return ""


def _checked(acl: Acl, text: str) -> str:
    try:
        return normal_rule(text, advanced=acl.kind != "Basic") if acl.kind != "L2" else text
    except ValueError as error:
        raise RefusedLineError(INCOMPLETE if str(error) == "incomplete" else WRONG, -1) from None

"""Commands of VRP 8 alone: commit, trial, candidate, history, rollback, and leaving with something uncommitted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from .running import running_config
from .system import FULL
from .two_stage import TRIAL_SECONDS, config_of, differences, has, typed
from .views import EIGHT, EIGHT_USER, SYSTEM, USER, Context, command

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lab.terminal import Terminal

    from .two_stage import Commit, Config

# Public transcripts of NE and CE boxes; the second from a public driver.
UNCOMMITTED: Final = "Warning: Uncommitted configurations found, commit them before exiting? [Y(yes)/N(no)/C(cancel)]:"
CHOOSE: Final = "Error: Please choose 'YES', 'NO' or 'CANCEL' first before pressing 'Enter'. [Y/N/C]:"
# Rule: NE Commit ("may fail to be committed due to configuration locking"). No public source for the wording.
OUTDATED: Final = "Error: The configuration has been changed by another user. Refresh or clear the candidate first."
# Rule: an operator's notes (only the session that began a trial ends it). No public source for the wording.
OTHERS_TRIAL: Final = "Error: Another session is in the trial configuration mode."
NO_TRIAL: Final = "Error: The system is not in the trial configuration mode."  # no public source for the wording
NO_COMMIT: Final = "Error: The specified commit does not exist."  # no public source for the wording


def _commit(ctx: Context, seconds: int | None, label: str, description: str) -> str:
    store = ctx.two_stage
    if store.trial is not None and store.trial.owner is not ctx:
        return OTHERS_TRIAL
    if ctx.dirty and not has(store.box, ctx.base):
        return OUTDATED
    if seconds is None:
        store.commit(config_of(ctx.box), label, description)
        ctx.base = config_of(store.box)
        return ""
    if store.trial is not None or not ctx.dirty:
        return ""
    store.put_on_trial(config_of(ctx.box), seconds, ctx)
    ctx.base = config_of(store.box)
    return (
        "Committing..done. \n"
        "Info: The system enters the trial configuration mode.\n"
        "The system will revert to previous configuration if the trial configuration is not confirmed in "
        f"{seconds} seconds."
    )


def _register_commits() -> None:
    """``commit [trial [seconds]] [label L] [description D]`` (NE Commit)."""
    for trial in ("", " trial", " trial <int:60-65535>"):
        for label in ("", " label <word>"):
            for description in ("", " description <rest>"):
                command(EIGHT, f"commit{trial}{label}{description}")(_reader(trial, label, description))


def _reader(trial: str, label: str, description: str) -> Callable[..., str]:
    def run(ctx: Context, *told: object) -> str:
        values = iter(told)
        seconds = TRIAL_SECONDS if trial else None
        if "<" in trial:
            seconds = int(str(next(values)))
        named = str(next(values)) if label else ""
        return _commit(ctx, seconds, named, str(next(values)) if description else "")

    return run


_register_commits()


@command(EIGHT, "abort trial")
def _do_abort(ctx: Context) -> str:
    store = ctx.two_stage
    if store.trial is None:
        return NO_TRIAL
    if store.trial.owner is not ctx:
        return OTHERS_TRIAL

    async def ask(terminal: Terminal) -> None:
        terminal.write("Warning: The trial configuration will be rolled back. Continue? [Y/N]:")
        if await _yes(terminal):
            store.abort()
            terminal.write("Info: The trial configuration rollback succeeded.\n")

    ctx.then = ask
    return ""


async def _yes(terminal: Terminal) -> bool:
    return (await terminal.read_line()).strip().lower() in {"y", "yes"}


@command(EIGHT, "clear configuration candidate")
def _do_clear(ctx: Context) -> str:
    ctx.discard()
    return ""


@command(EIGHT, "display configuration candidate")
def _do_candidate(ctx: Context) -> str:
    """Show what was configured and not committed."""
    return "\n".join(typed(running_config(ctx.two_stage.box), running_config(ctx.box)))


@command(EIGHT, "display configuration candidate changes")
def _do_candidate_changes(ctx: Context) -> str:
    return _changes(running_config(ctx.two_stage.box), running_config(ctx.box))


@command(EIGHT, "display configuration candidate merge")
def _do_candidate_merge(ctx: Context) -> str:
    return running_config(ctx.box)


def _changes(before: str, after: str) -> str:
    return "\n".join(["Building configuration", *differences(before, after)])


@command(f"{EIGHT},{EIGHT_USER}", "display configuration trial status")
def _do_trial_status(ctx: Context) -> str:
    store = ctx.two_stage
    state = "INACTIVE" if store.trial is None else "ACTIVE"
    return f"Trial status: {state} \nTrial time left (sec): {store.left()}"


@command(f"{EIGHT},{EIGHT_USER}", "display configuration commit list verbose")
def _do_list_verbose(ctx: Context) -> str:
    newest_first = ctx.two_stage.history[::-1]
    return "\n\n".join(f"{place}) {_verbose(commit)}" for place, commit in enumerate(newest_first, 1))


def _verbose(commit: Commit) -> str:
    rows = (
        ("Label", commit.label or "-"),
        ("User", "root"),
        ("User-Intf", "VTY 0"),
        ("Type", "CLI"),
        ("TimeStamp", _when(commit)),
        ("Description", commit.description),
    )
    return f"CommitId: {commit.id}\n" + "\n".join(f"        {key}: {value}" for key, value in rows)


def _when(commit: Commit) -> str:
    return f"{datetime.fromtimestamp(commit.at, UTC):%Y-%m-%d %H:%M:%S}"


@command(f"{EIGHT},{EIGHT_USER}", "display configuration commit list")
def _do_list(ctx: Context) -> str:
    """Show the commits as a table; its columns have no public capture."""
    rows = [
        f"{place:<4}{commit.id:<13}{commit.label or '-':<25}{'root':<16}{_when(commit)}"
        for place, commit in enumerate(ctx.two_stage.history[::-1], 1)
    ]
    return "\n".join([f"{'No.':<4}{'CommitId':<13}{'Label':<25}{'User':<16}TimeStamp", *rows])


@command(f"{EIGHT},{EIGHT_USER}", "display configuration commit changes last <int:1-1000>")
def _do_changes_last(ctx: Context, count: int) -> str:
    store = ctx.two_stage
    if count > len(store.history):
        return NO_COMMIT
    return _changes(store.history[-count].before, running_config(store.box))


@command(EIGHT_USER, "rollback configuration last <int:1-1000>")
def _do_rollback_last(ctx: Context, count: int) -> str:
    return _roll_back(ctx, ctx.two_stage.back(count))


@command(EIGHT_USER, "rollback configuration to commit-id <int:1000000001-1999999999>")
def _do_rollback_to(ctx: Context, number: int) -> str:
    return _roll_back(ctx, ctx.two_stage.at(number))


def _roll_back(ctx: Context, config: Config | None) -> str:
    """Ask, then run an earlier configuration at once (texts: an operator's transcript)."""
    if config is None:
        return NO_COMMIT
    if ctx.two_stage.trial is not None:
        return OTHERS_TRIAL

    async def ask(terminal: Terminal) -> None:
        terminal.write(
            "Warning: This operation will revert configuration changes to the previous status. Continue? [Y/N]:"
        )
        if await _yes(terminal):
            ctx.two_stage.commit(config)
            terminal.write("Loading rollback changes\nCommitting\nCheck rollback result\n")
            terminal.write("Configuration rollback succeeded.\n")
            terminal.write("Please use 'display configuration commit changes last 1' to view the changes.\n")

    ctx.then = ask
    return ""


@command(EIGHT_USER, "system-view")
def _do_system_view(ctx: Context) -> str:
    ctx.enter(SYSTEM)
    return "Enter system view, return user view with return command."


@command(EIGHT, "return")
def _do_return(ctx: Context) -> str:
    if not ctx.dirty:
        ctx.view, ctx.parents = USER, []
        return ""
    ctx.then = _leaver(ctx)
    return ""


@command(EIGHT, "quit")
def _do_quit(ctx: Context) -> str:
    if ctx.view == SYSTEM:
        return _do_return(ctx)
    ctx.view = ctx.parents.pop()
    return ""


def _leaver(ctx: Context) -> Callable[[Terminal], Awaitable[None]]:
    """Return what asks before something uncommitted is left behind."""

    async def ask(terminal: Terminal) -> None:
        terminal.write(UNCOMMITTED)
        while (word := (await terminal.read_line()).strip().lower()) not in _ANSWERS:
            terminal.write(CHOOSE)
        if word[0] == "c":
            return
        refused = _commit(ctx, None, "", "") if word[0] == "y" else ""
        if refused:
            terminal.write(f"{refused}\n")
            return
        ctx.discard()
        ctx.view, ctx.parents = USER, []

    return ask


_ANSWERS: Final = {"y", "yes", "n", "no", "c", "cancel"}


@command(EIGHT_USER, "save")
def _do_save(ctx: Context) -> str:
    async def ask(terminal: Terminal) -> None:
        terminal.write("Warning: all configuration will be written to the device.\nAre you sure to continue?[Y/N]")
        if await _yes(terminal):
            if ctx.box.flash.full:
                terminal.write(FULL)
                return
            ctx.box.saved = running_config(ctx.box)
            ctx.box.flash.save()
            terminal.write("Now saving the current configuration to the slot 0 .\n")
            terminal.write("Info: Save the configuration successfully.\n")

    ctx.then = ask
    return ""

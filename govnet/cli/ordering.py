"""`govnet workorder`: what a person must do at a device that nobody logs in to; and what such a person hands back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.cli import screen
from govnet.cli.options import NetworkName
from govnet.config import diff
from govnet.config.canonical import ordered
from govnet.config.intent import hardware, intent
from govnet.errors import InputError, Problem, RefusedError
from govnet.files import write_whole
from govnet.network.summary import network_named
from govnet.platforms import manual
from govnet.platforms.manual import Evidence, Language, work_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.reading import Reading
    from govnet.network.built import Device
    from govnet.network.model import Network

Exported = Annotated[
    list[str] | None,
    typer.Option("--evidence", metavar="DEVICE=FILE", help="An exported table as a device's reading; repeatable."),
]


def workorder(
    network: NetworkName,
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="A device that is configured by hand.")],
    *,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the work order.")] = Language.BOTH,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", metavar="FILE", help="Count from this export, not from an empty box.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it to a file instead.")] = None,
) -> None:
    """Print the numbered work order that makes a hand-configured device what the inventory says."""
    text = order_of(network_named(network), device, evidence, lang)
    if output:
        write_whole(output, text)
        screen.out.print(f"{output}: written", markup=False, highlight=False, soft_wrap=True)
    else:
        typer.echo(text, nl=False)


def order_of(network: Network, name: str, evidence: Path | None, language: Language) -> str:
    """Return the work order of a device.

    Raises:
        RefusedError: it is not configured by hand, or its intent cannot be asked of a person.
        InputError: the evidence has problems.
    """
    _by_hand(network, name)
    box, wanted = hardware(network, name), ordered(intent(network, name))
    if cannot := manual.PLATFORM.refuse(wanted, box):
        raise RefusedError(f"{name}: no work order can ask for this: {'; '.join(cannot)}")
    record, running = None, manual.PLATFORM.factory(box)
    if evidence:
        record, reading = read_export(network, name, evidence)
        running = ordered(reading.config)
    return work_order(name, manual.PLATFORM.say(diff(running, wanted), running), record, language)


def _by_hand(network: Network, name: str) -> Device:
    """Return a device that is configured by hand and may be changed.

    Raises:
        RefusedError: there is no such device, or it is another kind.
    """
    device = network.devices.get(name)
    if device is None:
        raise RefusedError(f"{name}: no such device in {network.slug}; `govnet check` lists them.")
    if device.platform != manual.PLATFORM.name:
        what = f"has the platform {device.platform}" if device.platform else "has no platform"
        raise RefusedError(f"{name}: {what}; work orders and evidence are for platform manual.")
    if not device.commanded:
        raise RefusedError(f"{name}: is configured by the {device.config_authority}; govnet orders nothing there.")
    return device


def read_export(network: Network, name: str, file: Path) -> tuple[Evidence, Reading]:
    """Return where an export of a device comes from and what it says.

    Raises:
        InputError: it cannot be read, has problems, or is of another device.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(file), 0, f"cannot be read: {error}", "Name a text file in UTF-8")]) from error
    record, reading = manual.read_evidence(text, hardware(network, name), str(file))
    if record.device != name:
        cause = f"the record says it is of {record.device}, not of {name}"
        raise InputError([Problem(str(file), 1, cause, "Name the right file, or the right device")])
    return record, reading


def read_exports(network: Network, given: Sequence[str]) -> Mapping[str, tuple[Evidence, Reading]]:
    """Return device -> evidence and reading for options ``DEVICE=FILE``.

    Raises:
        RefusedError: an option is malformed, or names a device twice or one that is not configured by hand.
        InputError: a file has problems.
    """
    found: dict[str, tuple[Evidence, Reading]] = {}
    for option in given:
        name, equals, file = option.partition("=")
        if not equals or not file:
            raise RefusedError(f"--evidence {option}: write it as DEVICE=FILE.")
        if name in found:
            raise RefusedError(f"--evidence {option}: {name} has an export already; give one a device.")
        _by_hand(network, name)
        found[name] = read_export(network, name, Path(file))
    return found


def show_exports(exports: Mapping[str, tuple[Evidence, Reading]]) -> None:
    """Say on standard error whose word a proof rests on, and how much of it was not understood."""
    for name, (record, reading) in exports.items():
        said = f"{name}: {record.document}, exported by {record.exported_by} on {record.date}; "
        said += f"{reading.read_lines} lines read, {len(reading.unread)} not understood"
        screen.err.print(screen.plain(said), highlight=False, soft_wrap=True)

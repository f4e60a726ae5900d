"""The plan of each device: every change in words beside the commands that say it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.words import words
from govnet.masking import masked, masked_prose

if TYPE_CHECKING:
    from govnet.platforms.base import Command
    from govnet.report.run import Run
    from nornir_tasks.planning import DevicePlan


@dataclass(frozen=True, slots=True)
class CommandView:
    """What is typed. ``answers`` are typed back when the device asks; ``unverified``: no source and nobody's word."""

    text: str
    answers: tuple[str, ...]
    unverified: bool
    family: str


@dataclass(frozen=True, slots=True)
class Step:
    """One change, numbered from 1. No commands: it is said together with an earlier change."""

    number: int
    words: str
    commands: tuple[CommandView, ...]


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One device's part of the plan; ``failure`` is empty when nothing failed on it."""

    name: str
    platform: str
    place: str
    steps: tuple[Step, ...]
    commands: int
    unverified: int
    refused: tuple[str, ...]
    failure: str


def device_views(run: Run) -> tuple[DeviceView, ...]:
    """Return the planned devices in the plan's order; none without a plan."""
    return tuple(_device(run, plan) for plan in run.plan.devices.values()) if run.plan else ()


def _device(run: Run, plan: DevicePlan) -> DeviceView:
    device = run.network.devices[plan.device]
    place = run.network.places.get(device.place)
    return DeviceView(
        name=plan.device,
        platform=plan.platform,
        place=place.title if place else device.place,
        steps=_steps(plan),
        commands=len(plan.commands),
        unverified=len(plan.unverified),
        refused=tuple(map(masked_prose, plan.refused)),
        failure=masked_prose(run.failures.get(plan.device, "")),
    )


def _steps(plan: DevicePlan) -> tuple[Step, ...]:
    doubted = set(plan.unverified)
    said: dict[int, list[CommandView]] = defaultdict(list)
    for command in plan.commands:
        said[command.change].append(_command(command, unverified=command in doubted))
    steps = [
        Step(number, words(change), tuple(said.pop(number - 1, ()))) for number, change in enumerate(plan.changes, 1)
    ]
    # A command that belongs to no change must not vanish from the page.
    rest = tuple(command for commands in said.values() for command in commands)
    return (*steps, Step(len(steps) + 1, "belongs to no single change", rest)) if rest else tuple(steps)


def _command(command: Command, *, unverified: bool) -> CommandView:
    return CommandView(masked(command.text), command.answers, unverified, command.family if unverified else "")

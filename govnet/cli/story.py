"""What a demonstration has found so far, and which part of the network it has on the lab."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.cli import screen
from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.network.sampling import sample, sampled
from lab.endpoint import Ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.cli.workspace import Workspace
    from govnet.errors import GovnetError

WHOLE = 80
"""Networks of more commanded devices than this are demonstrated on a sample of their places."""


@dataclass
class Story:
    """What the demo has found so far; the report and the summary are made of it.

    ``places`` are those whose devices the lab emulates, None for all; what is elsewhere is taken as it is meant to be.
    ``ports`` are where they answer.
    """

    work: Workspace
    places: frozenset[str] | None = None
    ports: Ports = field(default_factory=Ports)
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, GovnetError] = field(default_factory=dict)

    def emulated(self, name: str) -> bool:
        """Return whether a device is one of the lab."""
        return self.places is None or self.work.network.devices[name].place in self.places

    @property
    def names(self) -> list[str]:
        """The commanded devices of the lab."""
        return [name for name in self.work.chosen([]) if self.emulated(name)]

    @cached_property
    def beside(self) -> Mapping[str, Reading]:
        """What the proofs take for devices that are not in the lab: what was ordered, what is meant."""
        network = self.work.network
        paper = {name: Reading(intent(network, name)) for name in self.work.chosen([]) if not self.emulated(name)}
        return {**ordered(network), **paper}

    @contextmanager
    def phase(self, name: str, title: str) -> Iterator[None]:
        """Time a phase and show it; without a terminal it is one line at its end."""
        begun = time.perf_counter()
        with screen.working(title):
            yield
        self.seconds[name] = round(time.perf_counter() - begun, 3)
        screen.err.print(f"[green]done[/green]  {title:<58} {self.seconds[name]:7.2f} s", soft_wrap=True)


def chosen_places(work: Workspace, places: str) -> frozenset[str] | None:
    """Return the places to emulate, None for all of them.

    Raises:
        InputError: there is no such place.
    """
    if places == "all" or (not places and len(work.network.commanded()) <= WHOLE):
        return None
    named = [slug.strip() for slug in places.split(",")] if places else sample(work.network)
    return sampled(work.network, named)

"""What the proof and the look for drift found last, and whether that is too old to mean anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govnet.monitoring import checks
from govnet.monitoring.wall.tiles import Said, Tile, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

OLD_SECONDS = 26 * 3600.0
"""The alert CheckOld has the same limit."""
_NEVER = Said("never done")
_TITLES = {checks.PROOF: "Isolation", checks.DRIFT: "Drift"}


def tiles(kept: Mapping[str, Any], now: float) -> tuple[Tile, ...]:
    """Return a tile for each check, done or not."""
    return tuple(_tile(check, title, kept.get(check), now) for check, title in _TITLES.items())


def _tile(check: str, title: str, found: Mapping[str, Any] | None, now: float) -> Tile:
    if found is None:
        return Tile(check, Tone.UNSEEN, _NEVER, title)
    tone, said = _verdict(check, found)
    age = now - found["at"]
    if age > OLD_SECONDS and tone is Tone.WELL:
        tone = Tone.UNSEEN
    return Tile(check, tone, said, title, {"age": age})


def _verdict(check: str, found: Mapping[str, Any]) -> tuple[Tone, Said]:
    if check == checks.PROOF:
        broken = {"count": found["violations"], "at_fault": found["at_fault"]}
        if found["violations"]:
            return Tone.BAD, Said("{count} zone pairs against the policy: {at_fault}", broken)
        return Tone.WELL, Said("every zone pair as the policy says")
    moved = [name for name, changes in found["devices"].items() if changes]
    if moved:
        return Tone.WARN, Said("{count} devices are not as intended", {"count": len(moved)})
    return Tone.WELL, Said("every device as intended")

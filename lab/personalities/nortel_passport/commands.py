"""The whole grammar of a release: every command table of this package in one tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lab.personalities.nortel_passport import config_l2, config_l3, config_system, files, show_l2, show_system
from lab.personalities.nortel_passport.kinds import KINDS
from lab.personalities.wordtree import WordTree

if TYPE_CHECKING:
    from lab.personalities.nortel_passport.state import Box


@cache
def grammar(major: int) -> WordTree[Box]:
    """Return the grammar of a release.

    Args:
        major: first number of the release. Virtual routers came with 5.0; below, their words do not exist. Their
            spelling has no public source, so they are absent here on every release.
    """
    del major
    tree: WordTree[Box] = WordTree(KINDS)
    for room in (config_system, config_l2, config_l3, files, show_l2, show_system):
        for pattern, run in room.COMMANDS.items():
            tree.add(pattern, run)
    return tree

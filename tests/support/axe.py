"""The accessibility rules of axe-core, held against a page in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.npm import fetched

if TYPE_CHECKING:
    from support.browser import Tab


def axe() -> str:
    """Return axe-core's script; the test is skipped where npm cannot fetch it."""
    return (fetched("axe", "axe-core@4") / "node_modules" / "axe-core" / "axe.min.js").read_text()


def broken(tab: Tab, script: str, *only: str) -> list[str]:
    """Return what axe-core finds fault with, by all its rules or by some: the rule, and the first element."""
    tab.run(f"{script};0")
    options = json.dumps({"resultTypes": ["violations"], **({"runOnly": only} if only else {})})
    found: list[dict[str, Any]] = tab.run(
        f"axe.run(document, {options}).then(all => all.violations.map("
        "each => ({id: each.id, help: each.help, first: each.nodes[0].html.slice(0, 300)})))"
    )
    return [json.dumps(each, ensure_ascii=False) for each in found]

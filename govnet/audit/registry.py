"""All rules: the classes of `govnet.audit.rules` and the rows of its tables, found by looking."""

from __future__ import annotations

import inspect
import pkgutil
from collections import Counter
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from govnet.audit import rules as package
from govnet.audit.rule import Rule, from_declaration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from govnet.audit.parameters import Parameters

FAMILIES = ("ISO", "ARC", "ACL", "BND", "IDS", "LOG", "MGT", "CFG", "PWR", "ENV", "EGN", "SEC", "GOV")
"""The order in which rules are shown: isolation first, as an auditor reads."""


def rules(parameters: Parameters | None = None) -> tuple[Rule, ...]:
    """Return one object of each rule, in the order of `FAMILIES`."""
    return tuple(rule(parameters) for rule in rule_classes())


@cache
def rule_classes() -> tuple[type[Rule], ...]:
    """Return the class of each rule, in the order of `FAMILIES`.

    Raises:
        ValueError: two rules have the same id.
    """
    modules = [import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)]
    found = [rule for module in modules for rule in _in_module(module)]
    doubled = sorted(name for name, count in Counter(rule.id for rule in found).items() if count > 1)
    if doubled:
        raise ValueError(f"two rules have the id {doubled[0]}: take its row out of the table when it gets a class")
    return tuple(sorted(found, key=lambda rule: (FAMILIES.index(rule.id[:3]), rule.id)))


def _in_module(module: ModuleType) -> Iterator[type[Rule]]:
    for value in vars(module).values():
        own = inspect.isclass(value) and value.__module__ == module.__name__
        if own and issubclass(value, Rule) and not inspect.isabstract(value) and hasattr(value, "id"):
            yield value
    yield from (from_declaration(row) for row in getattr(module, "DECLARED", ()))

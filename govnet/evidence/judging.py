"""The rules on a bundle's contents, now and when it was made: what they are, what they said, what they say again."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from govnet.audit import audit, rules
from govnet.config.canonical import plain
from govnet.errors import RefusedError
from govnet.evidence.contents import RULES, VERDICTS, evidence_of
from govnet.evidence.manifest import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.audit import Audit, Evidence, Finding
    from govnet.audit.rule import Rule

_ABOUT = ("id", "title", "title_en", "clause", "severity", "level")


@dataclass(frozen=True, slots=True)
class Difference:
    """A verdict that does not come out as the bundle has it; an absent one is empty. ``changed``: so has the rule."""

    rule: str
    object: str
    was: str
    now: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came of judging a bundle's contents again."""

    audit: Audit
    evidence: Evidence
    differences: tuple[Difference, ...]
    rules_changed: tuple[str, ...]


def rule_versions() -> dict[str, dict[str, object]]:
    """Return rule id -> what the rule says of itself, and its version: the SHA-256 of the code that decides."""
    return {rule.id: _about(rule) for rule in rules()}


def _about(rule: Rule) -> dict[str, object]:
    said = {name: plain(getattr(rule, name)) for name in _ABOUT}
    code = "".join(map(_source, type(rule).__mro__)) + json_text([said, plain(rule.parameters)])
    return {**said, "version": hashlib.sha256(code.encode()).hexdigest()}


@cache
def _source(kind: type) -> str:
    """Return the code of a class; empty for one that was made from a table's row, or that is not govnet's."""
    return _classes(kind.__module__).get(kind.__qualname__, "") if kind.__module__.startswith("govnet.") else ""


@cache
def _classes(module: str) -> Mapping[str, str]:
    """Return name -> code of a module's classes: `inspect.getsource` would read the whole module for each of them."""
    text = inspect.getsource(import_module(module))
    lines = text.splitlines(keepends=True)
    found = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    return {node.name: "".join(lines[_first(node) - 1 : node.end_lineno]) for node in found}


def _first(node: ast.ClassDef) -> int:
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])


def judge(members: Mapping[str, bytes]) -> tuple[dict[str, bytes], Audit]:
    """Return members with the rules and what they say of the others, and the same as values.

    Raises:
        RefusedError: the members are no evidence.
    """
    found = audit(evidence_of(members))
    verdicts = {RULES: json_text(rule_versions()).encode(), VERDICTS: verdicts_text(found).encode()}
    return {**members, **verdicts}, found


def verdicts_text(found: Audit) -> str:
    """Return the verdicts of an audit in their one spelling."""
    head = {"network": found.network, "as_of": str(found.as_of), "counts": dict(found.counts)}
    return json_text({**head, "findings": [_finding(finding) for finding in found.findings]})


def _finding(finding: Finding) -> object:
    return plain(finding)


def rerun(members: Mapping[str, bytes]) -> Rerun:
    """Return what the rules of this release say of a bundle's contents, and where that is not what the bundle says.

    Raises:
        RefusedError: the members are no evidence.
    """
    evidence = evidence_of(members)
    found = audit(evidence)
    before, now = _spelt(_member(members, VERDICTS)), _spelt(json.loads(verdicts_text(found)))
    held, present = _member(members, RULES), rule_versions()
    changed = {rule for rule in held.keys() | present.keys() if held.get(rule) != plain(present.get(rule))}
    names = [key for key in dict.fromkeys([*before, *now]) if before.get(key) != now.get(key)]
    differences = [Difference(*key, before.get(key, ""), now.get(key, ""), key[0] in changed) for key in names]
    return Rerun(found, evidence, tuple(differences), tuple(sorted(changed)))


def _spelt(verdicts: Mapping[str, object]) -> dict[tuple[str, str], str]:
    """Return (rule, object) -> all that was said of it, in one line."""
    said: dict[tuple[str, str], str] = {}
    findings = verdicts.get("findings")
    for entry in findings if isinstance(findings, list) else []:
        key = (str(entry["rule"]), str(entry["object"]))
        text = f"{entry['verdict']}: expected {entry['expected']}; actual {entry['actual']}; {_rest(entry)}"
        said[key] = f"{said[key]} | {text}" if key in said else text
    return said


def _rest(entry: Mapping[str, object]) -> str:
    return json.dumps([entry.get("severity"), entry.get("evidence"), entry.get("waiver")], sort_keys=True)


def _member(members: Mapping[str, bytes], name: str) -> dict[str, object]:
    try:
        found = json.loads(members[name])
    except (KeyError, ValueError) as error:
        raise RefusedError(
            f"{name} of the bundle: cannot be read; it was made by another release, or by hand."
        ) from error
    return found if isinstance(found, dict) else {}

"""Tables of the emulated packet filter, how a script is cut into statements, and nft's layout of a listing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(slots=True)
class Chain:
    """A chain; ``base`` is its hook line, empty for a chain that is only jumped to."""

    base: str = ""
    policy: str = "accept"
    rules: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Take one statement of a chain's block: the hook, the policy, or a rule."""
        if line.startswith("type "):
            self.base = re.sub(r"priority 0$", "priority filter", line)
        elif line.startswith("policy "):
            self.policy = line.removeprefix("policy ")
        else:
            self.rules.append(line)


@dataclass(slots=True)
class NamedSet:
    """A set or map; ``facts`` are its type and flags."""

    kind: str
    facts: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """One table."""

    sets: dict[str, NamedSet] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)


def squeezed(text: str) -> str:
    """Return text with runs of blanks outside quotes made one."""
    parts = re.split(r'("[^"]*")', text)
    return "".join(part if part.startswith('"') else re.sub(r"\s+", " ", part) for part in parts).strip()


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Cut a script at ``;`` and line ends outside braces; yield line number and statement, comments left out."""
    depth, quoted, start, line, began = 0, False, 0, 1, 1
    text = re.sub(r'("[^"\n]*")|#[^\n]*', lambda found: found[1] or "", text)
    for at, char in enumerate(f"{text}\n"):
        quoted ^= char == '"'
        depth += 0 if quoted else (char == "{") - (char == "}")
        if char in ";\n" and not quoted and depth <= 0:
            if statement := text[start:at].strip():
                yield began, statement
            start, began = at + 1, line + (char == "\n")
        line += char == "\n"


def listing(tables: Mapping[tuple[str, str], Table], *, stateless: bool) -> str:
    """Return tables as ``nft list`` prints them; ``stateless`` leaves counter values out."""
    return "".join(_table(family, name, table, stateless=stateless) for (family, name), table in tables.items())


def _table(family: str, name: str, table: Table, *, stateless: bool) -> str:
    blocks = [_set(set_name, found) for set_name, found in table.sets.items()]
    blocks += [_chain(chain_name, chain, stateless=stateless) for chain_name, chain in table.chains.items()]
    return f"table {family} {name} {{\n" + "\n".join(blocks) + "}\n"


def _set(name: str, found: NamedSet) -> str:
    lines = [f"\t\t{fact}\n" for fact in found.facts]
    if found.elements:
        joined = ",\n\t\t\t     ".join(found.elements)
        lines.append(f"\t\telements = {{ {joined} }}\n")
    return f"\t{found.kind} {name} {{\n{''.join(lines)}\t}}\n"


def _chain(name: str, chain: Chain, *, stateless: bool) -> str:
    lines = [f"\t\t{chain.base}; policy {chain.policy};\n"] if chain.base else []
    for rule in chain.rules:
        shown = re.sub(r"\bcounter( packets \d+ bytes \d+)?", "counter", rule)
        lines.append(f"\t\t{shown if stateless else shown.replace('counter', 'counter packets 0 bytes 0')}\n")
    return f"\tchain {name} {{\n{''.join(lines)}\t}}\n"

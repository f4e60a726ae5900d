"""Every committed dashboard is one of Grafana's own types: npm's @grafana/schema, judged by TypeScript."""

from __future__ import annotations

import copy
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from support.npm import fetched

from dashboards.lint import panels
from dashboards.written import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

OPTIONS = {
    "timeseries": ("timeseries", "TimeSeries"),
    "stat": ("stat", "Stat"),
    "bargauge": ("bargauge", "BarGauge"),
    "state-timeline": ("statetimeline", "StateTimeline"),
}
"""Panel type -> folder and file of its own options."""
# JSON has the values of enumerations, where the types want their names.
PLAIN = (
    "type Plain<T> = T extends string ? `${T}` : T extends (infer U)[] ? Plain<U>[] "
    ": T extends object ? { [K in keyof T]: Plain<T[K]> } : T;"
)
STRICT = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler"]
Documents = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def compiler() -> Path:
    return fetched("grafana-schema", "@grafana/schema@13", "typescript@7")


def committed() -> Documents:
    return {str(path.relative_to(FOLDER)): json.loads(path.read_text()) for path in sorted(FOLDER.rglob("*.json"))}


def typescript(documents: Mapping[str, Any]) -> str:
    """Return a program that is well typed when every document, and the options of every panel, is what it should be."""
    imports = ["import type { Dashboard } from '@grafana/schema';"]
    for folder, file in OPTIONS.values():
        where = f"@grafana/schema/dist/esm/raw/composable/{folder}/panelcfg/x/{file}PanelCfg_types.gen"
        imports.append(f"import type {{ Options as {file} }} from '{where}';")
    lines = [*imports, PLAIN]
    for number, document in enumerate(documents.values()):
        lines.append(f"export const d{number}: Plain<Dashboard> = {json.dumps(document)};")
        for panel in panels(document):
            name, of = f"d{number}_{panel['id']}", OPTIONS[panel["type"]][1]
            lines.append(f"export const {name}: Plain<Partial<{of}>> = {json.dumps(panel['options'])};")
    return "\n".join(lines)


def judged(compiler: Path, documents: Mapping[str, Any]) -> str:
    """Return what the compiler complains of."""
    program = compiler / "judged.ts"
    program.write_text(typescript(documents))
    command = [str(compiler / "node_modules" / ".bin" / "tsc"), *STRICT, program.name]
    return subprocess.run(command, cwd=compiler, check=False, capture_output=True, text=True, timeout=300).stdout


def test_every_dashboard_is_of_grafanas_type(compiler: Path) -> None:
    documents = committed()
    assert documents
    assert judged(compiler, documents) == ""


BREAKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an unknown key": lambda found: found.update(styl="dark"),
    "a cursor that there is not": lambda found: found.update(graphTooltip=9),
    "a threshold of no known kind": lambda found: found["panels"][1]["fieldConfig"]["defaults"]["thresholds"].update(
        mode="relative"
    ),
    "an option of another panel": lambda found: found["panels"][1]["options"].update(reduceOptions={}),
    "a text for a number": lambda found: found["panels"][1]["gridPos"].update(h="eight"),
}


def test_each_kind_of_mistake_is_seen(compiler: Path) -> None:
    whole = committed()["dashboards/en/room.json"]
    broken = {}
    for name, spoil in BREAKS.items():
        broken[name] = copy.deepcopy(whole)
        spoil(broken[name])
    said = judged(compiler, broken)
    lines = typescript(broken).splitlines()
    firsts = [next(n for n, line in enumerate(lines, 1) if f"const d{k}:" in line) for k in range(len(broken))]
    at = {int(line.split("(")[1].split(",")[0]) for line in said.splitlines() if "error TS" in line}
    for (name, document), first in zip(broken.items(), firsts, strict=True):
        assert at & set(range(first, first + 1 + len(panels(document)))), name

"""`make bench`: every benchmark, one after another, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    here = Path(__file__).resolve().parent
    worst = 0
    for script in sorted(here.glob("[a-z]*.py")):
        print(f"== {script.stem}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-m", f"benchmarks.{script.stem}"], check=False).returncode)
    return worst


sys.exit(main())

"""Kinds of misconfiguration injected, found, and false alarms, as one table: ``python -m benchmarks.mutations``.

Each is typed at an emulated device of Laixi, read back, and held against the policy; it ends with 1 when one is missed
or a harmless change raises an alarm. The rows are those of the tests.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    from support.mutation_firewalls import FIREWALLS, HARMLESS  # noqa: PLC0415 - the path is known only now
    from support.mutation_routers import TOWNS  # noqa: PLC0415 - likewise
    from support.mutation_switches import CORES, FLOORS  # noqa: PLC0415 - likewise
    from support.mutations import Bench, reference, table  # noqa: PLC0415 - likewise

    begun = time.perf_counter()
    bench = Bench.of(reference())
    outcomes = [bench.judge(mutation) for mutation in (*FLOORS, *CORES, *TOWNS, *FIREWALLS)]
    alarms = {kind: bench.alarms(typed) for kind, typed in HARMLESS.items()}
    print(*table(outcomes, alarms), sep="\n")
    print(f"{time.perf_counter() - begun:.0f} s")
    return int(any(alarms.values()) or not all(outcome.found for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())

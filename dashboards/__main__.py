"""``python -m dashboards``: write every dashboard into monitoring/grafana."""

from __future__ import annotations

from dashboards.written import FOLDER, documents


def main() -> None:
    """Write the files; what they held before is replaced."""
    for path, text in documents().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text, encoding="utf-8")


main()

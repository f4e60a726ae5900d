"""The dashboards' words in two languages, from one table."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

TABLE = Path(__file__).with_name("words.yaml")


class Language(StrEnum):
    """What a set of dashboards is written in."""

    EN = "en"
    ZH = "zh"


@cache
def catalogue() -> dict[str, str]:
    """Return English -> Chinese."""
    return {str(en): str(zh) for en, zh in yaml.safe_load(TABLE.read_text(encoding="utf-8")).items()}


def say(english: str, language: Language) -> str:
    """Return words in a language.

    Raises:
        KeyError: the table has no such words.
    """
    chinese = catalogue()[english]
    return chinese if language is Language.ZH else english

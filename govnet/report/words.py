"""The page in two languages: every word of its own in English and Chinese, and a switch between them inside the page.

What comes from elsewhere (names, messages of other rooms, configuration lines) is shown as it is, in whatever language.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import yaml
from markupsafe import Markup

from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable


class Language(StrEnum):
    """What a page is in when it is opened."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    en: str
    zh: str

    def __str__(self) -> str:
        """Return the English words."""
        return self.en

    def __add__(self, other: Text) -> Text:
        """Return both, one behind the other."""
        return Text(self.en + other.en, self.zh + other.zh)

    def within(self, language: Language) -> str:
        """Return the words in one language."""
        return self.zh if language is Language.ZH else self.en


@cache
def catalogue() -> dict[str, str]:
    """Return English -> Chinese for every word of the page's own."""
    loaded = yaml.safe_load((folder("templates") / "report" / "zh.yaml").read_text(encoding="utf-8"))
    return {str(english): str(chinese) for english, chinese in loaded.items()}


def say(english: str, **values: object) -> Text:
    """Return words in both languages, with ``{name}`` filled in.

    Raises:
        KeyError: the catalogue has no such words.
    """
    chinese = catalogue()[english]
    return Text(english.format(**spoken(values, Language.EN)), chinese.format(**spoken(values, Language.ZH)))


def known(english: str) -> Text:
    """Return words of an inventory or a lab in both languages where the catalogue has them, else as they are."""
    return Text(english, catalogue().get(english, english))


def spoken(values: dict[str, object], language: Language) -> dict[str, object]:
    """Return values as one language says them."""
    return {name: value.within(language) if isinstance(value, Text) else value for name, value in values.items()}


def joined(parts: list[Text], between: str = "; ") -> Text:
    """Return words one behind the other."""
    return Text(between.join(part.en for part in parts), "；".join(part.zh for part in parts))


def translator(language: Language) -> Callable[..., Markup]:
    """Return what templates call ``t``: words that the switch of the page can turn into the other language.

    It takes the page's own English words, or a `Text`.
    """

    def t(words: str | Text, **values: object) -> Markup:
        text = words if isinstance(words, Text) else say(words, **values)
        if text.en == text.zh:
            return Markup("{}").format(text.en)
        shown = Markup('<span class="t" data-en="{}" data-zh="{}">{}</span>')
        return shown.format(text.en, text.zh, text.within(language))

    return t

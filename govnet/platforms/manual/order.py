"""Steps as a numbered work order on paper: in English, in Chinese or in both."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.platforms.base import Command
    from govnet.platforms.manual.evidence import Evidence


class Language(StrEnum):
    """What language a work order is in."""

    ENGLISH = "en"
    CHINESE = "zh"
    BOTH = "both"


_TAGS: Final = {Language.ENGLISH: "[en] ", Language.CHINESE: "[zh] "}
_TITLES: Final = {Language.ENGLISH: "Work order for {}", Language.CHINESE: "工单：{}"}
_BASES: Final = {
    Language.ENGLISH: (
        "Counted from the export of {0.date} by {0.exported_by} ({0.document}, SHA-256 {0.digest}).",
        "Counted from an empty box: no export was given. Delete every rule that no step names.",
    ),
    Language.CHINESE: (
        "依据：{0.exported_by} 于 {0.date} 导出的 {0.document}（SHA-256 {0.digest}）。",
        "依据：空白设备（未提供导出文件）。凡步骤未列出的规则一律删除。",
    ),
}
_NOTHING: Final = {Language.ENGLISH: "Nothing is to be done.", Language.CHINESE: "无需操作。"}
_COUNT: Final = {
    Language.ENGLISH: "Steps: {}. Keep their order. Tick each one when done; stop at the first that cannot be done.",
    Language.CHINESE: "步骤数：{}。按顺序执行。每完成一步打勾；遇到无法完成的步骤即停止。",
}
_SIGNED: Final = {
    Language.ENGLISH: "Afterwards: save, export the tables again, and hand the export and its SHA-256 back.",
    Language.CHINESE: "完成后：保存配置，重新导出规则表，并交回导出文件及其 SHA-256 值。",
}


def work_order(
    device: str, steps: Sequence[Command], evidence: Evidence | None = None, language: Language = Language.BOTH
) -> str:
    """Return a work order as text; ``evidence`` is what the steps were counted from, None for an empty box."""
    languages = list(_TAGS) if language is Language.BOTH else [language]
    head = [_TITLES[each].format(device) for each in languages]
    head += [_BASES[each][0].format(evidence) if evidence else _BASES[each][1] for each in languages]
    if not steps:
        return "\n".join([*head, "", *(_NOTHING[each] for each in languages)]) + "\n"
    head += [_COUNT[each].format(len(steps)) for each in languages]
    body = [line for number, step in enumerate(steps, 1) for line in _step(number, step, languages)]
    return "\n".join([*head, "", *body, "", *(_SIGNED[each] for each in languages)]) + "\n"


def _step(number: int, step: Command, languages: Sequence[Language]) -> list[str]:
    """Return the lines of one step: a box to tick, its number, and its text indented behind."""
    said = step.text.split("\n")
    lines = [line.removeprefix(_TAGS[each]) for each in languages for line in said if line.startswith(_TAGS[each])]
    front = f"[ ] {number:>3}. "
    return [(front if index == 0 else " " * len(front)) + line for index, line in enumerate(lines)]

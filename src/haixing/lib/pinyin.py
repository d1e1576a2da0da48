"""Chinese names as people type them: whole syllables and initials."""

from __future__ import annotations

import functools
from typing import Any, Final

_READINGS: Final = {
    # Place names whose characters the dictionary reads otherwise.
    "长宁": [["chang"], ["ning"]],
    "长兴": [["chang"], ["xing"]],
    "长乐": [["chang"], ["le"]],
    "长安": [["chang"], ["an"]],
    "长清": [["chang"], ["qing"]],
    "长阳": [["chang"], ["yang"]],
    "长丰": [["chang"], ["feng"]],
    "乐清": [["yue"], ["qing"]],
    "莘庄": [["xin"], ["zhuang"]],
    "番禺": [["pan"], ["yu"]],
    "蔚县": [["yu"], ["xian"]],
    "六安": [["lu"], ["an"]],
    "六合": [["lu"], ["he"]],
    "厦门": [["xia"], ["men"]],
    "重庆": [["chong"], ["qing"]],
    "朝阳": [["chao"], ["yang"]],
    "大厦": [["da"], ["sha"]],
    "洪洞": [["hong"], ["tong"]],
    "丽水": [["li"], ["shui"]],
    "台州": [["tai"], ["zhou"]],
    "曾都": [["zeng"], ["du"]],
    "和睦家": [["he"], ["mu"], ["jia"]],
    "行知": [["xing"], ["zhi"]],
}


def syllables(text: str) -> str:
    """``长宁区`` → ``changningqu``; what is not Chinese stays."""
    return "".join(_read(text, first_letters=False)).lower()


def initials(text: str) -> str:
    """``长宁区`` → ``cnq``."""
    return "".join(_read(text, first_letters=True)).lower()


def _read(text: str, *, first_letters: bool) -> list[str]:
    pypinyin = _dictionary()
    style = pypinyin.Style.FIRST_LETTER if first_letters else pypinyin.Style.NORMAL
    read: list[str] = pypinyin.lazy_pinyin(text, style=style)
    return read


@functools.cache
def _dictionary() -> Any:
    # An optional heavy part: only loading a network file needs it.
    import pypinyin  # noqa: PLC0415

    pypinyin.load_phrases_dict(_READINGS)
    return pypinyin

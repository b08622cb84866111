"""One sentence in the two languages that Troth speaks, chosen by `within` and filled in by `fill`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Lang = Literal["da", "en"]
LANGUAGES: Final[tuple[Lang, ...]] = ("da", "en")


class Both(NamedTuple):
    """One sentence in both languages; `{names}` are filled in."""

    da: str
    en: str

    def within(self, language: str) -> str:
        """The sentence in this language."""
        return self.da if language == "da" else self.en

    def fill(self, **values: Both | str | int) -> Both:
        """Both sentences with their `{names}` filled in; numbers are set as each language sets them."""
        return Both(*(self.within(lang).format_map(_spoken(values, lang)) for lang in LANGUAGES))


def number(value: int, lang: Lang) -> str:
    """1.234 in Danish, 1,234 in English."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if lang == "da" else grouped


def _spoken(values: Mapping[str, Both | str | int], lang: Lang) -> dict[str, str]:
    return {name: _word(value, lang) for name, value in values.items()}


def _word(value: Both | str | int, lang: Lang) -> str:
    if isinstance(value, Both):
        return value.within(lang)
    return number(value, lang) if isinstance(value, int) else value

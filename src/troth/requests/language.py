"""Whether somebody writes Danish or English, by the small words that either language cannot do without."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Final, Literal

Language = Literal["da", "en"]
_MOST: Final = 20_000
_WORD: Final = re.compile(r"[^\W\d_]+")
_SMALL: Final = tomllib.loads(files("troth.requests").joinpath("language.toml").read_text(encoding="utf-8"))
_DANISH: Final = frozenset(_SMALL["da"].split())
_ENGLISH: Final = frozenset(_SMALL["en"].split())


def language_of(text: str, otherwise: Language) -> Language:
    """The language of most of the small words; `otherwise` where they do not say."""
    words = [word.casefold() for word in _WORD.findall(text[:_MOST])]
    danish = sum(word in _DANISH for word in words) + sum(
        any(letter in "æøå" for letter in word) for word in words
    )
    english = sum(word in _ENGLISH for word in words)
    if danish == english:
        return otherwise
    return "da" if danish > english else "en"

"""One spelling of letters, so that what was typed on another keyboard is still the same word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "đ": "d",
        "ł": "l",
        "œ": "oe",
    }
)
_APOSTROPHES: Final = re.compile(r"['’‘`´ʼ]")
_WORDS: Final = re.compile(r"[^\W\d_]+|\d+|[#/]")


def plain(text: str) -> str:
    """Lower case, æ ø å as ae oe aa, no accents, no apostrophes; everything else stays."""
    low = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()).translate(_LETTERS)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", low) if not unicodedata.combining(sign))
    return _APOSTROPHES.sub("", bare)


def words(text: str) -> Sequence[str]:
    """Runs of letters and runs of digits, in order; `#` and `/` by themselves, other signs left out."""
    return _WORDS.findall(text)

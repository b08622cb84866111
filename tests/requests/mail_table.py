"""The tables of invented mails: `=== language kinds [regime]`, the headline, the text; `-` where an officer must read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from troth.mail.quoted import own_words
from troth.requests.understanding import Understood, understand

CASES = Path(__file__).parent.parent / "cases" / "mails"


@dataclass(frozen=True)
class Written:
    """A mail, and what a person who reads it says it asks for."""

    language: str
    kinds: frozenset[str]
    regime: str
    headline: str
    text: str

    @cache  # noqa: B019  (the tables live as long as the tests)
    def understood(self) -> Understood:
        return understand(self.headline, own_words(self.text))


def table(name: str) -> list[Written]:
    found = []
    for block in re.split(r"^=== ", (CASES / f"{name}.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, headline, text = block.split("\n", 2)
        language, kinds, *regime = head.split()
        asked = frozenset(() if kinds == "-" else kinds.split(","))
        found.append(Written(language, asked, regime[0] if regime else "", headline, text))
    return found


@dataclass(frozen=True)
class Score:
    """How well a table is understood."""

    mails: int
    right: int
    precision: float
    recall: float
    wrong: tuple[str, ...]


def score(name: str) -> Score:
    mails = table(name)
    read = [(mail, frozenset(mail.understood().kinds)) for mail in mails]
    hit = sum(len(mail.kinds & kinds) for mail, kinds in read)
    wrong = tuple(f"{mail.headline}: {sorted(kinds)}" for mail, kinds in read if kinds != mail.kinds)
    said, asked = sum(len(kinds) for _, kinds in read), sum(len(mail.kinds) for mail in mails)
    return Score(len(mails), len(mails) - len(wrong), hit / said, hit / asked, wrong)

"""One change as people read it: a kind with its id and level, a place, a message and a remedy in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from troth.datamap.categories import CATEGORIES
from troth.datamap.check import Level
from troth.datamap.model import Ref
from troth.evidence.review.kinds import KINDS
from troth.terms.bilingual import Both

LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "note")


class Spot(NamedTuple):
    """Where a reviewer looks: a file of the new side, and a line in it."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Change:
    """What changes for people; `system` to `promise` are "" where it is about no such thing."""

    id: str
    level: Level
    file: str
    line: int
    message: Both
    hint: Both
    system: str = ""
    dataset: str = ""
    column: str = ""
    promise: str = ""


def change(
    kind: str, spot: Spot, ref: Ref | None = None, column: str = "", promise: str = "", **values: str | Both
) -> Change:
    """A change of one kind, its sentences filled in; `where` names the dataset and column unless it is given."""
    place = f"{ref}.{column}" if ref and column else str(ref or column)
    told = {"where": place, **values}
    level, message, hint = KINDS[kind]
    system, dataset = ref or ("", "")
    said, advice = message.fill(**told), hint.fill(**told)
    return Change(
        f"review.{kind}", level, spot.file, spot.line, said, advice, system, dataset, column, promise
    )


def joined(words: Sequence[Both], da: str = "og", en: str = "and") -> Both:
    """`a, b and c` in both languages."""
    return Both(_row([one.da for one in words], da), _row([one.en for one in words], en))


def names(words: Sequence[str]) -> Both:
    """Names that are the same in both languages, as a row."""
    return joined([Both(word, word) for word in words])


def _row(words: Sequence[str], last: str) -> str:
    return " ".join((", ".join(words[:-1]), last, words[-1])) if len(words) > 1 else "".join(words)


def category(name: str) -> Both:
    """What people call a category, within a sentence."""
    return Both(*(_within(words) for words in (CATEGORIES[name].da, CATEGORIES[name].en)))


def _within(words: str) -> str:
    return words if words[1:2].isupper() else words[0].lower() + words[1:]

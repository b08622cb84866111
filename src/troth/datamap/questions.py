"""What Troth asks instead of guessing: each kind of question has one id; the most valuable comes first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

KINDS: Final = {
    "map.Q001": "Is every row of this dataset a person?",
    "map.Q002": "Does a law require these columns to be kept?",
    "map.Q003": "What does a column hold, whose row will be kept and anonymised?",
    "map.Q004": "Does this prose speak of people?",
    "map.Q005": "What does this column hold?",
    "map.Q006": "One person's row names another person: do they own each other's data?",
    "map.Q007": "The row names only somebody who handled it: whose is it?",
    "map.Q008": "The dataset holds personal data that nobody owns: whose is it?",
    "map.Q009": "Does a customer control these rows (as controller, GDPR Art. 28)?",
    "map.Q010": "A history without a declared link to what it follows: by which column?",
    "map.Q011": "Which key can stand for nobody?",
    "map.Q012": "Is what this row points to the person's own?",
    "map.Q013": "Two kinds of people own the row: which of them?",
    "map.Q014": "Is this link's meaning right?",
    "map.Q015": "An array or JSON holds keys of another dataset: do they say whose the row is?",
    "map.Q016": "Does the identifier in this row name the row's owner, as a second e-mail address does?",
}
_WEIGHTS: Final = {
    "map.Q001": 100, "map.Q006": 90, "map.Q008": 85, "map.Q007": 84, "map.Q002": 80, "map.Q013": 75,
    "map.Q009": 70, "map.Q003": 60, "map.Q010": 55, "map.Q012": 50, "map.Q011": 45, "map.Q014": 42,
    "map.Q004": 40, "map.Q016": 48, "map.Q015": 30, "map.Q005": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a person has to decide; `blocking` says that nothing is done until they have."""

    id: str
    place: str
    text: str
    remedy: str
    weight: float
    blocking: bool = False
    people: frozenset[int] = frozenset()  # whom it is about, of those sought; empty: the whole plan


def question(kind: str, place: str, text: str, remedy: str, rows: int = 0, share: float = 1.0) -> Question:
    """A question weighed by its kind, then by the rows that hinge on it; `share` scales the kind."""
    weight = _WEIGHTS[kind] * share + min(9.0, math.log10(1 + max(rows, 0)))
    return Question(kind, place, text, remedy, round(weight, 3))


def ranked(questions: Iterable[Question]) -> tuple[Question, ...]:
    """The most valuable first; equal weights by id and place."""
    return tuple(sorted(set(questions), key=lambda q: (-q.weight, q.id, q.place, q.text)))

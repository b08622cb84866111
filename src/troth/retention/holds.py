"""Legal holds as values: who asks, on which ground, over what, why it is necessary, and when somebody must look again.

A hold has a bounded scope and a necessity of its own, two people place it and two people lift it. That its review date has passed
is a finding: evidence that a court waits for does not go because nobody looked at a calendar (GDPR Art. 17(3)(b), (e), 18).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from troth.datamap.model import DataMap, Ref
from troth.law.rules import grounds
from troth.planning.barred import Bar
from troth.planning.person import Node
from troth.planning.sought import parse
from troth.terms.errors import UsageError

AUTHORITIES: Final[tuple[str, ...]] = ("court", "authority", "own-dispute", "threatened-claim", "audit")
GROUNDS: Final[Mapping[str, str]] = {"obligation": "eu.legal_obligation", "claims": "eu.legal_claims"}
"""The two of Art. 17(3) on which something may be held; the words that a person types, and the law data's ids."""
LEAST_WORDS: Final = 4
_IDLE: Final = re.compile(
    r"just in case|for safety'?s sake|to be safe|better safe|could be useful|who knows"
    r"|for en sikkerheds skyld|for alle tilfældes skyld|kan blive nyttig",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A dataset, or some of its columns; `key`: one row of it."""

    ref: Ref
    columns: tuple[str, ...] = ()
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Hold:
    """One hold as it was asked for."""

    authority: str
    ground: str  # a word of GROUNDS
    note: str = field(repr=False)
    review: date
    people: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[Place, ...] = ()
    by: tuple[str, ...] = field(default=(), repr=False)  # who placed it, then who confirmed it
    lifting: str = field(default="", repr=False)  # who asked to lift it
    nodes: frozenset[Node] = field(default=frozenset(), repr=False)

    @property
    def law(self) -> str:
        return GROUNDS[self.ground]

    def bar(self, name: str, pending: bool) -> Bar:
        """What planning must know of it."""
        return Bar(
            name, self.law, reason(self.authority, self.review),
            tuple((place.ref, place.columns) for place in self.places if not place.key),
            tuple(map(parse, self.people)), self.nodes,
            tuple((place.ref, place.key) for place in self.places if place.key), pending,
        )  # fmt: skip


def reason(authority: str, review: date) -> str:
    """What stands in a plan and on a certificate."""
    return f"legal hold ({authority}), to be reviewed by {review.isoformat()}"


def check(hold: Hold, datamap: DataMap, at: date) -> None:
    """Raises UsageError where the hold is none: no necessity, no bounds, no date ahead, or a place that the map has not."""
    if hold.authority not in AUTHORITIES:
        raise _refuse(
            "nobody holds data by such an authority", "--authority", f"One of: {', '.join(AUTHORITIES)}."
        )
    if hold.ground not in GROUNDS:
        articles = ", ".join(f"{word} ({grounds()[law].article})" for word, law in GROUNDS.items())
        raise _refuse("this is no ground on which erasure may wait", "--ground", f"One of: {articles}.")
    check_necessity(hold.note)
    check_review(hold.review, at)
    if not hold.people and not hold.places:
        raise _refuse(
            "a hold on everything has no bounds", "troth hold place",
            "Name people (--person), datasets or columns (--on), or rows (--row).",
        )  # fmt: skip
    for place in hold.places:
        dataset = datamap.datasets.get(place.ref)
        unknown = [column for column in place.columns if dataset is None or column not in dataset.fields]
        if dataset is None or unknown:
            raise _refuse(
                f"the map has no {'column ' + unknown[0] if dataset else 'such dataset'}", str(place.ref),
                "Write system.dataset, or system.dataset.column, as the map does.",
            )  # fmt: skip


def check_necessity(note: str) -> None:
    """Raises UsageError for a note that gives no necessity: empty, a word or two, or "just in case"."""
    if len(note.split()) < LEAST_WORDS or _IDLE.search(note):
        raise _refuse(
            "the note does not say why this is necessary", "--note",
            "Say which case or claim needs which data, in a sentence. That it might be useful some day is no ground (GDPR Art. 17(3)).",
        )  # fmt: skip


def check_review(review: date, at: date) -> None:
    """Raises UsageError for a review date that does not lie ahead."""
    if review <= at:
        raise _refuse("the review date must lie ahead", "--review", "Write a day as 2027-03-01.")


def _refuse(message: str, place: str, remedy: str) -> UsageError:
    return UsageError(message, place=place, remedy=remedy)


def place_of(text: str, datamap: DataMap) -> Place:
    """`system.dataset` or `system.dataset.column`; raises UsageError for what the map does not have."""
    for ref in datamap.datasets:
        if text == str(ref):
            return Place(ref)
        if text.startswith(f"{ref}.") and text.removeprefix(f"{ref}.") in datamap.datasets[ref].fields:
            return Place(ref, (text.removeprefix(f"{ref}."),))
    raise _refuse(
        "the map has no such dataset or column", "--on", "Write system.dataset, or system.dataset.column."
    )


def row_of(text: str, datamap: DataMap) -> Place:
    """`system.dataset=KEY`; raises UsageError for what the map does not have."""
    name, _, key = text.partition("=")
    for ref in datamap.datasets:
        if name == str(ref) and key:
            return Place(ref, (), key)
    raise _refuse("the map has no such dataset, or no key was given", "--row", "Write system.dataset=KEY.")


def told(hold: Hold) -> dict[str, Any]:
    """The hold as JSON, to be sealed; the nodes stand apart, for their keys may be of any type."""
    return {
        "authority": hold.authority, "ground": hold.ground, "note": hold.note, "review": hold.review.isoformat(),
        "people": list(hold.people), "by": list(hold.by), "lifting": hold.lifting,
        "places": [[*place.ref, list(place.columns), place.key] for place in hold.places],
    }  # fmt: skip


def read(data: Mapping[str, Any], nodes: frozenset[Node]) -> Hold:
    """The hold that `told` wrote."""
    places = tuple(
        Place(Ref(system, dataset), tuple(columns), key) for system, dataset, columns, key in data["places"]
    )
    return Hold(
        data["authority"], data["ground"], data["note"], date.fromisoformat(data["review"]), tuple(data["people"]),
        places, tuple(data["by"]), data["lifting"], nodes,
    )  # fmt: skip

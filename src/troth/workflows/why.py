"""Says why a row is in an answer: the chain from what was typed to that row, or why the row is not this person's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Key, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import ByValues, Select
from troth.planning.closure import Closure
from troth.planning.doubts import address
from troth.planning.paths import Paths, Step, way
from troth.planning.person import Node
from troth.terms.errors import UsageError
from troth.workflows.erase import Request, inquire, question_told
from troth.workflows.find import Copied, Match, gather, guesses
from troth.workflows.house import House
from troth.workflows.inquiry import Inquiry, drive


@dataclass
class Whys:
    """The chains of one answer, once `gather` has run."""

    inquiry: Inquiry

    @cached_property
    def paths(self) -> Paths:
        return Paths(self.inquiry.closure)

    def of(self, match: Match) -> list[Step]:
        key = tuple(match.key.values())
        if match.relation == "guess":
            return self._guess((match.ref, key))
        if not match.copy:
            return self.paths.to(match.ref, key, self.inquiry.identified)
        return self._copy((match.ref, key), match.copied[0]) if match.copied else []

    def is_guess(self, match: Match) -> bool:
        """Whether only a link that nobody has confirmed says that the row is the person's."""
        key = tuple(match.key.values())
        return match.relation == "guess" or (not match.copy and key in self.paths.guessed.get(match.ref, ()))

    def _guess(self, node: Node) -> list[Step]:
        identified = self.inquiry.identified
        reason = next(nodes[node] for nodes in identified.guesses.values() if node in nodes)
        return way(identified, node, reason)

    def _copy(self, node: Node, copied: Copied) -> list[Step]:
        """The chain to a row of the person that holds the identifier, then the copy of it."""
        identified = self.inquiry.identified
        person = identified.people[copied.person]
        holding = (row for row in sorted(person.rows, key=repr) if self._holds(row, copied))
        row = next(holding, min(person.rows, key=repr, default=None))
        steps = way(identified, row) if row else []
        return [*steps, Step(node, "copy", (copied.column,), copied.kind, copied.value)]

    def _holds(self, row: Node, copied: Copied) -> bool:
        if copied.kind == "name":
            spine = self.inquiry.identified.rows[row[0]][row[1]]
            return copied.value in self.inquiry.estate.full_names(row[0], spine)
        places = self.inquiry.identified.places.get(row, {})
        return any(CATEGORIES[c].kind == copied.kind and value == copied.value for c, value in places)

    def told(self, steps: Iterable[Step]) -> list[dict[str, Any]]:
        """The steps as data, what does not apply left out."""
        return [self._told(step) for step in steps]

    def _told(self, step: Step) -> dict[str, Any]:
        ref, key = step.row
        told: dict[str, Any] = {
            "system": ref.system, "dataset": ref.dataset, "key": dict(zip(self.inquiry.estate.key(ref), key, strict=True)),
            "how": step.how, "columns": list(step.columns), "category": step.category, "value": step.value,
            "in": address(*step.via) if step.via else "", "link": step.link.address if step.link else "", "guess": step.guess,
        }  # fmt: skip
        return {name: item for name, item in told.items() if item not in ("", [], False)}


def why(house: House, request: Request, row: str) -> dict[str, Any]:
    """Whether one row is the person's (`theirs`), the chain to it, and the questions that stand before it."""
    datamap = house.map()
    with house.opened(datamap) as stores:
        inquiry = inquire(house, stores, request)
        inquiry.who(request.identifiers)
        node = _row(inquiry, row)
        groups = list(gather(inquiry))
        whys = Whys(inquiry)
        matches = (match for group in groups if group.ref == node[0] for match in group.matches)
        match = next(
            (m for m in chain(matches, guesses(inquiry)) if (m.ref, tuple(m.key.values())) == node), None
        )
        told: dict[str, Any] = {
            "row": f"{node[0]}:{','.join(map(str, node[1]))}",
            "theirs": False,
            "why": [],
            "no": "",
        }
        questions: list[Question] = []
        if match is not None:
            guess = whys.is_guess(match)
            told |= {"theirs": not guess, "why": whys.told(whys.of(match)), "no": "guess" if guess else ""}
            questions = [
                q
                for q in inquiry.identified.questions
                if guess and q in inquiry.identified.stopped.get(node, ())
            ]
        elif not _there(inquiry, node):
            told["no"] = "not there"
        else:
            questions = _stopped(inquiry, node)
            told["no"] = "question" if questions else "not theirs"
        told["questions"] = [question_told(question) for question in dict.fromkeys(questions)]
        told["statements"] = sum(store.statements() for store in stores.values())
        return told


def _row(inquiry: Inquiry, text: str) -> Node:
    """`system.dataset:key` or `dataset:key`; raises UsageError for what names no row of the map."""
    estate, found = inquiry.estate, list[Node]()
    named = False
    for at, sign in enumerate(text):
        for ref in estate.datasets if sign == ":" else ():
            if text[:at].casefold() in (ref.dataset.casefold(), str(ref).casefold()):
                named = True
                if (key := estate.key_of(ref, text[at + 1 :])) is not None:
                    found.append((ref, key))
    if len(found) == 1:
        return found[0]
    if found:
        places = " or ".join(f"{ref}:…" for ref, _ in found)
        raise UsageError("several systems have such a dataset", place=text, remedy=f"Say which: {places}")
    if named:
        raise UsageError(
            "that cannot be a key of this dataset", place=text, remedy="Parts of a key are parted by commas."
        )
    raise UsageError(
        "the map has no such dataset", place=text, remedy="Write system.dataset:key, or dataset:key."
    )


def _there(inquiry: Inquiry, node: Node) -> bool:
    ref, key = node
    columns = inquiry.estate.key(ref)
    chunks = inquiry.stores[ref.system].rows(Select(ref.dataset, columns, ByValues(columns, [key])))
    return any(chunk for chunk in chunks)


def _stopped(inquiry: Inquiry, node: Node) -> list[Question]:
    """The questions whose answer could make the row the person's: its own, and those of the people who own it."""
    ref, key = node
    closure = Closure(inquiry.estate, {})
    for ask in closure.wanted(ref, inquiry.estate.key(ref), [key]):
        closure.take(ask, inquiry.stores[ref.system].rows(ask[1]))
    drive(closure.outside({ref: [key]}), inquiry.stores)
    owners: list[tuple[Ref, Key]] = [
        node,
        *((other, one) for other, keys in closure.people().items() for one in keys),
    ]
    return [question for owner in owners for question in inquiry.identified.stopped.get(owner, ())]

"""A second, naive reading of what access and erasure mean: row by row, in memory, knowing nothing of the engine.

Written from the definition alone (docs/design.md, "Ownership"): the least fixpoint of owners and accessors, then what
goes, what is emptied, what lets go of what goes, and where copies of the erased people's identifiers stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from property_worlds import CAST, Annotated, Row, Shape, Tie

At = tuple[str, tuple[Any, ...]]  # dataset, key
Person = Any
ERASED = "[erased]"
PERSONAL = {"email", "full_name", "city", "free_text", "json"}


@dataclass
class Fate:
    """What an erasure must do: rows that go, columns that are emptied, links that let go, and texts to be cleaned."""

    gone: set[At] = field(default_factory=set)
    clear: dict[At, set[str]] = field(default_factory=dict)
    unlink: list[tuple[At, Tie]] = field(default_factory=list)
    copies: dict[At, dict[str, set[str]]] = field(default_factory=dict)  # column -> identifiers in it
    undecided: bool = False  # a thing must refer to a row that would go
    doubtful: bool = False  # ... or to one that would go, had not a row of theirs held it back first
    emptied_people: bool = False  # a person's own row stays as an empty shell


class Oracle:
    """The fixpoint over one estate, and the fate of everything when some people are erased."""

    def __init__(self, world: Annotated, at: date) -> None:
        self.world, self.at = world, at
        self.rows: dict[At, Row] = {
            (shape.name, shape.key_of(row)): row for shape in world.shapes.values() for row in shape.rows
        }
        self.people = {at: self._person(at) for at in self.rows if self._is_person(at)}
        self.ownable = self._ownable()
        self.own, self.access = self._fixpoint(set())

    def _ownable(self) -> set[str]:
        """Datasets some row of which somebody could own, by the shape of the map alone."""
        found = {name for name, shape in self.world.shapes.items() if shape.subject}
        for _ in self.world.shapes:
            for tie in self.world.ties:
                giver, taker = (tie.target, tie.source) if tie.downwards else (tie.source, tie.target)
                if tie.means in ("OWNED_BY", "OWNS") and giver in found:
                    found.add(taker)
        return found

    def shape(self, at: At) -> Shape:
        return self.world.shapes[at[0]]

    def _is_nobody(self, at: At) -> bool:
        nobody = self.shape(at).nobody
        return nobody is not None and self.shape(at).key_of(self.rows[at]) == self.shape(at).key_of(nobody)

    def _is_person(self, at: At) -> bool:
        return self.shape(at).subject and not self._is_nobody(at)

    def _person(self, at: At) -> Person:
        return self.rows[at].get("email") or at

    # -- ownership -------------------------------------------------------------------------------------------------

    @staticmethod
    def refers(tie: Tie, source: Row, target: Row, physically: bool = False) -> bool:
        """Whether the link leads from this row to that; `physically`, whether the database sees it so."""
        value = [source[column] for column in tie.columns]
        meant = not tie.kinds or source["kind"] in tie.kinds or (physically and bool(tie.foreign))
        return meant and None not in value and value == [target[end] for end in tie.ends]

    def pairs(self, tie: Tie) -> list[tuple[At, At]]:
        """(source row, target row) of every use of the link."""
        return [
            (a, b)
            for a, source in self.rows.items() if a[0] == tie.source
            for b, target in self.rows.items() if b[0] == tie.target and self.refers(tie, source, target)
        ]  # fmt: skip

    def _fixpoint(self, without: set[At]) -> tuple[dict[At, set[Person]], dict[At, set[Person]]]:
        """Owners and accessors of every row, as if the rows `without` were not there."""
        own: dict[At, set[Person]] = {at: set() for at in self.rows}
        access: dict[At, set[Person]] = {at: set() for at in self.rows}
        for at, person in self.people.items():
            if at not in without:
                own[at].add(person)
        flows = []
        for tie in self.world.ties:
            if tie.means != "MENTIONS":
                flows += [(tie.means, *((b, a) if tie.downwards else (a, b))) for a, b in self.pairs(tie)]
        flows = [flow for flow in flows if flow[1] not in without and flow[2] not in without]
        changed = True
        while changed:
            changed = False
            for means, giver, taker in flows:
                owners = own[giver] if means in ("OWNED_BY", "OWNS") else set()
                if not owners <= own[taker]:
                    own[taker] |= owners
                    changed = True
                if not own[giver] | access[giver] <= own[taker] | access[taker]:
                    access[taker] |= own[giver] | access[giver]
                    changed = True
        return own, access

    def reach(self, at: At, batch: set[Person]) -> set[Person]:
        return (self.own[at] | self.access[at]) & batch

    def reached_over(self, at: At, name: str, batch: set[Person]) -> bool:
        """Whether rights of the batch come to the row over the link its rules call `name`."""
        for tie in self.world.ties:
            if (
                tie.name == name
                and tie.means != "MENTIONS"
                and (tie.source if tie.downwards else tie.target) == at[0]
            ):
                for a, b in self.pairs(tie):
                    giver, taker = (b, a) if tie.downwards else (a, b)
                    if taker == at and self.reach(giver, batch):
                        return True
        return False

    # -- erasure ---------------------------------------------------------------------------------------------------

    def needed(self, at: At) -> set[str]:
        """Columns of the row that a ground keeps."""
        shape = self.shape(at)
        return (
            set(shape.keep)
            if at in self._mine and shape.keep and date.fromisoformat(shape.until) >= self.at
            else set()
        )

    def clearable(self, at: At) -> set[str]:
        """Personal columns that are neither key nor link."""
        shape = self.shape(at)
        links = {column for tie in self.world.ties if tie.source == at[0] for column in tie.columns}
        return {n for n, c in shape.columns.items() if c.category in PERSONAL} - links - set(shape.key)

    def erase(self, batch: set[Person]) -> Fate:
        fate, self._batch, self._mine = (
            Fate(),
            batch,
            {at for at, own in self.own.items() if own and own <= batch},
        )
        for at in self.rows:
            self._row(at, batch, fate)
        left, _ = self._fixpoint(fate.gone)
        for at in self.rows:  # what a row deleted by a rule alone gave an owner to
            if self.own[at] and not left[at] - batch and at not in self._mine | fate.gone:
                self._mine.add(at)
                self._goes(at, fate)
        fate.doubtful = any(self._hurts(a) for a, _ in self._holders(fate))
        while holders := self._holders(fate):
            a, b = min(holders, key=lambda pair: self._hurts(pair[0]))
            fate.gone.discard(b)
            fate.clear[b] = fate.clear.get(b, set()) | self.clearable(b)
            fate.undecided = fate.undecided or self._hurts(a)
        fate.doubtful = fate.doubtful or fate.undecided
        for tie in self.world.ties:
            for a, b in self._references(tie):
                if b in fate.gone and a not in fate.gone and not self._bound(a, tie):
                    fate.unlink.append((a, tie))
        self._copies(batch, fate)
        fate.emptied_people = any(
            at in self.people and self.people[at] in batch and at not in fate.gone for at in self.rows
        )
        return fate

    def _goes(self, at: At, fate: Fate) -> None:
        """The row goes, but for accounting and what a ground keeps."""
        if self.shape(at).anonymise or self.needed(at):
            fate.clear[at] = fate.clear.get(at, set()) | self.clearable(at) - self.needed(at)
        else:
            fate.gone.add(at)

    def _row(self, at: At, batch: set[Person], fate: Fate) -> None:
        if at in self._mine:
            self._goes(at, fate)
        elif self.reach(at, batch):
            if self.people.get(at) in batch:
                fate.clear[at] = self.clearable(at)
            for name, columns in self.shape(at).on_erase:
                if self.reached_over(at, name, batch):
                    if columns:
                        fate.clear.setdefault(at, set()).update(columns)
                    else:
                        fate.gone.add(at)

    def _references(self, tie: Tie) -> list[tuple[At, At]]:
        return [
            (a, b)
            for a, source in self.rows.items() if a[0] == tie.source
            for b, target in self.rows.items() if b[0] == tie.target and self.refers(tie, source, target, True)
        ]  # fmt: skip

    def _bound(self, at: At, tie: Tie) -> bool:
        """A ground keeps the very value that names the row; without a foreign key nothing breaks by it."""
        return bool(self.needed(at) & set(tie.columns)) and not tie.foreign

    def _hurts(self, at: At) -> bool:
        """The row is nobody's, and could be nobody's: a thing that must refer to somebody."""
        return not self.own[at] & self._batch and at[0] not in self.ownable

    def _holders(self, fate: Fate) -> list[tuple[At, At]]:
        """Survivors that cannot let go, and the rows that would go and are held back by them, emptied."""
        return [
            (a, b)
            for tie in self.world.ties
            for a, b in self._references(tie)
            if b in fate.gone and a not in fate.gone and not self.lets_go(a, tie) and not self._bound(a, tie)
        ]

    def lets_go(self, at: At, tie: Tie) -> bool:
        """The link can become NULL, or lead to the pseudo-subject."""
        shape = self.shape(at)
        if set(tie.columns) & set(shape.key) or self.needed(at) & set(tie.columns):
            return False
        nobody = self.world.shapes[tie.target].nobody
        nullable = any(shape.columns[column].nullable for column in tie.columns)
        return nullable or (nobody is not None and set(tie.ends) <= set(nobody))

    # -- copies ----------------------------------------------------------------------------------------------------

    def identifiers(self, batch: set[Person]) -> tuple[set[str], dict[Person, set[str]]]:
        """E-mail addresses of the batch, and full names by person."""
        names: dict[Person, set[str]] = {}
        for at, person in self.people.items():
            if person in batch and self.rows[at].get("name"):
                names.setdefault(person, set()).add(self.rows[at]["name"])
        return {person for person in batch if isinstance(person, str)}, names

    def _copies(self, batch: set[Person], fate: Fate) -> None:
        emails, names = self.identifiers(batch)
        named: dict[At, set[Person]] = {}  # whose rows those named that let go of them
        for at, tie in fate.unlink:
            for a, b in self._references(tie):
                if a == at:
                    named.setdefault(at, set()).update(self.reach(b, batch))
        for at, row in self.rows.items():
            if at in fate.gone or self._is_nobody(at):
                continue
            linked = self.reach(at, batch) | named.get(at, set())
            stranger = at in self.people and self.people[at] not in batch
            theirs = {name for person, found in names.items() if person in linked for name in found}
            if stranger:
                theirs = set()  # in another person's own row it may be a namesake's: a question
            for column, spec in self.shape(at).columns.items():
                free = column not in fate.clear.get(at, ()) and column not in self.needed(at)
                if spec.category in ("email", "full_name", "free_text", "json") and free:
                    found = mentioned(row[column], emails | theirs)
                    if found:
                        fate.copies.setdefault(at, {})[column] = found
                    if (
                        found and spec.category == "email" and at[0] not in self.ownable
                    ):  # the row speaks of them
                        fate.clear.setdefault(at, set()).update(self.clearable(at) - {column})


def mentioned(cell: Any, identifiers: set[str]) -> set[str]:
    """Which of the identifiers stand in the cell."""
    return {i for i in identifiers if isinstance(cell, str) and i.casefold() in cell.casefold()}


def without(cell: str, identifiers: set[str]) -> str:
    """The text with each of them replaced, the longest first."""
    for identifier in sorted(identifiers, key=len, reverse=True):
        cell = re.sub(re.escape(identifier), ERASED, cell, flags=re.IGNORECASE)
    return cell


EVERYONE = {mail for mail, _ in CAST} | {name for _, name in CAST}

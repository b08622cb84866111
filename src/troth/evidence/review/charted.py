"""One map of one side with all that stands around it: its rules and the notices that speak of it, as questions a change asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from troth.datamap.categories import CATEGORIES
from troth.datamap.lexicon import Verdict, classify_field
from troth.datamap.meanings import about_people, owned
from troth.datamap.model import DataMap, Dataset, Ref
from troth.evidence.review.change import Spot
from troth.evidence.review.lines import Lines
from troth.notice.model import Notice, Promise
from troth.retention.rules import Rule, Rules

_SURE = 0.7  # a name that says less surely whose it is starts no quarrel
_ANYTHING = (
    "free_text",
    "json",
    "person_other",
    "initials",
    "organisation",
)  # names too many things are called


class Cell(NamedTuple):
    """A column, or a path inside one (`profile: contact.phones[]`), and what it holds."""

    column: str
    category: str
    decided: bool

    @property
    def personal(self) -> bool:
        return CATEGORIES[self.category].personal


@dataclass(frozen=True)
class Charted:
    """A map, `file`, and its rules; everything is empty where the side has none."""

    file: str
    map: DataMap
    lines: Lines
    rules: Rules | None = None
    rules_file: str = ""
    notices: Mapping[str, Notice] = field(default_factory=dict)

    def spot(self, ref: Ref | None = None, *path: str) -> Spot:
        """Where a dataset, or something in it, stands; a place that is gone is where it would stand."""
        start = ("systems", ref.system, "datasets", ref.dataset) if ref else ()
        return Spot(self.file, self.lines.of(*start, *path))

    @cached_property
    def owned(self) -> frozenset[Ref]:
        """The datasets whose rows are somebody's; a link that is only a guess is not followed."""
        subjects = [ref for ref, dataset in self.map.datasets.items() if dataset.subject]
        return owned(subjects, [link for link in self.map.links if not link.is_guess])

    @cached_property
    def datasets(self) -> Mapping[Ref, Dataset]:
        return self.map.datasets

    def concerns(self, ref: Ref) -> bool:
        """Whether rows of a dataset say something about people: a list of cities does not."""
        dataset = self.datasets.get(ref)
        return dataset is not None and (ref in self.owned or bool(about_people(dataset)))

    def cells(self, ref: Ref) -> dict[str, Cell]:
        """Every column and path of a dataset by name."""
        found = {}
        for one in self.datasets[ref].fields.values() if ref in self.datasets else ():
            found[one.name] = Cell(one.name, one.category, one.reviewed and one.category != "unknown")
            for path, name in one.paths:
                found[f"{one.name}: {path}"] = Cell(one.name, name, True)
        return found

    def personal(self, ref: Ref) -> dict[str, Cell]:
        """Those of a dataset that concern people."""
        return self._personal.get(ref, {})

    @cached_property
    def _personal(self) -> Mapping[Ref, dict[str, Cell]]:
        return {
            ref: {name: cell for name, cell in self.cells(ref).items() if cell.personal}
            for ref in self.datasets
            if self.concerns(ref)
        }

    def findable(self, ref: Ref) -> frozenset[str]:
        """The columns by which a person can be found in a dataset."""
        dataset = self.datasets.get(ref)
        if dataset is None or dataset.unsearched is not None:
            return frozenset()
        if dataset.subject is None:
            return frozenset(dataset.identifies)
        return frozenset(f.name for f in dataset.fields.values() if CATEGORIES[f.category].unique)

    def looks(self, ref: Ref, name: str) -> Verdict | None:
        """What a column's name says it is, where that is personal and plain; None where it says nothing."""
        dataset = self.datasets[ref]
        linked = any(name in link.columns for link in self.map.links_from.get(ref, ()))
        found = classify_field(
            ref.dataset,
            name,
            "text",
            is_key=name in dataset.key,
            is_link=linked,
            siblings=tuple(dataset.fields),
        )
        return found if is_telling(found) else None

    # ------------------------------------------------------------------ how long

    def covering(self, ref: Ref) -> tuple[Rule, ...]:
        """The rules that take a dataset: those that name it, else those of its categories."""
        return self._covering.get(ref, ())

    @cached_property
    def _covering(self) -> Mapping[Ref, tuple[Rule, ...]]:
        rules = self.rules.rules if self.rules else ()
        found: dict[Ref, tuple[Rule, ...]] = {}
        for rule in rules:
            for ref in rule.datasets:
                found[ref] = (*found.get(ref, ()), rule)
        for ref in self.datasets.keys() - found.keys():
            held = {cell.category for cell in self.cells(ref).values() if cell.personal}
            found[ref] = tuple(rule for rule in rules if held & set(rule.categories))
        return found

    def ruled(self, ref: Ref) -> Mapping[str, Rule]:
        """Each personal column of a dataset that has a delete date, with the rule that says it."""
        return self._ruled.get(ref, {})

    @cached_property
    def _ruled(self) -> Mapping[Ref, Mapping[str, Rule]]:
        return {ref: dict(self._dated(ref)) for ref in self.datasets}

    def _dated(self, ref: Ref) -> Iterator[tuple[str, Rule]]:
        for rule in reversed(self.covering(ref)):  # the first that takes a column is the one told of
            wanted = rule.categories if rule.outcome == "anonymise" else ()
            for name, cell in self.personal(ref).items():
                takes = cell.column in rule.columns if rule.columns else not wanted or cell.category in wanted
                if takes:
                    yield name, rule

    # ------------------------------------------------------------------ what is promised

    def promises(self, system: str, category: str) -> tuple[Promise, ...]:
        """The promises that speak of a category of data in a system."""
        return self._promised[system][category]

    def ruling_out(self, system: str, category: str) -> tuple[Promise, ...]:
        """The promises that this category is never held in a system."""
        return self._ruled_out[system][category]

    @cached_property
    def _promised(self) -> _Spoken:
        return self._speaking(lambda promise: promise.categories)

    @cached_property
    def _ruled_out(self) -> _Spoken:
        return self._speaking(lambda promise: promise.never.get("categories", ()))

    def _speaking(self, named: Callable[[Promise], tuple[str, ...]]) -> _Spoken:
        """By system and category, the promises that name it."""
        found: dict[str, dict[str, tuple[Promise, ...]]] = {}
        for system in self.map.systems:
            here = [
                (notice, promise)
                for notice in self.notices.values()
                for promise in notice.promises.values()
                if _at(notice, promise, system)
            ]
            found[system] = {
                category: tuple(one for notice, one in here if _speaks(notice, named(one), category))
                for category in CATEGORIES
            }
        return found


_Spoken = Mapping[str, Mapping[str, tuple[Promise, ...]]]


def bare(table: str) -> str:
    """A table's name without its schema, in lower case."""
    return table.lower().rsplit(".", 1)[-1]


def is_telling(verdict: Verdict) -> bool:
    """Whether a name plainly says that something personal stands there."""
    found = CATEGORIES[verdict.category]
    return found.personal and verdict.confidence >= _SURE and verdict.category not in _ANYTHING


def _speaks(notice: Notice, named: tuple[str, ...], category: str) -> bool:
    return any(category in notice.categories[name].fields for name in named if name in notice.categories)


def _at(notice: Notice, promise: Promise, system: str) -> bool:
    """Whether a promise reaches a system: none of its points lies elsewhere alone."""
    systems = [notice.points[name].systems for name in promise.points if name in notice.points]
    return not systems or any(not known or system in known for known in systems)

"""What each declared or guessed link means for ownership, from names and keys alone; a doubtful one is a guess.

A link that names who handled a row passes nothing; a child row inherits its parent's owners; an address
belongs to every person that points to it; and no person becomes owned through a shop, branch or department.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from troth.datamap.categories import CATEGORIES
from troth.datamap.inference.guess import Guess
from troth.datamap.lexicon import names_a_handler
from troth.datamap.model import Dataset, Link, Meaning, Ref
from troth.datamap.schema import Table

DOUBTED = 0.9
"""A guessed link is no surer than this where its meaning is open: nobody should confirm it without a look."""
Identity = tuple[Ref, tuple[str, ...], Ref, tuple[str, ...]]


@dataclass(frozen=True)
class Facts:
    """What is known of a dataset before its links are weighed."""

    ref: Ref
    table: Table
    personal: frozenset[str]  # columns of a personal category
    subject: bool = False
    sure: bool = True  # of `subject`
    address: bool = False
    history_of: str | None = None

    @property
    def is_staff(self) -> bool:
        return self.subject and names_a_handler((), self.table.name, "")


class Verdict(NamedTuple):
    """A meaning, whether it is certain, and why."""

    means: Meaning
    sure: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Edge:
    source: Facts
    columns: tuple[str, ...]
    target: Facts
    target_columns: tuple[str, ...]
    fixed: Link | None = field(default=None, compare=False)
    guess: Guess | None = field(default=None, compare=False)
    alone: bool = field(default=False, compare=False)  # no other link leaves the source

    @property
    def identity(self) -> Identity:
        return (self.source.ref, self.columns, self.target.ref, self.target_columns)

    @property
    def is_whole_key(self) -> bool:
        """The row extends the row it names: same key."""
        return set(self.columns) == set(self.source.table.key)

    @property
    def is_one_to_one(self) -> bool:
        uniques = [set(unique) for unique in (*self.source.table.uniques, self.source.table.key)]
        return set(self.columns) in uniques

    @property
    def is_handled_by(self) -> bool:
        if self.follows_base:
            return False
        names = (self.columns, self.target.table.name, self.source.table.name)
        if names_a_handler(*names, by_target=False):
            return True
        return names_a_handler(*names) and not self.may_be_own_record

    @property
    def may_be_own_record(self) -> bool:
        """A row that names an employee and nothing else may be about them: a contract, a sick leave, an application."""
        return self.source.subject or self.alone

    @property
    def follows_base(self) -> bool:
        """A history's link to the table it follows, or an extension's link to the person it extends."""
        base = self.source.history_of
        is_history = base is not None and singular(base) == singular(self.target.table.name)
        return is_history or (
            self.is_whole_key and self.target.subject and self.source.ref != self.target.ref
        )


def identity(link: Link) -> Identity:
    """What makes two links the same link, whatever they are said to mean."""
    return (link.source, link.columns, link.target, link.target_columns)


def decided(
    facts: Mapping[Ref, Facts], existing: Iterable[Link], guesses: Iterable[Guess] = ()
) -> tuple[Link, ...]:
    """The existing links as they are, and every other declared or guessed one with the meaning its shape suggests.

    A guessed link is weighed as if it were declared, but stays a guess: not reviewed, of the guess's confidence.
    """
    kept = tuple(existing)
    return (*kept, *_Weighing(facts, kept, tuple(guesses)).links())


def singular(table: str) -> str:
    """A table's name for one of its rows: `Customers` -> `customer`."""
    name = table.rsplit(".", 1)[-1].casefold()
    if name.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


def owned(subjects: Collection[Ref], links: Iterable[Link]) -> frozenset[Ref]:
    """The datasets whose rows a person can own: the subjects, and what they reach over owning links."""
    heirs: dict[Ref, list[Ref]] = {}
    for link in links:
        if link.means == "OWNED_BY":
            heirs.setdefault(link.target, []).append(link.source)
        elif link.means == "OWNS":
            heirs.setdefault(link.source, []).append(link.target)
    return frozenset(_spread(dict.fromkeys(subjects, 0), heirs))


def _spread(depths: dict[Ref, int], heirs: Mapping[Ref, Iterable[Ref]]) -> dict[Ref, int]:
    """Adds what is reached from `depths` over `heirs`, nearest first."""
    wave = list(depths)
    while wave:
        reached = []
        for ref in wave:
            for heir in heirs.get(ref, ()):
                if heir not in depths:
                    depths[heir] = depths[ref] + 1
                    reached.append(heir)
        wave = reached
    return depths


class _Weighing:
    """Weighs all links of a map together: what a link means depends on what else reaches its row."""

    def __init__(
        self, facts: Mapping[Ref, Facts], fixed: tuple[Link, ...], guesses: tuple[Guess, ...]
    ) -> None:
        self.facts = facts
        self.edges = self._edges(fixed, guesses)
        self.by_source: dict[Ref, list[_Edge]] = {}
        for edge in self.edges:
            self.by_source.setdefault(edge.source.ref, []).append(edge)
        self.depths = self._depths(fixed)

    def _edges(self, fixed: tuple[Link, ...], guesses: tuple[Guess, ...]) -> list[_Edge]:
        """Declared keys, then the guesses that add to them; ends that are not mapped have no edge."""
        held = {identity(link): link for link in fixed}
        ends: dict[Identity, Guess | None] = {
            (fact.ref, key.columns, Ref(fact.ref.system, key.target), key.target_columns): None
            for fact in self.facts.values()
            for key in fact.table.foreign_keys
        }
        for guess in guesses:
            ends.setdefault(guess.identity, guess)
        leaving = Counter(source for source, *_ in ends)
        return [
            _Edge(self.facts[source], columns, self.facts[target], target_columns,
                  held.get(end), guess, alone=leaving[source] == 1)
            for end, guess in ends.items()
            for source, columns, target, target_columns in [end]
            if source in self.facts and target in self.facts
        ]  # fmt: skip

    def links(self) -> list[Link]:
        found = [self._link(edge) for edge in self.edges if edge.fixed is None]
        return self._with_rivals(found)

    def _link(self, edge: _Edge) -> Link:
        verdict, guess = self._verdict(edge), edge.guess
        if guess is None:
            sure = 1.0 if verdict.sure else 0.5
            return Link(
                *edge.identity, verdict.means, declared=True, reviewed=verdict.sure,
                confidence=sure, reason=verdict.reason,
            )  # fmt: skip
        return Link(
            *edge.identity, verdict.means, guess.condition, reviewed=False,
            confidence=guess.confidence if verdict.sure else min(guess.confidence, DOUBTED),
            reason=_told(guess.reason, verdict.reason),
        )  # fmt: skip

    def _depths(self, fixed: tuple[Link, ...]) -> dict[Ref, int]:
        """How far each dataset is from a person; addresses are a way only for rows that have no other."""
        direct: dict[Ref, list[Ref]] = {}
        by_address: dict[Ref, list[Ref]] = {}
        for link in fixed:
            if link.means == "OWNED_BY":
                direct.setdefault(link.target, []).append(link.source)
            elif link.means == "OWNS" and link.target in self.facts and not self.facts[link.target].address:
                direct.setdefault(link.source, []).append(link.target)
        for edge in self.edges:
            if edge.fixed is not None:
                continue
            if edge.source.subject:
                if self._is_exclusive(edge):
                    direct.setdefault(edge.source.ref, []).append(edge.target.ref)
            elif not self._passes_nothing(edge):
                ways = by_address if self._is_address(edge) else direct
                ways.setdefault(edge.target.ref, []).append(edge.source.ref)
        depths = _spread({ref: 0 for ref, fact in self.facts.items() if fact.subject}, direct)
        self.without_addresses = frozenset(depths)
        both = {ref: [*direct.get(ref, ()), *by_address.get(ref, ())] for ref in {*direct, *by_address}}
        return _spread(depths, both)

    @staticmethod
    def _is_address(edge: _Edge) -> bool:
        return edge.target.address and not edge.target.subject

    @staticmethod
    def _is_exclusive(edge: _Edge) -> bool:
        """A person's one-to-one pointer to a row with personal data: a profile, a login."""
        target = edge.target
        plain = not (target.subject or target.address)
        return plain and edge.is_one_to_one and bool(target.personal) and not edge.is_handled_by

    def _passes_nothing(self, edge: _Edge) -> bool:
        """Whether a link of a row that is no person cannot make it anybody's."""
        if edge.source.ref == edge.target.ref or edge.is_handled_by:
            return True
        if edge.target.subject:
            return self._names_staff_beside_customer(edge)
        return self._is_association(edge)

    def _names_staff_beside_customer(self, edge: _Edge) -> bool:
        return (
            edge.target.is_staff
            and not edge.follows_base
            and any(
                other.target.subject and not other.target.is_staff and not other.is_handled_by
                for other in self.by_source[edge.source.ref]
            )
        )

    def _is_association(self, edge: _Edge) -> bool:
        """The link to a thing in a row that only ties a person to it."""
        edges = self.by_source[edge.source.ref]
        key = set(edge.source.table.key)
        return (
            len(edges) == 2
            and bool(key)
            and key <= {column for other in edges for column in other.columns}
            and any(other.target.subject and not other.is_handled_by for other in edges)
        )

    def _verdict(self, edge: _Edge) -> Verdict:
        if edge.is_handled_by:
            return Verdict("MENTIONS", True, "who handled the row")
        if edge.source.subject:
            return self._of_a_person(edge)
        if edge.source.ref == edge.target.ref:
            return Verdict("MENTIONS", True, "a row of the same kind")
        if edge.target.subject:
            if self._names_staff_beside_customer(edge):
                return Verdict("MENTIONS", True, "staff; the row is somebody else's")
            if names_a_handler(edge.columns, edge.target.table.name, edge.source.table.name):
                return Verdict("OWNED_BY", False, "if it is the employee's own record, not one they handled")
            return Verdict(
                "OWNED_BY", edge.target.sure, "" if edge.target.sure else "if those rows are people"
            )
        if self._is_address(edge):
            return self._to_address(edge)
        source, target = edge.source.ref, edge.target.ref
        inherits = (
            source in self.depths and target in self.depths and self.depths[target] <= self.depths[source]
        )
        if inherits and not self._is_association(edge):
            return Verdict("OWNED_BY", True)
        return Verdict("MENTIONS", True)

    def _of_a_person(self, edge: _Edge) -> Verdict:
        if edge.target.subject and edge.guess and edge.source.ref.system != edge.target.ref.system:
            return Verdict("SAME_AS", False, "the same person in two systems")
        if edge.target.subject:
            return Verdict("MENTIONS", False, "one person's row names another person")
        if edge.target.address:
            return Verdict("OWNS", True, "the person's address")
        if self._is_exclusive(edge):
            return Verdict("OWNS", False, "one such row for each person")
        return Verdict("MENTIONS", True)

    def _to_address(self, edge: _Edge) -> Verdict:
        source, target = edge.source.ref, edge.target.ref
        if target in self.depths:
            only_way = source not in self.without_addresses
            return Verdict("OWNED_BY" if only_way else "MENTIONS", True)
        if source in self.depths:
            return Verdict("OWNS", False, "an address that belongs to the row's person")
        return Verdict("MENTIONS", True)

    def _with_rivals(self, links: list[Link]) -> list[Link]:
        """Marks as guesses the links of a row that would belong to two different kinds of people."""
        kinds = self._kinds(links)
        result = []
        for link in links:
            others = [
                kinds.get(other.target, frozenset())
                for other in links
                if other.source == link.source and other.means == link.means == "OWNED_BY"
            ]
            ours = kinds.get(link.target, frozenset())
            if link.means == "OWNED_BY" and any(not (ours & theirs) for theirs in others):
                link = _doubted(link, "two kinds of people would own the row")
            result.append(link)
        return result

    def _kinds(self, links: list[Link]) -> dict[Ref, frozenset[Ref]]:
        """For each dataset the subject datasets that can own its rows."""
        found: dict[Ref, set[Ref]] = {}
        fixed = [edge.fixed for edge in self.edges if edge.fixed is not None]
        for ref, fact in self.facts.items():
            if fact.subject:
                for reached in owned([ref], [*links, *fixed]):
                    found.setdefault(reached, set()).add(ref)
        return {ref: frozenset(kinds) for ref, kinds in found.items()}


def _doubted(link: Link, reason: str) -> Link:
    return Link(
        link.source, link.columns, link.target, link.target_columns, link.means, link.condition,
        declared=link.declared, reviewed=False, confidence=0.5 if link.declared else min(link.confidence, DOUBTED),
        reason=reason if link.declared else _told(link.reason, reason),
    )  # fmt: skip


def _told(guess: str, meaning: str) -> str:
    """Why there is a link, and why it means what it means."""
    return f"{guess}; {meaning}" if meaning else guess


_NOT_OF_A_PERSON = frozenset(
    {
        "city",
        "region",
        "country",
        "postal_code",
        "organisation",
        "location",
        "vehicle",
        "container",
        "free_text",
        "json",
    }
)


def about_people(dataset: Dataset) -> tuple[str, ...]:
    """The columns that speak of somebody even in a row nobody owns; a list of cities or firms has none."""
    return tuple(
        field.name
        for field in dataset.fields.values()
        if CATEGORIES[field.category].personal and field.category not in _NOT_OF_A_PERSON
    )

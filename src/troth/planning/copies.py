"""Copies count: the erased person's identifiers in rows that stay, found by one pass over each dataset.

Automatic are unique identifiers anywhere and full names in rows linked to the person; a name elsewhere, or an identifier
that is also another person's, is a question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, Key, Link, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import ByIdentifiers, ByValues, Probe, Row, Select
from troth.planning import addresses, left
from troth.planning.closure import NOBODY, Ask, Asking, Closure, People
from troth.planning.decisions import NONE, Decisions
from troth.planning.doubts import by_hand, instruction
from troth.planning.estate import Estate
from troth.planning.person import Person
from troth.planning.redact import Needle, Needles, possible
from troth.terms.canonical import Kind, canonical

_IN_PROSE = ("email", "phone", "national_id")
_AMONG_THEMSELVES = ("username", "payment_card", "bank_account", "customer_no")
"""Compared only with columns of the same category."""
Mentions = dict[Ref, dict[tuple[Key, str], set[int]]]  # cells that name people their row is not linked to
_DISTINCT = re.compile(r"(?=.*\d.*\d.*\d)(?=.*[a-z]).{5,}")
"""A customer number that no ordinary text holds by accident."""


@dataclass
class Copies:
    """Cells that hold a copy: `exact` is the identifier and nothing else; `inside` is prose or JSON that holds it."""

    exact: dict[Ref, dict[Key, set[str]]] = field(default_factory=dict)
    inside: dict[Ref, dict[Key, set[str]]] = field(default_factory=dict)
    people: dict[tuple[Ref, Key], set[int]] = field(default_factory=dict)
    cells: dict[tuple[Ref, Key, str], Atom] = field(default_factory=dict, repr=False)
    others: set[tuple[str, str]] = field(
        default_factory=set, repr=False
    )  # identifiers that are another person's too
    left: dict[tuple[Ref, str], dict[Key, set[str]]] = field(default_factory=dict)  # by customer
    customers: set[str] = field(default_factory=set)  # who have not said what becomes of their rows
    questions: list[Question] = field(default_factory=list)


@dataclass
class FindCopies:
    """Looks through what stays. `linked` are rows with a right or a link of the person: there a name is enough."""

    closure: Closure
    decisions: Decisions
    people: Sequence[Person]
    scope: str | None = None  # only rows of this customer
    instructed: Collection[str] | None = (
        None  # customers with a recorded instruction; None: nobody asks for one
    )
    left_to: Collection[str] = ()  # customers whose rows stay as they are
    out: Copies = field(default_factory=Copies)

    def __post_init__(self) -> None:
        self.estate: Estate = self.closure.estate
        region = self.estate.map.region
        unique = [n for at, p in enumerate(self.people) for n in prose_needles(at, p.identifiers, ())]
        names = [Needle("name", name, at) for at, p in enumerate(self.people) for name in p.names]
        self.unique, self._names = Needles(unique, region), Needles(names, region)
        self._wanted: dict[Kind, set[str]] = {}
        for needle in (*unique, *names):
            self._wanted.setdefault(needle.kind, set()).add(needle.canonical)
        self.exact: dict[tuple[str, str], set[int]] = {}
        for at, kind, value in self._identifiers():
            self.exact.setdefault((kind, value), set()).add(at)
        self._endings = {_ending(value) for kind, value in self.exact if kind == "phone"}
        self._linked_cache: dict[Ref, dict[Key, People]] = {}

    def _identifiers(self) -> Iterable[tuple[int, str, str]]:
        for at, person in enumerate(self.people):
            for needle in prose_needles(at, person.identifiers, ()):
                yield at, needle.kind, needle.canonical
            for category, value in person.identifiers:
                if category in _AMONG_THEMSELVES:
                    yield at, category, value

    def run(self) -> Asking:
        """One question per dataset that can hold a copy, whatever the number of people."""
        asks = [ask for ref in sorted(self.estate.datasets) if (ask := self._question(ref)) is not None]
        answers = (yield asks) if asks else []
        candidates: list[tuple[Ref, tuple[str, ...], list[Row]]] = []
        for (ref, select), answer in zip(asks, answers, strict=True):
            rows = [row for chunk in answer for row in self._promising(ref, select.columns, chunk)]
            candidates.append((ref, select.columns, rows))
            self._note_others(ref, select.columns, rows)
        mentions: Mentions = {}
        for ref, columns, rows in candidates:
            for row in rows:
                self._row(ref, columns, row, mentions)
        yield from self._linked(mentions)
        yield from addresses.copied(self)
        self._ask_mentions(mentions)

    # -- which rows ------------------------------------------------------------------------------------------------

    def _question(self, ref: Ref) -> Ask | None:
        if self.estate.datasets[ref].unsearched or self.estate.derived(ref):
            return None
        kinds = {kind for kind, _ in self.exact}
        probes = [
            Probe(column, CATEGORIES[category].kind)
            for column, category in self.estate.identifiers(ref)
            if self._tested(category) in kinds
        ]
        prose = self.estate.prose(ref)
        if self._wanted:
            probes += [Probe(column, "text", inside=True) for column in prose]
        if not probes:
            return None
        wanted = {kind: set(values) for kind, values in self._wanted.items()}
        for kind, value in self.exact:
            wanted.setdefault(self._kind(kind), set()).add(value)
        key = self.estate.key(ref)
        tenant = self.estate.datasets[ref].tenant
        columns = tuple(
            dict.fromkeys((*key, *(probe.column for probe in probes), *([tenant] if tenant else ())))
        )
        where = ByIdentifiers(
            tuple(probes), tuple((k, tuple(sorted(v))) for k, v in sorted(wanted.items()) if v)
        )
        return ref, Select(ref.dataset, columns, where)

    @staticmethod
    def _tested(category: str) -> str:
        """How `_exact` files values of a category: by kind, but usernames, cards and accounts only among themselves."""
        return category if category in _AMONG_THEMSELVES else CATEGORIES[category].kind

    @staticmethod
    def _kind(filed: str) -> Kind:
        """The canonical kind of what `_exact` files under this name."""
        return CATEGORIES[filed].kind if filed in CATEGORIES else cast(Kind, filed)

    def _key(self, ref: Ref, row: Row) -> Key:
        return row[: len(self.estate.key(ref))]

    def _promising(self, ref: Ref, columns: Sequence[str], chunk: Sequence[Row]) -> list[Row]:
        """Rows that stay and may hold a copy; the others are forgotten at once, so that a large store fits in memory."""
        going, nobody, width = (
            self.decisions.erase.get(ref, ()),
            self.closure.nobody(ref),
            len(self.estate.key(ref)),
        )
        rows = [row for row in chunk if row[:width] not in going and row[:width] != nobody]
        inside, named = self.estate.prose(ref), {column for column, _ in self.estate.identifiers(ref)}
        prose = [at for at, column in enumerate(columns) if column in inside]
        cells = [(number, row[at]) for at in prose for number, row in enumerate(rows)]
        texts = [(number, cell) for number, cell in cells if isinstance(cell, str)]
        found = {texts[at][0] for at in possible([text for _, text in texts], self.unique, self._names)}
        found |= {number for number, cell in cells if isinstance(cell, list | tuple | dict)}
        if named & set(columns):
            found |= {number for number, row in enumerate(rows) if any(self.hits(ref, columns, row))}
        return [rows[number] for number in sorted(found)]

    def hits(self, ref: Ref, columns: Sequence[str], row: Row) -> Iterable[tuple[str, str, str]]:
        """(column, filed kind, canonical value) of every identifier column that equals a sought one."""
        cells = dict(zip(columns, row, strict=False))
        for column, category in self.estate.identifiers(ref):
            if column in cells and not (category == "phone" and self._ends_otherwise(cells[column])):
                value = canonical(CATEGORIES[category].kind, cells[column], self.estate.map.region)
                if value is not None and (self._tested(category), value) in self.exact:
                    yield column, self._tested(category), value

    def _ends_otherwise(self, cell: Atom) -> bool:
        """Whether the last digits alone rule a phone number out: to read each number of a large table would take long."""
        return isinstance(cell, str) and cell.isascii() and _ending(cell) not in self._endings

    def _note_others(self, ref: Ref, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """An identifier that stands in another person's own row is not this person's alone."""
        named = {column for column, _ in self.estate.points(ref)}
        theirs = (
            self.closure.seeds.get(ref, {}) if self.estate.datasets[ref].subject else self.closure.owned(ref)
        )
        for row in rows if named else ():
            if self._key(ref, row) in theirs:
                continue
            for column, kind, value in self.hits(ref, columns, row):
                if column not in named:
                    continue
                self.out.others.add((kind, value))
                self.out.questions.append(
                    Question(
                        id="plan.Q004",
                        place=f"{ref}.{column}",
                        text=f"another person's row holds the same {kind}; its copies were left alone",
                        remedy=f"If it is the same person, name that row too: {ref.dataset}={_shown(self._key(ref, row))}",
                        weight=50,
                        people=frozenset(self.exact[kind, value]),
                    )
                )

    # -- which cells -----------------------------------------------------------------------------------------------

    def _row(self, ref: Ref, columns: Sequence[str], row: Row, mentions: Mentions) -> None:
        key = self._key(ref, row)
        cleared = self.settled(ref, key)
        cells = dict(zip(columns, row, strict=False))
        if not self._ours(ref, cells):
            left.note(self, ref, key, columns, row)
            return
        for column, kind, value in self.hits(ref, columns, row):
            if (kind, value) not in self.out.others and column not in cleared:
                if column in self.estate.key(ref) and not self.estate.keyless(ref):
                    if ref not in self.estate.ownable:
                        self._ask_named(ref)
                    continue
                if kind == "customer_no" and not _DISTINCT.match(value):
                    self._ask_number(ref, column)
                    continue
                for about in self._about(ref, column):
                    self.add(self.out.exact, ref, key, about, self.exact[kind, value])
                self.out.cells[ref, key, column] = cells[column]
        for column in self.estate.prose(ref):
            if column in cleared or column not in cells or column in self.out.exact.get(ref, {}).get(key, ()):
                continue
            hits = [
                h
                for h in self.unique.find_cell(cells[column])
                if (h.needle.kind, h.needle.canonical) not in self.out.others
            ]
            if hits:
                self.add(self.out.inside, ref, key, column, {h.needle.subject for h in hits})
                self.out.cells[ref, key, column] = cells[column]
            named = {hit.needle.subject for hit in self._names.find_cell(cells[column])}
            if named := named - self.linked_to(ref).get(key, NOBODY):
                mentions.setdefault(ref, {}).setdefault((key, column), set()).update(named)

    def _about(self, ref: Ref, column: str) -> set[str]:
        """The columns that speak of whoever this identifier names: of a row that nobody can own, all personal ones.

        Only the identifier's own cell where the row names two people by the same kind (a sender and a receiver).
        """
        category = self.estate.datasets[ref].fields[column].category
        alike = [name for name, other in self.estate.identifiers(ref) if other == category]
        if ref in self.estate.ownable or len(alike) > 1:
            return {column}
        linked = {name for link in self.estate.links_from[ref] for name in link.columns}
        return {column, *self.estate.personal(ref)} - linked - set(self.estate.key(ref))

    def _ours(self, ref: Ref, cells: Mapping[str, Atom]) -> bool:
        """Whether we may touch the row: another customer's is left alone, or waits for their instruction."""
        tenant = self.estate.datasets[ref].tenant
        name = str(cells[tenant]) if tenant and cells.get(tenant) is not None else None
        if name is None or self.instructed is None:
            return True
        if name in self.left_to:
            return False
        outside = self.scope is not None and name != self.scope
        if outside or name not in self.instructed:
            self._ask(replace(instruction(ref, name), blocking=not outside))
            self.out.customers.add(name)
        return not outside

    def _ask(self, question: Question) -> None:
        if question not in self.out.questions:
            self.out.questions.append(question)

    def _ask_number(self, ref: Ref, column: str) -> None:
        """A short number could be anybody's: only a link says that it is this customer's."""
        self._ask(
            Question(
                id="plan.Q015",
                place=f"{ref}.{column}",
                text="rows hold the same customer number, and no link says that they are this customer's",
                remedy=f"Add a link from {column} to the customers in the map (OWNED_BY, or MENTIONS where it only names them).",
                weight=85,
                blocking=True,
            )
        )

    def _ask_named(self, ref: Ref) -> None:
        """A row that nobody owns, named by the identifier itself, cannot lose it and stay."""
        question = Question(
            id="plan.Q012",
            place=str(ref),
            text="a row nobody owns is named by the person's identifier itself, so it can only go or stay as a whole",
            remedy="Say in the map what it is: `subject` if its rows are people, or `unsearched` with the reason it stays.",
            weight=90,
            blocking=True,
        )
        self._ask(question)

    def add(
        self, into: dict[Ref, dict[Key, set[str]]], ref: Ref, key: Key, column: str, people: set[int]
    ) -> None:
        into.setdefault(ref, {}).setdefault(key, set()).add(column)
        self.out.people.setdefault((ref, key), set()).update(people)

    def settled(self, ref: Ref, key: Key) -> frozenset[str]:
        """Columns of the row that are decided already: cleared, unlinked, needed by the ground that keeps it.

        A foreign key is never rewritten in place either: it names its row for as long as that row stays.
        """
        found = NONE.union(
            *(by.get(ref, {}).get(key, NONE) for by in (self.decisions.clear, self.decisions.needed))
        )
        found |= {column for link in self.estate.links_from[ref] if link.declared for column in link.columns}
        for (how, _), keys in self.decisions.unlink.items():
            if how.ref == ref and key in keys:
                found |= frozenset(how.columns)
        return found

    def linked_to(self, ref: Ref) -> dict[Key, People]:
        """Rows that stay, with the people who have a right to them or whose own rows they let go of."""
        if ref not in self._linked_cache:
            held, found = self.closure.holdings.get(ref), dict[Key, People]()
            if held is not None:
                staying = (held.own.keys() | held.access.keys()) - self.decisions.erase.get(ref, set())
                found = {key: people for key in staying if (people := self.closure.reach(ref, key))}
                for (how, link), keys in self.decisions.unlink.items():
                    for key in keys if how.ref == ref else ():
                        found[key] = self.closure.union(found.get(key, NOBODY), self._let_go(link, key))
            self._linked_cache[ref] = found
        return self._linked_cache[ref]

    def _let_go(self, link: Link, key: Key) -> People:
        """Whose row this one named, over a link that is cut."""
        named = self.closure.across(link.source, link.columns, link.target, link.target_columns)
        value = named(self.closure.holding(link.source).rows[key])
        rows = self.closure.holding(link.target).at(link.target_columns, value)
        return NOBODY.union(*(self.closure.reach(link.target, other) for other in rows))

    def _linked(self, mentions: Mentions) -> Asking:
        """Rows that stay and are linked to the person: there a full name, too, is theirs."""
        asks: list[Ask] = []
        if "name" not in self._wanted:
            return
        for ref in sorted(self.closure.holdings):
            texts = (*self.estate.datasets[ref].columns_of("full_name"), *self.estate.prose(ref))
            keys = sorted((key for key, people in self.linked_to(ref).items() if people), key=repr)
            if texts and keys:
                key = self.estate.key(ref)
                columns = tuple(dict.fromkeys((*key, *texts)))
                asks.append((ref, Select(ref.dataset, columns, ByValues(key, keys))))
        answers = (yield asks) if asks else []
        for (ref, select), answer in zip(asks, answers, strict=True):
            for row in (row for chunk in answer for row in chunk):
                self._name_cells(
                    ref, dict(zip(select.columns, row, strict=True)), self._key(ref, row), mentions
                )

    def _name_cells(self, ref: Ref, cells: dict[str, Atom], key: Key, mentions: Mentions) -> None:
        cleared = self.settled(ref, key)
        another = bool(self.estate.datasets[ref].subject) and key not in self.closure.seeds.get(ref, {})
        linked = self.linked_to(ref)[key]
        for column in (*self.estate.datasets[ref].columns_of("full_name"), *self.estate.prose(ref)):
            if column in cleared or column in self.estate.key(ref):
                continue
            hits = {h.needle.subject for h in self._names.find_cell(cells[column])} & linked
            if hits and another:  # a namesake keeps their name
                mentions.setdefault(ref, {}).setdefault((key, column), set()).update(hits)
            elif hits:
                self.add(self.out.inside, ref, key, column, hits)
                self.out.cells[ref, key, column] = cells[column]

    def _ask_mentions(self, mentions: Mentions) -> None:
        for ref, found in sorted(mentions.items()):
            keys, rewritten = dict[Key, set[int]](), self.out.inside.get(ref, {})
            for (key, column), people in found.items():
                if column not in rewritten.get(key, ()):
                    keys.setdefault(key, set()).update(people)
            if not keys:
                continue
            text = "not linked to the person mention the name; they were left as they are"
            self.out.questions.append(by_hand("plan.Q005", ref, self.estate.key(ref), text, keys, 40))


def prose_needles(person: int, identifiers: Iterable[tuple[str, str]], names: Iterable[str]) -> list[Needle]:
    """The identifiers that may be looked for inside prose and JSON: none that ordinary text could hold by accident."""
    found = []
    for category, value in identifiers:
        kind = CATEGORIES[category].kind
        if kind in _IN_PROSE or (category == "customer_no" and _DISTINCT.match(value)):
            found.append(Needle(kind, value, person))
    return found + [Needle("name", name, person) for name in names]


def _ending(number: str) -> str:
    return re.sub("[^0-9]", "", number)[-6:]


def _shown(key: Key) -> str:
    return ",".join(str(part) for part in key)

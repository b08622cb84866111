"""Who is meant: from what somebody typed to the rows that are that person, or a question where it could be two.

People are joined across datasets by an equal e-mail address or national id; by an equal customer number only where the
name or another identifier agrees too. An identifier that names more rows of one dataset than the map's `shared_by` is
shared: the walk stops there and a person decides (EDPB Guidelines 01/2022, section 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, Key, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import ByIdentifiers, ByValues, Probe, Row, Select
from troth.datamap.schema import Family
from troth.planning.closure import Ask, Asking
from troth.planning.estate import Estate
from troth.terms.canonical import canonical, mask
from troth.terms.errors import UsageError

_JOINS = ("email", "national_id")  # one equal value joins two rows into one person
_CORROBORATED = ("customer_no",)  # joins only if a name or another identifier agrees
_ALIASES = {"mail": "email", "e-mail": "email", "tlf": "phone", "mobile": "phone", "cpr": "national_id", "name": "full_name", "navn": "full_name"}  # fmt: skip

Node = tuple[Ref, Key]
Identifier = tuple[str, str]  # (category, canonical value)


@dataclass(frozen=True, slots=True)
class Sought:
    """One thing somebody typed: `value`, or `kind=value`."""

    value: str
    kind: str | None = None

    def masked(self) -> str:
        """What it looked like, without saying it."""
        kind = "email" if "@" in self.value else "text"
        return f"{self.kind}={mask(kind, self.value)}" if self.kind else mask(kind, self.value)


@dataclass(frozen=True)
class Person:
    """One data subject: their own rows, the identifiers those rows hold, and their full names."""

    rows: frozenset[Node]
    identifiers: frozenset[Identifier] = field(repr=False)
    names: frozenset[str] = field(repr=False)
    shared: frozenset[Identifier] = field(default=frozenset(), repr=False)  # theirs, but not theirs alone


@dataclass
class Identified:
    """The people found, the questions raised, and the spine rows already read."""

    people: list[Person] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rows: dict[Ref, dict[Key, Row]] = field(default_factory=dict)
    found_by: dict[Node, str] = field(default_factory=dict)


def parse(text: str) -> Sought:
    """`kind=value` or a bare value; raises UsageError for an empty one."""
    kind, sign, value = text.partition("=")
    if sign and re.fullmatch(r"[\w.\- ]+", kind) and value.strip():
        return Sought(value.strip(), kind.strip())
    if not text.strip():
        raise UsageError("an empty identifier names nobody", remedy="Give an e-mail address, a phone number or kind=value.")
    return Sought(text.strip())


class Identify:
    """The walk from identifiers to people; `run` yields questions for the stores and leaves its result in `found`."""

    def __init__(self, estate: Estate, sought: Sequence[Sought], scope: str | None = None) -> None:
        self.estate = estate
        self.sought = sought
        self.scope = scope
        self.found = Identified()
        self._parent: dict[Node, Node] = {}
        self._by_identifier: dict[Identifier, dict[Ref, set[Node]]] = {}
        self._probed: set[Identifier] = set()
        self._ambiguous: set[Identifier] = set()
        self._hit_by: dict[Sought, list[Node]] = {}
        self._extra: dict[Node, Row] = {}  # rows with the probed columns behind the spine's
        self._subjects = [ref for ref, dataset in estate.datasets.items() if dataset.subject and not dataset.unsearched]

    def run(self) -> Asking:
        """Resolves every sought identifier, then walks identifiers to a fixpoint."""
        plans = [self._plan(sought) for sought in self.sought]
        asks = [ask for plan in plans for ask, _ in plan]
        answers = iter((yield asks) if asks else [])
        for sought, plan in zip(self.sought, plans, strict=True):
            hits: dict[Ref, list[Node]] = {}
            for (ref, select), tests in plan:
                for node in self._read(ref, next(answers)):
                    if isinstance(select.where, ByValues) or self._agrees(node, tests):
                        hits.setdefault(ref, []).append(node)
            self._hit_by[sought] = [node for found in hits.values() for node in found]
            self._settle(sought, hits)
        yield from self._walk()
        self._gather()
        self._strangers()

    # -- what was typed -------------------------------------------------------------------------------------------

    def _plan(self, sought: Sought) -> list[tuple[Ask, list[tuple[str, str, str]]]]:
        """The questions for one identifier, each with the (column, kind, canonical) tests that decide."""
        plan: list[tuple[Ask, list[tuple[str, str, str]]]] = []
        known = False
        for ref in self._subjects:
            for select, tests in self._selects(ref, sought):
                known = True
                if select is not None:
                    plan.append(((ref, select), tests))
        if sought.kind is not None and not known:
            raise UsageError(
                f"nothing in the map is called {sought.kind!r}",
                remedy=f"Use one of: {', '.join(self._kinds())}.",
            )
        return plan

    def _kinds(self) -> list[str]:
        kinds = {category for ref in self._subjects for _, category in self.estate.identifiers(ref)}
        return sorted(kinds) + sorted({str(self.estate.datasets[ref].ref.dataset) for ref in self._subjects})

    def _selects(self, ref: Ref, sought: Sought) -> Iterator[tuple[Select | None, list[tuple[str, str, str]]]]:
        category = _ALIASES.get((sought.kind or "").casefold(), (sought.kind or "").casefold())
        by_name = {name.casefold(): name for name in self.estate.table(ref).by_name}
        dotted = (sought.kind or "").casefold()
        names_dataset = dotted in {ref.dataset.casefold(), str(ref).casefold(), (self.estate.datasets[ref].subject or "").casefold()}
        if sought.kind is None or names_dataset:
            yield self._by_key(ref, sought.value), []
        if sought.kind is None:
            yield self._by_category(ref, sought, None)
        elif category in CATEGORIES and CATEGORIES[category].unique:
            yield self._by_category(ref, sought, category)
        elif category == "full_name":
            raise UsageError("a name alone names nobody for certain", remedy="Give an e-mail address, a phone number or a key.")
        else:
            prefix, _, column = dotted.rpartition(".")
            if column in by_name and prefix in {"", ref.dataset.casefold(), str(ref).casefold()}:
                yield self._by_column(ref, by_name[column], sought.value)

    def _by_key(self, ref: Ref, value: str) -> Select | None:
        key = self.estate.key(ref)
        parts = [value] if len(key) == 1 else [part.strip() for part in value.split(",")]
        if len(parts) != len(key) or self.estate.keyless(ref):
            return None
        atoms = tuple(typed(self.estate.column(ref, name).family, part) for name, part in zip(key, parts, strict=True))
        if None in atoms:
            return None
        return Select(ref.dataset, self.estate.spine(ref), ByValues(key, [atoms]))

    def _by_category(self, ref: Ref, sought: Sought, only: str | None) -> tuple[Select | None, list[tuple[str, str, str]]]:
        tests = []
        for column, category in self.estate.identifiers(ref):
            kind = CATEGORIES[category].kind
            if (only or category) == category and (only or _plausible(kind, sought.value)):
                value = canonical(kind, sought.value, self.estate.map.region)
                if value is not None:
                    tests.append((column, kind, value))
        return self._probe(ref, tests), tests

    def _by_column(self, ref: Ref, column: str, value: str) -> tuple[Select | None, list[tuple[str, str, str]]]:
        family = self.estate.column(ref, column).family
        atom = typed(family, value)
        if family != "text" and atom is not None:
            return Select(ref.dataset, self.estate.spine(ref), ByValues((column,), [(atom,)])), []
        field_ = self.estate.datasets[ref].fields.get(column)
        kind = CATEGORIES[field_.category].kind if field_ else "text"
        wanted = canonical(kind, value, self.estate.map.region)
        tests = [(column, kind, wanted)] if wanted is not None else []
        return self._probe(ref, tests), tests

    def _probe(self, ref: Ref, tests: Sequence[tuple[str, str, str]]) -> Select | None:
        if not tests:
            return None
        probes = tuple(dict.fromkeys(Probe(column, kind) for column, kind, _ in tests))
        wanted: dict[str, set[str]] = {}
        for _, kind, value in tests:
            wanted.setdefault(kind, set()).add(value)
        columns = tuple(dict.fromkeys((*self.estate.spine(ref), *(probe.column for probe in probes))))
        return Select(ref.dataset, columns, ByIdentifiers(probes, tuple((k, tuple(sorted(v))) for k, v in wanted.items())))

    # -- what came back -------------------------------------------------------------------------------------------

    def _read(self, ref: Ref, chunks: Iterable[Sequence[Row]]) -> list[Node]:
        """Remembers spine rows and returns their nodes; the pseudo-subject is nobody."""
        spine, width = len(self.estate.spine(ref)), len(self.estate.key(ref))
        nobody = self.estate.datasets[ref].nobody
        skip = None if nobody is None else tuple(nobody[name] for name in self.estate.key(ref))
        nodes = []
        for row in (row for chunk in chunks for row in chunk):
            key = row[:width]
            if key == skip or not self._in_scope(ref, row):
                continue
            self.found.rows.setdefault(ref, {})[key] = row[:spine]
            self._extra[ref, key] = row
            nodes.append((ref, key))
        return nodes

    def _in_scope(self, ref: Ref, row: Row) -> bool:
        tenant = self.estate.datasets[ref].tenant
        if self.scope is None or tenant is None:
            return True
        return str(row[self.estate.spine(ref).index(tenant)]) == self.scope

    def _value(self, node: Node, column: str) -> Atom:
        spine = self.estate.spine(node[0])
        return self.found.rows[node[0]][node[1]][spine.index(column)] if column in spine else None

    def _agrees(self, node: Node, tests: Sequence[tuple[str, str, str]]) -> bool:
        spine = list(self.estate.spine(node[0]))
        columns = list(dict.fromkeys((*spine, *(column for column, _, _ in tests))))
        row = dict(zip(columns, self._extra[node], strict=False))
        return any(canonical(kind, row[column], self.estate.map.region) == value for column, kind, value in tests)

    def _settle(self, sought: Sought, hits: dict[Ref, list[Node]]) -> None:
        """Takes the rows one identifier found as one person, or asks."""
        nodes = [node for found in hits.values() for node in dict.fromkeys(found)]
        by_key = {node for node in nodes if sought.kind is None and not self._holds(node, sought.value)}
        crowded = [ref for ref, found in hits.items() if len(set(found)) > self.estate.map.shared_by]
        if crowded or (by_key and len(nodes) > 1):
            where = ", ".join(sorted({str(ref) for ref, _ in nodes}))
            remedy = " or ".join(sorted(f"{ref.dataset}={','.join(map(str, key))}" for ref, key in nodes[:4]))
            self.found.questions.append(
                Question(
                    id="find.Q001",
                    place=where,
                    text=f"{sought.masked()} names {len(nodes)} rows that may be different people",
                    remedy=f"Say which one: {remedy}",
                    weight=100,
                    blocking=True,
                )
            )
            for node in nodes:
                self.found.found_by.setdefault(node, "ambiguous")
            self._ambiguous |= {i for node in nodes for i in self._identifiers(node)}
            return
        for node in nodes:
            self.found.found_by.setdefault(node, "what was asked for")
            self._join(nodes[0], node)

    def _holds(self, node: Node, value: str) -> bool:
        ref, _ = node
        region = self.estate.map.region
        return any(
            canonical(kind := CATEGORIES[category].kind, self._value(node, column), region)
            == canonical(kind, value, region)
            is not None
            for column, category in self.estate.identifiers(ref)
        )

    # -- the walk -------------------------------------------------------------------------------------------------

    def _identifiers(self, node: Node) -> set[Identifier]:
        found = set()
        for column, category in self.estate.identifiers(node[0]):
            value = canonical(CATEGORIES[category].kind, self._value(node, column), self.estate.map.region)
            if value is not None:
                found.add((category, value))
        return found

    def _names(self, node: Node) -> set[str]:
        dataset = self.estate.datasets[node[0]]
        names = [self._value(node, column) for column in dataset.columns_of("full_name")]
        first, last = dataset.columns_of("first_name")[:1], dataset.columns_of("last_name")[:1]
        if first and last:
            parts = [self._value(node, first[0]), self._value(node, last[0])]
            names.append(" ".join(str(part) for part in parts if part) if all(parts) else None)
        return {n for name in names if (n := canonical("name", name)) is not None and " " in n}

    def _walk(self) -> Asking:
        frontier = list(self._parent)
        while frontier:
            wanted: dict[str, set[str]] = {}
            for node in frontier:
                for category, value in self._identifiers(node) - self._probed:
                    if category in (*_JOINS, *_CORROBORATED):
                        wanted.setdefault(category, set()).add(value)
                        self._probed.add((category, value))
            asks = self._walk_asks(wanted)
            answers = (yield asks) if asks else []
            reached: dict[Identifier, dict[Ref, set[Node]]] = {}
            for (ref, _), answer in zip(asks, answers, strict=True):
                for node in self._read(ref, answer):
                    for identifier in self._identifiers(node):
                        if identifier[1] in wanted.get(identifier[0], ()):
                            reached.setdefault(identifier, {}).setdefault(ref, set()).add(node)
            frontier = [node for identifier, hits in reached.items() for node in self._joined(identifier, hits)]

    def _walk_asks(self, wanted: dict[str, set[str]]) -> list[Ask]:
        asks: list[Ask] = []
        for ref in self._subjects:
            tests = [
                (column, CATEGORIES[category].kind, value)
                for column, category in self.estate.identifiers(ref)
                for value in wanted.get(category, ())
            ]
            if (select := self._probe(ref, tests)) is not None:
                asks.append((ref, select))
        return asks

    def _joined(self, identifier: Identifier, hits: dict[Ref, set[Node]]) -> list[Node]:
        """Joins the rows an identifier reached to the person it came from; the rows that are new."""
        category, value = identifier
        nodes = [node for found in hits.values() for node in sorted(found, key=repr)]
        known = [node for node in nodes if node in self._parent]
        self._by_identifier[identifier] = hits
        if any(len(found) > self.estate.map.shared_by for found in hits.values()):
            self._ambiguous.add(identifier)
            self._ask_shared(identifier, hits)
            return []
        fresh = []
        for node in nodes:
            if known and node not in self._parent:
                if category in _CORROBORATED and not self._corroborated(known[0], node, identifier):
                    self._ask_uncertain(identifier, node)
                    continue
                self.found.found_by.setdefault(node, f"the same {category} as {known[0][0]}")
                fresh.append(node)
            if known:
                self._join(known[0], node)
        return fresh

    def _corroborated(self, a: Node, b: Node, besides: Identifier) -> bool:
        return bool((self._identifiers(a) & self._identifiers(b)) - {besides} or self._names(a) & self._names(b))

    def _ask_shared(self, identifier: Identifier, hits: dict[Ref, set[Node]]) -> None:
        category, value = identifier
        crowded = ", ".join(f"{len(found)} rows of {ref}" for ref, found in sorted(hits.items()))
        self.found.questions.append(
            Question(
                id="find.Q002",
                place=", ".join(str(ref) for ref in sorted(hits)),
                text=f"the {category} {mask(CATEGORIES[category].kind, value)} is shared: {crowded}",
                remedy="It was not followed. If the other rows are the same person, name them too, as dataset=key.",
                weight=60,
            )
        )

    def _ask_uncertain(self, identifier: Identifier, node: Node) -> None:
        category, value = identifier
        self.found.questions.append(
            Question(
                id="find.Q003",
                place=str(node[0]),
                text=f"a row holds the same {category} ({mask('text', value)}) but nothing else agrees",
                remedy=f"If it is the same person, name it too: {node[0].dataset}={','.join(map(str, node[1]))}",
                weight=60,
            )
        )

    # -- union-find -----------------------------------------------------------------------------------------------

    def _root(self, node: Node) -> Node:
        while self._parent.setdefault(node, node) != node:
            node = self._parent[node]
        return node

    def _join(self, a: Node, b: Node) -> None:
        self._parent[self._root(b)] = self._root(a)

    def _gather(self) -> None:
        groups: dict[Node, set[Node]] = {}
        for node in list(self._parent):
            groups.setdefault(self._root(node), set()).add(node)
        for nodes in groups.values():
            identifiers = {i for node in nodes for i in self._identifiers(node)}
            names = {name for node in nodes for name in self._names(node)}
            shared = frozenset(identifiers & self._ambiguous)
            self.found.people.append(
                Person(frozenset(nodes), frozenset(identifiers) - shared, frozenset(names), shared)
            )
            self._ask_tenants(nodes)

    def _strangers(self) -> None:
        """Identifiers that no person's row holds: copies of them may still stand somewhere."""
        known = {identifier for person in self.found.people for identifier in (*person.identifiers, *person.shared)}
        for sought in self.sought:
            named = _ALIASES.get((sought.kind or "").casefold(), (sought.kind or "").casefold())
            if self._hit_by.get(sought):
                continue
            for category in ("email", "phone", "national_id"):
                kind = CATEGORIES[category].kind
                value = canonical(kind, sought.value, self.estate.map.region)
                fits = named == category or (not named and _plausible(kind, sought.value))
                if fits and value is not None and (category, value) not in known:
                    self.found.people.append(Person(frozenset(), frozenset({(category, value)}), frozenset()))
                    break
            self.found.questions.append(
                Question(
                    id="find.Q000",
                    place="every dataset of people",
                    text=f"{sought.masked()} names no row of a person",
                    remedy="Check the spelling, or give another identifier: e-mail, phone, customer number, dataset=key.",
                    weight=30,
                )
            )

    def _ask_tenants(self, nodes: set[Node]) -> None:
        tenants = {
            str(value)
            for node in nodes
            if (tenant := self.estate.datasets[node[0]].tenant) and (value := self._value(node, tenant)) is not None
        }
        if len(tenants) > 1:
            self.found.questions.append(
                Question(
                    id="find.Q004",
                    place=", ".join(sorted({str(ref) for ref, _ in nodes})),
                    text=f"the same person is known to {len(tenants)} customers, each a controller of their own",
                    remedy=f"Choose one with --scope: {', '.join(sorted(tenants))}",
                    weight=100,
                    blocking=True,
                )
            )


def typed(family: Family, text: str) -> Atom:
    """The text as a value of a column's type; None when it cannot be one (so no column is asked a foreign type)."""
    try:
        if family == "integer":
            return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else None
        if family == "decimal":
            return Decimal(text)
        if family == "uuid":
            return UUID(text)
        if family == "date":
            return date.fromisoformat(text)
    except (ValueError, InvalidOperation):
        return None
    return text if family in ("text", "enum", "inet") else None


def _plausible(kind: str, value: str) -> bool:
    """Whether a bare value could be of this kind at all, so that '42' is not looked up as a phone number."""
    digits = sum(ch.isdigit() for ch in value)
    if kind == "email":
        return "@" in value
    if kind == "phone":
        return digits >= 6 and not re.search(r"[A-Za-zÆØÅæøå@]", value)
    return True

"""Who is meant: from what somebody typed to the rows that are that person, or a question where it could be two.

People are joined across datasets by an equal e-mail address or national id; by an equal customer number only where the
name or another identifier agrees too; never where the names have no word in common. An identifier that names more rows
of one dataset than the map's `shared_by` is shared: the walk stops there and a person decides (EDPB Guidelines 01/2022,
section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, Key, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import ByIdentifiers, ByValues, Probe, Row, Select
from troth.planning import doubts
from troth.planning.closure import Ask, Asking
from troth.planning.estate import Estate
from troth.planning.sought import Sought, plausible, typed
from troth.terms.canonical import Kind, canonical
from troth.terms.errors import UsageError

_JOINS = ("email", "national_id")  # one equal value joins two rows into one person
_CORROBORATED = ("customer_no",)  # joins only if a name or another identifier agrees

Node = tuple[Ref, Key]
Identifier = tuple[str, str]  # (category, canonical value)
Test = tuple[str, Kind, str]  # (column, kind, canonical value)


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


class Identify:
    """The walk from identifiers to people; `run` yields questions for the stores and leaves its result in `found`."""

    def __init__(self, estate: Estate, sought: Sequence[Sought], scope: str | None = None) -> None:
        self.estate = estate
        self.sought = sought
        self.scope = scope
        self.found = Identified()
        self._parent: dict[Node, Node] = {}
        self._probed: set[Identifier] = set()
        self._ambiguous: set[Identifier] = set()
        self._hit_by: dict[Sought, list[Node]] = {}
        self._extra: dict[Node, Row] = {}  # rows with the probed columns behind the spine's
        self._subjects = [
            ref for ref, dataset in estate.datasets.items() if dataset.subject and not dataset.unsearched
        ]

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

    def _plan(self, sought: Sought) -> list[tuple[Ask, list[Test]]]:
        """The questions for one identifier, each with the (column, kind, canonical) tests that decide."""
        plan: list[tuple[Ask, list[Test]]] = []
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

    def _selects(
        self, ref: Ref, sought: Sought
    ) -> Iterator[tuple[Select | None, list[Test]]]:
        category = sought.category
        by_name = {name.casefold(): name for name in self.estate.table(ref).by_name}
        dotted = (sought.kind or "").casefold()
        names_dataset = dotted in {
            ref.dataset.casefold(),
            str(ref).casefold(),
            (self.estate.datasets[ref].subject or "").casefold(),
        }
        if sought.kind is None or names_dataset:
            yield self._by_key(ref, sought.value), []
        if sought.kind is None:
            yield self._by_category(ref, sought, None)
        elif category in CATEGORIES and CATEGORIES[category].unique:
            yield self._by_category(ref, sought, category)
        elif category == "full_name":
            raise UsageError(
                "a name alone names nobody for certain",
                remedy="Give an e-mail address, a phone number or a key.",
            )
        else:
            prefix, _, column = dotted.rpartition(".")
            if column in by_name and prefix in {"", ref.dataset.casefold(), str(ref).casefold()}:
                yield self._by_column(ref, by_name[column], sought.value)

    def _by_key(self, ref: Ref, value: str) -> Select | None:
        key = self.estate.key(ref)
        parts = [value] if len(key) == 1 else [part.strip() for part in value.split(",")]
        if len(parts) != len(key) or self.estate.keyless(ref):
            return None
        atoms = tuple(
            typed(self.estate.column(ref, name).family, part) for name, part in zip(key, parts, strict=True)
        )
        if None in atoms:
            return None
        return Select(ref.dataset, self.estate.spine(ref), ByValues(key, [atoms]))

    def _by_category(
        self, ref: Ref, sought: Sought, only: str | None
    ) -> tuple[Select | None, list[Test]]:
        tests = []
        for column, category in self.estate.identifiers(ref):
            kind = CATEGORIES[category].kind
            if (only or category) == category and (only or plausible(kind, sought.value)):
                value = canonical(kind, sought.value, self.estate.map.region)
                if value is not None:
                    tests.append((column, kind, value))
        return self._probe(ref, tests), tests

    def _by_column(
        self, ref: Ref, column: str, value: str
    ) -> tuple[Select | None, list[Test]]:
        family = self.estate.column(ref, column).family
        atom = typed(family, value)
        if family != "text" and atom is not None:
            return Select(ref.dataset, self.estate.spine(ref), ByValues((column,), [(atom,)])), []
        field_ = self.estate.datasets[ref].fields.get(column)
        kind = CATEGORIES[field_.category].kind if field_ else "text"
        wanted = canonical(kind, value, self.estate.map.region)
        tests = [(column, kind, wanted)] if wanted is not None else []
        return self._probe(ref, tests), tests

    def _probe(self, ref: Ref, tests: Sequence[Test]) -> Select | None:
        if not tests:
            return None
        probes = tuple(dict.fromkeys(Probe(column, kind) for column, kind, _ in tests))
        wanted: dict[Kind, set[str]] = {}
        for _, kind, value in tests:
            wanted.setdefault(kind, set()).add(value)
        columns = tuple(dict.fromkeys((*self.estate.spine(ref), *(probe.column for probe in probes))))
        return Select(
            ref.dataset,
            columns,
            ByIdentifiers(probes, tuple((k, tuple(sorted(v))) for k, v in wanted.items())),
        )

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

    def _agrees(self, node: Node, tests: Sequence[Test]) -> bool:
        spine = list(self.estate.spine(node[0]))
        columns = list(dict.fromkeys((*spine, *(column for column, _, _ in tests))))
        row = dict(zip(columns, self._extra[node], strict=False))
        return any(
            canonical(kind, row[column], self.estate.map.region) == value for column, kind, value in tests
        )

    def _settle(self, sought: Sought, hits: dict[Ref, list[Node]]) -> None:
        """Takes the rows one identifier found as one person, or asks."""
        nodes = list(dict.fromkeys(node for found in hits.values() for node in found))
        by_key = [node for node in nodes if not self._holds(node, sought.value)]
        crowded = any(len(set(found)) > self.estate.map.shared_by for found in hits.values())
        if crowded or (by_key and len(nodes) > 1) or not self._one_person(sought, nodes):
            self.found.questions.append(doubts.ambiguous(sought, nodes))
            self._ambiguous |= {i for node in nodes for i in self._identifiers(node)}
            return
        for node in nodes:
            self.found.found_by.setdefault(node, "what was asked for")
            self._join(nodes[0], node)

    def _one_person(self, sought: Sought, nodes: Sequence[Node]) -> bool:
        """Whether rows of several datasets are one person: the identifier says so, or something else agrees too."""
        value = {c: canonical(CATEGORIES[c].kind, sought.value, self.estate.map.region) for c in _JOINS}
        for node in nodes[1:]:
            strong = any((c, value[c]) in self._identifiers(node) for c in _JOINS if value[c] is not None)
            if not (strong or self._corroborated(nodes[0], node)) or self._conflict(nodes[0], node):
                return False
        return True

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
            frontier = [
                node for identifier, hits in reached.items() for node in self._joined(identifier, hits)
            ]

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
        category = identifier[0]
        nodes = [node for found in hits.values() for node in sorted(found, key=repr)]
        known = [node for node in nodes if node in self._parent]
        if any(len(found) > self.estate.map.shared_by for found in hits.values()):
            self._ambiguous.add(identifier)
            self.found.questions.append(doubts.shared(identifier, hits))
            return []
        fresh = []
        for node in nodes:
            if known and node not in self._parent:
                sure = category in _JOINS or self._corroborated(known[0], node, identifier)
                if not sure or self._conflict(known[0], node):
                    self.found.questions.append(doubts.uncertain(identifier, node))
                    continue
                self.found.found_by.setdefault(node, f"the same {category} as {known[0][0]}")
                fresh.append(node)
            if known:
                self._join(known[0], node)
        return fresh

    def _corroborated(self, a: Node, b: Node, besides: Identifier | None = None) -> bool:
        common = (self._identifiers(a) & self._identifiers(b)) - {besides}
        return bool({i for i in common if i[0] != "phone"} or self._names(a) & self._names(b))

    def _conflict(self, a: Node, b: Node) -> bool:
        """Whether two rows cannot be one person for all they say: other national ids, or names without a common word."""
        ids = [{v for c, v in self._identifiers(node) if c == "national_id"} for node in (a, b)]
        if all(ids) and not ids[0] & ids[1]:
            return True
        words = [{word for name in self._names(node) for word in name.split()} for node in (a, b)]
        return all(words) and not words[0] & words[1]

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
        known = {
            identifier for person in self.found.people for identifier in (*person.identifiers, *person.shared)
        }
        for sought in self.sought:
            named = sought.category
            if self._hit_by.get(sought):
                continue
            for category in ("email", "phone", "national_id"):
                kind = CATEGORIES[category].kind
                value = canonical(kind, sought.value, self.estate.map.region)
                fits = named == category or (not named and plausible(kind, sought.value))
                if fits and value is not None and (category, value) not in known:
                    self.found.people.append(Person(frozenset(), frozenset({(category, value)}), frozenset()))
                    break
            self.found.questions.append(doubts.nobody(sought))

    def _ask_tenants(self, nodes: set[Node]) -> None:
        tenants = {
            str(value)
            for node in nodes
            if (tenant := self.estate.datasets[node[0]].tenant)
            and (value := self._value(node, tenant)) is not None
        }
        if len(tenants) > 1:
            self.found.questions.append(doubts.several_controllers(nodes, tenants))

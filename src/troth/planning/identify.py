"""Who is meant: from what somebody typed to the rows that are that person, or a question where it could be two.

People are joined across datasets by an equal e-mail address or national id; by an equal customer number only where the
name or another identifier agrees too; never where the names have no word in common. An identifier that names more rows
of one dataset than the map's `shared_by` is shared: the walk stops there and a person decides (EDPB Guidelines 01/2022,
section 3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, Key, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import Row
from troth.planning import doubts
from troth.planning.closure import Ask, Asking
from troth.planning.estate import Estate
from troth.planning.lookup import Lookup, Test, probe
from troth.planning.sought import Sought, plausible
from troth.terms.canonical import canonical, near
from troth.terms.errors import UsageError

_JOINS = ("email", "national_id")  # one equal value joins two rows into one person
_CORROBORATED = ("customer_no",)  # joins only if a name or another identifier agrees

Node = tuple[Ref, Key]
Identifier = tuple[str, str]  # (category, canonical value)


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
        self._known: dict[Node, set[Identifier]] = {}
        self._subjects = [
            ref for ref, dataset in estate.datasets.items() if dataset.subject and not dataset.unsearched
        ]

    def run(self) -> Asking:
        """Resolves every sought identifier, then walks identifiers to a fixpoint."""
        lookups = self._lookups()
        asks = [(lookup, select) for lookup in lookups for select in lookup.selects()]
        answers = (yield [(lookup.ref, select) for lookup, select in asks]) if asks else []
        hits: list[dict[Ref, list[Node]]] = [{} for _ in self.sought]
        for (lookup, select), answer in zip(asks, answers, strict=True):
            for node, row in self._read(lookup.ref, answer):
                for at in lookup.answered(select, row):
                    hits[at].setdefault(lookup.ref, []).append(node)
        for sought, found in zip(self.sought, hits, strict=True):
            self._settle(sought, found)
        yield from self._walk()
        self._gather()
        self._strangers([sought for sought, found in zip(self.sought, hits, strict=True) if not found])

    # -- what was typed -------------------------------------------------------------------------------------------

    def _lookups(self) -> list[Lookup]:
        """What each dataset of people is asked; raises UsageError for a kind that means nothing anywhere."""
        lookups = [Lookup(self.estate, ref) for ref in self._subjects]
        for at, sought in enumerate(self.sought):
            known = [lookup.add(at, sought) for lookup in lookups]
            if sought.kind is not None and not any(known):
                raise UsageError(
                    f"nothing in the map is called {sought.kind!r}",
                    remedy=f"Use one of: {', '.join(self._kinds())}.",
                )
        return lookups

    def _kinds(self) -> list[str]:
        kinds = {category for ref in self._subjects for _, category in self.estate.identifiers(ref)}
        return sorted(kinds) + sorted({ref.dataset for ref in self._subjects})

    # -- what came back -------------------------------------------------------------------------------------------

    def _read(self, ref: Ref, chunks: Iterable[Sequence[Row]]) -> list[tuple[Node, Row]]:
        """Remembers spine rows and returns them with their nodes; the pseudo-subject is nobody."""
        spine, width = len(self.estate.spine(ref)), len(self.estate.key(ref))
        nobody = self.estate.datasets[ref].nobody
        skip = None if nobody is None else tuple(nobody[name] for name in self.estate.key(ref))
        nodes = []
        for row in (row for chunk in chunks for row in chunk):
            key = row[:width]
            if key == skip or not self._in_scope(ref, row):
                continue
            self.found.rows.setdefault(ref, {})[key] = row[:spine]
            nodes.append(((ref, key), row))
        return nodes

    def _in_scope(self, ref: Ref, row: Row) -> bool:
        tenant = self.estate.datasets[ref].tenant
        if self.scope is None or tenant is None:
            return True
        return str(row[self.estate.spine(ref).index(tenant)]) == self.scope

    def _value(self, node: Node, column: str) -> Atom:
        spine = self.estate.spine(node[0])
        return self.found.rows[node[0]][node[1]][spine.index(column)] if column in spine else None

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
        if node in self._known:
            return self._known[node]
        found = self._known.setdefault(node, set())
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
                for node, _ in self._read(ref, answer):
                    self._propose(node, wanted.get("email", ()))
                    for identifier in self._identifiers(node):
                        if identifier[1] in wanted.get(identifier[0], ()):
                            reached.setdefault(identifier, {}).setdefault(ref, set()).add(node)
            frontier = [
                node for identifier, hits in reached.items() for node in self._joined(identifier, hits)
            ]

    def _propose(self, node: Node, emails: Collection[str]) -> None:
        """A near address (a plus, å for aa) is never followed, only worth a question."""
        theirs = {value for category, value in self._identifiers(node) if category == "email"}
        if node in self._parent or theirs & set(emails):
            return
        for one in theirs:
            if why := next((word for other in emails if (word := near("email", one, other))), None):
                self.found.questions.append(doubts.alike(node, one, why))

    def _walk_asks(self, wanted: dict[str, set[str]]) -> list[Ask]:
        asks: list[Ask] = []
        for ref in self._subjects:
            tests: list[Test] = [
                (column, CATEGORIES[category].kind, value)
                for column, category in self.estate.identifiers(ref)
                for value in wanted.get(category, ())
            ]
            if tests:
                asks.append((ref, probe(self.estate, ref, tests)))
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

    def _strangers(self, unmet: Iterable[Sought]) -> None:
        """Identifiers that no person's row holds: copies of them may still stand somewhere."""
        known = {
            identifier for person in self.found.people for identifier in (*person.identifiers, *person.shared)
        }
        for sought in unmet:
            named = sought.category
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

"""Who is meant: from what somebody typed to the rows that are that person, or a question where it could be two.

People are joined across datasets by an equal e-mail address or national id, and by a link of the map that says SAME_AS;
by an equal customer number only where the name or another identifier agrees too; never where the names have no word in
common. An identifier that names more rows of one dataset than the map's `shared_by` is shared: the walk stops there and a
person decides (EDPB Guidelines 01/2022, section 3). A link that nobody has confirmed is never followed, only asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from typing import TypeVar

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Key, Link, Ref
from troth.datamap.reader import Row
from troth.planning import doubts
from troth.planning.closure import Ask, Asking
from troth.planning.estate import Estate
from troth.planning.lookup import Lookup, Test, probe
from troth.planning.person import Groups, Identified, Identifier, Node, Person, Place, Reason
from troth.planning.points import Held, Points, Sames
from troth.planning.sought import Sought, alike, coarse, plausible
from troth.terms.canonical import canonical, near
from troth.terms.errors import UsageError

_JOINS = ("email", "national_id")  # one equal value joins two rows into one person
_CORROBORATED = ("customer_no",)  # joins only if a name or another identifier agrees

T = TypeVar("T")
Answering = Generator[list[Ask], list[Iterable[Sequence[Row]]], T]
Hits = dict[Ref, dict[Node, Place]]  # by dataset of people: who holds it, and where


class Identify:
    """The walk from identifiers to people; `run` yields questions for the stores and leaves its result in `found`.

    `one`: all that is sought was proven to be one person's. `answered`: customers who have said what becomes of their rows.
    """

    def __init__(
        self, estate: Estate, sought: Sequence[Sought], scope: str | None = None, one: bool = False, answered: Collection[str] = ()
    ) -> None:  # fmt: skip
        self.estate, self.sought, self.scope = estate, sought, scope
        self.one, self.answered = one, set(answered)
        self.found = Identified()
        self.points, self.sames = Points(estate), Sames(estate)
        self._known, self._probed = Groups(), set[Identifier]()
        self._followed: dict[Link, set[Key]] = {}
        self._ambiguous: set[Identifier] = set()
        self._crowd: set[Node] = set()  # rows that a link ties to more than one person
        self._subjects = [
            ref for ref, dataset in estate.datasets.items() if dataset.subject and not dataset.unsearched
        ]

    def run(self) -> Asking:
        """Resolves every sought identifier, then walks identifiers to a fixpoint."""
        lookups = self._lookups()
        asks = [(lookup, select) for lookup in lookups for select in lookup.selects()]
        answers = (yield [(lookup.ref, select) for lookup, select in asks]) if asks else []
        hits: list[Hits] = [{} for _ in self.sought]
        pointing: dict[Node, dict[int, tuple[str, ...]]] = {}
        held: dict[Node, Row] = {}
        for (lookup, select), answer in zip(asks, answers, strict=True):
            for node, row in self._read(lookup.ref, answer):
                for at, columns in lookup.answered(select, row):
                    if lookup.contact:
                        held[node] = row
                        pointing.setdefault(node, {})[at] = columns
                    else:
                        hits[at].setdefault(lookup.ref, {}).setdefault(node, (node, columns))
        for (node, _), owner in (yield from self._owners(list(held.items()))):
            for at, columns in pointing[node].items():
                hits[at].setdefault(owner[0], {}).setdefault(owner, (node, columns))
        told = list(zip(self.sought, hits, strict=True))
        if self.one:  # what names few rows may say which of many are meant
            told.sort(key=lambda pair: sum(map(len, pair[1].values())))
        for sought, found in told:
            self._settle(sought, found)
        yield from self._walk()
        self._guessed()
        self._gather()
        self._strangers([sought for sought, found in told if not found])

    # -- what was typed -------------------------------------------------------------------------------------------

    def _lookups(self) -> list[Lookup]:
        """What each dataset of people, and of what names people, is asked; raises UsageError for an unknown kind."""
        lookups = [Lookup(self.estate, ref) for ref in self._subjects]
        lookups += [Lookup(self.estate, ref, contact=True) for ref in self.points.links]
        for at, sought in enumerate(self.sought):
            known = [lookup.add(at, sought) for lookup in lookups]
            if sought.kind is not None and not any(known):
                raise UsageError(
                    f"nothing in the map is called {sought.kind!r}",
                    remedy=f"Use one of: {', '.join(self.kinds())}.",
                )
        return lookups

    def kinds(self) -> list[str]:
        """What an identifier can be called with this map."""
        kinds = {
            category
            for ref in (*self._subjects, *self.points.links)
            for _, category in self.estate.points(ref)
        }
        return sorted(kinds) + sorted({ref.dataset for ref in self._subjects})

    # -- what came back -------------------------------------------------------------------------------------------

    def _read(self, ref: Ref, chunks: Iterable[Sequence[Row]]) -> list[Held]:
        """Remembers the spines of people's rows and returns all with their nodes; the pseudo-subject is nobody."""
        spine, width = len(self.estate.spine(ref)), len(self.estate.key(ref))
        nobody = self.estate.datasets[ref].nobody
        skip = None if nobody is None else tuple(nobody[name] for name in self.estate.key(ref))
        people = bool(self.estate.datasets[ref].subject)
        nodes = []
        for row in (row for chunk in chunks for row in chunk):
            key = row[:width]
            if key == skip or not self.estate.within(self.scope, ref, row):
                continue
            if people:
                self.found.rows.setdefault(ref, {})[key] = row[:spine]
            nodes.append(((ref, key), row))
        return nodes

    def _owners(self, held: Sequence[Held]) -> Answering[list[tuple[Held, Node]]]:
        """The people whom contact points name; what stands in those is known of these from now on."""
        asks = self.points.above(held)
        answers = (yield asks) if asks else []
        people = [
            one for (ref, _), answer in zip(asks, answers, strict=True) for one in self._read(ref, answer)
        ]
        owners = list(self.points.owners(held, people))
        for (node, row), owner in owners:
            self._learn(owner, node, row)
        return owners

    def _learn(self, owner: Node, node: Node, row: Row) -> None:
        known = self._identifiers(owner)
        for identifier, column in self.points.identifiers(node, row):
            known.setdefault(identifier, (node, (column,)))

    def _settle(self, sought: Sought, hits: Hits) -> None:
        """Takes the rows one identifier found as one person, or asks."""
        places = {node: place for found in hits.values() for node, place in found.items()}
        nodes = list(places)
        by_key = [node for node in nodes if not self._holds(node, sought.value)]
        crowded = any(len(found) > self.estate.map.shared_by for found in hits.values())
        if crowded or (by_key and len(nodes) > 1) or not self._one_person(sought, nodes):
            places = {node: place for node, place in places.items() if self.one and node in self._known}
            if not places:  # nothing else of theirs says which are meant
                self.found.ask(doubts.ambiguous(sought, nodes, self._tenants(nodes)), *nodes)
                self._ambiguous |= {i for node in nodes for i in self._identifiers(node)}
        for node, (row, columns) in places.items():
            category = next(
                (c for (c, _), place in self._identifiers(node).items() if place == (row, columns)), ""
            )
            self.found.reasons.setdefault(node, Reason((row, columns), value=sought.value, category=category))
            self._known.join(next(iter(self._known), node) if self.one else nodes[0], node)

    def _one_person(self, sought: Sought, nodes: Sequence[Node]) -> bool:
        """Whether rows of several datasets are one person: the identifier says so, or something else agrees too."""
        value = {c: canonical(CATEGORIES[c].kind, sought.value, self.estate.map.region) for c in _JOINS}
        for node in nodes[1:]:
            strong = any((c, value[c]) in self._identifiers(node) for c in _JOINS if value[c] is not None)
            if not (strong or self._corroborated(nodes[0], node)) or self._conflict(nodes[0], node):
                return False
        return True

    def _holds(self, node: Node, value: str) -> bool:
        region = self.estate.map.region
        return any(
            canonical(CATEGORIES[c].kind, value, region) == held for c, held in self._identifiers(node)
        )

    # -- the walk -------------------------------------------------------------------------------------------------

    def _identifiers(self, node: Node) -> dict[Identifier, Place]:
        """What names this person, and where it stands: in their row, or in a contact point of theirs."""
        if node not in self.found.places:
            row = self.found.rows[node[0]][node[1]]
            places: dict[Identifier, Place] = {}
            self.found.places[node] = places
            for identifier, column in self.points.identifiers(node, row):
                places.setdefault(identifier, (node, (column,)))
        return self.found.places[node]

    def _names(self, node: Node) -> set[str]:
        return self.estate.full_names(node[0], self.found.rows[node[0]][node[1]])

    def _walk(self) -> Asking:
        frontier = list(self._known)
        while frontier:
            yield from self._contacts(frontier)
            wanted: dict[str, set[str]] = {}
            for node in frontier:
                for category, value in self._identifiers(node).keys() - self._probed:
                    if category in (*_JOINS, *_CORROBORATED):
                        wanted.setdefault(category, set()).add(value)
                        self._probed.add((category, value))
            tied = self._tied(frontier)
            probes, ties = self._walk_asks(wanted), self.sames.asks(tied)
            answers = (yield probes + ties) if probes or ties else []
            held = [
                (ref, self._read(ref, answer))
                for (ref, _), answer in zip(probes + ties, answers, strict=True)
            ]
            people = yield from self._people(held[: len(probes)])
            frontier = self._joined_by_links(tied, [one for _, some in held[len(probes) :] for one in some])
            frontier += self._reached(wanted, people)

    def _people(self, held: Iterable[tuple[Ref, list[Held]]]) -> Answering[list[Node]]:
        """The people among these rows, and those whom the contact points among them name."""
        held = list(held)
        people = [node for ref, some in held if ref not in self.points.links for node, _ in some]
        contacts = [one for ref, some in held if ref in self.points.links for one in some]
        owners = yield from self._owners(contacts)
        return list(dict.fromkeys((*people, *(owner for _, owner in owners))))

    def _contacts(self, people: Sequence[Node]) -> Asking:
        """Reads the contact points of these people: what stands there is theirs."""
        rows = [(node, self.found.rows[node[0]][node[1]]) for node in people]
        asks = self.points.below(rows)
        answers = (yield asks) if asks else []
        held = [
            one for (ref, _), answer in zip(asks, answers, strict=True) for one in self._read(ref, answer)
        ]
        for (node, row), owner in self.points.owners(held, rows):
            self._learn(owner, node, row)

    def _reached(self, wanted: Mapping[str, Collection[str]], people: Iterable[Node]) -> list[Node]:
        """Joins whoever holds one of the wanted identifiers to the person it came from; those that are new."""
        reached: dict[Identifier, dict[Ref, list[Node]]] = {}
        similar = alike(wanted.get("email", ()))
        for node in people:
            self._propose(node, similar)
            for identifier in self._identifiers(node):
                if identifier[1] in wanted.get(identifier[0], ()):
                    reached.setdefault(identifier, {}).setdefault(node[0], []).append(node)
        return [node for identifier, hits in reached.items() for node in self._joined(identifier, hits)]

    def _propose(self, node: Node, similar: Mapping[str, Collection[str]]) -> None:
        """A near address (a plus, å for aa) is never followed, only worth a question."""
        theirs = {value for category, value in self._identifiers(node) if category == "email"}
        if node in self._known or any(one in similar.get(coarse(one), ()) for one in theirs):
            return
        for one in theirs:
            others = similar.get(coarse(one), ())
            if why := next((word for other in others if (word := near("email", one, other))), None):
                self.found.ask(doubts.alike(node, one, why), node)

    def _walk_asks(self, wanted: Mapping[str, Collection[str]]) -> list[Ask]:
        asks: list[Ask] = []
        for ref in (*self._subjects, *self.points.links):
            tests: list[Test] = [
                (column, CATEGORIES[category].kind, value)
                for column, category in self.estate.points(ref)
                for value in wanted.get(category, ())
            ]
            if tests:
                asks.append((ref, probe(self.estate, ref, tests)))
        return asks

    def _joined(self, identifier: Identifier, hits: Mapping[Ref, Sequence[Node]]) -> list[Node]:
        """Joins the rows an identifier reached to the person it came from; the rows that are new."""
        category = identifier[0]
        nodes = [node for found in hits.values() for node in sorted(found, key=repr)]
        known = [node for node in nodes if node in self._known]
        most = max(map(len, hits.values()))
        if most > self.estate.map.shared_by and not self._known.together(nodes):
            self._ambiguous.add(identifier)
            new = {node for node in nodes if node not in self._known}
            if not new or not new <= self._crowd:  # a link over the same columns has asked already
                self.found.ask(doubts.shared(identifier, hits), *new)
            return []
        fresh = []
        for node in nodes:
            if known and node not in self._known:
                sure = category in _JOINS or self._corroborated(known[0], node, identifier)
                if not sure and any(node in some for some in self.found.guesses.values()):
                    continue  # the link that nobody confirmed is the question
                if not sure or self._conflict(known[0], node):
                    self.found.ask(doubts.uncertain(identifier, node, sure), node)
                    continue
                here, there = self._identifiers(node)[identifier], self._identifiers(known[0])[identifier]
                self.found.reasons.setdefault(node, Reason(here, known[0], there, identifier[1], category))
                fresh.append(node)
            if known:
                self._known.join(known[0], node)
        return fresh

    # -- links that say who is the same ---------------------------------------------------------------------------

    def _tied(self, frontier: Iterable[Node]) -> dict[Link, set[Key]]:
        """The values by which these rows could be tied to others; each is asked for once."""
        found: dict[Link, set[Key]] = {}
        for node in frontier:
            for link, value, _ in self.sames.values(node, self.found.rows[node[0]][node[1]]):
                followed = self._followed.setdefault(link, set())
                if value not in followed:
                    followed.add(value)
                    found.setdefault(link, set()).add(value)
        return found

    def _joined_by_links(self, tied: Mapping[Link, Collection[Key]], held: Iterable[Held]) -> list[Node]:
        """Joins rows that a confirmed link says are one person; notes those that only a guess would join."""
        reached: dict[tuple[Link, Key], dict[Node, tuple[str, ...]]] = {}
        for node, row in held:
            for link, value, columns in self.sames.values(node, row):
                if value in tied.get(link, ()):
                    reached.setdefault((link, value), {})[node] = columns
        fresh = []
        for (link, value), nodes in reached.items():
            known = next((node for node in nodes if node in self._known), None)
            if known is None:
                continue
            by_ref = {ref: [node for node in nodes if node[0] == ref] for ref, _ in nodes}
            new = [node for node in nodes if node not in self._known]
            if any(len(found) > self.estate.map.shared_by for found in by_ref.values()):
                self.found.ask(doubts.shared_by_link(link, by_ref), *new)
                self._crowd.update(new)
                continue
            for node in nodes:
                if node not in self._known:
                    reason = Reason(
                        (node, nodes[node]),
                        known,
                        (known, nodes[known]),
                        ", ".join(map(str, value)),
                        link=link,
                    )
                    if not link.reviewed:
                        self.found.guesses.setdefault(link, {}).setdefault(node, reason)
                        continue
                    if self._conflict(known, node):
                        self.found.ask(doubts.contradicted(link, node), node)
                        continue
                    self.found.reasons.setdefault(node, reason)
                    fresh.append(node)
                if link.reviewed:
                    self._known.join(known, node)
        return fresh

    def _guessed(self) -> None:
        """Asks about what only unconfirmed links say is the same person (ENGINE, default to refusing)."""
        for link, nodes in list(self.found.guesses.items()):
            for node in [node for node in nodes if node in self._known]:
                del nodes[node]  # found in another way too
            if nodes:
                self.found.ask(doubts.guessed(link, nodes), *nodes)

    def _corroborated(self, a: Node, b: Node, besides: Identifier | None = None) -> bool:
        common = (self._identifiers(a).keys() & self._identifiers(b).keys()) - {besides}
        return bool({i for i in common if i[0] != "phone"} or self._names(a) & self._names(b))

    def _conflict(self, a: Node, b: Node) -> bool:
        """Whether two rows cannot be one person for all they say: other national ids, or names without a common word."""
        ids = [{v for c, v in self._identifiers(node) if c == "national_id"} for node in (a, b)]
        if all(ids) and not ids[0] & ids[1]:
            return True
        words = [{word for name in self._names(node) for word in name.split()} for node in (a, b)]
        return all(words) and not words[0] & words[1]

    # -- who it comes to ------------------------------------------------------------------------------------------

    def _gather(self) -> None:
        for nodes in self._known.groups():
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

    def _tenants(self, nodes: Iterable[Node]) -> set[str]:
        """The customers who control these rows."""
        named = {self.estate.customer(ref, self.found.rows[ref][key]) for ref, key in nodes}
        return {name for name in named if name is not None}

    def _ask_tenants(self, nodes: set[Node]) -> None:
        if len(tenants := self._tenants(nodes)) > 1 and not tenants <= self.answered:
            self.found.ask(doubts.several_controllers(nodes, tenants))

"""Contact points and sameness: the rows that name their owner, and the links that say two rows are one person.

Only what the map says by name counts: the `identifies` columns of a row that one link gives to its owner, and SAME_AS links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from troth.datamap.categories import CATEGORIES
from troth.datamap.contacts import owner_link
from troth.datamap.model import Key, Link, Ref
from troth.datamap.reader import ByValues, Row, Select
from troth.planning.closure import Ask
from troth.planning.estate import Estate
from troth.planning.person import Identifier, Node
from troth.terms.canonical import canonical

Held = tuple[Node, Row]  # a row and its spine


@dataclass
class Points:
    """The datasets whose rows name their owner, each with the link that says who that is."""

    estate: Estate
    links: dict[Ref, Link] = field(default_factory=dict)
    _asked: dict[Ref, set[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        datasets = self.estate.datasets
        for ref, dataset in datasets.items():
            link = owner_link(dataset, datasets, self.estate.links) if dataset.identifies else None
            if link is not None and not link.is_guess and not dataset.unsearched:
                self.links[ref] = link

    def below(self, owners: Sequence[Held]) -> list[Ask]:
        """The questions for the contact points of these people; each person is asked for once."""
        asks = []
        for ref, link in self.links.items():
            read = _reader(self.estate, link.target, link.target_columns)
            found = {read(row) for (owner, _), row in owners if owner == link.target}
            carry = self.estate.carrier(link.target, link.target_columns, ref, link.columns)
            asked = self._asked.setdefault(ref, set())
            if new := [value for value in map(carry, found - asked) if None not in value]:
                asks.append(_ask(self.estate, ref, link.columns, new))
            asked |= found
        return asks

    def above(self, held: Iterable[Held]) -> list[Ask]:
        """The questions for the people whom these contact points name."""
        values: dict[tuple[Ref, tuple[str, ...]], dict[Key, None]] = {}
        for node, row in held:
            link = self.links[node[0]]
            if None not in (value := self.owner(node, row)):
                values.setdefault((link.target, link.target_columns), {})[value] = None
        return [_ask(self.estate, ref, columns, list(found)) for (ref, columns), found in values.items()]

    def owner(self, node: Node, row: Row) -> Key:
        """What its owner's row holds in the columns that the link leads to."""
        link = self.links[node[0]]
        carry = self.estate.carrier(node[0], link.columns, link.target, link.target_columns)
        return carry(_reader(self.estate, node[0], link.columns)(row))

    def owners(self, held: Iterable[Held], people: Iterable[Held]) -> Iterator[tuple[Held, Node]]:
        """Each contact point with each of these people that its link names."""
        known: dict[tuple[Ref, tuple[str, ...], Key], list[Node]] = {}
        ends = {(link.target, link.target_columns) for link in self.links.values()}
        for node, row in people:
            for ref, columns in ends:
                if ref == node[0]:
                    value = _reader(self.estate, ref, columns)(row)
                    known.setdefault((ref, columns, value), []).append(node)
        for node, row in held:
            link = self.links[node[0]]
            for owner in known.get((link.target, link.target_columns, self.owner(node, row)), ()):
                yield (node, row), owner

    def identifiers(self, node: Node, row: Row) -> Iterator[tuple[Identifier, str]]:
        """(identifier, column) of everything in the row that names a person."""
        spine, region = self.estate.spine(node[0]), self.estate.map.region
        for column, category in self.estate.points(node[0]):
            value = canonical(CATEGORIES[category].kind, row[spine.index(column)], region)
            if value is not None:
                yield (category, value), column


@dataclass
class Sames:
    """The links of the map that say whose rows in two datasets are one person's."""

    estate: Estate
    links: list[Link] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.links = [
            link
            for link in self.estate.links
            if link.means == "SAME_AS"
            and not any(self.estate.datasets[ref].unsearched for ref in (link.source, link.target))
        ]

    def values(self, node: Node, row: Row) -> Iterator[tuple[Link, Key, tuple[str, ...]]]:
        """(link, value, columns): what the row would share with the same person's row, as the link's target spells it."""
        for link in self.links:
            for ref, columns in ((link.source, link.columns), (link.target, link.target_columns)):
                if ref == node[0] and self._holds(link, node, row):
                    carry = self.estate.carrier(ref, columns, link.target, link.target_columns)
                    value = carry(_reader(self.estate, ref, columns)(row))
                    if all(canonical("text", part) is not None for part in value):
                        yield link, value, columns

    def _holds(self, link: Link, node: Node, row: Row) -> bool:
        """Whether the link's condition is true of this row, where it is the row that carries the link."""
        if link.condition is None or node[0] != link.source:
            return True
        return link.condition.holds(dict(zip(self.estate.spine(node[0]), row, strict=False)))

    def asks(self, wanted: Mapping[Link, Iterable[Key]]) -> list[Ask]:
        """The questions for both ends of each link."""
        asks = []
        for link, values in wanted.items():
            back = self.estate.carrier(link.target, link.target_columns, link.source, link.columns)
            asks.append(_ask(self.estate, link.target, link.target_columns, list(values)))
            if theirs := [value for value in map(back, values) if None not in value]:
                asks.append(_ask(self.estate, link.source, link.columns, theirs))
        return asks


def _ask(estate: Estate, ref: Ref, columns: tuple[str, ...], values: Sequence[Key]) -> Ask:
    return ref, Select(ref.dataset, estate.spine(ref), ByValues(columns, values, linked=True))


def _reader(estate: Estate, ref: Ref, columns: tuple[str, ...]) -> Callable[[Row], Key]:
    places = [estate.spine(ref).index(name) for name in columns]
    return lambda row: tuple(row[at] for at in places)

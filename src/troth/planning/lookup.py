"""Looks many identifiers up in one dataset of people at once: at most one question for keys, one for identifiers.

The store answers with a superset; which row answers which identifier is decided here, on the canonical form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, Key, Ref
from troth.datamap.reader import ByIdentifiers, ByValues, Probe, Row, Select
from troth.planning.estate import Estate
from troth.planning.sought import Sought, plausible, typed
from troth.terms.canonical import Kind, canonical
from troth.terms.errors import UsageError

Test = tuple[str, Kind, str]  # (column, kind, canonical value)
Values = tuple[tuple[str, ...], Key]  # (columns, their values)
_EXACT = "\x00"  # before a key that is one row's, not somebody's spelling of it


class Lookup:
    """The identifiers that one dataset can be asked for, each by its place among those sought."""

    def __init__(self, estate: Estate, ref: Ref, contact: bool = False) -> None:
        self.estate = estate
        self.ref = ref
        self.contact = contact  # its rows name their owner, and are asked for nothing else
        self._values: dict[tuple[str, ...], dict[tuple[Atom, ...], tuple[Key, list[int]]]] = {}
        self._tests: dict[Test, list[int]] = {}
        self._columns: dict[tuple[str, Kind], None] = {}  # those the tests are about, in order

    def add(self, at: int, sought: Sought) -> bool:
        """Takes an identifier on; False when its kind means nothing here."""
        known = False
        for want in self._wants(sought):
            known = True
            if want is None:
                continue
            if len(want) == 3:
                self._tests.setdefault(want, []).append(at)
                self._columns[want[:2]] = None
            else:
                columns, key = want
                form = tuple(map(_spelt, key)) if sought.node is None else (_EXACT, *key)
                self._values.setdefault(columns, {}).setdefault(form, (key, []))[1].append(at)
        return known

    def _wants(self, sought: Sought) -> Iterator[Values | Test | None]:
        """What to ask for: values of columns, canonical forms, or None (a known kind that cannot hold this)."""
        if sought.node is not None:
            if sought.node[0] == self.ref and not self.contact:
                yield self.estate.key(self.ref), sought.node[1]
            return
        ref, word = self.ref, (sought.kind or "").casefold()
        names = {
            ref.dataset.casefold(),
            str(ref).casefold(),
            (self.estate.datasets[ref].subject or "").casefold(),
        }
        if (sought.kind is None or word in names) and not self.contact:
            yield self._key(sought.value)
        if sought.kind is None:
            yield from self._categories(sought.value, None)
        elif sought.category in CATEGORIES and CATEGORIES[sought.category].unique:
            yield from self._categories(sought.value, sought.category)
        elif sought.category == "full_name":
            raise UsageError(
                "a name alone names nobody for certain",
                remedy="Give an e-mail address, a phone number or a key.",
            )
        elif not self.contact:
            prefix, _, column = word.rpartition(".")
            by_name = {name.casefold(): name for name in self.estate.table(ref).by_name}
            if column in by_name and prefix in {"", ref.dataset.casefold(), str(ref).casefold()}:
                yield self._column(by_name[column], sought.value)

    def _key(self, value: str) -> Values | None:
        key = self.estate.key_of(self.ref, value)
        return None if key is None else (self.estate.key(self.ref), key)

    def _categories(self, value: str, only: str | None) -> Iterator[Test | None]:
        for column, category in self.estate.points(self.ref):
            kind = CATEGORIES[category].kind
            if (only or category) == category and (only or plausible(kind, value)):
                wanted = canonical(kind, value, self.estate.map.region)
                yield (column, kind, wanted) if wanted is not None else None

    def _column(self, column: str, value: str) -> Values | Test | None:
        family = self.estate.column(self.ref, column).family
        atom = typed(family, value)
        if family != "text" and atom is not None:
            return (column,), (atom,)
        field = self.estate.datasets[self.ref].fields.get(column)
        kind: Kind = CATEGORIES[field.category].kind if field else "text"
        wanted = canonical(kind, value, self.estate.map.region)
        return (column, kind, wanted) if wanted is not None else None

    # -- asking and answering ---------------------------------------------------------------------------------------

    def selects(self) -> list[Select]:
        """One question for each set of columns asked by value, and one for all identifiers."""
        found = [
            self._select(ByValues(columns, [key for key, _ in values.values()], linked=True), columns)
            for columns, values in self._values.items()
        ]
        if self._tests:
            found.append(probe(self.estate, self.ref, list(self._tests)))
        return found

    def _select(self, where: ByValues, columns: tuple[str, ...]) -> Select:
        return Select(self.ref.dataset, tuple(dict.fromkeys((*self.estate.spine(self.ref), *columns))), where)

    def answered(self, select: Select, row: Row) -> list[tuple[int, tuple[str, ...]]]:
        """The identifiers that this row answers, by their places, and the columns that hold them."""
        cells = dict(zip(select.columns, row, strict=True))
        if isinstance(select.where, ByValues):
            columns = select.where.columns
            held = tuple(cells[column] for column in columns)
            forms = (tuple(map(_spelt, held)), (_EXACT, *held))
            return [(at, columns) for form in forms for at in self._values[columns].get(form, ((), []))[1]]
        region = self.estate.map.region
        canons = ((column, kind, canonical(kind, cells[column], region)) for column, kind in self._columns)
        return [
            (at, (column,))
            for column, kind, form in canons
            if form
            for at in self._tests.get((column, kind, form), ())
        ]


def probe(estate: Estate, ref: Ref, tests: Sequence[Test]) -> Select:
    """The question for rows that may hold one of the canonical values in one of the columns."""
    probes = tuple(dict.fromkeys(Probe(column, kind) for column, kind, _ in tests))
    wanted: dict[Kind, set[str]] = {}
    for _, kind, value in tests:
        wanted.setdefault(kind, set()).add(value)
    columns = tuple(dict.fromkeys((*estate.spine(ref), *(one.column for one in probes))))
    return Select(
        ref.dataset, columns, ByIdentifiers(probes, tuple((k, tuple(sorted(v))) for k, v in wanted.items()))
    )


def _spelt(value: Atom) -> str:
    """A value as text, so that a uuid and its spelling, or a padded char(n), are one."""
    return str(value).strip().casefold()

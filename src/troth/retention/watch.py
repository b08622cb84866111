"""Looks at rows one by one and remembers no value: how often equal ones come, what still tells, which are hashes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import isqrt
from typing import Final, Literal
from uuid import UUID

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom
from troth.datamap.reader import Row
from troth.retention.groups import Groups
from troth.retention.inverting import digest_of, is_random_uuid
from troth.retention.order import in_order
from troth.retention.shapes import Form, disguised, form_of
from troth.retention.verdict import Reason

Part = Literal[
    "row", "link", "identifier", "prose", "trait", "sensitive", "key", "status", "attribute", "undecided"
]
"""What a column is for whoever would find the person again; `row` names this row and no other."""

_PROSE: Final = ("free_text", "json", "person_other", "photo")
_TRAITS: Final = (
    "birth_date", "gender", "postal_code", "city", "region", "country", "nationality", "organisation",
    "job_title", "location",
)  # fmt: skip
_ATTRIBUTES: Final = ("amount", "quantity", "date")
_CHOICES: Final = ("status", "product")
_TOKEN: Final = re.compile(r"[0-9a-f]{20}|e[0-9a-f]{12}@t\.invalid")
SPARSE: Final = 20  # numbers that lie farther apart than this are not counted up one after another
HASHES: Final = 50_000  # different hashes of a column that are tried
SAMPLED: Final = 40_000  # rows held for the attacks


def part_of(category: str) -> Part:
    """What a column of a category is, where no link or key says more."""
    if category == "special":
        return "sensitive"
    if category in _PROSE:
        return "prose"
    if category in _TRAITS:
        return "trait"
    if category in _ATTRIBUTES:
        return "attribute"
    if category in _CHOICES:
        return "status"
    if category == "unknown":
        return "undecided"
    return "identifier" if CATEGORIES[category].personal else "key"


@dataclass
class Watched:
    """One column: its part, the neutral values that tell nothing, and what was seen."""

    name: str
    part: Part
    neutral: Collection[Atom] = ()
    of_days: bool = False  # it says when something happened
    groups: Groups = field(default_factory=Groups)
    telling: int = 0
    tokens: int = 0
    forms: Counter[Form] = field(default_factory=Counter)  # cells whose form says something
    lowest: int | None = None
    highest: int = 0
    hashes: set[bytes] = field(default_factory=set, repr=False)
    hashed: int = 0
    words: int = 0

    def see(self, cell: Atom) -> None:
        value = _hashable(cell)
        if cell is None or cell == "" or value in self.neutral:
            return
        self.telling += 1
        self.groups.add(value)
        if isinstance(cell, str):
            self._read(cell)
        elif isinstance(cell, bytes):
            self._hash(cell)
        elif isinstance(cell, list | dict):
            self.forms["structured"] += bool(cell)
        elif isinstance(cell, int | Decimal | float | UUID):
            self._count(cell)

    def _count(self, cell: int | Decimal | float | UUID) -> None:
        if isinstance(cell, UUID) or cell == cell // 1:
            self.forms[form_of(str(cell if isinstance(cell, UUID) else int(cell)))] += 1
        if isinstance(cell, int):
            self._range(cell)

    def _range(self, number: int) -> None:
        self.lowest = number if self.lowest is None else min(self.lowest, number)
        self.highest = max(self.highest, number)

    def _read(self, text: str) -> None:
        self.tokens += bool(_TOKEN.fullmatch(text))
        self.words += text.count(" ") + 1
        form = form_of(text)
        self.forms[form] += 1
        if form in ("phone", "national_id") and text.isdecimal():
            self._range(int(text))
        if 20 <= len(text) <= 128 and " " not in text and not disguised(text):
            self._hash(text)

    def _hash(self, cell: str | bytes) -> None:
        if (digest := digest_of(cell)) is not None:
            self.hashed += 1
            if len(self.hashes) < HASHES:
                self.hashes.add(digest)

    def _mostly(self, *forms: Form) -> bool:
        return self.telling > 0 and sum(self.forms[form] for form in forms) * 10 >= self.telling * 9

    @property
    def named(self) -> int:
        """Cells that hold an e-mail address or a personal number, whatever the column is for."""
        return self.forms["named"]

    @property
    def of_numbers(self) -> bool:
        """Telephone or personal numbers by their form, and not counted up one after another."""
        span = 0 if self.lowest is None else self.highest - self.lowest + 1
        dense = 0 < span < SPARSE * self.groups.distinct
        return self._mostly("phone", "national_id") and self.groups.distinct >= 5 and not dense

    @property
    def of_codes(self) -> bool:
        """Numbers and codes that belong to something, as no word, date, sum or band does."""
        return self._mostly("code", "phone", "national_id", "random") and self.groups.distinct >= 5

    @property
    def of_chance(self) -> bool:
        """Random values, each for one row: by their form nothing was put into them."""
        return self._mostly("random") and self.forms["random"] == self.telling and not self.groups.repeated

    @property
    def of_tokens(self) -> bool:
        """Only values that Troth made, each for one row."""
        return self.tokens == self.telling and not self.groups.repeated

    @property
    def of_hashes(self) -> bool:
        return (
            self.telling > 0 and self.hashed * 10 >= self.telling * 9 and not is_random_uuid([*self.hashes])
        )

    @property
    def of_prose(self) -> bool:
        """Sentences, wherever they stand: four words and more, and hardly one like another."""
        return self.words >= 4 * self.telling > 0 and self.groups.distinct * 2 > self.telling


@dataclass
class Watch:
    """All columns of the rows; `least` is the smallest group of equal traits that nobody stands out in."""

    columns: Sequence[Watched]
    least: int
    rows: int = 0
    traits: Groups = field(default_factory=Groups)
    sample: list[Row] = field(default_factory=list, repr=False)
    _alike: dict[str, dict[int, int | None]] = field(default_factory=dict, repr=False)
    _dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311  (which rows are sampled is no secret)

    def see(self, rows: Iterable[Row]) -> None:
        """Takes the rows in, their cells in the order of `columns`."""
        trait = self._traits()
        secret = [(at, column.name) for at, column in enumerate(self.columns) if column.part == "sensitive"]
        for row in rows:
            self.rows += 1
            for column, cell in zip(self.columns, row, strict=True):
                column.see(cell)
            group = self.traits.add(tuple(_hashable(row[at]) for at in trait))
            for at, name in secret:
                if group is not None and row[at] is not None:
                    self._compare(name, group, hash(_hashable(row[at])))
            self._keep(row)

    def _compare(self, name: str, group: int, value: int) -> None:
        seen = self._alike.setdefault(name, {})
        if seen.setdefault(group, value) != value:
            seen[group] = None

    def _keep(self, row: Row) -> None:
        if len(self.sample) < SAMPLED:
            self.sample.append(tuple(row))
        elif (at := self._dice.randrange(self.rows)) < SAMPLED:
            self.sample[at] = tuple(row)

    def reasons(self) -> list[Reason]:
        """Why the rows are still personal, as far as the rows themselves tell."""
        found = [reason for column in self.columns for reason in self._of(column)]
        rare = self.traits.below(self.least)
        names = tuple(self.columns[at].name for at in self._traits())
        if rare and (self._vary() or self.rows < self.least):
            found.append(
                Reason("rare", names, {"rows": rare, "smallest": self.traits.smallest(), "least": self.least})
            )
        told = {column for reason in found for column in reason.columns}
        found += [
            reason for column in self.columns if column.name not in told for reason in self._few(column)
        ]
        found += self._ordered()
        for name, groups in sorted(self._alike.items()):
            sizes = self.traits.sizes
            alike = [
                group for group, value in groups.items() if value is not None and sizes.get(group, 0) > 1
            ]
            if alike:
                found.append(
                    Reason(
                        "alike", (*names, name), {"groups": len(alike), "rows": sum(sizes[g] for g in alike)}
                    )
                )
        return found

    def _traits(self) -> list[int]:
        """The columns that others may know of a person, or of the moment: their combination must not be rare."""
        return [at for at, column in enumerate(self.columns) if column.part == "trait" or column.of_days]

    def _few(self, column: Watched) -> list[Reason]:
        """A status or a thing that fewer rows have than may stand out."""
        rare = column.groups.below(self.least) if column.part == "status" else 0
        figures = {"rows": rare, "smallest": column.groups.smallest(), "least": self.least}
        return [Reason("rare", (column.name,), figures)] if rare else []

    def _ordered(self) -> list[Reason]:
        """Numbers of rows that count up with time, or person by person, give back what was made coarser."""
        found = []
        for at, row in enumerate(self.columns):
            if row.part != "row" or row.lowest is None:
                continue
            for other, column in enumerate(self.columns):
                if (column.of_days or column.part == "trait") and in_order(
                    [(one[at], one[other]) for one in self.sample]
                ):
                    found.append(Reason("order", (row.name, column.name)))
        return found

    def _vary(self) -> bool:
        return any(
            column.part in ("trait", "attribute", "status", "sensitive") and column.telling
            for column in self.columns
        )

    def _of(self, column: Watched) -> list[Reason]:
        where, told = (column.name,), {"rows": column.telling}
        if not column.telling:
            return []
        if column.named:
            told = {"rows": column.telling if column.part == "identifier" else column.named}
            return [Reason("identifier", where, told), *self._keys(column)]
        if column.of_tokens or (column.of_chance and column.part != "identifier"):
            return []
        if column.part != "row" and column.part != "link" and column.of_hashes:
            return self._keys(column)  # and what trying them shows, said elsewhere
        if column.part == "identifier" or column.of_numbers:
            return [Reason("identifier", where, told), *self._keys(column)]
        if column.part in ("row", "link"):
            return [Reason("link", where, told)] if column.part == "link" else []
        if column.part == "prose" or (column.part != "sensitive" and column.of_prose):
            return [Reason("prose", where, told)]
        found = [Reason("undecided", where, told)] if column.part == "undecided" else []
        if written := column.forms["structured"] + column.forms["signed"]:
            found.append(Reason("prose", where, {"rows": written}))
        return [*found, *self._keys(column)]

    def _keys(self, column: Watched) -> list[Reason]:
        """Whether values of the column gather one person's rows, or number each row for whoever knows the number."""
        groups = column.groups
        if column.part in ("row", "link", "prose", "sensitive"):
            return []
        if column.part == "identifier" or column.of_hashes or column.of_numbers:
            return [_key(column)] if groups.repeated else []
        if column.part not in ("key", "undecided") and not column.of_codes:
            return []
        if column.telling >= 5 and groups.distinct * 10 >= column.telling * 9:
            return [Reason("number", (column.name,), {"rows": column.telling})]
        return [_key(column)] if groups.repeated and groups.distinct >= max(5, isqrt(self.rows) // 2) else []


def _key(column: Watched) -> Reason:
    groups = column.groups
    figures = {"values": groups.distinct, "groups": groups.repeated, "largest": max(groups.sizes.values())}
    return Reason("key", (column.name,), figures)


def _hashable(cell: Atom) -> Hashable:
    return cell if isinstance(cell, Hashable) and not isinstance(cell, tuple) else repr(cell)


@dataclass
class Copies:
    """Another dataset that may hold the judged rows again: a history, or rows that refer to them."""

    place: str
    keys: Groups
    columns: tuple[str, ...]
    tells: Mapping[str, Callable[[Atom], bool]]
    rows: int = 0

    def see(self, rows: Iterable[tuple[Row, Row]]) -> None:
        """Pairs of (what names the judged row, the personal cells)."""
        for key, cells in rows:
            telling = any(self.tells[name](cell) for name, cell in zip(self.columns, cells, strict=True))
            self.rows += telling and key in self.keys

    def reasons(self) -> list[Reason]:
        return [Reason("copy", self.columns, {"dataset": self.place, "rows": self.rows})] if self.rows else []

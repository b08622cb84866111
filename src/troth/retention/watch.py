"""Looks at rows one by one and remembers no value: how often equal ones come, what still tells, which are hashes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isqrt
from typing import Final, Literal

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom
from troth.datamap.reader import Row
from troth.retention.groups import Groups
from troth.retention.inverting import digest_of, is_random_uuid
from troth.retention.verdict import Reason

Part = Literal["row", "link", "identifier", "prose", "trait", "sensitive", "key", "attribute", "undecided"]
"""What a column is for whoever would find the person again; `row` names this row and no other."""

_PROSE: Final = ("free_text", "json", "person_other", "photo")
_TRAITS: Final = (
    "birth_date", "gender", "postal_code", "city", "region", "country", "nationality", "organisation",
    "job_title", "location",
)  # fmt: skip
_ATTRIBUTES: Final = ("amount", "quantity", "date", "status", "product")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.(?!invalid\b)[^\s@.]{2,}")
_CPR: Final = re.compile(r"(?<!\d)(?:[0-2]\d|3[01]|[4-8]\d|9[01])(?:0[1-9]|1[0-2])\d\d-\d{4}(?!\d)")
_TOKEN: Final = re.compile(r"[0-9a-f]{20}|e[0-9a-f]{12}@t\.invalid")
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
    if category == "unknown":
        return "undecided"
    return "identifier" if CATEGORIES[category].personal else "key"


@dataclass
class Watched:
    """One column: its part, the neutral values that tell nothing, and what was seen."""

    name: str
    part: Part
    neutral: Collection[Atom] = ()
    groups: Groups = field(default_factory=Groups)
    telling: int = 0
    tokens: int = 0
    named: int = 0  # cells that hold an e-mail address or a personal number, whatever the column is for
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

    def _read(self, text: str) -> None:
        self.tokens += bool(_TOKEN.fullmatch(text))
        self.words += text.count(" ") + 1
        if len(text) > 5:
            self.named += bool("@" in text and _EMAIL.search(text)) or bool("-" in text and _CPR.search(text))
        if 20 <= len(text) <= 128 and " " not in text:
            self._hash(text)

    def _hash(self, cell: str | bytes) -> None:
        if (digest := digest_of(cell)) is not None:
            self.hashed += 1
            if len(self.hashes) < HASHES:
                self.hashes.add(digest)

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
        trait = [at for at, column in enumerate(self.columns) if column.part == "trait"]
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
        names = tuple(column.name for column in self.columns if column.part == "trait")
        if rare and (self._vary() or self.rows < self.least):
            found.append(
                Reason("rare", names, {"rows": rare, "smallest": self.traits.smallest(), "least": self.least})
            )
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

    def _vary(self) -> bool:
        return any(
            column.part in ("trait", "attribute", "sensitive") and column.telling for column in self.columns
        )

    def _of(self, column: Watched) -> list[Reason]:
        if not column.telling or column.part == "row":
            return [Reason("identifier", (column.name,), {"rows": column.named})] if column.named else []
        where, told = (column.name,), {"rows": column.telling}
        if column.part == "link":
            return [Reason("link", where, told)]
        if column.of_tokens:
            return []
        if column.of_hashes:
            return (
                [_key(column)] if column.groups.repeated else []
            )  # and what trying them shows, said elsewhere
        if column.part == "identifier":
            return [Reason("identifier", where, told), *([_key(column)] if column.groups.repeated else [])]
        if column.part == "prose" or (column.part != "sensitive" and column.of_prose):
            return [Reason("prose", where, told)]
        found = [Reason("undecided", where, told)] if column.part == "undecided" else []
        found += [Reason("identifier", where, {"rows": column.named})] if column.named else []
        few = max(5, isqrt(self.rows) // 2)
        if column.part in ("key", "undecided") and column.groups.repeated and column.groups.distinct >= few:
            found.append(_key(column))
        return found


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

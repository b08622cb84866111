"""Decides whether a row of an import is about somebody erased, by what its columns are called and by what stands in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from troth.datamap.categories import CATEGORIES
from troth.datamap.discovery import fields
from troth.datamap.schema import Column, Table
from troth.planning.tombstone import DEAR, NAME, Watch
from troth.terms.canonical import canonical
from troth.workflows.scanning import values_in
from troth.workflows.sweeping import raw

Cells = Mapping[str, Any]
Shape = tuple[
    tuple[tuple[int, str], ...], tuple[int, ...]
]  # (cell, category) of each that names, and a name's two parts
_FLOAT: Final = re.compile(r"\s*\d+(?:\.0+|(?:[.,]\d+)?[eE]\+\d+)\s*")
_PHONE: Final = re.compile(r"(?<![\w])(?:\+|00)?\d(?:[ ().\-]{0,2}\d){6,14}(?!\w)")
_SHAPES: Final = 1_000
_NAME: Final = 100  # characters; a longer text is no name
_SHORT: Final = 9  # digits of a personal number that has lost its first zero


def plain_name(head: str, seen: Counter[str]) -> str:
    """A name of its own for each column; what it is called stands before the NUL."""
    seen[head] += 1
    return head if seen[head] == 1 else f"{head}\x00{seen[head]}"


class Judge:
    """Whether rows are about somebody erased."""

    def __init__(self, watch: Watch, region: str) -> None:
        self.watch = watch
        self.region = region
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def matches(self, row: Cells) -> bool:
        """Whether the row, or an object in it, is about somebody erased."""
        return any(self._is_theirs(cells) for cells in _objects(row))

    def _is_theirs(self, cells: list[tuple[str, Any]]) -> bool:
        named, parts = self._shape(tuple(name for name, _ in cells))
        told = parts or any(category == NAME for _, category in named)  # a name can speak for a number
        forms = [(category, form) for at, category in named for form in _forms(category, cells[at][1])]
        values = [one for one in forms if not (told and one[0] == DEAR)]
        if parts:
            values.append((NAME, " ".join(str(cells[at][1] or "") for at in parts)))
        texts = [cell for _, cell in cells if isinstance(cell, str | bytes | int)]
        for text in texts:
            values += values_in(raw(text))
        known = list(self._canonical(values))
        if not any(self.watch.named(*one) for one in known):
            return False
        # One mark is theirs: does a number agree, or something that stands where no heading says so?
        known += self._canonical((*forms, *_anywhere(texts)))
        return "sure" in self.watch.judge(set(known)).values()

    def _canonical(self, values: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
        for category, cell in values:
            value = canonical(CATEGORIES[category].kind, cell, self.region)
            if value is not None:
                yield category, value

    def _shape(self, names: tuple[str, ...]) -> Shape:
        """What the columns of such rows are, as their names tell."""
        if names not in self._shapes:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            plain = [name.partition("\x00")[0] for name in names]
            table = Table("import", tuple(Column(name, "text", "text") for name in dict.fromkeys(plain)))
            verdicts = {name: one.category for name, one in fields(table, None, frozenset()).items()}
            found = [(at, verdicts[name]) for at, name in enumerate(plain) if name in verdicts]
            first = {category: at for at, category in reversed(found)}
            parts = tuple(first[part] for part in ("first_name", "last_name") if part in first)
            named = tuple(one for one in found if CATEGORIES[one[1]].unique or one[1] == NAME)
            self._shapes[names] = (named, parts if len(parts) == 2 else ())
        return self._shapes[names]


def _objects(row: Cells) -> Iterator[list[tuple[str, Any]]]:
    """The row with the objects inside it as one list of (name, cell); then each object of a list, which is another's."""
    cells: list[tuple[str, Any]] = []
    lists: list[Cells] = []
    waiting = [iter(row.items())]
    while waiting:
        for name, cell in waiting.pop():
            if isinstance(cell, dict):
                waiting.append(iter(cell.items()))
            elif isinstance(cell, list | tuple):
                lists += [one for one in cell if isinstance(one, dict)]
                cells += [
                    (name, json.dumps(one, default=str) if isinstance(one, list | tuple) else one)
                    for one in cell
                    if not isinstance(one, dict)
                ]
            else:
                cells.append((name, cell))
    yield cells
    for one in lists:
        yield from _objects(one)


def _forms(category: str, cell: Any) -> Iterator[Any]:
    """The cell, and the number that a spreadsheet made into a float or took the first zero from."""
    yield cell
    if category == NAME or isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return
    text = str(cell).strip()
    if _FLOAT.fullmatch(text):
        number = Decimal(text.replace(",", "."))
        if number.adjusted() < 20 and number == number.to_integral_value():
            text = str(int(number))
            yield text
    if category == "national_id" and len(text) == _SHORT and text.isdigit():
        yield f"0{text}"


def _anywhere(texts: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """What could be a name or a telephone number, whatever its column is called."""
    for text in texts:
        if isinstance(text, str | int):
            plain = str(text)
            yield from (("phone", found) for found in _PHONE.findall(plain))
            if len(plain) <= _NAME and " " in plain:
                yield NAME, plain
